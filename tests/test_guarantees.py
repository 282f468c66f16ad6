"""docs/guarantees.md names tests: each is there, under the name that it gives."""

import re

import pytest
from built_out import PROJECT

TEXT = (PROJECT / "docs/guarantees.md").read_text()
#: "path", "path::test", and the tests that follow "path: `test`, `test`".
FILES = sorted(set(re.findall(r"`(tests/[\w/]+\.py)", TEXT)))


def named():
    """Yield (file, test) for every test that the page names, and (file, "") for a whole file."""
    for item in re.findall(r"^- (.*?)(?=^- |^#|^$|\Z)", TEXT, re.MULTILINE | re.DOTALL):
        words = re.findall(r"`([^`]+)`", item)
        file = ""
        for word in words:
            if word.startswith("tests/"):
                file, _, test = word.partition("::")
                yield file, test
            elif word.startswith("test_"):
                yield file, word


def test_the_page_names_tests():
    assert len(FILES) > 10
    assert len(list(named())) > 25


@pytest.mark.parametrize(("file", "test"), sorted(set(named())))
def test_a_named_test_is_there(file, test):
    text = (PROJECT / file).read_text()
    assert not test or f"def {test}(" in text
