"""Kernels: the routines of linear algebra that a library loads for a processor.

OpenBLAS, ATen and MKL each bring routines for several generations of processors and choose
by what they find.  Variables of the environment make them take those of an older one, so that one
machine can compute as others would.  Which runs are trained again so, config.yaml says (`kernels`).
"""

from __future__ import annotations

from dataclasses import dataclass

#: Variables that choose the kernels of NumPy, SciPy and PyTorch, or of the C library below them.
VARIABLES = (
    "OPENBLAS_CORETYPE",
    "ATEN_CPU_CAPABILITY",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "MKL_DEBUG_CPU_TYPE",
    "ONEDNN_MAX_CPU_ISA",
    "DNNL_MAX_CPU_ISA",
    "NPY_DISABLE_CPU_FEATURES",
    "NPY_ENABLE_CPU_FEATURES",
    "NVIDIA_TF32_OVERRIDE",
    "GLIBC_TUNABLES",
)
#: The kernels that a library chooses by itself, with none of the variables set.
NATIVE = "native"


@dataclass(frozen=True)
class Kernel:
    """Kernels that a backend can be asked for.

    Attributes:
        variable, value: what the environment must hold before the library is loaded.
        library: which one it is for; a key of `measurements.emulated.loaded_kernels`.
        answers: names under which the library says that it has loaded them.
    """

    variable: str
    value: str
    library: str
    answers: tuple[str, ...]


def _openblas(name: str, *aliases: str) -> Kernel:
    return Kernel("OPENBLAS_CORETYPE", name, "OpenBLAS", (name, *aliases))


#: Backend -> name -> kernels, from new processors to old ones.
KERNELS: dict[str, dict[str, Kernel]] = {
    "numpy": {
        "SkylakeX": _openblas("SkylakeX"),
        "Haswell": _openblas("Haswell"),
        "Sandybridge": _openblas("Sandybridge"),
        "Nehalem": _openblas("Nehalem"),
        # On 64 bits OpenBLAS has one table for both, and calls it by the older name.
        "Prescott": _openblas("Prescott", "Katmai"),
    },
    "torch": {
        "aten-avx2": Kernel("ATEN_CPU_CAPABILITY", "avx2", "ATen", ("AVX2",)),
        "aten-default": Kernel("ATEN_CPU_CAPABILITY", "default", "ATen", ("DEFAULT",)),
        # The same results on every processor that MKL knows.
        "mkl-compatible": Kernel("MKL_CBWR", "COMPATIBLE", "MKL", ("COMPATIBLE",)),
    },
}
