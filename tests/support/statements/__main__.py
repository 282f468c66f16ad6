"""Check the statements of a build's report.

    python tests/support/statements OUT [--dataset DATASET.JSON] [--language en] [--unknown]
    python tests/support/statements --world ties

Run it in the project's folder. The exit status is 1 if a statement is false or unknown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from built_out import inputs_of
from worlds import WORLDS

from backprop_lab.errors import LabError
from backprop_lab.report.inputs import ReportInputs
from statements.check import check


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, nargs="*", help="folders with facts.json")
    parser.add_argument("--dataset", type=Path, help="dataset.json, by default in OUT or above it")
    parser.add_argument("--language", default="en")
    parser.add_argument("--world", action="append", default=[], choices=[*WORLDS, "all"])
    parser.add_argument("--keep", type=Path, help="where worlds are built, or were before")
    parser.add_argument("--unknown", action="store_true", help="print skeletons alone")
    asked = parser.parse_args()
    found, unknown = 0, {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        builds = {}
        for out in asked.out:
            template = Path("report/text/en/lab-report.md").absolute()
            places = (out, out.parent)
            dataset = asked.dataset or next(
                path for place in places if (path := place / "dataset.json").is_file()
            )
            builds[str(out)] = ReportInputs.of_build(template, out, dataset)
        for name in WORLDS if "all" in asked.world else asked.world:
            out = folder / name.replace(" ", "-")
            kept = out.is_dir()
            builds[name] = inputs_of(out) if kept else WORLDS[name].build(out)
        for name, inputs in builds.items():
            template = inputs.template.parents[1] / asked.language / "lab-report.md"
            try:
                report = check(replace(inputs, template=template))
            except LabError as error:
                print(f"== {name}: {error}")
                found += 1
                continue
            unknown |= dict.fromkeys(report.unknown)
            if not asked.unknown:
                print(
                    f"== {name}: {len(report.sentences)} sentences, {report.dependent} depend on "
                    f"the build, {report.by_checker} have a checker; {len(report.false)} false, "
                    f"{len(report.unknown)} unknown"
                )
                print("\n".join(report.false))
            found += len(report.false) + len(report.unknown)
    if asked.unknown:
        print("\n".join(unknown))
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
