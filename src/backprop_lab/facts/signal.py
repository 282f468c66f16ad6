"""Facts of the strength of the signal in each layer."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table


def add_signal(book: FactBook, table: Table) -> None:
    """Add signal.<activation>.<hidden sizes>.<init>.epoch<n>.*, of three layers.

    {first, last_hidden, logits}.{activation_std, gradient_std, dead_share}.
    activation_ratio: standard deviation of the last hidden layer's activations over
    that of the first.  gradient_ratio: of the gradients, first hidden layer over
    logits.  A dot in an initialisation's name becomes an underscore.
    signal.n_training_images: in an epoch.
    """
    path = table.path
    book.add("signal.n_training_images", table.rows["n_training_images"].iloc[0], "count", path)
    keys = ["activation", "hidden_sizes", "init", "epoch"]
    for (activation, sizes, init, epoch), rows in table.rows.groupby(keys):
        prefix = f"signal.{activation!s}.{sizes!s}.{str(init).replace('.', '_')}.epoch{epoch!s}"
        rows = rows.sort_values("layer")
        first, hidden, logits = rows.iloc[0], rows.iloc[-2], rows.iloc[-1]
        for name, row in (("first", first), ("last_hidden", hidden), ("logits", logits)):
            for column in ("activation_std", "gradient_std", "dead_share"):
                unit = "fraction" if column == "dead_share" else "number"
                book.add(f"{prefix}.{name}.{column}", row[column], unit, path)
        if first["activation_std"] > 0:
            ratio = hidden["activation_std"] / first["activation_std"]
            book.add(f"{prefix}.activation_ratio", ratio, "ratio", path)
        if logits["gradient_std"] > 0:
            ratio = first["gradient_std"] / logits["gradient_std"]
            book.add(f"{prefix}.gradient_ratio", ratio, "ratio", path)


ADDERS: dict[str, Adder] = {"signal": add_signal}
