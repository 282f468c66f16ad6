"""A small report with the explorer and the gallery, on made-up results."""

from pathlib import Path

from report_sample import build_inputs
from synthetic import write_collected, write_test_outputs

from backprop_lab.report.gallery import write_gallery
from backprop_lab.report.inputs import ReportInputs

TEMPLATE = """
<% include "lab-report.md" %>

# Explorer {#sec-explorer}

<< explorer(values={"backend": {"numpy": "NumPy"}}) >>

<< gallery() >>
"""


def build_widgets(folder: Path) -> ReportInputs:
    """The sample report, followed by both widgets; its OUT is folder/results."""
    out = folder / "results"
    outputs = folder / "outputs"
    for made in (out, outputs):
        made.mkdir()
    write_collected(out)
    write_test_outputs(outputs, seeds=1)
    write_gallery(
        predictions=outputs / "seed0/predictions.npz",
        dataset_npz=outputs / "dataset.npz",
        dataset_json=outputs / "dataset.json",
        output=out / "gallery.json",
    )
    inputs = build_inputs(folder, "")
    # The sample's front matter comes first, so the included file gives it.
    inputs.template.write_text(TEMPLATE.lstrip(), encoding="utf-8")
    return inputs
