"""Trials with damaged files: which there are, how each is read, and what may come of it."""

from __future__ import annotations

import io
import random
import time
from pathlib import Path

from mutations import mutate
from readers import COLLECTED, Readers
from synthetic import write_test_outputs

from backprop_lab.data.datasets import load
from backprop_lab.errors import LabError
from backprop_lab.results.check import KnownImages, check_run
from backprop_lab.runs.run import Run
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run

RUN = Run("numpy", (6,), "relu", "sgd", 0.1, 32, 4, 0)
RUN_FILES = ("result.json", "history.csv", "timing.csv", "job.json", "model.npz", "predictions.npz")
#: Seconds that reading one small file may take on a busy machine.
LIMIT = 30


class Fuzzed:
    """The files that are damaged: those of a build, and those of one trained run.

    Attributes:
        shares: name of a file -> its share of the trials; what takes a second to read gets few.
    """

    def __init__(self, folder: Path) -> None:
        """Args: a folder to write into."""
        self._readers = Readers(folder / "out")
        self._scratch = folder / "scratch"
        self._scratch.mkdir()
        images = folder / "images"
        images.mkdir()
        write_test_outputs(images, seeds=0, n=60)
        self._images = KnownImages(images / "dataset.json")
        self._run = folder / "runs" / RUN.id
        dataset = load(images / "dataset.npz", images / "dataset.json")
        trained = train(RUN, dataset, device="cpu", log=io.StringIO())
        write_run(trained, self._run, self._images.sha256)
        write_job(self._run / "job.json", started=0)
        self.shares = {f"run/{name}": 20.0 for name in RUN_FILES}
        slow = {**dict.fromkeys(COLLECTED, 0.02), "tables/speed.csv": 0.2, "claims.yaml": 0.3}
        self.shares |= {name: slow.get(name, 1.0) for name in self._readers.files}

    def content(self, name: str) -> bytes:
        """Return the content of a whole file."""
        return self._path(name).read_bytes()

    def read(self, name: str, content: bytes) -> None:
        """Read a file with another content, in every way in which it is read."""
        if name.startswith("run/"):
            path, whole = self._path(name), self.content(name)
            path.write_bytes(content)
            try:
                check_run(RUN, self._run, self._images)
                check_run(RUN, self._run, self._images, digests=True)
            finally:
                path.write_bytes(whole)
        else:
            path = self._scratch / Path(name).name
            path.write_bytes(content)
            self._readers.read(name, path)

    def _path(self, name: str) -> Path:
        if name.startswith("run/"):
            return self._run / name.removeprefix("run/")
        return self._readers.folder / name


def trial(fuzzed: Fuzzed, name: str, number: int) -> str:
    """Damage a file in the way that the number stands for, and read it.

    Returns:
        "taken", "refused", or what went wrong.
    """
    content = mutate(fuzzed.content(name), name, random.Random(f"{name} {number}"))
    start = time.monotonic()
    try:
        fuzzed.read(name, content)
        outcome = "taken"
    except LabError as error:
        outcome = "refused" if str(error).strip() else "an error without words"
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    taken = time.monotonic() - start
    return outcome if taken < LIMIT else f"took {taken:.0f} seconds"
