"""One run, from its initial weights to the files that it leaves."""
