"""Lists and objects of JSON files: what they may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TypeGuard

from backprop_lab.files.forms.kinds import Kind, Number, refusal, shown


@dataclass(frozen=True)
class Scalar:
    """A number, a text or a flag of a JSON file."""

    def right(self, value: object) -> bool:
        """Say whether a value is one."""
        return isinstance(value, str | bool) or Number().right(value)

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value."""
        return refusal(where, value, "a number, a text, true or false")


@dataclass(frozen=True)
class Anything:
    """A value of a JSON file that no reader looks into."""

    def right(self, value: object) -> bool:
        """Return True: any value is right."""
        return True

    def problem(self, value: object, where: str) -> str:
        """Return "": nothing is wrong with any value."""
        return ""


#: See `Anything`.
ANYTHING = Anything()


@dataclass(frozen=True)
class Items:
    """A list of JSON.

    Attributes:
        kind: of each item.
        length: how many there must be; None for any number.
        optional: whether null may stand for it.
    """

    kind: Kind
    length: int | None = None
    optional: bool = False

    def right(self, value: object) -> bool:
        """Say whether a value is such a list."""
        if not self._is_list(value):
            return value is None and self.optional
        if isinstance(self.kind, Number):
            return self.kind.all_right(value)
        return all(map(self.kind.right, value))

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value."""
        if not self._is_list(value):
            what = "a list" if self.length is None else f"a list of {self.length}"
            return refusal(where, value, what)
        number = next(i for i, item in enumerate(value) if not self.kind.right(item))
        return self.kind.problem(value[number], f"{where}.{number}")

    def _is_list(self, value: object) -> TypeGuard[list[object]]:
        return isinstance(value, list) and self.length in (None, len(value))


@dataclass(frozen=True)
class Matrix:
    """A square of numbers: a list of rows, each a list as long.

    Attributes:
        kind: of each number.
    """

    kind: Number

    def right(self, value: object) -> bool:
        """Say whether a value is such a matrix."""
        if not isinstance(value, list) or set(map(type, value)) != {list}:
            return False
        if set(map(len, value)) != {len(value)}:
            return False
        return self.kind.all_right(list(chain.from_iterable(value)))

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value."""
        size = len(value) if isinstance(value, list) and value else None
        if size is None:
            return refusal(where, value, "a list of lists, as many as each has numbers")
        return Items(Items(self.kind, size), size).problem(value, where)


@dataclass(frozen=True)
class Record:
    """An object of JSON.

    Attributes:
        fields: key -> kind of its value; each must be there.
        may: key -> kind of its value, for keys that may be absent.
        others: kind of the values of all other keys; None where there are none.
        optional: whether null may stand for it.
    """

    fields: Mapping[str, Kind] = field(default_factory=dict)
    may: Mapping[str, Kind] = field(default_factory=dict)
    others: Kind | None = None
    optional: bool = False

    def right(self, value: object) -> bool:
        """Say whether a value is such an object."""
        if not isinstance(value, dict):
            return value is None and self.optional
        for key, right in self._checks:
            if key not in value or not right(value[key]):
                return False
        if len(value) == len(self.fields) or (self.others == ANYTHING and not self.may):
            return True
        return all(
            kind is not None and kind.right(value[key]) for key, kind in self._further(value)
        )

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value."""
        if not isinstance(value, dict):
            return refusal(where, value, "an object")
        for key, kind in self.fields.items():
            if key not in value:
                return f"lacks {_below(where, key)}"
            if not kind.right(value[key]):
                return kind.problem(value[key], _below(where, key))
        for key, further in self._further(value):
            if further is None:
                return f"has {_below(where, shown(key))}, which does not belong there"
            if not further.right(value[key]):
                return further.problem(value[key], _below(where, key))
        return ""

    @cached_property
    def _checks(self) -> list[tuple[str, Callable[[object], bool]]]:
        return [(key, kind.right) for key, kind in self.fields.items()]

    def _further(self, value: Mapping[str, object]) -> list[tuple[str, Kind | None]]:
        """List the keys beside `fields`, each with the kind of its value."""
        return [(key, self.may.get(key, self.others)) for key in value if key not in self.fields]


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
