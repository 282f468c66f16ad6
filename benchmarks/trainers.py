"""How fast the networks train: every contender in turn, one process, one thread.

    python benchmarks/trainers.py results/dataset.npz results/benchmarks --settings all

writes into results/benchmarks:

    trainers.csv         a row a setting, round and contender: seconds for n_images
    trainers_ratios.csv  a row a setting and other contender: our time over theirs in the
                         same round; median, least and most over the rounds
    machine.json         versions, processor, BLAS kernels, threads

A machine's speed drifts, so no contender is measured for long at a time: in each round
every one trains once, the one that begins changes from round to round, and seconds are
compared within a round only.  A round that is not counted goes before.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from backprop_lab.data.datasets import Dataset, load
from backprop_lab.errors import LabError
from backprop_lab.files.frames import write_csv
from backprop_lab.measurements.environment import write_environment
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import one_thread
from backprop_lab.training.initialization import batch_orders
from contenders import contenders_for

OURS = ("numpy", "torch")
LEARNING_RATES = {"sgd": 0.1, "adam": 0.001}
#: Images a setting of the grid is timed on; the main settings take all there are.
GRID_IMAGES = 5_000
ROUNDS = 5

#: Columns that name a setting.
SETTING = ["group", "hidden_sizes", "activation", "optimizer", "batch_size", "n_images"]


def settings(which: str) -> list[tuple[str, Run]]:
    """The settings to time, each with its group, "main" or "grid".

    Args:
        which: "main" for the network of the report on whole epochs, "all" for the grid too.
    """
    found = [("main", _run((360,), "relu", *rest)) for rest in product(LEARNING_RATES, (32, 128))]
    if which == "all":
        grid = product(
            ((360,), (360, 100), (360, 100, 40)),
            ("relu", "sigmoid"),
            LEARNING_RATES,
            (8, 32, 128, 512),
        )
        found += [("grid", _run(*parameters)) for parameters in grid]
    return found


def time_setting(group: str, run: Run, dataset: Dataset, rounds: int) -> list[dict]:
    """Time all contenders in turn.

    Args:
        dataset: its training images are those of one round.
        rounds: how many are counted.

    Returns:
        A row a round and contender, of the columns of trainers.csv.
    """
    contenders = {name: kind(run, dataset) for name, kind in contenders_for(run).items()}
    names = list(contenders)
    n_images = len(dataset.train_labels)
    setting = {
        "group": group,
        "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
        "activation": run.activation,
        "optimizer": run.optimizer,
        "batch_size": run.batch_size,
        "n_images": n_images,
    }
    orders = batch_orders(run, n_images)
    rows = []
    for number in range(rounds + 1):
        order = next(orders)
        first = number % len(names)
        for position, name in enumerate(names[first:] + names[:first], start=1):
            start = time.perf_counter()
            contenders[name].epoch(order)
            seconds = time.perf_counter() - start
            if number > 0:
                row = {"contender": name, "round": number, "position": position}
                rows.append(setting | row | {"seconds": seconds})
    return rows


def ratios(times: pd.DataFrame) -> pd.DataFrame:
    """Our time over every other contender's in the same round, by setting.

    Args:
        times: trainers.csv.

    Returns:
        A row a setting, ours ("numpy", "torch") and other (a peer, the other of ours, or
        "floor"): n_rounds, our_seconds and other_seconds (medians), ratio_median,
        ratio_min, ratio_max.  Below one ours is faster.
    """
    rows = []
    for setting, group in times.groupby(SETTING, sort=False):
        seconds = group.pivot(index="round", columns="contender", values="seconds")
        others = [name for name in dict.fromkeys(group["contender"]) if name != OURS[0]]
        for ours in OURS:
            for other in others:
                if other == ours:
                    continue
                ratio = seconds[ours] / seconds[other]
                rows.append(
                    dict(zip(SETTING, setting, strict=True))
                    | {
                        "ours": ours,
                        "other": other,
                        "n_rounds": len(ratio),
                        "our_seconds": seconds[ours].median(),
                        "other_seconds": seconds[other].median(),
                        "ratio_median": ratio.median(),
                        "ratio_min": ratio.min(),
                        "ratio_max": ratio.max(),
                    }
                )
    return pd.DataFrame(rows)


def measure(
    npz: Path, folder: Path, *, which: str, images: int | None = None, rounds: int = ROUNDS
) -> None:
    """Time every setting, and write trainers.csv, trainers_ratios.csv and machine.json.

    Args:
        npz: dataset.npz; dataset.json lies beside it.
        folder: where to write.
        which: "main" or "all".
        images: at most so many a round, for a trial.
        rounds: how many are counted.

    Raises:
        LabError: the data set cannot be read, a file cannot be written, or there are
            no rounds or images.
    """
    if rounds < 1 or (images is not None and images < 1):
        raise LabError("--rounds and --images must be at least 1")
    dataset = load(npz, npz.with_suffix(".json"))
    chosen = settings(which)
    rows = []
    with one_thread():
        for group, run in (bar := tqdm(chosen, unit="setting", smoothing=0)):
            bar.set_postfix_str(run.variant)
            limits = [len(dataset.train_labels), images, GRID_IMAGES if group == "grid" else None]
            rows += time_setting(
                group, run, _first(dataset, min(n for n in limits if n is not None)), rounds
            )
    times = pd.DataFrame(rows)
    write_csv(times, folder / "trainers.csv")
    write_csv(ratios(times), folder / "trainers_ratios.csv")
    write_environment(folder / "machine.json", device="cpu")


def _run(hidden_sizes: Sequence[int], activation: str, optimizer: str, batch_size: int) -> Run:
    return Run(
        backend="numpy",
        hidden_sizes=hidden_sizes,
        activation=activation,
        optimizer=optimizer,
        learning_rate=LEARNING_RATES[optimizer],
        batch_size=batch_size,
        epochs=1,
        seed=0,
    )


def _first(dataset: Dataset, n: int) -> Dataset:
    """The data set with its first n training images alone."""
    return replace(
        dataset, train_images=dataset.train_images[:n], train_labels=dataset.train_labels[:n]
    )


def run_program(
    argv: Sequence[str] | None, description: str, measure: Callable[..., None], **options: dict
) -> int:
    """Read a benchmark's command line and measure; a LabError becomes one line and status 1.

    Args:
        argv: without the program's name; None takes that of the process.
        measure: called with the data set, the folder and each option by its name.
        options: what argparse takes for each further option, beside --rounds.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("dataset", type=Path, help="dataset.npz, dataset.json beside it")
    parser.add_argument("folder", type=Path, help="where the results go")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    for name, option in options.items():
        parser.add_argument(f"--{name}", **option)
    arguments = vars(parser.parse_args(argv))
    try:
        measure(arguments.pop("dataset"), arguments.pop("folder"), **arguments)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Time the contenders; see `run_program`."""
    return run_program(
        argv,
        __doc__ or "",
        measure,
        settings={"dest": "which", "default": "main", "choices": ["main", "all"]},
        images={"type": int, "help": "at most so many a round, for a trial"},
    )


if __name__ == "__main__":
    sys.exit(main())
