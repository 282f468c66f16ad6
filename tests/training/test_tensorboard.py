"""Event files for TensorBoard: whole curves, and a run whose files know nothing of them."""

import struct
import sys

import pytest

from backprop_lab.cli.main import main
from backprop_lab.errors import LabError
from backprop_lab.training.tensorboard import SPEED, TAGS, EventFiles

HISTORY = [(n, 1.0 / n, 0.5, 2.0 / n, 0.25) for n in (1, 2, 3)]
TIMING = [(n, 1.0, 0.5) for n in (1, 2, 3)]


def scalars(folder):
    """Read (tag, step) -> value from the one event file of a folder."""
    from tensorboardX.proto.event_pb2 import Event

    [path] = folder.iterdir()
    content, found = path.read_bytes(), {}
    while content:
        (length,) = struct.unpack("<Q", content[:8])  # TFRecord: length, CRC, data, CRC
        event = Event.FromString(content[12 : 12 + length])
        content = content[16 + length :]
        for value in event.summary.value:
            found[value.tag, event.step] = value.simple_value
    return found


def test_each_epoch_is_written_once(tmp_path):
    with EventFiles(tmp_path / "run") as events:
        for done in (1, 1, 3):  # the last two at once, as after a checkpoint
            events.write(HISTORY[:done], TIMING[:done])
    found = scalars(tmp_path / "run")
    assert {tag for tag, _ in found} == {*TAGS.values(), SPEED}
    assert len(found) == 5 * 3
    assert found["loss/training", 2] == 0.5
    assert found["accuracy/validation", 3] == 0.25
    assert found[SPEED, 1] == 1.5


def test_what_an_earlier_process_wrote_is_replaced(tmp_path):
    for done in (3, 1):
        with EventFiles(tmp_path / "run") as events:
            events.write(HISTORY[:done], TIMING[:done])
    assert {step for _, step in scalars(tmp_path / "run")} == {1}


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_run_has_the_same_bytes_with_and_without(
    backend, tmp_path, small_dataset, write_dataset, monkeypatch
):
    data = str(write_dataset(tmp_path, small_dataset))
    name = f"{backend}_8_relu_adam_lr0.001_b32_e2/seed0"
    monkeypatch.delenv("BACKPROP_LAB_EVENTS", raising=False)
    for folder, more in (("without", []), ("with", ["--events", str(tmp_path / "events")])):
        call = ["train", str(tmp_path / folder / name), "--dataset", data, "--device", "cpu", *more]
        assert main(call) == 0
    for file in ("history.csv", "result.json", "model.npz", "predictions.npz"):
        with_, without = (tmp_path / folder / name / file for folder in ("with", "without"))
        assert with_.read_bytes() == without.read_bytes()
    found = scalars(tmp_path / "events" / name)
    assert {step for _, step in found} == {1, 2}


def test_a_missing_library_and_a_bad_folder_are_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(LabError, match=r"file/run: no event files can be written"):
        EventFiles(tmp_path / "file/run").__enter__()
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(LabError, match=r"log_tensorboard: the package tensorboardX"):
        EventFiles(tmp_path / "run").__enter__()
