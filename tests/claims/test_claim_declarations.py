"""The file of claims: a wrong declaration is refused by name, every text is in every language."""

import re

import pytest
import yaml
from claims_sample import CLAIMS, CONFIG, SCHEMA, collect_world, evaluated

from backprop_lab.claims.declaration import claim_words, load_claims
from backprop_lab.errors import LabError


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Return all inputs of write_claims, of a world in which nothing differs."""
    return collect_world(tmp_path_factory.mktemp("plain"), lambda run: {})


def test_an_experiment_that_config_yaml_lacks_is_named(inputs, tmp_path):
    known = [name for name in CONFIG["experiments"] if name != "sweep_width"]
    with pytest.raises(LabError, match=r"claims\.C2\.parts\.reaches\.setting: .*'sweep_width'"):
        evaluated(inputs, tmp_path / "claims.json", known)
    assert not (tmp_path / "claims.json").exists()


def _set(declared, path, value):
    *parents, last = path.split(".")
    for key in parents:
        declared = declared[key]
    declared[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("claims.C8.parts.fixed.margin", 0.1, r"claims\.C8\.parts\.fixed: .*'margin'"),
        ("claims.C8.parts.fixed.first", "nobody", r"claims\.C8\.parts\.fixed\.first: .*'nobody'"),
        ("claims.C8.parts.fixed.above", "stated.nothing", r"C8\.parts\.fixed\.above: .*'stated\.n"),
        ("claims.C8.parts.fixed.above", "lots", r"claims\.C8\.parts\.fixed\.above: .*'lots'"),
        ("claims.C8.parts.fixed.kind", "guess", r"claims\.C8\.parts\.fixed\.kind: .*'guess'"),
        ("claims.C8.parts.fixed.below", -1, r"C8\.parts\.fixed: above 0 leaves nothing below -1"),
        ("claims.C8.printed", ["published.figure99.last.val_loss"], r"C8\.printed: .*figure99"),
        ("claims.C8.parts.fixed.measure", {"quantity": "speed"}, r"measure\.quantity: 'speed'"),
        ("claims.C9.parts.one_layer.measure.at", "best", r"C9\.parts\.one_layer\.measure: 'at'"),
        ("claims.C8.untestable", "lazy", r"claims\.C8\.untestable: 'lazy'"),
        ("claims.C8.parts", {}, r"claims\.C8\.parts"),
        ("claims.C6.parts.large_worse.setting", "one_layer", r"C6.*'one_layer' needs `over`"),
        ("claims.C12.parts.matches.within", -1, r"claims\.C12\.parts\.matches\.within"),
        ("settings.one_layer.where", {"layers": 1}, r"settings\.one_layer\.where: .*'layers'"),
        ("settings.one_layer.where.activation", "tahn", r"where\.activation: 'tahn' is not one of"),
        ("claims.C8.parts.fixed.experiments", [], r"C8\.parts\.fixed: .*'experiments'"),
    ],
)
def test_a_wrong_declaration_is_refused_by_claim_and_key(inputs, tmp_path, path, value, message):
    declared = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    _set(declared, path, value)
    claims = tmp_path / "claims.yaml"
    claims.write_text(yaml.safe_dump(declared))
    with pytest.raises(LabError, match=message) as caught:
        evaluated(inputs | {"claims": claims}, tmp_path / "claims.json")
    assert not (tmp_path / "claims.json").exists()
    assert "\n" not in str(caught.value)


def test_a_criterion_without_a_region_is_refused(tmp_path):
    declared = yaml.safe_load(CLAIMS.read_text(encoding="utf-8"))
    del declared["claims"]["C8"]["parts"]["fixed"]["above"]
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(declared))
    with pytest.raises(LabError, match=r"claims\.C8\.parts\.fixed: decides nothing"):
        load_claims(path, SCHEMA)


TEXTS = CLAIMS.parent / "text"
LANGUAGES = sorted(path.name for path in TEXTS.iterdir())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language):
    words = claim_words(load_claims(CLAIMS, SCHEMA), TEXTS / language / "claims.yaml")
    assert all(claim["text"] for claim in words.values())
    assert words["C8"]["parts"]["fixed"]["why"]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda texts: texts["C8"].pop("text"), "lacks the text C8.text"),
        (lambda texts: texts["C8"].update(text=" "), "lacks the text C8.text"),
        (lambda texts: texts["C8"].update(text=8), "lacks the text C8.text"),
        (lambda texts: texts.pop("C3"), "lacks the text C3.text"),
        (lambda texts: texts["C8"].pop("parts"), "lacks the text C8.parts.fixed.why"),
        (lambda texts: texts.update(C99={"text": "A claim."}), "C99.text belongs to no claim"),
        (lambda texts: texts["C8"]["parts"]["fixed"].update(note="A."), "C8.parts.fixed.note bel"),
    ],
)
def test_a_missing_or_surplus_text_is_named(tmp_path, change, finding):
    texts = yaml.safe_load((TEXTS / "en/claims.yaml").read_text(encoding="utf-8"))
    change(texts)
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(texts))
    with pytest.raises(LabError, match=re.escape(finding)) as caught:
        claim_words(load_claims(CLAIMS, SCHEMA), path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_measured_number_is_typed_in_a_text(language):
    # A single digit numbers a task; the range of raw pixels is no result.
    words = claim_words(load_claims(CLAIMS, SCHEMA), TEXTS / language / "claims.yaml")
    for claim in words.values():
        texts = [claim["text"], *(t for part in claim["parts"].values() for t in part.values())]
        for text in texts:
            prose = re.sub(r"<<.*?>>|0-255", "", text)
            assert not re.search(r"\d[\d.,]*\d", prose), text
