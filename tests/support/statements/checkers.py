"""Checkers of single sentences: each computes anew what the sentence says.

A checker takes the match of its pattern, the sentence and the build, and yields what is wrong.
The pattern is searched in the sentence with each fact's key in braces.
"""

from __future__ import annotations

CHECKERS = []
