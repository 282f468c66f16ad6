"""Read a file's contents, whether it is compressed with gzip or not."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

from backprop_lab.errors import LabError

CHUNK = 1 << 18  # bytes a read: little memory beside the contents themselves

_LEVEL = 6  # of compression: several times as fast as 9, for a few per cent more bytes
_GZIP = b"\x1f\x8b"  # the first two bytes of every gzip file, and of no IDX file (RFC 1952)


def is_gzip(path: Path) -> bool:
    """Return whether a file begins as gzip files do.

    Raises:
        OSError: the file cannot be read.
    """
    with open(path, "rb") as file:
        return file.read(len(_GZIP)) == _GZIP


@contextmanager
def open_unpacked(path: Path) -> Iterator[BufferedIOBase]:
    """Open a file to read its contents: unpacked if it is gzip, else as they are.

    The body must do nothing but read: what goes wrong in it counts as a fault of the file.
    Gzip verifies its checksum when the body reads on to the end.

    Raises:
        LabError: no such file, no regular file, no permission, or damaged gzip.
    """
    try:
        if path.exists() and not path.is_file():  # reading from a pipe might never end
            raise LabError(f"{path}: is not a file; put one there")
        with gzip.open(path, "rb") if is_gzip(path) else open(path, "rb") as file:
            yield file
    except EOFError:
        raise LabError(f"{path}: is truncated; fetch it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise LabError(f"{path}: is not an intact gzip file ({error}); fetch it again") from None
    except OSError as error:
        raise LabError(f"{path}: cannot be read ({error.strerror or error})") from error


def contents_digest(path: Path, most: int) -> str:
    """Return the hexadecimal SHA-256 of a file's contents, unpacked if it is gzip.

    Args:
        path: the file.
        most: bytes that it may hold unpacked.  Without a limit a small file could unpack
            to more than there is time for.

    Raises:
        LabError: as `open_unpacked`, or there are more bytes than `most`.
    """
    digest = hashlib.sha256()
    size = 0
    with open_unpacked(path) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise LabError(f"{path}: holds more than {most:,} bytes unpacked")
            digest.update(chunk)
    return digest.hexdigest()


def repack(source: Path, target: Path) -> None:
    """Write the contents of a file, gzip or not, as a gzip file.

    Equal contents give equal bytes: gzip writes the time of day and the file's name into
    its header unless it is told otherwise.  (Another version of zlib may compress
    differently, so the digest of `target` says nothing about the contents.)

    Raises:
        LabError: `source` cannot be read or is damaged.
        OSError: `target` cannot be written.
    """
    with open_unpacked(source) as file:
        contents = file.read()
    target.write_bytes(gzip.compress(contents, compresslevel=_LEVEL, mtime=0))
