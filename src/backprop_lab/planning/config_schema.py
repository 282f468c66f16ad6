"""Check the config against its JSON Schema, and say in one line what does not fit."""

from __future__ import annotations

import copy
import math
import reprlib
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.exceptions import best_match

from backprop_lab.runs.config_error import ConfigError, Keys, shown
from backprop_lab.runs.grid import Config, whole_numbers

#: Python writes no number of more than 4,300 digits, so messages about it would fail.
_LARGEST = 10**400
#: Shortens long values in messages.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 80


def fit(config: Config, schema: dict[str, Any]) -> Config:
    """Return a copy of the config in which every key that has a default is set.

    Whole numbers that are written with a decimal point become integers.

    Args:
        schema: workflow/schemas/config.schema.yaml.

    Raises:
        ConfigError: the config does not fit the schema.
    """
    _check_plain(config, ())
    config = copy.deepcopy(config)
    error = best_match(_Validator(schema).iter_errors(config))
    if error is not None:
        raise _explained(error)
    fitted: Config = whole_numbers(config)
    return fitted


def _check_plain(value: Any, keys: Keys) -> None:
    """Refuse a key that is no text, and an endless number; --config can set such values."""
    if isinstance(value, list):
        for number, part in enumerate(value):
            _check_plain(part, (*keys, number))
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                reason = f"the key {shown(repr(key))} is no text; put it in quotation marks"
                raise ConfigError(keys, reason)
            _check_plain(part, (*keys, key))
    elif isinstance(value, int) and abs(value) > _LARGEST:
        raise ConfigError(keys, "the number is too large; write another one")


def _set_defaults(
    validator: Any, properties: dict[str, Any], instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Set the keys of a mapping that are missing and have a default, then check its values."""
    if isinstance(instance, dict):
        for name, about in properties.items():
            if "default" in about:
                instance.setdefault(name, copy.deepcopy(about["default"]))
    yield from Draft202012Validator.VALIDATORS["properties"](
        validator, properties, instance, schema
    )


def _check_unique(
    validator: Any, wanted: bool, instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Find the first value that a list has twice; jsonschema compares all with all."""
    seen = set()
    for number, value in enumerate(instance if wanted and isinstance(instance, list) else ()):
        key = _comparable(value)
        if key in seen:
            reason = f"{_SHORT.repr(value)} is listed twice; remove one"
            yield ValidationError(reason, path=[number])
            return
        seen.add(key)


def _comparable(value: Any) -> Any:
    """Return what is equal for equal values of JSON, and can be kept in a set."""
    if isinstance(value, list):
        return ("list", *map(_comparable, value))
    if isinstance(value, dict):
        return ("dict", *sorted((key, _comparable(part)) for key, part in value.items()))
    return (isinstance(value, bool), value)  # Python takes True for 1


_Validator = validators.extend(
    Draft202012Validator, {"properties": _set_defaults, "uniqueItems": _check_unique}
)


def _explained(error: ValidationError) -> ConfigError:
    """Return a validation error with the key that it is about, and what to do."""
    keys = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = list(error.schema["properties"])
        unknown = next(name for name in error.instance if name not in known)
        near = get_close_matches(unknown, known, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
        return ConfigError((*keys, unknown), f"unknown key; {advice}")
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return ConfigError(keys, f"{missing} is missing; add it")
    if "propertyNames" in error.absolute_schema_path:
        return ConfigError((*keys, error.instance), _wrong_name(error))
    if error.validator == "pattern":
        wanted = error.schema["description"]
        return ConfigError(keys, f"{_SHORT.repr(error.instance)} does not fit; wanted: {wanted}")
    message = error.message.splitlines()[0].replace(
        repr(error.instance), _SHORT.repr(error.instance), 1
    )
    return ConfigError(keys, f"{message}{_remedy(error)}")


def _wrong_name(error: ValidationError) -> str:
    """Say why the name of an experiment or a preset is refused."""
    if error.validator == "not":
        return "the name is taken by a folder of results; take another one"
    if error.validator == "maxLength":
        return f"the name has more than {error.validator_value} characters; take a shorter one"
    return f"the name does not fit; wanted: {error.schema['description']}"


def _remedy(error: ValidationError) -> str:
    """Return what to do where the message does not say it: "; ...", or nothing."""
    value = error.instance
    if value is None:
        return "; the key has no value, give it one or remove it"
    if isinstance(value, bool):
        return "; YAML reads yes, no, on and off as true and false"
    if error.validator == "type" and error.validator_value in ("number", "integer"):
        return _as_number(value, error.validator_value)
    return ""


def _as_number(value: Any, kind: str) -> str:
    """Say how to write a text so that YAML reads it as a number, if it is meant as one."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    if not math.isfinite(number):
        return "; it is no number that can be computed with, write another one"
    if not isinstance(value, str):
        return ""
    meant = int(number) if number.is_integer() and kind == "integer" else number
    return f"; YAML reads it as a text, write {shown(repr(meant))} without quotation marks"
