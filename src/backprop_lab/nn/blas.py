"""The BLAS functions that NumPy does not offer, from SciPy.

`scipy.linalg` brings along much that no network needs, and to import it takes as long as NumPy
itself: a quarter of a second in each of hundreds of short runs.  So only its BLAS wrappers are
loaded, from their own file.  Where SciPy keeps them elsewhere, `scipy.linalg` is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

#: Type of the numbers -> first letter of a BLAS function.
_LETTERS = {np.dtype(np.float32): "s", np.dtype(np.float64): "d"}


def blas_function(name: str, dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Return a function of BLAS for float32 or float64, as `scipy.linalg.blas` documents it.

    >>> blas_function("axpy", np.dtype(np.float32))([1.0, 2.0], [10.0, 10.0], a=2).tolist()
    [12.0, 14.0]

    Args:
        name: without the letter of its type, such as "gemm".
        dtype: of the arrays that it will be given.
    """
    function: Callable[..., Any] = getattr(_WRAPPERS, _LETTERS[dtype] + name)
    return function


def _wrappers() -> ModuleType:
    """Load SciPy's BLAS wrappers, without the rest of scipy.linalg where that is possible."""
    scipy = find_spec("scipy")
    for folder in (scipy.submodule_search_locations if scipy else None) or ():
        for suffix in EXTENSION_SUFFIXES:
            file = Path(folder, "linalg", f"_fblas{suffix}")
            spec = spec_from_file_location("_fblas", file) if file.is_file() else None
            if spec and spec.loader:
                module = module_from_spec(spec)
                spec.loader.exec_module(module)
                return module
    from scipy.linalg import blas

    return blas  # type: ignore[no-any-return]


_WRAPPERS = _wrappers()
