"""Whole builds: what one consists of, whether it is the one expected, and how two differ."""
