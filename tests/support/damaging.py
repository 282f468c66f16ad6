"""Trials with damaged files: which there are, how each is read, and what may come of it."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
from pathlib import Path

from mutations import mutate
from readers import Readers
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
#: Seconds of the processor that reading one small file may take.
LIMIT = 10
#: Bytes that reading may take besides twice the file: what is read with it, and buffers.
BUFFERS = 32 * 2**20


class Fuzzed:
    """The files that are damaged: those of a build, and those of one trained run.

    Attributes:
        names: names of the files; those of the run begin with "run/".
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
        self.names = [*(f"run/{name}" for name in RUN_FILES), *self._readers.files]

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


def trial(fuzzed: Fuzzed, name: str, seed: int) -> str:
    """Damage a file in the way that the seed stands for, and read it.

    Returns:
        "taken", "refused", or what went wrong.
    """
    content = mutate(fuzzed.content(name), name, random.Random(f"{name} {seed}"))
    start = time.process_time()
    measured = seed % 8 == 0  # it takes three times as long
    if measured:
        tracemalloc.start()
    try:
        fuzzed.read(name, content)
        outcome = "taken"
    except LabError as error:
        right = str(error).strip() and "\n" not in str(error)
        outcome = "refused" if right else f"an error that is not one line: {error}"
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    finally:
        peak = tracemalloc.get_traced_memory()[1]  # 0 where it is not measured
        tracemalloc.stop()
    if peak > 2 * len(content) + BUFFERS:
        return f"took {peak} bytes of memory"
    taken = time.process_time() - start
    return outcome if taken < LIMIT else f"took {taken:.0f} seconds"
