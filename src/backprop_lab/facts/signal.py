"""Facts of the strength of the signal in each layer."""

from __future__ import annotations

from dataclasses import replace

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell
from backprop_lab.facts.table import Adder, Table


def add_signal(book: FactBook, table: Table) -> None:
    """Add signal.<activation>.<hidden sizes>.<init>.epoch<n>.*, of three layers.

    {first, last_hidden, logits}.{activation_std, gradient_std, dead_share}.
    activation_ratio: standard deviation of the last hidden layer's activations over
    that of the first.  gradient_ratio: of the gradients, first hidden layer over
    logits.  A dot in an initialisation's name becomes an underscore.
    signal.n_training_images: in an epoch.
    """
    path, start, images = table.path, table.rows.iloc[0], "n_training_images"
    book.add(f"signal.{images}", start[images], "count", cell(path, start, images))
    keys = ["activation", "hidden_sizes", "init", "epoch"]
    for (activation, sizes, init, epoch), rows in table.rows.groupby(keys):
        prefix = f"signal.{activation!s}.{sizes!s}.{str(init).replace('.', '_')}.epoch{epoch!s}"
        rows = rows.sort_values("layer")
        first, hidden, logits = rows.iloc[0], rows.iloc[-2], rows.iloc[-1]
        for name, row in (("first", first), ("last_hidden", hidden), ("logits", logits)):
            for column in ("activation_std", "gradient_std", "dead_share"):
                unit = "fraction" if column == "dead_share" else "number"
                book.add(f"{prefix}.{name}.{column}", row[column], unit, cell(path, row, column))
        for name, top, bottom in (("activation", hidden, first), ("gradient", first, logits)):
            column = f"{name}_std"
            if bottom[column] > 0:
                ratio, below = top[column] / bottom[column], cell(path, bottom, column)
                place = replace(cell(path, top, column), over=below)
                book.add(f"{prefix}.{name}_ratio", ratio, "ratio", place)


ADDERS: dict[str, Adder] = {"signal": add_signal}
