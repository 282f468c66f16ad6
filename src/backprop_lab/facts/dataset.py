"""Facts of the data set: its name, sizes and classes, and the size of an image."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.data.image_shape import image_shape
from backprop_lab.facts.book import FactBook
from backprop_lab.files.documents import read_json


def add_dataset(book: FactBook, path: Path) -> None:
    """Add the facts dataset.*, with the shares of each part's largest and smallest class.

    Args:
        path: dataset.json.
    """
    data = read_json(path)
    for key in ("name", "title", "source", "split", "sha256"):
        book.add(f"dataset.{key}", data[key], "text", path)
    book.add("dataset.embedded", data["embedded"], "flag", path)
    book.add("dataset.classes", len(data["class_names"]), "count", path)
    height, width = image_shape(data)
    sizes = {"height": height, "width": width, "pixels": height * width}
    for key, size in sizes.items():
        book.add(f"dataset.{key}", size, "count", path)
    if data.get("licence"):  # of a data set of one's own
        book.add("dataset.licence", data["licence"], "text", path)
    for part, size in data["sizes"].items():
        counts = data["class_counts"][part]
        book.add(f"dataset.{part}_size", size, "count", path)
        book.add(f"dataset.{part}_majority_share", max(counts) / size, "fraction", path)
        book.add(f"dataset.{part}_minority_share", min(counts) / size, "fraction", path)
