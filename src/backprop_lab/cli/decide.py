"""The command `decide`: give undecided criteria further seeds, by the registered rule."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.cli.project import planned
from backprop_lab.cli.tables import print_table
from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from backprop_lab.claims.undecided import Undecided

_CLAIMS = Path("report/claims.yaml")
_SCHEMA = Path("workflow/schemas/claims.schema.yaml")


def add_commands(commands: Commands) -> None:
    """Add `decide`."""
    about = "give criteria that are undecided the further seeds of their next look"
    decide = add(commands, "decide", _decide, about, for_people=True)
    decide.add_argument("--preset", help="of the build (default: that of config.yaml)")


def _decide(arguments: argparse.Namespace) -> None:
    from backprop_lab.claims.declaration import load_claims
    from backprop_lab.claims.sequential import Rule
    from backprop_lab.claims.undecided import undecided
    from backprop_lab.runs.further import FILE, Decide

    plan = planned(arguments.preset)
    preset, path = plan.config["preset"], Path(FILE)
    rule = Rule.of(load_claims(_CLAIMS, _SCHEMA))
    if rule is None:
        raise LabError(f"{_CLAIMS}: has no rule for further seeds, `sequential:`; add it")
    before = Decide.read(path) if path.exists() else Decide(preset, {})
    if before.preset != preset:
        raise LabError(
            f"{path}: is for the preset {before.preset}, not {preset}; give --preset "
            f"{before.preset}, or put the file away"
        )
    found = undecided(_judged(preset), rule, before.criteria, plan.experiments)
    if not found:
        print("No criterion on which a verdict hangs is undecided.")
        return
    further = {one.name: one.further for one in found if one.further}
    print_table([_row(one) for one in found])
    if not further:
        print("Further seeds can settle none of them.")
        return
    Decide(preset, {**before.criteria, **further}).write(path)
    option = "" if preset == "full" else f" --config preset={preset}"
    print(f"{path} now asks for {_missing(preset)}. Train them, and judge again:")
    print(f"  snakemake --cores all{option}")


def _judged(preset: str) -> dict[str, Any]:
    """Return claims.json of a build.

    Raises:
        LabError: there is none, or it was judged by other criteria, or not on MNIST.
    """
    import hashlib

    from backprop_lab.files.documents import read_json

    path = Path("results" if preset == "full" else f"results/{preset}") / "claims.json"
    option = "" if preset == "full" else f" --config preset={preset}"
    build = f"build first: snakemake --cores all{option}"
    if not path.is_file():
        raise LabError(f"{path}: no verdicts yet; {build}")
    judged = read_json(path)
    if judged["criteria"]["sha256"] != hashlib.sha256(_CLAIMS.read_bytes()).hexdigest():
        raise LabError(f"{path}: was judged by another {_CLAIMS}; {build}")
    if judged["dataset"] != "mnist":
        raise LabError(
            f"{path}: claims are judged on MNIST alone, and these runs learned from "
            f"{judged['dataset']}; name mnist in config.yaml (dataset:), and {build}"
        )
    return judged


def _row(one: Undecided) -> dict[str, str]:
    """Return an undecided criterion as a row of text."""
    from backprop_lab.claims.undecided import HELPLESS

    if one.further is None:
        then = HELPLESS[one.why_not]
    else:
        seeds = one.further.seeds
        new = ", ".join(map(str, seeds[one.n :]))
        then = f"a look at {len(seeds)} seeds ({new})"
    return {"undecided": one.name, "n": "-" if one.n is None else str(one.n), "next": then}


def _missing(preset: str) -> str:
    """Say how many runs decide.yaml asks for that are not there, and how long they take."""
    from backprop_lab.results.durations import Durations
    from backprop_lab.results.saved import RUNS
    from backprop_lab.runs.further import EXPERIMENT
    from backprop_lab.training.in_progress import duration

    experiments = planned(preset).experiments
    every = {run for runs in experiments.values() for run in runs}
    done = {run for run in every if (RUNS / run.id / "result.json").is_file()}
    new = [run for run in experiments.get(EXPERIMENT, []) if run not in done]
    durations = Durations.of(done, RUNS)
    took = sum(durations.seconds(run) for run in new)
    cost = f", about {duration(took)} on one core" if durations.n and new else ""
    return f"{len(new)} new runs{cost}"
