"""Facts of how the build compares with a committed manifest."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, pointer
from backprop_lab.files.documents import read_json


def add_verified(book: FactBook, path: Path) -> None:
    """Add verified.{manifest, own_platform, n, n_same, n_within, n_different, n_missing}.

    There are none where no manifest fits the build.  own_platform says whether the manifest was
    written on the same platform, so that the same bytes were asked for.

    Args:
        path: verified.json.
    """
    content = read_json(path)
    if content["manifest"] is None:
        return

    def at(*keys: str, how: str = "value") -> Place:
        return Place(path, how, keys=(pointer(*keys),))

    book.add("verified.manifest", content["manifest"], "text", at("manifest"))
    book.add("verified.own_platform", content["own_platform"], "flag", at("own_platform"))
    every = at("counts", "*", how="sum")
    book.add("verified.n", sum(content["counts"].values()), "count", every)
    for outcome, count in content["counts"].items():
        book.add(f"verified.n_{outcome}", count, "count", at("counts", outcome))
