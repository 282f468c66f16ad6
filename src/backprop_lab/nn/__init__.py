"""The network, twice: written by hand with NumPy, and in PyTorch.  Read `plain` first."""
