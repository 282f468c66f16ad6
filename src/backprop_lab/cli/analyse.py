"""Commands from finished runs to tables, figures, verdicts and facts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add, add_inputs, read_pairs


def add_commands(commands: Commands) -> None:
    """Add `table`, `figure`, `gallery`, `claims`, `correctness`, `multiverse` and `facts`."""
    add_inputs(add(commands, "table", _table, "write the table that the output's name says"))
    figure = add(commands, "figure", _figure, "draw the figure that the outputs' name says")
    figure.add_argument("inputs", nargs="*", metavar="NAME=PATH", help="repeat for a list")
    figure.add_argument(
        "--output", nargs="+", type=Path, required=True, help="OUT/figures/<language>/<figure>.svg"
    )
    about = "write the images that a network gets wrong"
    add_inputs(add(commands, "gallery", _gallery, about))
    claims = add(commands, "claims", _claims, "judge the original's claims")
    multiverse = add(commands, "multiverse", _multiverse, "judge the claims under other choices")
    for command in (claims, multiverse):
        add_inputs(command)
        command.add_argument("--known", nargs="+", help="the experiments of config.yaml")
    correctness = add(commands, "correctness", _correctness, "write which images each run tells")
    add_inputs(correctness)
    correctness.add_argument("--folder", type=Path, default=Path("results/runs"))
    add_inputs(add(commands, "facts", _facts, "write every number that the prose uses"))


def _table(arguments: argparse.Namespace) -> None:
    from backprop_lab.tables.registry import write

    write(arguments.output.stem, read_pairs(arguments.inputs), arguments.output)


def _figure(arguments: argparse.Namespace) -> None:
    from backprop_lab.figures.registry import draw
    from backprop_lab.figures.words import load_words

    inputs = read_pairs(arguments.inputs)
    folder = inputs.pop("words", [Path("report/text/en/words.yaml")])[0].parent.parent
    for output in arguments.output:
        draw(output.stem, inputs, load_words(output.parent.name, folder), output)


def _gallery(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.report.gallery import write_gallery

    call(write_gallery, "gallery", read_pairs(arguments.inputs), output=arguments.output)


def _claims(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.refutations import compare_with_git
    from backprop_lab.claims.evaluation import write_claims
    from backprop_lab.claims.register import lack_line
    from backprop_lab.files.documents import read_json
    from backprop_lab.files.inputs import call

    inputs = read_pairs(arguments.inputs)
    compared = [compare_with_git(path) for path in inputs.get("register", ())]
    others = {"known": arguments.known, "compared_with_git": all(compared)}
    call(write_claims, "claims", inputs, **others, output=arguments.output)
    for name, claim in read_json(arguments.output)["claims"].items():
        if lacks := claim["reason"]["values"].get("lacks"):
            lines = "; ".join(map(lack_line, lacks))
            advice = "give config.yaml what report/register.json asks for"
            print(f"{name}: not judged, this build lacks {lines}; {advice}", file=sys.stderr)


def _correctness(arguments: argparse.Namespace) -> None:
    from backprop_lab.claims.correctness import write_correctness
    from backprop_lab.files.inputs import call

    inputs, folder = read_pairs(arguments.inputs), arguments.folder
    call(write_correctness, "correctness", inputs, folder=folder, output=arguments.output)


def _multiverse(arguments: argparse.Namespace) -> None:
    from backprop_lab.claims.multiverse import write_multiverse
    from backprop_lab.files.inputs import call

    inputs = read_pairs(arguments.inputs)
    call(write_multiverse, "multiverse", inputs, known=arguments.known, output=arguments.output)


def _facts(arguments: argparse.Namespace) -> None:
    from backprop_lab.facts.facts import write_facts
    from backprop_lab.files.inputs import call

    call(write_facts, "facts", read_pairs(arguments.inputs), output=arguments.output)
