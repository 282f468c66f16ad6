"""All our sources: what is read cannot bring code with it, and every template is sandboxed."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from backprop_lab.errors import LabError

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for room in ("src", "benchmarks", "workflow") for path in (ROOT / room).rglob("*.py")
)


def test_nothing_is_unpickled_and_no_yaml_makes_objects():
    words = re.compile(
        r"\bimport (c?pickle|dill|shelve|joblib|marshal)\b|from (pickle|joblib)\b|torch\.load"
        r"|allow_pickle=True|yaml\.(unsafe_|full_)?load\((?!text, loader\))|\b(eval|exec)\("
    )
    assert len(SOURCES) > 50
    found = [path for path in SOURCES if words.search(path.read_text(encoding="utf-8"))]
    assert found == []


def calls_and_imports():
    """Yield (file, what is called or imported, the call's keywords) of all our sources."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                keywords = {one.arg: ast.unparse(one.value) for one in node.keywords}
                yield path, ast.unparse(node.func), keywords
            elif isinstance(node, ast.Import):
                yield from ((path, f"import {one.name}", {}) for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield path, f"import {node.module}", {}


def test_no_module_imports_pickle_and_no_array_is_loaded_with_it():
    found = list(calls_and_imports())
    forbidden = {
        "pickle",
        "_pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "shelve",
        "joblib",
        "marshal",
    }
    imported = {what.partition(" ")[2].partition(".")[0] for _, what, _ in found if " " in what}
    assert {"numpy", "yaml", "json"} <= imported
    assert not imported & forbidden
    # Arrays are read by files.arrays, which knows no objects.
    assert not [what for _, what, _ in found if what in ("np.load", "numpy.load")]
    assert not [what for _, what, _ in found if what in ("torch.load", "pd.read_pickle")]


def test_every_template_is_sandboxed():
    """A plain environment of Jinja hands its templates all of Python."""
    made = {
        what.rpartition(".")[2]
        for _, what, _ in calls_and_imports()
        if re.search(r"(Environment|Template)$", what) and " " not in what
    }
    assert made == {"ImmutableSandboxedEnvironment"}


def test_arrays_are_read_without_pickle(tmp_path):
    import numpy as np

    from backprop_lab.files.arrays import read_arrays
    from backprop_lab.files.documents import parse_yaml

    np.savez(tmp_path / "a.npz", x=np.array([{"an": "object"}], dtype=object))
    with pytest.raises(LabError, match=r"not a whole \.npz file"):
        read_arrays(tmp_path / "a.npz", ("x",))
    with pytest.raises(LabError, match="not valid YAML"):
        parse_yaml("a: !!python/object/apply:os.system [touch pwned]", "a.yaml")
    assert yaml.safe_load("a: 1") == {"a": 1}


def test_a_class_of_the_package_has_a_name_of_its_own():
    """Two classes of one name are told apart by their modules alone, which no reader sees."""
    found = Counter(
        node.name
        for path in (ROOT / "src/backprop_lab").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert len(found) > 100
    assert [name for name, count in found.items() if count > 1] == []
