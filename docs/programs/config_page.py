"""The reference of config.yaml, written from the schema that a build checks it by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from markdown_table import table

SCHEMA = Path(__file__).parents[2] / "workflow/schemas/config.schema.yaml"
HEAD = ("key", "what it is", "values", "by default")
#: What the page calls the types of JSON Schema.
TYPES = {"string": "text", "boolean": "`true` or `false`", "null": "`null` (none)"}
NUMBERS = {"integer": "whole number", "number": "number"}


def reference(schema: dict[str, Any] | None = None) -> str:
    """Return the Markdown of all keys: a section for each level of the file.

    Args:
        schema: by default workflow/schemas/config.schema.yaml.
    """
    schema = schema or yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    grid = schema["$defs"]["grid"]
    parts = ["## The top level\n\n" + _rows(schema, "")]
    parts += _sections(schema, "")
    parts.append(f"## A grid\n\n{grid['description']}\n\n" + _rows(grid, "grid:"))
    return "\n".join(parts)


def parameters() -> dict[str, str]:
    """Return what each parameter of a run is: its key in a grid -> its description."""
    grid = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["$defs"]["grid"]
    return {key: below["description"] for key, below in grid["properties"].items()}


def _sections(schema: dict[str, Any], path: str) -> list[str]:
    """Write the sections of all levels below a level, each before those below it."""
    found = []
    for key, below in schema.get("properties", {}).items():
        place = f"{path} {key}:".strip()
        named = below.get("additionalProperties")
        if isinstance(named, dict):
            level, heading = named, f"{place} NAME:"
        else:
            level, heading = below, place
        if level.get("properties"):
            text = _sentences(below, below.get("propertyNames", {}))
            found.append(f"## {heading}\n\n{text}\n\n" + _rows(level, heading))
            found += _sections(level, heading)
    return found


def _sentences(schema: dict[str, Any], names: dict[str, Any]) -> str:
    """Return a level's description, and what its names may be."""
    text = schema["description"]
    if "description" in names:
        text += f" NAME: {names['description'][0].lower()}{names['description'][1:]}"
    if "not" in names:
        text += f" These names are taken: {_listed(names['not']['enum'])}."
    return text


def _rows(schema: dict[str, Any], path: str) -> str:
    """Write the table of a level's keys."""
    required = schema.get("required", ())
    rows = []
    for key, below in schema["properties"].items():
        default = f"`{_spelled(below['default'])}`" if "default" in below else ""
        needed = "must be there" if key in required else default
        rows.append((f"`{key}`", below["description"], values(below, f"{path} {key}:"), needed))
    return table(HEAD, rows)


def _spelled(value: Any) -> str:
    """Spell a value as config.yaml would."""
    return value if isinstance(value, str) else json.dumps(value)


def values(schema: dict[str, Any], path: str) -> str:
    """Say in words which values a key takes.

    >>> values({"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}, "")
    'list of: whole number, at least 1; not empty'
    """
    if "enum" in schema:
        return _listed(schema["enum"])
    if "then" in schema or "$ref" in schema:
        return "[a grid](#a-grid), or a list of them"
    if schema["type"] == "array":
        notes = ["not empty"] * ("minItems" in schema) + ["none twice"] * ("uniqueItems" in schema)
        items = values(schema["items"], path)
        return "; ".join([f"list of: {f'({items})' if ';' in items else items}", *notes])
    if schema["type"] == "object":
        name = " NAME:" if "additionalProperties" in schema and "properties" not in schema else ""
        anchor = f"{path}{name}".strip().lower().replace(":", "").replace(" ", "-")
        return f"[keys](#{anchor})"
    if isinstance(schema["type"], list):
        return " or ".join(TYPES[kind] for kind in schema["type"])
    return TYPES.get(schema["type"]) or NUMBERS[schema["type"]] + _limits(schema)


def _limits(schema: dict[str, Any]) -> str:
    """Say between which limits a number lies."""
    words = {"exclusiveMinimum": "above", "minimum": "at least", "maximum": "at most"}
    limits = {name: schema[name] for name in words if name in schema}
    return "".join(
        f", {words[name]} {'2⁶³ - 1' if limit == 2**63 - 1 else limit}"
        for name, limit in limits.items()
    )


def _listed(values: list[Any]) -> str:
    """List values as code."""
    return ", ".join(f"`{value}`" for value in values)
