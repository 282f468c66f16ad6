"""Files: read or refused in one line, written whole or not at all, handed to functions by name."""
