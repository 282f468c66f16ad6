"""config.yaml: experiments expand into runs; a preset lays itself over them."""

import copy
from pathlib import Path

import pytest
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from backprop_lab.errors import LabError
from backprop_lab.planning.validation import (
    REQUIRED,
    TOGETHER,
    check_experiments,
    check_names,
    check_timings,
    explain,
)
from backprop_lab.runs.grid import apply_preset, expand_experiments, whole_numbers
from backprop_lab.runs.run import ACTIVATIONS, OPTIMIZERS, Run

ROOT = Path(__file__).parents[2]
SCHEMA = str(ROOT / "workflow/schemas/config.schema.yaml")
CLAIMS = ROOT / "report/claims.yaml"


@pytest.fixture
def config():
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    validate(config, SCHEMA)
    return config


def test_the_matrix_holds_every_variant_of_the_original_on_every_seed(config):
    runs = expand_experiments(apply_preset(config))["matrix"]
    assert len(runs) == len(set(runs))
    rates = {"sgd": 0.1, "adam": 0.001}
    assert set(runs) >= {
        Run(backend, sizes, activation, optimizer, rate, 32, 10, seed)
        for backend in ("numpy", "torch")
        for sizes in ((360,), (360, 100), (360, 100, 40))
        for activation in ("relu", "sigmoid")
        for optimizer, rate in rates.items()
        for seed in config["seeds"]
    }


def test_quick_is_one_seed_two_epochs_and_no_sweeps(config):
    runs = expand_experiments(apply_preset(config | {"preset": "quick"}))
    assert set(runs) == {"matrix", "task1_final", "task2_final", "learning_rate_transfer"}
    every = [run for some in runs.values() for run in some]
    assert {(run.seed, run.epochs) for run in every} == {(0, 2)}


def test_adding_a_seed_keeps_all_other_runs(config):
    before = {r for runs in expand_experiments(config).values() for r in runs}
    config["seeds"].append(7)
    after = {r for runs in expand_experiments(config).values() for r in runs}
    assert before < after
    assert {run.seed for run in after - before} == {7}


def test_a_run_of_two_grids_is_listed_once(config):
    grid = config["experiments"]["task1_final"]["grid"]
    experiment = {"grid": [grid, grid]}
    runs = expand_experiments(config | {"experiments": {"twice": experiment}})
    assert len(runs["twice"]) == len(config["seeds"])


def test_a_whole_number_may_be_written_with_a_decimal_point(config):
    before = expand_experiments(config)["task1_final"]
    config["seeds"] = [float(seed) for seed in config["seeds"]]
    grid = config["experiments"]["task1_final"]["grid"]
    grid |= {"epochs": [40.0], "batch_size": [32.0], "hidden_sizes": [[360.0]]}
    validate(config, SCHEMA)
    after = expand_experiments(whole_numbers(config))["task1_final"]
    assert [run.id for run in after] == [run.id for run in before]


def test_only_whole_numbers_are_rewritten():
    value = {"a": [0.5, 1.0, "1.0", True, None, float("inf")]}
    assert str(whole_numbers(value)) == "{'a': [0.5, 1, '1.0', True, None, inf]}"


def at(*keys, value):
    """Return a change to a config: set the value that the keys lead to."""

    def change(config):
        for key in keys[:-1]:
            config = config[key]
        config[keys[-1]] = value

    return change


GRID = ("experiments", "task1_final", "grid")


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (at("sedes", value=[1]), "top level", "'sedes' was unexpected"),
        (at("seeds", value=[0, 1, 1]), "seeds", "non-unique"),
        (at("seeds", value=[]), "seeds", "empty"),
        (at("seeds", value="0"), "seeds", "not of type 'array'"),
        (at("dataset", value="cifar"), "dataset", "not one of"),
        (at("data", "folder", value=3), "data.folder", "not of type"),
        (at(*GRID, "batch_size", value=[]), "grid.batch_size", "empty"),
        (at(*GRID, "batch_size", value=32), "grid.batch_size", "not of type 'array'"),
        (at(*GRID, "activation", value=[3]), "grid.activation.0", "not of type 'string'"),
        (at(*GRID, "hidden_sizes", value=[[360, 0]]), "grid.hidden_sizes.0.1", "minimum of 1"),
        (at(*GRID, "learning_rate", value=[-0.1]), "grid.learning_rate.0", "minimum of 0"),
        (at(*GRID, "momentum", value=[0.9]), "experiments.task1_final.grid", "'momentum'"),
        (at("experiments", "matrix", "grid", 0, "epochs", value=[0]), "grid.0.epochs.0", "minimum"),
        (at("experiments", "matrix", "grid", value=[]), "matrix.grid", "empty"),
        (at("experiments", "matrix", value={}), "experiments.matrix", "'grid' is a required"),
    ],
)
def test_a_wrong_config_is_one_line_that_names_the_key(config, change, key, reason):
    config = copy.deepcopy(config)
    change(config)
    with pytest.raises(WorkflowError) as caught:
        validate(config, SCHEMA)
    message = explain(caught.value.__context__)
    assert key in message.split(": ", 2)[1]
    assert reason in message
    assert "\n" not in message


def test_a_missing_parameter_is_named(config):
    del config["experiments"]["task1_final"]["grid"]["epochs"]
    with pytest.raises(LabError, match=r"experiments\.task1_final\.grid: epochs is missing"):
        expand_experiments(config)
    del config["experiments"]["matrix"]["grid"][1]["epochs"]
    with pytest.raises(LabError, match=r"experiments\.matrix\.grid\.1: epochs is missing"):
        expand_experiments(config)


@pytest.mark.parametrize(
    ("key", "value", "known"),
    [("activation", "step", ACTIVATIONS), ("optimizer", "newton", OPTIMIZERS)],
)
def test_a_value_that_no_run_can_have_is_named_with_its_key(config, key, value, known):
    config["experiments"]["task1_final"]["grid"][key] = [value]
    validate(config, SCHEMA)  # the schema leaves the names to `Run`
    with pytest.raises(LabError) as caught:
        expand_experiments(config)
    where = f"config.yaml: experiments.task1_final.grid.{key}"
    assert str(caught.value) == f"{where}: {value!r} is not one of {', '.join(known)}"


def test_an_unknown_preset_or_skipped_experiment_is_named(config):
    with pytest.raises(LabError, match="preset: 'fast' is not one of full, quick"):
        apply_preset(config | {"preset": "fast"})
    config["presets"]["quick"]["skip"] = ["sweep_depth"]
    with pytest.raises(LabError, match=r"presets\.quick\.skip: no experiment 'sweep_depth'"):
        apply_preset(config | {"preset": "quick"})


@pytest.mark.parametrize("preset", ["full", "quick"])
def test_every_preset_has_the_experiments_that_it_needs(config, preset):
    check_experiments(config | {"preset": preset}, CLAIMS)


@pytest.mark.parametrize("name", [*REQUIRED, *(n for names in TOGETHER.values() for n in names)])
def test_a_missing_or_skipped_experiment_that_another_step_needs_is_named(config, name):
    config["presets"]["full"] = {"skip": [name]}
    reason = rf"presets\.full\.skip: {name} cannot be skipped where .* needs it; take it off"
    with pytest.raises(LabError, match=reason):
        check_experiments(config, CLAIMS)
    del config["experiments"][name]
    reason = rf"config\.yaml: experiments\.{name}: missing, but .* needs it; add it"
    with pytest.raises(LabError, match=reason):
        check_experiments(config, CLAIMS)


@pytest.mark.parametrize("first", TOGETHER)
def test_a_whole_section_may_be_left_out(config, first):
    for name in (first, *TOGETHER[first]):
        del config["experiments"][name]
    check_experiments(config, CLAIMS)


def test_an_experiment_that_a_claim_names_may_be_skipped_but_not_missing(config):
    config["presets"]["full"] = {"skip": ["sweep_width"]}
    check_experiments(config, CLAIMS)
    del config["experiments"]["sweep_width"]
    with pytest.raises(LabError, match=r"sweep_width: missing, but .*claims\.yaml names it; add"):
        check_experiments(config, CLAIMS)


@pytest.mark.parametrize("text", ["settings: 1", "settings: {a: }", "claims: {}"])
def test_claims_that_do_not_fit_their_schema_are_left_to_their_own_check(config, tmp_path, text):
    (tmp_path / "claims.yaml").write_text(text)
    check_experiments(config, tmp_path / "claims.yaml")


@pytest.mark.parametrize("name", ["report", "all", "total"])
def test_an_experiment_with_a_taken_name_is_named(config, name):
    with pytest.raises(LabError, match=rf"experiments\.{name}: the name is taken"):
        check_names({**config["experiments"], name: {}}, ["report", "all"])


def test_every_key_of_the_schema_is_described():
    def undescribed(schema, path):
        for name, sub in schema.get("properties", {}).items():
            if "description" not in sub:
                yield f"{path}.{name}"
            yield from undescribed(sub, f"{path}.{name}")

    schema = yaml.safe_load(Path(SCHEMA).read_text())
    assert list(undescribed(schema, "")) + list(undescribed(schema["$defs"]["grid"], "grid")) == []


def test_the_section_on_speed_needs_times():
    check_timings({"benchmarks": True, "timings": True})
    check_timings({"benchmarks": False, "timings": False})
    with pytest.raises(LabError, match=r"report\.benchmarks: .* set report\.timings"):
        check_timings({"benchmarks": True, "timings": False})
