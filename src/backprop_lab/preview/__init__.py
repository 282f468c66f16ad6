"""The report in a browser while it is being written: rebuilt and shown again at each change."""
