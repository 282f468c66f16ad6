"""A folder of runs, checked: which runs in it are damaged, and how each is trained again."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.results.check import KnownImages, check_run
from backprop_lab.runs.run import Run


def check_folder(folder: Path, dataset: Path, *, digests: bool, targets: bool) -> None:
    """Check every run that lies in a folder, and print a line for each that is damaged.

    Args:
        folder: results/runs, with `<variant>/seed<seed>/`.
        dataset: dataset.json, of the images that the runs must have learned from.
        digests: see `check_run`.
        targets: print no lines but the path of a file of each damaged run, and raise nothing
            for these: the output is for `snakemake --force`.

    Raises:
        LabError: a run is damaged, or dataset.json is, or there is no run in the folder.
    """
    images = KnownImages(dataset)
    paths = [path for path in sorted(Path(folder).glob("*/seed*")) if path.is_dir()]
    if not paths:
        raise LabError(f"{folder}: holds no runs; name the folder of <variant>/seed<seed>/")
    damaged = 0
    for path in paths:
        try:
            run = Run.from_id(f"{path.parent.name}/{path.name}")
        except LabError as error:  # no rule makes this folder again
            damaged += 1
            if not targets:
                print(f"{error}; move {path} elsewhere")
            continue
        try:
            check_run(run, path, images, digests=digests)
        except LabError as error:
            damaged += 1
            print(f"{path}/history.csv" if targets else error)
    if targets:
        return
    if damaged:
        raise LabError(f"{folder}: {damaged} of {len(paths)} runs are damaged")
    print(f"{folder}: {len(paths)} runs, all whole")
