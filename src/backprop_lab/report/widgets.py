"""Widgets of the HTML edition: explorer of learning curves, gallery of mistakes, multiverse.

All are raw HTML inside the report's Markdown, which the PDF leaves out; the templates lie in
report/page/widgets.  The gallery can be read without scripts; the explorer draws with uPlot
(report/page/vendor/uplot), whose code it carries; the multiverse judges the claims in the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backprop_lab.files.documents import read_json
from backprop_lab.report.explorer import explorer_data
from backprop_lab.report.formats import format_number
from backprop_lab.report.markdown import backticks
from backprop_lab.report.multiverse import words_for_values

#: The plotting library and its licence, below the assets.
LIBRARY = "vendor/uplot/uPlot.iife.min.js"
LICENSE = "vendor/uplot/LICENSE"
#: The explorer's scripts, in the order in which they need each other.
EXPLORER = ("explorer/curves.js", "explorer/plots.js", "explorer/saving.js", "explorer/explorer.js")
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

    def explorer(self, *, values: Mapping[str, Mapping[str, str]] | None = None) -> str:
        """Write the explorer of all experiments: choose a setting, point at an epoch, read.

        Args:
            values: column of runs.csv -> its cells -> the words shown instead, besides those of
                labels.yaml.

        Raises:
            LabError: a file is missing or damaged, or holds no run.
        """
        words, more = self.labels["explorer"], self.labels["explorer_settings"]
        shown = explorer_data(self.out, more["experiments"])
        data = {
            "words": words
            | {"percent": self.labels["number"]["percent"], "colon": self.labels["colon"]},
            "values": more["values"] | (values or {}),
            "columns": more["columns"],
            **shown,
        }
        return self._fill(
            "explorer.html",
            words=words,
            rebuild=self.rebuild("history.csv"),
            data=as_script_data(data),
            scripts=(
                f"/*\n{self._asset(LICENSE)}*/\n{self._asset(LIBRARY)}",
                "\n".join(self._asset(name) for name in EXPLORER),
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
                    part: {key: entry[key] for key in ("timed", "regions", "found")}
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
            data=as_script_data(data),
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


def as_script_data(value: object) -> str:
    """Write data for a script element, which a "<" could end, or open a comment in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
