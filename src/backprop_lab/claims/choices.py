"""The choices behind a verdict, and what each of them changes in a criterion.

claims.yaml and the statistics of this report settle five questions that another analyst might
have settled otherwise.  Every combination of the answers is a cell of the multiverse (Steegen
et al. 2016).
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from backprop_lab.claims.criteria import Evidence, Part
from backprop_lab.results.statistics import LEVEL
from backprop_lab.runs.columns import GAPS, QUANTITIES

#: Choice -> its values, in the order in which a reader goes through them.
#:
#: level: two-sided confidence of every interval.
#: margin: by what every margin is multiplied; see `with_margin`.
#: epoch: which epoch's figures are compared; see `at_epoch`.
#: interval: of `statistics.INTERVALS`; "t" as sealed, where the bootstrap takes over from
#:     BOOTSTRAP_FROM values on.
#: correction: whether the criteria are corrected for their number; see `multiverse.outcomes`.
CHOICES: dict[str, tuple[Any, ...]] = {
    "level": (0.9, 0.95, 0.99),
    "margin": (0.5, 1, 2),
    "epoch": ("last", "best"),
    "interval": ("t", "bootstrap", "sign_flip"),
    "correction": ("none", "holm"),
}


class Cell(NamedTuple):
    """One value of each choice."""

    level: float
    margin: float
    epoch: str
    interval: str
    correction: str

    def place(self, choice: str) -> int:
        """Return the place of this cell's value among those of the choice.

        >>> SEALED.place("level")
        1
        """
        return CHOICES[choice].index(getattr(self, choice))


#: Every cell; the last choice changes first.
CELLS = tuple(Cell(*values) for values in product(*CHOICES.values()))
#: The cell that claims.json has.
SEALED = Cell(level=LEVEL, margin=1, epoch="last", interval="t", correction="none")


def at_epoch(part: Part, epoch: str) -> Part:
    """Return a part of a claim as it is with another epoch.

    "best" takes the epoch of a run's highest validation accuracy instead of its last one.  It
    touches what is measured in the last epoch, an accuracy, a loss or a gap, and leaves alone
    changes since an earlier epoch, means over all epochs, test accuracies (measured once, after
    the last epoch) and times.  Which setting `pick: best` means stays as sealed.

    >>> at_epoch({"kind": "value", "measure": {"quantity": "val_loss"}}, "best")["measure"]
    {'quantity': 'val_loss', 'at': 'best'}
    >>> at_epoch({"kind": "value", "measure": {"quantity": "test_accuracy"}}, "best")["measure"]
    {'quantity': 'test_accuracy'}
    """
    if epoch == "last":
        return part
    changed = dict(part)
    for key in ("measure", "second_measure"):
        measure = part.get(key)
        if measure is None or "since" in measure or measure.get("at", "last") != "last":
            continue
        if measure["quantity"] in (*QUANTITIES, *GAPS):
            changed[key] = {**measure, "at": epoch}
    return changed


def with_margin(part: Part, factor: float, chance: float) -> Part:
    """Return a part of a claim with its margins multiplied.

    A margin is a number that claims.yaml itself gives as a bound, or `within`.  What is
    multiplied is its distance from no difference: from 0, for a ratio that of its logarithm,
    for a plain accuracy ("does not learn") that from the accuracy of guessing.  So a bound of 0
    stays, and so does a region with a bound that the original printed, which is no tolerance
    but the claim.

    Args:
        factor: above 0; 1 changes nothing.
        chance: accuracy of guessing, as a fraction.

    >>> with_margin({"kind": "difference", "below": -0.002}, 2, 0.1)["below"]
    -0.004
    >>> with_margin({"kind": "ratio", "above": 1.5}, 2, 0.1)["above"]
    2.25
    """
    bounds = {key: part[key] for key in ("above", "below") if key in part}
    if factor == 1 or any(isinstance(bound, str) for bound in bounds.values()):
        return part
    changed = dict(part)
    if "within" in part:
        changed["within"] = part["within"] * factor
    measure = part.get("measure") or {}
    guessed = part["kind"] == "value" and str(measure.get("quantity")).endswith("_accuracy")
    none = chance if guessed and "since" not in measure else 0.0
    for key, bound in bounds.items():
        changed[key] = bound**factor if part["kind"] == "ratio" else none + (bound - none) * factor
    return changed


def regions(where: str, part: Part, evidence: Evidence) -> list[tuple[float, float]]:
    """Return the region of a part that decides, by margin, in the order of CHOICES.

    Args:
        where: the part's key in claims.yaml, named in errors.

    Raises:
        LabError: a bound is no number of the original.
    """
    found = []
    for factor in CHOICES["margin"]:
        changed = with_margin(part, factor, evidence.results.chance)
        region = evidence.numbers.region(where, changed)
        assert region is not None  # load_claims lets no part decide without one
        found.append(region)
    return found
