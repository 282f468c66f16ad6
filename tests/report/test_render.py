"""The report's toolchain: formats, templates, tables, both outputs."""

import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from report_sample import REPORT, build_inputs, write_csv
from whole import write_document

from backprop_lab.errors import LabError
from backprop_lab.report.assets import ASSETS, TEXTS
from backprop_lab.report.facts import KnownFacts
from backprop_lab.report.formats import ENGLISH, format_number
from backprop_lab.report.render import render_html, render_pdf
from backprop_lab.report.rows import read_rows
from backprop_lab.report.source import fill
from backprop_lab.report.tables import Column


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (0.98214, "percent", "98.21\u202f%"),
        (0.98214, "percent:1", "98.2\u202f%"),
        (1.0, "percent:0", "100\u202f%"),
        (-0.024, "points", "−2.40"),
        (0.024, "signed:points:1", "+2.4"),
        (-0.00001, "signed:points:2", "±0.00"),
        (-0.00001, "points:2", "0.00"),
        (-0.024, "abs:points:2", "2.40"),
        (0.063121, "fixed", "0.0631"),
        (724.5391, "fixed:1", "724.5"),
        (50000, "integer", "50,000"),
        (1.7341, "ratio", "1.73×"),
        (1.384, "seconds:1", "1.4\u202fs"),
        (4512, "duration", "1\u202fh 15\u202fmin"),
        (59.2, "duration", "59\u202fs"),
        (59.6, "duration", "1\u202fmin"),
        (3599, "duration", "1\u202fh 0\u202fmin"),
        (11594722, "bytes", "11.6\u202fMB"),
        (512, "bytes", "512\u202fbytes"),
        (999_499, "bytes", "999\u202fkB"),
        (999_999, "bytes", "1.0\u202fMB"),
        (99_960, "bytes", "100\u202fkB"),
        (1234.5, "general:3", "1,230"),
        (0.00031, "scientific", "3.1\u00a0×\u00a010⁻⁴"),
        (0.001, "general", "0.001"),
        (286000, "general:3", "286,000"),
        (0.00051234, "general:3", "0.000512"),
        (0, "general", "0"),
        ("ReLU", "text", "ReLU"),
    ],
)
def test_format_number(value, spec, text):
    assert format_number(value, spec) == text


def test_format_with_deviation_and_without_unit():
    assert format_number(0.98214, "percent:2", std=0.00051) == "98.21\u00a0±\u00a00.05\u202f%"
    assert format_number(0.98214, "percent:2", std=0.00051, unit=False) == "98.21\u00a0±\u00a00.05"
    assert format_number(1.5, "seconds:1", unit=False) == "1.5"
    assert format_number(0.5, "percent:0", style=ENGLISH | {"percent": "%"}) == "50%"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "0.5", True])
def test_format_refuses_what_is_no_number(value):
    with pytest.raises(LabError, match="number"):
        format_number(value, "percent:2")


@pytest.mark.parametrize("spec", ["percents", "percent:x", "integer:2", "signed:", ""])
def test_unknown_format(spec):
    with pytest.raises(LabError, match="format"):
        format_number(1.0, spec)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('a\n\n<< fact("task1.val_acuracy_mean") >>', r"short\.md:7: no fact .*did you mean"),
        ("<< none >>", r":5: a value to print is None"),
        ("\n<< nothing >>", r":6: 'nothing' is undefined"),
        ('<< fact("gap", "per cent") >>', r"fact 'gap'.*format 'per cent'"),
        ("<% if true %>\nx", r":\d+: .*endif"),
        ('<< figure("absent", caption="c", alt="a") >>', "figure 'absent'.*not found"),
        ('<< figure("curves", caption="c") >>', "figure 'curves': needs alt"),
        ('<< figure("curves", alt="a") >>', "figure 'curves': needs a caption"),
        ('<< figure("curves", caption="c", alt="a", width="5cm") >>', "width '5cm'"),
        ('<< figure("curves", caption="c", alt="a", widht="x") >>', "argument 'widht'"),
        ('<< table("log", caption="c", columns=[], size="tiny") >>', "size 'tiny' is not normal"),
        ('<< table("log", columns=[column("epoch", "E")]) >>', "table 'log': needs a caption"),
        ('<< table("absent", caption="c", columns=[]) >>', "absent.csv: not found"),
        (
            '<< table("log", caption="c", columns=[column("epochs", "E")]) >>',
            "no column 'epochs'; it has epoch",
        ),
        (
            '<< table("log", caption="c", columns=[column("epoch", "E")], where={"epoch": 99}) >>',
            "no row has",
        ),
        (
            '<< table("settings", caption="c", columns=[column("test_accuracy_mean", "T")]) >>',
            "row 8: test_accuracy_mean is nan; give the column missing=",
        ),
        ('<% include "absent.md" %>', "template absent.md is not found"),
    ],
)
def test_what_a_template_may_not_say(tmp_path, template, message):
    with pytest.raises(LabError, match=message) as error:
        fill(build_inputs(tmp_path, template))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("See [](#fig-absent) and [](#sec-none).", "unknown reference #fig-absent; .*#sec-none"),
        ("As @nobody1999 showed.", "nobody1999 not found"),
        ("$$ x $$", "write displayed equations as"),
        ("[$$ x $$]{#eq-x}", "an equation needs alt="),
        ('[$$ x $$]{#formula alt="x"}', "needs a name such as {#eq-name}"),
        ("# One {#a}\n\n# Two {#a}", "two things are called #a"),
        ("![Words](figures/curves.svg){#fig-x}", "figure #fig-x needs alt="),
        (
            "| a | b |\n|---|---|\n| c | d |\n\n: Caption\n",
            "a table needs a name such as {#tbl-name}",
        ),
        ("[$\\nosuchmacro{x}$]{alt='x'}", "(?i)nosuchmacro"),
    ],
)
def test_what_stops_the_build(tmp_path, template, message):
    output = tmp_path / "report.out"
    output.write_text("of an earlier build")
    with pytest.raises(LabError, match=message) as error:
        render_html(build_inputs(tmp_path, template), output)
    assert "\n" not in str(error.value)
    assert output.read_text() == "of an earlier build"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_character_without_a_glyph_stops_the_pdf(tmp_path):
    with pytest.raises(LabError, match="PDF: "):
        render_pdf(build_inputs(tmp_path, "The sign \U0001fa70 needs a font."), tmp_path / "r.pdf")


def test_front_matter_is_needed(tmp_path):
    inputs = build_inputs(tmp_path, "text")
    inputs.template.write_text("text only\n")
    with pytest.raises(LabError, match="front matter"):
        fill(inputs)


def test_conditions_and_raw_values(tmp_path):
    template = (
        '<% if has("task1.epochs") and value("task1.epochs") == 40 %>\nyes\n<% endif %>\n'
        '<% if has("absent") or has_table("absent") or has_figure("absent") %>\nno\n<% endif %>\n'
        '<% for row in rows("log", where={"epoch": range(2, 4)}) %>\nepoch << row.epoch >>\n'
        "<% endfor %>\n"
    )
    text = fill(build_inputs(tmp_path, template)).markdown
    assert text.endswith("---\nyes\nepoch 2\nepoch 3\n")


def test_fact_carries_its_source(tmp_path):
    text = fill(build_inputs(tmp_path, '<< fact("task1.val_accuracy_mean", "percent:1") >>'))
    assert 'data-key="task1.val_accuracy_mean"' in text.markdown
    assert 'data-source="results/tables/finals.csv"' in text.markdown
    assert 'data-runs="3"' in text.markdown
    assert "snakemake --cores 1 --force results/tables/finals.csv" in text.markdown


def test_a_command_names_the_preset(tmp_path, monkeypatch):
    inputs = build_inputs(tmp_path, '<< fact("task1.val_accuracy_mean") >>')
    shutil.copytree(tmp_path / "results", tmp_path / "copy")
    (tmp_path / "copy").rename(tmp_path / "results/quick")
    monkeypatch.chdir(tmp_path)
    quick = replace(
        inputs, facts=Path("results/quick/facts.json"), tables=Path("results/quick/tables")
    )
    command = "snakemake --cores 1 --force results/quick/tables/finals.csv --config preset=quick"
    assert command in fill(quick).markdown


def test_rows_are_chosen_and_sorted(tmp_path):
    path = tmp_path / "t.csv"
    sizes = ["360-100", "1024", "360", "360-100-40", "16"]
    write_csv(path, [{"sizes": size, "n": n} for n, size in enumerate(sizes)])
    ordered = [str(row["sizes"]) for row in read_rows(path, sort=["sizes"])]
    assert ordered == ["16", "360", "360-100", "360-100-40", "1024"]
    assert [row["n"] for row in read_rows(path, sort=["-n"], limit=2)] == [4, 3]
    assert len(read_rows(path, where={"sizes": ["360", 16]})) == 2
    with pytest.raises(LabError, match="align"):
        Column("n", "N", align="middle")


def test_a_fact_that_must_be_a_number(tmp_path):
    facts = KnownFacts(build_inputs(tmp_path).facts)
    assert facts.number("gap") == -0.024
    with pytest.raises(LabError, match=r"fact 'verdict' in .*: is .*, not a number"):
        facts.number("verdict")


def test_html_is_one_file_with_everything(sample):
    page = sample[1].read_text()
    assert page.count("<h1>") == 1
    assert page.count("<main") == 1
    assert re.findall(r'(?:src|href)="(?!data:|#|https://)', page) == []
    assert "<math" in page
    assert "Report Math" in page
    assert page.count('<svg id="svg_') == 2
    assert 'aria-label="Two curves that rise' in page
    assert ">Figure\u00a01</a>" in page
    assert ">Appendix\u00a0A</a>" in page
    assert re.search(r'Figures\s+<a href="#fig-curves" class="reference">1</a>', page)
    assert 'class="fact" data-key="task1.seconds"' in page
    assert "<summary>Show all 60 rows</summary>" in page
    assert 'download="log.csv" href="data:text/csv' in page
    assert '<th colspan="2"' in page
    assert page.count("diverged") == 2
    assert "[3]" in page  # nocite
    assert "23 September 2024" in page
    assert "Not MNIST" not in page


def test_pdf_meets_its_standards(sample):
    from pypdf import PdfReader

    reader = PdfReader(sample[2])
    xmp = reader.root_object["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in xmp
    assert "pdfaid:part" in xmp
    assert reader.metadata.title == "Backpropagation by hand, measured again"
    assert "Ada Lovelace" in reader.metadata.author
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert text.count("Epoch") >= 2  # the long table's head, repeated
    assert re.search(r"Figure\s1\.", text)
    assert "98.21" in text


def test_same_inputs_same_bytes(sample, tmp_path):
    inputs, html, pdf = sample
    render_html(inputs, tmp_path / "r.html")
    render_pdf(inputs, tmp_path / "r.pdf")
    assert (tmp_path / "r.html").read_bytes() == html.read_bytes()
    assert (tmp_path / "r.pdf").read_bytes() == pdf.read_bytes()


def test_without_git_there_is_no_date(tmp_path):
    inputs = build_inputs(tmp_path, "# Only section\n\nText of the section, long enough.\n")
    git = {"commit": None, "date": None, "dirty": False}
    write_document(inputs.environment, {"git": git})
    render_html(inputs, tmp_path / "r.html")
    render_pdf(inputs, tmp_path / "r.pdf")
    assert "<time" not in (tmp_path / "r.html").read_text()
    inputs.environment.write_text("{}")
    with pytest.raises(LabError, match=r"environment\.json: lacks git"):
        render_html(replace(inputs), tmp_path / "r.html")  # a copy, which reads the file again


def test_every_language_has_the_same_words():
    english = yaml.safe_load((REPORT / "text/en/labels.yaml").read_text())
    for path in REPORT.glob("text/*/labels.yaml"):
        words = yaml.safe_load(path.read_text())
        assert words.keys() == english.keys()
        assert len(words["months"]) == 12
        assert words["number"].keys() == ENGLISH.keys()


def test_assets_are_named_for_the_workflow():
    found = {
        path.relative_to(REPORT / "page").as_posix()
        for path in REPORT.glob("page/**/*")
        if path.is_file()
    }
    assert found == set(ASSETS)


def test_texts_are_named_for_the_workflow():
    for folder in REPORT.glob("text/*"):
        assert {path.name for path in folder.iterdir()} == set(TEXTS)
