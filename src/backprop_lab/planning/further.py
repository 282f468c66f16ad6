"""The runs that decide.yaml asks for, as one more experiment of the plan."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from backprop_lab.claims.sequential import check
from backprop_lab.files.documents import read_yaml
from backprop_lab.runs.further import EXPERIMENT, FILE, Decide
from backprop_lab.runs.run import Run


def further_runs(root: Path, preset: str) -> dict[str, list[Run]]:
    """Return {"decide": runs}, or {} where there is no decide.yaml for this preset.

    Args:
        root: the project's folder.
        preset: of the build that is planned.

    Raises:
        LabError: the file cannot be used, or does not fit report/claims.yaml.
    """
    path = root / FILE
    if not path.exists():
        return {}
    decide = Decide.read(path)
    if decide.preset != preset or not decide.criteria:
        return {}
    # A claims.yaml that does not fit its schema is refused where the claims are judged.
    with suppress(AttributeError, KeyError, TypeError):
        check(decide, read_yaml(root / "report/claims.yaml"), path)
    return {EXPERIMENT: decide.runs()}
