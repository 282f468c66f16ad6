"""claims.json: every claim's estimates and verdict."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

from backprop_lab.claims.criteria import evaluate
from backprop_lab.claims.declaration import Original, load_claims
from backprop_lab.claims.measures import IN_TURN, Results
from backprop_lab.files.atomic import replacing
from backprop_lab.results.statistics import LEVEL

VERDICTS = ("reproduced", "partly", "contradicted", "not_reproduced", "untestable")
#: What a deciding part that was measured can come to.
_OUTCOMES = ("supported", "opposed", "undecided")


def write_claims(
    *,
    claims: Path,
    schema: Path,
    runs: Path,
    history: Path,
    experiments: Path,
    dataset: Path,
    speed: Path,
    published: Path,
    stated: Path,
    output: Path,
    known: Collection[str] | None = None,
) -> None:
    """Evaluate claims.yaml into claims.json; the file has keys and numbers, no sentences.

    Args:
        claims, schema: report/claims.yaml and workflow/schemas/claims.schema.yaml.
        runs, history, experiments: what was collected.
        dataset: dataset.json.
        speed: speed.csv, the two backends' times measured in turn.
        published, stated: what the original prints.
        known: names of all experiments of config.yaml, also those that the preset skips.

    Raises:
        LabError: a claim names an unknown experiment, setting, fact or key.
    """
    declared = load_claims(claims, schema, known)
    results = Results(runs, history, experiments, dataset, speed)
    original = Original(published, stated)
    sources = [Path(path).name for path in (runs, history, experiments)]
    judged = {}
    for name, claim in declared["claims"].items():
        where = f"claims.{name}"
        parts = {
            part: evaluate(
                f"{where}.parts.{part}", content, declared["settings"], results, original
            )
            for part, content in claim.get("parts", {}).items()
        }
        verdict, reason = judge(claim.get("untestable"), parts, results.dataset)
        judged[name] = {
            "section": claim["where"]["section"],
            "figures": claim["where"].get("figures", []),
            "printed": [original.printed(f"{where}.printed", key) for key in claim["printed"]],
            "experiments": _experiments(claim, declared["settings"]),
            "verdict": verdict,
            "reason": reason,
            "parts": parts,
            "sources": [*sources, *_timed(parts, speed)] if parts else [],
        }
    digest = hashlib.sha256(Path(claims).read_bytes()).hexdigest()
    content = {
        "criteria": {"file": Path(claims).name, "sha256": digest},
        "dataset": results.dataset,
        "level": LEVEL,
        "claims": judged,
    }
    with replacing(Path(output), "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False, allow_nan=False)
        file.write("\n")


def judge(untestable: str | None, parts: Mapping[str, Mapping], dataset: str) -> tuple[str, dict]:
    """The verdict on a claim, and why: {"key": a word of the report, "values": what it needs}.

    Only parts with `decides` count.  All supported: reproduced.  Some: partly.
    All opposed: contradicted.  Otherwise not_reproduced: what was measured
    neither bears the claim out nor excludes it.  Untestable: declared so, not MNIST, a part without
    its runs, or one seed, from which no interval follows.

    Args:
        untestable: the reason declared in claims.yaml, or None.
        parts: the claim's entries from `evaluate`.
        dataset: name of the data set that the runs were trained on.
    """
    if untestable is not None:
        return "untestable", {"key": untestable, "values": {}}
    if dataset != "mnist":
        return "untestable", {"key": "not_mnist", "values": {"dataset": dataset}}
    deciding = {name: part for name, part in parts.items() if part["decides"]}
    missing = [part["experiment"] for part in deciding.values() if part["outcome"] == "not_run"]
    if missing:
        values = {"experiments": list(dict.fromkeys(missing))}
        return "untestable", {"key": "not_run", "values": values}
    single = [name for name, part in deciding.items() if part["outcome"] == "one_seed"]
    if single:
        return "untestable", {"key": "one_seed", "values": {"parts": single}}
    by_outcome = {
        name: [part for part, entry in deciding.items() if entry["outcome"] == name]
        for name in _OUTCOMES
    }
    n_supported, n_opposed = len(by_outcome["supported"]), len(by_outcome["opposed"])
    if n_supported == len(deciding):
        verdict, key = "reproduced", "all_supported"
    elif n_supported:
        verdict, key = "partly", "some_supported"
    elif n_opposed == len(deciding):
        verdict, key = "contradicted", "all_opposed"
    else:
        verdict, key = "not_reproduced", "none_supported"
    return verdict, {"key": key, "values": by_outcome}


def _timed(parts: Mapping[str, Mapping], speed: Path) -> list[str]:
    """The name of speed.csv, if a part measures it."""
    quantities = [(entry["measure"] or {}).get("quantity") for entry in parts.values()]
    return [Path(speed).name] if IN_TURN in quantities else []


def _experiments(claim: Mapping, settings: Mapping) -> list[str]:
    """The experiments that test a claim, each once."""
    names = []
    for part in claim.get("parts", {}).values():
        for key in ("setting", "first", "second"):
            if part["kind"] != "proportions" and key in part:
                names += settings[part[key]]["experiments"]
    return list(dict.fromkeys(names))
