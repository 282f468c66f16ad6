"""`backprop-lab decide`: it writes the seeds of the next look, and says what else is to be done."""

import shutil

import pytest
import yaml
from built_out import PROJECT
from claims_sample import CLAIMS, CONFIG, THREE_SEEDS, collect_world, evaluated

from backprop_lab.cli.main import main
from backprop_lab.runs.further import Decide, Further

#: What SGD is ahead of Adam, by seed: widely spread at first, then always the same.
GAINS = [0.01, 0.05, 0.09]
SEEDS = Further((0, 1, 2), (3, 4), ("numpy_360_relu_sgd_lr0.1_b32_e2",))


def gains(run):
    gain = GAINS[run.seed] if run.seed < len(GAINS) else 0.05
    return {"val_accuracy": 0.9 if run.optimizer == "adam" else 0.9 + gain}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder whose build has been judged, and a function that judges it again."""
    for name in ("workflow/schemas", "report/text", "report/original"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    shutil.copy(CLAIMS, tmp_path / "report")
    shutil.copy(PROJECT / "report/register.json", tmp_path / "report")
    config = yaml.safe_dump(CONFIG | THREE_SEEDS, sort_keys=False)
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path))

    def judge(decide=None, **options):
        preset = {"preset": "full", "sealed": "full"} | THREE_SEEDS | options
        inputs = collect_world(tmp_path / "world", gains, decide=decide, **preset)
        evaluated(inputs, tmp_path / "results/claims.json")

    (tmp_path / "results").mkdir()
    judge()
    return tmp_path, judge


def decide(capsys, *arguments, status=0):
    capsys.readouterr()
    assert main(["decide", *arguments]) == status
    out, err = capsys.readouterr()
    return err if status else out


def test_it_asks_for_seeds_look_by_look_until_the_criterion_is_decided(project, capsys):
    folder, judge = project
    told = decide(capsys)
    assert "C8.fixed" in told
    assert "a look at 5 seeds (3, 4)" in told
    assert "new runs" in told
    assert told.endswith("snakemake --cores all\n")
    first = Decide.read(folder / "decide.yaml")
    assert first.criteria["C8.fixed"].further == (3, 4)

    # Before they are trained and judged, nothing more is asked for.
    before = (folder / "decide.yaml").read_bytes()
    assert "build first: snakemake --cores all" in decide(capsys, status=1)
    assert (folder / "decide.yaml").read_bytes() == before

    judge(first)
    decide(capsys)
    second = Decide.read(folder / "decide.yaml")
    assert second.criteria["C8.fixed"].seeds == tuple(range(10))

    judge(second)
    told = decide(capsys)
    assert "C8.fixed" not in told
    # What is decided keeps its seeds: they are what its verdict rests on.
    assert Decide.read(folder / "decide.yaml").criteria["C8.fixed"] == second.criteria["C8.fixed"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "results/claims.json").unlink(), "no verdicts yet; build first"),
        (
            lambda folder: (folder / "report/claims.yaml").write_text(CLAIMS.read_text() + "# \n"),
            "was judged by another report/claims.yaml; build first",
        ),
        (
            lambda folder: Decide("shape", {"C8.fixed": SEEDS}).write(folder / "decide.yaml"),
            "is for the preset shape, not full; give --preset shape, or put the file away",
        ),
    ],
)
def test_what_cannot_be_decided_is_one_line(project, capsys, spoil, words):
    folder, _ = project
    spoil(folder)
    there = (folder / "decide.yaml").exists()
    told = decide(capsys, status=1)
    assert words in told
    assert told.count("\n") == 1
    assert (folder / "decide.yaml").exists() == there


def test_runs_of_other_images_and_of_one_seed_are_refused(project, capsys):
    folder, judge = project
    judge(dataset="digits")
    assert "claims are judged on MNIST alone, and these runs learned from digits" in decide(
        capsys, status=1
    )
    judge(seeds=[0])
    assert "error: claim C2.reaches: it has one seed, and an interval needs two" in decide(
        capsys, status=1
    )
    assert not (folder / "decide.yaml").exists()
