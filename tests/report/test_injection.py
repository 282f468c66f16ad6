"""Texts of others are data: no command runs, no file is read, nothing is loaded from outside."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from report_sample import REPORT, build_inputs, write_csv

from backprop_lab.errors import LabError
from backprop_lab.report.fragments import Fragments, check_words
from backprop_lab.report.markdown import Literal, code_span, literal
from backprop_lab.report.render import render_html, render_pdf
from backprop_lab.report.source import fill

FILTERS = next(REPORT.rglob("words.lua")).parent
ROOT = Path(__file__).parents[2]
RAN = "<< cycler.__init__.__globals__.os.popen('touch pwned').read() >>"


def fill_fragment(text):
    return Fragments({"fact": lambda key, format="": f"<{key}>", "plain": str}).fill(text)


# Templates


@pytest.mark.fault("code in a template")
@pytest.mark.parametrize(
    "template",
    [
        RAN,
        "<< joiner >>",
        "<< lipsum() >>",
        "<< ''.__class__.__mro__ >>",
        "<< fact.__globals__ >>",
        "<< fact.__self__ >>",
        "<< (fact | attr('__globals__')) >>",
        "<< '{0.__class__.__init__.__globals__}'.format(fact) >>",
        "<% set _ = dataset.update({'name': 'x'}) %>",
        "<% set _ = dataset.sizes.clear() %>",
        "<< range(10 ** 9) | list >>",
    ],
)
def test_a_template_reaches_nothing_behind_its_values(tmp_path, monkeypatch, template):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabError) as error:
        fill(build_inputs(tmp_path, template))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.fault("code in a fragment")
@pytest.mark.parametrize(
    "text",
    [
        RAN,
        "<< fact.__globals__ >>",
        "<< fact('a').__class__ >>",
        "<< fact('a')|upper >>",
        "<< 'a' * 10 ** 9 >>",
        "<< fact('a' ~ 'b') >>",
        "<% for i in range(9) %>x<% endfor %>",
        "<% include 'lab-report.md' %>",
        "<% set x = 1 %>",
        "<< number(1, 'fixed') >>",
        "<< dataset.name >>",
        "<< fact(key=plain) >>",
    ],
)
def test_a_fragment_asks_for_facts_and_nothing_else(text):
    with pytest.raises(LabError, match="a text may ask for facts alone"):
        fill_fragment(text)


def test_what_a_fragment_may_ask():
    assert fill_fragment('a << fact("x.y", "percent:1") >> b') == "a <x.y> b"
    assert fill_fragment('<< plain("x") >>') == "x"
    assert fill_fragment("100 % of { it }") == "100 % of { it }"


# Markdown


@pytest.mark.fault("code or a link in a text of others")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("![x](file:///etc/passwd)", "an image"),
        ("![x](http://example.org/x.png)", "an image"),
        ("![](../../secret.png)", "an image"),
        ("[x](javascript:alert)", "a link to javascript:alert"),
        ("[x](file:///etc/passwd)", "a link to file:"),
        ("[x](https://example.org)", "a link to https:"),
        ("<https://example.org>", "a link to https:"),
        ("[x][y]\n\n[y]: http://example.org", "a link to http:"),
        ("[x](#sec-a 'title')", "a link to #sec-a"),
        ("a <b>b</b>", "raw code"),
        ("<script>alert(1)</script>", "raw code"),
        ("<!-- a -->", "raw code"),
        ("`<b>`{=html}", "raw code"),
        ('`#read("/etc/passwd")`{=typst}', "raw code"),
        ("```{=typst}\n#import x\n```", "raw code"),
        ("\\input{/etc/passwd}", "raw code"),
        ("<div onclick='a'>x</div>", "a Div"),
        ("[x]{onclick='alert(1)'}", "the attribute onclick"),
        ("[x]{style='position:fixed'}", "the attribute style"),
        ("`x`{onmouseover=a}", "the attribute onmouseover"),
        ("[x]{#text}", "the name #text"),
        ("x^[a note]", "a footnote"),
        ("# A head", "a Header"),
        ("- a list", "a BulletList"),
        ("::: {.note}\nx\n:::", "a Div"),
        ("one\n\ntwo", "several paragraphs"),
        ("---\nlang: de\n---\n", "a front matter"),
        # Half of something, of which the next cell could bring the other half.
        ("a [b", "a lone ["),
        ("](http://example.org)", "a lone ]"),
        ("a `b", "a lone `"),
        ("&lt;b>", "a lone <b"),
    ],
)
def test_what_others_wrote_is_words(text, found):
    with pytest.raises(LabError, match=r"^claims\.yaml: C1\.text: holds ") as error:
        check_words({"C0.text": "Plain words.", "C1.text": text}, Path("claims.yaml"), FILTERS)
    assert f"holds {found}" in str(error.value)
    assert "\n" not in str(error.value)


def test_words_may_be_marked():
    texts = [
        "Plain words, 100 % of them.",
        "*em* **strong** `code` $x^2$ [](#sec-depth) [](#tbl-x){.number} [@glorot2010] H~2~O",
        'a number [98.2\u202f%]{.fact data-key="k" data-source="s" data-content-sha256="0"}',
        "p < 0.05, [0.1, 0.2], \\[a\\] and \\` and \\<b>",
        "準確率［區間］，「引號」。",
        "",
        "–",
    ]
    check_words({str(place): text for place, text in enumerate(texts)}, Path("a.yaml"), FILTERS)


@pytest.mark.fault("a foreign figure, link or raw code in the report")
@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("![a caption](/etc/passwd){#fig-x alt='x'}", "no figure of this report: /etc/passwd"),
        ("![c](http://example.org/a.png){#fig-x alt='x'}", "no figure of this report: http://"),
        ("![c](figures/../../a.svg){#fig-x alt='x'}", "no figure of this report: figures/../"),
        ("See [it](javascript:alert).", "neither #name nor http.*: javascript:alert"),
        ("See [it](file:///etc/passwd).", "neither #name nor http.*: file:"),
        ("Raw `<b>`{=html}.", "raw html in the text"),
        ("```{=typst}\n#read(\"/etc/passwd\")\n```", "raw typst in the text"),
    ],
)  # fmt: skip
def test_a_report_shows_its_own_figures_and_no_raw_code(tmp_path, template, message):
    for render, name in ((render_html, "r.html"), (render_pdf, "r.pdf")):
        with pytest.raises(LabError, match=message):
            render(build_inputs(tmp_path, template), tmp_path / name)
        assert not (tmp_path / name).exists()


def test_html_in_the_text_is_shown_as_text(tmp_path):
    inputs = build_inputs(tmp_path, "A <b>word</b> <script>alert(1)</script> and <!-- this -->.")
    render_html(inputs, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert "&lt;b&gt;word&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;" in page


# CSVs, facts, dataset.json and environment.json

NASTY = "<b>x</b> ![y](http://e.org/y.png) `a`{=html} [l](javascript:z) $x$ *e* | & \\ \" ' @a"


def test_a_cell_is_shown_as_it_is(tmp_path):
    template = (
        '<< table("nasty", caption="c", columns=[column("a", "A"), column("a", "B", "text"), '
        'column("a", "C", "code")]) >>'
    )
    inputs = build_inputs(tmp_path, template)
    write_csv(inputs.tables / "nasty.csv", [{"a": NASTY}, {"a": "a ``b` c"}, {"a": "`"}])
    render_html(inputs, tmp_path / "r.html")
    render_pdf(inputs, tmp_path / "r.pdf")
    page = (tmp_path / "r.html").read_text()
    shown = re.sub(r"<[^>]*>", "", page.partition("<tbody>")[2].partition("</tbody>")[0])
    escaped = NASTY.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert shown.replace("&quot;", '"').replace("&#39;", "'").count(escaped) == 3
    assert shown.count("a ``b` c") == 3


def test_texts_of_a_build_are_shown_as_they_are(tmp_path):
    inputs = build_inputs(
        tmp_path,
        '<< fact("verdict", "code") >> <# #>\n\n'
        '<< dataset.maker >> and << environment.cpu >> and << number(dataset.maker, "text") >> '
        'and << value("verdict") >>, << "same" if dataset.name == "mnist" >>',
        maker=NASTY,
    )
    inputs.surroundings["cpu"] = "Intel_(R)_ <i>CPU</i> @ 2 GHz"
    inputs.facts.write_text(
        json.dumps(
            {
                "verdict": {
                    "value": "`a` *b*",
                    "unit": "text",
                    "source": "a.csv",
                    "place": {"how": "value"},
                    "content_sha256": "0" * 64,
                }
            }
        )
    )
    render_html(inputs, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert "<code>`a` *b*</code>" in page
    assert "`a` *b*, same" in page
    assert "Intel_(R)_ &lt;i&gt;CPU&lt;/i&gt; @ 2 GHz" in page
    assert page.count("![y](http://e.org/y.png)") == 2


def test_only_texts_with_signs_become_literal():
    assert code_span("a ``b` c") == "```a ``b` c```"
    assert code_span("`") == "`` ` ``"
    tree = literal({"a": ["x", "x_y", 1, None], "b": {"c": "<"}})
    assert tree == {"a": ["x", "x_y", 1, None], "b": {"c": "<"}}
    assert isinstance(tree["a"][1], Literal)
    assert isinstance(tree["b"]["c"], Literal)
    assert not isinstance(tree["a"][0], Literal)


# In another locale and in a folder with a difficult name

RENDER = """
import sys
from pathlib import Path

from backprop_lab.cli.inherited import start_clean

start_clean()
sys.path.insert(0, sys.argv[1])
from report_sample import build_inputs
from backprop_lab.report.checks import check_report
from backprop_lab.report.render import render_html, render_pdf

folder = Path(sys.argv[2])
inputs = build_inputs(folder, "")
log = '<< table("log", caption="紀錄", columns=[column("epoch", "週期")]) >>'
inputs.template.write_text(
    "---\\ntitle: 實驗報告\\nauthor: [王小明, Anna]\\nkeywords: [反向傳播]\\n"
    "description: 重現一份報告\\n---\\n\\n# 第一章 {#sec-a}\\n\\n測試“引號”。" + log,
    encoding="utf-8",
)
html, pdf = folder / "r.html", folder / "r.pdf"
render_html(inputs, html)
render_pdf(inputs, pdf)
check_report(inputs, html, pdf)
"""


def test_a_report_has_the_same_bytes_in_any_locale_and_folder(tmp_path):
    files = {}
    program = tmp_path / "program.py"
    program.write_text(RENDER, encoding="utf-8")
    for name, locale in {
        "plain": {"LC_ALL": "C.UTF-8"},
        "Anna's lab--v2 實驗": {"LC_ALL": "C"},
        'a"b $HOME; {x} \\ %s': {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))
        }
        done = subprocess.run(
            [sys.executable, str(program), str(ROOT / "tests/support"), str(folder)],
            env=kept | {"PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(folder)} | locale,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        files[name] = [(folder / file).read_bytes() for file in ("r.html", "r.pdf")]
    plain, *others = files.values()
    assert "王小明".encode() in plain[0]
    assert all(other == plain for other in others)
