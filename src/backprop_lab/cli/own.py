"""Commands for people that train a run from flags, and tell what pictures show."""

from __future__ import annotations

import argparse
import sys
from dataclasses import MISSING, fields
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.cli.tables import add_json, print_json, print_table
from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from backprop_lab.runs.run import Run

#: What `train` takes without a flag: the original's first network, for a few epochs.
DEFAULTS: dict[str, Any] = {
    "backend": "numpy",
    "hidden_sizes": (360,),
    "activation": "relu",
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "batch_size": 32,
    "epochs": 5,
    "seed": 0,
}


def add_flags(train: argparse.ArgumentParser) -> None:
    """Add to `train` a flag for each parameter of a run, and where to write a run of one's own."""
    from backprop_lab.runs.run import (
        ACTIVATIONS,
        BACKENDS,
        INITS,
        OPTIMIZERS,
        PIXELS,
        REDUCTIONS,
        Run,
    )

    choices = {
        "backend": BACKENDS,
        "activation": ACTIVATIONS,
        "optimizer": OPTIMIZERS,
        "init": INITS,
        "pixels": PIXELS,
        "weight_gradient": REDUCTIONS,
        "bias_gradient": REDUCTIONS,
    }
    flags = train.add_argument_group("without FOLDER, a run of your own")
    for field in fields(Run):
        default = DEFAULTS.get(field.name, None if field.default is MISSING else field.default)
        options: dict[str, Any] = {"default": default, "dest": f"run_{field.name}"}
        if field.name == "hidden_sizes":
            options |= {"type": _layers, "metavar": "SIZES", "help": "such as 360-100, or 16x30"}
        elif field.name == "shuffle":
            options |= {"action": argparse.BooleanOptionalAction}
        elif field.name in choices:
            options |= {"choices": choices[field.name]}
        else:
            kind = float if field.name in ("learning_rate", "label_noise") else int
            options |= {"type": kind, "metavar": "NUMBER"}
        flags.add_argument(f"--{field.name.replace('_', '-')}", **options)
    about = "folder for runs of one's own (default: results/own)"
    flags.add_argument("--output", type=Path, default=Path("results/own"), help=about)
    flags.add_argument("--force", action="store_true", help="train again what is there")


def add_commands(commands: Commands) -> None:
    """Add `predict`."""
    about = "tell which digit, or class, pictures show"
    predict = add(commands, "predict", _predict, about, for_people=True)
    predict.add_argument(
        "pictures", type=Path, nargs="+", metavar="IMAGE", help="PNG or JPEG files, or folders"
    )
    predict.add_argument(
        "--run", metavar="RUN", help="the run to ask (default: the best on validation images)"
    )
    predict.add_argument(
        "--dataset",
        type=Path,
        default=Path("results/dataset.json"),
        help="what the run learned from (default: results/dataset.json)",
    )
    add_json(predict)


def train_own(arguments: argparse.Namespace) -> None:
    """Train the run that the flags describe, with a bar, and say where its files are."""
    from backprop_lab.api import load_images, save
    from backprop_lab.runs.run import Run
    from backprop_lab.training.loop import train

    parameters = {field.name: getattr(arguments, f"run_{field.name}") for field in fields(Run)}
    run = Run(**parameters)
    folder = arguments.output / run.id
    if (folder / "result.json").exists() and not arguments.force:
        raise LabError(f"{folder}: is there already; look at it with show, or give --force")
    images = load_images(arguments.dataset)
    with _Bar(run) as log:
        trained = train(run, images, device=arguments.device, log=log)
    saved = save(trained, images, arguments.output)
    print(f"test accuracy {100 * saved.result['test']['accuracy']:.2f} %")
    print(f"{saved.folder} has its files; backprop-lab show {saved.folder} shows them")


class _Bar(StringIO):
    """A file for the lines that training writes, an epoch each, with a bar below them."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(file=sys.stderr, highlight=False, markup=False))
        self._task = self._progress.add_task(run.id, total=run.epochs)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def write(self, text: str) -> int:
        """Show a line above the bar, and move the bar on after an epoch."""
        if text.strip():
            self._progress.console.print(text.rstrip())
        if text.startswith("epoch"):
            self._progress.advance(self._task)
        return len(text)

    def flush(self) -> None:
        """Do nothing: the bar draws itself."""


def _predict(arguments: argparse.Namespace) -> None:
    import numpy as np

    from backprop_lab.data.drawn import find_pictures
    from backprop_lab.results.asked import Asked
    from backprop_lab.results.saved import best_run, find_runs

    pictures = find_pictures(arguments.pictures)
    saved = find_runs(arguments.run)[0] if arguments.run else best_run()
    asked = Asked.of(saved, arguments.dataset)
    images = np.stack([asked.read(path).reshape(-1) for path in pictures])
    names, what = asked.class_names or range(10), "class" if asked.class_names else "digit"
    rows: list[dict[str, Any]] = []
    for path, probabilities in zip(pictures, saved.probabilities(images), strict=True):
        first, second = (int(place) for place in np.argsort(-probabilities, kind="stable")[:2])
        rows.append(
            {
                "image": str(path),
                what: names[first],
                "probability": float(probabilities[first]),
                "or": names[second],
                "with": float(probabilities[second]),
            }
        )
    if arguments.json:
        print_json({"run": saved.run.id, "predictions": rows})
        return
    print(f"asked: {saved.folder}")
    print_table(
        [
            {
                "image": row["image"],
                what: str(row[what]),
                "probability": f"{100 * row['probability']:.1f} %",
                "or": f"{row['or']} ({100 * row['with']:.1f} %)",
            }
            for row in rows
        ]
    )


def _layers(text: str) -> tuple[int, ...]:
    """Read hidden layers as a run's name spells them."""
    from backprop_lab.runs.layers import parse_layers

    try:
        return parse_layers(text)
    except (LabError, ValueError):
        raise argparse.ArgumentTypeError(f"{text}: spell layers as 360-100, or 16x30") from None
