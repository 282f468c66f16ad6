"""A run that was interrupted goes on from its checkpoint and ends with the same bytes."""

import errno
import io
import json
import os
import random
import time

import numpy as np
import pytest

from backprop_lab.errors import LabError
from backprop_lab.files import atomic
from backprop_lab.runs.run import BACKENDS, OPTIMIZERS, Run
from backprop_lab.training import checkpoint
from backprop_lab.training.backends import build
from backprop_lab.training.checkpoint import Checkpoints, Progress
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run

EPOCHS = 5
#: Of a run's files, those that no clock wrote.
FILES = ("history.csv", "result.json", "model.npz", "predictions.npz")


class Stop(io.StringIO):
    """A log in which a run is interrupted, as by a signal, once it has reported an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def write(self, text):
        if text.startswith(f"epoch {self.epoch:3d}/"):
            raise KeyboardInterrupt
        return super().write(text)


def a_run(backend="numpy", optimizer="adam", **changes) -> Run:
    rate = {"adam": 0.003, "sgd": 0.1}[optimizer]
    return Run(backend, (24, 16), "relu", optimizer, rate, 32, EPOCHS, 0, **changes)


def saved(path, run, dataset, *, interval=0.0, other=""):
    """Where the run is saved; `other` names a part of the key that is not as usual."""
    key = {"run": run.id, "data": dataset.sha256, "code": "one"}
    key |= {other: "another"} if other else {}
    return Checkpoints(path, key, started=time.time(), interval=interval, log=io.StringIO())


def digests(trained, folder, dataset):
    write_run(trained, folder, dataset.sha256)
    return {name: (folder / name).read_bytes() for name in FILES}


def interrupt(run, dataset, path, after):
    """Train until so many epochs are saved, and no further."""
    checkpoints = saved(path, run, dataset)
    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, device="cpu", log=Stop(after + 1), checkpoints=checkpoints)
    assert path.exists()


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_an_interrupted_run_ends_with_the_bytes_of_one_that_was_not(
    small_dataset, tmp_path, backend, optimizer
):
    run = a_run(backend, optimizer, split_seed=3, bias_gradient="sum")
    whole = train(run, small_dataset, device="cpu", log=io.StringIO())
    expected = digests(whole, tmp_path / "whole", small_dataset)
    for after in range(1, EPOCHS):
        path = tmp_path / f"{after}.npz"
        interrupt(run, small_dataset, path, after)
        log = io.StringIO()
        checkpoints = saved(path, run, small_dataset)
        trained = train(run, small_dataset, device="cpu", log=log, checkpoints=checkpoints)
        assert f"going on after epoch {after} of {EPOCHS}" in checkpoints.log.getvalue()
        assert log.getvalue().count("validation loss") == EPOCHS - after
        assert digests(trained, tmp_path / str(after), small_dataset) == expected
        assert [row[0] for row in trained.timing] == list(range(1, EPOCHS + 1))


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_run_may_be_interrupted_after_every_epoch(small_dataset, tmp_path, backend):
    run, path = a_run(backend), tmp_path / "run.npz"
    timing = []
    for after in range(1, EPOCHS):
        interrupt(run, small_dataset, path, after)
        with np.load(path, allow_pickle=False) as arrays:
            assert arrays["timing"][:-1].tolist() == timing  # what an earlier process measured
            timing = arrays["timing"].tolist()
    checkpoints = saved(path, run, small_dataset)
    trained = train(run, small_dataset, device="cpu", log=io.StringIO(), checkpoints=checkpoints)
    whole = train(run, small_dataset, device="cpu", log=io.StringIO())
    assert digests(trained, tmp_path / "a", small_dataset) == digests(
        whole, tmp_path / "b", small_dataset
    )


@pytest.mark.parametrize("what", ["run", "data", "code", "libraries"])
def test_a_checkpoint_of_something_else_is_not_used(small_dataset, tmp_path, monkeypatch, what):
    run, path = a_run(), tmp_path / "run.npz"
    interrupt(run, small_dataset, path, 2)
    if what == "libraries":
        monkeypatch.setattr(checkpoint, "libraries", lambda network: "numpy 99")
        checkpoints = saved(path, run, small_dataset)
    else:
        checkpoints = saved(path, run, small_dataset, other=what)
    log = io.StringIO()
    train(run, small_dataset, device="cpu", log=log, checkpoints=checkpoints)
    assert log.getvalue().count("validation loss") == EPOCHS
    assert checkpoints.log.getvalue().splitlines()[0] == (
        f"{path}: of another {what}; not used; the run starts from its first epoch"
    )


def test_the_libraries_are_named_with_what_they_compute_by(small_dataset):
    for backend in ("numpy", "torch"):
        network = build(a_run(backend), device="cpu")
        named = checkpoint.libraries(network)
        assert f"numpy {np.__version__}" in named
        assert "openblas" in named or "mkl" in named or "accelerate" in named
        assert named == checkpoint.libraries(network)


def test_a_damaged_checkpoint_is_not_used_and_the_network_stays_new(small_dataset, tmp_path):
    run, path = a_run(), tmp_path / "run.npz"
    interrupt(run, small_dataset, path, 2)
    whole = path.read_bytes()
    network = build(run)
    fresh = network.state()
    draw = random.Random(0)
    used = 0
    for trial in range(300):
        damaged = bytearray(whole)
        if trial % 3 == 0:
            del damaged[draw.randrange(len(whole)) :]
        else:
            # Headers are few of the bytes: every other damage is near the end, where they are.
            start = draw.choice([0, len(whole) - 1500])
            for _ in range(trial % 5 + 1):
                damaged[draw.randrange(start, len(whole))] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        checkpoints = saved(path, run, small_dataset)
        progress = checkpoints.resume(network, EPOCHS)
        said = checkpoints.log.getvalue()
        assert said.count("\n") == 1
        if progress.history:  # damaged where nothing is stored, such as a time stamp
            used += 1
            assert [row[0] for row in progress.history] == [1, 2]
            network = build(run)
        else:
            assert "not used; the run starts from its first epoch" in said
            state = network.state()
            assert all((state[name] == fresh[name]).all() for name in fresh)
    assert used < 100


@pytest.mark.parametrize(
    "change",
    [
        {"history": np.zeros((2, 4))},
        {"history": np.zeros((2, 5))},
        {"history": np.full((2, 5), np.nan)},
        {"history": np.array(1.0)},
        {"timing": np.zeros((1, 3))},
        {"spent": np.zeros(3)},
        {"spent": np.zeros(2, np.int64)},
        {"key": np.zeros(3, np.uint8)},
        {"key": np.frombuffer(b"[]", np.uint8)},
        {"state.M": np.zeros(3, np.float32)},
        {"state.M": None},
    ],
)
def test_a_checkpoint_of_another_form_is_not_used(small_dataset, tmp_path, change):
    run, path = a_run(), tmp_path / "run.npz"
    interrupt(run, small_dataset, path, 2)
    with np.load(path, allow_pickle=False) as arrays:
        changed = {name: arrays[name] for name in arrays} | change
    np.savez(path, **{name: array for name, array in changed.items() if array is not None})
    checkpoints = saved(path, run, small_dataset)
    assert checkpoints.resume(build(run), EPOCHS) == Progress()
    assert "not used" in checkpoints.log.getvalue()


def test_a_checkpoint_of_as_many_epochs_as_the_run_has_is_not_used(small_dataset, tmp_path):
    run, path = a_run(), tmp_path / "run.npz"
    interrupt(run, small_dataset, path, 2)
    assert saved(path, run, small_dataset).resume(build(run), epochs=2) == Progress()


def test_a_pickle_is_never_opened(small_dataset, tmp_path):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    run, path = a_run(), tmp_path / "run.npz"
    np.savez(path, key=np.array([Trap()], dtype=object))
    checkpoints = saved(path, run, small_dataset)
    assert checkpoints.resume(build(run), EPOCHS) == Progress()
    assert "not used" in checkpoints.log.getvalue()


def test_a_run_shorter_than_the_interval_writes_none(small_dataset, tmp_path):
    run, path = a_run(), tmp_path / "checkpoints/run.npz"
    checkpoints = saved(path, run, small_dataset, interval=checkpoint.INTERVAL)
    train(run, small_dataset, device="cpu", log=io.StringIO(), checkpoints=checkpoints)
    assert not path.parent.exists()


def test_none_is_written_after_the_last_epoch(small_dataset, tmp_path):
    run, path = a_run(), tmp_path / "run.npz"
    checkpoints = saved(path, run, small_dataset)
    train(run, small_dataset, device="cpu", log=io.StringIO(), checkpoints=checkpoints)
    with np.load(path, allow_pickle=False) as arrays:
        assert len(arrays["history"]) == EPOCHS - 1


def test_checkpoints_take_at_most_a_hundredth_of_the_time(small_dataset, tmp_path, monkeypatch):
    """On a disk that takes two seconds for each, with epochs of one second."""
    run, clock = a_run(), [0.0]
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: clock[0])
    checkpoints = saved(tmp_path / "run.npz", run, small_dataset, interval=15.0)
    writes = []

    def slow(network, progress):
        writes.append(clock[0])
        clock[0] += 2.0

    monkeypatch.setattr(checkpoints, "_save", slow)
    for _ in range(2000):
        clock[0] += 1.0
        checkpoints.offer(build(run), Progress())
    assert writes[0] == 15.0
    assert len(writes) == 10
    assert 2.0 * len(writes) <= 0.0101 * clock[0]


def test_a_checkpoint_that_cannot_be_written_does_not_stop_the_run(
    small_dataset, tmp_path, monkeypatch
):
    run, path = a_run(), tmp_path / "run.npz"
    interrupt(run, small_dataset, path, 2)
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "replace", full)
        checkpoints = saved(path, run, small_dataset)
        trained = train(
            run, small_dataset, device="cpu", log=io.StringIO(), checkpoints=checkpoints
        )
    assert len(trained.history) == EPOCHS
    line = checkpoints.log.getvalue().splitlines()[1]
    assert line.startswith(f"no checkpoint: {path}: cannot be written (No space left on device)")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_complete_run_leaves_nothing(small_dataset, tmp_path):
    path = tmp_path / "checkpoints/variant/seed0.npz"
    other = tmp_path / "checkpoints/variant/seed1.npz"
    for one in (path, other):
        interrupt(a_run(), small_dataset, one, 1)
    saved(path, a_run(), small_dataset).remove()
    assert not path.exists()
    assert other.exists()
    saved(other, a_run(), small_dataset).remove()
    assert not (tmp_path / "checkpoints").exists()
    assert tmp_path.exists()
    saved(other, a_run(), small_dataset).remove()  # nothing to delete


def test_the_job_counts_what_earlier_processes_did(small_dataset, tmp_path):
    run, path = a_run(), tmp_path / "run.npz"
    interrupt(run, small_dataset, path, 2)
    with np.load(path, allow_pickle=False) as arrays:
        seconds, cpu_seconds = arrays["spent"]
        assert seconds > arrays["timing"][:, 1:].sum() > 0
    checkpoints = saved(path, run, small_dataset)
    checkpoints.resume(build(run), EPOCHS)
    write_job(tmp_path / "job.json", time.time() - 1, checkpoints.earlier)
    job = json.loads((tmp_path / "job.json").read_text())
    assert job["earlier_seconds"] == seconds
    assert job["cpu_seconds"] > cpu_seconds


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_state_makes_another_network_its_twin(small_dataset, backend, optimizer):
    """Taken out of one network and put into another: both then learn alike."""
    images = (small_dataset.train_images / np.float32(255)).astype(np.float32)
    labels = small_dataset.train_labels.astype(np.int64)
    order = np.arange(len(images))
    run = a_run(backend, optimizer)
    one, other = build(run, device="cpu"), build(run, device="cpu")
    one.train_epoch(images, labels, order)
    state = one.state()
    kept = {name: array.copy() for name, array in state.items()}
    other.load_state(state)
    assert one.train_epoch(images, labels, order) == other.train_epoch(images, labels, order)
    assert all((state[name] == kept[name]).all() for name in kept)  # copies, both ways


def test_the_error_of_an_unreadable_checkpoint_is_ours(tmp_path, small_dataset):
    path = tmp_path / "run.npz"
    path.mkdir()
    checkpoints = saved(path, a_run(), small_dataset)
    assert checkpoints.resume(build(a_run()), EPOCHS) == Progress()
    assert "cannot be read (Is a directory)" in checkpoints.log.getvalue()
    with pytest.raises(LabError):
        checkpoints._save(build(a_run()), Progress())
