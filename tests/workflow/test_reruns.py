"""What an edit rebuilds, and nothing else: each proved by a dry run on a finished build."""

import pytest

QUICK = ("--config", "preset=quick")
pytestmark = pytest.mark.slow


def test_nothing_is_left_to_do_after_a_build(built):
    assert built.would_run(*QUICK) == {}


def test_prose_rebuilds_only_the_report(built):
    built.append("report/text/en/lab-report.md", "\nOne more sentence.\n")
    jobs = built.would_run(*QUICK)
    assert jobs.pop("check_report") >= 1  # translations are checked against the English
    assert jobs == {"render": 3, "captions": 1}


def test_a_key_of_the_config_is_shown_anew_and_a_comment_is_not(built):
    built.append("config.yaml", "\n# A comment.\n")
    assert built.would_run(*QUICK) == {}
    config = built.config()
    config["report"]["exports"] = ["csv"]
    built.write_config(config)
    jobs = built.would_run(*QUICK)
    assert jobs["environment"] == 1
    assert set(jobs) <= {"environment", "verify", "facts", "render", "captions", "check_report"}


CODE = "src/backprop_lab"


def test_a_figures_code_rebuilds_only_that_figure_and_the_report(built):
    built.edit(f"{CODE}/figures/mistakes.py", "squeeze=False", "squeeze=False, sharex=False")
    languages = len(built.config()["report"]["languages"])
    assert built.would_run(*QUICK) == {
        "figure": 1,
        "render": 3 * languages,
        "captions": languages,
        "check_report": languages,
    }


def test_a_tables_code_rebuilds_that_table_and_what_is_made_from_it(built):
    built.edit(f"{CODE}/tables/finals.py", '"train_loss", ["mean"]', '"train_loss", ["min"]')
    jobs = built.would_run(*QUICK)
    assert jobs.pop("table") == 1
    assert set(jobs) == {"facts", "render", "captions", "check_report"}


def test_remarks_docstrings_and_moves_rebuild_nothing(built):
    for path in sorted((built.folder / CODE).rglob("*.py")):
        built.append(str(path.relative_to(built.folder)), "\n# a remark\n")
    built.edit(f"{CODE}/nn/layers.py", '"""An affine map', '"""A linear map')
    built.edit(f"{CODE}/training/loop.py", "order = next(orders)", "order: object = next(orders)")
    text = (built.folder / f"{CODE}/nn/losses.py").read_text()
    moved = text[text.index("def accuracy(") :]
    built.edit(f"{CODE}/nn/losses.py", moved, "# accuracy stands in optim.py\n")
    built.append(f"{CODE}/nn/optim.py", f"\n\n{moved}")
    built.edit(f"{CODE}/nn/network.py", "import accuracy, cross_entropy", "import cross_entropy")
    built.edit(
        f"{CODE}/nn/network.py",
        "from backprop_lab.nn.optim import",
        "from backprop_lab.nn.optim import accuracy,",
    )
    assert built.would_run(*QUICK) == {}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("layers", "np.maximum(x, 0", "np.maximum(x, 1"),
        ("losses", "/= len(labels)", "/= 2"),
        ("network", "self.backward(g)", "self.backward(-g)"),
        ("optim", "keep = 1.0", "keep = 0.5"),
    ],
)
def test_the_numpy_network_retrains_only_numpy_runs(built, module, old, new):
    built.edit(f"{CODE}/nn/{module}.py", old, new)
    jobs = built.would_run(*QUICK)
    assert jobs["train_numpy"] == 12
    assert "train_torch" not in jobs


def test_torch_code_retrains_only_torch_runs(built):
    built.append(f"{CODE}/nn/torch_network.py", "\nX = 1\n")
    jobs = built.would_run(*QUICK)
    assert jobs["train_torch"] == 12
    assert "train_numpy" not in jobs


def test_code_that_no_run_uses_retrains_nothing(built):
    rooms = ("cli/main", "results/statistics", "runs/grid", "tables/variants", "report/render")
    for module in rooms:
        built.append(f"{CODE}/{module}.py", "\nX = 1\n")
    jobs = built.would_run(*QUICK)
    assert not {"train_numpy", "train_torch", "prepare_dataset", "fetch_mnist"} & set(jobs)
    assert "render" in jobs


def test_a_new_seed_trains_only_its_own_runs(built):
    config = built.config()
    config["presets"]["quick"]["seeds"] = [0, 7]
    built.write_config(config)
    jobs = built.would_run(*QUICK)
    assert (jobs["train_numpy"], jobs["train_torch"]) == (12, 12)
    assert "prepare_dataset" not in jobs
    listed = built.snakemake("-n", *QUICK)
    assert "seed 7)" in listed
    assert "seed 0)" not in listed


def test_a_new_grid_value_trains_only_its_own_runs(built):
    config = built.config()
    grid = config["experiments"]["task1_final"]["grid"]
    grid.update(learning_rate=[*grid["learning_rate"], 0.03], pixels=["unit", "raw"])
    built.write_config(config)
    jobs = built.would_run(*QUICK)
    assert jobs["train_numpy"] == 3  # two learning rates, two pixel scales, but one is there
    assert "train_torch" not in jobs


def test_a_dry_run_says_why(built):
    built.append(f"{CODE}/nn/torch_network.py", "\nX = 1\n")
    output = built.snakemake("-n", *QUICK)
    assert "Code changed since the last build: nn.torch_network\n" in output
    assert "Params have changed since last execution" in output
    assert "before: 'code of train with nn.torch_network: " in output
    assert "code of signal" not in output
