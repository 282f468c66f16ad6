"""The report's Markdown, filled in: from a template and what a build wrote."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from backprop_lab.errors import LabError
from backprop_lab.files.documents import parse_yaml
from backprop_lab.report.fragments import sandbox
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import Literal, escape
from backprop_lab.report.prose_checks import ProseError, TypedNumbers, check_prose
from backprop_lab.report.vocabulary import Vocabulary

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A filled template.

    Attributes:
        markdown: what it says.
        meta: its front matter.
        figures: names of the figures that it shows.
        downloads: the CSVs that it offers, by the name that the Markdown calls each.
    """

    markdown: str
    meta: dict[str, Any]
    figures: tuple[str, ...]
    downloads: Mapping[str, Path]


def fill(inputs: ReportInputs) -> Source:
    """Fill in the template.

    Raises:
        LabError: naming the template, its line and what is wrong there (an unknown or missing
            number, an undefined name, a column or figure that does not exist, a number typed
            by hand, ...).
    """
    template = inputs.template
    environment = sandbox(_Loader(template.parent, inputs.typed), _printable)
    environment.bytecode_cache = _COMPILED
    words = Vocabulary(inputs)
    try:
        markdown = environment.get_template(template.name).render(words.names())
    except ProseError:
        raise  # it says where
    except jinja2.TemplateNotFound as error:
        raise LabError(f"{template}: the template {error.name} is not found") from None
    except jinja2.TemplateSyntaxError as error:
        raise LabError(f"{error.filename}:{error.lineno}: {error.message}") from None
    except Exception as error:  # whatever a template's expression may raise
        raise LabError(f"{_place(error, template)}: {error}") from None
    return Source(
        markdown,
        _front_matter(markdown, template),
        tuple(dict.fromkeys(words.figures)),
        words.downloads,
    )


def _printable(value: object) -> object:
    if value is None or (isinstance(value, float) and value - value != 0):
        raise LabError(f"a value to print is {value}; print numbers with fact(), test with value()")
    return escape(value) if isinstance(value, Literal) else value


def _place(error: Exception, template: Path) -> str:
    """File and innermost line of the template, or of one it includes, on the way to an error."""
    places = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(template.parent) and frame.filename.endswith(".md")
    ]
    return places[-1] if places else f"{template}:?"


class _Compiled(jinja2.BytecodeCache):
    """The compiled templates of this process, so that each is compiled once."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` with a template's code, if it is known and its text is the same."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is in `bucket`."""
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Loader(jinja2.FileSystemLoader):
    """Loads templates, and refuses those whose prose has a number typed by hand."""

    def __init__(self, folder: Path, typed: TypedNumbers) -> None:
        """Look for templates in `folder`, and allow the numbers that their language does."""
        super().__init__(folder)
        self._typed = typed

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, its path, and whether that file is still the same.

        Raises:
            ProseError: a number is typed.
            jinja2.TemplateNotFound: there is no such file.
        """
        source, path, unchanged = super().get_source(environment, template)
        check_prose(source, path, self._typed)
        return source, path, unchanged


def _front_matter(markdown: str, template: Path) -> dict[str, Any]:
    match = _FRONT_MATTER.match(markdown)
    meta = parse_yaml(match[1], f"{template}: front matter") if match else {}
    if not meta.get("title") or not meta.get("author"):
        raise LabError(f"{template}: begin with a front matter (---) that has title and author")
    return meta
