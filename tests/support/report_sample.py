"""A small report with every element of the templates, and the files that it is made from."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

from whole import write_document

from backprop_lab.report.inputs import ReportInputs

HERE = Path(__file__).parent
REPORT = HERE.parents[1] / "report"

SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="460pt" height="200pt" viewBox="0 0 460 200"><defs>
<clipPath id="c"><rect width="440" height="180"/></clipPath>
<path id="m" d="M-3 -3L3 3M-3 3L3 -3" stroke="#000"/></defs>
<g clip-path="url(#c)"><path d="M20 180 C 100 40 200 30 440 20"
 fill="none" stroke="#0072b2" stroke-width="2"/>
<path d="M20 180 C 120 70 220 60 440 50"
 fill="none" stroke="#d55e00" stroke-width="2" stroke-dasharray="6 4"/>
<use xlink:href="#m" x="200" y="60"/></g><path d="M20 10V180H450" fill="none" stroke="#333"/></svg>
"""
DIGEST = "0" * 64


def entry(value, unit, source="tables/finals.csv", **more):
    return {"value": value, "unit": unit, "source": source, "content_sha256": DIGEST, **more}


FACTS = {
    "task1.val_accuracy_mean": entry(0.98214, "fraction", n=3),
    "task1.val_accuracy_std": entry(0.00051, "fraction", n=3),
    "task1.epochs": entry(40, "count"),
    "task1.seconds": entry(1.384, "seconds"),
    "task1.learning_rate": entry(0.1, "number"),
    "speed.ratio": entry(0.7231, "ratio"),
    "gap": entry(-0.0240, "fraction"),
    "data.n_train": entry(50000, "count", "dataset.json"),
    "verdict": entry("Depth does *not* hurt (p < 0.05).", "text"),
}


def write_csv(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def settings() -> list[dict]:
    rows = []
    for backend in ("numpy", "torch"):
        for index, sizes in enumerate(("360", "360-100", "360-100-40")):
            for optimizer, learning_rate in (("sgd", 0.1), ("adam", 0.001)):
                gone = backend == "torch" and sizes == "360" and optimizer == "adam"
                rows.append(
                    {
                        "backend": backend,
                        "hidden_sizes": sizes,
                        "optimizer": optimizer,
                        "learning_rate": learning_rate,
                        "val_accuracy_mean": "" if gone else 0.97 + 0.001 * index,
                        "val_accuracy_std": "" if gone else 0.0005,
                        "test_accuracy_mean": "nan" if gone else 0.975,
                        "test_accuracy_std": "nan" if gone else 0.0011,
                        "seconds_per_epoch": 1.3 + index,
                    }
                )
    return rows


def build_inputs(folder: Path, template: str | None = None, **dataset) -> ReportInputs:
    """Write the files of a small OUT below `folder`; `template` replaces the sample's Markdown.

    The sample's texts lie in folder/text/<language>, to be changed; the English ones have the
    labels of the report.
    """
    out = folder / "results"
    log = [
        {
            "epoch": epoch,
            "train_loss": 1 / epoch,
            "train_accuracy": 1 - 0.2 / epoch,
            "val_loss": 1.1 / epoch,
            "val_accuracy": 1 - 0.25 / epoch,
        }
        for epoch in range(1, 61)
    ]
    write_csv(out / "tables/settings.csv", settings())
    write_csv(out / "tables/log.csv", log)
    (out / "figures/en").mkdir(parents=True, exist_ok=True)
    for name, colour in (("curves", "#0072b2"), ("second", "#009e73")):
        (out / f"figures/en/{name}.svg").write_text(SVG.replace("#0072b2", colour))
    sizes = {"train": 50000, "validation": 10000, "test": 10000}
    git = {"commit": "0123456789" * 4, "date": "2024-09-23T12:00:00+02:00", "dirty": False}
    about = {"name": "mnist", "title": "MNIST", "embedded": False, "sizes": sizes}
    write_document(out / "facts.json", FACTS)
    write_document(out / "dataset.json", about | dataset)
    write_document(out / "environment.json", {"git": git})
    texts = folder / "text"
    shutil.copytree(HERE / "sample_report/text", texts, dirs_exist_ok=True)
    shutil.copy(REPORT / "text/en/labels.yaml", texts / "en")
    inputs = ReportInputs(
        template=texts / "en/lab-report.md",
        facts=out / "facts.json",
        tables=out / "tables",
        figures=out / "figures/en",
        dataset=out / "dataset.json",
        environment=out / "environment.json",
        bibliography=HERE / "sample_report/references.bib",
        report=REPORT,
    )
    if template is not None:
        path = texts / "en/short.md"
        front = "---\ntitle: A title\nauthor: [One]\n---\n"
        path.write_text(front + template, encoding="utf-8")
        inputs = replace(inputs, template=path)
    return inputs
