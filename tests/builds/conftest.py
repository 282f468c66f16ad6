"""A made-up build in a repository, and its archive; a project of one criterion."""

import pytest
from archive_sample import make_project, pack
from criterion_repository import Repository


@pytest.fixture
def project(tmp_path):
    """A repository with a made-up build."""
    return make_project(tmp_path / "project")


@pytest.fixture
def packed(project, tmp_path):
    """The archive of that build."""
    assert pack(project, tmp_path / "archive.zip") == 0
    return tmp_path / "archive.zip"


@pytest.fixture
def repository(tmp_path):
    """A project of one criterion, in git."""
    return Repository(tmp_path)
