"""Commands of single runs: train one, write its predictions for Kaggle."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.cli.own import train_own

#: Environment variable with the folder of event files: how the workflow asks its runs for them.
#: As a parameter of their rules it would be a reason to train again.
EVENTS = "BACKPROP_LAB_EVENTS"

_STARTED = time.time()  # as near to the start of the process as its own code gets


def add_commands(commands: Commands) -> None:
    """Add `train`, `check-runs` and `submission`."""
    about = "train one run: that of a folder, or one of your own from flags"
    train = add(commands, "train", _train, about, for_people=True)
    about = "results/runs/<variant>/seed<seed>, as the workflow calls it"
    train.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help=about)
    train.add_argument("--dataset", type=Path, default=Path("results/dataset.npz"))
    train.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    about = "where to save the state of a long run, and to go on from (default: nowhere)"
    train.add_argument("--checkpoint", type=Path, metavar="NPZ", help=about)
    about = "least time between two checkpoints (default: 15; 0: after every epoch)"
    train.add_argument("--every", type=float, default=15, metavar="SECONDS", help=about)
    about = "what the code means; checkpoints of other code are not used"
    train.add_argument("--code", default="", metavar="FINGERPRINT", help=about)
    about = "write event files for TensorBoard into a folder of the run's name in this folder"
    events = os.environ.get(EVENTS) or None
    train.add_argument("--events", type=Path, default=events, metavar="FOLDER", help=about)

    about = "check every file of the runs that were trained"
    check = add(commands, "check-runs", _check_runs, about, for_people=True)
    check.add_argument("runs", type=Path, nargs="?", default=Path("results/runs"))
    check.add_argument("--dataset", type=Path, default=Path("results/dataset.json"))
    check.add_argument(
        "--digests", action="store_true", help="also read all weights, and compare their digests"
    )
    check.add_argument(
        "--targets", action="store_true", help="print only what snakemake --force must make again"
    )

    about = "write predictions in Kaggle's format"
    submission = add(commands, "submission", _submission, about)
    submission.add_argument("predictions", type=Path, help="predictions.npz of a run")
    submission.add_argument("output", type=Path)


def _train(arguments: argparse.Namespace) -> None:
    if arguments.folder is None:
        train_own(arguments)
    else:
        _train_folder(arguments)


def _train_folder(arguments: argparse.Namespace) -> None:
    from backprop_lab.data.datasets import load
    from backprop_lab.runs.run import Run
    from backprop_lab.training.checkpoint import Checkpoints
    from backprop_lab.training.job import write_job
    from backprop_lab.training.loop import train
    from backprop_lab.training.outputs import write_run
    from backprop_lab.training.tensorboard import EventFiles

    folder = arguments.folder
    run = Run.from_id(f"{folder.parent.name}/{folder.name}")
    dataset = load(arguments.dataset, arguments.dataset.with_suffix(".json"))
    checkpoints = None
    if arguments.checkpoint:
        key = {"run": run.id, "data": dataset.sha256, "code": arguments.code}
        checkpoints = Checkpoints(
            arguments.checkpoint, key, started=_STARTED, interval=arguments.every
        )
    with EventFiles(arguments.events / run.id) if arguments.events else nullcontext() as events:
        trained = train(
            run,
            dataset,
            device=arguments.device,
            log=sys.stdout,
            checkpoints=checkpoints,
            events=events,
        )
    write_run(trained, folder, dataset.sha256)
    write_job(folder / "job.json", _STARTED, checkpoints.earlier if checkpoints else None)
    if checkpoints:
        checkpoints.remove()


def _check_runs(arguments: argparse.Namespace) -> None:
    from backprop_lab.results.check_folder import check_folder

    check_folder(
        arguments.runs, arguments.dataset, digests=arguments.digests, targets=arguments.targets
    )


def _submission(arguments: argparse.Namespace) -> None:
    from backprop_lab.training.submission import write_submission

    write_submission(arguments.predictions, arguments.output)
