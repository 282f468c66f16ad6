"""Keep out what a process inherits from whoever started it.

A result must not depend on the shell, the notebook or the login that a build was started from.
`shut_out` is called by the workflow, whose jobs inherit from it, and by the program
`backprop-lab`, each before it imports a library.  Three more places keep out what concerns them
alone: git (`measurements.environment`), pandoc (`report.pandoc`) and matplotlib's settings
(`figures.style`).

What is let in, on purpose:

- MNIST_DIR, the proxies and the certificates of downloads: the user's way to name them.
- PYTHONPATH: the way to run a working tree that is not installed.
- PYTHONHASHSEED, TZ, the locale: nothing that is written depends on them.
- OMP_NUM_THREADS and its like: training and measuring limit their libraries to one thread.
- What chooses the kernels of the linear algebra (`runs.kernels.VARIABLES`): a user may need it
  where a library mistakes the processor.  The numbers depend on it, so the workflow says so
  (`announced`) and environment.json names the kernels that were really loaded.  Where other
  kernels are measured on purpose, these variables are set anew (`measurements.kernels`).
"""

from __future__ import annotations

import codecs
import locale
import os
import sys
import warnings
from collections.abc import Mapping, MutableMapping
from io import TextIOWrapper
from pathlib import Path

from backprop_lab.errors import LabError

#: Variables that break or change what is computed, and that nothing here needs.
SHUT_OUT = (
    # Read by the shell of every job, before its command.
    *("BASH_ENV", "ENV", "BASHOPTS", "SHELLOPTS", "CDPATH", "GREP_OPTIONS"),
    # Left by a notebook: a backend of matplotlib that is not installed here.
    "MPLBACKEND",
    # Python: warnings as errors, another encoding, stopping after the last line.
    *("PYTHONWARNINGS", "PYTHONIOENCODING", "PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONOPTIMIZE"),
)
#: Variables with the value that they have instead: UTF-8, and matplotlib without a user's file.
INSTEAD = {"PYTHONUTF8": "1", "MATPLOTLIBRC": os.devnull}
#: What Python itself does not show.
_UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
_OWNER = 0o700


def shut_out(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take out of `environ` what must not reach a result.

    Functions that bash would import, which could stand in for any program, go too, and so do other
    programs of the names of this Python's.  New files can be read by their owner, and messages are
    written as UTF-8.
    """
    for name in list(environ):
        if name in SHUT_OUT or name.startswith("BASH_FUNC_"):
            del environ[name]
    environ.update(INSTEAD)
    _own_programs_first(environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # A umask such as 0777 would make files that not even this program can read again.
    os.umask(os.umask(0o077) & ~_OWNER)


def _own_programs_first(environ: MutableMapping[str, str]) -> None:
    """Let jobs find this Python and its programs, when their environment was not activated.

    `.venv/bin/snakemake` is enough then.
    """
    here, path = str(Path(sys.executable).parent), environ.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != here:
        environ["PATH"] = os.pathsep.join([here, path])


def announced(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return one line for each variable that is let in although numbers depend on it."""
    from backprop_lab.runs.kernels import VARIABLES

    return [
        f"{name}={environ[name]} is set: it chooses the kernels that the numbers are computed "
        "with; unset it for those of this processor"
        for name in VARIABLES
        if environ.get(name)
    ]


def check_folder(folder: Path) -> None:
    """See, before hours of work, that Snakemake can work in the project's folder.

    Raises:
        LabError: the folder's path has a brace, which Snakemake takes for a placeholder of its
            own, or a character that the locale's encoding does not have.
    """
    path = str(folder)
    if "{" in path or "}" in path:
        raise LabError(
            f"{path}: Snakemake cannot work in a folder with a brace in its path; rename the "
            "folder, or move the project to another"
        )
    if not path.isascii() and sys.getfilesystemencoding() != "utf-8":
        shown = ascii(path)
        raise LabError(
            f"{shown}: this path cannot be written in {sys.getfilesystemencoding()}, the encoding "
            "of the locale; set PYTHONUTF8=1 or move the project to a folder with a plain name"
        )


def start_clean() -> None:
    """Shut out what this process inherited, and let it read and write text as UTF-8.

    In another encoding the process starts anew: Python chooses its encoding at the start.
    """
    shut_out()
    if not (sys.flags.utf8_mode or codecs.lookup(locale.getencoding()).name == "utf-8"):
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    if sys.warnoptions:
        sys.warnoptions.clear()
        warnings.resetwarnings()
        for category in _UNSEEN:
            warnings.simplefilter("ignore", category)
