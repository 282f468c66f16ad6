"""Documents in LaTeX of exported tables, compiled where there is a TeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

MISSING = "no {}: apt-get install texlive-latex-recommended (for Chinese also texlive-xetex)"
_CHINESE = r"""\usepackage{{fontspec}}
\setmainfont{{NotoSerifCJKsc-Regular.otf}}[Path={}/]
\XeTeXlinebreaklocale "zh"
"""


def compile_tables(tables: Sequence[Path], folder: Path, *, chinese: bool = False) -> str:
    """Compile a document of all tables, with the packages that they name; return TeX's log.

    The test is skipped where there is no pdfLaTeX or, for Chinese, no XeLaTeX.
    """
    engine = "xelatex" if chinese else "pdflatex"
    if not shutil.which(engine):
        pytest.skip(MISSING.format(engine))
    packages = {path.read_text(encoding="utf-8").split("\n")[0][2:] for path in tables}
    assert all(re.fullmatch(r"\\usepackage\{[a-z,]+\}", one) for one in packages)
    fonts = Path(find_spec("mplfonts").origin).parent / "fonts"
    head = [r"\documentclass{article}", *sorted(packages)]
    head += [_CHINESE.format(fonts)] if chinese else []
    pages = [rf"\input{{{path}}}\clearpage" for path in tables]
    lines = [*head, r"\begin{document}", *pages, r"\end{document}", ""]
    (folder / "tables.tex").write_text("\n".join(lines), encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    log = (folder / "tables.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    return log
