"""docs/licences.md lists the licence of every package that the project installs."""

from importlib import metadata

import pytest
from licences import HEAD, PROJECT, licence, locked

LISTED = dict(
    line.strip("| ").split(" | ", 1)
    for line in (PROJECT / "docs/licences.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| Package", "| :"))
)


def test_every_locked_package_is_listed_and_no_other():
    assert sorted(LISTED, key=str.lower) == sorted(locked(), key=str.lower)
    assert "not stated" not in LISTED.values()


@pytest.mark.parametrize("package", locked())
def test_the_licence_listed_is_the_one_that_the_package_states(package):
    version = f"{package}=={installed(package)}"
    if version not in (PROJECT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        pytest.skip(f"{version} is installed, which is not the locked version")
    assert LISTED[package] == licence(package)


def installed(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def test_the_page_says_how_it_is_written():
    assert (PROJECT / "docs/licences.md").read_text(encoding="utf-8").startswith(HEAD)
