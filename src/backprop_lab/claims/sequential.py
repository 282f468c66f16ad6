"""Looks: at which numbers of seeds an undecided criterion is judged again, and at which level.

Whoever judges again and again, each time with more seeds, is wrong more often: every look adds
its own chance of error.  So the chance of a wrong verdict on a criterion has a budget, and each
look has to pay.  A wrong verdict is "supported" where the truth lies outside the region, or
"opposed" where it lies inside.

The first look is the one at the seeds of `config.yaml`, at 95 %.  At one bound it is wrong in
2.5 % of the cases at most, for only one end of the interval can be on the wrong side.  What is
left of the budget is spent in proportion to the seeds that each look adds: an alpha-spending
function (Lan and DeMets 1983; this one is Kim and DeMets 1987 with rho = 1).  By Bonferroni's
inequality the looks together are wrong no more often than the sum of what each is, however they
depend on each other.  So nothing has to be known of the joint distribution of the t statistics,
and anybody may stop after any look.

A narrow region with two bounds can be missed on either side of it, and then the first look may
spend 5 % on "opposed".  So later looks at such a region can support, and not oppose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.runs.further import Decide

#: The kind of interval of later looks (`results.statistics.INTERVALS`), however many seeds.
METHOD = "t"


@dataclass(frozen=True)
class Look:
    """One look at a criterion.

    Attributes:
        n: seeds that it is judged on, those of earlier looks included.
        level: two-sided confidence of its interval.
    """

    n: int
    level: float


@dataclass(frozen=True)
class Rule:
    """The rule of further looks, `sequential:` of claims.yaml.

    Attributes:
        looks: numbers of seeds, rising; the last is the ceiling.
        wrong: the largest chance of a wrong verdict on a criterion, over all its looks.
    """

    looks: tuple[int, ...]
    wrong: float

    @classmethod
    def of(cls, declaration: Mapping[str, Any]) -> Rule | None:
        """Return the rule that a claims.yaml, which fits its schema, declares; None without one.

        Raises:
            LabError: the numbers of seeds do not rise.
        """
        if "sequential" not in declaration:
            return None
        rule = cls(tuple(declaration["sequential"]["looks"]), declaration["sequential"]["wrong"])
        if any(later <= earlier for earlier, later in pairwise(rule.looks)):
            raise LabError(
                f"claims.yaml: sequential.looks: {list(rule.looks)} must rise; put them in order"
            )
        return rule

    @property
    def ceiling(self) -> int:
        """Return the number of seeds after which "undecided" is the verdict."""
        return self.looks[-1]

    def next_look(self, n: int) -> int | None:
        """Return the next number of seeds above n; None at the ceiling.

        >>> rule = Rule((5, 10, 20), 0.05)
        >>> rule.next_look(3), rule.next_look(10), rule.next_look(20)
        (5, 20, None)
        """
        return next((look for look in self.looks if look > n), None)

    def looks_from(self, first: int, level: float) -> list[Look]:
        """Return all looks at a criterion, each with the level that its share of the budget buys.

        A look that spends s has the level 1 - 2 s: its interval lies wholly beyond a bound, on
        the wrong side, with the probability s.

        >>> [(look.n, round(look.level, 4)) for look in Rule((5, 10), 0.05).looks_from(5, 0.95)]
        [(5, 0.95), (10, 0.95)]
        >>> [(look.n, round(look.level, 4)) for look in Rule((5, 13), 0.05).looks_from(3, 0.95)]
        [(3, 0.95), (5, 0.99), (13, 0.96)]

        Args:
            first: seeds of the first look.
            level: of the first look.

        Raises:
            LabError: the first look leaves nothing to spend.
        """
        numbers = [first, *(n for n in self.looks if n > first)]
        spent = (1 - level) / 2
        rest = self.wrong - spent
        if rest <= 0:
            raise LabError(
                f"claims.yaml: sequential.wrong: the first look alone spends {spent:g}; allow more"
            )
        added = [later - earlier for earlier, later in pairwise(numbers)]
        shares = [rest * more / sum(added) for more in added]
        later = [Look(n, 1 - 2 * share) for n, share in zip(numbers[1:], shares, strict=True)]
        return [Look(first, level), *later]


def follow(
    looks: Sequence[Look], judge: Callable[[Look], str | None], *, two_bounds: bool
) -> list[tuple[Look, str | None]]:
    """Look until a criterion is decided; return each look that was needed, with its outcome.

    Args:
        looks: see `Rule.looks_from`; may end before the ceiling.
        judge: returns a look's outcome, as `claims.entries.outcome` does.
        two_bounds: whether the region is bounded on both sides.
    """
    taken: list[tuple[Look, str | None]] = []
    for look in looks:
        outcome = judge(look)
        if taken and two_bounds and outcome == "opposed":
            outcome = "undecided"
        taken.append((look, outcome))
        if outcome != "undecided":
            break
    return taken


def check(decide: Decide, declaration: Mapping[str, Any], path: Path) -> None:
    """See that decide.yaml asks for what claims.yaml has.

    Args:
        decide: what decide.yaml, at `path`, says.
        declaration: claims.yaml, which fits its schema.

    Raises:
        LabError: claims.yaml has no rule or no such criterion, or the rule no look at so many
            seeds.
    """
    rule = Rule.of(declaration)
    if rule is None:
        raise LabError(f"{path}: claims.yaml has no rule for it, `sequential:`; remove the file")
    for name, further in decide.criteria.items():
        claim, _, part = name.partition(".")
        parts = declaration["claims"].get(claim, {}).get("parts", {})
        if part not in parts:
            raise LabError(f"{path}: criteria.{name}: claims.yaml has none of this name; remove it")
        if not parts[part].get("decides", True):
            raise LabError(
                f"{path}: criteria.{name}: is context, and decides nothing (decides: false); "
                "remove it"
            )
        n = len(further.seeds)
        if len(further.first) < 2 or not further.further or n not in rule.looks:
            listed = ", ".join(map(str, rule.looks))
            raise LabError(
                f"{path}: criteria.{name}: {len(further.first)} and {len(further.further)} seeds, "
                f"but two at least come first, and claims.yaml looks at {listed}; correct it"
            )
