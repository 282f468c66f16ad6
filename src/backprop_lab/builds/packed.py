"""An archive of a build, or the folder that it was unpacked to: are its files as they were packed?

The digests in checksums.sha256 are compared; who changes a file and its digest is not found out.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_lab.builds.archive import CHECKSUMS
from backprop_lab.builds.crate import METADATA
from backprop_lab.errors import LabError

#: A digest and a path that stays in its folder.
_LINE = re.compile(r"([0-9a-f]{64})  (?![/\\])((?!(?:.*[/\\])?\.\.(?:[/\\]|$)).+)")
_CHUNK = 1 << 20  # bytes
_ADVICE = "take the archive anew from where it came from"
#: What zipfile raises of damaged files: besides its own error, of names that are no UTF-8
#: (ValueError), and of ZIP versions and compressions that do not exist (NotImplementedError).
_DAMAGED = (
    *(OSError, EOFError, ValueError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True)
class Archive:
    """An archive of a build; `at` opens one.

    Attributes:
        path: the ZIP file, or the folder that it was unpacked to.
        _zip: the open ZIP file; None for a folder.
    """

    path: Path
    _zip: zipfile.ZipFile | None

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator[Archive]:
        """Open an archive, and close it at the end of the block.

        Raises:
            LabError: there is nothing at that path, it is no archive of a build, or it cannot be
                read.
        """
        path = Path(path)
        if not path.is_dir() and not zipfile.is_zipfile(path):
            what = "is no ZIP file" if path.is_file() else "is not there"
            raise LabError(f"{path}: {what}; name an archive, or the folder it was unpacked to")
        try:
            opened = nullcontext() if path.is_dir() else zipfile.ZipFile(path)
        except _DAMAGED as error:
            raise LabError(f"{path}: cannot be read ({error}); {_ADVICE}") from None
        with opened as file:
            archive = cls(path, file)
            missing = [name for name in (METADATA, CHECKSUMS) if not archive._has(name)]
            if missing:
                raise LabError(
                    f"{path}: is no archive of a build, it has no {missing[0]}; "
                    "make one with: make archive"
                )
            yield archive

    @cached_property
    def digests(self) -> dict[str, str]:
        """Read path in the archive -> SHA-256, of every file but the list of digests itself.

        Raises:
            LabError: the list is damaged.
        """
        lines = self.read(CHECKSUMS).decode("utf-8", "replace").splitlines()
        found = [match for match in map(_LINE.fullmatch, lines) if match]
        digests = {match[2]: match[1] for match in found}
        if len(digests) != len(lines) or METADATA not in digests:
            raise LabError(f"{self.path}: {CHECKSUMS} is not as it was packed; {_ADVICE}")
        return digests

    def check(self) -> None:
        """Compare every file with its digest.

        A folder may hold more files: those of a build there, say.

        Raises:
            LabError: naming the first file that is missing, has changed or, in a ZIP file, was
                not packed.
        """
        for name, digest in self.digests.items():
            if not self._has(name):
                raise LabError(f"{self.path}: {name} is missing; {_ADVICE}")
            found = hashlib.sha256()
            for chunk in self._chunks(name):
                found.update(chunk)
            if found.hexdigest() != digest:
                raise LabError(f"{self.path}: {name} is not as it was packed; {_ADVICE}")
        if self._zip:
            counts = Counter(self._zip.namelist())
            added = sorted(set(counts) - {CHECKSUMS, *self.digests})
            added += [name for name, count in counts.items() if count > 1]
            if added:
                raise LabError(f"{self.path}: {added[0]} was added after packing; {_ADVICE}")

    def read(self, name: str) -> bytes:
        """Return what a file of the archive says.

        Raises:
            LabError: it cannot be read.
        """
        return b"".join(self._chunks(name))

    def read_json(self, name: str) -> Mapping[str, Any]:
        """Return what a JSON file of the archive says.

        Raises:
            LabError: there is no such file, or it is not as it was packed.
        """
        if name not in self.digests:
            raise LabError(f"{self.path}: has no {name}")
        text = self.read(name)
        if hashlib.sha256(text).hexdigest() != self.digests[name]:
            raise LabError(f"{self.path}: {name} is not as it was packed; {_ADVICE}")
        content: Mapping[str, Any] = json.loads(text)
        return content

    def _has(self, name: str) -> bool:
        if self._zip:
            return name in self._zip.NameToInfo
        return (self.path / name).is_file()

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._zip.open(name) if self._zip else (self.path / name).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except _DAMAGED as error:
            raise LabError(f"{self.path}: {name} is damaged ({error}); {_ADVICE}") from None
        except RuntimeError:  # of an entry with a password
            raise LabError(f"{self.path}: {name} is not as it was packed; {_ADVICE}") from None
