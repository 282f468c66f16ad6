"""The runs that decide.yaml asks for, as one more experiment of the plan."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from backprop_lab.claims.sequential import check
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.runs.further import EXPERIMENT, FILE, Decide
from backprop_lab.runs.run import Run


def further_runs(root: Path, preset: str, presets: Collection[str]) -> dict[str, list[Run]]:
    """Return {"decide": runs}, or {} where there is no decide.yaml for this preset.

    Args:
        root: the project's folder, with a report/claims.yaml that fits its schema.
        preset: of the build that is planned.
        presets: all of config.yaml.

    Raises:
        LabError: the file cannot be used, or does not fit report/claims.yaml.
    """
    path = root / FILE
    if not path.exists():
        return {}
    decide = Decide.read(path)
    if decide.preset not in presets:
        raise LabError(
            f"{path}: preset: config.yaml has no preset {decide.preset!r}; name one of "
            f"{', '.join(presets)}"
        )
    if decide.preset != preset or not decide.criteria:
        return {}
    check(decide, read_yaml(root / "report/claims.yaml"), path)
    return {EXPERIMENT: decide.runs()}
