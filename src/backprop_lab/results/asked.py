"""Pictures that a saved run is asked about, read as the images that it learned from were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backprop_lab.data.archives import CLASS_NAMES
from backprop_lab.data.drawn import read_picture
from backprop_lab.data.grey import GreyReader
from backprop_lab.data.idx import CLASSES, SIDE
from backprop_lab.data.image_shape import image_shape
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json
from backprop_lab.results.saved import SavedRun


@dataclass(frozen=True)
class Asked:
    """How to ask a saved run about pictures.

    Attributes:
        read: reads a picture: uint8 (height, width), 0 background to 255 ink.
        class_names: what the classes stand for; None where they are digits.
    """

    read: Callable[[Path], np.ndarray]
    class_names: Sequence[str] | None

    @classmethod
    def of(cls, saved: SavedRun, dataset: Path) -> Asked:
        """Find out what a run learned from.

        Pictures for a run on a data set of one's own are turned grey and resized, as its images
        were; pictures of digits are centred as MNIST's.

        Args:
            saved: the run.
            dataset: dataset.json, which describes its images if it is of the same data set.

        Raises:
            LabError: the run learned from images that nothing describes any more.
        """
        about = read_json(dataset) if dataset.is_file() else None
        known = about is not None and about["sha256"] == saved.result["dataset_sha256"]
        if about is not None and known and about["name"] not in CLASS_NAMES:
            reader = GreyReader("size", image_shape(about), bool(about.get("inverted")))
            return cls(reader.picture, about["class_names"])
        parameters = saved.parameters()
        n_inputs, n_classes = len(parameters[0][0]), len(parameters[-1][1])
        if (n_inputs, n_classes) != (SIDE * SIDE, CLASSES):
            raise LabError(
                f"{saved.folder}: learned from images of {n_inputs} pixels in {n_classes} classes, "
                f"and not from those of {dataset}; choose its data set in config.yaml, and build "
                f"{dataset} again"
            )
        return cls(read_picture, None)
