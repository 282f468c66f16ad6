"""What only the HTML edition has: the explorer of learning curves, the gallery of mistakes.

Both are raw HTML inside the report's Markdown, which the PDF leaves out.  The gallery needs no
script; the explorer draws with uPlot (report/page/vendor/uplot), whose code it carries.
"""

from __future__ import annotations

import html
import json
from math import floor, isfinite
from pathlib import Path
from urllib.parse import quote

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json
from backprop_lab.report.facts import format_number
from backprop_lab.report.tables import Row, read_rows

#: What a reader chooses, in the order of the controls: the columns of collected.CELL.
CHOICES = ("hidden_sizes", "activation", "optimizer", "backend")
SERIES = ("train_accuracy", "val_accuracy", "train_loss", "val_loss")
#: The plotting library and its licence, below the assets.
LIBRARY = "vendor/uplot/uPlot.iife.min.js"
LICENSE = "vendor/uplot/LICENSE"
_FENCE = "`" * 8


def explorer(
    out: Path,
    assets: Path,
    labels: dict,
    *,
    rebuild: str,
    experiments: dict[str, str],
    values: dict[str, dict[str, str]] | None = None,
) -> str:
    """Learning curves of any setting: choose it, point at an epoch, read the values.

    Of variants that CHOICES do not tell apart, the one that config.yaml names first is shown.

    Args:
        out: folder of runs.csv, experiments.csv and history.csv.
        assets: folder of explorer.js and of the plotting library.
        labels: the words of one language of labels.yaml.
        rebuild: the command that makes history.csv.
        experiments: experiment -> its name for readers; those that have no run are left out.
        values: column of runs.csv -> its cells -> what readers see instead.

    Raises:
        LabError: a file is missing, or no experiment has a run.
    """
    words = labels["explorer"]
    members = read_rows(out / "experiments.csv")
    runs = {row["id"]: row for row in read_rows(out / "runs.csv")}
    history = read_rows(out / "history.csv")
    epochs: dict[str, list[Row]] = {}
    for row in history:
        epochs.setdefault(row["id"], []).append(row)
    shown, wanted = {}, set()
    for name, title in experiments.items():
        ids = [row["id"] for row in members if row["experiment"] == name]
        if ids:
            usual = _usual([runs[run_id] for run_id in ids])
            shown[title] = _settings(usual, epochs)
            wanted |= {run["id"] for run in usual}
    if not shown:
        raise LabError(f"{out / 'experiments.csv'}: has no run of {', '.join(experiments)}")
    data = {
        "words": words | {"percent": labels["number"]["percent"]},
        "values": values or {},
        "experiments": shown,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    controls = "".join(
        f'<label>{_text(words[name])} <select name="{name}"></select></label>'
        for name in ("experiment", *CHOICES, "seed")
    )
    plots = "".join(
        f'<div class="plot" data-quantity="{name}">'
        f'<p class="plot-title">{_text(words[name])}</p></div>'
        for name in ("accuracy", "loss")
    )
    script = (assets / "explorer.js").read_text(encoding="utf-8")
    library = "/*\n{}*/\n{}".format(
        *((assets / name).read_text(encoding="utf-8") for name in (LICENSE, LIBRARY))
    )
    return _raw(
        f'<div class="widget" id="explorer" role="group" aria-labelledby="explorer-title">'
        f'<p class="widget-title" id="explorer-title">{_text(words["title"])}</p>'
        f"<p>{_text(words['about'])}</p>"
        f'<form class="controls" hidden>{controls}</form>'
        f'<p class="setting" hidden></p>'
        f'<div class="plots" role="slider" tabindex="0" aria-label="{_text(words["slider"])}"'
        f' aria-valuemin="1" aria-valuemax="1" aria-valuenow="1" hidden>{plots}</div>'
        f'<p class="reading" role="status" hidden></p>'
        f"<details hidden><summary>{_text(words['as_table'])}</summary>"
        f'<div class="scroll" role="group" aria-label="{_text(words["as_table"])}"></div></details>'
        f"<noscript><p>{_text(words['no_script'])}</p></noscript>"
        f'<p class="rebuild"><a download="history.csv" href="{_csv(history, wanted)}">'
        f"{_text(labels['download'])}</a> <span>{_text(labels['rebuild'] + labels['colon'])}"
        f"<code>{_text(rebuild)}</code></span></p>"
        f'<script type="application/json" id="explorer-data">{text}</script>'
        f"<script>{library}</script><script>{script}</script></div>"
    )


def gallery(out: Path, labels: dict, *, rebuild: str) -> str:
    """The images of gallery.json, chosen by true and by predicted class.

    Args:
        out: folder of gallery.json, see gallery.write_gallery.
        labels: the words of one language of labels.yaml.
        rebuild: the command that makes gallery.json.
    """
    content = read_json(out / "gallery.json")
    words, names, mistakes = labels["gallery"], content["class_names"], content["mistakes"]
    if not mistakes:
        return ""
    numbers = {"n": len(mistakes), "all": content["n_mistakes"], "test": content["n_test"]}
    about = words["about" if numbers["n"] < numbers["all"] else "about_all"].format(
        **{name: format_number(number, "integer") for name, number in numbers.items()}
    )
    controls = "".join(
        _class_select(words, key, names, {one[key] for one in mistakes})
        for key in ("label", "predicted")
    )
    tiles = "".join(_tile(one, names, words, labels, content["side"]) for one in mistakes)
    return _raw(
        f'<div class="widget" id="gallery" role="group" aria-labelledby="gallery-title">'
        f'<p class="widget-title" id="gallery-title">{_text(words["title"])}</p>'
        f"<p>{_text(about)}</p>"
        f'<form class="controls" hidden>{controls}'
        f'<output data-words="{_text(words["shown"])}" data-choice="{_text(words["choice"])}">'
        "</output></form>"
        f'<ul class="tiles">{tiles}</ul>'
        f'<p class="rebuild"><span>{_text(labels["rebuild"] + labels["colon"])}'
        f"<code>{_text(rebuild)}</code></span></p></div>"
    )


def _usual(runs: list[Row]) -> list[Row]:
    """Of the runs that CHOICES do not tell apart, those of the first variant."""
    first: dict[tuple, object] = {}
    return [run for run in runs if first.setdefault(_choice(run), run["variant"]) == run["variant"]]


def _choice(run: Row) -> tuple[str, ...]:
    return tuple(str(run[column]) for column in CHOICES)


def _settings(runs: list[Row], epochs: dict[str, list[Row]]) -> list[dict]:
    """Each setting of an experiment, with its runs and what they recorded an epoch."""
    settings: dict[tuple, dict] = {}
    for run in runs:
        choice = _choice(run)
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
    """Five digits, enough to tell one image of 50,000; None where the run has no number."""
    finite = isinstance(value, int | float) and isfinite(value)
    return float(f"{value:.5g}") if finite else None


def _csv(history: list[Row], wanted: set[str]) -> str:
    """The shown runs' rows of history.csv, as an address."""
    head = list(history[0])
    lines = [head, *(row.values() for row in history if row["id"] in wanted)]
    text = "".join(",".join(map(str, line)) + "\n" for line in lines)
    return f"data:text/csv;charset=utf-8,{quote(text, safe=',/')}"


def _class_select(words: dict, key: str, names: list[str], used: set[int]) -> str:
    """A control whose options the script follows with how many images each would show."""
    options = "".join(
        f'<option value="{number}" data-name="{_text(name)}">{_text(name)}</option>'
        for number, name in enumerate(names)
        if number in used
    )
    return (
        f'<label>{_text(words[key])} <select name="{key}">'
        f'<option value="" data-name="{_text(words["any"])}">{_text(words["any"])}</option>'
        f"{options}</select></label>"
    )


def _tile(mistake: dict, names: list[str], words: dict, labels: dict, side: int) -> str:
    label, predicted = names[mistake["label"]], names[mistake["predicted"]]
    # Cut off, not rounded: no mistake was quite certain.
    percent = min(floor(mistake["confidence"] * 1e4) / 1e2, 99.99)
    confidence = f"{percent:.2f}{labels['number']['percent']}"
    alt = words["alt"].format(
        label=label, predicted=predicted, confidence=confidence, index=mistake["index"]
    )
    return (
        f'<li data-label="{mistake["label"]}" data-predicted="{mistake["predicted"]}">'
        f'<img src="data:image/png;base64,{mistake["png"]}" alt="{_text(alt)}" title="{_text(alt)}"'
        f' width="{side}" height="{side}">'
        f'<span aria-hidden="true">{_text(label)} → {_text(predicted)}<br>{confidence}</span></li>'
    )


def _text(text: str) -> str:
    return html.escape(str(text))


def _raw(code: str) -> str:
    return f"\n\n{_FENCE} {{=html}}\n{code}\n{_FENCE}\n\n"
