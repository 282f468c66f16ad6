"""environment.json: the versions, hardware and source that the numbers were computed with.

The report prints the file, so it names no person, no machine and no folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from backprop_lab.files.atomic import replacing
from backprop_lab.runs.config_text import shown_text, without_places

#: Packages whose version can change a number or the look of the report.
PACKAGES = (
    "numpy",
    "scipy",
    "torch",
    "scikit-learn",
    "pandas",
    "matplotlib",
    "snakemake",
    "jinja2",
    "pypandoc_binary",
    "typst",
)
#: Threads that one training run uses (the workflow runs several at a time instead).
THREADS_PER_RUN = 1
#: Settings of git that a user may have otherwise, and that would change what is read here.
#: A folder of another owner (a container's, say) is read as well: this project runs in it.
_GIT_SETTINGS = [
    option
    for setting in (
        "log.showSignature=false",
        "color.ui=false",
        "core.fsmonitor=false",
        "safe.directory=*",
    )
    for option in ("-c", setting)
]
#: The commit's name (SHA-1 or SHA-256) and its date.
_HEAD = re.compile(r"([0-9a-f]{40,64}) (\S+)")


def write_environment(
    output: Path,
    project: Path = Path("."),
    device: str = "auto",
    over: Mapping[str, Any] | None = None,
) -> None:
    """Write environment.json: what `describe` returns and, of a build, "config".

    Args:
        output: the file.
        project, device: see `describe`.
        over: what was laid over config.yaml ({} for nothing); None where no build is described.
    """
    content = describe(project, device)  # outside the block, which blames the disk for errors
    if over is not None:
        content["config"] = config_shown(project / "config.yaml", over)
    with replacing(Path(output), "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.write("\n")


def describe(project: Path = Path("."), device: str = "auto") -> dict[str, Any]:
    """Describe what the numbers are computed with.

    Args:
        project: the folder whose git commit and config.yaml are read.
        device: where PyTorch was told to compute: "auto", "cpu" or "cuda".

    Returns:
        {"git", "config_sha256" (of config.yaml), "python", "packages", "operating_system",
        "cpu", "memory_bytes", "blas", "torch", "threads_per_run"}; None for what is
        not found out.
    """
    return {
        "git": git_state(project),
        "config_sha256": _digest(project / "config.yaml"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "operating_system": _operating_system(),
        "cpu": {
            "model": _cpu_model(),
            "architecture": platform.machine(),
            "cores": _usable_cores(),
        },
        "memory_bytes": _memory(),
        "blas": _blas(),
        "torch": _torch(device),
        "threads_per_run": THREADS_PER_RUN,
    }


def config_shown(path: Path, over: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the config that a build is made from, as the report shows it.

    Returns:
        {"text" (of config.yaml, see `shown_text`; None if it cannot be read), "over" (what was
        laid over it, as YAML; "" for nothing)}.
    """
    try:
        text = shown_text(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError):
        text = None
    options: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": 100}
    laid = yaml.safe_dump(without_places(dict(over)), **options).strip() if over else ""
    return {"text": text, "over": laid}


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file; None if it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def git_state(project: Path) -> dict[str, Any]:
    """Return the commit that the project is at.

    Returns:
        {"commit": 40 hex digits or None, "date": ISO 8601 or None, "dirty": bool}.
        "dirty" says that a tracked file differs from the commit.  Without git, outside a
        repository or before its first commit there is no commit, and "dirty" is False.
    """
    found = _HEAD.fullmatch(git_output(project, "log", "-1", "--no-color", "--format=%H %cI") or "")
    if not found:
        return {"commit": None, "date": None, "dirty": False}
    changes = git_output(project, "status", "--porcelain", "--untracked-files=no")
    return {"commit": found[1], "date": found[2], "dirty": bool(changes)}


def git_output(project: Path, *arguments: str, seconds: float = 30) -> str | None:
    """Return what a git command prints; None where it fails or the project is no repository.

    Neither the user's settings of git nor its variables change what is printed.  A hook of git,
    for one, has variables that name the repository that called it.

    Args:
        seconds: after so long the command has failed.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_CONFIG_") or name == "GIT_EXEC_PATH"
    }
    # Without the lock that `git status` would take, another git can work beside it.
    environment |= {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        # A project unpacked inside another repository must not report that one's commit.
        if not (Path(project) / ".git").exists():
            return None
        done = subprocess.run(
            ["git", *_GIT_SETTINGS, *arguments],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(package: str) -> str | None:
    """Return the version of an installed package, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _operating_system() -> str:
    """Return the system's name and kernel, such as "Debian GNU/Linux 13 (Linux 6.12)"."""
    kernel = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({kernel})"
    except (OSError, KeyError):
        return kernel


def _cpu_model() -> str | None:
    """Return the processor's name, on Linux as /proc/cpuinfo has it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or None
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name" and value.strip():
            return " ".join(value.split())
    return platform.processor() or None


def _usable_cores() -> int | None:
    """Count the cores that this process may use: inside a container fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _memory() -> int | None:
    """Return the machine's memory in bytes, or None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _blas() -> list[dict[str, Any]]:
    """List the linear algebra libraries that NumPy and SciPy load, one entry each."""
    import numpy
    import scipy.linalg  # noqa: F401 - loads the library that SciPy carries
    from threadpoolctl import ThreadpoolController

    found = {}
    for package in (numpy.__name__, "scipy"):
        for library in ThreadpoolController().info():
            if library["user_api"] == "blas" and _belongs(library["filepath"], package):
                found[package] = {
                    "package": package,
                    "library": library["internal_api"],
                    "version": library["version"],
                    "architecture": library.get("architecture"),
                }
    return list(found.values())


def _belongs(path: str, package: str) -> bool:
    """Say whether a BLAS library is used by a package.

    A wheel carries its own in <package>.libs; a system's library serves every package.

    >>> _belongs("/lib/numpy.libs/openblas.so", "scipy"), _belongs("/lib/openblas.so", "scipy")
    (False, True)
    """
    folders = Path(path).parts
    bundled = [part for part in folders if part in ("numpy.libs", "scipy.libs")]
    return not bundled or bundled[0] == f"{package}.libs"


def _torch(device: str) -> dict[str, str | None]:
    """Describe which BLAS torch was built with, and which device and kernels it computes with."""
    import torch

    cuda = device != "cpu" and torch.cuda.is_available()
    return {
        "blas": _torch_blas(torch.__config__.show()),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "cuda": torch.version.cuda if cuda else None,
        "device": torch.cuda.get_device_name() if cuda else "CPU",
    }


def _torch_blas(config: str) -> str | None:
    """Find the BLAS library's name and version in the text of torch.__config__.show()."""
    for line in config.splitlines():
        text = line.strip().removeprefix("- ")
        if "Math Kernel Library" in text and "DNN" not in text:
            return text.partition("-Product Build")[0].partition(" for ")[0].replace("(R)", "")
    found = re.search(r"\bBLAS_INFO=(\w+)", config)
    return found[1] if found else None
