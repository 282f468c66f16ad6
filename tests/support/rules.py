"""What the workflow's rules say of the code that they depend on."""

from __future__ import annotations

import re
from pathlib import Path

from built_out import PROJECT

from backprop_lab.figures.registry import figures
from backprop_lab.tables.registry import tables

NETWORKS = ("nn.network", "nn.torch_network")


def rule_code(project: Path = PROJECT) -> dict[str, tuple[str, ...]]:
    """Rule -> the arguments of its `code(...)`; a table or figure under its own name."""
    found = {}
    names = {"code": lambda *arguments: arguments, "NETWORKS": NETWORKS}
    for path in sorted((project / "workflow/rules").glob("*.smk")):
        rules = re.split(r"^(?:use )?rule ", path.read_text(), flags=re.MULTILINE)[1:]
        for text in rules:
            name = re.match(r"(?:\w+ as )?(\w+)", text)[1]
            call = re.search(r"^ +code=(code\(.*?\)),$", text, re.MULTILINE | re.DOTALL)
            if call:
                found[name] = eval(call[1], names)  # our own rules
    for room, command, made in (
        ("tables", "analyse:_table", tables()),
        ("figures", "analyse:_figure", figures()),
    ):
        for one in made.values():
            found[f"{room}/{one.name}"] = (command, one.module.partition(".")[2])
    return found
