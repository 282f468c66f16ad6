"""Commands of the report: write it, check it, measure its pages."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from backprop_lab.report.inputs import ReportInputs


def add_commands(commands: Commands) -> None:
    """Add `render`, `check`, `layout`, `captions`, `export-tables` and `readme`."""
    for name, function, help, output in (
        (
            "render",
            _render,
            "write the report",
            "OUT/report/lab-report.<language>.{html,pdf} or supplement.<language>.html",
        ),
        ("check", _check, "see that the report is whole", "OUT/report/checked.<language>.json"),
    ):
        command = add(commands, name, function, help)
        command.add_argument("output", type=Path, help=output)
        command.add_argument(
            "--template", type=Path, required=True, help="report/text/<language>/lab-report.md"
        )
        command.add_argument("--dataset", type=Path, default=Path("results/dataset.json"))
        about = "those in which the build makes the report, for links between its pages"
        command.add_argument("--languages", nargs="+", default=[], help=about)
        command.set_defaults(named=output)
    about = "say which pages of a PDF are half empty, and which headings and tables are badly cut"
    layout = add(commands, "layout", _layout, about, for_people=True)
    layout.add_argument("pdf", type=Path, nargs="+", help="OUT/report/lab-report.<language>.pdf")
    about = "write captions of figures and tables for Snakemake's own report"
    captions = add(commands, "captions", _captions, about)
    about = "OUT/report/captions/<language>/{fig,tbl}-<name>.rst"
    captions.add_argument("output", type=Path, nargs="+", help=about)
    about = "write the report's tables for other documents"
    exported = add(commands, "export-tables", _export_tables, about)
    exported.add_argument("folder", type=Path, help="OUT/exports/tables/<language>")
    exported.add_argument("--formats", nargs="+", required=True, help="csv, tex, md")
    for command in (captions, exported):
        command.add_argument("--template", type=Path, required=True, help="lab-report.md")
        command.add_argument("--dataset", type=Path, default=Path("results/dataset.json"))
    about = "write README's first words and its picture, from a full build on MNIST"
    readme = add(commands, "readme", _readme, about)
    readme.add_argument("folder", type=Path, help="results")
    readme.add_argument("--found", type=Path, default=Path("report/found.json"))
    readme.add_argument("--template", type=Path, default=Path("report/readme.md"))
    readme.add_argument("--readme", type=Path, default=Path("README.md"))
    readme.add_argument("--picture", type=Path, default=Path("docs/report.png"))


def _render(arguments: argparse.Namespace) -> None:
    from backprop_lab.report.parts import Part
    from backprop_lab.report.render import render_html, render_pdf

    output = arguments.output
    if output.suffix not in (".html", ".pdf"):
        raise LabError(f"{output}: a report is .html or .pdf")
    inputs, part = _report_inputs(arguments), Part.of(output)
    if output.suffix == ".html":
        render_html(inputs, output, part=part)
    elif part is Part.REPORT:
        render_pdf(inputs, output)
    else:
        raise LabError(f"{output}: the PDF of the report holds the supplement; ask for that")


def _check(arguments: argparse.Namespace) -> None:
    import json
    from dataclasses import asdict

    from backprop_lab.files.atomic import replacing
    from backprop_lab.report.checks import check_report
    from backprop_lab.report.parts import Part
    from backprop_lab.report.translation_checks import check_translation

    inputs = _report_inputs(arguments)
    check_translation(inputs.template)
    html, supplement = (arguments.output.with_name(part.page(inputs.language)) for part in Part)
    checked = check_report(inputs, html, html.with_suffix(".pdf"), supplement)
    with replacing(arguments.output, "w") as file:
        json.dump(asdict(checked), file, indent=1)


def _layout(arguments: argparse.Namespace) -> None:
    import sys

    from backprop_lab.report.layout import measure_layout

    layouts = {path: measure_layout(path) for path in arguments.pdf}
    for path, layout in layouts.items():
        share, page = layout.emptiest
        print(
            f"{path}: {layout.pages} pages, at most {share:.0%} of one empty in one piece "
            f"(page {page}), tables that go on over a page: {layout.split}, "
            f"findings: {len(layout.findings)}"
        )
        for finding in layout.findings:
            print(f"  {finding}")
    if any(layout.findings for layout in layouts.values()):
        sys.exit(1)


def _captions(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.descriptions import captions
    from backprop_lab.report.contents import Contents, write_captions
    from backprop_lab.report.inputs import ReportInputs

    out = arguments.output[0].parents[3]
    inputs = ReportInputs.of_build(arguments.template, out, arguments.dataset)
    write_captions(Contents.of(inputs, cells=False), arguments.output, captions())


def _export_tables(arguments: argparse.Namespace) -> None:
    from backprop_lab.report.contents import Contents
    from backprop_lab.report.exports import write_tables
    from backprop_lab.report.inputs import ReportInputs

    out = arguments.folder.parents[2]
    inputs = ReportInputs.of_build(arguments.template, out, arguments.dataset)
    write_tables(Contents.of(inputs, cells=True), arguments.folder, arguments.formats)


def _readme(arguments: argparse.Namespace) -> None:
    from backprop_lab.report.readme import write_found, write_picture, write_readme

    folder, template = arguments.folder, arguments.template
    write_found(
        facts=folder / "facts.json",
        environment=folder / "environment.json",
        dataset=folder / "dataset.json",
        template=template,
        output=arguments.found,
    )
    write_picture(pdf=folder / "report/lab-report.en.pdf", output=arguments.picture)
    write_readme(found=arguments.found, template=template, readme=arguments.readme)


def _report_inputs(arguments: argparse.Namespace) -> ReportInputs:
    """Name the files beside OUT/report/ and the template, in the template's language.

    Raises:
        LabError: the output's name does not say that language.
    """
    from backprop_lab.report.inputs import ReportInputs

    language = arguments.template.parent.name
    if not arguments.output.stem.endswith(f".{language}"):
        raise LabError(
            f"{arguments.output}: name it {arguments.named}, in the language that the folder of "
            f"the template says ({arguments.template})"
        )
    out = arguments.output.parent.parent
    inputs = ReportInputs.of_build(arguments.template, out, arguments.dataset)
    return replace(inputs, languages=tuple(arguments.languages))
