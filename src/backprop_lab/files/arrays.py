"""NumPy arrays in .npz files, as `numpy.savez` writes them: read, or refused in one line.

An .npz file is a ZIP archive of .npy files; `savez` does not compress them.  They are read
here without zipfile and `numpy.load`, which believe what a damaged file says of itself (and
ask for the memory), and take ten times as long to say what is in a file.  The layout:

    for each array    a local header of ZIP, 30 bytes, name and extra field
                      the .npy file: magic, version, length and text of its header, the numbers
    for each array    an entry of the directory, 46 bytes, name, extra field, comment
    at the end        22 bytes that say where the directory lies
"""

from __future__ import annotations

import ast
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from backprop_lab.errors import LabError
from backprop_lab.files.forms.arrays import ARRAYS
from backprop_lab.files.forms.table import fill

if TYPE_CHECKING:
    import numpy as np

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6xH4x3L3H8xL")  # what counts of its fields
_LOCAL = struct.Struct("<4s22x2H")  # of its fields only the signature and two lengths
_NPY = b"\x93NUMPY\x01\x00"
#: Bytes of the header of an .npy file, as NumPy writes it for a few dimensions.
_NPY_HEADER = 128
#: Bytes read from where an array begins: they hold both of its headers.
_HEAD = 256
#: Bytes of a file that is read at once: those of 10,000 predictions fit, and a buffer of
#: twice the length would be asked from the system anew for each file.
_SMALL = 1 << 16
#: Bytes read from the end of the file: they hold the directory of a few arrays.
_TAIL = 1024
#: Types of numbers that are read -> bytes of each.
_TYPES = {"|u1": 1, "|b1": 1, "<f4": 4, "<f8": 8, "<i4": 4, "<i8": 8}


class _DamagedError(Exception):
    """Raised where a file is not what `numpy.savez` writes."""


class Stored(NamedTuple):
    """One .npy file in an .npz file, not yet read.

    Attributes:
        start: where its local header of ZIP begins.
        length: of the .npy file.
        checksum: of the .npy file.
    """

    start: int
    length: int
    checksum: int


class Header(NamedTuple):
    """What the header of an .npy file says.

    Attributes:
        dtype: type of its numbers, such as "<f4".
        shape: its shape.
        length: bytes of the header.
        n_bytes: bytes of the numbers.
    """

    dtype: str
    shape: tuple[int, ...]
    length: int
    n_bytes: int


class ArrayFile:
    """An .npz file, open for reading.

    Attributes:
        stored: name -> array, in the order of the file.
    """

    def __init__(self, descriptor: int, *, small: bool = False) -> None:
        """Read the directory of an .npz file.

        Args:
            descriptor: of the open file.
            small: whether to read all of it at once, which costs less for a small file.
        """
        self._descriptor = descriptor
        self._content = os.read(descriptor, _SMALL) if small else b""
        if len(self._content) == _SMALL:
            self._content = b""
        self._size = len(self._content) or os.fstat(descriptor).st_size
        self.stored = self._directory()

    def header(self, name: str) -> Header:
        """Read the header of an array."""
        return self._locate(name)[0]

    def read(self, name: str) -> np.ndarray:
        """Read an array, and compare the checksum."""
        import numpy as np  # not for the many jobs that read JSON alone

        stored, (header, start) = self.stored[name], self._locate(name)
        data = np.empty(stored.length, np.uint8)  # unlike bytes, it can be written to
        if os.preadv(self._descriptor, [data.data], start) != stored.length:
            raise _DamagedError
        if zlib.crc32(data.data) != stored.checksum:
            raise _DamagedError
        return data[header.length :].view(header.dtype).reshape(header.shape)

    def read_bytes(self, name: str) -> bytes:
        """Read the numbers of an array, without a look at the checksum."""
        header, start = self._locate(name)
        return self._bytes(header.n_bytes, start + header.length)

    def _locate(self, name: str) -> tuple[Header, int]:
        """Return the header of an array, and where its .npy file begins."""
        stored = self.stored[name]
        head = self._bytes(min(_HEAD, self._size - stored.start), stored.start)
        if len(head) < _LOCAL.size:
            raise _DamagedError
        signature, n_name, n_extra = _LOCAL.unpack_from(head)
        inside = _LOCAL.size + n_name + n_extra
        header = _npy_header(head[inside : inside + _NPY_HEADER])
        start = stored.start + inside
        if (
            signature != b"PK\3\4"
            or header.length + header.n_bytes != stored.length
            or start + stored.length > self._size
        ):
            raise _DamagedError
        return header, start

    def _directory(self) -> dict[str, Stored]:
        tail = self._bytes(min(_TAIL, self._size), max(0, self._size - _TAIL))
        if len(tail) < _END.size:
            raise _DamagedError
        end = len(tail) - _END.size
        signature, *_, count, length, start, comment = _END.unpack_from(tail, end)
        if signature != b"PK\5\6" or comment or start + length + _END.size != self._size:
            raise _DamagedError
        directory = tail[end - length : end] if length <= end else self._bytes(length, start)
        found: dict[str, Stored] = {}
        place = 0
        for _ in range(count):
            if place + _ENTRY.size > length:
                raise _DamagedError
            (signature, method, checksum, packed, size, n_name, n_extra, n_comment, offset) = (
                _ENTRY.unpack_from(directory, place)
            )
            place += _ENTRY.size
            name = directory[place : place + n_name]
            if signature != b"PK\1\2" or method or packed != size or name[-4:] != b".npy":
                raise _DamagedError
            if offset + size > start:
                raise _DamagedError
            found[name[:-4].decode("latin-1")] = Stored(offset, size, checksum)
            place += n_name + n_extra + n_comment
        if place != length or len(found) != count:
            raise _DamagedError
        return found

    def _bytes(self, length: int, start: int) -> bytes:
        if self._content:
            data = self._content[start : start + length]
        else:
            data = os.pread(self._descriptor, length, start)
        if len(data) != length:
            raise _DamagedError
        return data


@lru_cache(maxsize=256)  # runs of one network have the same headers
def _npy_header(head: bytes) -> Header:
    """Read the header of an .npy file."""
    length = 10 + int.from_bytes(head[8:10], "little")
    if head[:8] != _NPY or len(head) < length:
        raise _DamagedError
    try:
        found = ast.literal_eval(head[10:length].decode("latin-1"))
        dtype, shape = found["descr"], found["shape"]
        right = dtype in _TYPES and found["fortran_order"] is False and isinstance(shape, tuple)
    except (KeyError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError):
        raise _DamagedError from None
    if not right or not all(type(n) is int and n >= 0 for n in shape):
        raise _DamagedError
    return Header(dtype, shape, length, prod(shape) * _TYPES[dtype])


@contextmanager
def open_arrays(path: Path | str, advice: str, *, small: bool = False) -> Iterator[ArrayFile]:
    """Open an .npz file; an error while it is read becomes a LabError that names it.

    Args:
        advice: what to do if it cannot be read; {path} stands for the path.
        small: whether to read all of it at once.

    Raises:
        LabError: the file cannot be read, or is not what `numpy.savez` writes.
    """
    descriptor = -1
    try:
        descriptor = os.open(path, os.O_RDONLY)
        yield ArrayFile(descriptor, small=small)
    except OSError as error:
        raise LabError(
            f"{path}: cannot be read ({error.strerror or error}); {fill(advice, path)}"
        ) from None
    except _DamagedError:
        raise LabError(f"{path}: not a whole .npz file; {fill(advice, path)}") from None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def read_arrays(
    path: Path, names: tuple[str, ...], advice: str = "build it anew"
) -> list[np.ndarray]:
    """Read arrays of an .npz file, in the order of `names`.

    Those of a file whose name stands in `files.forms.arrays` are held against their form.

    Args:
        advice: what to do if that fails.

    Raises:
        LabError: the file cannot be read, is damaged or no .npz file, lacks an array, or an
            array is of another type, shape or range than declared.
    """
    kinds = ARRAYS.get(Path(path).name, {})
    with open_arrays(path, advice) as file:
        missing = [name for name in names if name not in file.stored]
        if missing:
            raise LabError(f"{path}: lacks the array {missing[0]}; {advice}")
        found: Mapping[str, np.ndarray] = {name: file.read(name) for name in names}
    for name, array in found.items():
        if name in kinds and (problem := kinds[name].problem(array, found)):
            raise LabError(f"{path}: {name} {problem}; {advice}")
    return list(found.values())
