"""A project's own files, for commands that read them."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: A claim that no run can test, so that the config may have any experiments.
CLAIMS = """\
settings: {}
claims:
  C3: {where: {section: "1"}, printed: [], untestable: not_tried}
"""


@pytest.fixture
def write_project():
    """A function that writes a config and what it is checked against into a folder."""

    def write(folder, config):
        (folder / "config.yaml").write_text(config)
        for name in ("workflow/schemas", "report/text", "report/original"):
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
        (folder / "report/claims.yaml").write_text(CLAIMS)

    return write
