"""Facts of the original report: the numbers that it prints."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.claims.printed import PrintedNumbers
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, pointer
from backprop_lab.files.documents import read_json
from backprop_lab.results.original import FROZEN_FIGURE


def add_original(book: FactBook, numbers: PrintedNumbers) -> None:
    """Add the facts published.* and stated.*, under the names that claims.yaml uses as well."""
    for key, number in numbers.numbers.items():
        place = Place(number.source, columns=(number.column,), lines=(number.line,))
        book.add(key, number.value, number.unit, place)


def add_frozen_share(book: FactBook, dataset: Path, numbers: PrintedNumbers) -> None:
    """Add dataset.<part>_has_frozen_share, for the parts "validation" and "test".

    The original's figure 4 shows a network that names one class for every image: its accuracy
    is that class's share of the images.  The fact says whether one of our classes has exactly
    the share that the figure ends at.

    Args:
        dataset: dataset.json.
    """
    data = read_json(dataset)
    score = numbers.numbers[f"published.figure{FROZEN_FIGURE}.last.val_accuracy"].value
    for part in ("validation", "test"):
        count = round(score * data["sizes"][part])
        found = count in data["class_counts"][part]
        place = Place(dataset, "computed", keys=(pointer("class_counts", part),))
        book.add(f"dataset.{part}_has_frozen_share", found, "flag", place)
