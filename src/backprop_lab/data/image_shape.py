"""The height and width of a data set's images, as dataset.json or source.json says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_lab.data.idx import SIDE, Shape


def image_shape(about: Mapping[str, Any]) -> Shape:
    """Return the height and width of an image, in pixels.

    >>> image_shape({"image_shape": [8, 12]}), image_shape({})
    ((8, 12), (28, 28))

    Args:
        about: what dataset.json or source.json says; earlier versions had no other images
            than those of MNIST's size, and did not write it.
    """
    height, width = about.get("image_shape", (SIDE, SIDE))
    return int(height), int(width)
