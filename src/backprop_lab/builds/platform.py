"""The platform of a build: what the last digits of its numbers may depend on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from backprop_lab.files.documents import leaves

#: Parts of environment.json that say which kernels multiplied matrices: ends of dotted keys.
_KERNEL = re.compile(r"^blas\.\d+\.architecture$|^torch\.(capability|device|cuda)$")
#: Parts that say nothing about how a number is computed.
_NO_PLATFORM = ("git", "config", "config_sha256", "memory_bytes", "threads_per_run")

#: Parts that a training run does not depend on: they make tables, figures and reports.
_NO_TRAINING = ("pandas", "matplotlib", "snakemake", "jinja2", "pypandoc_binary", "typst")

#: Dotted key of environment.json -> value.
Platform = dict[str, object]


def platform_of(environment: Mapping[str, Any]) -> Platform:
    """Return the platform that environment.json describes, flat.

    >>> platform_of({"git": {}, "blas": [{"package": "numpy", "architecture": "Haswell"}]})
    {'blas.0.package': 'numpy', 'blas.0.architecture': 'Haswell'}
    """
    kept = {key: value for key, value in environment.items() if key not in _NO_PLATFORM}
    return {key: value for key, value in leaves(_numbered(kept)) if key != "cpu.cores"}


def kernels(platform: Mapping[str, object]) -> Platform:
    """Return the part of a platform that names kernels: of BLAS, of PyTorch."""
    return {key: value for key, value in platform.items() if _KERNEL.match(key)}


def training(platform: Mapping[str, object]) -> Platform:
    """Return the part of a platform that the bytes of a training run may depend on."""
    left_out = {f"packages.{name}" for name in _NO_TRAINING}
    return {key: value for key, value in platform.items() if key not in left_out}


def platform_key(platform: Mapping[str, object]) -> str:
    """Name a platform for a file's name: architecture and kernels.

    >>> platform_key({"cpu.architecture": "x86_64", "blas.0.architecture": "Haswell",
    ...               "blas.1.architecture": "Haswell", "torch.capability": "AVX2"})
    'x86_64-Haswell-AVX2'
    """
    names = [platform.get("cpu.architecture"), *kernels(platform).values()]
    known = (str(name) for name in names if name not in (None, "CPU"))
    texts = (re.sub(r"[^A-Za-z0-9]+", "_", name) for name in known)
    return "-".join(dict.fromkeys(texts)) or "unknown"


def changes(
    first: Mapping[str, object], second: Mapping[str, object]
) -> Iterator[tuple[str, object, object]]:
    """Yield each key in which two platforms differ, with both values; None where it is absent."""
    for key in dict.fromkeys([*first, *second]):
        if first.get(key) != second.get(key):
            yield key, first.get(key), second.get(key)


def _numbered(tree: object) -> Any:
    """Return a tree with each list as a mapping from places to values."""
    if isinstance(tree, list):
        return {str(place): _numbered(one) for place, one in enumerate(tree)}
    if isinstance(tree, Mapping):
        return {key: _numbered(one) for key, one in tree.items()}
    return tree
