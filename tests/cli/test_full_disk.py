"""No space, no permission: the file is named, earlier files stay, the next run succeeds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from report_sample import build_inputs

from backprop_lab.errors import LabError
from backprop_lab.files.scratch import scratch_folder
from backprop_lab.report.render import render_html, render_pdf

#: The program, in a process that cannot write a file longer than argv[1] bytes.
LIMITED = """
import resource, sys
size = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
from backprop_lab.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
RUN = "numpy_16_relu_adam_lr0.001_b32_e3/seed0"
EN = Path("figures/en")


def command(*arguments, limit=None, **environment):
    program = ["-m", "backprop_lab.cli"] if limit is None else ["-c", LIMITED, str(limit)]
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )


def bytes_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_refused(done, *parts):
    """One line of error, which has the parts."""
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert all(part in done.stderr for part in parts), done.stderr


@pytest.fixture
def dataset(tmp_path, small_dataset, write_dataset):
    (tmp_path / "data").mkdir()
    return write_dataset(tmp_path / "data", small_dataset)


def train(folder, dataset, *options, **how):
    return command("train", folder / RUN, "--dataset", dataset, *options, **how)


@pytest.mark.parametrize(
    ("limit", "named"),
    [(100, "history.csv"), (40_000, "model.npz"), (1500, "model.npz")],
)
def test_a_result_that_does_not_fit(tmp_path, dataset, limit, named):
    runs = tmp_path / "runs"
    check_refused(
        train(runs, dataset, limit=limit), f"{runs / RUN / named}: cannot be written", "too large"
    )
    assert not (runs / RUN / named).exists()
    assert not list(runs.rglob("*.part"))
    assert train(runs, dataset).returncode == 0
    before = bytes_below(runs)
    assert len(before) == 6
    # Of a finished run too: no file becomes shorter than it was.
    check_refused(train(runs, dataset, limit=limit), named)
    now = bytes_below(runs)
    assert set(now) == set(before)
    assert all(now[path] == before[path] for path in before if path.suffix == ".npz")


def test_a_result_on_a_full_disk(dataset, disk):
    folder = disk("64k")
    check_refused(train(folder, dataset), "No space left on device", "cannot be written")
    assert not list(folder.rglob("*.part"))
    subprocess.run(["mount", "-o", "remount,size=1M", folder], check=True)
    assert train(folder, dataset).returncode == 0


def test_a_checkpoint_on_a_full_disk_is_a_line_and_no_end(tmp_path, dataset, disk):
    path = disk("64k") / "checkpoints/variant/seed0.npz"
    done = train(tmp_path / "runs", dataset, "--checkpoint", path, "--every", "0")
    assert done.returncode == 0
    line = f"no checkpoint: {path}: cannot be written (No space left on device)"
    assert done.stdout.count(line) == 2  # none after the last epoch
    assert len(bytes_below(tmp_path / "runs")) == 6
    assert not bytes_below(path.parents[2])


@pytest.mark.parametrize("what", ["result", "figure"])
def test_no_permission(tmp_path, dataset, disk, what):
    if os.geteuid():
        folder = tmp_path / "closed"
        folder.mkdir(mode=0o500)
        reason = "Permission denied"
    else:  # who may write everywhere, but on a disk that is read only
        folder, reason = disk("1M", "ro"), "Read-only file system"
    if what == "result":
        check_refused(train(folder, dataset), f"{folder / RUN}/history.csv: cannot", reason)
    else:
        figure = folder / EN / "activation_functions.svg"
        check_refused(command("figure", "--output", figure), f"{figure}: cannot", reason)
    assert not list(folder.iterdir())


def test_a_figure_that_does_not_fit(tmp_path):
    figure = tmp_path / EN / "activation_functions.svg"
    assert command("figure", "--output", figure).returncode == 0
    before = bytes_below(tmp_path)
    done = command("figure", "--output", figure, limit=3000)
    assert f"{figure}: cannot be written (File too large)" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert bytes_below(tmp_path) == before


@pytest.mark.parametrize("render", [render_html, render_pdf])
def test_a_report_on_a_full_disk(tmp_path, disk, render):
    inputs, folder = build_inputs(tmp_path / "sample"), disk("4k")
    output = folder / f"lab-report.en.{render.__name__[7:]}"
    output.write_text("the report of yesterday")
    with pytest.raises(LabError, match="No space left on device") as error:
        render(inputs, output)
    assert str(error.value).startswith(f"{output}: cannot be written")
    assert bytes_below(folder) == {output: b"the report of yesterday"}
    subprocess.run(["mount", "-o", "remount,size=9M", folder], check=True)
    render(inputs, output)
    assert output.stat().st_size > 10_000


@pytest.mark.parametrize("render", [render_html, render_pdf])
def test_a_report_when_the_temporary_folder_is_full(tmp_path, disk, monkeypatch, render):
    inputs, scratch = build_inputs(tmp_path / "sample"), disk("12k")
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    output = tmp_path / "report"
    output.write_text("the report of yesterday")
    with pytest.raises(LabError, match="TMPDIR") as error:
        render(inputs, output)
    assert str(error.value).startswith(f"{scratch}/backprop-lab-")
    assert "No space left on device" in str(error.value)
    assert output.read_text() == "the report of yesterday"
    assert list(scratch.iterdir()) == []


def test_a_temporary_folder_that_is_full_or_missing_from_the_start_is_not_used(tmp_path, disk):
    full = disk("4k")
    (full / "rest").write_bytes(bytes(4096))
    for place in (full, tmp_path / "nowhere"):
        figure = tmp_path / EN / "activation_functions.svg"
        done = command("figure", "--output", figure, TMPDIR=str(place), HOME=str(place))
        assert done.returncode == 0, done.stderr
        assert figure.exists()
        figure.unlink()


def test_no_temporary_folder_at_all(monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/no/such/folder")
    message = "TMPDIR: no temporary folder can be made"
    with pytest.raises(LabError, match=message), scratch_folder():
        pass


def test_other_errors_in_a_temporary_folder_keep_their_names():
    with pytest.raises(FileNotFoundError) as error, scratch_folder() as folder:
        (folder / "missing").read_text()
    assert error.value.filename.endswith("missing")
    assert not folder.exists()
