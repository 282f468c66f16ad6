"""The words of a figure or table in one language: report/text/<language>/words.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml

FOLDER = Path("report/text")


class Words:
    """Every word of one language, asked for by a dotted key.

    >>> words = Words(Path("report/text/en/words.yaml"), {"axis": {"epoch": "epoch"}})
    >>> words("axis.epoch")
    'epoch'

    Attributes:
        path: the file the words came from, named in every error.
        language: the name of that file's folder, such as "en" or "zh-TW".
    """

    def __init__(self, path: Path, tree: dict[str, Any]) -> None:
        self.path = path
        self.language = path.parent.name
        self._tree = tree

    def __call__(self, key: str, **values: object) -> str:
        """Return the text at `key`, its {placeholders} filled with `values`.

        Raises:
            LabError: there is no text at that key, or a placeholder has no value.
        """
        node = self._tree
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                raise LabError(f"{self.path}: no word {key!r}; add it to this file")
            node = node[part]
        if not isinstance(node, str):
            raise LabError(f"{self.path}: {key}: must be a text; put it in quotation marks")
        try:
            return node.format(**values) if values else node
        except (KeyError, IndexError, ValueError) as error:
            raise LabError(
                f"{self.path}: {key}: cannot fill in {node!r} ({error}); "
                f"its placeholders are {', '.join(values)}"
            ) from None

    def name(self, kind: str, value: str) -> str:
        """Return the word for a value of a run's parameter, or the value where there is none.

        So a new activation or optimiser is called as in config.yaml until a language has a
        word for it.

        >>> words = Words(Path("report/text/en/words.yaml"), {"activation": {"relu": "ReLU"}})
        >>> words.name("activation", "relu"), words.name("activation", "tanh")
        ('ReLU', 'tanh')
        """
        return self(f"{kind}.{value}") if value in self._tree.get(kind, {}) else value


def load_words(language: str, folder: Path = FOLDER) -> Words:
    """Read `folder`/<language>/words.yaml.

    Raises:
        LabError: no such file (the message lists the languages there are), or
            the file is not a YAML mapping.
    """
    path = Path(folder) / language / "words.yaml"
    if not path.is_file():
        known = sorted(file.parent.name for file in Path(folder).glob("*/words.yaml"))
        raise LabError(
            f"{path}: cannot read the words of language {language!r}; "
            f"there are: {', '.join(known) or 'none'}"
        )
    return Words(path, read_yaml(path))
