"""Is a criterion decided by less than another split of the images would move an accuracy?

All runs that criteria compare share one split into training and validation images.  So what the
split adds to an accuracy is the same for all seeds, and no interval over seeds holds it.
variance.csv says how large it is: in some of its runs only the split is drawn anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backprop_lab.claims.entries import bounds_of, is_of_last_epoch, least_shift
from backprop_lab.claims.images import IMAGES
from backprop_lab.files.frames import read_csv


class SplitSpread:
    """How much an accuracy varies from split to split.

    Attributes:
        std: quantity -> sample standard deviation over runs that differ in the split alone.
    """

    def __init__(self, path: Path) -> None:
        """Read variance.csv; LabError if it cannot be read."""
        rows = read_csv(path, ("source", *(f"{quantity}_std" for quantity in IMAGES)))
        alone = rows[rows["source"] == "split"]
        found = {quantity: alone[f"{quantity}_std"].tolist() for quantity in IMAGES}
        self.std = {
            quantity: stds[0] for quantity, stds in found.items() if stds and math.isfinite(stds[0])
        }

    def note(self, part: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any] | None:
        """Set what the split does beside what decides a criterion.

        Args:
            part: of claims.yaml.
            entry: the part's entry in claims.json.

        Returns:
            {"spread", "distance", "within"}.  spread: `std` of one setting's accuracy; a split
            moves both settings of a difference, which may cancel in part.  distance: the least
            shift of the interval that changes the outcome.  within: distance < spread.
            None where the criterion is none on an accuracy of the last epoch, has no interval
            or no bound, or the spread was not measured.
        """
        if not (is_of_last_epoch(part) and entry["decides"] and entry["interval"]):
            return None
        spread = self.std.get(part["measure"]["quantity"])
        if spread is None:
            return None
        distance = least_shift(entry["interval"], bounds_of(entry["region"]))
        return {"spread": spread, "distance": distance, "within": distance < spread}
