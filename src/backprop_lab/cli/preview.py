"""The command that shows the report in a browser while it is being written."""

from __future__ import annotations

import argparse
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add, at_least
from backprop_lab.errors import LabError


def add_commands(commands: Commands) -> None:
    """Add `preview`."""
    about = "show the report in the browser, and anew whenever a file changes"
    preview = add(commands, "preview", _preview, about, for_people=True)
    preview.add_argument("--language", help="that of the report (default: config.yaml's first)")
    preview.add_argument("--preset", help="the preset of the build (default: that of config.yaml)")
    port = "where to serve it on this machine (default: a free one)"
    preview.add_argument("--port", type=at_least(0), default=0, metavar="NUMBER", help=port)
    preview.add_argument("--open", action="store_true", help="open it in the browser")


def _preview(arguments: argparse.Namespace) -> None:
    import gc
    import sys
    import webbrowser

    from backprop_lab.cli.project import check_config
    from backprop_lab.files.scratch import scratch_folder
    from backprop_lab.preview.changes import Watch
    from backprop_lab.preview.preview import Preview, Target
    from backprop_lab.preview.renderer import Renderer
    from backprop_lab.preview.server import Board, PreviewServer

    gc.enable()  # this command goes on for hours
    config = check_config(arguments.preset).config
    languages = config["report"]["languages"]
    language = arguments.language or languages[0]
    if language not in languages:
        raise LabError(
            f"--language {language}: not in config.yaml's report.languages "
            f"({', '.join(languages)}); name one of them, or add it there"
        )
    board, renderer = Board(), Renderer()
    server = PreviewServer(board, arguments.port)
    watch = Watch(Path())
    print(f"preview: {server.address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
    if arguments.open and not webbrowser.open(server.address):
        print("no browser could be started; open the address yourself", file=sys.stderr)
    try:
        with scratch_folder() as folder:
            preview = Preview(Target(language, config["preset"]), board, renderer, folder)
            preview.start()
            preview.follow(watch)
    finally:
        watch.end()
        renderer.renew()
