"""correctness.npz: which validation and test images the runs tell that criteria are judged by."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from backprop_lab.claims.declaration import Declared, load_claims
from backprop_lab.claims.images import IMAGES, terms
from backprop_lab.claims.measures import Measured, NotRunError, Results, Row
from backprop_lab.data.datasets import Dataset, load, resplit
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.results.saved import SavedRun, how_to_train

#: Of so many images one may come out otherwise than in training: other kernels of the linear
#: algebra round otherwise, and this file may be made on another machine than the runs.
_PER_IMAGE_MOVED = 1000


def write_correctness(
    *, declared: Declared, measured: Measured, npz: Path, folder: Path, output: Path
) -> None:
    """Write which images each run tells that a criterion on accuracies of the last epoch uses.

    No run is trained again: the weights of its last epoch are loaded.  Of runs that diverged
    there are none.  The arrays of the file are

        runs              the runs' ids, one a line, as UTF-8, uint8
        validation, test  a row a run, eight images a byte, the first in its highest bit, uint8

    Args:
        npz: dataset.npz.
        folder: of the runs.

    Raises:
        LabError: a file cannot be read, or a run's weights tell another number of images than
            its files say.
    """
    declaration = load_claims(declared.claims, declared.schema)
    results, dataset = Results(measured), load(npz, measured.dataset)
    rows: dict[str, Row] = {}
    for claim in declaration["claims"].values():
        for part in claim.get("parts", {}).values():
            try:
                found = terms(part, declaration["settings"], results) or []
            except NotRunError:
                continue
            rows |= {row["id"]: row for term in found for row in term.rows}
    kept = [row for row in rows.values() if row["status"] != "diverged"]
    with threadpool_limits(1):
        told = [_told(SavedRun.open(folder / row["id"]), row, dataset) for row in kept]
    arrays = {}
    for images in IMAGES.values():
        n_bytes = (results.n_images[images] + 7) // 8
        rows_of = [one[images] for one in told]
        arrays[images] = np.array(rows_of, np.uint8).reshape(len(told), n_bytes)
    ids = np.frombuffer("\n".join(row["id"] for row in kept).encode(), np.uint8)
    with replacing(Path(output)) as file:
        np.savez(file, allow_pickle=False, runs=ids, **arrays)


def _told(saved: SavedRun, row: Row, dataset: Dataset) -> dict[str, np.ndarray]:
    """Return which images a run tells, as bits, by IMAGES."""
    split = saved.run.split_seed
    shown = dataset if split is None else resplit(dataset, split)
    predicted = saved.probabilities(shown.validation_images).argmax(axis=1)
    found = {"validation": predicted == shown.validation_labels, "test": saved.correct()}
    for quantity, images in IMAGES.items():
        n, right = len(found[images]), int(found[images].sum())
        recorded = round(float(row[quantity]) * n)
        if abs(right - recorded) > math.ceil(n / _PER_IMAGE_MOVED):
            raise LabError(
                f"{saved.folder}: its weights tell {right:,} of {n:,} {images} images, its files "
                f"say {recorded:,}; {how_to_train(saved.run)}"
            )
    return {images: np.packbits(right) for images, right in found.items()}
