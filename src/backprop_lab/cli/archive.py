"""Commands on archives: pack a build, check an archive, repeat one of its runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.errors import LabError


def add_commands(commands: Commands) -> None:
    """Add `archive` and `check-archive`."""
    about = "pack a build with its code, settings and report into one file that describes itself"
    archive = add(commands, "archive", _archive, about, for_people=True)
    archive.add_argument("build", type=Path, nargs="?", default=Path("results"), help="OUT")
    about = "the ZIP file (default: OUT/archive.zip)"
    archive.add_argument("--output", type=Path, metavar="ZIP", help=about)
    about = "pack the files as they are, even if they differ from the commit; the archive says so"
    archive.add_argument("--changed", action="store_true", help=about)
    about = "pack the weights and predictions of every run, too"
    archive.add_argument("--weights", action="store_true", help=about)
    about = "the config that was built with, as JSON (default: config.yaml with the build's preset)"
    archive.add_argument("--settings", metavar="JSON", help=about)

    about = "check that an archive, or the folder that it was unpacked to, is as it was packed"
    check = add(commands, "check-archive", _check_archive, about, for_people=True)
    check.add_argument("archive", type=Path, metavar="ARCHIVE", help="the ZIP file, or the folder")
    about = "also train this run again, and compare: a name such as numpy_360_.../seed0"
    check.add_argument("--repeat", metavar="RUN", help=about)
    about = "the images to train on (default: results/dataset.npz)"
    check.add_argument("--dataset", type=Path, default=Path("results/dataset.npz"), help=about)


def _archive(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.archive import write_archive
    from backprop_lab.builds.build import Build

    build = Build.at(arguments.build)
    settings = _settings(arguments.settings, build.preset)
    output = arguments.output or build.out / "archive.zip"
    how = {"may_differ": arguments.changed, "weights": arguments.weights}
    write_archive(build, output, settings, **how)
    print(output)


def _settings(given: str | None, preset: str) -> dict[str, object]:
    """Read the config that was given as JSON, or else config.yaml with a preset."""
    import json

    from backprop_lab.cli.project import check_config

    if given is None:
        return dict(check_config(preset).config)
    try:
        return dict(json.loads(given))
    except (TypeError, ValueError) as error:
        raise LabError(f"--settings: is no JSON object ({error})") from None


def _check_archive(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.packed import Archive

    with Archive.at(arguments.archive) as archive:
        archive.check()
        print(f"{arguments.archive}: {len(archive.digests)} files, all as they were packed")
        if arguments.repeat:
            from backprop_lab.builds.repeat import repeat

            repeat(archive, arguments.repeat, arguments.dataset)
            print(f"{arguments.repeat}: trained again, the same weights and figures")
