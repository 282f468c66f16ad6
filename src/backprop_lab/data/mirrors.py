"""Download archives from a list of mirrors that hold the same files."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from backprop_lab.data.failures import TransferError
from backprop_lab.data.network import certificates
from backprop_lab.data.pinned import Pin
from backprop_lab.data.transfer import DownloadSettings, Request, transfer


def download_archives(
    pins: Mapping[str, Pin],
    mirrors: Sequence[str],
    folder: Path,
    settings: DownloadSettings,
) -> tuple[list[str], list[str]]:
    """Download files into a folder, each from the first mirror that has it.

    A mirror that fails, in whatever way, is left for good, and the next one goes on where
    it stopped: the digests make sure that it does not matter who served what.

    Args:
        pins: file -> what it is known by, in the order of download.
        mirrors: base URLs.
        folder: exists; only files with the right digest are written to it.
        settings: the same for every mirror.

    Returns:
        The mirrors that served, none when a file is missing in the end; and one line
        for each mirror that was asked, "<url>: <what was wrong, or ok>".

    Raises:
        OSError: a file cannot be written.
    """
    checked_with = certificates(os.environ)
    for line in checked_with.unusable if mirrors else ():
        print(line, file=sys.stderr)
    missing = list(pins)
    served, tried = [], []
    for mirror in mirrors:
        before = len(missing)
        deadline = time.monotonic() + settings.total
        while missing:
            url = f"{mirror.rstrip('/')}/{missing[0]}"
            pin = pins[missing[0]]
            try:
                body = _ask(Request(url, pin.size, deadline, checked_with), pin, settings)
            except TransferError as error:
                tried.append(f"{url}: {error.reason}")
                print(tried[-1], file=sys.stderr)
                break
            (folder / missing.pop(0)).write_bytes(body)
            if settings.progress:
                print(f"{url}: {len(body):,} bytes", file=sys.stderr)
        if len(missing) < before:
            served.append(mirror)
        if not missing:
            tried.append(f"{mirror}: ok")
            return served, tried
    return [], tried


def _ask(request: Request, pin: Pin, settings: DownloadSettings) -> bytes:
    """Ask for one file, again after a failure that may pass, and return it verified.

    Raises:
        TransferError: the last failure.
    """
    retries = settings.retries
    while True:
        try:
            body = transfer(request, settings)
            digest = hashlib.sha256(body).hexdigest()
            if digest == pin.archive:
                return body
            wrong = f"wrong bytes ({len(body):,} of them, sha256 {digest[:12]}...)"
            raise TransferError(wrong, may_pass=True)
        except TransferError as error:
            if not error.may_pass or retries <= 0:
                raise
        retries -= 1
        time.sleep(settings.pause)
