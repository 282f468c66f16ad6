"""Labels of criteria, and what a build lacks of what is registered."""

import json

import pytest
import yaml
from claims_sample import CLAIMS, CONFIG, THREE_SEEDS, collect_world, evaluated, judged
from seals_sample import write_sealed

from backprop_lab.claims.register import check_seals, lack_line
from backprop_lab.cli.main import main
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.runs.further import Decide, Further
from backprop_lab.runs.grid import apply_preset, expand_experiments


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """All inputs of write_claims, of a world in which nothing differs."""
    return collect_world(tmp_path_factory.mktemp("world"), lambda run: {})


def with_claims(world, folder, old, new):
    """The inputs with an edit of claims.yaml that is not registered."""
    text = CLAIMS.read_text(encoding="utf-8")
    assert old in text
    path = folder / "claims.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return world | {"claims": path}


def with_register(world, folder, edit):
    """The inputs with an edited register."""
    content = json.loads(world["register"].read_text())
    edit(content)
    path = folder / "register.json"
    path.write_text(json.dumps(content))
    return world | {"register": path}


def labels(claims):
    """The labels of all criteria that decide."""
    return {
        f"{name}.{part}": entry["seal"]["label"]
        for name, claim in claims.items()
        for part, entry in claim["parts"].items()
        if entry["decides"]
    }


def test_every_criterion_is_labelled_as_sealed_where_nothing_has_changed(world, tmp_path):
    found = evaluated(world, tmp_path / "claims.json")["claims"]
    assert set(labels(found).values()) == {"sealed"}
    assert not any(part.get("lacks") for one in found.values() for part in one["parts"].values())
    # Context decides nothing, and has no seal.
    assert "seal" not in found["C1"]["parts"]["adam"]


def test_an_edited_margin_is_post_hoc_and_judged(world, tmp_path):
    edited = with_claims(world, tmp_path, "below: 0.002", "below: 0.003")
    claims = evaluated(edited, tmp_path / "claims.json")["claims"]
    found = labels(claims)
    assert {name for name, label in found.items() if label == "post_hoc"} == {"C1.no_gain"}
    assert claims["C1"]["parts"]["no_gain"]["outcome"] == "supported"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# Margins.", "# The margins."),
        ('where: {section: "1", figures: [2, 3, 4]}', 'where: {section: "2", figures: [2]}'),
        (
            "experiments: [sweep_learning_rate, matrix]",
            "experiments: [matrix, sweep_learning_rate]",
        ),
        ("below: 0.002", "below: 0.0020"),
    ],
)
def test_rewording_changes_no_label(world, tmp_path, old, new):
    claims = evaluated(with_claims(world, tmp_path, old, new), tmp_path / "claims.json")["claims"]
    assert set(labels(claims).values()) == {"sealed"}


@pytest.mark.parametrize(
    ("results_existed", "label"),
    [("no", "before_results"), ("yes", "post_hoc"), ("unknown", "sealed")],
)
def test_the_label_says_what_the_seal_supports(world, tmp_path, results_existed, label):
    def edit(register):
        register["criteria"]["C8.fixed"]["seals"][0]["results_existed"] = results_existed

    claims = evaluated(with_register(world, tmp_path, edit), tmp_path / "claims.json")["claims"]
    assert labels(claims)["C8.fixed"] == label


def test_a_rule_that_differs_from_its_seal_is_said_and_labels_only_what_it_decided(tmp_path):
    def gains(run):
        return {"val_accuracy": 0.95 + 0.002 * (run.optimizer == "sgd") * (run.seed % 2)}

    variants = tuple(
        f"numpy_360_relu_{optimizer}_b32_e4" for optimizer in ("sgd_lr0.1", "adam_lr0.001")
    )
    decide = Decide("short", {"C8.fixed": Further((0, 1, 2), (3, 4), variants)})
    world = collect_world(tmp_path, gains, decide=decide, **THREE_SEEDS)
    before = evaluated(world, tmp_path / "claims.json")
    assert before["sequential"]["as_sealed"]
    assert set(labels(before["claims"]).values()) == {"sealed"}
    edited = with_claims(world, tmp_path, "wrong: 0.05", "wrong: 0.5")
    after = evaluated(edited, tmp_path / "claims.json")
    assert not after["sequential"]["as_sealed"]
    found = labels(after["claims"])
    assert {name for name, label in found.items() if label == "post_hoc"} == {"C8.fixed"}
    assert after["claims"]["C8"]["parts"]["fixed"]["seal"]["by_rule"]


def test_an_amendment_that_is_registered_is_post_hoc_and_judged(world, tmp_path):
    def edit(register):
        one = register["criteria"]["C8.fixed"]
        first = one["seals"][0]
        told = {"changed": ["above"], "reason": "equal_grid", "results_existed": "yes"}
        one["seals"] = [first | {"digest": "0" * 64}, first | told]

    claims = evaluated(with_register(world, tmp_path, edit), tmp_path / "claims.json")["claims"]
    entry = claims["C8"]["parts"]["fixed"]
    assert entry["seal"]["label"] == "post_hoc"
    assert [one["reason"] for one in entry["seal"]["amendments"]] == ["equal_grid"]
    assert entry["lacks"] == []


def test_epochs_that_are_not_as_registered_are_lacking(tmp_path):
    claims = judged(tmp_path, preset="shape")["claims"]
    assert {claim["verdict"] for claim in claims.values()} == {"untestable"}
    epochs = {"what": "epochs", "registered": 4, "found": 2}
    for claim in claims.values():
        if claim["reason"]["key"] not in ("not_tried", "not_public"):
            assert claim["reason"] == {"key": "not_as_registered", "values": {"lacks": [epochs]}}
    assert claims["C8"]["parts"]["fixed"]["outcome"] == "not_as_registered"
    assert claims["C8"]["parts"]["fixed"]["estimate"] is not None  # shown all the same
    assert set(labels(claims).values()) == {"sealed"}


def test_too_few_shared_seeds_are_lacking(tmp_path):
    claims = judged(tmp_path, seeds=[0, 1])["claims"]
    lacks = [{"what": "seeds", "registered": 3, "found": 2}]
    assert claims["C8"]["reason"] == {"key": "not_as_registered", "values": {"lacks": lacks}}
    assert claims["C9"]["reason"]["key"] != "not_as_registered"  # timed in rounds


def test_the_log_says_of_each_claim_what_is_lacking(tmp_path, capsys):
    inputs = collect_world(tmp_path, lambda run: {}, seeds=[0, 1])
    pairs = [f"{name}={path}" for name, path in inputs.items()]
    assert main(["claims", str(tmp_path / "claims.json"), *pairs]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == (
        "C1: not judged, this build lacks seeds: 2 of 3; "
        "give config.yaml what report/register.json asks for"
    )
    assert len(lines) == 11  # all but C3, C9 and C14


def test_more_seeds_and_more_experiments_lack_nothing(tmp_path):
    claims = judged(tmp_path, seeds=[0, 1, 2, 3])["claims"]
    assert "not_as_registered" not in {claim["reason"]["key"] for claim in claims.values()}
    assert set(labels(claims).values()) == {"sealed"}


def asked_for(rates):
    """The experiments of config.yaml with other rates in the sweep."""
    experiments = dict(CONFIG["experiments"])
    grid = experiments["sweep_learning_rate"]["grid"] | {"learning_rate": rates}
    return experiments | {"sweep_learning_rate": {"grid": grid}}


def test_a_candidate_that_is_left_out_is_lacking(tmp_path):
    rates = [0.0001, 0.0005, 0.002, 0.01, 0.05, 1]
    claims = judged(tmp_path, experiments=asked_for(rates))["claims"]
    lacks = claims["C2"]["reason"]["values"]["lacks"]
    missing = "numpy_360_relu_sgd_lr0.2_b32_e4"
    assert lacks == [{"what": "run", "registered": missing, "found": None}]
    assert claims["C1"]["reason"]["key"] != "not_as_registered"


def test_a_candidate_more_is_judged_but_post_hoc(tmp_path):
    rates = [0.0001, 0.0005, 0.002, 0.01, 0.05, 0.2, 1, 2]
    claims = judged(tmp_path, experiments=asked_for(rates))["claims"]
    assert claims["C7"]["reason"]["key"] != "not_as_registered"
    found = {name for name, label in labels(claims).items() if label == "post_hoc"}
    assert {"C2.reaches", "C7.fails_sgd"} <= found
    assert not {"C8.fixed", "C8.tuned", "C4.higher_tuned"} & found


def test_another_division_of_the_images_is_lacking(world, tmp_path):
    data = json.loads(world["dataset"].read_text())
    path = tmp_path / "dataset.json"
    path.write_text(json.dumps(data | {"split": "random", "split_seed": 0}))
    claims = evaluated(world | {"dataset": path}, tmp_path / "claims.json")["claims"]
    lack = {"what": "split", "registered": "last_10000", "found": "random"}
    assert claims["C1"]["reason"]["values"] == {"lacks": [lack]}


def test_seals_and_criteria_must_fit(world, tmp_path):
    declared = read_yaml(CLAIMS)
    check_seals(declared, world["register"])
    more = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    more["claims"]["C1"]["parts"]["new"] = more["claims"]["C1"]["parts"]["no_gain"]
    with pytest.raises(LabError, match=r"C1\.new: this criterion has no seal; commit .* --write$"):
        check_seals(more, world["register"])
    less = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    less["claims"]["C1"]["parts"]["no_gain"]["decides"] = False
    with pytest.raises(LabError, match=r"C1\.no_gain: this seal has no criterion; put .* --write$"):
        check_seals(less, world["register"])
    with pytest.raises(LabError, match=r"register\.json: .* git checkout -- .*register\.json$"):
        check_seals(declared, tmp_path / "register.json")
    check_seals({"settings": {}}, tmp_path / "register.json")


def test_an_unsealed_criterion_is_not_judged(world, tmp_path):
    def edit(register):
        del register["criteria"]["C8.fixed"]

    inputs = with_register(world, tmp_path, edit)
    with pytest.raises(LabError, match=r"C8\.fixed: this criterion has no seal"):
        evaluated(inputs, tmp_path / "claims.json")
    assert not (tmp_path / "claims.json").exists()


def test_a_register_without_a_setting_is_refused(world, tmp_path):
    def edit(register):
        register["settings"] = {}

    with pytest.raises(LabError, match=r"register\.json: C1\.no_gain: no setting .*; commit"):
        evaluated(with_register(world, tmp_path, edit), tmp_path / "claims.json")


def test_the_sample_writes_what_the_program_reads(tmp_path):
    experiments = expand_experiments(apply_preset(CONFIG | {"preset": "full"}))
    write_sealed(tmp_path / "register.json", CLAIMS, experiments)
    written = json.loads((tmp_path / "register.json").read_text())["criteria"]
    real = json.loads(CLAIMS.with_name("register.json").read_text())["criteria"]
    latest = {name: one["seals"][-1]["digest"] for name, one in real.items()}
    assert {name: one["seals"][0]["digest"] for name, one in written.items()} == latest


@pytest.mark.parametrize(
    ("lack", "line"),
    [
        ({"what": "run", "registered": "one", "found": None}, "run: one"),
        ({"what": "split", "registered": "one", "found": "two"}, "split: one, not two"),
    ],
)
def test_what_is_lacking_is_said_in_a_line(lack, line):
    assert lack_line(lack) == line
