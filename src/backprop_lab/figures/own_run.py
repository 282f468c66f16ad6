"""The learning curves of one run, for a look at it outside the report."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.results.saved import SavedRun

#: Endings of the files that can be drawn.
FORMATS = (".png", ".pdf", ".svg")


def plot_run(saved: SavedRun, output: Path | str) -> None:
    """Draw accuracy on the left and cross-entropy on the right, training and validation.

    Args:
        saved: the run.
        output: the file to write; its ending chooses the format, one of FORMATS.

    Raises:
        LabError: the ending is another one, or the file cannot be written.
    """
    if Path(output).suffix not in FORMATS:
        raise LabError(f"{output}: must end in one of {', '.join(FORMATS)}")
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    history = saved.history
    for axes, measure, scale, label in zip(
        figure.subplots(1, 2),
        ("accuracy", "loss"),
        (100, 1),
        ("Accuracy (%)", "Cross-entropy (nats)"),
        strict=True,
    ):
        for part, name in (("train", "training"), ("val", "validation")):
            axes.plot(history["epoch"], scale * history[f"{part}_{measure}"], ".-", label=name)
        axes.set_xlabel("Epoch")
        axes.set_ylabel(label)
    figure.axes[0].legend(frameon=False)
    figure.suptitle(saved.run.id, fontsize="medium")
    with replacing(Path(output)) as file:
        figure.savefig(file, format=Path(output).suffix.removeprefix("."), dpi=150)
