"""README's first words and its picture, made from a full build on MNIST.

`report/found.json` keeps the facts that README quotes, with the commit and the date of the code
that they were measured with, so that README can be compared with them where no build is.
"""

from __future__ import annotations

import io
import json
import textwrap
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json
from backprop_lab.report.facts import KnownFacts
from backprop_lab.report.formats import UNIT_FORMATS, format_number
from backprop_lab.report.fragments import sandbox

#: README's lines between these are made by the program.
BEGIN = "<!-- made by `snakemake readme` from report/found.json; do not edit -->"
END = "<!-- end of what is made -->"
#: Of the picture.
MAX_BYTES = 200_000
_PAGES = 2
_WIDTH = 80  # characters of a line


def write_readme(*, found: Path, template: Path, readme: Path) -> None:
    """Put the sentences that `sentences` returns between the two marks of README.md.

    Raises:
        LabError: a mark is missing, or found.json does not fit the template.
    """
    try:
        text = readme.read_text(encoding="utf-8")
        before, rest = text.split(f"{BEGIN}\n")
        _, after = rest.split(END)
    except OSError as error:
        raise LabError(f"{readme}: cannot be read ({error.strerror})") from None
    except ValueError:
        raise LabError(f"{readme}: must have the lines {BEGIN!r} and {END!r} once") from None
    with replacing(readme, "w") as file:
        file.write(f"{before}{BEGIN}\n{sentences(found, template)}\n{END}{after}")


def sentences(found: Path, template: Path) -> str:
    """Return what README says of the results, as lines of Markdown.

    Args:
        found: found.json, see `write_found`.
        template: report/readme.md.

    Raises:
        LabError: found.json lacks a fact that the template asks for.
    """
    about = read_json(found)
    facts = about["facts"]

    def fact(key: str, format: str | None = None) -> str:
        if key not in facts:
            raise LabError(f"{found}: lacks {key}; make it anew with: snakemake readme")
        return _written(facts[key]["value"], facts[key]["unit"], format)

    lines = [textwrap.fill(line, _WIDTH) for line in _render(template, fact).splitlines() if line]
    where = f"commit {about['commit'][:7]}, {about['date'][:10]}"
    lines.append(f"\n(A full build on {about['dataset']}, {where}.)")
    return "\n".join(lines)


def write_found(
    *, facts: Path, environment: Path, dataset: Path, template: Path, output: Path
) -> None:
    """Write found.json: the facts that README quotes, and the commit that they are of.

    Args:
        facts, environment, dataset: facts.json, environment.json and dataset.json of a build.
        template: report/readme.md.

    Raises:
        LabError: the build is not on MNIST, or its code was in no commit.
    """
    data, git = read_json(dataset), read_json(environment)["git"]
    if data["name"] != "mnist":
        raise LabError(f"{dataset}: {data['title']}; README quotes a full build on MNIST")
    if not git["commit"] or git["dirty"]:
        raise LabError(
            f"{environment}: the code that was built is in no commit, and README names one; "
            "commit your changes and build again"
        )
    known, quoted = KnownFacts(facts), {}

    def fact(key: str, format: str | None = None) -> str:
        one = known[key]
        quoted[key] = {"value": one.value, "unit": one.unit}
        return _written(one.value, one.unit, format)

    _render(template, fact)
    found = {
        "dataset": data["title"],
        "commit": git["commit"],
        "date": git["date"],
        "facts": dict(sorted(quoted.items())),
    }
    with replacing(output, "w") as file:
        file.write(json.dumps(found, indent=1) + "\n")


def write_picture(*, pdf: Path, output: Path) -> None:
    """Draw the first pages of the report side by side, as a PNG of at most MAX_BYTES.

    Raises:
        LabError: the PDF cannot be read.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except (OSError, pypdfium2.PdfiumError) as error:
        raise LabError(f"{pdf}: cannot be read ({error}); build it anew") from None
    pages = [document[number] for number in range(min(_PAGES, len(document)))]
    for scale in (1.3, 1.1, 0.9, 0.7, 0.5):
        data = _side_by_side([page.render(scale=scale).to_pil() for page in pages])
        if len(data) <= MAX_BYTES:
            break
    with replacing(output) as file:
        file.write(data)


def _side_by_side(pages: list[Image.Image]) -> bytes:
    """Return pictures of one size in a row, with a grey line around each, as a PNG."""
    width, height = pages[0].size
    grey = (160, 160, 160)
    sheet = Image.new("RGB", (len(pages) * (width + 1) + 1, height + 2), grey)
    for number, page in enumerate(pages):
        sheet.paste(page, (1 + number * (width + 1), 1))
    file = io.BytesIO()
    sheet.quantize(48).save(file, "PNG", optimize=True)
    return file.getvalue()


def _render(template: Path, fact: Any) -> str:
    """Fill the template; `fact` is what it asks for numbers."""
    environment = sandbox()
    return environment.from_string(template.read_text(encoding="utf-8")).render(fact=fact)


def _written(value: Any, unit: str, format: str | None) -> str:
    """Write a fact as the report does, in English."""
    return format_number(value, format or UNIT_FORMATS.get(unit, "general"))
