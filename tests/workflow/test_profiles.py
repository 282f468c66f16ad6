"""The profile for Slurm fits the rules."""

import re

import pytest
import yaml
from project_copy import ROOT

PROFILE = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text(encoding="utf-8"))
RULES = {
    name
    for path in (ROOT / "workflow/rules").glob("*.smk")
    for name in re.findall(
        r"^(?:use rule \w+ as|rule) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
}


@pytest.mark.parametrize("key", ["groups", "set-resources"])
def test_every_rule_that_it_names_is_one(key):
    assert len(PROFILE[key]) > 5
    assert not PROFILE[key].keys() - RULES


def test_every_batch_has_a_size():
    assert set(PROFILE["group-components"]) == set(PROFILE["groups"].values())


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["quick", "full"])
def test_no_rule_stands_between_two_of_a_batch(project, preset):
    """Snakemake refuses a batch that would have to wait for a job which waits for the batch."""
    groups = [f"{rule}={batch}" for rule, batch in PROFILE["groups"].items()]
    sizes = [f"{batch}={size}" for batch, size in PROFILE["group-components"].items()]
    asked = ("-n", "--quiet", "rules", "--config", f"preset={preset}")
    project.snakemake(*asked, "--groups", *groups, "--group-components", *sizes)


def test_a_later_try_asks_for_more():
    assert PROFILE["retries"] > 0
    for needs in [PROFILE["default-resources"], *PROFILE["set-resources"].values()]:
        for name in needs.keys() & {"mem_mb", "runtime"}:
            assert str(needs[name]).endswith(" * attempt")


def test_jobs_that_measure_speed_have_the_node_to_themselves():
    """They ask for more threads than there are, so that nothing runs beside them."""
    alone = set()
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in re.split(r"^rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            if "threads: 1024" in rule:
                alone.add(rule.partition(":")[0])
    assert alone >= {"speed", "floors"}
    for name in alone:
        assert "--exclusive" in PROFILE["set-resources"][name]["slurm_extra"]
