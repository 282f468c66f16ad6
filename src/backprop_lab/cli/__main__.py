"""`python -m backprop_lab.cli` does what `backprop-lab` does."""

from backprop_lab.cli.main import command

command()
