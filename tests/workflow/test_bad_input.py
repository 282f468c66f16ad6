"""What a user gets wrong: one clear line, a status that is not 0, nothing half-written."""

import re

import pytest

pytestmark = pytest.mark.slow


def message(project, *arguments):
    """The output of a Snakemake call that must fail without a traceback."""
    output = project.snakemake(*arguments, ok=False)
    assert "Traceback" not in output
    assert not list(project.folder.glob("results/**/*.part"))
    return output


def refusal(project, *arguments):
    """The one line with which a call ends before any rule is known."""
    *before, line = message(project, *arguments).splitlines()
    assert all(
        one.startswith(("Using workflow specific profile", "Config file ", "No images yet"))
        for one in before
    )
    assert not list((project.folder / ".snakemake/locks").glob("*"))
    return line


def grid(config):
    return config["experiments"]["task1_final"]["grid"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c.update(sedes=[1]), ": sedes: unknown key; did you mean 'seeds'?"),
        (lambda c: c.update(preset="fast"), ": preset: 'fast' is not one of"),
        (lambda c: c.update({False: 1}), ": top level: the key false is read as true or false"),
        (lambda c: grid(c).update(learning_rate=["1e-3"]), "as a text, write 0.001 without"),
        (
            lambda c: grid(c).update(init_seed=list(range(999)), order_seed=list(range(999))),
            ": experiments.task1_final.grid: 2994003 of 2994",
        ),
        (
            lambda c: c["experiments"].pop("task1_final"),
            ": experiments.task1_final: missing, but the report needs it",
        ),
        (
            lambda c: c["experiments"].update(figures=c["experiments"]["matrix"]),
            ": experiments.figures: the name is taken",
        ),
    ],
)
def test_config(project, change, expected):
    config = project.config()
    change(config)
    project.write_config(config)
    line = refusal(project, "-n")
    assert re.match(r"config\.yaml(, line \d+)?: ", line)
    assert expected in line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seeds: [5]\n", "seeds: stands here again, and first in line"),
        ("\tx: 1\n", "a tab; indent with spaces instead"),
        ("__use_yte__: true\n", "__use_yte__: this file is no template; remove the key"),
    ],
)
def test_config_file(project, text, expected):
    project.append("config.yaml", text)
    end = len((project.folder / "config.yaml").read_text().splitlines())
    assert f"config.yaml, line {end}: {expected}" in refusal(project, "-n")


def test_config_files_and_values_of_the_command_line(project):
    mine = project.folder / "mine.yaml"
    mine.write_text("device: cpu\nreport:\n  languages: [en, xx]\n")
    line = refusal(project, "-n", "--configfile", "mine.yaml")
    assert line.startswith("mine.yaml, line 3: report.languages: xx has no folder")
    mine.write_text("device: cpu\ndevice: cuda\n")
    line = refusal(project, "-n", "--configfile", "mine.yaml")
    assert line.startswith("mine.yaml, line 2: device: stands here again")
    mine.write_text("device: cpu\n")
    line = refusal(project, "-n", "--configfile", "mine.yaml", "--config", "preset=fast")
    assert line.startswith("--config: preset: 'fast' is not one of full, quick")
    project.snakemake("-n", "--configfile", "mine.yaml", "--config", "preset=quick", "device=auto")


def test_a_deep_network_is_trained(project):
    config = project.config()
    config["seeds"] = [0]
    grid(config).update(hidden_sizes=[[16] * 21, [8, 4] * 40], epochs=[1])
    project.write_config(config)
    project.snakemake("task1_final")
    folders = {path.name for path in (project.folder / "results/runs").iterdir()}
    setting = "_relu_sgd_lr0.1_b32_e1"
    assert folders == {f"numpy_16x21{setting}", f"numpy_8.4x40{setting}"}


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
    assert "not the name of a run; it looks like numpy_360-100_relu" in refusal(project, path)
    assert "MissingRuleException" in message(project, "-n", path)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("20_relu_sgd_lr0.10_b32_e1/seed0", "spell this run numpy_20_relu_sgd_lr0.1_b32_e1/seed0"),
        ("16-16-16_relu_sgd_lr0.1_b32_e1/seed0", "spell this run numpy_16x3_relu_sgd_lr0.1_b32_e1"),
        (f"20_relu_sgd_lr0.1_b32_e1/seed{'1' * 25}", "is too large; at most 9223372036854775807"),
        ("20_relu_sgd_lr0.1_b32_e1_turbo/seed0", "unknown option 'turbo'"),
    ],
)
def test_a_misspelt_run_says_how_to_spell_it(project, run, expected):
    last = message(project, f"results/runs/numpy_{run}/history.csv").splitlines()[-1]
    assert last.startswith(f"numpy_{run}: ")
    assert expected in last
    assert not (project.folder / "data").exists()  # nothing has run


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
    built.snakemake("--config", "preset=quick", "--", "results/quick/runs.csv")
