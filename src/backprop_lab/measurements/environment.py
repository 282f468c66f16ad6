"""environment.json: what the numbers were computed with.

Versions, hardware and the state of the source, and nothing that names a person,
a machine or a folder: the file is printed in the report.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

from backprop_lab.files.atomic import replacing

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


def write_environment(output: Path, project: Path = Path("."), device: str = "auto") -> None:
    """Write environment.json: see `describe`."""
    content = describe(project, device)  # first: what fails in it is not the disk's fault
    with replacing(Path(output), "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.write("\n")


def describe(project: Path = Path("."), device: str = "auto") -> dict:
    """What the numbers are computed with.

    Args:
        project: the folder whose git commit is asked for.
        device: where PyTorch was told to compute: "auto", "cpu" or "cuda".

    Returns:
        {"git", "python", "packages", "operating_system", "cpu", "memory_bytes",
        "blas", "torch", "threads_per_run"}; what cannot be found out is None.
    """
    return {
        "git": git_state(project),
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


def git_state(project: Path) -> dict:
    """The commit that the project stands at.

    Returns:
        {"commit": 40 hex digits or None, "date": ISO 8601 or None, "dirty": bool};
        without git, outside a repository or before its first commit, None and clean.
        "dirty" says that a tracked file differs from the commit.
    """
    head = _git(project, "log", "-1", "--format=%H %cI")
    if not head:
        return {"commit": None, "date": None, "dirty": False}
    commit, date = head.split()
    changes = _git(project, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "date": date, "dirty": bool(changes)}


def _git(project: Path, *arguments: str) -> str | None:
    try:
        # A project unpacked inside another repository must not report that one's commit.
        if not (Path(project) / ".git").exists():
            return None
        done = subprocess.run(
            ["git", *arguments], cwd=project, capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _operating_system() -> str:
    """The system's name and kernel release, such as "Debian GNU/Linux 13 (Linux 6.12)"."""
    kernel = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({kernel})"
    except (OSError, KeyError):
        return kernel


def _cpu_model() -> str | None:
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
    """Cores that this process may use, fewer than the machine has inside a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def _blas() -> list[dict]:
    """The linear algebra libraries that NumPy and SciPy load, one entry each."""
    import numpy
    import scipy.linalg  # noqa: F401 - loads the library that SciPy brings
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
    """Wheels put their BLAS beside the package; a system's BLAS serves both."""
    folders = Path(path).parts
    bundled = [part for part in folders if part in ("numpy.libs", "scipy.libs")]
    return not bundled or bundled[0] == f"{package}.libs"


def _torch(device: str) -> dict:
    """Which BLAS torch was built with, and which accelerator it computes on."""
    import torch

    cuda = device != "cpu" and torch.cuda.is_available()
    return {
        "blas": _torch_blas(torch.__config__.show()),
        "cuda": torch.version.cuda if cuda else None,
        "device": torch.cuda.get_device_name() if cuda else "CPU",
    }


def _torch_blas(config: str) -> str | None:
    """The library's name and version out of torch.__config__.show()."""
    for line in config.splitlines():
        text = line.strip().removeprefix("- ")
        if "Math Kernel Library" in text and "DNN" not in text:
            return text.partition("-Product Build")[0].partition(" for ")[0].replace("(R)", "")
    found = re.search(r"\bBLAS_INFO=(\w+)", config)
    return found[1] if found else None
