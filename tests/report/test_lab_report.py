"""The report's own template, filled with made-up results of each preset and data set."""

import json
import re
from dataclasses import replace

import pytest
from built_out import PRESETS, REPORT, build_out

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place
from backprop_lab.facts.verified import add_verified
from backprop_lab.report.markdown import escape
from backprop_lab.report.source import fill


@pytest.mark.parametrize("preset", PRESETS)
def test_template_asks_for_nothing_that_is_missing(built, preset):
    source = fill(built[preset])
    assert not re.search(r"\b(None|nan|Undefined)\b", source.markdown)
    sections = re.findall(r"^# (.*?) \{", source.markdown, re.MULTILINE)
    assert sections[:10] == [
        "Which claims hold?",
        "How to read this report",
        "The network",
        "The loss function",
        "Activation functions",
        "Hyperparameters",
        "Optimisers",
        "Task 1 against Task 2",
        "Results",
        "References",
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_figure_that_was_built_is_shown(built, preset):
    drawn = {path.stem for path in built[preset].figures.glob("*.svg")}
    assert set(fill(built[preset]).figures) == drawn


@pytest.mark.parametrize("preset", PRESETS)
def test_references_of_the_report_lead_somewhere(built, preset):
    markdown = fill(built[preset]).markdown
    labels = re.findall(r"\{#((?:sec|fig|tbl|eq)-[\w-]+)", markdown)
    assert len(labels) == len(set(labels))
    assert set(re.findall(r"\]\(#([\w-]+)\)", markdown)) <= set(labels)


def test_every_citation_is_in_the_bibliography(built):
    bibliography = (REPORT / "references.bib").read_text()
    known = set(re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE))
    used = set(re.findall(r"(?<![\w`])@([a-z]+\d{2,4}\w*)", fill(built["full"]).markdown))
    used |= {"xiao2017", "clanuwat2018", "alpaydin1998", "pedregosa2011"}  # other data sets
    assert used == known
    assert {f"original{number:02d}" for number in range(1, 19)} <= known


@pytest.mark.parametrize("preset", ["embedded", "embedded-quick", "fashion", "own"])
def test_other_data_are_named_and_not_set_against_the_original(built, preset):
    inputs = built[preset]
    markdown = fill(inputs).markdown
    title = json.loads(inputs.dataset.read_text())["title"]
    assert markdown.count(escape(title)) + markdown.count(title) >= 5
    keys = set(re.findall(r'data-key="(published\.[^"]+)"', markdown))
    assert not [key for key in keys if not key.endswith(".epoch")]
    assert "claims.C14.printed_gap" not in markdown
    assert "original, training" not in markdown


def test_the_report_says_what_images_and_classes_there_are(built):
    texts = {name: fill(built[name]).markdown for name in ("full", "own")}
    plain = {
        name: re.sub(r"\[([^][]*)\]\{\.fact[^}]*\}", r"\1", text) for name, text in texts.items()
    }
    assert ", 28 by 28 pixels each, of 10 classes." in plain["full"]
    assert "of $N$ rows and 784 columns" in plain["full"]
    assert ", 12 by 9 pixels each, of 10 classes. Their licence: CC BY 4" in plain["own"]
    assert "of $N$ rows and 108 columns" in plain["own"]
    assert "The test images came as such" in plain["own"]
    assert "28 by 28" not in plain["own"]


def test_numbers_of_the_original_stand_beside_ours_on_mnist(built):
    markdown = fill(built["full"]).markdown
    for figure in (2, 3, 4, 6, 9, 10, 12):
        assert f'data-key="published.figure{figure}.' in markdown


def test_every_figure_has_words_for_a_blind_reader(built):
    source = fill(built["full"])
    markdown = source.markdown
    alts = re.findall(r'inline-svg alt="([^"]*)"', markdown)
    assert len(alts) == len(source.figures) >= 14
    assert all(len(alt) > 80 for alt in alts)
    displayed = re.findall(r"\$\$\]\{([^\n]*)\}", markdown)
    assert displayed
    assert all('alt="' in attributes for attributes in displayed)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (None, "The repository holds no results of this preset"),
        ({"same": 9, "within": 0}, "written on the same platform, of 12 runs and verdicts 9 agree"),
        ({"same": 2, "within": 7}, "written on another platform, of 12 runs and verdicts 2 agree"),
    ],
)
def test_the_report_says_how_the_build_compares(tmp_path, outcome, said):
    inputs = build_out(tmp_path)
    if outcome:
        verified = tmp_path / "verified.json"
        counts = outcome | {"different": 2, "missing": 1}
        own = outcome["within"] == 0
        content = {"manifest": "quick.json", "own_platform": own, "counts": counts}
        verified.write_text(json.dumps(content))
        book = FactBook(tmp_path)
        add_verified(book, verified)
        facts = json.loads(inputs.facts.read_text()) | book.facts
        inputs.facts.write_text(json.dumps(facts))
    text = re.sub(r"\[([^\]]*)\]\{\.fact[^}]*\}", r"\1", fill(inputs).markdown)
    assert said in text
    if outcome:
        assert f"{outcome['within']} within tolerance, 2 differ and 1 are missing" in text


def test_the_report_says_which_looks_were_taken(tmp_path):
    inputs = build_out(tmp_path)
    assert "In this build no criterion was given further seeds." in fill(inputs).markdown
    book = FactBook(tmp_path)
    facts = {"n_criteria": (2, "count"), "n_decided": (1, "count")}
    facts |= {"ceiling": (40, "count"), "wrong": (0.05, "fraction")}
    for name, (value, unit) in facts.items():
        book.add(f"claims.sequential.{name}", value, unit, Place(inputs.claims))
    book.facts |= json.loads(inputs.facts.read_text())
    book.write(inputs.facts)
    (inputs.tables / "looks.csv").write_text(
        "claim,part,look,n,level,unit,estimate,low,high,outcome\n"
        "C8,fixed,1,3,0.95,fraction,0.05,-0.04,0.14,undecided\n"
        "C8,fixed,2,5,0.9973,fraction,0.05,0.01,0.09,supported\n"
    )
    for language in ("en", "zh-TW"):
        template = REPORT / "text" / language / "lab-report.md"
        markdown = fill(replace(inputs, template=template)).markdown
        assert "99.73" in markdown
        assert "#tbl-looks" in markdown
        assert "claims.sequential.n_decided" in markdown
