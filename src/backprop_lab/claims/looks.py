"""Judge criteria at one look after the other, where decide.yaml gave them further seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backprop_lab.claims.criteria import Entry, Evidence, Part, evaluate
from backprop_lab.claims.sequential import METHOD, Look, Rule, check, follow
from backprop_lab.errors import LabError
from backprop_lab.runs.further import FILE, Decide, Further


@dataclass(frozen=True)
class Looks:
    """The criteria that are judged in several looks, and the rule by which they are.

    Attributes:
        rule: `sequential:` of claims.yaml; None where it has none.
        criteria: "<claim>.<part>" -> its seeds.
    """

    rule: Rule | None
    criteria: Mapping[str, Further]

    @classmethod
    def of(cls, declaration: Mapping[str, Any], decide: Path | None) -> Looks:
        """Read decide.yaml, if there is one.

        Args:
            declaration: claims.yaml, which fits its schema.
            decide: decide.yaml; None where no criterion has further seeds.

        Raises:
            LabError: the file does not fit claims.yaml.
        """
        if decide is None:
            return cls(Rule.of(declaration), {})
        found = Decide.read(decide)
        check(found, declaration, decide)
        return cls(Rule.of(declaration), found.criteria)

    def described(self, sealed: Mapping[str, Any]) -> Entry:
        """Return what claims.json says of the rule and of how it is sealed; nothing without one."""
        if self.rule is None:
            return {}
        rule = {"looks": list(self.rule.looks), "wrong": self.rule.wrong}
        return {"sequential": {**rule, **sealed}}

    def evaluate(self, where: str, part: Part, evidence: Evidence) -> Entry:
        """Evaluate one part of a claim, at as many looks as it was given and needs.

        Args:
            where: the part's key in claims.yaml, "claims.<claim>.parts.<part>".
            part, evidence: as of `claims.criteria.evaluate`.

        Returns:
            Its entry at the last look that was needed.  If it was given further seeds, also
            level, of the entry's interval, and looks: n, level, estimate, interval and outcome
            of each.

        Raises:
            LabError: a run that decide.yaml asks for is not among the results.
        """
        _, claim, _, name = where.split(".")
        further = self.criteria.get(f"{claim}.{name}")
        if further is None or self.rule is None:
            return evaluate(where, part, evidence)
        entries: dict[int, Entry] = {}

        def judge(look: Look) -> str | None:
            seen = evidence.at(further.seeds[: look.n])
            if look.n > len(further.first):
                seen = replace(seen, level=look.level, method=METHOD)
            try:
                entries[look.n] = evaluate(where, part, seen)
            except LabError as error:
                raise LabError(
                    f"{FILE}: criteria.{claim}.{name}: {error}; if the claim now means another "
                    "setting, remove the criterion there, and give `backprop-lab decide` again"
                ) from None
            return str(entries[look.n]["outcome"])

        looks = self.rule.looks_from(len(further.first), evidence.level)
        region = evidence.numbers.region(where, part)
        taken = follow(
            [look for look in looks if look.n <= len(further.seeds)],
            judge,
            two_bounds=region is not None and all(map(math.isfinite, region)),
        )
        last, outcome = taken[-1]
        told = [
            {
                "n": look.n,
                "level": look.level,
                "estimate": entries[look.n].get("estimate"),
                "interval": entries[look.n].get("interval"),
                "outcome": outcome,
            }
            for look, outcome in taken
        ]
        return entries[last.n] | {"outcome": outcome, "level": last.level, "looks": told}
