"""How robust a verdict is: in how many cells of the multiverse it stays, and what flips it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from backprop_lab.claims.choices import CELLS, CHOICES, SEALED
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json


@dataclass(frozen=True)
class Robustness:
    """What the cells say of one claim.

    Attributes:
        verdict: that of the sealed cell.
        counts: verdict -> how many cells have it.
        alone: choice -> those of its values that flip the verdict when nothing else changes,
            each with the verdict that it gives.
        effects: choice -> of all pairs of cells that differ in this choice alone, the share
            whose verdicts differ, 0..1.
    """

    verdict: str
    counts: Mapping[str, int]
    alone: Mapping[str, Mapping[Any, str]]
    effects: Mapping[str, float]

    @property
    def n_same(self) -> int:
        """Count the cells with the verdict of the sealed cell."""
        return self.counts[self.verdict]

    @property
    def share(self) -> float:
        """Return the share of cells with the verdict of the sealed cell."""
        return self.n_same / len(CELLS)

    @property
    def strongest(self) -> list[str]:
        """List the choices that have an effect, the greatest first."""
        felt = [name for name in CHOICES if self.effects[name]]
        return sorted(felt, key=lambda name: -self.effects[name])


def read_robustness(path: Path) -> dict[str, Robustness | None]:
    """Read multiverse.json: claim -> its robustness; None of one that cannot be judged.

    Raises:
        LabError: the file cannot be read, or was made with other choices than this code has.
    """
    content = read_json(path)
    if content["choices"] != {name: list(values) for name, values in CHOICES.items()}:
        raise LabError(f"{path}: was made with other choices; delete it and build it again")
    return {name: robustness_of(claim["cells"]) for name, claim in content["claims"].items()}


def robustness_of(cells: Mapping[str, list[int]]) -> Robustness | None:
    """Describe one claim.

    Args:
        cells: verdict -> numbers of the cells of CELLS that have it; none of a claim that cannot
            be judged.
    """
    if not cells:
        return None
    found = {CELLS[number]: verdict for verdict, own in cells.items() for number in own}
    sealed = found[SEALED]
    return Robustness(
        verdict=sealed,
        counts={verdict: len(own) for verdict, own in cells.items()},
        alone={
            choice: {
                value: verdict
                for value in values
                if (verdict := found[SEALED._replace(**{choice: value})]) != sealed
            }
            for choice, values in CHOICES.items()
        },
        effects={choice: _effect(choice, found) for choice in CHOICES},
    )


def _effect(choice: str, found: Mapping[Any, str]) -> float:
    """Return the share of pairs of cells, alike but for one choice, whose verdicts differ."""
    pairs = [
        found[cell._replace(**{choice: first})] != found[cell._replace(**{choice: second})]
        for cell in CELLS
        if getattr(cell, choice) == CHOICES[choice][0]
        for first, second in combinations(CHOICES[choice], 2)
    ]
    return sum(pairs) / len(pairs)
