"""Pictures for a run on one's own images are read as those images were; others are refused."""

import io

import numpy as np
import pytest
from PIL import Image

import backprop_lab as lab
from backprop_lab.data.datasets import prepare
from backprop_lab.data.own import gather
from backprop_lab.data.own_set import OwnSet
from backprop_lab.errors import LabError
from backprop_lab.results.asked import Asked

RUN = lab.Run("numpy", (8,), "relu", "sgd", 0.1, 16, 20, 0)


@pytest.fixture
def place(tmp_path):
    """Dark images on white of two classes, a data set and a run that learned from them."""
    for number in range(40):
        grey = np.full((6, 9), 255, np.uint8)
        grey[:, number % 2 * 5 : number % 2 * 5 + 3] = number % 10  # left or right
        folder = tmp_path / "images" / ("left", "right")[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(grey).save(folder / f"{number}.png")
    own = OwnSet.of("mine", {"folder": tmp_path / "images", "invert": True, "size": [4, 6]})
    gather(own, tmp_path / "raw")
    prepare(tmp_path / "raw", tmp_path / "dataset.npz", tmp_path / "dataset.json")
    images = lab.load_images(tmp_path / "dataset.npz")
    return lab.save(lab.train(RUN, images, log=io.StringIO()), images, tmp_path / "own"), tmp_path


def test_a_picture_is_inverted_and_resized_and_its_class_named(place):
    saved, folder = place
    asked = Asked.of(saved, folder / "dataset.json")
    for name in ("left", "right"):
        picture = asked.read(sorted((folder / "images" / name).iterdir())[0])
        assert picture.shape == (4, 6)
        found = saved.probabilities(picture.reshape(1, -1))[0]
        assert asked.class_names[int(found.argmax())] == name


def test_a_run_whose_images_nothing_describes_is_refused(place):
    saved, folder = place
    with pytest.raises(LabError, match="learned from images of 24 pixels in 2 classes"):
        Asked.of(saved, folder / "nowhere.json")
