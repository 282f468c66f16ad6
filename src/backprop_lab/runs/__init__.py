"""What a training run is, which runs there are, and the names of their columns."""
