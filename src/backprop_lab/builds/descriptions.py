"""What each file of a project and its build is, in a sentence and as a media type."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from backprop_lab.figures.registry import figures
from backprop_lab.files.declarations import Made
from backprop_lab.tables.registry import tables

#: Tables with a rule of their own -> what they hold.
MEASURED = {
    "build": "What the build cost, by experiment: jobs, hours, memory.",
    "floors": "Seconds that the matrix products of each network take alone.",
    "jobs": "When each training job ran, and what it cost.",
    "parity": "How far NumPy and PyTorch lie apart after each number of steps.",
    "signal": "Strength of activations and gradients in each layer.",
    "speed": "Seconds that NumPy and PyTorch took in turn, round by round.",
}

#: Path in the project, in which * stands for any text (OUT is results, or results/<preset>), to
#: what the file is. The first that fits counts.
_FILES = {
    "Snakefile": "The workflow: from the images to the report.",
    "config.yaml": "What was trained: experiments, seeds, presets.",
    "decide.yaml": "Further seeds that undecided criteria were given.",
    "requirements.lock": "The packages and their versions.",
    "pyproject.toml": "The package, its dependencies and the settings of its tools.",
    "CITATION.cff": "How to cite this project.",
    "LICENSE": "The licence.",
    "README.md": "What the project is, how to build it and how it is made.",
    "CHANGELOG.md": "What has changed.",
    "CONTRIBUTING.md": "How to change the project.",
    "Makefile": "The usual commands.",
    "report/claims.yaml": "The criteria by which the original's claims are judged.",
    "report/register.json": "Which commit sealed each criterion, and what has amended it since.",
    "report/original/*": "Numbers that the original report printed.",
    "report/text/*": "Text of the report.",
    "report/manifests/*": "What an earlier build came to.",
    "report/page/vendor/*": "A library of another project, with its licence.",
    "report/*": "Source of the report.",
    "src/*": "Code of the package.",
    "workflow/*": "Rules and scripts of the workflow.",
    "tests/*": "A test.",
    "docs/*": "Documentation.",
    "benchmarks/*": "A program that measures speed.",
    "examples/*": "An example of the package as a library.",
    "profiles/*": "Settings of Snakemake.",
    "mkdocs.yml": "Settings of the documentation.",
    ".ci/*": "What continuous integration runs.",
    ".github/*": "What continuous integration runs.",
    ".gitignore": "What git leaves out.",
    "results/runs/*/history.csv": "Losses and accuracies of a run, epoch by epoch.",
    "results/runs/*/result.json": "Final and test figures of a run, and the digest of its weights.",
    "results/runs/*/timing.csv": "Seconds that each epoch of a run took.",
    "results/runs/*/job.json": "What the training of a run cost.",
    "results/runs/*/model.npz": "Final weights of a run.",
    "results/runs/*/predictions.npz": "Predictions of a run for the test images.",
    "results/dataset.json": "The images: source, digests, division into parts.",
    "*/runs.csv": "Final and test figures of all runs.",
    "*/history.csv": "Losses and accuracies of all runs, epoch by epoch.",
    "*/experiments.csv": "Which runs belong to which experiment.",
    "*/claims.json": "The verdicts on the original's claims, with the evidence.",
    "*/correctness.npz": "Which validation and test images each judged run tells.",
    "*/multiverse.json": "The verdicts under other choices of level, margin, epoch and the like.",
    "*/facts.json": "Every number of the report, each with the file that it comes from.",
    "*/gallery.json": "The images that a network gets wrong.",
    "*/environment.json": "Versions, processor and commit that the numbers were computed with.",
    "*/verified.json": "How the build compares with a manifest of an earlier one.",
    "*/manifest.json": "Digests and reference values of the runs, tables and figures.",
    "*/config.json": "The settings of the build: config.yaml with its preset and all options.",
    "*/kernels/*.csv": "Runs that were trained again under another kernel.",
    "*/report/lab-report.*": "The report.",
    "*/report/supplement.*": "The appendices of the report's HTML edition.",
    "*/report/checked.*.json": "What was checked of the report.",
    "*/benchmarks/*": "Speed beside that of other programs.",
}

_TYPES = {
    ".cff": "application/yaml",
    ".cjs": "text/javascript",
    ".csl": "application/xml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".lua": "text/x-lua",
    ".md": "text/markdown",
    ".npz": "application/zip",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".rst": "text/x-rst",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


def encoding_format(path: str) -> str:
    """Return the media type of a file, by its ending; plain text where there is no other.

    >>> encoding_format("results/report/lab-report.en.pdf")
    'application/pdf'
    """
    return _TYPES.get(PurePosixPath(path).suffix, "text/plain")


def describe(path: str) -> str:
    """Say in a sentence what a file is.

    >>> describe("results/quick/figures/zh-TW/parity.svg").partition(":")[0]
    'Figure (zh-TW)'
    >>> describe("src/backprop_lab/nn/layers.py")
    'Code of the package.'

    Args:
        path: relative to the project, with / between its parts.
    """
    parts = PurePosixPath(path)
    if parts.parent.name == "tables" and (about := _tables().get(parts.stem)):
        return about
    if parts.parent.parent.name == "figures" and parts.stem in figures():
        return f"Figure ({parts.parent.name}): {_sentence(figures()[parts.stem])}"
    found = (text for pattern, text in _FILES.items() if fnmatchcase(path, pattern))
    return next(found, "A file of the project.")


def captions() -> dict[str, str]:
    """Return "tbl-<table>" or "fig-<figure>" -> what it is, of all that there are."""
    drawn = {f"fig-{name}": _sentence(made) for name, made in figures().items()}
    return drawn | {f"tbl-{name}": about for name, about in _tables().items()}


def _tables() -> dict[str, str]:
    return {name: _sentence(made) for name, made in tables().items()} | MEASURED


def _sentence(made: Made) -> str:
    """Turn "Draw each function." into "Each function."; the name stands in for no docstring."""
    about = made.about.partition(" ")[2] or f"{made.name}."
    return about[:1].upper() + about[1:]
