"""Tables of the report in LaTeX, Markdown and CSV, and captions for Snakemake's own report."""

import csv
import json

import pytest
from report_sample import build_inputs, write_csv

from backprop_lab.errors import LabError
from backprop_lab.report.contents import Contents, ShownTable, write_captions
from backprop_lab.report.exports import as_csv, as_latex, as_markdown, write_tables
from backprop_lab.report.pandoc import run_pandoc

#: What means something to LaTeX, Markdown or CSV, and what older LaTeX lacks.
SIGNS = [r"50 % & a_b", "# $x$ {y}", r"~ ^ \ | <z>", "a ± b − c × d", "準確率，100 %", '"q", `v`']
SIGNS += ["p < 10⁻⁸", "● ◐ ○"]
TEMPLATE = """
<< table("signs", caption="Signs: &nbsp;\\\\% of a\\\\_b & 中文 [@lecun1998].", columns=[
    column("text", "Text & sign"),
    column("low", "Low", "fixed:1", group="Value_of (%)"),
    column("high", "High", "fixed:1", group="Value_of (%)"),
  ]) >>
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The contents of the sample report."""
    return Contents.of(build_inputs(tmp_path_factory.mktemp("sample")), cells=True)


@pytest.fixture(scope="module")
def signs(tmp_path_factory):
    """A table whose cells have every sign."""
    folder = tmp_path_factory.mktemp("signs")
    inputs = build_inputs(folder, TEMPLATE)
    rows = [{"text": text, "low": -1.25, "high": 2.0} for text in SIGNS]
    write_csv(inputs.tables / "signs.csv", rows)
    return Contents.of(inputs, cells=True).tables["signs"]


def read_back(text, format):
    """The plain text of each cell of a table, as pandoc reads it."""
    done = run_pandoc([f"--from={format}", "--to=json"], text=text)
    assert done.returncode == 0, done.stderr
    (table,) = [block for block in json.loads(done.stdout)["blocks"] if block["t"] == "Table"]
    body = table["c"][4][0][3]
    return [[plain(cell[4]) for cell in row[1]] for row in body]


def plain(blocks):
    document = {"pandoc-api-version": VERSION, "meta": {}, "blocks": blocks}
    done = run_pandoc(["--from=json", "--to=plain", "--wrap=none"], text=json.dumps(document))
    return done.stdout.strip()


VERSION = json.loads(run_pandoc(["--to=json"]).stdout)["pandoc-api-version"]


def test_every_figure_and_table_of_the_report_is_listed_with_its_caption(sample):
    assert list(sample.figures) == ["curves", "second"]
    assert list(sample.tables) == ["settings", "symbols", "log"]
    caption = sample.figures["curves"]
    assert caption["plain"].startswith("Accuracy over 40 epochs. Dashed: the values")
    assert "*Dashed:*" in caption["rst"]
    assert r"\emph{Dashed:}" in caption["latex"]
    assert "Rumelhart" not in caption["plain"]  # a citation leads nowhere outside of the report


def test_latex_has_rules_groups_and_signs(signs):
    lines = as_latex("signs", signs).splitlines()
    assert lines[:3] == [
        r"% \usepackage{booktabs,graphicx}",
        r"\begin{table}",
        r"\centering",
    ]
    assert lines[3] == r"\caption{Signs: ~\% of a\_b \& 中文.}\label{tbl-signs}"
    assert lines[4] == r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
    assert lines[5:10] == [
        r"\begin{tabular}{lrr}",
        r"\toprule",
        r" & \multicolumn{2}{c}{Value\_of (\%)} \\",
        r"\cmidrule(lr){2-3}",
        r"Text \& sign & Low & High \\",
    ]
    assert lines[10] == r"\midrule"
    assert lines[11] == r"50 \% \& a\_b & \ensuremath{-}1.2 & 2.0 \\"
    assert lines[14].startswith(r"a \ensuremath{\pm} b \ensuremath{-} c \ensuremath{\times} d &")
    assert lines[-3:] == [r"\bottomrule", r"\end{tabular}}", r"\end{table}"]


def test_every_sign_means_itself_to_latex(signs):
    assert [row.partition(" & \\ensuremath")[0] for row in rows_of(as_latex("signs", signs))] == [
        r"50 \% \& a\_b",
        r"\# \$x\$ \{y\}",
        r"\textasciitilde{} \^{} \textbackslash{} \textbar{} \textless z\textgreater{}",
        r"a \ensuremath{\pm} b \ensuremath{-} c \ensuremath{\times} d",
        r"準確率，100 \%",
        r'"q", \textasciigrave{}v\textasciigrave{}',
        r"p \textless{} 10\ensuremath{^{-8}}",
        r"\ensuremath{\bullet} \ensuremath{\odot} \ensuremath{\circ}",
    ]


def rows_of(latex):
    body = latex.partition("\\midrule\n")[2].partition("\\bottomrule")[0]
    return body.splitlines()


def test_what_markdown_says_reads_back_as_it_was(signs):
    found = [row[0] for row in read_back(as_markdown("signs", signs), "gfm")]
    assert [text.replace("\xa0", " ") for text in found] == SIGNS


def test_csv_has_one_head_and_the_cells_as_they_are_shown(signs):
    head, *rows = csv.reader(as_csv("signs", signs).splitlines())
    assert head == ["Text & sign", "Value_of (%): Low", "Value_of (%): High"]
    assert [row[0].replace("\xa0", " ") for row in rows] == SIGNS
    assert {tuple(row[1:]) for row in rows} == {("−1.2", "2.0")}


def test_a_long_table_goes_over_pages_and_a_wide_column_wraps(sample):
    long = as_latex("log", sample.tables["log"])
    assert long.startswith("% \\usepackage{booktabs,longtable}\n")
    assert r"\begin{longtable}{rrrrr}" in long
    assert long.index(r"\midrule") < long.index(r"\endhead") < long.index("60 &")
    text = {"latex": r"a\newline b", "plain": "a b"}
    wide = ShownTable(text, ("left", "right"), (0.75, 0.25), rows=[[text, text]])
    latex = as_latex("wide", wide)
    assert latex.startswith("% \\usepackage{array,booktabs}\n\\begin{table}")
    for share in ("0.7500", "0.2500"):
        assert rf"p{{\dimexpr {share}\linewidth-2\tabcolsep\relax}}" in latex


@pytest.mark.parametrize(("sign", "long"), [("a", False), ("中", True)])
def test_a_table_of_long_texts_goes_over_pages_too(sign, long):
    text = {"latex": 400 * sign, "plain": 400 * sign}
    wide = ShownTable({"latex": "Words."}, ("left",) * 2, (0.5, 0.5), rows=[[text, text]] * 2)
    assert (r"\begin{longtable}" in as_latex("wide", wide)) is long


def test_tables_are_written_in_the_formats_asked_for(sample, tmp_path):
    write_tables(sample, tmp_path / "en", ["csv", "md"])
    names = {f"{name}.{format}" for name in sample.tables for format in ("csv", "md")}
    assert {path.name for path in (tmp_path / "en").iterdir()} == names
    with pytest.raises(LabError, match="no format 'docx' for tables; choose from csv, tex, md"):
        write_tables(sample, tmp_path / "zh", ["csv", "docx"])
    assert not (tmp_path / "zh").exists()


def test_captions_are_those_of_the_report_or_else_say_what_it_is(sample, tmp_path):
    names = ("fig-curves", "tbl-log", "tbl-jobs")
    outputs = [tmp_path / f"{name}.rst" for name in names]
    write_captions(sample, outputs, {"tbl-jobs": "When each job ran.", "tbl-log": "Not this."})
    assert outputs[0].read_text().startswith("Accuracy over 40 epochs. *Dashed:*")
    assert outputs[1].read_text() == "Every epoch of the run, in the original’s columns.\n"
    assert outputs[2].read_text() == "When each job ran.\n"
    with pytest.raises(LabError, match="shows no fig-none, and nothing describes it"):
        write_captions(sample, [tmp_path / "fig-none.rst"], {})
