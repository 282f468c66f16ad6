"""What a build costs, by hand-computed numbers, and files that are not as they should be."""

import dataclasses
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from built_out import REPORT, build_out
from facts_sample import book_of, values
from whole import write_table

from backprop_lab.errors import LabError
from backprop_lab.figures.registry import draw
from backprop_lab.figures.words import load_words
from backprop_lab.files.forms.run_files import JOB
from backprop_lab.measurements import floors
from backprop_lab.measurements.build_cost import write_build, write_jobs
from backprop_lab.measurements.schedule import schedule
from backprop_lab.report.source import fill

WORDS = load_words("en", REPORT / "text")
#: id -> backend, epochs completed, started, finished; a long pause lies before the last.
JOBS = {"a": ("numpy", 2, 0, 10), "b": ("torch", 1, 4, 24), "c": ("numpy", 1, 1000, 1006)}


@pytest.fixture
def built(tmp_path):
    """The three runs' files, and jobs.csv and build.csv made from them; b diverged."""
    rows = []
    for name, (backend, epochs, started, finished) in JOBS.items():
        rows.append((name, backend, "8-4", 10, epochs, "diverged" if name == "b" else "completed"))
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        job = {"started": started, "finished": finished, "cpu_seconds": 3}
        job["peak_memory_bytes"] = 1000 * finished
        (folder / "job.json").write_text(json.dumps(job))
        (folder / "timing.csv").write_text(
            "epoch,train_seconds,evaluate_seconds\n"
            + "".join(f"{e + 1},2,1\n" for e in range(epochs))
        )
    columns = ["id", "backend", "hidden_sizes", "batch_size", "epochs_completed", "status"]
    write_table(tmp_path / "runs.csv", pd.DataFrame(rows, columns=columns))
    members = [("one", "a"), ("one", "b"), ("two", "b"), ("two", "c")]  # b is in both
    frame = pd.DataFrame(members, columns=["experiment", "id"])
    frame.to_csv(tmp_path / "experiments.csv", index=False)
    (tmp_path / "floors.csv").write_text(
        "hidden_sizes,batch_size,n_train,n_validation,step_seconds,image_seconds\n"
        "8-4,10,25,5,0.4,0.1\n"  # an epoch: 2.5 steps and 5 images are 1.5 seconds
    )
    inputs = {n: tmp_path / f"{n}.csv" for n in ("runs", "experiments", "floors")}

    def write():
        write_jobs(**inputs, folder=tmp_path / "runs", output=tmp_path / "jobs.csv")
        write_build(jobs=tmp_path / "jobs.csv", output=tmp_path / "build.csv")
        return tmp_path

    return write


def book_of_build(folder):
    return book_of(folder / "jobs.csv", folder / "build.csv")


def test_cost_by_hand(built):
    table = pd.read_csv(built() / "build.csv").set_index("experiment")
    assert table["n_runs"].to_dict() == {"one": 2, "two": 1, "total": 3}
    assert table["job_seconds"].to_dict() == {"one": 30, "two": 6, "total": 36}
    assert table["cpu_seconds"].to_dict() == {"one": 6, "two": 3, "total": 9}
    assert table["epoch_seconds"].to_dict() == {"one": 9, "two": 3, "total": 12}
    assert table["floor_seconds"].to_dict() == {"one": 4.5, "two": 1.5, "total": 6}
    assert table.loc["total", "overhead_share"] == pytest.approx(2 / 3)
    assert table.loc["total", "floor_share"] == 0.5
    assert table.loc["one", "torch_peak_memory_bytes"] == 24000
    assert np.isnan(table.loc["two", "torch_peak_memory_bytes"])


def test_a_pause_of_the_build_is_not_counted(built):
    found = values(book_of_build(built()).facts)
    assert found["jobs.wall_seconds"] == 24 + 6
    assert (found["jobs.n_cores"], found["jobs.n_parts"]) == (2, 2)
    assert found["jobs.efficiency"] == 6 / (2 * 30)
    assert found["jobs.longest.id"] == "b"
    assert (found["jobs.longest.delay_seconds"], found["jobs.tail_seconds"]) == (4, 14)
    assert found["jobs.bound_seconds"] == 20
    assert found["jobs.cpu_share"] == 0.25


def test_a_short_gap_counts_and_a_job_may_begin_as_another_ends():
    jobs = pd.DataFrame({"started": [0.0, 5.0, 20.0], "finished": [5.0, 10.0, 25.0]})
    found = schedule(jobs)
    assert (found.parts, found.wall, found.cores) == ([(0, 25)], 25, 1)


@pytest.mark.parametrize(
    ("text", "what"),
    [(None, "cannot be read"), ("{", "not JSON"), ("[]", "not a JSON object"),
     ('{"started": 1}', "lacks finished"),
     ('{"started": 2, "finished": 1, "cpu_seconds": 1, "peak_memory_bytes": 1}', "before")],
)  # fmt: skip
def test_a_bad_job_file_is_named_in_one_line(tmp_path, text, what):
    path = tmp_path / "job.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(LabError, match=what) as error:
        JOB.read(path)
    assert str(error.value).startswith(str(path))
    assert "--force" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_products_of_a_step_are_five_for_two_layers():
    shapes = [product().shape for product in floors.step("8", 3)]
    assert shapes == [(3, 8), (3, 10), (784, 8), (8, 10), (3, 8)]


@pytest.mark.parametrize("made", [True, False])
def test_the_prose_is_whole_or_silent(built, tmp_path, made):
    inputs = build_out(tmp_path / "out")
    if made:
        folder = built()
        book = book_of_build(folder)
        book.facts = json.loads(inputs.facts.read_text()) | book.facts
        book.write(inputs.facts)
        for name in ("jobs", "build"):
            (inputs.tables / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
        svg = inputs.figures / "build.svg"
        draw("build", {"jobs": folder / "jobs.csv"}, WORDS, svg)
        assert 'id="build-longest"' in svg.read_text()
        assert 'id="build-pause2"' in svg.read_text()
    texts = shutil.copytree(REPORT / "text/en", tmp_path / "en")
    template = texts / "lab-report.md"
    template.write_text('---\ntitle: T\nauthor: A\n---\n<% include "build.md" %>\n')
    source = fill(dataclasses.replace(inputs, template=template))
    assert source.figures == (("build",) if made else ())
    assert ("{#sec-build}" in source.markdown) is made
