"""First places that several share, so that no sentence names one of them as the best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place

#: Values that differ by less are equal: means of fractions are rounded.
_ROUNDING = 1e-12


def add_ties(book: FactBook, prefix: str, values: ArrayLike, first: float, place: Place) -> None:
    """Add <prefix>.n_tied, how many values are equal to the first, where there are several.

    Where one alone has the first place there is no such fact.

    Args:
        prefix: of the facts that name one of them, such as "sweep.width.sgd.best".
        values: all that were compared, of any shape; NaN takes no part.
        first: the largest of them, or the smallest.
        place: the cells that they come from.
    """
    n_tied = int((np.abs(np.asarray(values, dtype=float) - first) <= _ROUNDING).sum())
    if n_tied > 1:
        such = "" if place.how == "computed" else f"{place.columns[0]} = {first:.12g}"
        counted = replace(place, how="such" if such else "computed", such=such)
        book.add(f"{prefix}.n_tied", n_tied, "count", counted)
