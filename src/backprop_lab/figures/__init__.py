"""Figures: pure functions from tables and collected results to SVG files.

Each module declares in `FIGURES` which figures it draws and from what (see
`files.declarations`); `registry` knows them all.
"""
