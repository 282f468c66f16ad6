"""No damaged file ends in anything but one LabError; many.py tries a great many more."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from fuzzing import Fuzzed, trial
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.forms.registry import DOCUMENTS, TABLES
from backprop_lab.report.rows import read_rows

#: Trials of each file whose share is 1; three of each at least.
TRIALS = 12

known = settings(derandomize=True, deadline=None, max_examples=50, database=None)
texts = st.text() | st.sampled_from(("nan", "inf", "0.5", "1", "-1", "True", "360", "", '"'))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    return Fuzzed(tmp_path_factory.mktemp("fuzzed"))


def test_damaged_files_are_taken_or_refused(fuzzed):
    wrong, outcomes = [], {"taken": 0, "refused": 0}
    for name, share in fuzzed.shares.items():
        for number in range(max(3, round(TRIALS * share))):
            outcome = trial(fuzzed, name, number)
            if outcome in outcomes:
                outcomes[outcome] += 1
            else:
                wrong.append(f"{name}, input {number}: {outcome}")
    assert wrong == []
    assert outcomes["refused"] > 1000
    assert outcomes["taken"] > 50


def test_whole_files_are_taken(fuzzed):
    for name in fuzzed.shares:
        fuzzed.read(name, fuzzed.content(name))


@pytest.mark.parametrize("form", TABLES.values(), ids=TABLES)
def test_any_cells_under_the_right_header(form):
    @known
    @given(st.lists(st.lists(texts, min_size=len(form.names), max_size=len(form.names))))
    def check(rows):
        lines = [",".join(row) for row in (form.names, *rows)]
        _taken_or_refused(form.check, "\n".join(lines) + "\n", Path("x.csv"))

    check()


@pytest.mark.parametrize("form", DOCUMENTS.values(), ids=DOCUMENTS)
def test_any_value_under_any_key(form, tmp_path):
    path = tmp_path / "x.json"

    @known
    @given(st.dictionaries(st.sampled_from([*form.content.fields, "x"]), json_values))
    def check(content):
        path.write_text(json.dumps(content), encoding="utf-8")
        _taken_or_refused(form.read, path)

    check()


@known
@given(st.binary(max_size=400))
def test_any_bytes(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.npz"
        path.write_bytes(content)
        _taken_or_refused(read_arrays, path, ("label",))
        _taken_or_refused(read_rows, path)


def _taken_or_refused(function, *arguments):
    with suppress(LabError):
        function(*arguments)
