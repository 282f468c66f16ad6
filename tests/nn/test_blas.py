"""The BLAS functions: those of SciPy, however they were loaded."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.linalg.blas

from backprop_lab.nn import blas


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_they_compute_what_scipy_documents(dtype):
    rng = np.random.default_rng(0)
    a, b, x = rng.random((5, 3)), rng.random((3, 4)), rng.random(3)
    a, b, x = (np.asfortranarray(array, dtype) for array in (a, b, x))
    letter = "s" if dtype is np.float32 else "d"
    for name, arguments in (("gemm", (1.5, a, b)), ("gemv", (1.5, a, x)), ("axpy", (x, x + 1))):
        theirs = getattr(scipy.linalg.blas, letter + name)(*arguments)
        ours = blas.blas_function(name, np.dtype(dtype))(*arguments)
        assert ours.dtype == dtype
        np.testing.assert_array_equal(ours, theirs)


def test_where_scipy_keeps_them_elsewhere_scipy_linalg_is_imported(monkeypatch):
    monkeypatch.setattr(blas, "EXTENSION_SUFFIXES", [".none"])
    assert blas._wrappers() is scipy.linalg.blas


def test_a_network_loads_without_the_rest_of_scipy_linalg():
    program = "import sys, backprop_lab.nn.network; print('scipy.linalg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
