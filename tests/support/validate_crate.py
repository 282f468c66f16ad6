"""Validate an RO-Crate with roc-validator, without a network.

    .venv-archive/bin/python tests/support/validate_crate.py ARCHIVE.zip PROFILE CACHE

It runs in the virtual environment of tests/archive-tools.txt, as roc-validator asks for other
versions of packages than this project has.  The one file that the validator would fetch, the
context of RO-Crate 1.1, comes from the package rocrate, version 0.13, and is put into the cache
that the validator reads.
"""

import sys
from importlib.resources import files
from io import BytesIO

from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from rocrate_validator.cli.main import cli
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


class Packaged(HTTPAdapter):
    """Answers with the context, instead of the network."""

    def send(self, request, **_):
        body = BytesIO(files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes())
        headers = {"Content-Type": "application/ld+json"}
        answer = HTTPResponse(body, headers, status=200, preload_content=False)
        return self.build_response(request, answer)


def fill(cache: str) -> None:
    """Put the context into a cache, as if it had been fetched."""
    with CachedSession(cache, backend="sqlite", expire_after=-1) as session:
        session.mount(CONTEXT, Packaged())
        session.get(CONTEXT)


if __name__ == "__main__":
    archive, profile, cache = sys.argv[1:]
    fill(cache)
    options = ("--offline", "--cache-path", cache, "--no-paging", "--verbose")
    options += ("--profile-identifier", profile)
    sys.argv = ["rocrate-validator", "-y", "--disable-color", "validate", *options, archive]
    cli()
