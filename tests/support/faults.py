"""Count the faults that tests make, and what was lost, for the table of docs/guarantees.md.

A test that makes faults has the mark `fault("what is done")`: each of its cases is a trial.  One
that makes several, or of several kinds, calls the fixture `made_fault` once for each instead.
`pytest -m fault --faults FILE` writes the table.  A test that fails has lost all its trials.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

_KEY = "fault"


def pytest_addoption(parser):
    about = "write a Markdown table of the faults that tests made, and of what was lost"
    parser.addoption("--faults", type=Path, metavar="FILE", help=about)


@pytest.fixture
def made_fault(record_property):
    """A function that counts one trial of a fault."""
    return lambda kind: record_property(_KEY, kind)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Hand on the kinds of faults that a test's mark names, unless it counted them itself."""
    mark = item.get_closest_marker("fault")
    counted = [name for name, _ in item.user_properties if name == _KEY]
    if call.when == "call" and mark and not counted:
        item.user_properties.append((_KEY, mark.args[0]))
    report = yield
    if call.when == "setup" and mark and not report.passed:  # skipped, or it could not begin
        report.user_properties.append((_KEY, mark.args[0]))
    return report


def pytest_terminal_summary(terminalreporter, config):
    """Write the table, and say what it comes to."""
    path = config.getoption("--faults")
    if path:
        text = table(counted(terminalreporter.stats))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        terminalreporter.write_line(f"\n{text}")


def counted(stats):
    """Count trials, losses and trials left out by kind of fault.

    Args:
        stats: outcome -> reports, as pytest's terminal reporter has them.

    Returns:
        Kind -> Counter with "trials", "lost" and "left out".
    """
    found = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in stats.get(outcome, ()):
            if outcome == "passed" and report.when != "call":
                continue
            for name, kind in getattr(report, "user_properties", ()):
                if name == _KEY:
                    counts = found.setdefault(kind, Counter())
                    counts["left out" if outcome == "skipped" else "trials"] += 1
                    counts["lost"] += outcome in ("failed", "error")
    return found


def table(found):
    """Write the counts as a Markdown table, with the sums below."""
    total = sum(found.values(), Counter())
    rows = [*sorted(found.items()), ("**all**", total)]
    lines = ["| fault | trials | losses | left out |", "|---|---:|---:|---:|"]
    lines += [
        f"| {kind} | {counts['trials']} | {counts['lost']} | {counts['left out']} |"
        for kind, counts in rows
    ]
    return "\n".join([*lines, ""])
