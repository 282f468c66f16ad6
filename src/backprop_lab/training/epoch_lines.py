"""The line that a run adds to its log after each epoch: written here, and read here.

It is all that a run says while it trains, so whoever wants to follow a run reads its log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"epoch +(?P<epoch>\d+)/(?P<epochs>\d+)"
    r"  train loss (\S+)  accuracy +(\S+) %  validation loss (\S+)  accuracy +(\S+) %  (\S+) s"
)


@dataclass(frozen=True)
class EpochLine:
    """What a line says.

    Attributes:
        epoch, epochs: the one that is complete, from 1, and how many the run has.
        train_loss, val_loss: mean cross-entropy an image; may be inf or nan.
        train_accuracy, val_accuracy: fractions.
        seconds: that training and evaluation took.
    """

    epoch: int
    epochs: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"epoch {self.epoch:3d}/{self.epochs}"
            f"  train loss {self.train_loss:.4f}  accuracy {100 * self.train_accuracy:6.2f} %"
            f"  validation loss {self.val_loss:.4f}  accuracy {100 * self.val_accuracy:6.2f} %"
            f"  {self.seconds:.2f} s"
        )

    @classmethod
    def parse(cls, line: str) -> EpochLine | None:
        """Read a line of a log; None if it is not of an epoch.

        >>> EpochLine.parse(str(EpochLine(3, 10, 0.5, 0.75, 0.25, 0.875, 1.5)))
        EpochLine(epoch=3, epochs=10, train_loss=0.5, train_accuracy=0.75, val_loss=0.25, \
val_accuracy=0.875, seconds=1.5)
        """
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            return None
        try:
            train_loss, train_percent, val_loss, val_percent, seconds = map(
                float, found.groups()[2:]
            )
        except ValueError:
            return None
        return cls(
            epoch=int(found["epoch"]),
            epochs=int(found["epochs"]),
            train_loss=train_loss,
            train_accuracy=train_percent / 100,
            val_loss=val_loss,
            val_accuracy=val_percent / 100,
            seconds=seconds,
        )
