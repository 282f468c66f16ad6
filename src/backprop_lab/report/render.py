"""The report: one filled Markdown source, as a self-contained HTML page and as a PDF.

pandoc (from pypandoc_binary) reads the Markdown and runs the filters of report/page/filters; it
writes HTML with MathML, or typst code that the typst package sets as PDF/UA-1 and PDF/A-2a.
The same inputs give the same bytes.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json
from backprop_lab.files.scratch import scratch_folder
from backprop_lab.report.assets import ASSETS
from backprop_lab.report.content_security import with_policy
from backprop_lab.report.editions import edition_links
from backprop_lab.report.fonts import Cut, font_faces
from backprop_lab.report.fragments import check_words, flatten
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import one_line
from backprop_lab.report.pandoc import run_pandoc
from backprop_lab.report.parts import Part
from backprop_lab.report.pdf_fonts import pdf_fonts
from backprop_lab.report.pictures import set_in_own_font, with_pictures
from backprop_lab.report.source import Source, fill
from backprop_lab.report.typesetting import typeset

#: Words that pandoc asks for, and has in fewer languages than labels.yaml.
_PANDOC_TERMS = ("Abstract", "Contents", "Figure", "Page", "Table")
_FILTER_FAILED = re.compile(r"^LAB: (.*)$", re.MULTILINE)
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


def render_html(
    inputs: ReportInputs, output: Path, cut: Cut | None = None, part: Part | None = None
) -> None:
    """Write the report, or a part of it, as one HTML file that needs nothing else.

    Args:
        cut: what cuts the fonts down; None cuts each anew.
        part: what to write; it links to the page of the other part. None writes all of it.

    Raises:
        LabError: the template asks for something that does not exist, a reference or citation
            is unknown, pandoc warns, or the file cannot be written.
    """
    source = fill(inputs)
    with build_folder(inputs, source, part or Part.REPORT) as folder:
        meta = {
            name: html.escape(one_line(source.meta[name]))
            for name in ("description",)
            if source.meta.get(name)
        }
        page = _pandoc(
            inputs,
            folder,
            "html",
            ["--section-divs", "--mathml", "--toc", "--toc-depth=3", *_of_part(part, inputs)],
            variables={name: [text] for name, text in meta.items()},
        )
    page = with_pictures(_for_browsers(page), inputs.figures)
    faces = font_faces(page, cut) if cut else font_faces(page)
    page = page.replace("<style>", f"<style>\n{faces}", 1)
    _write(output, with_policy(page).encode())


def render_pdf(inputs: ReportInputs, output: Path) -> None:
    """Write the report as PDF, tagged for screen readers (PDF/UA-1, PDF/A-2a).

    Raises:
        LabError: as render_html; also a character that no font has, or a standard not met.
    """
    import typst

    source = fill(inputs)
    with build_folder(inputs, source) as folder:
        meta = source.meta
        authors = meta["author"] if isinstance(meta["author"], list) else [meta["author"]]
        variables = {"authors": authors, "keywords": meta.get("keywords") or []}
        if meta.get("description"):
            variables["description"] = [one_line(meta["description"])]
        variables = {
            name: [_typst_string(text) for text in texts] for name, texts in variables.items()
        }
        bibliography = inputs.bibliography.read_text(encoding="utf-8")
        families, fonts = pdf_fonts(source.markdown + bibliography + str(inputs.labels))
        code = _pandoc(inputs, folder, "typst-smart", [], variables=variables | families)
        set_in_own_font(folder / "figures", inputs.language)
        (folder / "fonts").mkdir()
        for font in fonts:
            (folder / "fonts" / font.name).symlink_to(font)
        main = folder / "report.typ"
        main.write_text(code, encoding="utf-8")
        try:
            pdf, warnings = typeset(
                main,
                fonts=[folder / "fonts", folder / "figures"],
                timestamp=int(_commit_date(inputs, _EPOCH).timestamp()),
            )
        except typst.TypstError as error:
            raise LabError(f"{inputs.template}: PDF: {_typst_message(error, code)}") from None
    if warnings:
        raise LabError(f"{inputs.template}: PDF: {_typst_message(warnings[0], code)}")
    _write(output, pdf)


def _of_part(part: Part | None, inputs: ReportInputs) -> list[str]:
    """Return the options that leave a part of the report, for filters/part.lua."""
    if not part:
        return []
    return [f"--metadata=part:{part}", f"--metadata=other-page:{part.other.page(inputs.language)}"]


def _for_browsers(page: str) -> str:
    """Mend what browsers set badly, or a validator rejects, in pandoc's MathML."""
    # Combining accents hang beside their letter, and stretch; their spacing forms do neither.
    for combining, spacing in (("\u0302", "^"), ("\u0303", "~"), ("\u0304", "¯")):
        page = page.replace(
            f'<mo accent="true">{combining}</mo>',
            f'<mo accent="true" stretchy="false">{spacing}</mo>',
        )
    # "log p": an invisible function application leaves no space.
    return re.sub(
        r"<mo>\u2061</mo>(?!(</?mrow>)*<mo[^>]*>[(\[{])", '<mspace width="0.167em"/>', page
    )


@contextmanager
def build_folder(inputs: ReportInputs, source: Source, part: Part = Part.REPORT) -> Iterator[Path]:
    """Make a temporary folder with the Markdown, its figures and the page's metadata.

    All that pandoc reads is copied, so that it reads no path of this machine.
    """
    files = {"references.bib": inputs.bibliography, **source.downloads}
    files |= {f"figures/{name}.svg": inputs.figures / f"{name}.svg" for name in source.figures}
    files |= {f"page/{name}": inputs.assets / name for name in ASSETS}
    terms = {term: inputs.labels[term.lower()] for term in _PANDOC_TERMS}
    texts = {
        "report.md": source.markdown,
        f"translations/{inputs.language}.yaml": json.dumps(terms),
        "meta.json": json.dumps(_page_meta(inputs, part)),
    }
    with scratch_folder() as folder:
        for path in (*files, *texts):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
        for path, original in files.items():
            shutil.copyfile(original, folder / path)
        for path, text in texts.items():
            (folder / path).write_text(text, encoding="utf-8")
        yield folder


def _page_meta(inputs: ReportInputs, part: Part) -> dict[str, Any]:
    """Gather what the page templates show around the prose; pandoc reads strings as Markdown.

    Raises:
        LabError: a label or the data set's title holds more than words.
    """
    dataset = read_json(inputs.dataset)
    git = _git(inputs)
    labels = {name: words for name, words in inputs.labels.items() if name != "checks"}
    meta: dict[str, Any] = {
        "labels": labels,
        "dataset-title": dataset["title"],
        "link-citations": True,
        "csl": "page/numeric.csl",
        "bibliography": "references.bib",
    }
    editions = edition_links(inputs, part)
    if editions:
        meta["editions"] = editions
    if dataset["embedded"]:
        meta |= {"embedded": True, "banner": labels["banner"].format(title=dataset["title"])}
    if git.get("commit"):
        meta |= {"commit": git["commit"][:10], "commit-full": git["commit"]}
        meta["dirty"] = bool(git.get("dirty"))
    if git.get("date"):
        day = _commit_date(inputs, _EPOCH)
        meta |= {"date": _day(day, labels), "date-iso": f"{day:%Y-%m-%d}"}
    filters = inputs.assets / "filters"
    check_words(dict(flatten(labels)), inputs.template.with_name("labels.yaml"), filters)
    check_words({"title": dataset["title"]}, inputs.dataset, filters)
    return meta


def _git(inputs: ReportInputs) -> dict[str, Any]:
    """Return commit, date and dirty of the report; LabError if they were not recorded."""
    git = inputs.surroundings.get("git")
    if not isinstance(git, dict):
        raise LabError(f"{inputs.environment}: has no git: {{commit, date, dirty}}; build it again")
    return git


def _commit_date(inputs: ReportInputs, default: datetime) -> datetime:
    """Return the date of the commit, with its time zone; `default` if there is none."""
    text = _git(inputs).get("date")
    if not text:
        return default
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise LabError(f"{inputs.environment}: git.date {text!r} is not an ISO 8601 date") from None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _day(date: datetime, labels: Mapping[str, Any]) -> str:
    """Write a date as its readers do, without the machine's locale."""
    month = labels["months"][date.month - 1]
    return str(labels["date"].format(day=date.day, month=month, year=date.year))


def _pandoc(
    inputs: ReportInputs,
    folder: Path,
    writer: str,
    options: list[str],
    variables: dict[str, list[str]],
) -> str:
    """Run pandoc on the filled Markdown in `folder` and return what it writes."""
    kind = "html" if writer == "html" else "typst"
    # Here, not among the arguments: their encoding is the locale's.
    (folder / "variables.yaml").write_text(json.dumps({"variables": variables}), encoding="utf-8")
    return write_source(
        inputs,
        folder,
        writer,
        [
            "--standalone",
            f"--template=page/page.{'html' if kind == 'html' else 'typ'}",
            "--defaults=variables.yaml",
            *(["--lua-filter=page/filters/sections.lua"] if kind == "typst" else []),
            f"--lua-filter=page/filters/{kind}.lua",
            "--syntax-highlighting=none",
            *(["--shift-heading-level-by=1"] if kind == "html" else []),
            *options,
        ],
    )


def write_source(inputs: ReportInputs, folder: Path, writer: str, options: list[str]) -> str:
    """Return the Markdown in a folder, numbered and cited, in another format of pandoc.

    Args:
        folder: from `build_folder`.
        writer: a format of pandoc, or the file of a writer in Lua.
        options: more options for pandoc; filters among them come last.

    Raises:
        LabError: a reference or citation is unknown, or pandoc warns.
    """
    done = run_pandoc(
        [
            "report.md",
            "--from=markdown+east_asian_line_breaks-raw_html-raw_tex-native_divs-native_spans",
            f"--to={writer}",
            "--metadata-file=meta.json",
            f"--metadata=lang:{inputs.language}",
            "--lua-filter=page/filters/tables.lua",
            "--lua-filter=page/filters/references.lua",
            "--lua-filter=page/filters/part.lua",  # each page lists the works that it cites
            "--citeproc",
            "--lua-filter=page/filters/links.lua",
            "--lua-filter=page/filters/typography.lua",
            "--wrap=none",
            "--data-dir=.",  # nobody's own pandoc settings
            "--fail-if-warnings",
            *options,
        ],
        folder=folder,
    )
    if done.returncode:
        found = _FILTER_FAILED.search(done.stderr)
        message = found[1] if found else " ".join(done.stderr.split())
        raise LabError(f"{inputs.template}: {message.replace('[WARNING] ', '')}")
    return done.stdout


def _typst_string(text: str) -> str:
    return str(text).replace("\\", "\\\\").replace('"', '\\"')


def _typst_message(error: object, code: str) -> str:
    """Put the message and the hints of a typst error on one line."""
    message = getattr(error, "message", None) or str(error)
    hints = getattr(error, "hints", None) or []
    return " ".join(" ".join([message, *hints]).split())


def _write(output: Path, data: bytes) -> None:
    with replacing(output) as file:
        file.write(data)
