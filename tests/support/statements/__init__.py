"""Check what a report says against the build that it speaks of: see __main__.py."""
