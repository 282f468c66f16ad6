"""Event files for TensorBoard: losses, accuracies and speed of a run, written while it trains.

They are for looking at, and no output of the run: its own files are the same, byte by byte,
with and without them.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from backprop_lab.errors import LabError
from backprop_lab.runs.columns import HISTORY_COLUMNS

if TYPE_CHECKING:
    from tensorboardX import SummaryWriter

    from backprop_lab.training.loop import HistoryRow, TimingRow

#: Column of a run's history -> the name that TensorBoard shows it under.
TAGS = dict(
    zip(
        HISTORY_COLUMNS[1:],
        ("loss/training", "accuracy/training", "loss/validation", "accuracy/validation"),
        strict=True,
    )
)
SPEED = "speed/seconds_per_epoch"


class EventFiles:
    """The folder of a run's event files; used in a `with` statement.

    What an earlier process left there goes.  A run that goes on from a checkpoint writes its
    earlier epochs again, so that the curves are whole.

    Args:
        folder: made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written = 0
        self._writer: SummaryWriter | None = None

    def __enter__(self) -> Self:
        """Empty the folder and open a file in it.

        Raises:
            LabError: the folder cannot be written, or the library is not installed.
        """
        try:
            from tensorboardX import SummaryWriter  # half a second, rarely needed
        except ImportError:
            raise LabError(
                "log_tensorboard: the package tensorboardX is not installed; run "
                "`pip install -c requirements.lock -e .`, or set `log_tensorboard: false`"
            ) from None
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._writer = SummaryWriter(str(self.folder), flush_secs=5)
        except OSError as error:
            raise LabError(
                f"{self.folder}: no event files can be written ({error.strerror}); "
                "set `log_tensorboard: false` to train without them"
            ) from error
        return self

    def write(self, history: Sequence[HistoryRow], timing: Sequence[TimingRow]) -> None:
        """Write the epochs that are not written yet.

        Args:
            history, timing: of all epochs so far, as in `loop.TrainedRun`.
        """
        if self._writer is None:
            raise ValueError("event files are written inside a `with` statement")
        done = slice(self._written, None)
        for (epoch, *figures), (_, *seconds) in zip(history[done], timing[done], strict=True):
            for tag, figure in zip(TAGS.values(), figures, strict=True):
                self._writer.add_scalar(tag, figure, epoch)
            self._writer.add_scalar(SPEED, sum(seconds), epoch)
        self._written = len(history)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._writer is not None:
            self._writer.close()
