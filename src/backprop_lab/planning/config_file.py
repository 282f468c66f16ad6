"""The files that Snakemake makes the config from, read strictly, and the line of each key.

Snakemake lays the files of --configfile and what --config sets over config.yaml.  It reads them
itself; here each is read first, so that a mistake is named by file and line (see `strict_yaml`),
and so that a value that is found wrong later can be looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml.nodes import MappingNode, Node, SequenceNode

from backprop_lab.errors import LabError
from backprop_lab.planning.strict_yaml import merged, parse
from backprop_lab.runs.config_error import ConfigError, Keys, dotted

_MAX_BYTES = 10**6
#: With this key Snakemake runs the Python code that stands in a config file, and drops the key.
_TEMPLATE = "__use_yte__"


@dataclass(frozen=True)
class ConfigSource:
    """One place that sets keys of the config: a file, or the command line.

    Attributes:
        name: what to call it in messages, such as "config.yaml".
        content: the keys and values that it sets.
        root: of a file, the node of its YAML; None of anything else.
    """

    name: str
    content: dict[str, Any]
    root: MappingNode | None = None

    def follow(self, keys: Keys) -> tuple[int, int | None]:
        """Follow keys as far as this source has them.

        Returns:
            How many of the keys it has, and the line of the last of those, from 1; None
            where there is no line.
        """
        depth, line = 0, None
        value: Any = self.content
        node: Node | None = self.root
        for key in keys:
            if isinstance(value, dict) and key in value:
                value = value[key]
                if isinstance(node, MappingNode):
                    name, node = merged(node)[str(key)]
                    line = name.start_mark.line + 1
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
                if isinstance(node, SequenceNode):
                    node = node.value[key]
                    line = node.start_mark.line + 1
            else:
                break
            depth += 1
        return depth, line


def located(error: ConfigError, sources: Sequence[ConfigSource]) -> LabError:
    """Return an error that also names the file and the line where the key is set.

    Args:
        sources: what was laid over what, the last on top.
    """
    found = [(*source.follow(error.keys), source.name) for source in sources]
    deepest = max((depth for depth, _, _ in found), default=0)
    if deepest == 0:
        return LabError(str(error))
    line, name = [(line, name) for depth, line, name in found if depth == deepest][-1]
    place = f"{name}, line {line}" if line else name
    return LabError(f"{place}: {dotted(error.keys)}: {error.reason}")


def read_sources(
    path: Path, more: Sequence[Path] = (), options: Mapping[str, Any] | None = None
) -> list[ConfigSource]:
    """Read all that Snakemake makes the config from.

    Args:
        path: config.yaml; it may be missing where there are more files.
        more: the files that --configfile names, each laid over what comes before.
        options: what --config sets, laid over all files.

    Returns:
        In this order; only files that exist.

    Raises:
        LabError: a file cannot be read, or does not say clearly what it means.
    """
    files = [path, *more] if path.exists() or not more else more
    return [*(read_config(file) for file in files), ConfigSource("--config", dict(options or {}))]


def read_config(path: Path) -> ConfigSource:
    """Read a config file.

    Raises:
        LabError: it cannot be read, or does not say clearly what it means.
    """
    name = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LabError(f"{name}: cannot be read ({error.strerror})") from None
    if len(data) > _MAX_BYTES:
        raise LabError(f"{name}: larger than {_MAX_BYTES} bytes; is it a config file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LabError(f"{name}, line {line}: not UTF-8; save the file as UTF-8") from None
    return parse_config(text, name)


def parse_config(text: str, name: str = "config.yaml") -> ConfigSource:
    """Parse the text of a config file; `name` says in errors where it stands.

    Raises:
        LabError: it is not strict YAML.
    """
    source = ConfigSource(name, *parse(text, name))
    if _TEMPLATE in source.content:
        reason = "this file is no template; remove the key"
        raise located(ConfigError((_TEMPLATE,), reason), [source])
    return source
