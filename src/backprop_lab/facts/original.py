"""Facts of the original report: the numbers that it prints."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.claims.printed import PrintedNumber, PrintedNumbers
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, pointer
from backprop_lab.files.documents import read_json
from backprop_lab.results.original import FROZEN_FIGURE


def add_original(book: FactBook, numbers: PrintedNumbers) -> None:
    """Add the facts published.* and stated.*, under the names that claims.yaml uses as well."""
    for key, number in numbers.numbers.items():
        book.add(key, number.value, number.unit, _place(number))


def add_frozen_share(book: FactBook, dataset: Path, numbers: PrintedNumbers) -> None:
    """Add dataset.<part>_has_frozen_share, for the parts "validation" and "test".

    The original's figure 4 shows a network that names one class for every image: its accuracy
    is that class's share of the images.  The fact says whether one of our classes has exactly
    the share that the figure ends at.

    Args:
        dataset: dataset.json.
    """
    data = read_json(dataset)
    printed = numbers.numbers[f"published.figure{FROZEN_FIGURE}.last.val_accuracy"]
    for part in ("validation", "test"):
        count = round(printed.value * data["sizes"][part])
        found = count in data["class_counts"][part]
        counts = pointer("class_counts", part)
        place = Place(dataset, "computed", keys=(counts,), also=_place(printed))
        book.add(f"dataset.{part}_has_frozen_share", found, "flag", place)


def _place(number: PrintedNumber) -> Place:
    return Place(number.source, columns=(number.column,), lines=(number.line,))
