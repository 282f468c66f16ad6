import pytest

from backprop_lab.documents import parse_yaml, read_json, read_yaml
from backprop_lab.errors import LabError


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
        (b'{"a": "\xff"}', "not JSON"),
        (b"[1]", "not a JSON object"),
    ],
)
def test_refuses_json_in_one_line(tmp_path, content, problem):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabError) as error:
        read_json(path, "train again")
    message = str(error.value)
    assert message.startswith(f"{path}: {problem}")
    assert message.endswith("; train again")
    assert "\n" not in message


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
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LabError) as error:
        read_yaml(path)
    message = str(error.value)
    assert message.startswith(f"{path}: {problem}")
    assert "\n" not in message


def test_yaml_runs_nothing():
    with pytest.raises(LabError, match="head: not valid YAML"):
        parse_yaml("a: !!python/object/apply:os.getcwd []", "head")
