"""No damaged file ends in anything but one LabError of one line, soon, in little memory.

`BACKPROP_LAB_FUZZ=24 pytest -n 0 -s tests/fuzz` tries 24 times as many, and prints how many of
each kind were refused.  The examples are derived from the tests: the same number of them
are the same files.  One that fails is printed as a file's name and a seed.
"""

import json
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from damaging import Fuzzed, trial
from fuzzing import fuzzed
from hypothesis import given
from hypothesis import strategies as st
from readers import COLLECTED

from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.forms.registry import DOCUMENTS, TABLES
from backprop_lab.report.rows import read_rows

#: Kind of files -> how their names begin, and how many are tried; slow readers get few.
KINDS = {
    "texts of a run": (("run/result", "run/history", "run/timing", "run/job"), 3000),
    "arrays of a run": (("run/model", "run/predictions"), 1500),
    "published curves": (("published", "stated"), 150),
    "claims": (("claims.json",), 150),
    "declared claims": (("claims.yaml",), 80),
    "facts, data set and other documents": (
        (
            "raw/",
            "facts",
            "dataset.json",
            "gallery",
            "environment",
            "machine",
            "register",
            "multiverse",
        ),
        150,
    ),
    "tables": (("tables/",), 50),
    "images and predictions": (("images/",), 200),
    "collected files": (COLLECTED, 2),
}
#: Files that are tried for each example of hypothesis, which takes as long as several of them.
BATCH = 10
SEEDS = st.integers(0, 2**64 - 1).map(lambda number: number * BATCH)

texts = st.text() | st.sampled_from(("nan", "inf", "0.5", "1", "-1", "True", "360", "", '"'))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return Fuzzed(tmp_path_factory.mktemp("fuzzed"))


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_taken_or_refused(files, kind):
    begins, examples = KINDS[kind]
    names = [name for name in files.names if name.startswith(begins)]
    outcomes = Counter()

    batch = min(BATCH, examples)

    @fuzzed(examples // batch)
    @given(name=st.sampled_from(names), first=SEEDS)
    def check(name, first):
        for seed in range(first, first + batch):
            outcome = trial(files, name, seed)
            outcomes[outcome] += 1
            assert outcome in ("taken", "refused"), f"{name}, seed {seed}: {outcome}"

    check()
    print(f"\n{kind}: {outcomes.total()} files, {outcomes['refused']} refused")
    assert outcomes["refused"] > outcomes.total() / 3


def test_every_file_is_of_a_kind(files):
    begins = tuple(begin for names, _ in KINDS.values() for begin in names)
    assert [name for name in files.names if not name.startswith(begins)] == []


def test_whole_files_are_taken(files):
    for name in files.names:
        files.read(name, files.content(name))


@pytest.mark.parametrize("form", TABLES.values(), ids=TABLES)
def test_any_cells_under_the_right_header(form):
    @fuzzed(20)
    @given(st.lists(st.lists(texts, min_size=len(form.names), max_size=len(form.names))))
    def check(rows):
        lines = [",".join(row) for row in (form.names, *rows)]
        _taken_or_refused(form.check, "\n".join(lines) + "\n", Path("x.csv"))

    check()


@pytest.mark.parametrize("form", DOCUMENTS.values(), ids=DOCUMENTS)
def test_any_value_under_any_key(form, tmp_path):
    path = tmp_path / "x.json"

    @fuzzed(20)
    @given(st.dictionaries(st.sampled_from([*form.content.fields, "x"]), json_values))
    def check(content):
        path.write_text(json.dumps(content), encoding="utf-8")
        _taken_or_refused(form.read, path)

    check()


@fuzzed(20)
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
