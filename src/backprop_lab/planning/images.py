"""Which images a build trains on, before its runs are planned.

`dataset: auto` takes MNIST, or the digits of scikit-learn where no mirror answers.  Other runs
make sense on each, so Snakemake must know which it is before it plans: what was fetched tells it,
and where nothing was, a call of Snakemake that fetches first.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backprop_lab.data.archives import ARCHIVES, SOURCE
from backprop_lab.data.download import FETCHING
from backprop_lab.files.atomic import replacing
from backprop_lab.runs.run import Run

#: The rule that gets the images.
FETCH = "fetch_mnist"
#: The name of the embedded data set.
EMBEDDED = "digits"
#: The one data set on which the original's claims are judged.
JUDGED = "mnist"
#: What was wanted of the last fetch that was made here.
_WANTED = Path(".snakemake/backprop-lab-images.json")
#: Without the profile, which Snakemake would name on the console a second time.
_QUIETLY = ("--workflow-profile", "none", "--scheduler", "greedy", "--logger", "lab")


def expected(dataset: str, folder: Path | None, raw: Path) -> str:
    """Return the name of the images that a build trains on, as far as it is known by now.

    >>> expected("auto", None, Path("nowhere")), expected("kmnist", None, Path("nowhere"))
    ('mnist', 'kmnist')

    Args:
        dataset: that of config.yaml, such as "auto".
        folder: where the images are taken from, if from no mirror.
        raw: folder of the archives, with the source.json of the last fetch.

    Returns:
        "mnist", "digits" and so on; "mnist" for "auto" where nothing was fetched yet.
    """
    if dataset != "auto":
        return dataset
    return EMBEDDED if not folder and _fetched(raw) == EMBEDDED else "mnist"


def settled(dataset: str, folder: Path | None, raw: Path) -> bool:
    """Say whether a fetch can only bring what `expected` returns.

    >>> settled("mnist", None, Path("nowhere")), settled("auto", None, Path("nowhere"))
    (True, False)
    """
    return dataset != "auto" or folder is not None or _fetched(raw) == "mnist"


def config_options(files: Sequence[Path], settings: Sequence[str]) -> list[str]:
    """Return the options that give another call of Snakemake the same config.

    >>> config_options([Path("own.yaml")], ["preset=quick"])
    ['--configfile', 'own.yaml', '--config', 'preset=quick']

    Args:
        files: those of this call's --configfile.
        settings: what its --config sets, as `key=value`.
    """
    options = ["--configfile", *map(str, files)] if files else []
    return [*options, "--config", *settings] if settings else options


def fetch_first(
    options: Sequence[str], environ: Mapping[str, str], wanted: Mapping[str, object], raw: Path
) -> int:
    """Have another Snakemake fetch the images, unless they are what was wanted the last time.

    That Snakemake comes here, too, and does nothing.

    Args:
        options: see `config_options`.
        environ: os.environ.
        wanted: what decides which images the mirrors bring: the data set, and which they are.
        raw: folder of the archives, with the source.json of the last fetch.

    Returns:
        The status of that Snakemake; it has said why it failed.
    """
    there = all((raw / name).exists() for name in (*ARCHIVES, SOURCE))
    if FETCHING in environ or (there and _read(_WANTED) == wanted):
        return 0
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *_QUIETLY, *options]
    done = subprocess.run([*command, "--", FETCH], check=False, env={**environ, FETCHING: "yes"})
    if done.returncode == 0:
        _WANTED.parent.mkdir(exist_ok=True)
        with replacing(_WANTED, "w") as file:
            json.dump(wanted, file)
    return done.returncode


def check_run_targets(arguments: Sequence[str]) -> None:
    """Check those of a call's arguments that ask for a run by its path.

    Raises:
        LabError: a folder's name is no run's.
    """
    for argument in arguments:
        if argument.startswith("results/runs/") and argument.count("/") >= 4:
            Run.from_id("/".join(argument.split("/")[2:4]))


def assumed(raw: Path) -> str:
    """Say what a plan takes for granted that is made before anything was fetched; "" if nothing.

    Args:
        raw: folder of the archives, with the source.json of the last fetch.
    """
    if _fetched(raw):
        return ""
    return (
        "No images yet, so this is the plan for MNIST. A build fetches first, and if no mirror "
        "answers it trains less, on scikit-learn's digits."
    )


def _fetched(raw: Path) -> str | None:
    """Return the name of the images that the last fetch brought; None if there was none."""
    name = (_read(raw / SOURCE) or {}).get("name")
    return str(name) if name else None


def _read(path: Path) -> dict[str, Any] | None:
    """Return what a JSON file says; None if there is none, or it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
