"""Widgets of the HTML edition: explorer of learning curves, gallery of mistakes, multiverse.

All are raw HTML inside the report's Markdown, which the PDF leaves out; the templates lie in
report/page/widgets.  The gallery can be read without scripts; the explorer draws with uPlot
(report/page/vendor/uplot), whose code it carries; the multiverse judges the claims in the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import pandas as pd
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json
from backprop_lab.report.formats import format_number
from backprop_lab.report.markdown import backticks
from backprop_lab.report.multiverse import words_for_values
from backprop_lab.report.rows import Row, read_rows
from backprop_lab.results.collected import usual_variants
from backprop_lab.runs.columns import CELL, QUANTITIES

#: Columns that a reader chooses by, in the order of explorer.js's controls: the backend last.
CHOICES = (*CELL[1:], CELL[0])
#: Quantities in the order of explorer.js's table: accuracies, then losses.
SERIES = tuple(sorted(QUANTITIES, key=lambda name: name.endswith("loss")))
#: The plotting library and its licence, below the assets.
LIBRARY = "vendor/uplot/uPlot.iife.min.js"
LICENSE = "vendor/uplot/LICENSE"
#: Choices of the multiverse whose values have an order.
SLIDERS = ("level", "margin")


@dataclass(frozen=True)
class Widgets:
    """The widgets of one report.

    Attributes:
        out: folder of runs.csv, experiments.csv, history.csv, gallery.json and multiverse.json.
        assets: folder of widgets/*.html, their scripts and the plotting library.
        labels: the words of one language of labels.yaml.
        rebuild: file of `out` -> the command that makes it.
    """

    out: Path
    assets: Path
    labels: Mapping[str, Any]
    rebuild: Callable[[str], str]

    def explorer(
        self,
        *,
        experiments: Mapping[str, str],
        values: Mapping[str, Mapping[str, str]] | None = None,
    ) -> str:
        """Write the explorer: choose a setting, point at an epoch, read the values.

        Of variants that CHOICES do not tell apart, the usual one is shown (see
        collected.usual_variants).

        Args:
            experiments: experiment -> its name for readers; those that have no run are left out.
            values: column of runs.csv -> its cells -> the words shown instead.

        Raises:
            LabError: a file is missing, or no experiment has a run.
        """
        members = read_rows(self.out / "experiments.csv")
        runs = {row["id"]: row for row in read_rows(self.out / "runs.csv")}
        history = read_rows(self.out / "history.csv")
        epochs: dict[object, list[Row]] = {}
        for row in history:
            epochs.setdefault(row["id"], []).append(row)
        shown, wanted = {}, set()
        for name, title in experiments.items():
            own = [runs[row["id"]] for row in members if row["experiment"] == name]
            if own:
                usual = set(usual_variants(pd.DataFrame(own)))
                own = [run for run in own if run["variant"] in usual]
                shown[title] = _settings(own, epochs)
                wanted |= {run["id"] for run in own}
        if not shown:
            raise LabError(
                f"{self.out / 'experiments.csv'}: has no run of {', '.join(experiments)}"
            )
        words = self.labels["explorer"]
        data = {
            "words": words | {"percent": self.labels["number"]["percent"]},
            "values": values or {},
            "experiments": shown,
        }
        return self._fill(
            "explorer.html",
            words=words,
            controls=("experiment", *CHOICES, "seed"),
            csv=_csv_address([row for row in history if row["id"] in wanted]),
            rebuild=self.rebuild("history.csv"),
            data=_json(data),
            scripts=(
                f"/*\n{self._asset(LICENSE)}*/\n{self._asset(LIBRARY)}",
                self._asset("explorer.js"),
            ),
        )

    def gallery(self) -> str:
        """Write the images of gallery.json (see gallery.py), to be chosen by class.

        Returns:
            "" where the run made no mistake.

        Raises:
            LabError: gallery.json is missing or broken.
        """
        content = read_json(self.out / "gallery.json")
        words, names, mistakes = self.labels["gallery"], content["class_names"], content["mistakes"]
        if not mistakes:
            return ""
        numbers = {"n": len(mistakes), "all": content["n_mistakes"], "test": content["n_test"]}
        about = words["about" if numbers["n"] < numbers["all"] else "about_all"]
        return self._fill(
            "gallery.html",
            words=words,
            about=about.format_map(
                {key: format_number(n, "integer") for key, n in numbers.items()}
            ),
            names=names,
            selects={key: sorted({one[key] for one in mistakes}) for key in ("label", "predicted")},
            tiles=[self._tile(one, names) for one in mistakes],
            height=content["height"],
            width=content["width"],
            rebuild=self.rebuild("gallery.json"),
        )

    def multiverse(self) -> str:
        """Write the verdicts of multiverse.json, to be judged anew under chosen choices.

        Returns:
            "" where no claim can be judged.

        Raises:
            LabError: multiverse.json is missing or broken.
        """
        content = read_json(self.out / "multiverse.json")
        words, judging = self.labels["multiverse"], self.labels["claims"]
        judged = {
            name: {
                "verdict": claim["verdict"],
                "parts": {
                    part: {key: entry[key] for key in ("family", "regions", "found")}
                    for part, entry in claim["parts"].items()
                },
            }
            for name, claim in content["claims"].items()
            if claim["parts"]
        }
        if not judged:
            return ""
        choices, sealed = content["choices"], content["sealed"]
        values = words_for_values(self.labels)
        data = {
            "words": words | {key: judging[key] for key in ("marks", "verdicts", "and")},
            "values": values,
            "choices": choices,
            "sealed": sealed,
            "claims": judged,
        }
        return self._fill(
            "multiverse.html",
            words=words,
            values=values,
            places={name: choices[name].index(value) for name, value in sealed.items()},
            sliders=SLIDERS,
            rebuild=self.rebuild("multiverse.json"),
            data=_json(data),
            script=self._asset("multiverse.js"),
        )

    def _tile(self, mistake: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
        """Add to a mistake the words for its image and how sure the network was, in percent."""
        # Cut off, not rounded: the network was never quite certain.
        percent = min(floor(mistake["confidence"] * 1e4) / 1e2, 99.99)
        confidence = f"{percent:.2f}{self.labels['number']['percent']}"
        alt = self.labels["gallery"]["alt"].format(
            label=names[mistake["label"]],
            predicted=names[mistake["predicted"]],
            confidence=confidence,
            index=mistake["index"],
        )
        return {**mistake, "confidence": confidence, "alt": alt}

    def _asset(self, name: str) -> str:
        return (self.assets / name).read_text(encoding="utf-8")

    def _fill(self, template: str, **values: object) -> str:
        """Fill in a template of report/widgets, and fence it as raw HTML."""
        environment = ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(self.assets / "widgets"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        code = environment.get_template(template).render(labels=self.labels, **values)
        fence = backticks(code, least=8)
        return f"\n\n{fence} {{=html}}\n{code}\n{fence}\n\n"


def _json(value: object) -> str:
    """Write data for a script element, which a "<" could end, or open a comment in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _settings(runs: Sequence[Row], epochs: Mapping[object, Sequence[Row]]) -> list[dict[str, Any]]:
    """Gather the runs of each setting of an experiment, each with its numbers an epoch."""
    settings: dict[tuple[str, ...], dict[str, Any]] = {}
    for run in runs:
        choice = tuple(str(run[column]) for column in CHOICES)
        setting = settings.setdefault(
            choice,
            {
                "variant": run["variant"],
                **dict(zip(CHOICES, choice, strict=True)),
                "learning_rate": run["learning_rate"],
                "batch_size": run["batch_size"],
                "runs": [],
            },
        )
        setting["runs"].append(
            {
                "seed": run["seed"],
                "diverged": run["status"] == "diverged",
                **{
                    quantity: [_short(row[quantity]) for row in epochs[run["id"]]]
                    for quantity in SERIES
                },
            }
        )
    return list(settings.values())


def _short(value: object) -> float | None:
    """Keep five digits, enough to see one image in 50,000; None where the run has no number."""
    if isinstance(value, int | float) and isfinite(value):
        return float(f"{value:.5g}")
    return None


def _csv_address(rows: Sequence[Row]) -> str:
    """Write rows, at least one, as a CSV inside a data: address."""
    lines = [list(rows[0]), *(row.values() for row in rows)]
    text = "".join(",".join(map(str, line)) + "\n" for line in lines)
    return f"data:text/csv;charset=utf-8,{quote(text, safe=',/')}"
