"""Training sets that are smaller, repeated or mislabelled."""

import numpy as np
import pytest

from backprop_lab.data.worse import mislabel, shorten
from backprop_lab.errors import LabError


def test_a_short_training_set_has_the_first_images_so_often(small_dataset):
    short = shorten(small_dataset, 50, 3)
    np.testing.assert_array_equal(short.train_images[:50], small_dataset.train_images[:50])
    np.testing.assert_array_equal(short.train_images[100:], small_dataset.train_images[:50])
    np.testing.assert_array_equal(short.train_labels, np.tile(small_dataset.train_labels[:50], 3))
    assert short.validation_images is small_dataset.validation_images
    assert short.metadata["sizes"]["train"] == 150 == sum(short.metadata["class_counts"]["train"])
    assert short.sha256 == small_dataset.sha256  # of the images that it is made of
    assert shorten(small_dataset, None, 1).train_images.shape == small_dataset.train_images.shape


def test_a_training_set_that_is_too_short_is_refused(small_dataset):
    with pytest.raises(LabError, match="train_size: 99999 is too large; the training set has "):
        shorten(small_dataset, 99_999, 1)


def test_so_many_labels_are_wrong_and_all_wrong_classes_occur(small_dataset):
    noisy = mislabel(small_dataset, 0.4, np.random.default_rng(0))
    for part in ("train", "validation"):
        before, after = (getattr(one, f"{part}_labels") for one in (small_dataset, noisy))
        assert (before != after).sum() == round(0.4 * len(before))
        assert after.dtype == before.dtype
        assert after.max() < 10
        assert noisy.metadata["class_counts"][part] == np.bincount(after).tolist()
    shift = (noisy.train_labels.astype(int) - small_dataset.train_labels) % 10
    assert set(shift) == set(range(10))
    np.testing.assert_array_equal(noisy.test_labels, small_dataset.test_labels)
    assert (
        small_dataset.metadata["class_counts"]["train"] != noisy.metadata["class_counts"]["train"]
    )
