"""What several tests of the report share: the sample, rendered."""

import pytest
from report_sample import build_inputs

from backprop_lab.report.render import render_html, render_pdf


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample's inputs, its HTML and its PDF."""
    folder = tmp_path_factory.mktemp("sample")
    inputs = build_inputs(folder)
    render_html(inputs, folder / "r.html")
    render_pdf(inputs, folder / "r.pdf")
    return inputs, folder / "r.html", folder / "r.pdf"
