"""Facts of the data set: its name, sizes and classes, and the size of an image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from backprop_lab.data.image_shape import image_shape
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, pointer
from backprop_lab.files.documents import read_json


def add_dataset(book: FactBook, path: Path) -> None:
    """Add the facts dataset.*, with the shares of each part's largest and smallest class.

    Args:
        path: dataset.json.
    """
    data = read_json(path)

    def at(*keys: object, how: str = "value") -> Place:
        return Place(path, how, keys=(pointer(*keys),))

    for key in ("name", "title", "source", "split", "sha256"):
        book.add(f"dataset.{key}", data[key], "text", at(key))
    book.add("dataset.embedded", data["embedded"], "flag", at("embedded"))
    book.add(
        "dataset.classes", len(data["class_names"]), "count", at("class_names", "*", how="count")
    )
    height, width = image_shape(data)
    # Of dataset.json from before images of other sizes, which lacks the key.
    known = "value" if "image_shape" in data else "constant"
    book.add("dataset.height", height, "count", at("image_shape", 0, how=known))
    book.add("dataset.width", width, "count", at("image_shape", 1, how=known))
    book.add("dataset.pixels", height * width, "count", at("image_shape", how="computed"))
    if data.get("licence"):  # of a data set of one's own
        book.add("dataset.licence", data["licence"], "text", at("licence"))
    for part, size in data["sizes"].items():
        counts = data["class_counts"][part]
        book.add(f"dataset.{part}_size", size, "count", at("sizes", part))
        for name, extreme in (("majority", max), ("minority", min)):
            every, whole = at("class_counts", part, "*", how=extreme.__name__), at("sizes", part)
            share = extreme(counts) / size
            book.add(f"dataset.{part}_{name}_share", share, "fraction", replace(every, over=whole))
