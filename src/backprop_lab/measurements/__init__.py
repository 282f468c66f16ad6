"""Measurements beside the runs: the machine, the signal, both backends, the cost of a build."""
