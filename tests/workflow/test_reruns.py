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
    assert jobs == {"render": 2}


def test_a_figures_code_rebuilds_only_that_figure_and_the_report(built):
    built.append("src/backprop_lab/figures/mistakes.py", "# a remark\n")
    languages = len(built.config()["report"]["languages"])
    assert built.would_run(*QUICK) == {
        "figure": 1,
        "render": 2 * languages,
        "check_report": languages,
    }


@pytest.mark.parametrize("module", ["layers", "losses", "network", "optim"])
def test_the_numpy_network_retrains_only_numpy_runs(built, module):
    built.append(f"src/backprop_lab/nn/{module}.py", "# a remark\n")
    jobs = built.would_run(*QUICK)
    assert jobs["train_numpy"] == 12
    assert "train_torch" not in jobs


def test_torch_code_retrains_only_torch_runs(built):
    built.append("src/backprop_lab/nn/torch_network.py", "# a remark\n")
    jobs = built.would_run(*QUICK)
    assert jobs["train_torch"] == 18
    assert "train_numpy" not in jobs


def test_code_that_no_run_uses_retrains_nothing(built):
    for module in ("cli", "statistics", "config", "tables/variants", "render"):
        built.append(f"src/backprop_lab/{module}.py", "# a remark\n")
    jobs = built.would_run(*QUICK)
    assert not {"train_numpy", "train_torch", "prepare_dataset", "fetch_mnist"} & set(jobs)
    assert "render" in jobs


def test_a_new_seed_trains_only_its_own_runs(built):
    config = built.config()
    config["presets"]["quick"]["seeds"] = [0, 7]
    built.write_config(config)
    jobs = built.would_run(*QUICK)
    assert (jobs["train_numpy"], jobs["train_torch"]) == (12, 18)
    assert "prepare_dataset" not in jobs
    listed = built.snakemake("-n", *QUICK)
    assert "seed 7)" in listed
    assert "seed 0)" not in listed


def test_a_new_grid_value_trains_only_its_own_runs(built):
    config = built.config()
    config["experiments"]["learning_rate_transfer"]["grid"]["learning_rate"].append(0.03)
    built.write_config(config)
    jobs = built.would_run(*QUICK)
    assert jobs["train_torch"] == 4  # two optimisers, two pixel scales
    assert "train_numpy" not in jobs


def test_a_dry_run_says_why(built):
    built.append("src/backprop_lab/nn/torch_network.py", "# a remark\n")
    output = built.snakemake("-n", *QUICK)
    assert "Updated input files: src/backprop_lab/nn/torch_network.py" in output
