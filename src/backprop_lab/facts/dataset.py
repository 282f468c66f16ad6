"""Facts of the data set: its name, sizes and classes."""

from __future__ import annotations

from pathlib import Path

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
    for part, size in data["sizes"].items():
        counts = data["class_counts"][part]
        book.add(f"dataset.{part}_size", size, "count", path)
        book.add(f"dataset.{part}_majority_share", max(counts) / size, "fraction", path)
        book.add(f"dataset.{part}_minority_share", min(counts) / size, "fraction", path)
