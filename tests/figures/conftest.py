"""What the tests of figures share: results, and each figure drawn from them once."""

import functools

import pytest
from figure_sample import WORDS, build, inputs_of

from backprop_lab.figures import registry as figures


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return build(tmp_path_factory.mktemp("full"), quick=False)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    return build(tmp_path_factory.mktemp("quick"), quick=True)


@pytest.fixture(scope="module")
def drawn(full):
    """Where a figure of the full results lies, drawn once for all tests."""

    @functools.cache
    def path(name):
        output = full / "figures" / f"{name}.svg"
        figures.draw(name, inputs_of(name, full), WORDS, output)
        return output

    return path
