"""A made-up build in a repository, and its archive."""

import pytest
from archive_sample import make_project, pack


@pytest.fixture
def project(tmp_path):
    """A repository with a made-up build."""
    return make_project(tmp_path / "project")


@pytest.fixture
def packed(project, tmp_path):
    """The archive of that build."""
    assert pack(project, tmp_path / "archive.zip") == 0
    return tmp_path / "archive.zip"
