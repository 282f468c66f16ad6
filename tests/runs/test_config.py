"""config.yaml: experiments expand into runs; a preset lays itself over them."""

import hashlib
from pathlib import Path

import pytest
import yaml

from backprop_lab.errors import LabError
from backprop_lab.planning.config_schema import fit
from backprop_lab.runs import grid
from backprop_lab.runs.grid import apply_preset, expand_experiments, whole_numbers
from backprop_lab.runs.run import ACTIVATIONS, OPTIMIZERS, Run

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())


@pytest.fixture
def config():
    return fit(yaml.safe_load((ROOT / "config.yaml").read_text()), SCHEMA)


#: The names of all runs of these experiments: a run whose name changes is trained again.
NAMES = {
    "full": "f38c8175651019eafbcaa32c26d15dc881be3d72508ea0781af3ba122ac3c22b",
    "quick": "1b1346a1276facc0c7212c9fe6a6ac87859c521b24dbd17fe1105ef3195301cb",
}
EXPERIMENTS = (
    *("matrix", "task1_final", "task2_final", "learning_rate_transfer", "sweep_learning_rate"),
    *("sweep_batch_size", "sweep_width", "learning_rate_sigmoid", "variance_initialization"),
    *("variance_order", "variance_split", "variance_seed", "forensics_screen"),
    *("forensics_refine", "counterfactual"),
)


@pytest.mark.parametrize("preset", NAMES)
def test_the_names_of_runs_stay_as_they_were(config, preset):
    runs = expand_experiments(apply_preset(config | {"preset": preset}))
    ids = [run.id for name in EXPERIMENTS for run in runs.get(name, ())]
    assert hashlib.sha256("\n".join(ids).encode()).hexdigest() == NAMES[preset]


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
    assert {"matrix", "task1_final", "task2_final", "learning_rate_transfer"} <= set(runs)
    assert not [name for name in runs if name.startswith(("sweep", "variance", "forensics"))]
    every = [run for some in runs.values() for run in some]
    assert {(run.seed, run.epochs) for run in every} == {(0, 2)}


def test_adding_a_seed_keeps_all_other_runs(config):
    before = {r for runs in expand_experiments(config).values() for r in runs}
    config["seeds"].append(7)
    after = {r for runs in expand_experiments(config).values() for r in runs}
    assert before < after
    assert {run.seed for run in after - before} == {7}


def test_a_grid_may_have_seeds_of_its_own_and_a_preset_outvotes_them(config):
    grid = config["experiments"]["task1_final"]["grid"]
    other = grid | {"learning_rate": [0.5], "seeds": [8, 9]}
    experiments = {"two": {"seeds": [4], "grid": [grid, other]}, "one": {"grid": other}}

    def seeds(config, name):
        runs = expand_experiments(apply_preset(config))[name]
        return [(run.learning_rate, run.seed) for run in runs]

    config |= {"experiments": experiments, "presets": {"full": {}, "short": {"seeds": [0]}}}
    assert seeds(config, "two") == [(0.1, 4), (0.5, 8), (0.5, 9)]
    assert seeds(config, "one") == [(0.5, 8), (0.5, 9)]
    config["preset"] = "short"
    assert seeds(config, "two") == [(0.1, 0), (0.5, 0)]
    assert seeds(config, "one") == [(0.5, 0)]


def test_the_settings_of_deciding_have_ten_seeds_with_those_of_c7(config):
    runs = expand_experiments(apply_preset(config))["deciding"]
    seeds = {}
    for run in runs:
        seeds.setdefault(run.variant, set()).add(run.seed)
    assert all(found == set(range(10)) for found in seeds.values())
    for optimizer, rates in {"sgd": (0.0001, 0.1, 0.2), "adam": (0.0001, 0.0005, 0.001)}.items():
        for rate in rates:
            assert Run("numpy", (360,), "relu", optimizer, rate, 32, 10, 9) in runs


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
    after = expand_experiments(fit(config, SCHEMA))["task1_final"]
    assert [run.id for run in after] == [run.id for run in before]


def test_only_whole_numbers_are_rewritten():
    value = {"a": [0.5, 1.0, "1.0", True, None, float("inf")]}
    assert str(whole_numbers(value)) == "{'a': [0.5, 1, '1.0', True, None, inf]}"


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
    config = fit(config, SCHEMA)  # the schema leaves the names to `Run`
    with pytest.raises(LabError) as caught:
        expand_experiments(config)
    where = f"config.yaml: experiments.task1_final.grid.{key}"
    assert str(caught.value) == f"{where}: {value!r} is not one of {', '.join(known)}"


def test_an_unknown_preset_or_skipped_experiment_is_named(config):
    with pytest.raises(LabError, match="preset: 'fast' is not one of full, quick"):
        apply_preset(config | {"preset": "fast"})
    config["presets"]["quick"]["skip"] = ["sweep_depth"]
    with pytest.raises(LabError, match=r"quick\.skip\.0: there is no experiment 'sweep_depth'"):
        apply_preset(config | {"preset": "quick"})


def test_too_many_runs_are_counted_and_refused_before_they_are_listed(config):
    config["experiments"]["sweep_width"]["grid"]["init_seed"] = list(range(10**5))
    with pytest.raises(LabError, match=r"sweep_width\.grid: 2100000 of 2\d+ runs, and 1000000 are"):
        expand_experiments(config)
    every = {key: range(10**6) for key in grid.GRID_KEYS}  # more than any machine counts to
    config["experiments"]["sweep_width"]["grid"] = every
    with pytest.raises(LabError, match=r"sweep_width\.grid: 3000000\d+ of \d+ runs"):
        expand_experiments(config)
