"""Each recipe of CONTRIBUTING.md, followed from its text in a copy of the project.

The recipe's edits are read from the page and made in the copy; then the files that they touched
are counted, and the copy's own tests and commands must take in what is new.
"""

import json
import re
import subprocess

import pandas as pd
import pytest
from project_copy import ROOT, copy_project, run_in
from recipe_page import PAGE, contents, recipe

from backprop_lab.report.assets import TEXTS

DRY_RUN = ("-m", "snakemake", "-n", "--cores", "1", "--config", "preset=quick", "--")


def read(title):
    """Read a recipe; skip the test where this very project has followed it."""
    found = recipe(title)
    if found.stands_in(ROOT):
        pytest.skip(f"{title}: the project has it already")
    return found


def followed(title, folder):
    """Follow a recipe in a new copy; return the files that it touched."""
    return read(title).follow(copy_project(folder))


def passing(folder, name, *paths):
    """Run those of the copy's tests that have a name in theirs; return how many passed."""
    options = ("-n", "0", "-q", "-p", "no:cacheprovider", "-k", name)
    return int(re.search(r"(\d+) passed", run_in(folder, "-m", "pytest", *options, *paths))[1])


def is_tidy(folder, touched):
    """Have ruff look at the Python files that a recipe touched."""
    files = sorted(path for path in touched if path.endswith(".py"))
    run_in(folder, "-m", "ruff", "check", *files)
    run_in(folder, "-m", "ruff", "format", "--check", *files)
    return bool(files)


def planned(output):
    """The runs that a dry run would train."""
    return set(re.findall(r"results/runs/(\S+)/result\.json", output))


def train(folder, run, data):
    """Train a run with the copy's command; return what it writes to result.json."""
    output = folder / "results/runs" / run
    command = ("-m", "backprop_lab.cli", "train", str(output), "--dataset", str(data))
    run_in(folder, *command, "--device", "cpu")
    return json.loads((output / "result.json").read_text())


def shown(folder, *, more=(), figures=()):
    """Have the copy fill its report with made-up results; return the folder of what it wrote."""
    out = folder.with_name("out")
    asked = json.dumps({"more": list(more), "figures": list(figures)})
    run_in(folder, "tests/support/made_up_report.py", str(out), asked)
    return out


def rows_of(markdown, label):
    """The cells of a table of the report, row by row."""
    found = re.search(rf"#{label} .*?```[^\n]*\n(.*?)\n```", markdown, re.DOTALL)
    return json.loads(found[1])["rows"]


@pytest.fixture(scope="module")
def data(tmp_path_factory, small_dataset, write_dataset):
    """The embedded digits, as dataset.npz and dataset.json."""
    return write_dataset(tmp_path_factory.mktemp("data"), small_dataset)


#: Recipe: the name in tests, a run of the quick preset's matrix, what is added to made-up
#: results, the column that has it, and the figures that show it.
ADDED = {
    "An activation": (
        "tanh",
        "360_tanh_sgd_lr0.1_b32_e2/seed0",
        {"activation": "tanh", "init": ""},
        "activation",
        ("curves_activation", "network"),
    ),
    "An optimiser": (
        "momentum",
        "360_sigmoid_momentum_lr0.01_b32_e2/seed0",
        {"optimizer": "momentum", "learning_rate": 0.01},
        "optimizer",
        ("curves_depth", "learning_rate_transfer"),
    ),
}


@pytest.fixture(scope="module", params=ADDED)
def added(request, tmp_path_factory):
    """A copy with an activation or an optimiser, what it touched, and its line of ADDED."""
    folder = tmp_path_factory.mktemp("added") / "project"
    touched = followed(request.param, folder)
    return folder, touched, *ADDED[request.param]


class TestAnActivationOrAnOptimiser:
    def test_touches_few_files(self, added):
        assert len(added[1]) == 4 <= 5
        assert {"src/backprop_lab/runs/run.py", "config.yaml"} <= added[1]
        assert is_tidy(*added[:2])

    def test_passes_the_tests_of_gradients_and_of_both_backends(self, added):
        folder, _, name, *_ = added
        assert passing(folder, f"{name} or every_name", "tests/nn", "tests/runs/test_run.py") >= 25

    def test_is_trained_by_a_build_on_both_backends(self, added, data):
        folder, _, name, run, *_ = added
        runs = {backend: f"{backend}_{run}" for backend in ("numpy", "torch")}
        plan = planned(run_in(folder, *DRY_RUN, "matrix"))
        assert set(runs.values()) <= plan
        assert len([one for one in plan if f"_{name}_" in one]) == 12
        found = {backend: train(folder, one, data) for backend, one in runs.items()}
        histories = [
            pd.read_csv(folder / f"results/runs/{one}/history.csv") for one in runs.values()
        ]
        assert {one["status"] for one in found.values()} == {"completed"}
        assert histories[0]["train_loss"].is_monotonic_decreasing
        pd.testing.assert_frame_equal(*histories, rtol=1e-2)

    def test_is_shown_in_the_report_under_its_own_name(self, added):
        folder, _, name, _, more, column, figures = added
        out = shown(folder, more=[more], figures=figures)
        for language in ("en", "zh-TW"):
            markdown = (out / f"{language}.md").read_text(encoding="utf-8")
            place = {"activation": 2, "optimizer": 3}[column]
            assert name in {row[place] for row in rows_of(markdown, "tbl-variants")}
            backends = re.findall(r"^\| \[360[^|]*\|([^|]*)\|([^|]*)\|", markdown, re.MULTILINE)
            assert name in {cells[place - 2].strip() for cells in backends}
            assert f'"{column}": "{name}"' in markdown.replace('":"', '": "')  # the explorer
            for figure in figures:
                assert "<svg" in (out / f"figures/{language}/{figure}.svg").read_text()[:2000]


@pytest.mark.slow
def test_runs_that_are_there_are_kept_with_touch(tmp_path):
    """The new code would have them trained again; marked as up to date they stay, rightly."""
    folder = copy_project(tmp_path / "project")
    text = (folder / "config.yaml").read_text()
    text = re.sub(r"(    mnist:\n)(      - \S+\n)+", "    mnist: []\n", text)  # no mirrors
    (folder / "config.yaml").write_text(text)
    runs = [f"{backend}_8_relu_sgd_lr0.1_b32_e1/seed0" for backend in ("numpy", "torch")]
    files = [f"results/runs/{run}/result.json" for run in runs]
    snakemake = ("-m", "snakemake", "--cores", "2")
    run_in(folder, *snakemake, *files)
    digests = [json.loads((folder / file).read_text())["weights_sha256"] for file in files]

    activation = read("An activation")
    activation.follow(folder, without="config.yaml")
    assert set(runs) <= planned(run_in(folder, *snakemake, "-n", *files))
    [touch] = recipe("Keep the runs that you have").commands
    assert touch == "snakemake --cores all --touch\n"
    run_in(folder, *snakemake, "--touch", *files)
    for edit in activation.edits:
        if edit.path == "config.yaml":
            edit.make(folder)
    assert "Nothing to be done" in run_in(folder, *snakemake, "-n", *files)
    # The page says that these runs stay as they were.
    run_in(folder, *snakemake, "--force", *files)
    again = [json.loads((folder / file).read_text())["weights_sha256"] for file in files]
    assert again == digests


def test_an_experiment_is_one_file_and_trained_by_its_name(tmp_path):
    folder = tmp_path / "project"
    assert followed("An experiment", folder) == {"config.yaml"}
    [command] = recipe("An experiment").commands
    name = command.split()[-1]
    plan = planned(run_in(folder, *DRY_RUN, name))
    sizes = ("360-4", "360-16", "360-64")
    assert plan == {f"numpy_{size}_relu_sgd_lr0.1_b32_e2/seed0" for size in sizes}


def test_a_figure_is_drawn_and_shown_in_both_languages(tmp_path):
    folder = tmp_path / "project"
    touched = followed("A figure from results that are there", folder)
    assert len(touched) == 5
    assert is_tidy(folder, touched)
    name = "validation_and_test"
    out = shown(folder, figures=[name])
    for language in ("en", "zh-TW"):
        markdown = (out / f"{language}.md").read_text(encoding="utf-8")
        assert f"](figures/{name}.svg){{#fig-{name} " in markdown
        svg = (out / f"figures/{language}/{name}.svg").read_text()
        for backend in ("numpy", "torch"):
            assert f'id="{name}-{backend}"' in svg
    plan = run_in(folder, *DRY_RUN, "figures")
    assert f"results/quick/figures/zh-TW/{name}.svg" in plan
    assert passing(folder, name, "tests/figures") == 2


def test_a_claim_is_judged_and_shown_in_both_languages(tmp_path):
    folder = tmp_path / "project"
    touched = followed("A claim on runs that are there", folder)
    assert len(touched) == 3
    out = shown(folder)
    judged = json.loads((out / "claims.json").read_text())["claims"]["C15"]
    assert judged["verdict"] in ("reproduced", "contradicted", "not_reproduced")
    for language in ("en", "zh-TW"):
        markdown = (out / f"{language}.md").read_text(encoding="utf-8")
        last = rows_of(markdown, "tbl-verdicts")[-1]
        assert last[0].startswith("**C15** ")
        assert last[-1].endswith("[](#sec-further-claims)")
        assert "#tbl-claim-C15 " in markdown[markdown.index("{#sec-criteria ") :]
        section = markdown[markdown.index("{#sec-further-claims}") :]
        assert "C15" in section[section.index("::: result") :].split(":::")[1]
    assert passing(folder, "every_text or typed", "tests/claims/test_claim_declarations.py") == 4


def test_a_language_is_one_folder_and_one_line(tmp_path):
    folder = copy_project(tmp_path / "project")
    language = read("A language")
    before = contents(folder)
    subprocess.run(language.commands[0], shell=True, cwd=folder, check=True)
    assert language.follow(folder) == {"config.yaml"}
    after = contents(folder)
    new = {path for path in after if path not in before}
    assert new == {f"report/text/de/{name}" for name in TEXTS}
    old, new = (text["config.yaml"].splitlines() for text in (before, after))
    assert [line for line in new if line not in old] == [b"    - de"]
    assert len(new) == len(old) + 1
    # A dry run reads no text, so that the English ones will do.
    output = run_in(folder, *DRY_RUN)
    for name in ("lab-report.de.html", "lab-report.de.pdf", "checked.de.json"):
        assert f"results/quick/report/{name}" in output
    assert "results/quick/figures/de/network.svg" in output


def test_the_page_counts_the_files_of_each_recipe(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| \[[^\]]+\]\(#([\w-]+)\) \| (\d+) \|$", page, re.MULTILINE))
    titles = {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")): title
        for title in re.findall(r"^### (.+)$", page, re.MULTILINE)
    }
    counts = {
        anchor: str(len({edit.path for edit in recipe(titles[anchor]).edits})) for anchor in stated
    }
    assert counts == stated
    assert len(stated) == 5


def test_the_pages_links_lead_somewhere():
    page = PAGE.read_text(encoding="utf-8")
    readme = (PAGE.parent / "README.md").read_text(encoding="utf-8")
    for file, anchor in re.findall(r"\]\(([\w./]*)#([\w-]+)\)", page):
        heads = re.findall(r"^#+ (.+)$", readme if file else page, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w-]", "", head.lower().replace(" ", "-")) for head in heads}
