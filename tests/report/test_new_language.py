"""A language in Latin letters, here German: both checks work, and the report is in it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from project_copy import copy_project, run_in
from report_sample import build_inputs

from backprop_lab.errors import LabError
from backprop_lab.planning.validation import check_languages
from backprop_lab.report.assets import TEXTS
from backprop_lab.report.checks import check_report
from backprop_lab.report.page import PageParser
from backprop_lab.report.render import render_html, render_pdf
from backprop_lab.report.source import fill
from backprop_lab.report.translation_checks import check_translation


def german(folder: Path):
    """The sample report's inputs in German, in a folder of its own, to be changed."""
    inputs = build_inputs(folder)
    return replace(inputs, template=folder / "text/de/lab-report.md")


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("de")
    inputs = german(folder)
    render_html(inputs, folder / "r.html")
    render_pdf(inputs, folder / "r.pdf")
    return inputs, folder / "r.html", folder / "r.pdf"


def test_a_translation_passes_both_checks(rendered):
    check_translation(rendered[0].template)
    checked = check_report(*rendered)
    assert (checked.sections, checked.figures, checked.tables, checked.equations) == (7, 2, 3, 2)


def test_the_page_is_in_its_language(rendered):
    page = rendered[1].read_text(encoding="utf-8")
    assert '<html lang="de">' in page
    assert "23. September 2024" in page
    assert ">Abbildung\u00a01</a>" in page
    assert "Alle 60 Zeilen zeigen" in page
    assert "Zum Text springen" in page
    assert not re.search(r"\b(Figure|Table|Contents|Section)\b", PageParser.read(rendered[1]).text)
    assert '@font-face { font-family: "Report Serif"' in page
    assert '@font-face { font-family: "Report CJK' not in page


def test_the_pdf_is_in_its_language(rendered):
    from pypdf import PdfReader

    reader = PdfReader(rendered[2])
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert re.search(r"Abbildung\s1\.", text)
    assert re.search(r"Tabelle\s1\.", text)
    assert reader.root_object["/Lang"].startswith("de")


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        (
            "lab-report.md",
            "Dasselbe, kleiner.",
            "The same, smaller.",
            r"lab-report\.md:\d+: left in English: 'The same, smaller",
        ),
        (
            "lab-report.md",
            "Es lernt durch\nRückwärtsrechnung",
            "It learns by\nbackpropagation",
            r"lab-report\.md:\d+: left in English: 'It learns by'",
        ),
        ("lab-report.md", "# Ergebnisse", "# Results", r"left in English: '# Results"),
        ("labels.yaml", "runs: Läufe", "runs: Runs", r"labels\.yaml: runs is left in English"),
        ("labels.yaml", "März", "March", r"labels\.yaml: months is left in English"),
        ("words.yaml", "Genauigkeit", "accuracy", r"words\.yaml: axis\.accuracy is left in Engl"),
        (
            "claims.yaml",
            "Die schwächste Lesart",
            "The weakest reading",
            r"claims\.yaml: C1\.parts\.",
        ),
        ("claims.yaml", "task1.val_accuracy_mean", "gap", r"C1\.text: lacks the fact, file or cl"),
        ("lab-report.md", "[](#sec-rerun) und ", "", r"lacks the reference to 'sec-rerun'"),
    ],
)
def test_what_is_left_in_english_or_lacking_is_found(tmp_path, name, old, new, finding):
    template = german(tmp_path).template
    rewrite(template.with_name(name), old, new)
    with pytest.raises(LabError, match=finding) as caught:
        check_translation(template)
    assert "\n" not in str(caught.value)


def test_words_written_alike_are_listed_by_the_language(tmp_path):
    template = german(tmp_path).template
    rewrite(template.with_name("labels.yaml"), "Rate, Integral,", "Rate,")
    with pytest.raises(LabError, match=r"spoken\.int is left in English: 'Integral'.*same_as_engl"):
        check_translation(template)


@pytest.mark.parametrize("text", ["Abbildung 4", "Abbildungen 2, 3 und 4", "Abschnitt 7.1"])
def test_a_place_in_the_original_may_be_named(tmp_path, text):
    inputs = german(tmp_path)
    rewrite(inputs.template, "Ein Zitat.", f"Siehe {text}.")
    fill(inputs)


@pytest.mark.parametrize(
    ("text", "number"), [("98,21 % davon", "98,21 %"), ("nach 40 Epochen", "40"), ("figure 4", "4")]
)
def test_a_typed_number_is_found(tmp_path, text, number):
    inputs = german(tmp_path)
    rewrite(inputs.template, "Ein Zitat.", f"Siehe {text}.")
    with pytest.raises(LabError, match=rf"lab-report\.md:\d+: the number '{number}' is typed"):
        fill(inputs)


def test_a_build_refuses_a_language_without_texts(tmp_path):
    project = copy_project(tmp_path / "project")
    rewrite(project / "config.yaml", "    - zh-TW\n", "    - fr\n")
    output = run_in(project, "-m", "snakemake", "-n", "--cores", "1", ok=False)
    assert "report.languages: fr has no folder with lab-report.md in report/text" in output
    assert "the languages there are en, zh-TW" in output


def texts(folder: Path, *languages: str) -> Path:
    for language in languages:
        (folder / language).mkdir()
        for name in TEXTS:
            (folder / language / name).touch()
    return folder


def test_languages_with_a_whole_folder_pass(tmp_path):
    check_languages(["de"], texts(tmp_path, "en", "de"))


@pytest.mark.parametrize("language", ["fr", "EN"])
def test_a_language_without_a_folder_is_refused(tmp_path, language):
    with pytest.raises(LabError, match=rf"{language} has no folder .* there are de, en$"):
        check_languages(["en", language], texts(tmp_path, "en", "de"))


def test_english_is_there_to_compare_with(tmp_path):
    with pytest.raises(LabError, match="en has no folder"):
        check_languages(["de"], texts(tmp_path, "de"))


def test_a_folder_lacks_no_file(tmp_path):
    folder = texts(tmp_path, "en", "de")
    (folder / "de/words.yaml").unlink()
    (folder / "de/parity.md").unlink()
    with pytest.raises(LabError, match=r"de lacks parity\.md, words\.yaml; translate"):
        check_languages(["de"], folder)
