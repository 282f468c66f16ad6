"""claims.json: every claim's estimates and verdict."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from backprop_lab.claims.criteria import Entry, Evidence
from backprop_lab.claims.deciding import sides, what_decides
from backprop_lab.claims.declaration import SIDES, Declared, load_claims
from backprop_lab.claims.entries import JUDGED
from backprop_lab.claims.images import Correctness
from backprop_lab.claims.kernels import KernelSpread
from backprop_lab.claims.looks import Looks
from backprop_lab.claims.measures import IN_TURN, Measured, Results
from backprop_lab.claims.printed import Printed, PrintedNumbers
from backprop_lab.claims.register import POST_HOC, Register, each_once
from backprop_lab.claims.scrutiny import ScrutinySources, scrutinize
from backprop_lab.claims.split import SplitSpread
from backprop_lab.files.atomic import replacing
from backprop_lab.results.statistics import LEVEL

VERDICTS = ("reproduced", "partly", "contradicted", "not_reproduced", "untestable")


def write_claims(
    *,
    declared: Declared,
    measured: Measured,
    printed: Printed,
    output: Path,
    register: Path,
    known: Collection[str] | None = None,
    decide: Path | None = None,
    compared_with_git: bool = False,
) -> None:
    """Evaluate claims.yaml into claims.json, which has keys and numbers, no sentences.

    Args:
        register: report/register.json, in which the criteria are sealed.
        known: names of all experiments of config.yaml, also those that the preset skips.
        decide: decide.yaml, the criteria that were given further seeds; None where none was.
        compared_with_git: whether the register was held against the git history.

    Raises:
        LabError: a claim names an unknown experiment, setting, fact or key, a criterion has no
            seal, or decide.yaml asks for what is not there.
    """
    declaration = load_claims(declared.claims, declared.schema, known)
    results = Results(measured)
    kernels = None if measured.kernels is None else KernelSpread(measured.kernels)
    evidence = Evidence(declaration["settings"], results, PrintedNumbers(printed), kernels)
    sealed, looks = Register.read(register), Looks.of(declaration, decide)
    rule = sealed.judge_rule(declaration)
    claims = {
        name: _evaluated(name, claim, evidence, looks, sealed)
        for name, claim in declaration["claims"].items()
    }
    parts = [
        (f"{name}.{part}", content, claims[name]["parts"][part])
        for name, claim in declaration["claims"].items()
        for part, content in claim.get("parts", {}).items()
    ]
    if rule and rule["seal"]["label"] == POST_HOC:
        _label_looks([entry for _, _, entry in parts])
    scrutinize(parts, evidence, _sources_of_doubt(measured, results))
    for claim in claims.values():
        claim["sources"] = _sources(claim["parts"], measured)
    content = {
        "criteria": {
            "file": declared.claims.name,
            "sha256": hashlib.sha256(declared.claims.read_bytes()).hexdigest(),
        },
        "dataset": results.dataset,
        "level": LEVEL,
        "claims": claims,
        "register": {"seeds": sealed.seeds, "compared_with_git": compared_with_git},
        **looks.described(rule),
    }
    with replacing(Path(output), "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False, allow_nan=False)
        file.write("\n")


def _sources_of_doubt(measured: Measured, results: Results) -> ScrutinySources:
    """Read what is known of other images and other splits."""
    return ScrutinySources(
        None
        if measured.correctness is None
        else Correctness(measured.correctness, results.n_images),
        None if measured.variance is None else SplitSpread(measured.variance),
    )


def _evaluated(
    name: str, claim: Mapping[str, Any], evidence: Evidence, looks: Looks, register: Register
) -> Entry:
    """Evaluate one claim of claims.yaml into its entry in claims.json, all but its sources.

    Args:
        name: of the claim.
        looks: judges a part, at several numbers of seeds where it was given further ones.
        register: in which its criteria are sealed.
    """
    where = f"claims.{name}"
    parts = {
        part: looks.evaluate(f"{where}.parts.{part}", content, evidence)
        for part, content in claim.get("parts", {}).items()
    }
    for part, content in claim.get("parts", {}).items():
        if parts[part]["decides"]:
            parts[part] |= _sealed(f"{name}.{part}", content, evidence, register)
            if parts[part]["lacks"] and parts[part]["outcome"] != "not_run":
                parts[part]["outcome"] = "not_as_registered"
    verdict, reason = verdict_of(claim.get("untestable"), parts, evidence.results.dataset)
    numbers = evidence.numbers
    return {
        "section": claim["where"]["section"],
        "figures": claim["where"].get("figures", []),
        "printed": [numbers.entry(f"{where}.printed", key) for key in claim["printed"]],
        "experiments": _experiments(claim, evidence.settings),
        "verdict": verdict,
        "reason": reason,
        "parts": parts,
    }


def verdict_of(
    untestable: str | None, parts: Mapping[str, Mapping[str, Any]], dataset: str
) -> tuple[str, dict[str, Any]]:
    """Return the verdict on a claim, and the reason for it.

    Only parts with `decides` count.
        reproduced: all are supported.
        partly: some are supported.
        contradicted: all are opposed.
        not_reproduced: anything else; the measurements neither support the claim nor exclude it.
        untestable: claims.yaml says so, the data set is not MNIST, the runs of a part are
            missing or not those that are registered, or there is one seed, which gives no
            interval.

    Args:
        untestable: the reason declared in claims.yaml, or None.
        parts: the claim's entries from `evaluate`.
        dataset: name of the data set that the runs were trained on.

    Returns:
        One of VERDICTS, and {"key": which sentence of the report gives the reason, "values":
        what that sentence needs}.

    >>> verdict_of("not_tried", {}, "mnist")
    ('untestable', {'key': 'not_tried', 'values': {}})
    """
    if untestable is not None:
        return "untestable", {"key": untestable, "values": {}}
    if dataset != "mnist":
        return "untestable", {"key": "not_mnist", "values": {"dataset": dataset}}
    deciding = {name: part for name, part in parts.items() if part["decides"]}
    lacks = _lacking(list(deciding.values()))
    if any(lack["what"] != "experiment" for lack in lacks):
        return "untestable", {"key": "not_as_registered", "values": {"lacks": lacks}}
    missing = [part["experiment"] for part in deciding.values() if part["outcome"] == "not_run"]
    if missing:
        values = {"experiments": list(dict.fromkeys(missing))}
        return "untestable", {"key": "not_run", "values": values}
    single = [name for name, part in deciding.items() if part["outcome"] == "one_seed"]
    if single:
        return "untestable", {"key": "one_seed", "values": {"parts": single}}
    by_outcome = {
        name: [part for part, entry in deciding.items() if entry["outcome"] == name]
        for name in JUDGED
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


def _sealed(where: str, part: Mapping[str, Any], evidence: Evidence, register: Register) -> Entry:
    """Return of a criterion its seal, and what the build lacks of what is registered."""
    settings, ran, numbers = evidence.settings, evidence.results.ran, evidence.numbers
    content = what_decides(part, settings, ran.seeds, lambda key: numbers.number(where, key))
    experiments = {key: settings[part[key]]["experiments"] for key in sides(content)}
    return register.judge(where, content, experiments, ran)


def _label_looks(entries: Collection[Entry]) -> None:
    """Label as post hoc what further seeds decide by a rule that is post hoc."""
    for entry in entries:
        if "looks" in entry and "seal" in entry and entry["seal"]["label"] != POST_HOC:
            entry["seal"] |= {"label": POST_HOC, "by_rule": True}


def _lacking(parts: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List what the criteria of a claim lack, each once, the missing experiments first."""
    found = [lack for part in parts for lack in part.get("lacks", ())]
    found += [
        {"what": "experiment", "registered": part["experiment"], "found": None}
        for part in parts
        if part["outcome"] == "not_run"
    ]
    return sorted(each_once(found), key=lambda lack: lack["what"] != "experiment")


def _sources(parts: Mapping[str, Entry], measured: Measured) -> list[str]:
    """Name the files that the parts of a claim are measured on."""
    if not parts:
        return []
    files = [measured.runs, measured.history, measured.experiments]
    in_turn = any((part["measure"] or {}).get("quantity") == IN_TURN for part in parts.values())
    if in_turn and measured.speed is not None:
        files.append(measured.speed)
    if measured.kernels is not None and any("kernels" in part for part in parts.values()):
        files.append(measured.kernels)
    for file, key in ((measured.correctness, "two_way"), (measured.variance, "split")):
        if file is not None and any(key in part for part in parts.values()):
            files.append(file)
    return [file.name for file in files]


def _experiments(claim: Mapping[str, Any], settings: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """List the experiments that test a claim, each once."""
    names: list[str] = []
    for part in claim.get("parts", {}).values():
        for key in SIDES:
            if part["kind"] != "proportions" and key in part:
                names += settings[part[key]]["experiments"]
    return list(dict.fromkeys(names))
