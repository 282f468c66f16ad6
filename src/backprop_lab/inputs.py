"""Call a table's writer or a figure's drawer with the files that the command line names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from backprop_lab.documents import read_json
from backprop_lab.errors import LabError

#: One file, or (for a writer that asks for a `Sequence[Path]`) several.
Inputs = Mapping[str, Path | Sequence[Path]]


def read_pairs(pairs: Sequence[str]) -> dict[str, list[Path]]:
    """Read `name=path` arguments; a name given several times collects its paths.

    Raises:
        LabError: an argument is not of that form.
    """
    inputs: dict[str, list[Path]] = {}
    for pair in pairs:
        name, separator, path = pair.partition("=")
        if not separator:
            raise LabError(f"{pair}: not of the form NAME=PATH")
        inputs.setdefault(name, []).append(Path(path))
    return inputs


def comparable(inputs: Mapping[str, Sequence[Path]]) -> dict[str, Sequence[Path]]:
    """Keep the original's logs among the inputs only where they can be compared.

    The original trained on MNIST.  `dataset` (dataset.json) beside `published`
    says what ours were trained on; on anything else `published` is left out.
    """
    if "published" not in inputs:
        return dict(inputs)
    left = {name: paths for name, paths in inputs.items() if name != "dataset"}
    if read_json(inputs["dataset"][0])["name"] != "mnist":
        del left["published"]
    return left


def call(function: Callable, title: str, inputs: Inputs, **others: object) -> None:
    """Call `function(**inputs, **others)` once its inputs are known to fit.

    Args:
        function: takes keyword-only paths; one without a default is required.
        title: what is being made, for errors: "table variants".
        inputs: a file, or several, for each of the function's keywords.
        others: the remaining arguments, such as output and words.

    Raises:
        LabError: an input is missing, unknown, given twice or not a file.
    """
    bound = function.keywords if isinstance(function, partial) else {}
    known = {
        name: parameter
        for name, parameter in inspect.signature(function, eval_str=True).parameters.items()
        if name not in others and name not in bound
    }
    required = [n for n, p in known.items() if p.default is inspect.Parameter.empty]
    wanted = ", ".join(known) or "none"
    for name in inputs:
        if name not in known:
            raise LabError(f"{title}: unknown input {name!r}; it takes: {wanted}")
    for name in required:
        if name not in inputs:
            raise LabError(f"{title}: input {name!r} is missing; it takes: {wanted}")
    arguments = {}
    for name, value in inputs.items():
        paths = [Path(value)] if isinstance(value, str | Path) else [Path(path) for path in value]
        for path in paths:
            if not path.is_file():
                raise LabError(f"{title}: {name}: {path} is no file; build it first")
        several = known[name].annotation == Sequence[Path]
        if not several and len(paths) != 1:
            raise LabError(f"{title}: {name}: takes one file, not {len(paths)}")
        arguments[name] = paths if several else paths[0]
    function(**arguments, **others)
