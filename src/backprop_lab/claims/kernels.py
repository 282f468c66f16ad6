"""Is a criterion decided by less than another processor would move a run?

Criteria compare means over seeds, all computed with the kernels of one processor.  kernels.csv
says how far other kernels move single runs (`tables.kernels`).  Where that is more than what
lies between a criterion's interval and its bound, the outcome may be this processor's own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backprop_lab.claims.entries import compared, is_of_last_epoch, least_shift
from backprop_lab.files.frames import read_csv
from backprop_lab.runs.run import Run


class KernelSpread:
    """How far other kernels move single runs.

    Attributes:
        rows: run -> its row of kernels.csv.
    """

    def __init__(self, path: Path) -> None:
        """Read kernels.csv; LabError if it cannot be read."""
        rows = read_csv(path, ("variant", "seed")).to_dict("records")
        self.rows = {Run.from_id(f"{row['variant']}/seed{row['seed']}"): row for row in rows}

    def note(
        self, part: Mapping[str, Any], entry: Mapping[str, Any], region: tuple[float, float]
    ) -> dict[str, Any] | None:
        """Set what kernels do beside what decides a criterion.

        Args:
            part: of claims.yaml.
            entry: the part's entry in claims.json.
            region: in which the claim puts the estimate.

        Returns:
            {"spread", "distance", "within", "variants"}.  spread: the largest minus the smallest
            value over kernels of one run, of what the criterion measures; of the settings that
            it compares, the larger.  distance: the least shift of the interval that changes the
            outcome.  within: distance < spread.  variants: those whose spread was measured: the
            very setting, or else those of the same network, or else of the same kind (`_kind`).
            None where the criterion is none of a figure of the last epoch, has no interval, or
            nothing of its kind was measured.
        """
        if not (is_of_last_epoch(part) and entry["decides"] and entry["interval"]):
            return None
        column = f"{part['measure']['quantity']}_range"
        found = {
            str(row["variant"]): float(row[column])
            for side in compared(entry)
            for row in self._nearest(Run.from_id(f"{side}/seed0"))
            if not math.isnan(row.get(column, math.nan))
        }
        if not found:
            return None
        spread, distance = max(found.values()), least_shift(entry["interval"], region)
        return {
            "spread": spread,
            "distance": distance,
            "within": distance < spread,
            "variants": list(found),
        }

    def _nearest(self, run: Run) -> list[Mapping[Any, Any]]:
        """Return the rows of the variant, or of its network, or of its kind; there may be none."""
        kind = {one: row for one, row in self.rows.items() if _kind(one) == _kind(run)}
        network = {one: row for one, row in kind.items() if one.hidden_sizes == run.hidden_sizes}
        itself = {one: row for one, row in network.items() if one.variant == run.variant}
        return list((itself or network or kind).values())


def _kind(run: Run) -> tuple[object, ...]:
    """Return what two runs of a kind share: all but sizes, learning rate, epochs and seeds."""
    rules = (run.init, run.pixels, run.shuffle, run.weight_gradient, run.bias_gradient)
    return run.backend, run.activation, run.optimizer, *rules
