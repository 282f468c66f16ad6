"""Every command on every page is one that its program knows; no job is run."""

import re
from importlib.util import find_spec

import pytest
import yaml
from command_page import commands_for_people
from docs_pages import DOCS, blocks, commands, pages
from project_copy import ROOT, copy_project, run_in
from snakemake.cli import get_argument_parser

from backprop_lab.cli.main import build_parser

#: Programs of others, each with the words that may follow it.
OTHERS = {
    ".": {".venv/bin/activate"},
    ".venv/bin/pip": {"install", "-c", "requirements.lock", "-e", ".[slurm]"},
    "explorer.exe": {"results"},
    "sacctmgr": {"show", "associations", "user=$USER"},
    "sinfo": {"--summarize"},
    "squeue": {"--me"},
    "sudo": {"apt", "update", "install", "git", "make", "python3", "python3-venv"},
    "true": set(),
    "xcode-select": {"--install"},
}
COMMANDS = {
    f"{page.relative_to(DOCS)}: {' '.join(words)}": words
    for page in pages()
    for block in blocks(page)
    for words in commands(block)
}


def as_snakemake_reads(words):
    """A command as Snakemake takes it, which knows options of installed plugins alone."""
    words = list(words)
    if not find_spec("snakemake_executor_plugin_slurm"):
        for option in [word for word in words if word.startswith("--slurm-")]:
            place = words.index(option)
            del words[place : place + 2]
    return get_argument_parser().parse_args(words)


def is_known(program, words):
    """Whether a program knows the words behind its name."""
    if program == "backprop-lab":
        if words[1:] == ["--help"]:
            return words[0] in dict(commands_for_people())
        return bool(build_parser().parse_args(words))
    if program == "make":
        phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
        return all(word in phony.split() or re.match("(PYTHON|CORES)=", word) for word in words)
    if program == "snakemake":
        return bool(as_snakemake_reads(words))
    if program == "python":
        return bool(compile(words[1], "-c", "exec")) if words[0] == "-c" else is_file(words[0])
    if program == "eval":
        inner = re.fullmatch(r"\$\((.*)\)", words[0])[1].split()
        return is_known(inner[0], inner[1:])
    return set(words) <= OTHERS[program]


def is_file(path):
    return (ROOT / path).is_file()


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_command_is_known_to_its_program(words):
    assert is_known(words[0], words[1:])


def test_every_target_is_one_of_the_workflow(tmp_path):
    calls = [words[1:] for words in COMMANDS.values() if words[0] == "snakemake"]
    targets = sorted({target for words in calls for target in targets_of(words)})
    assert len(targets) >= 6
    folder = copy_project(tmp_path / "project")
    output = run_in(folder, "-m", "snakemake", "-n", "--quiet", "rules", "--cores", "1", *targets)
    assert "train_numpy" in output


def targets_of(words):
    """The targets of a command, and the rules that it forces."""
    read = as_snakemake_reads(words)
    return {str(target) for target in [*read.targets, *(read.forcerun or ())]}


def test_keys_that_pages_name_are_in_the_config():
    schema = (ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8")
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    known = {*re.findall(r"^ +(\w+):", schema, re.MULTILINE), "NAME"}
    known |= config["experiments"].keys() | config["presets"].keys()
    named = {
        (page.name, key)
        for page in pages()
        for code in re.findall(r"`((?:\w+: ?)+)[^`]*`", page.read_text(encoding="utf-8"))
        for key in re.findall(r"\w+", code)
    }
    assert len(named) > 10
    assert not {(page, key) for page, key in named if key not in known}


def test_no_block_has_a_placeholder():
    for page in pages():
        for block in blocks(page):
            assert not re.search(r"<\w+>|\bOUT\b", block), (page, block)
