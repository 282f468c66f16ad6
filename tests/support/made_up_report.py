"""Fill the report with made-up results, and draw some figures, in every language of it.

    python tests/support/made_up_report.py FOLDER '{"more": [...], "figures": ["network"]}'

For tests that change a copy of the project and let the copy's own code show its report.
FOLDER then holds <language>.md, claims.json and figures/<language>/<figure>.svg.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from built_out import PUBLISHED, REPORT, build_out

from backprop_lab.figures import registry
from backprop_lab.figures.words import load_words
from backprop_lab.report.source import fill
from backprop_lab.report.translation_checks import check_translation


def write(folder: Path, more: list[dict], figures: list[str]) -> None:
    """Write the report's Markdown, once its translation was checked, and the figures.

    Args:
        more: values added to the matrix and to Task 1's final, see `synthetic.experiments`.
        figures: names of those to draw; of the others, empty files stand for the drawing.
    """
    inputs = build_out(folder, more=more)
    files = {"published": PUBLISHED, "dataset": folder / "dataset.json"}
    files |= {name: folder / f"{name}.csv" for name in ("runs", "experiments", "history")}
    for template in sorted(REPORT.glob("text/*/lab-report.md")):
        language = template.parent.name
        check_translation(template)
        drawn = folder / "figures" / language
        if drawn != inputs.figures:
            shutil.copytree(inputs.figures, drawn)
        for name in figures:
            taken = registry.figures()[name].inputs
            paths = {key: files.get(file, folder / f"{file}.csv") for key, file in taken.items()}
            words = load_words(language, REPORT / "text")
            registry.draw(name, paths, words, drawn / f"{name}.svg")
        filled = fill(replace(inputs, template=template, figures=drawn))
        (folder / f"{language}.md").write_text(filled.markdown, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), **json.loads(sys.argv[2]))
