"""Tables: pure functions from collected results to CSV files.

Numbers in a table are unrounded and accuracies are fractions.  An empty cell is
a number that does not exist: a standard deviation of one run, a mean of none.
Throughout, `n` counts all runs of a row, `n_diverged` those of them that
diverged, and every other figure is taken over the n - n_diverged that did not.

Each module declares in `TABLES` which tables it writes and from what (see
`files.declarations`); `registry` knows them all.
"""
