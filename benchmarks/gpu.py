"""How fast PyTorch trains on a GPU, beside the same network on the processor.

    python benchmarks/gpu.py results/dataset.npz results/benchmarks

writes gpu.csv, a row a setting, with the seconds of an epoch on either device and their ratio
in the same round; and gpu_machine.json.  On the processor one thread computes, as in a run.
Both devices train from the same weights on the same batches, in turn, and the one that begins
changes from round to round.  A round that is not counted goes before.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from backprop_lab.data.datasets import Dataset, load
from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.errors import LabError
from backprop_lab.files.frames import write_csv
from backprop_lab.measurements.environment import write_environment
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build, one_thread
from backprop_lab.training.initialization import Ends, batch_orders
from trainers import LEARNING_RATES, ROUNDS, run_program

HIDDEN_SIZES = ((360,), (360, 100, 40))
BATCH_SIZES = (32, 128, 512)


def compare(run: Run, dataset: Dataset, devices: tuple[str, str], rounds: int) -> dict:
    """Train one setting on both devices in turn.

    Args:
        devices: as `nn.torch_network` calls them; the first one's time is divided by the
            second one's.
        rounds: how many are counted; each is an epoch over all training images.

    Returns:
        A row of gpu.csv: the setting, `n_rounds`, the median seconds of each device,
        ratio_median, ratio_min, ratio_max, and the largest difference of an epoch's mean
        training loss between the devices (nats).
    """
    live = LivePixels.of(dataset.train_images)
    images = live.training(dataset.train_images, run.pixels)
    labels = dataset.train_labels.astype(np.int64)
    networks = [build(run, ends=Ends.of(dataset), live=live, device=device) for device in devices]
    orders = batch_orders(run, len(labels))
    seconds = np.zeros((rounds + 1, 2))
    losses = np.zeros((rounds + 1, 2))
    for number in range(rounds + 1):
        order = next(orders)
        for i in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            # Returns numbers, so it waits until the device has computed them.
            losses[number, i], _ = networks[i].train_epoch(images, labels, order)
            seconds[number, i] = time.perf_counter() - start
    ratio = seconds[1:, 0] / seconds[1:, 1]
    first, second = devices
    return {
        "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
        "optimizer": run.optimizer,
        "batch_size": run.batch_size,
        "n_images": len(labels),
        "n_rounds": rounds,
        f"{first}_seconds": np.median(seconds[1:, 0]),
        f"{second}_seconds": np.median(seconds[1:, 1]),
        "ratio_median": np.median(ratio),
        "ratio_min": ratio.min(),
        "ratio_max": ratio.max(),
        "loss_difference": np.abs(losses[:, 0] - losses[:, 1]).max(),
    }


def measure(
    npz: Path, folder: Path, *, devices: tuple[str, str] = ("cuda", "cpu"), rounds: int = ROUNDS
) -> None:
    """Compare every setting, and write gpu.csv and gpu_machine.json.

    Raises:
        LabError: there is no such device, the data set cannot be read, a file cannot be
            written, or there are no rounds.
    """
    if rounds < 1:
        raise LabError("--rounds must be at least 1")
    dataset = load(npz, npz.with_suffix(".json"))
    settings = list(product(HIDDEN_SIZES, LEARNING_RATES, BATCH_SIZES))
    with one_thread():
        rows = [
            compare(_run(*setting), dataset, devices, rounds)
            for setting in tqdm(settings, unit="setting")
        ]
    write_csv(pd.DataFrame(rows), folder / "gpu.csv")
    write_environment(folder / "gpu_machine.json", device=devices[0])


def _run(hidden_sizes: Sequence[int], optimizer: str, batch_size: int) -> Run:
    return Run(
        backend="torch",
        hidden_sizes=hidden_sizes,
        activation="relu",
        optimizer=optimizer,
        learning_rate=LEARNING_RATES[optimizer],
        batch_size=batch_size,
        epochs=1,
        seed=0,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the devices; see `trainers.run_program`."""
    return run_program(argv, __doc__ or "", measure)


if __name__ == "__main__":
    sys.exit(main())
