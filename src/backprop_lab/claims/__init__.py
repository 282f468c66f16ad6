"""Claims: what the original report claims, measured on our runs and given a verdict.

`declaration` reads claims.yaml, `printed` the original's own numbers, `measures` our runs;
`criteria` turns each part of a claim into an estimate, and `evaluation` the parts into a verdict.
`choices` are what another analyst might have settled otherwise, `multiverse` judges under all
of them, and `robustness` says what flips a verdict.
"""
