"""The report's Markdown, filled in: what `<< ... >>` and `<% ... %>` of a template may say."""

from __future__ import annotations

import json
import os
import re
import traceback
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import jinja2
import yaml

from backprop_lab.errors import LabError
from backprop_lab.facts_view import ENGLISH, UNIT_FORMATS, Facts, Format, format_number
from backprop_lab.report_tables import (
    Column,
    column,
    escape,
    one_line,
    quoted,
    read_rows,
    render_table,
)

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class ReportInputs:
    """The files that a report is made from.

    Attributes:
        template: report/lab-report.<language>.md, Markdown with Jinja2.
        language: "en" or another key of report/labels.yaml.
        facts: facts.json; its folder is the OUT that sources are relative to.
        tables: folder of the tables' CSVs.
        figures: folder of the figures' SVGs in this language.
        dataset: dataset.json.
        environment: environment.json, with git: {commit, date, dirty} of the runs.
        git: the same of the report, which may be younger; by default that of the runs.
        bibliography: BibTeX file.
        assets: folder of page.html, page.typ, style.css, filters/ ...
    """

    template: Path
    language: str
    facts: Path
    tables: Path
    figures: Path
    dataset: Path
    environment: Path
    bibliography: Path
    assets: Path = Path("report")
    git: dict | None = None

    @cached_property
    def surroundings(self) -> dict:
        """environment.json, with the report's own commit."""
        environment = read_json(self.environment)
        return environment | {"git": self.git} if self.git else environment

    @cached_property
    def labels(self) -> dict:
        """The toolchain's own words in this language."""
        path = self.assets / "labels.yaml"
        words = yaml.safe_load(path.read_text(encoding="utf-8"))
        if self.language not in words:
            raise LabError(f"{path}: no language {self.language!r}; it has {', '.join(words)}")
        return words[self.language]


@dataclass(frozen=True)
class Source:
    """A filled template: its Markdown, its front matter and the figures that it shows."""

    markdown: str
    meta: dict
    figures: tuple[str, ...]


def fill(inputs: ReportInputs) -> Source:
    """Fill in the template.

    Raises:
        LabError: naming the template, its line and what is wrong there (an unknown or missing
            number, an undefined name, a column or figure that does not exist, ...).
    """
    template = inputs.template
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        undefined=jinja2.StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_printable,
    )
    words = _Words(inputs)
    try:
        markdown = environment.get_template(template.name).render(words.vocabulary())
    except jinja2.TemplateNotFound as error:
        raise LabError(f"{template}: the template {error.name} is not found") from None
    except jinja2.TemplateSyntaxError as error:
        raise LabError(f"{template}:{error.lineno}: {error.message}") from None
    except Exception as error:  # whatever a template's expression may raise
        raise LabError(f"{template}:{_line(error, template.name)}: {error}") from None
    return Source(markdown, _front_matter(markdown, template), tuple(dict.fromkeys(words.figures)))


def read_json(path: Path) -> dict:
    """A JSON file; LabError if it is missing or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"{path}: not found; build it first") from None
    except json.JSONDecodeError as error:
        raise LabError(f"{path}: not JSON ({error}); delete it and build again") from None


def _printable(value: object) -> object:
    if value is None or (isinstance(value, float) and value - value != 0):
        raise LabError(f"a value to print is {value}; print numbers with fact(), test with value()")
    return value


def _line(error: Exception, name: str) -> int | str:
    """The innermost line of the template on the way to an error."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).name == name
    ]
    return lines[-1] if lines else "?"


def _front_matter(markdown: str, template: Path) -> dict:
    match = _FRONT_MATTER.match(markdown)
    try:
        meta = yaml.safe_load(match[1]) if match else None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise LabError(f"{template}: front matter is not YAML: {reason}") from None
    if not isinstance(meta, dict) or not meta.get("title") or not meta.get("author"):
        raise LabError(f"{template}: begin with a front matter (---) that has title and author")
    return meta


@dataclass
class _Words:
    """The functions that a template may call; see vocabulary() for their names."""

    inputs: ReportInputs
    figures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts = Facts(self.inputs.facts)
        self.style = ENGLISH | self.inputs.labels["number"]
        self.out = self.inputs.facts.parent

    def vocabulary(self) -> dict:
        return {
            "fact": self.fact,
            "plain": self.plain,
            "number": self.number,
            "value": lambda key: self.facts[key].value,
            "has": lambda key: key in self.facts,
            "has_table": lambda name: self._csv(name).is_file(),
            "has_figure": lambda name: self._svg(name).is_file(),
            "rows": lambda name, **choice: read_rows(self._csv(name), **choice),
            "figure": self.figure,
            "table": self.table,
            "column": column,
            "command": self.command,
            "dataset": read_json(self.inputs.dataset),
            "environment": self.inputs.surroundings,
            "language": self.inputs.language,
        }

    def number(self, value: object, format: str, *, std: object = None) -> str:
        return format_number(value, format, std=std, style=self.style)

    def plain(self, key: str, format: str | None = None, *, std: str | None = None) -> str:
        """A fact as text, without the span that says where it comes from."""
        fact = self.facts[key]
        spread = self.facts[std].value if std else None
        try:
            return self.number(
                fact.value, format or UNIT_FORMATS.get(fact.unit, "general"), std=spread
            )
        except LabError as error:
            raise LabError(f"fact {key!r} in {self.facts.path}: {error}") from None

    def fact(self, key: str, format: str | None = None, *, std: str | None = None) -> str:
        """A fact as Markdown: a span that carries where the number comes from."""
        fact = self.facts[key]
        text = self.plain(key, format, std=std)
        fmt = Format.parse(format or UNIT_FORMATS.get(fact.unit, "general"))
        attributes = {
            "data-key": key,
            "data-source": self._shown(fact.source),
            "data-rebuild": self._rebuild(fact.source),
            "data-sha256": fact.sha256,
        }
        if fact.runs is not None:
            attributes["data-runs"] = str(fact.runs)
        shown = f"`{text}`" if fmt.name == "code" else escape(text)
        classes = ".fact .text" if fmt.is_text else ".fact"
        listed = " ".join(f'{name}="{quoted(value)}"' for name, value in attributes.items())
        return f"[{shown}]{{{classes} {listed}}}"

    def figure(
        self,
        name: str,
        caption: str = "",
        *,
        alt: str = "",
        width: str = "100%",
        label: str = "",
        data: str = "",
        caller=None,
    ) -> str:
        """A figure of OUT/figures as Markdown."""
        path = self._svg(name)
        if not path.is_file():
            raise LabError(f"figure {name!r}: {path} not found; build the figures first")
        caption = _caption("figure", name, caption, caller)
        if not alt.strip():
            raise LabError(f'figure {name!r}: needs alt="what it shows"')
        if not re.fullmatch(r"\d+(\.\d+)?%", width):
            raise LabError(f"figure {name!r}: width {width!r} is not a percentage such as 80%")
        self.figures.append(name)
        attributes = {"alt": alt, "width": width, "rebuild": self._rebuild(path)}
        if data:
            attributes |= self._data(self.out / data)
        listed = " ".join(f'{key}="{quoted(value)}"' for key, value in attributes.items())
        identifier = label or f"fig-{name}"
        return f"\n\n![{caption}](figures/{name}.svg){{#{identifier} .inline-svg {listed}}}\n\n"

    def table(
        self,
        name: str,
        caption: str = "",
        *,
        columns: list[Column],
        where: dict | None = None,
        sort: list[str] | None = None,
        limit: int | None = None,
        label: str = "",
        fold: bool = False,
        size: str = "normal",
        caller=None,
    ) -> str:
        """A table of OUT/tables as Markdown."""
        path = self._csv(name)
        if size not in ("normal", "small"):
            raise LabError(f"table {name!r}: size {size!r} is not normal or small")
        return render_table(
            read_rows(path, where=where, sort=sort or (), limit=limit),
            columns,
            label=label or f"tbl-{name}",
            caption=_caption("table", name, caption, caller),
            attributes={
                "fold": str(fold).lower(),
                "size": size,
                "rebuild": self._rebuild(path),
                **self._data(path),
            },
            where=str(path),
            style=self.style,
        )

    @staticmethod
    def command(text: str, *, inline: bool = False) -> str:
        """A shell command as Markdown."""
        text = text.strip("\n")
        return f"`{text}`{{.sh}}" if inline else f"\n\n``` {{.sh .command}}\n{text}\n```\n\n"

    def _csv(self, name: str) -> Path:
        return self.inputs.tables / f"{name}.csv"

    def _svg(self, name: str) -> Path:
        return self.inputs.figures / f"{name}.svg"

    def _shown(self, path: str | Path) -> str:
        """A file of OUT as a reader finds it: below the project's folder."""
        path = Path(os.path.normpath(self.out / path))
        if path.is_absolute():
            path = Path(self.out.name) / path.relative_to(self.out)
        return path.as_posix()

    def _rebuild(self, path: str | Path) -> str:
        shown = self._shown(self._relative(path))
        if shown.startswith("report/published/"):  # an input: nothing rebuilds it
            return ""
        return f"snakemake --cores 1 --force {shown}"

    def _relative(self, path: str | Path) -> Path:
        path = Path(path)
        return path.relative_to(self.out) if path.is_relative_to(self.out) else path

    def _data(self, path: Path) -> dict[str, str]:
        if not path.is_file():
            raise LabError(f"{path}: not found; build the tables first")
        return {"csv": self._shown(self._relative(path)), "csv-file": str(path.resolve())}


def _caption(kind: str, name: str, caption: str, caller) -> str:
    text = one_line(caller() if caller else caption)
    if not text:
        raise LabError(f"{kind} {name!r}: needs a caption")
    return text
