"""A fingerprint changes with what the code means, and with nothing else."""

import ast
import random
import shutil

import pytest
from built_out import PROJECT
from mutated_code import Mutate
from rules import rule_code

from backprop_lab.errors import LabError
from backprop_lab.planning.sources import SourceTree

PACKAGE = PROJECT / "src/backprop_lab"
RULES = rule_code()
BEFORE = SourceTree(PACKAGE)
#: What can change a number in a run or a verdict.
MUTATED = [
    *(
        f"nn.{name}"
        for name in ("layers", "losses", "network", "optim", "torch_network", "torch_optim")
    ),
    *(f"training.{name}" for name in ("backends", "initialization", "loop", "outputs")),
    "results.statistics",
]
N_MUTANTS = 200


@pytest.fixture
def package(tmp_path):
    """A copy of the package, to be edited."""
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(PACKAGE, tmp_path / "backprop_lab", ignore=ignored)


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch):
    """Programs beside the package are named from the project's folder."""
    monkeypatch.chdir(PROJECT)


def path_of(package, module):
    return package.joinpath(*module.split(".")).with_suffix(".py")


class Mutated(SourceTree):
    """The project's sources with one module changed; all others are not read again."""

    def __init__(self, package, module):
        super().__init__(package)
        fresh = self.module
        self.module = lambda name: (fresh if name == module else BEFORE.module)(name)


def rerun(package, module=None):
    """The rules whose fingerprint is another than that of the project."""
    after = Mutated(package, module) if module else SourceTree(package)
    return {
        name
        for name, code in RULES.items()
        if after.fingerprint(*code) != BEFORE.fingerprint(*code)
    }


def reached(module):
    """The rules whose command can reach a module."""
    return {name for name, code in RULES.items() if module in BEFORE.closure(*code)}


def edit(package, module, old, new, count=1):
    path = path_of(package, module)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


# --- what does not count --------------------------------------------------------------


def test_an_unchanged_copy_has_the_same_fingerprints(package):
    assert rerun(package) == set()


def test_comments_docstrings_and_blank_lines_do_not_count(package):
    for module in BEFORE.modules():
        path = path_of(package, module)
        if not path.is_file():
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and node.body:
                said = ast.Expr(ast.Constant(f"Another docstring of {module}."))
                if ast.get_docstring(node) is None:
                    node.body.insert(0, said)
                else:
                    node.body[0] = said
        path.write_text("# A remark.\n\n" + ast.unparse(ast.fix_missing_locations(tree)))
    assert rerun(package) == set()


def test_annotations_do_not_count(package):
    class Strip(ast.NodeTransformer):
        """Takes every annotation away that is no field of a class."""

        def visit_ClassDef(self, node):
            node.body = [
                one if isinstance(one, ast.AnnAssign) else self.visit(one) for one in node.body
            ]
            return node

        def visit_AnnAssign(self, node):
            if node.value is None:
                return node
            return ast.copy_location(ast.Assign([node.target], node.value), node)

        def visit_FunctionDef(self, node):
            node.returns = None
            return self.generic_visit(node)

        def visit_arg(self, node):
            node.annotation = None
            return node

    for module in BEFORE.modules():
        path = path_of(package, module)
        if path.is_file():
            tree = Strip().visit(ast.parse(path.read_text()))
            path.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    assert rerun(package) == set()


def test_a_function_may_move_to_another_module_of_the_closure(package):
    losses, network = path_of(package, "nn.losses"), path_of(package, "nn.network")
    text = losses.read_text()
    at = text.index("def cross_entropy(")
    moved = text[at : text.index("def cross_entropy_gradient(")]
    losses.write_text(
        text.replace(moved, "").replace(
            "import numpy as np\n",
            "import numpy as np\n\nfrom backprop_lab.nn.layers import cross_entropy\n",
            1,
        )
    )
    edit(package, "nn.layers", "class Linear", f"{moved}class Linear")
    edit(package, "nn.network", "accuracy, cross_entropy, cross", "accuracy, cross")
    edit(
        package,
        "nn.network",
        "from backprop_lab.nn.losses",
        "from backprop_lab.nn.layers import cross_entropy\nfrom backprop_lab.nn.losses",
    )
    compile(network.read_text(), "network", "exec")
    assert rerun(package) == set()


def test_a_function_may_move_to_a_module_of_its_own(package):
    path = path_of(package, "training.loop")
    tree = ast.parse(path.read_text())
    train = next(node for node in tree.body if getattr(node, "name", "") == "train")
    tree.body.remove(train)
    others = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    behind = ast.ImportFrom("backprop_lab.training.loop", [ast.alias(name) for name in others], 0)
    whole = ast.fix_missing_locations(ast.Module([*imports, behind, train], []))
    path_of(package, "training.whole").write_text(ast.unparse(whole))
    path.write_text(ast.unparse(tree))
    for module in ("cli.train", "measurements.emulated"):
        edit(package, module, "training.loop import train", "training.whole import train")
    # The benchmark of growth reads the module and never trains: the function has left its code.
    assert rerun(package) == {"growth"}


def test_another_name_for_a_library_does_not_count(package):
    path = path_of(package, "nn.losses")
    text = path.read_text()
    path.write_text(text.replace("import numpy as np", "import numpy").replace("np.", "numpy."))
    assert rerun(package) == set()


# --- what counts ----------------------------------------------------------------------


def mutants():
    """(module, place) of every possible change, N_MUTANTS of them drawn at random."""
    places = []
    for module in MUTATED:
        counter = Mutate()
        counter.visit(ast.parse(path_of(PACKAGE, module).read_text()))
        places += [(module, number) for number in range(counter.seen)]
    return random.Random(0).sample(places, N_MUTANTS)


def test_every_mutant_reruns_the_rules_that_can_reach_it_and_no_other(package):
    wrong, kinds = [], {}
    for module, place in mutants():
        path = path_of(package, module)
        original = path.read_text()
        mutate = Mutate(place)
        tree = mutate.visit(ast.parse(original))
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)))
        kinds[mutate.what] = kinds.get(mutate.what, 0) + 1
        if rerun(package, module) != reached(module):
            wrong.append((module, place, mutate.what))
        path.write_text(original)
    assert wrong == []
    assert sum(kinds.values()) == N_MUTANTS
    assert set(kinds) == {"operator", "constant", "deleted statement"}


def test_the_doors_stay_separate():
    runs = {"train_numpy", "train_torch"}
    assert reached("nn.layers") & runs == {"train_numpy"}
    assert reached("nn.torch_network") & runs == {"train_torch"}
    assert reached("tables.variance") == {"tables/variance"}
    assert reached("figures.curves") == {"figures/curves_depth", "figures/curves_activation"}
    assert reached("training.loop") >= runs


def test_another_function_under_the_same_name_counts(package):
    edit(
        package,
        "nn.network",
        "import accuracy, cross_entropy, cross_entropy_gradient",
        "import accuracy, cross_entropy, softmax as cross_entropy_gradient",
    )
    assert rerun(package) == reached("nn.network")


def test_of_two_functions_of_one_name_the_right_one_counts(package):
    edit(package, "nn.losses", "def accuracy(", "def other(")
    path = path_of(package, "nn.losses")
    path.write_text(path.read_text() + "\n\ndef accuracy(logits, labels):\n    return 0.5\n")
    one, two = (
        "from backprop_lab.nn.losses import accuracy",
        "from backprop_lab.nn.layers import accuracy",
    )
    edit(
        package,
        "nn.layers",
        "class Linear",
        "def accuracy(logits, labels):\n    return 1\n\n\nclass Linear",
    )
    network = path_of(package, "nn.network")
    text = network.read_text().replace("import accuracy, cross", "import cross")
    found = set()
    for line in (one, two):
        network.write_text(text.replace("import numpy as np\n", f"import numpy as np\n{line}\n", 1))
        found.add(SourceTree(package).fingerprint("train:_train", "nn.network"))
    assert len(found) == 2


def test_a_field_of_a_class_is_more_than_a_value(package):
    edit(package, "runs.run", '    init: str = ""', '    init = ""')
    assert "train_numpy" in rerun(package)


# --- notes for the next time ----------------------------------------------------------


def test_notes_give_the_same_fingerprints_and_see_every_change(package, tmp_path):
    notes = tmp_path / "notes.json"
    codes = RULES.values()
    first = SourceTree(package, notes=notes)
    expected = [first.fingerprint(*code) for code in codes]
    first.write_notes()
    again = SourceTree(package, notes=notes)
    assert [again.fingerprint(*code) for code in codes] == expected
    assert not again._new  # nothing was parsed
    edit(package, "nn.losses", "/= len(labels)", "/= 2 * len(labels)")
    changed = SourceTree(package, notes=notes)
    assert (
        changed.fingerprint("train:_train", "nn.network")
        != expected[list(RULES).index("train_numpy")]
    )
    edit(package, "nn.losses", "/= 2 * len(labels)", "/= len(labels)")
    assert [SourceTree(package, notes=notes).fingerprint(*code) for code in codes] == expected


@pytest.mark.parametrize("text", ["", "[]", "{", '{"modules": 1}', "null"])
def test_broken_notes_are_as_good_as_none(package, tmp_path, text):
    notes = tmp_path / "notes.json"
    notes.write_text(text)
    code = RULES["train_numpy"]
    assert SourceTree(package, notes=notes).fingerprint(*code) == BEFORE.fingerprint(*code)


def test_notes_that_cannot_be_written_are_no_error(package, tmp_path):
    (tmp_path / "file").write_text("")
    tree = SourceTree(package, notes=tmp_path / "file" / "notes.json")
    assert tree.fingerprint(*RULES["facts"]) == BEFORE.fingerprint(*RULES["facts"])
    tree.write_notes()


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (("train:_trian",), r"backprop_lab\.cli\.train: there is no function _trian"),
        (("trian:_train",), r"backprop_lab\.cli\.trian: there is no such module"),
        (("train:_train", "nn.netwrok"), r"backprop_lab\.nn\.netwrok: there is no such module"),
    ],
)
def test_what_is_not_there_is_named(code, message):
    with pytest.raises(LabError, match=message):
        BEFORE.fingerprint(*code)
