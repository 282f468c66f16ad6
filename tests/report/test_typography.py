"""What the filters and fonts do about line breaks, quotation marks and full stops."""

import base64
import io
import re
import subprocess
from pathlib import Path

import pypandoc
import pytest
import uharfbuzz
from fontTools.ttLib import TTFont

from backprop_lab.report.fonts import font_faces

PAGE = Path(__file__).parents[2] / "report/page"


def filtered(markdown: str, to: str = "html", language: str = "zh-TW", options=()) -> str:
    """What pandoc makes of some prose of the report, on one line."""
    command = [pypandoc.get_pandoc_path(), f"--to={to}", "--wrap=none", "--mathml", *options]
    command += [f"--lua-filter={PAGE / 'filters/typography.lua'}"]
    command += [f"--metadata=report-lang:{language}"]
    done = subprocess.run(command, input=markdown, capture_output=True, text=True, check=True)
    return done.stdout.replace("\n", " ")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("see Task 1 there", "Task\u00a01"),
        ("Task [2]{.fact} there", 'Task\u00a0<span class="fact">2'),
        ("seeds (n = [3]{.fact})", '(n\u00a0=\u00a0<span class="fact">3'),
        ("與圖 2 相同", "圖\u00a02"),
        ("第 [5]{.fact} 個", '第\u00a0<span class="fact">5'),
    ],
)
def test_a_number_stays_with_its_word(text, kept):
    assert kept in filtered(text)
    assert kept.split("<")[0] in filtered(text, to="typst").replace("~", "\u00a0")


def test_other_spaces_may_break():
    assert "\u00a0" not in filtered("Tasks 1 and 2, from 4 to 5, 圖像 6, n is 7")


def test_a_formula_or_code_keeps_the_comma_after_it():
    html = filtered("令 $x$，並執行 `make`。然後 $y$ 與 `z`")
    assert re.search(r'<span class="nobreak"><math.*?</math>，</span>並', html)
    assert '<span class="nobreak"><code>make</code>。</span>然後' in html
    assert html.count("nobreak") == 2
    assert "nobreak" not in filtered(f"`{'a' * 25}`。")


def test_no_chinese_line_of_one_character_ends_a_paragraph():
    text = "前面的字都在這裡。\\\n第二行也有字\n\n- 項目的字\n\n說完 *了*。\n\nIn English.\n"
    typst = filtered(text, to="typst")
    assert "前面的字都在#box[這裡。]" in typst
    assert "第二行也#box[有字]" in typst
    assert "項目#box[的字]" in typst
    assert typst.count("#box") == 3
    assert "box" not in filtered(text, to="typst", language="en")
    assert "box" not in filtered(text)


@pytest.mark.parametrize(
    ("language", "title", "entry"),
    [
        ("zh-TW", "卷积网络 (CNN)", "「卷积网络 (CNN)」，原報告所列第 4 項。"),
        ("zh-TW", "卷积网络是什么?", "「卷积网络是什么?」，原報告所列第 4 項。"),
        ("en", "卷积网络 (CNN)", "“卷积网络 (CNN).” 原報告所列第 4 項."),
    ],
)
def test_a_chinese_title_has_chinese_marks(language, title, entry):
    source = (
        f"---\nreferences:\n- {{id: a, type: webpage, title: {title},"
        " note: 原報告所列第 4 項}\n- {id: b, type: webpage, title: In English, note: here}\n"
        "---\n[@a; @b]"
    )
    options = ("--citeproc", f"--csl={PAGE / 'numeric.csl'}")
    text = re.sub("<[^>]*>", "", filtered(source, language=language, options=options))
    assert entry in text.replace("\u00a0", " ")
    assert "“In English.” here." in text


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("title: Batch Size 是甚麼?, note: 第 1 項", "「Batch Size 是甚麼?」，第 1 項。"),
        ("title: 終於懂了！, note: 第 3 項", "「終於懂了！」，第 3 項。"),
        ("title: 終於懂了!", "「終於懂了!」。"),
        ("title: 網路？, container-title: 期刊, issued: 2020", "「網路？」，期刊，2020。"),
        ("title: What is it?, note: 第 4 項", "“What is it?” 第 4 項。"),
    ],
)
def test_a_chinese_title_may_end_in_any_mark(entry, text):
    kind = "article-journal" if "container" in entry else "webpage"
    source = f"---\nreferences:\n- {{id: a, type: {kind}, {entry}}}\n---\n[@a]"
    options = ("--citeproc", f"--csl={PAGE / 'numeric.csl'}")
    page = re.sub("<[^>]*>", "", filtered(source, language="zh-TW", options=options))
    found = page.replace("\u00a0", " ").replace(", 2020", "，2020")
    assert text in found


def test_a_chinese_note_ends_with_a_chinese_full_stop():
    source = (
        "---\nreferences:\n- {id: a, type: webpage, title: In English, note: 第 4 項}\n---\n[@a]"
    )
    options = ("--citeproc", f"--csl={PAGE / 'numeric.csl'}")
    text = re.sub("<[^>]*>", "", filtered(source, language="zh-TW", options=options))
    assert "“In English.” 第 4 項。" in text.replace("\u00a0", " ")


def test_a_full_stop_after_latin_letters_has_the_shape_of_the_language():
    """Browsers shape such a stop under the script DFLT."""
    css = font_faces('<html lang="zh-TW"><body>字（MNIST）。</body></html>')
    fonts = re.findall(r'font-family: "Report CJK[^@]*?base64,([^"]+)"', css)
    assert len(fonts) == 3  # serif, and sans-serif regular and bold
    for data, is_of_taiwan in zip(fonts, (False, False, True), strict=True):
        unpacked = io.BytesIO()
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            font.flavor = None
            font.save(unpacked)
        font = uharfbuzz.Font(uharfbuzz.Face(unpacked.getvalue()))
        assert glyph(font, "Zyyy", "zh-TW") == glyph(font, "Hani", "zh-TW")
        nominal = font.get_nominal_glyph(ord("。"))
        assert (glyph(font, "Zyyy", "zh-TW") == nominal) == is_of_taiwan


def glyph(font: uharfbuzz.Font, script: str, language: str) -> int:
    """The glyph that HarfBuzz shapes a full stop to."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str("。")
    buffer.direction, buffer.script, buffer.language = "ltr", script, language
    uharfbuzz.shape(font, buffer)
    return buffer.glyph_infos[0].codepoint
