"""Say in one line what the tests skipped, and how to have it.

A reason that a test gives is of one of `KINDS`; one that is not stands in the line as it is.
`pytest -rs` lists every skipped test with its reason and its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_BROWSER = "apt-get install chromium && make browser"
_SLURM = "root, slurm-wlm, munge, slurmdbd, mariadb-server, the extra 'slurm'; "
#: Pattern of a reason -> what was skipped, and how to have it ("" where nothing has to be done).
KINDS = {
    r"BACKPROP_LAB_SLURM|Slurm|slurm": ("Slurm", f"{_SLURM}then BACKPROP_LAB_SLURM=1"),
    r"Chromium": ("browser", _BROWSER),
    r"MNIST_DIR": ("MNIST", "MNIST_DIR=a folder with the four archives"),
    r"CUDA": ("GPU", "a CUDA GPU"),
    r"roc-validator": ("archives' validator", "make archive-tools"),
    r"texlive": ("LaTeX", "apt-get install texlive-latex-recommended texlive-xetex"),
    r"dataset-fashion-mnist": ("Fashion-MNIST", "apt-get install dataset-fashion-mnist"),
    r"openssl": ("HTTPS mirrors", "apt-get install openssl"),
    r"mount|to change an owner|root": ("full disks and owners", "run as root, on Linux"),
    r"/dev/full": ("a full device", "run on Linux"),
    r"needs make": ("make", "apt-get install make python3-venv"),
    r"the project has it already": ("recipes that the project has followed", ""),
    r"names kernels of x86-64|cannot load OpenBLAS": ("kernels", "another processor"),
    r"which is not the locked version": ("licences", "pip install -c requirements.lock"),
    r"repository|\bgit\b|clone": ("git history", "git, and a clone with its whole history"),
}


def reasons(reports: Iterable[object]) -> list[str]:
    """Return the reason of each skipped test.

    Args:
        reports: the skipped ones, as pytest's terminal reporter has them.
    """
    found = []
    for report in reports:
        place = getattr(report, "longrepr", None)
        text = place[2] if isinstance(place, tuple) else str(place)
        found.append(text.removeprefix("Skipped: "))
    return found


def kind_of(reason: str) -> tuple[str, str]:
    """Return what a reason says was skipped, and how to have it.

    >>> kind_of("needs a CUDA GPU")
    ('GPU', 'a CUDA GPU')
    """
    for pattern, kind in KINDS.items():
        if re.search(pattern, reason):
            return kind
    return " ".join(reason.split()), ""


def summary(skipped: Iterable[str]) -> str:
    """Write the line; "" where nothing was skipped.

    Args:
        skipped: the reason of each skipped test.

    >>> summary(["needs a CUDA GPU", "MNIST_DIR is not set", "needs a CUDA GPU"])
    '3 tests skipped: 2 GPU (a CUDA GPU), 1 MNIST (MNIST_DIR=a folder with the four archives); \
see "What the tests skip" in CONTRIBUTING.md, or every reason with: pytest -rs'
    """
    counts = Counter(map(kind_of, skipped))
    if not counts:
        return ""
    listed = ", ".join(
        f"{number} {what}" + (f" ({how})" if how else "")
        for (what, how), number in counts.most_common()
    )
    total = counts.total()
    return (
        f"{total} test{'s' if total > 1 else ''} skipped: {listed}; "
        'see "What the tests skip" in CONTRIBUTING.md, or every reason with: pytest -rs'
    )
