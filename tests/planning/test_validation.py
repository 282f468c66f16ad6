"""config.yaml becomes a plan of runs, or one line that names the key and what to do."""

import copy
from pathlib import Path

import pytest
import yaml

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.planning.config_schema import fit
from backprop_lab.planning.validation import (
    REQUIRED,
    TOGETHER,
    check_experiments,
    check_names,
    check_timings,
    plan,
)
from backprop_lab.runs import limits
from backprop_lab.runs.run import GRID_KEYS

ROOT = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
CLAIMS = ROOT / "report/claims.yaml"
DECLARED = read_yaml(CLAIMS)


@pytest.fixture
def config():
    return fit(yaml.safe_load((ROOT / "config.yaml").read_text()), SCHEMA)


def at(*keys, value):
    """Return a change to a config: set the value that the keys lead to."""

    def change(config):
        for key in keys[:-1]:
            config = config[key]
        config[keys[-1]] = value

    return change


OWN = {"folder": "images"}
GRID = ("experiments", "task1_final", "grid")


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (at("sedes", value=[1]), "sedes", "unknown key; did you mean 'seeds'?"),
        (at("seeds", value=[0, 1, 1]), "seeds.2", "1 is listed twice"),
        (at("seeds", value=[1, 1.0]), "seeds.1", "1.0 is listed twice"),
        (at("seeds", value=[[0]]), "seeds.0", "[0] is not of type 'integer'"),
        (at("seeds", value=[True]), "seeds.0", "YAML reads yes, no, on and off as"),
        (at("seeds", value=[2**63]), "seeds.0", "greater than the maximum of"),
        (at("seeds", value=None), "seeds", "the key has no value"),
        (at("seeds", value=[10**5000]), "seeds.0", "the number is too large"),
        (at("seeds", value=["x" * 10**6]), "seeds.0", "x' is not of type 'integer'"),
        (at("data", "split_seed", value=2**63), "data.split_seed", "greater than the maximum"),
        (at("data", "folder", value="a\0b"), "data.folder", "without control characters"),
        (at("data", "mirrors", "mnist", value=["ftp://a/"]), "mnist.0", "from http://"),
        (at("data", "mirrors", "mnist", value=["https://a/\n"]), "mnist.0", "from http://"),
        (
            at("presets", "quick", "epochs", value=10**12),
            "quick.epochs",
            "greater than the maximum",
        ),
        (at("presets", "runs", value={}), "presets.runs", "the name is taken"),
        (at("presets", "x" * 65, value={}), "presets.xxx", "more than 64 characters"),
        (at("experiments", "a b", value={}), "experiments.a b", "Small letters"),
        (at("experiments", "a\n", value={}), "experiments.'a\\n'", "Small letters"),
        (at("experiments", 1, value={}), "experiments", "the key 1 is no text"),
        (at("report", "languages", value=["en\n"]), "report.languages.0", "BCP 47"),
        (at("seeds", value=[]), "seeds", "empty"),
        (at("seeds", value="0"), "seeds", "not of type 'array'"),
        (at("dataset", value="cifar"), "dataset", "there is no data set 'cifar'; name one of auto"),
        (at("dataset", value="kmnits"), "dataset", "did you mean 'kmnist'?"),
        (at("dataset", value="digits"), "dataset", "there is no data set 'digits'"),
        (at("dataset", value=3), "dataset", "not of type 'string'"),
        (at("dataset", value="x;y"), "dataset", "does not fit; wanted: Which images"),
        (at("data", "sets", value={"mnist": OWN}), "data.sets.mnist", "of this project"),
        (at("data", "sets", value={"digits": OWN}), "data.sets.digits", "of this project"),
        (at("data", "sets", value={"A b": OWN}), "data.sets.A b", "Small letters"),
        (at("data", "sets", value={"a": {}}), "data.sets.a", "folder is missing"),
        (at("data", "sets", value={"a": {"folder": ""}}), "sets.a.folder", "wanted: Folder"),
        (at("data", "sets", value={"a": OWN | {"title": "a: b"}}), "a.title", "wanted: What"),
        (at("data", "sets", value={"a": OWN | {"size": [28]}}), "a.size", "too short"),
        (at("data", "sets", value={"a": OWN | {"size": [0, 9]}}), "a.size.0", "minimum of 1"),
        (at("data", "sets", value={"a": OWN | {"sise": 3}}), "a.sise", "did you mean 'size'?"),
        (at("data", "folder", value=3), "data.folder", "not of type"),
        (at(*GRID, "batch_size", value=[]), "grid.batch_size", "empty"),
        (at(*GRID, "batch_size", value=32), "grid.batch_size", "not of type 'array'"),
        (at(*GRID, "activation", value=[3]), "grid.activation.0", "not of type 'string'"),
        (at(*GRID, "hidden_sizes", value=[[360, 0]]), "grid.hidden_sizes.0.1", "minimum of 1"),
        (at(*GRID, "learning_rate", value=[-0.1]), "grid.learning_rate.0", "minimum of 0"),
        (at(*GRID, "learning_rate", value=["1e-3"]), "rate.0", "text, write 0.001 without"),
        (at(*GRID, "learning_rate", value=["1e400"]), "rate.0", "that can be computed with"),
        (at(*GRID, "learning_rate", value=[float("nan")]), "grid.learning_rate", "above 0"),
        (at(*GRID, "learning_rate", value=[10**300]), "grid.learning_rate", "at most 1e+38"),
        (at(*GRID, "epochs", value=["1e3"]), "grid.epochs.0", "text, write 1000 without"),
        (at(*GRID, "epochs", value=[10**12]), "grid.epochs", "at most 1000000"),
        (at(*GRID, "batch_size", value=[60_000]), "grid.batch_size", "at most 50000"),
        (at(*GRID, "hidden_sizes", value=[[10**9]]), "grid.hidden_sizes", "at most 1000000"),
        (at(*GRID, "init_seed", value=[2**63]), "grid.init_seed", "is too large"),
        (at(*GRID, "momentum", value=[0.9]), "task1_final.grid.momentum", "unknown key; known are"),
        (at("experiments", "matrix", "grid", 0, "epochs", value=[0]), "grid.0.epochs.0", "minimum"),
        (at("experiments", "matrix", "grid", value=[]), "matrix.grid", "empty"),
        (at("experiments", "matrix", value={}), "experiments.matrix", "grid is missing"),
    ],
)
def test_a_wrong_config_is_one_line_that_names_the_key(config, change, key, reason):
    change(config)
    with pytest.raises(LabError) as caught:
        plan(config, root=ROOT)
    message = str(caught.value)
    assert key in message.split(": ", 2)[1]
    assert reason in message
    assert message.isprintable()
    assert len(message) < 1000


def test_the_schema_and_a_run_have_the_same_limits():
    settings, grid = SCHEMA["properties"], SCHEMA["$defs"]["grid"]["properties"]
    assert settings["seeds"]["items"]["maximum"] == limits.MAX_SEED
    assert settings["data"]["properties"]["split_seed"]["maximum"] == limits.MAX_SEED
    preset = settings["presets"]["additionalProperties"]["properties"]
    assert preset["epochs"]["maximum"] == limits.MAX_EPOCHS
    assert set(grid) == {*GRID_KEYS, "seeds"}


def test_the_config_of_the_project_is_planned_and_not_changed(config):
    before = copy.deepcopy(config)
    done = plan(config, root=ROOT)
    assert config == before
    assert list(done.experiments) == list(config["experiments"])
    assert plan({**config, "preset": "quick"}, root=ROOT).experiments.keys() < set(done.experiments)


def test_every_default_of_the_schema_is_set():
    done = fit({"seeds": [0], "experiments": {"a": {"grid": {}}}}, SCHEMA)
    assert done["data"]["mirrors"] == {"mnist": [], "fashion_mnist": [], "kmnist": []}
    assert (done["dataset"], done["preset"], done["device"]) == ("auto", "full", "auto")
    done["data"]["mirrors"]["mnist"].append("https://a/")
    again = fit({"seeds": [0], "experiments": {"a": {"grid": {}}}}, SCHEMA)
    assert again["data"]["mirrors"]["mnist"] == []


@pytest.mark.parametrize("preset", ["full", "quick"])
def test_every_preset_has_the_experiments_that_it_needs(config, preset):
    check_experiments(config | {"preset": preset}, CLAIMS, DECLARED)


@pytest.mark.parametrize("name", [*REQUIRED, *(n for names in TOGETHER.values() for n in names)])
def test_a_missing_or_skipped_experiment_that_another_step_needs_is_named(config, name):
    config["presets"]["full"] = {"skip": [name]}
    reason = rf"presets\.full\.skip: {name} cannot be skipped where .* needs it; take it off"
    with pytest.raises(LabError, match=reason):
        check_experiments(config, CLAIMS, DECLARED)
    del config["experiments"][name]
    config["embedded"]["skip"] = []
    reason = rf"config\.yaml: experiments\.{name}: missing, but .* needs it; add it"
    with pytest.raises(LabError, match=reason):
        check_experiments(config, CLAIMS, DECLARED)


def test_an_experiment_that_is_needed_on_the_digits_is_named(config):
    config["embedded"]["skip"] = ["matrix"]
    with pytest.raises(
        LabError, match=r"embedded\.skip: matrix cannot be skipped where the report"
    ):
        check_experiments(config, CLAIMS, DECLARED)
    config["embedded"]["skip"] = ["forensics_refine"]
    with pytest.raises(
        LabError, match=r"embedded\.skip: forensics_refine .* forensics_screen needs"
    ):
        check_experiments(config, CLAIMS, DECLARED)
    config["embedded"]["skip"] = ["sweep_widht"]
    with pytest.raises(LabError, match=r"embedded\.skip\.0: there is no experiment 'sweep_widht'"):
        check_experiments(config, CLAIMS, DECLARED)


@pytest.mark.parametrize("images", ["digits", "kmnist"])
def test_images_other_than_mnist_leave_experiments_about_the_claims_out(config, images):
    done = plan(config, root=ROOT)
    assert done.on("mnist") == done
    left_out = set(done.experiments) - set(done.on(images).experiments)
    assert done.kernels
    assert done.on(images).kernels == {}
    assert left_out == set(config["embedded"]["skip"]) > {"forensics_screen", "counterfactual"}


def test_the_digits_have_few_seeds_save_where_an_experiment_has_its_own(config):
    config["seeds"] = [7, 3, 5]
    config["embedded"]["n_seeds"] = 2
    config["experiments"]["sweep_width"]["grid"]["seeds"] = [4, 5, 6]
    few = plan(config, root=ROOT).on("digits").experiments
    assert {run.seed for run in few["matrix"]} == {7, 3}
    assert {run.seed for run in few["variance_seed"]} == set(range(10))
    assert {run.seed for run in few["sweep_width"]} == {4, 5, 6}
    config["presets"]["own"] = {"seeds": [1, 2, 4]}
    own = plan(config | {"preset": "own"}, root=ROOT).on("digits").experiments
    assert {run.seed for run in own["matrix"]} == {1, 2, 4}
    del config["embedded"]["n_seeds"]
    all_of_them = plan(config, root=ROOT).on("digits").experiments
    assert {run.seed for run in all_of_them["matrix"]} == {7, 3, 5}


@pytest.mark.parametrize("first", TOGETHER)
def test_a_whole_section_may_be_left_out(config, first):
    for name in (first, *TOGETHER[first]):
        del config["experiments"][name]
    there = config["experiments"]
    config["embedded"]["skip"] = [name for name in config["embedded"]["skip"] if name in there]
    check_experiments(config, CLAIMS, DECLARED)


def test_an_experiment_that_a_claim_names_may_be_skipped_but_not_missing(config):
    config["presets"]["full"] = {"skip": ["sweep_width"]}
    check_experiments(config, CLAIMS, DECLARED)
    del config["experiments"]["sweep_width"]
    with pytest.raises(LabError, match=r"sweep_width: missing, but .*claims\.yaml names it; add"):
        check_experiments(config, CLAIMS, DECLARED)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("settings:\n", "settings: 1\nothers:\n", "claims.yaml: "),
        ("quantity: val_accuracy", "quantity: val_acc", "quantity: 'val_acc' is not one of"),
        ("below: 0.002", "below: abc", "below: 'abc' does not match"),
        ("  C11:\n", "  C11:\n    untestable: not_tried\n", "claims.C11"),
        ("looks: [5, 10", "looks: [10, 5", "sequential.looks: [10, 5, 20, 40] must rise"),
        ("figure2.last", "figure7.last", "claims.C1.printed: no fact 'published.figure7.last.val"),
        ("above: 0.1\n", "above: stated.x\n", "parts.slow_sgd.above: no fact 'stated.x'"),
        ("first: stated.", "first: stated.un", "claims.C14.parts.printed_gap.first: no fact"),
    ],
)
def test_claims_that_do_not_fit_are_refused_before_anything_runs(config, tmp_path, old, new, words):
    (tmp_path / "report").mkdir()
    for name in ("workflow", "report/text", "report/original", "report/register.json"):
        (tmp_path / name).symlink_to(ROOT / name)
    text = CLAIMS.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "report/claims.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LabError) as error:
        plan(config, root=tmp_path)
    assert words in str(error.value)
    assert "claims.yaml: " in str(error.value)
    assert "\n" not in str(error.value)


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

    grid = SCHEMA["$defs"]["grid"]
    assert list(undescribed(SCHEMA, "")) + list(undescribed(grid, "grid")) == []


def test_the_section_on_speed_needs_times():
    check_timings({"benchmarks": True, "timings": True})
    check_timings({"benchmarks": False, "timings": False})
    with pytest.raises(LabError, match=r"report\.benchmarks: .* set report\.timings"):
        check_timings({"benchmarks": True, "timings": False})
