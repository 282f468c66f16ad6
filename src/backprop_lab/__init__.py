"""backprop-lab: a lab report on backpropagation that rebuilds itself."""

__version__ = "0.1.0"
