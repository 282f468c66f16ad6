from functools import partial

import numpy as np
import pytest
from whole import write_document

from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.documents import parse_yaml, read_json, read_yaml
from backprop_lab.report.gallery import write_gallery
from backprop_lab.tables.predictions import write_mistakes
from backprop_lab.training.submission import write_submission


def refusal(path, content, read):
    """The one line in which `read` refuses a file of this content; None leaves no file."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabError) as error:
        read(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_reads_json_and_yaml(tmp_path):
    (tmp_path / "a.json").write_text('{"é": [1, 2.5, null]}', encoding="utf-8")
    (tmp_path / "a.yaml").write_text("é: [1, 2.5, null]\n", encoding="utf-8")
    assert read_json(tmp_path / "a.json") == read_yaml(tmp_path / "a.yaml") == {"é": [1, 2.5, None]}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"[1]", "not a JSON object"),
    ],
)
def test_refuses_json_in_one_line(tmp_path, content, problem):
    message = refusal(tmp_path / "a.json", content, read_json)
    assert message.startswith(f"{tmp_path / 'a.json'}: {problem}")
    assert message.endswith("; delete it and build it again")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "must be a mapping"),
        (b"- 1\n", "must be a mapping"),
        (b"a: [1\nb: 2\n", "not valid YAML, correct it: "),
        (b"a: \xff\n", "not UTF-8"),
        (b"a: \x01\n", "not valid YAML, correct it: "),
    ],
)
def test_refuses_yaml_in_one_line(tmp_path, content, problem):
    message = refusal(tmp_path / "a.yaml", content, read_yaml)
    assert message.startswith(f"{tmp_path / 'a.yaml'}: {problem}")


def test_reads_arrays_in_the_order_asked_for(tmp_path):
    np.savez(tmp_path / "a.npz", b=np.arange(3), a=np.zeros(2))
    a, b = read_arrays(tmp_path / "a.npz", ("a", "b"))
    assert (a.tolist(), b.tolist()) == ([0, 0], [0, 1, 2])


def damaged(folder):
    """Way in which an .npz file is damaged -> its bytes; None where there is no file."""
    whole = folder / "whole.npz"
    arrays = dict.fromkeys(("label", "predicted"), np.arange(100, dtype=np.uint8) % 10)
    arrays["confidence"] = np.ones(100, np.float32)
    np.savez(whole, **arrays)
    content = whole.read_bytes()
    np.save(folder / "one.npy", np.arange(100))
    np.savez(folder / "objects.npz", **dict.fromkeys(arrays, np.array([None])))
    return {
        "missing": None,
        "empty": b"",
        "truncated": content[: len(content) // 2],
        "random": bytes(range(7, 250)),
        "a changed byte": content.replace(bytes([5, 6, 7, 8]), bytes(4)),
        "one array": (folder / "one.npy").read_bytes(),
        "objects": (folder / "objects.npz").read_bytes(),
    }


WAYS = ("missing", "empty", "truncated", "random", "a changed byte", "one array", "objects")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("reader", ["gallery", "submission", "mistakes"])
def test_refuses_damaged_predictions_in_one_line(tmp_path, way, reader):
    path = tmp_path / "predictions.npz"
    content = damaged(tmp_path)[way]
    if content is not None:
        path.write_bytes(content)
    dataset = tmp_path / "dataset.json"
    write_document(dataset)
    output = tmp_path / "output"
    readers = {
        "gallery": partial(write_gallery, dataset_npz=path, dataset_json=dataset),
        "mistakes": partial(write_mistakes, dataset=dataset),
        "submission": write_submission,
    }
    with pytest.raises(LabError) as error:
        readers[reader](predictions=path, output=output)
    problem = "cannot be read (No such file" if content is None else "not a whole .npz file"
    assert str(error.value).startswith(f"{path}: {problem}")
    assert str(error.value).endswith("; train the run again")
    assert not output.exists()


def test_names_the_array_that_is_missing(tmp_path):
    np.savez(tmp_path / "a.npz", label=np.arange(3))
    with pytest.raises(LabError, match=r"a\.npz: lacks the array predicted; train the run again"):
        write_submission(tmp_path / "a.npz", tmp_path / "output")


def test_yaml_runs_nothing():
    with pytest.raises(LabError, match="head: not valid YAML"):
        parse_yaml("a: !!python/object/apply:os.getcwd []", "head")
