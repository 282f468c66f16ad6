"""The runs collected, what the original printed beside them, and the statistics of both."""
