"""A register that seals the criteria as they stand, for worlds that git knows nothing of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from backprop_lab.claims.deciding import RULE, criteria, digest, rule_of, sides, what_decides
from backprop_lab.files.frames import read_csv
from backprop_lab.runs.run import Run

STATED = Path(__file__).parents[2] / "report/original/stated.csv"


def write_sealed(
    path: Path,
    claims: Path,
    experiments: Mapping[str, Sequence[Run]],
    *,
    results_existed: str = "unknown",
) -> None:
    """Write a register.json in which one commit sealed every criterion of claims.yaml."""
    declared = yaml.safe_load(claims.read_text(encoding="utf-8"))
    stated = dict(read_csv(STATED, ("key", "value"))[["key", "value"]].itertuples(index=False))
    variants = {name: [run.variant for run in runs] for name, runs in experiments.items()}
    settings, found = {}, {}

    def seal(content):
        return {
            "commit": "5ea1" * 10,
            "date": "2026-01-01T00:00:00+00:00",
            "digest": digest(content),
            "results_existed": results_existed,
        }

    for name, part in criteria(declared):
        content = what_decides(
            part,
            declared["settings"],
            variants,
            lambda key: float(stated[key.removeprefix("stated.")]),
        )
        for key, side in sides(content).items():
            settings[f"{name}.{key}"] = side
        names = {key: f"{name}.{key}" for key in sides(content)}
        found[name] = {"decides": content | names, "seals": [seal(content)]}
    content = {"split": "last_10000", "seeds": 3, "settings": settings, "criteria": found}
    if rule := rule_of(declared):
        content[RULE] = {"decides": rule, "seals": [seal(rule)]}
    path.write_text(json.dumps(content))
