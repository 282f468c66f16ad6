"""Exported tables become pages in LaTeX: nothing is missing on them, or too large."""

import pytest
from latex import compile_tables
from report_sample import build_inputs, write_csv

from backprop_lab.report.contents import Contents
from backprop_lab.report.exports import write_tables

SIGNS = [r"50 % & a_b", r"# $x$ {y}", r"~ ^ \ | <z>", "a ± b − c × d ≤ ≥ ∅", '"q", `v`, “r”']
SIGNS += ["p < 10⁻⁸", "● ◐ ○", "95\u202f%, a\u2060b — c – d …"]
TEMPLATE = """
<< table("signs", caption="Signs: `snakemake -n`{.bash} &nbsp;\\\\%.", columns=[
    column("text", "Text & sign"),
    column("low", "Low", "fixed:1", group="Value_of (%)"),
    column("high", "High", "fixed:1", group="Value_of (%)"),
  ]) >>

<< table("wide", caption="Wide.", columns=[
    column("a", "A head of many words", "fixed:3"), column("b", "A head of many words", "fixed:3"),
    column("c", "A head of many words", "fixed:3"), column("d", "A head of many words", "fixed:3"),
    column("e", "A head of many words", "fixed:3"), column("f", "A head of many words", "fixed:3"),
  ]) >>
"""


@pytest.mark.parametrize("chinese", [False, True])
def test_every_table_is_set_without_a_missing_sign_and_within_the_line(tmp_path, chinese):
    inputs = build_inputs(tmp_path, TEMPLATE)
    texts = [*SIGNS, "準確率，100 %"] if chinese else SIGNS
    write_csv(inputs.tables / "signs.csv", [{"text": t, "low": -1.25, "high": 2} for t in texts])
    write_csv(inputs.tables / "wide.csv", [dict.fromkeys("abcdef", 0.5)])
    write_tables(Contents.of(inputs, cells=True), tmp_path / "tables", ["tex"])
    log = compile_tables(sorted(tmp_path.glob("tables/*.tex")), tmp_path, chinese=chinese)
    assert "Overfull" not in log
    assert "Missing character" not in log


def test_the_samples_tables_are_set(tmp_path):
    inputs = build_inputs(tmp_path)
    write_tables(Contents.of(inputs, cells=True), tmp_path / "tables", ["tex"])
    log = compile_tables(sorted(tmp_path.glob("tables/*.tex")), tmp_path)
    assert "too large" not in log
