"""Commands on whole builds: write a manifest, verify a build by one, compare two builds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add


def add_commands(commands: Commands) -> None:
    """Add `manifest`, `verify`, `verified` and `diff`."""
    about = "write digests and reference values of a build"
    manifest = add(commands, "manifest", _manifest, about)
    manifest.add_argument("build", type=Path, help="OUT, such as results/quick")
    about = "by default report/manifests/<preset>-<data set>.<processor>.json"
    manifest.add_argument("--output", type=Path, help=about)
    about = "the same build on another platform, to note how far its figures move; repeatable"
    manifest.add_argument("--other", type=Path, action="append", default=[], help=about)
    about = "leave out tables, figures and facts, whose bytes depend on more than the runs"
    manifest.add_argument("--runs-only", action="store_true", help=about)

    about = "compare a build with a manifest; status 0 if nothing is different or missing"
    verify = add(commands, "verify", _verify, about)
    verify.add_argument("manifest", type=Path)
    verify.add_argument("--results", type=Path, help="OUT; by default that of the preset")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.add_argument("--all", action="store_true", help="list also what is the same")

    about = "write how a build compares with the manifest that fits it, for the report"
    verified = add(commands, "verified", _verified, about)
    verified.add_argument("output", type=Path, help="OUT/verified.json")
    verified.add_argument("--manifests", type=Path, required=True, help="folder of manifests")

    about = "tell what differs between two builds, and why; status 0 if nothing does"
    diff = add(commands, "diff", _diff, about)
    for name in ("first", "second"):
        diff.add_argument(name, type=Path, help="OUT, or a folder of the project")
    about = "how far numbers may differ, relative to the larger"
    diff.add_argument("--tolerance", type=float, default=1e-9, help=about)
    diff.add_argument("--json", type=Path, metavar="FILE", help="write JSON, too")
    diff.add_argument("--html", type=Path, metavar="FILE", help="write a page, too")


def _manifest(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.build import Build
    from backprop_lab.builds.manifest import Manifest, usual_path

    build, others = Build.at(arguments.build), [Build.at(path) for path in arguments.other]
    manifest = Manifest.of(build, others=others, with_files=not arguments.runs_only)
    output = arguments.output or usual_path(manifest)
    manifest.write(output)
    print(output)


def _verify(arguments: argparse.Namespace) -> None:
    import json

    from backprop_lab.builds.build import Build
    from backprop_lab.builds.manifest import Manifest
    from backprop_lab.builds.verify import table, verify

    manifest = Manifest.read(arguments.manifest)
    usual = Path("results") if manifest.preset == "full" else Path("results", manifest.preset)
    found = verify(manifest, Build.at(arguments.results or usual))
    if arguments.json:
        print(json.dumps(found.as_json(), indent=1, ensure_ascii=False))
    else:
        print(table(found, every=arguments.all))
    if not found.good:
        sys.exit(1)


def _verified(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.verify import write_verified

    write_verified(arguments.manifests, arguments.output)


def _diff(arguments: argparse.Namespace) -> None:
    import json

    from backprop_lab.builds.build import Build
    from backprop_lab.builds.diff import compare
    from backprop_lab.builds.pages import as_html, as_text
    from backprop_lab.files.atomic import replacing

    builds = Build.at(arguments.first), Build.at(arguments.second)
    found = compare(*builds, arguments.tolerance)
    for path, text in (
        (arguments.json, json.dumps(found.as_json(), indent=1, ensure_ascii=False) + "\n"),
        (arguments.html, as_html(found)),
    ):
        if path:
            with replacing(path, "w") as file:
                file.write(text)
    if found.found:
        print(as_text(found))
        sys.exit(1)
