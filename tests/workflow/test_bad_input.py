"""What a user gets wrong: one clear line, a status that is not 0, nothing half-written."""

import pytest

pytestmark = pytest.mark.slow


def message(project, *arguments):
    """The output of a Snakemake call that must fail without a traceback."""
    output = project.snakemake(*arguments, ok=False)
    assert "Traceback" not in output
    assert not list(project.folder.glob("results/**/*.part"))
    return output


def grid(config):
    return config["experiments"]["task1_final"]["grid"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c.update(sedes=[1]), "('sedes' was unexpected); did you mean 'seeds'?"),
        (lambda c: c.update(seeds=[0, 0]), "config.yaml: seeds: [0, 0] has non-unique"),
        (
            lambda c: grid(c).update(epochs="ten"),
            "config.yaml: experiments.task1_final.grid.epochs",
        ),
        (lambda c: grid(c).update(batch_size=[]), "experiments.task1_final.grid.batch_size: [] "),
        (
            lambda c: grid(c).update(activation=["step"]),
            "grid.activation: 'step' is not one of relu",
        ),
        (lambda c: grid(c).update(hidden_sizes=[[0]]), "grid.hidden_sizes.0.0: 0 is less than"),
        (lambda c: grid(c).update(learning_rate=[-1]), "grid.learning_rate.0: -1 is less than"),
        (lambda c: grid(c).update(learning_rate=["1e-3"]), "as a text, write 0.001 without"),
        (lambda c: c.update(preset="fast"), "config.yaml: preset: 'fast' is not one of"),
        (lambda c: c["presets"].update(runs={}), "config.yaml: presets: 'runs' should not be"),
        (lambda c: c["presets"].update({"my own": {}}), "config.yaml: presets: 'my own' does"),
        (
            lambda c: c["experiments"].pop("task1_final"),
            "config.yaml: experiments.task1_final: missing, but the report needs it",
        ),
        (
            lambda c: c["experiments"].update(figures=c["experiments"]["matrix"]),
            "config.yaml: experiments.figures: the name is taken",
        ),
    ],
)
def test_config(project, change, expected):
    config = project.config()
    change(config)
    project.write_config(config)
    assert expected in message(project, "-n")


def test_missing_mnist_dir_is_named_at_once(project):
    project.environment["MNIST_DIR"] = "/no/such/folder"
    assert "MNIST_DIR: there is no folder /no/such/folder" in message(project, "-n")


def test_mnist_is_never_substituted(project):
    config = project.config() | {"dataset": "mnist"}
    project.write_config(config)
    assert "no mirror has the four archives of MNIST" in message(project, "results/dataset.json")
    assert not (project.folder / "data/raw/source.json").exists()


def test_a_damaged_archive_is_named(project, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (folder / f"{name}-ubyte.gz").write_bytes(b"not an archive")
    project.environment["MNIST_DIR"] = str(folder)
    assert "train-images-idx3-ubyte.gz" in message(project, "results/dataset.json")
    assert not list((project.folder / "data/raw").glob("*.gz"))


def test_a_run_no_rule_knows(project):
    path = "results/runs/numpy_360_step_sgd_lr0.1_b32_e10/seed0/history.csv"
    assert "MissingRuleException" in message(project, path)


def test_a_misspelt_run_says_how_to_spell_it(project):
    path = "results/runs/numpy_20_relu_sgd_lr0.10_b32_e1/seed0/history.csv"
    assert "spell this run numpy_20_relu_sgd_lr0.1_b32_e1/seed0" in message(project, path)


def test_no_write_permission(project):
    (project.folder / "results").write_text("a file where a folder should be")
    assert "results: cannot be written" in message(project, "results/dataset.json")


def test_a_damaged_run_is_named_with_the_command_that_mends_it(built):
    runs = sorted(built.folder.glob("results/runs/*/*/history.csv"))
    whole = runs[0].read_bytes()
    runs[0].write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    path = runs[0].relative_to(built.folder)
    output = message(built, "--config", "preset=quick")
    command = f"snakemake --cores 1 --force {path}"
    assert f"error: {path}: has 1 epochs, not 2; train the run again: {command}" in output
    built.snakemake("--force", str(path))
    assert runs[0].read_bytes() == whole
    built.snakemake("--config", "preset=quick")
