"""Facts of the final models: their accuracy, and the images that they get wrong."""

from __future__ import annotations

from dataclasses import replace

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, cell, cells, counted
from backprop_lab.facts.table import Adder, Table
from backprop_lab.facts.ties import add_ties


def add_finals(book: FactBook, table: Table) -> None:
    """Add task<n>_final.*: the columns of finals.csv."""
    for _, row in table.rows.iterrows():
        book.add_row(f"task{row['task']}_final", row, table.path, skip=["task"])


def add_confusion(book: FactBook, table: Table) -> None:
    """Add confusion.<task>.*: how many errors there are, and which classes are confused.

    n_predictions, n_errors, most_confused.{n, label, predicted}, and hardest and easiest, the
    classes with the lowest and highest share of correct answers, with label and correct_share;
    each with .n_tied where several share the place, of which the first is named.  Without errors
    there are the first two alone.
    """
    prefix, path = table.name.replace("confusion_", "confusion."), table.path
    names = [str(name) for name in table.rows["label"]]
    frame = table.rows.drop(columns="label")
    counts = frame.to_numpy()  # (classes, classes): true, predicted
    total, correct = int(counts.sum()), int(counts.trace())
    classes = tuple(map(str, frame.columns))
    summed = cells(path, frame, classes, "sum")
    wrong = replace(summed, how="off_diagonal")
    book.add(f"{prefix}.n_predictions", total, "count", summed)
    book.add(f"{prefix}.n_errors", total - correct, "count", wrong)
    if total == correct:
        return
    errors = counts.copy()
    errors[range(len(names)), range(len(names))] = 0
    true, predicted = divmod(int(errors.argmax()), len(names))
    row, column = table.rows.iloc[true], classes[predicted]
    most = cell(path, row, column)
    book.add(f"{prefix}.most_confused.n", errors[true, predicted], "count", most)
    add_ties(book, f"{prefix}.most_confused", errors, errors.max(), replace(wrong, how="computed"))
    book.add(f"{prefix}.most_confused.label", names[true], "text", cell(path, row, "label"))
    head = Place(path, columns=(column,), lines=(1,))
    book.add(f"{prefix}.most_confused.predicted", names[predicted], "text", head)
    share = counts.diagonal() / counts.sum(axis=1).clip(min=1)  # (classes,)
    for name, place in (("hardest", share.argmin()), ("easiest", share.argmax())):
        row, own = table.rows.iloc[place], frame.iloc[[place]]
        book.add(f"{prefix}.{name}.label", names[place], "text", cell(path, row, "label"))
        right = cells(path, own, classes[place], "sum")
        of_all = replace(right, over=cells(path, own, classes, "sum"))
        book.add(f"{prefix}.{name}.correct_share", share[place], "fraction", of_all)
        add_ties(book, f"{prefix}.{name}", share, share[place], replace(summed, how="computed"))


def add_mistakes(book: FactBook, table: Table) -> None:
    """Add mistakes.<task>.n and .surest.*, the wrong answer that the network was surest of.

    mistakes.<task>.surest.n_tied says how many share its probability, where several do, and
    mistakes.<task>.diverged that the run diverged, so that it has no answers.
    """
    prefix = table.name.replace("mistakes_", "mistakes.")
    runs = table.experiments.get(f"{prefix.removeprefix('mistakes.')}_final")
    if runs is not None and runs["status"].iloc[0] == "diverged":
        diverged = Place(table.path, "computed", columns=("label",))
        book.add(f"{prefix}.diverged", True, "flag", diverged)
    if table.rows.empty:
        return
    book.add(f"{prefix}.n", len(table.rows), "count", counted(table.path, table.rows))
    surest = table.rows.iloc[0]
    book.add_row(f"{prefix}.surest", surest, table.path)
    confidence = table.rows["confidence"]
    place = cells(table.path, table.rows, "confidence", "max")
    add_ties(book, f"{prefix}.surest", confidence, surest["confidence"], place)


ADDERS: dict[str, Adder] = {
    "finals": add_finals,
    "confusion_*": add_confusion,
    "mistakes_*": add_mistakes,
}
