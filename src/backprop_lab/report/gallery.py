"""The mistakes of one run on the test set, with their images, for the report's gallery."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np

from backprop_lab.data.image_shape import image_shape
from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json

#: Images shown at most: the surest mistakes.
LIMIT = 120


def write_gallery(
    *, predictions: Path, dataset_npz: Path, dataset_json: Path, output: Path, limit: int = LIMIT
) -> None:
    """Write the wrong predictions that the run was surest of, each with its image, as JSON.

    {"class_names": [names], "height": and
     "width": pixels of an image, "n_mistakes": all of them, "n_test": images,
     "mistakes": [{"index", "label", "predicted", "confidence", "png"}, ...]}
    where index is the position in the test set, label and predicted are classes, confidence is
    the probability given to the predicted class and png a base64 image, dark on light.
    Surest first, ties by index.

    Args:
        predictions: predictions.npz of the run: label, predicted (n,) uint8, confidence (n,).
        dataset_npz: dataset.npz, for test_images (n, pixels) uint8.
        dataset_json: dataset.json, for the names of the classes and the size of an image.
        limit: images at most.

    Raises:
        LabError: a file is missing or broken, or the predictions are of other images.
    """
    label, predicted, confidence = read_arrays(
        predictions, ("label", "predicted", "confidence"), "train the run again"
    )
    images, labels = read_arrays(dataset_npz, ("test_images", "test_labels"))
    if not np.array_equal(label, labels):
        raise LabError(f"{predictions}: is not of {dataset_npz}'s test images; train the run again")
    about = read_json(dataset_json)
    if max(label.max(initial=0), predicted.max(initial=0)) >= len(about["class_names"]):
        raise LabError(f"{predictions}: names a class that {dataset_json} lacks; train it again")
    names, (height, width) = about["class_names"], image_shape(about)
    if images.shape[1] != height * width:
        raise LabError(f"{dataset_npz}: holds no images of {height} x {width}; build it anew")
    # The answers of a run that diverged have no probability, and are no mistakes.
    wrong = np.flatnonzero((label != predicted) & np.isfinite(confidence))
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][:limit]
    mistakes = [
        {
            "index": int(i),
            "label": int(label[i]),
            "predicted": int(predicted[i]),
            "confidence": round(float(confidence[i]), 6),
            "png": _png(images[i].reshape(height, width)),
        }
        for i in surest
    ]
    content = {
        "class_names": [str(name) for name in names],
        "height": height,
        "width": width,
        "n_mistakes": len(wrong),
        "n_test": len(label),
        "mistakes": mistakes,
    }
    with replacing(Path(output), "w") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


def _png(image: np.ndarray) -> str:
    """Write an image, (height, width) uint8 with bright ink, as a base64 PNG with dark ink."""
    from PIL import Image

    buffer = io.BytesIO()
    # Sixteen greys are as good to the eye, and half the size.
    Image.fromarray(255 - image // 17 * 17).quantize(16).save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
