"""The files that a report is made from, for the workflow to depend on.

Apart from render.py, so that listing them loads none of the report's libraries: each call of
Snakemake, also one that finds nothing to do, would wait for them.
"""

#: Files of report/text/<language>/: the report's text, the sections that it includes, its
#: words around the prose, in figures and of the claims.
TEXTS = (
    "lab-report.md",
    "answer.md",
    "benchmarks.md",
    "build.md",
    "compute.md",
    "configuration.md",
    "conventions.md",
    "criteria.md",
    "forensics.md",
    "identified.md",
    "kernels.md",
    "multiverse.md",
    "parity.md",
    "register.md",
    "sequential.md",
    "strength.md",
    "summary.md",
    "tuning.md",
    "variance.md",
    "variants.md",
    "labels.yaml",
    "words.yaml",
    "claims.yaml",
)

#: The one of them that stands in figures: a change of it draws them again.
FIGURE_WORDS = "words.yaml"

#: Files of report/page/: what makes the text a page, in every language.
ASSETS = (
    "explorer/curves.js",
    "explorer/explorer.js",
    "explorer/plots.js",
    "explorer/saving.js",
    "multiverse.js",
    "numeric.csl",
    "page.html",
    "page.typ",
    "notes.js",
    "report.js",
    "stops.js",
    "tables.js",
    "print.css",
    "style.css",
    "widgets.css",
    "filters/tables.lua",
    "filters/references.lua",
    "filters/part.lua",
    "filters/links.lua",
    "filters/typography.lua",
    "filters/html.lua",
    "filters/sections.lua",
    "filters/typst.lua",
    "filters/contents.lua",
    "filters/words.lua",
    "widgets/explorer.html",
    "widgets/gallery.html",
    "widgets/multiverse.html",
    "vendor/uplot/LICENSE",
    "vendor/uplot/uPlot.iife.min.js",
    "vendor/uplot/uPlot.min.css",
)
