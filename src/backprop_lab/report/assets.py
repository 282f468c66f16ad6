"""The files that every report is made from, for the workflow to depend on.

Apart from render.py, so that listing them loads none of the report's libraries: each call of
Snakemake, also one that finds nothing to do, would wait for them.
"""

#: Files below report/ that a report is made from, beside its template and bibliography.
ASSETS = (
    "explorer.js",
    "labels.yaml",
    "numeric.csl",
    "page.html",
    "page.typ",
    "report.js",
    "style.css",
    "filters/tables.lua",
    "filters/references.lua",
    "filters/typography.lua",
    "filters/html.lua",
    "filters/typst.lua",
    "filters/words.lua",
    "widgets/explorer.html",
    "widgets/gallery.html",
    "vendor/uplot/LICENSE",
    "vendor/uplot/uPlot.iife.min.js",
    "vendor/uplot/uPlot.min.css",
)
