"""Facts: every number that the report's prose uses, with its unit and source.

Each module adds the facts of one subject to a `FactBook`.  One that reads tables names them in
`ADDERS`, beside its functions: to give a table facts, write the function and its entry there.
"""
