"""How a run's name spells the options that do not stand at their default.

For example `_init-torch_raw_noshuffle_splitseed3_size5000_repeat10_noise0.02`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from backprop_lab.runs.run import Run

#: Word of a name -> the parameter that it sets, and its value.
_FLAGS: dict[str, tuple[str, Any]] = {
    "raw": ("pixels", "raw"),
    "standardised": ("pixels", "standardised"),
    "wsum": ("weight_gradient", "sum"),
    "bsum": ("bias_gradient", "sum"),
    "noshuffle": ("shuffle", False),
}
#: Beginning of a word -> the parameter whose value follows, and the value that is left out.
_NUMBERED: dict[str, tuple[str, int | None]] = {
    "initseed": ("init_seed", None),
    "orderseed": ("order_seed", None),
    "splitseed": ("split_seed", None),
    "size": ("train_size", None),
    "repeat": ("repeats", 1),
}
_NUMBERED_WORD = re.compile(f"({'|'.join(_NUMBERED)})([0-9]+)")
_NOISE_WORD = re.compile(r"noise([0-9][0-9.e-]*)")


def spell_options(run: Run, default_init: str) -> list[str]:
    """Return the words of a run's options, in the order of its parameters.

    Args:
        default_init: the initialisation that is left out.
    """
    words = [f"init-{run.init}"] if run.init != default_init else []
    words += [word for word, (name, value) in _FLAGS.items() if getattr(run, name) == value]
    for word, (name, usual) in _NUMBERED.items():
        value = getattr(run, name)
        if value != usual:
            words.append(f"{word}{value}")
    if run.label_noise:
        words.append(f"noise{spell_number(run.label_noise)}")
    return words


def parse_options(text: str) -> dict[str, Any]:
    """Read the part of a run's name after its epochs, such as _raw_initseed3.

    Returns:
        The parameters of `Run` that it sets.

    Raises:
        LabError: it holds an unknown option.
    """
    options: dict[str, Any] = {}
    for word in text.split("_")[1:]:
        if word in _FLAGS:
            name, value = _FLAGS[word]
            options[name] = value
        elif word.startswith("init-"):
            options["init"] = word.removeprefix("init-")
        elif numbered := _NUMBERED_WORD.fullmatch(word):
            name, _ = _NUMBERED[numbered[1]]
            options[name] = int(numbered[2])
        elif noise := _NOISE_WORD.fullmatch(word):
            options["label_noise"] = read_number("noise", noise[1])
        else:
            raise LabError(f"unknown option {word!r}")
    return options


def spell_number(value: float) -> str:
    """Return a number as a run's name has it, such as 0.1 or 1e-05."""
    return f"{value:.10g}"


def read_number(prefix: str, text: str) -> float:
    """Read a number of a run's name.

    Raises:
        LabError: it is no number.
    """
    try:
        return float(text)
    except ValueError:
        raise LabError(f"{prefix}{text} is not a number") from None
