"""decide.yaml: what it asks for is planned beforehand, or one line says what is wrong with it."""

import shutil

import pytest
import yaml
from built_out import PROJECT

from backprop_lab.errors import LabError
from backprop_lab.planning.further import further_runs
from backprop_lab.planning.validation import check_names, plan
from backprop_lab.runs.further import Decide, Further

VARIANTS = ("numpy_360_relu_sgd_lr0.1_b32_e10", "numpy_360_relu_adam_lr0.001_b32_e10")
FURTHER = Further((0, 1, 2), (3, 4), VARIANTS)
NAMES = ("workflow/schemas", "report/text", "report/original")


@pytest.fixture
def project(tmp_path):
    """A project's folder with what a plan reads."""
    for name in NAMES:
        shutil.copytree(PROJECT / name, tmp_path / name)
    for name in ("claims.yaml", "register.json"):
        shutil.copy(PROJECT / "report" / name, tmp_path / "report")
    return tmp_path


def planned(project, **changes):
    config = yaml.safe_load((PROJECT / "config.yaml").read_text())
    config["experiments"]["deciding"]["seeds"] = [0, 1, 2]
    return plan(config | changes, root=project)


def test_what_is_written_is_read(tmp_path):
    decide = Decide("full", {"C8.fixed": FURTHER, "C1.no_gain": FURTHER})
    decide.write(tmp_path / "decide.yaml")
    assert Decide.read(tmp_path / "decide.yaml") == decide


def test_the_plan_has_exactly_the_further_runs_besides(project):
    before = planned(project).experiments
    Decide("full", {"C8.fixed": FURTHER}).write(project / "decide.yaml")
    after = planned(project).experiments
    assert list(after) == [*before, "decide"]
    assert {name: after[name] for name in before} == before
    known = {run for runs in before.values() for run in runs}
    new = [run.id for run in after["decide"] if run not in known]
    # Seeds 3 and 4 of the first variant are those of variance_seed.
    assert new == [f"{VARIANTS[1]}/seed3", f"{VARIANTS[1]}/seed4"]


def test_only_builds_on_mnist_with_its_preset_have_them(project):
    Decide("full", {"C8.fixed": FURTHER}).write(project / "decide.yaml")
    whole = planned(project)
    assert "decide" in whole.on("mnist").experiments
    for images in ("digits", "fashion_mnist"):
        assert "decide" not in whole.on(images).experiments
    assert "decide" not in planned(project, preset="quick").experiments


def test_an_experiment_cannot_have_its_name():
    with pytest.raises(LabError, match="the name is taken by the workflow"):
        check_names({"decide": {}}, ["all"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"preset": None}, "preset is None, not a text; correct it"),
        ({"preset": "whole"}, "preset: config.yaml has no preset 'whole'; name one of full, quick"),
        ({"more": 1}, "more"),
        ({"criteria": []}, "criteria is"),
        ({"C8.fixed": {"first": ["a"]}}, "criteria.C8.fixed.first.0 is 'a', not a whole number"),
        ({"C8.fixed": {"further": [3, 3]}}, "criteria.C8.fixed: a seed stands there twice; remove"),
        ({"C8.fixed": {"further": [3]}}, "3 and 1 seeds, but two at least come first, and"),
        ({"C8.fixed": {"first": [0], "further": [1, 2, 3, 4]}}, "1 and 4 seeds, but two at least"),
        ({"C8.fixed": {"variants": ["numpy_360"]}}, "not the name of a run; it looks like"),
        ({"C8.wrong": {}}, "criteria.C8.wrong: claims.yaml has none of this name; remove it"),
        ({"C14.our_gap": {}}, "criteria.C14.our_gap: is context, and decides nothing"),
        ({"C99.fixed": {}}, "criteria.C99.fixed: claims.yaml has none of this name; remove it"),
    ],
)
def test_a_mistake_is_one_line(project, change, words):
    entry = {"first": [0, 1, 2], "further": [3, 4], "variants": list(VARIANTS)}
    criteria = {name: entry | more for name, more in change.items() if "." in name}
    content = {"preset": "full", "criteria": criteria}
    content |= {name: more for name, more in change.items() if "." not in name}
    (project / "decide.yaml").write_text(yaml.safe_dump(content))
    with pytest.raises(LabError) as error:
        further_runs(project, "full", ("full", "quick"))
    assert words in str(error.value)
    assert str(error.value).startswith(str(project / "decide.yaml"))
    assert "\n" not in str(error.value)


def test_claims_without_a_rule_are_refused(project):
    Decide("full", {"C8.fixed": FURTHER}).write(project / "decide.yaml")
    claims = yaml.safe_load((project / "report/claims.yaml").read_text())
    del claims["sequential"]
    (project / "report/claims.yaml").write_text(yaml.safe_dump(claims))
    with pytest.raises(LabError, match="has no rule for it, `sequential:`; remove the file"):
        further_runs(project, "full", ("full", "quick"))
