"""The state of a long run, saved now and then, so that a run that was killed goes on from it.

A run's checkpoint is one .npz file beside the runs, no output of the run: Snakemake deletes
the outputs of a job before it starts the job.  It holds what training changes in the network
(parameters and the optimiser's memory), the history and the timing of the epochs so far, and
a key that says what all of this was computed from and with.  A checkpoint with another key is
not used.  The order of the images needs no place in it: it follows from the run's seed.

A run that goes on from a checkpoint ends with the same bytes as one that was never interrupted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from threadpoolctl import threadpool_info

from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.atomic import replacing
from backprop_lab.nn.classifier import Classifier

if TYPE_CHECKING:
    from backprop_lab.training.loop import HistoryRow, TimingRow

#: Least time between two checkpoints, in seconds: shorter runs write none.
INTERVAL = 15.0
#: Most of a run's time that may go into checkpoints; the interval grows to keep it.
MOST_COST = 0.01
#: What makes keys differ when the form of the file changes.
_FORM = "1"


@dataclass
class Progress:
    """How far a run has come.

    Attributes:
        history: a row an epoch, as in `loop.TrainedRun`.
        timing: a row an epoch, in seconds; of epochs before an interruption, as they were then.
        seconds: that earlier processes worked on the run, until their last checkpoint.
        cpu_seconds: of the processor, in the same processes.
    """

    history: list[HistoryRow] = field(default_factory=list)
    timing: list[TimingRow] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0


class Checkpoints:
    """Where a run saves its state, how often, and when a saved state may be used.

    Args:
        path: the file, .npz.
        key: what the run's numbers follow from, such as its id, by name.
        started: when this process began, Unix seconds.
        interval: least time between two checkpoints, in seconds; it grows where writing takes
            more than a hundredth of it.  0: after every epoch, whatever it costs.
        log: gets a line when a checkpoint is used, not used or not written.
    """

    def __init__(
        self,
        path: Path,
        key: Mapping[str, str],
        *,
        started: float,
        interval: float = INTERVAL,
        log: TextIO = sys.stdout,
    ) -> None:
        self.path, self.started, self.interval, self.log = path, started, interval, log
        self.earlier = Progress()
        self._key = {"form": _FORM, **key}
        self._next = time.monotonic() + interval

    def resume(self, network: Classifier, epochs: int) -> Progress:
        """Put the saved state into a new network, if there is one that fits.

        Args:
            network: as `training.backends.build` made it; unchanged if nothing is used.
            epochs: of the whole run.

        Returns:
            The progress at that time; that of a run at its beginning if nothing is used.
        """
        self._key["libraries"] = libraries(network)
        if self.path.exists():
            try:
                self.earlier = self._load(network, epochs)
                done = len(self.earlier.history)
                self._say(f"{self.path}: going on after epoch {done} of {epochs}")
            except LabError as error:
                self._say(f"{error}; the run starts from its first epoch")
        return Progress(list(self.earlier.history), list(self.earlier.timing))

    def offer(self, network: Classifier, progress: Progress) -> None:
        """Save the state after an epoch, if enough time has passed since the last time.

        A checkpoint that cannot be written is a line in the log: the run goes on.
        """
        start = time.monotonic()
        if start < self._next:
            return
        try:
            self._save(network, progress)
        except LabError as error:
            self._say(f"no checkpoint: {error}; the run goes on")
        end = time.monotonic()
        if self.interval:
            self._next = end + max(self.interval, (end - start) / MOST_COST)

    def remove(self) -> None:
        """Delete the checkpoint of a run that is complete, and folders that this empties."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
            for folder in list(self.path.parents)[:2]:
                folder.rmdir()

    def _save(self, network: Classifier, progress: Progress) -> None:
        spent = [
            self.earlier.seconds + time.time() - self.started,
            self.earlier.cpu_seconds + time.process_time(),
        ]
        state = {f"state.{name}": array for name, array in network.state().items()}
        with replacing(self.path) as file:
            np.savez(
                file,
                allow_pickle=False,
                key=np.frombuffer(json.dumps(self._key).encode(), np.uint8),
                history=np.array(progress.history, np.float64),
                timing=np.array(progress.timing, np.float64),
                spent=np.array(spent),
                **state,
            )

    def _load(self, network: Classifier, epochs: int) -> Progress:
        """Read the checkpoint and put its state into the network; LabError if it does not fit."""
        fresh = network.state()
        names = ("key", "history", "timing", "spent")
        advice = "not used"
        try:
            [key] = read_arrays(self.path, names[:1], advice)
            self._check_key(key.tobytes())
            arrays = read_arrays(self.path, names[1:] + tuple(f"state.{n}" for n in fresh), advice)
        except MemoryError:  # of a damaged shape
            raise LabError(f"{self.path}: damaged (not enough memory for it); {advice}") from None
        (history, timing, spent), state = arrays[:3], dict(zip(fresh, arrays[3:], strict=True))
        done = len(history) if history.ndim else 0
        forms = [(history, (done, 5)), (timing, (done, 3)), (spent, (2,))]
        whole = (
            all(one.shape == shape and one.dtype == np.float64 for one, shape in forms)
            and all(np.isfinite(one).all() for one, _ in forms)
            and 0 < done < epochs
            and all((one[:, 0] == np.arange(1, done + 1)).all() for one in (history, timing))
            and all(
                (state[name].shape, state[name].dtype) == (fresh[name].shape, fresh[name].dtype)
                for name in fresh
            )
        )
        if not whole:
            raise LabError(f"{self.path}: damaged (arrays of another form); {advice}")
        network.load_state(state)
        return Progress(
            [(int(epoch), *figures) for epoch, *figures in history.tolist()],
            [(int(epoch), *seconds) for epoch, *seconds in timing.tolist()],
            *spent.tolist(),
        )

    def _check_key(self, text: bytes) -> None:
        """Raise a LabError that names what differs, unless the key is this run's own."""
        try:
            key = json.loads(text)
            differing = [name for name in self._key if key.get(name) != self._key[name]]
        except (AttributeError, ValueError):
            differing = ["key"]
        if differing:
            raise LabError(f"{self.path}: of another {', '.join(differing)}; not used")

    def _say(self, line: str) -> None:
        print(line, file=self.log, flush=True)


def libraries(network: Classifier) -> str:
    """Name the libraries and the instructions that compute a network, versions included.

    Another library, or the same on another processor, rounds differently: a run that began on
    the one and ended on the other could not be repeated.
    """
    found = [f"numpy {np.__version__}"]
    found += sorted(
        " ".join(str(one.get(key)) for key in ("prefix", "version", "architecture"))
        for one in threadpool_info()
    )
    numpy: Any = np.show_config(mode="dicts")
    found.append(" ".join(numpy["SIMD Extensions"].get("found", [])))
    if torch := sys.modules.get("torch"):
        capability = torch.backends.cpu.get_cpu_capability()
        found.append(f"torch {torch.__version__} {capability}")
    found.append(str(getattr(network, "device", "cpu")))
    return "; ".join(found)
