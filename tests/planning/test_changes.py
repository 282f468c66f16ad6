"""Which modules mean something else than at the last build."""

import shutil

from built_out import PROJECT

from backprop_lab.planning.changes import changed_modules, note_modules
from backprop_lab.planning.sources import SourceTree


def test_only_the_module_that_means_something_else_is_named(tmp_path):
    package = shutil.copytree(PROJECT / "src/backprop_lab", tmp_path / "backprop_lab")
    ledger = tmp_path / "ledger.json"
    assert changed_modules(SourceTree(package), ledger) == []
    note_modules(SourceTree(package), ledger)
    layers = package / "nn/layers.py"
    layers.write_text(f"# A remark.\n{layers.read_text()}")
    assert changed_modules(SourceTree(package), ledger) == []
    layers.write_text(layers.read_text().replace("np.maximum(x, 0", "np.maximum(x, 1"))
    (package / "nn/new.py").write_text("X = 1\n")
    assert changed_modules(SourceTree(package), ledger) == ["nn.layers", "nn.new"]


def test_a_broken_ledger_is_as_good_as_none(tmp_path):
    ledger = tmp_path / "ledger.json"
    for text in ("", "[1]", "{"):
        ledger.write_text(text)
        assert changed_modules(SourceTree(), ledger) == []
