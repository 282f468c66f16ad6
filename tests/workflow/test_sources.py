"""Each rule lists, as inputs, every module that its command really loads."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

# What no result depends on: it parses arguments, reports errors, renames files.
PLUMBING = {"__init__", "cli", "documents", "errors", "atomic", "nn/__init__"}

TRACE = """
import sys
from pathlib import Path
from backprop_lab.cli import main
status = main(sys.argv[2:])
package = Path(sys.modules["backprop_lab"].__file__).parent
files = [Path(m.__file__) for n, m in sys.modules.items() if n.startswith("backprop_lab")]
Path(sys.argv[1]).write_text("\\n".join(str(f.relative_to(package).with_suffix("")) for f in files))
sys.exit(status)
"""


def jobs(project):
    """One job of each rule, and each table and figure: rule, source inputs, shell command."""
    text = project.snakemake("--config", "preset=quick", "--detailed-summary", "report")
    seen = set()
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) < 8 or fields[0] == "output_file":
            continue
        output, rule, inputs, command = fields[0], fields[2], fields[4], fields[5]
        kind = output if rule in ("table", "figure") else rule
        if command.startswith("backprop-lab") and kind not in seen and rule != "fetch_mnist":
            seen.add(kind)
            yield kind, inputs.split(","), command


def test_every_module_that_a_job_loads_is_an_input(built):
    missing, seen = {}, 0
    trace = built.folder / "trace.py"
    trace.write_text(TRACE)
    for kind, inputs, command in jobs(built):
        seen += 1
        listed = {
            path.removeprefix("src/backprop_lab/").removesuffix(".py")
            for path in inputs
            if path.startswith("src/")
        }
        traced = command.replace("backprop-lab", f"{sys.executable} trace.py loaded.txt", 1)
        environment = {"PYTHONPATH": "src", "PATH": "/usr/bin:/bin"}
        subprocess.run(traced, shell=True, check=True, cwd=built.folder, env=environment)
        loaded = set((built.folder / "loaded.txt").read_text().split())
        if loaded - listed - PLUMBING:
            missing[kind] = sorted(loaded - listed - PLUMBING)
    assert missing == {}
    assert seen > 25
