"""No name of a file, and no value of the config, can run a command through a rule's shell line."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
#: Signs that mean something to a shell, or lead to another folder.
SIGNS = "\t\n !\"#$%&'()*;<>?[\\]`{|}~/"
#: Parameters that a shell line may have without quotes, and why that is safe.
SAFE = {
    "dataset": "one of a list",
    "device": "one of a list",
    "split": "one of a list",
    "seed": "a whole number",
    "few": "a whole number behind --images",
    "inputs": "names of parameters with the rule's input files",
}
#: Prints the rules as Snakemake has parsed them.
PROGRAM = """
import json
from pathlib import Path
from snakemake.api import SnakemakeApi
from snakemake.settings.types import OutputSettings, Quietness, ResourceSettings

with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
    resources = ResourceSettings(cores=1)
    workflow = api.workflow(resource_settings=resources, snakefile=Path("Snakefile"))._workflow
    files = ("input", "output", "log")
    rules = {
        rule.name: {
            "shell": rule.shellcmd,
            "wildcards": sorted(rule.wildcard_names),
            **{kind: [str(f) for f in getattr(rule, kind) if not callable(f)] for kind in files},
        }
        for rule in workflow.rules
    }
print(json.dumps(rules))
"""


@pytest.fixture(scope="module")
def rules():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_every_shell_line_quotes_its_values_or_has_none_that_need_it(rules):
    lines = {name: rule for name, rule in rules.items() if rule["shell"]}
    assert len(lines) >= 15
    for name, rule in lines.items():
        placeholders = re.findall(r"\{(\w+)([^}:]*)(:q)?\}", rule["shell"])
        assert placeholders
        for kind, attribute, quoted in placeholders:
            where = f"{name}: {{{kind}{attribute}}}"
            if quoted:
                continue
            assert kind in ("input", "output", "log", "params"), where
            if kind == "params":
                assert attribute.removeprefix(".") in SAFE, where
            for path in rule["input" if kind == "params" else kind]:
                # What the wildcards may be is tested below.
                assert re.fullmatch(r"[\w./-]+", re.sub(r"\{\w+(,[^}]*)?\}", "", path)), where


def test_every_wildcard_is_held_to_harmless_signs(rules):
    seen = set()
    for name, rule in rules.items():
        # Snakemake writes each wildcard with its constraint: {seed,\\d+}.
        constraints = dict(re.findall(r"\{(\w+),([^{}]+)\}", " ".join(rule["output"])))
        for wildcard in rule["wildcards"]:
            assert wildcard in constraints, f"{name}: {wildcard} can be anything"
            pattern = constraints[wildcard]
            seen.add(wildcard)
            for sign in SIGNS:
                for value in (sign, f"x{sign}", f"1{sign}", f"_a{sign}1", f"en{sign}", f"..{sign}"):
                    assert not re.fullmatch(pattern, value), f"{name}: {wildcard} = {value!r}"
    assert {"hidden_sizes", "options", "seed", "table", "figure", "language"} <= seen


def test_what_stands_unquoted_is_held_by_the_schema():
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    properties = schema["properties"]
    assert properties["device"]["enum"]
    assert properties["data"]["properties"]["split"]["enum"]
    assert properties["data"]["properties"]["split_seed"]["type"] == "integer"
    preset = properties["presets"]["additionalProperties"]["properties"]
    assert preset["measured_images"]["type"] == "integer"
    for held in (properties["presets"]["propertyNames"], properties["dataset"]):
        names = re.compile(held["pattern"])
        assert names.search("quick")
        assert not [sign for sign in SIGNS if names.search(f"x{sign}y")]  # a part of paths


@pytest.mark.fault("a shell command in a target")
@pytest.mark.slow
@pytest.mark.parametrize(
    "target",
    [
        "results/submissions/x$(touch pwned)/submission.csv",
        "results/figures/en/x$(touch pwned).svg",
        "results/tables/x;touch pwned;.csv",
        "results/runs/numpy_16_relu_sgd_lr0.1_b32_e1_$(touch pwned)/seed0/history.csv",
    ],
)
def test_a_command_in_a_target_is_no_target(project, target):
    output = project.snakemake("--", target, ok=False)
    refused = ("MissingRuleException", "not the name of a run")
    assert any(reason in output for reason in refused)
    assert not (project.folder / "pwned").exists()
