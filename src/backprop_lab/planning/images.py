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

from backprop_lab.data.archives import SOURCE
from backprop_lab.data.download import FETCHING
from backprop_lab.errors import LabError

#: The rule that gets the images.
FETCH = "fetch_mnist"
#: The name of the embedded data set.
EMBEDDED = "digits"
#: Without the profile, which Snakemake would name on the console a second time.
_QUIETLY = ("--workflow-profile", "none", "--scheduler", "greedy", "--logger", "lab")


def expected(dataset: str, folder: Path | None, raw: Path) -> str:
    """Return the name of the images that a build trains on, as far as it is known by now.

    >>> expected("auto", None, Path("nowhere")), expected("kmnist", None, Path("nowhere"))
    ('mnist', 'kmnist')

    Args:
        dataset: that of config.yaml, or "auto".
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


def fetch_first(options: Sequence[str], environ: Mapping[str, str]) -> None:
    """Have another Snakemake fetch the images, or see that there is nothing to fetch.

    That Snakemake comes here, too, and does nothing.

    Args:
        options: see `config_options`.
        environ: os.environ.

    Raises:
        LabError: they could not be fetched; the reason stands above.
    """
    if FETCHING in environ:
        return
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *_QUIETLY, *options]
    done = subprocess.run([*command, "--", FETCH], check=False, env={**environ, FETCHING: "yes"})
    if done.returncode:
        raise LabError(f"The images could not be fetched; logs/{FETCH}.log says why")


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
    try:
        source = json.loads((raw / SOURCE).read_text(encoding="utf-8"))
        return str(source["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
