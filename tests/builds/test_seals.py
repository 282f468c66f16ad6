"""The register of sealed criteria, against the git history: this project's and small ones."""

import json
import shutil

import pytest
import yaml
from criterion_repository import CLAIMS, CONFIG, GRID, ROOT, edited

from backprop_lab.builds.refutations import REGISTER
from backprop_lab.builds.registration import Told, contradictions, write_register
from backprop_lab.builds.seals import replay
from backprop_lab.claims.deciding import changed
from backprop_lab.cli.main import main
from backprop_lab.errors import LabError


@pytest.fixture(scope="module")
def history():
    try:
        return replay(ROOT)
    except LabError as error:
        pytest.skip(str(error))


def test_the_history_of_this_project_has_the_two_known_amendments(history):
    last, found = {}, set()
    for one in history.changes:
        if one.criterion in last:
            keys = tuple(changed(last[one.criterion], one.content))
            found.add((one.commit[:7], one.criterion, keys))
        last[one.criterion] = one.content
    assert found >= {
        ("51a9142", "C9.one_layer", ("measure",)),
        ("51a9142", "C9.three_layers", ("measure",)),
        ("8df5a87", "C2.reaches", ("setting",)),
        ("8df5a87", "C2.gains", ("first",)),
    }
    sealed = {one.commit[:7] for one in history.changes[:37]}
    # Its runs could be trained by an earlier commit: nobody can say that there were no results.
    assert sealed == {"f28d2d8"}
    assert {one.runs_since[:7] for one in history.changes[:37]} == {"496dab0"}


def test_the_register_of_this_project_does_not_contradict_git(history):
    assert contradictions(ROOT) == []


@pytest.mark.parametrize(
    ("config", "claims"),
    [
        (edited(CONFIG, [0, 1, 2, 3], "seeds"), CLAIMS),
        (edited(CONFIG, {"grid": GRID}, "experiments", "other"), CLAIMS),
        (CONFIG, edited(CLAIMS, {"section": "2"}, "claims", "C1", "where")),
        # A run that another experiment trains, too.
        (
            edited(CONFIG, {"grid": GRID | {"learning_rate": [1]}}, "experiments", "other"),
            edited(CLAIMS, ["other", "sweep"], "settings", "best", "experiments"),
        ),
    ],
    ids=["seeds", "experiment", "words", "moved"],
)
def test_what_does_not_decide_amends_nothing(repository, config, claims):
    first = repository.commit()
    repository.write(config, claims)
    repository.commit()
    assert repository.changes() == [(first, "C1.reaches", False)]


@pytest.mark.parametrize(
    ("config", "claims"),
    [
        (edited(CONFIG, [20], "experiments", "sweep", "grid", "epochs"), CLAIMS),
        (edited(CONFIG, [0.1, 1, 2], "experiments", "sweep", "grid", "learning_rate"), CLAIMS),
        (CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above")),
        (CONFIG, edited(CLAIMS, "lowest", "settings", "best", "pick")),
        (CONFIG, edited(CLAIMS, {"learning_rate": 1}, "settings", "best", "where")),
    ],
    ids=["epochs", "candidate", "margin", "pick", "where"],
)
def test_what_decides_amends(repository, config, claims):
    first = repository.commit()
    repository.write(config, claims)
    second = repository.commit()
    assert repository.changes() == [(first, "C1.reaches", False), (second, "C1.reaches", False)]


def test_the_value_of_a_named_bound_decides(repository):
    repository.commit()
    stated = repository.folder / "report/original/stated.csv"
    lines = stated.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if line.startswith("target_accuracy,"))
    lines[number] = lines[number].replace("0.96", "0.9")
    stated.write_text("\n".join([*lines, ""]))
    repository.commit()
    assert len(repository.changes()) == 2


def test_a_merge_amends_only_what_no_parent_has(repository):
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "other")
    repository.write(CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    amended = repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write(edited(CONFIG, [0, 1], "seeds"), CLAIMS)
    repository.commit()
    repository.git("merge", "--quiet", "--no-edit", "other")
    assert [commit for commit, _, _ in repository.changes()][1:] == [amended]


def test_a_criterion_that_no_longer_decides_is_withdrawn(repository):
    repository.commit()
    keys = ("claims", "C1", "parts", "reaches", "decides")
    repository.write(CONFIG, edited(CLAIMS, False, *keys))
    withdrawn = repository.commit()
    assert repository.changes()[1] == (withdrawn, "C1.reaches", True)
    write_register(repository.folder, Told())
    assert repository.register()["decides"] is None
    assert contradictions(repository.folder) == []


def test_reasons_stay_when_the_register_is_written_again(repository):
    repository.commit()
    write_register(repository.folder, Told())
    repository.write(CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    second = repository.commit()
    told = Told({"C1": "equal_grid"}, {"C1.reaches": "yes"})
    write_register(repository.folder, told)
    write_register(repository.folder, Told())
    first, amendment = repository.register()["seals"]
    assert "reason" not in first
    assert first["results_existed"] == "unknown"
    assert amendment["commit"] == second
    assert (amendment["reason"], amendment["results_existed"]) == ("equal_grid", "yes")
    assert amendment["changed"] == ["above"]
    assert contradictions(repository.folder) == []


def test_a_register_that_git_does_not_know_is_kept(repository):
    repository.commit()
    write_register(repository.folder, Told())
    sealed = repository.register()["seals"]
    # Packed without its history, and taken into git anew.
    shutil.rmtree(repository.folder / ".git")
    (repository.folder / ".git").mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit()
    write_register(repository.folder, Told())
    assert repository.register()["seals"] == sealed
    assert "has no commit" in contradictions(repository.folder)[0]
    repository.write(CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    second = repository.commit()
    write_register(repository.folder, Told())
    assert repository.register()["seals"][0] == sealed[0]
    assert [one["commit"] for one in repository.register()["seals"]][1:] == [second]


def test_a_contradiction_is_one_line_with_the_claim_and_the_remedy(repository, monkeypatch, capsys):
    repository.commit()
    path = write_register(repository.folder, Told())
    good = path.read_text()
    monkeypatch.chdir(repository.folder)

    def line(text=good):
        path.write_text(text)
        with pytest.raises(SystemExit) as ended:
            main(["register", "--check"])
        assert ended.value.code == 1
        found = capsys.readouterr().err.splitlines()
        assert len(found) == 1
        assert found[0].startswith("error: report/register.json: ")
        return found[0]

    digest = json.loads(good)["criteria"]["C1.reaches"]["seals"][0]["digest"]
    assert "C1.reaches: the register has commit" in line(good.replace(digest, "0" * 64))
    assert "C1.reaches: what the register says that decides" in line(
        good.replace('"pick": "best"', '"pick": "lowest"')
    )
    assert "asks for 2 seeds" in line(good.replace('"seeds": 3', '"seeds": 2'))
    unsealed = json.loads(good) | {"criteria": {}}
    assert "C1.reaches: this criterion has no seal" in line(json.dumps(unsealed))
    # The working tree: a margin, and too few seeds.
    repository.write(CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    assert "C1.reaches: report/claims.yaml or config.yaml has changed since (above)" in line()
    repository.write(edited(CONFIG, [0], "seeds"), CLAIMS)
    assert "config.yaml asks for 1 of the seeds that it needs, 3" in line()
    repository.write(CONFIG, CLAIMS)
    path.write_text(good)
    assert main(["register", "--check"]) == 0
    (repository.folder / "report/claims.yaml").write_text(
        yaml.safe_dump(edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    )
    repository.commit()
    assert "git has an amendment in" in line()


def test_no_results_is_believed_only_where_the_runs_are_new(repository):
    repository.write(CONFIG, {"settings": {}, "claims": {}})
    repository.commit()
    repository.write(CONFIG, CLAIMS)
    repository.commit()
    with pytest.raises(LabError, match=r"C1\.reaches: says that no results existed .* write unkn"):
        write_register(repository.folder, Told(results={"C1": "no"}))
    grid = {"grid": GRID | {"epochs": [3]}}
    claims = edited(CLAIMS, ["new"], "settings", "best", "experiments")
    repository.write(edited(CONFIG, grid, "experiments", "new"), claims)
    repository.commit()
    write_register(repository.folder, Told(results={"C1.reaches": "no"}))
    assert repository.register()["seals"][1]["results_existed"] == "no"


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (Told({"C9": "equal_grid"}), "C9: no criterion or claim has this name"),
        (Told({"C1": "a_whim"}), r"a_whim: .*labels\.yaml has no words for it"),
        (Told(results={"C1": "perhaps"}), "perhaps: is none of no, yes, unknown"),
    ],
)
def test_what_is_told_must_fit(repository, told, message):
    repository.commit()
    with pytest.raises(LabError, match=message):
        write_register(repository.folder, told)
    assert not (repository.folder / REGISTER).exists()


def test_without_git_or_its_whole_history_it_says_so(repository, tmp_path_factory):
    repository.commit()
    repository.write(edited(CONFIG, [0, 1], "seeds"), CLAIMS)
    repository.commit()
    shallow = tmp_path_factory.mktemp("clone") / "shallow"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(shallow))
    with pytest.raises(LabError, match="git fetch --unshallow"):
        replay(shallow)
    shutil.rmtree(shallow / ".git")
    with pytest.raises(LabError, match="no git repository, so no history can be replayed"):
        replay(shallow)


def test_the_command_prints_the_register(repository, monkeypatch, capsys):
    commit = repository.commit()
    write_register(repository.folder, Told())
    monkeypatch.chdir(repository.folder)
    assert main(["register"]) == 0
    assert commit[:7] in capsys.readouterr().out
    assert main(["register", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["changes"]
    assert [(one["commit"], one["event"], one["label"]) for one in found] == [
        (commit, "sealed", "sealed")
    ]


RULE = {"looks": [5, 10], "wrong": 0.05}


def with_rule(**changes):
    """The claims with a rule of further seeds."""
    return CLAIMS | {"sequential": RULE | changes}


def test_the_rule_of_further_seeds_is_sealed_and_amended_like_a_criterion(
    repository, monkeypatch, capsys
):
    repository.commit()
    repository.write(CONFIG, with_rule())
    sealed = repository.commit()
    write_register(repository.folder, Told(results={"sequential": "yes"}))
    path = repository.folder / REGISTER
    rule = json.loads(path.read_text())["sequential"]
    assert rule["decides"] == RULE
    assert [(one["commit"], one["results_existed"]) for one in rule["seals"]] == [(sealed, "yes")]
    assert contradictions(repository.folder) == []

    repository.write(CONFIG, with_rule(wrong=0.5))
    monkeypatch.chdir(repository.folder)
    with pytest.raises(SystemExit):
        main(["register", "--check"])
    assert capsys.readouterr().err == (
        "error: report/register.json: sequential: report/claims.yaml has changed since (wrong): it "
        "is post hoc; commit report/claims.yaml, then: backprop-lab register --write\n"
    )
    amended = repository.commit()
    write_register(repository.folder, Told())
    rule = json.loads(path.read_text())["sequential"]
    assert [(one["commit"], one.get("changed")) for one in rule["seals"]] == [
        (sealed, None),
        (amended, ["wrong"]),
    ]
    # Runs could be trained before there was a rule.
    with pytest.raises(LabError, match="sequential: says that no results existed"):
        write_register(repository.folder, Told(results={"sequential": "no"}))


def test_a_rule_without_a_seal_is_a_contradiction(repository):
    repository.commit()
    write_register(repository.folder, Told())
    repository.write(CONFIG, with_rule())
    assert contradictions(repository.folder) == [
        "report/register.json: sequential: the rule of further seeds has no seal; commit "
        "report/claims.yaml, then: backprop-lab register --write"
    ]


def test_a_register_that_is_gone_is_not_written_without_what_only_it_knows(repository):
    repository.commit()
    path = write_register(repository.folder, Told(results={"C1": "yes"}))
    repository.commit()
    path.unlink()
    with pytest.raises(LabError, match=r"git checkout -- report/register\.json"):
        write_register(repository.folder, Told())
    path.write_text("{")
    with pytest.raises(LabError, match=r"not JSON .* git checkout -- .*register\.json"):
        write_register(repository.folder, Told())
