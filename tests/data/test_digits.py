"""The embedded digits: enlarged faithfully, divided evenly, written like MNIST."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from backprop_lab.data.archives import TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS
from backprop_lab.data.digits import enlarge, write_digits
from backprop_lab.data.idx import read_pair
from backprop_lab.data.stratified import stratified_split


def test_enlarge_keeps_range_and_place():
    images = np.zeros((3, 8, 8), np.int64)
    images[1] = 16
    images[2, 0, 3] = 16
    large = enlarge(images)
    assert large.shape == (3, 28, 28)
    assert large.dtype == np.uint8
    assert not large[0].any()
    assert (large[1, 5:23, 5:23] == 255).all()  # uniform ink stays uniform, but for its edge
    assert not large[:, :4].any()  # the margin
    assert not large[:, 24:].any()
    assert not large[:, :, :4].any()
    assert not large[:, :, 24:].any()
    row, column = np.argwhere(large[2] == large[2].max()).mean(axis=0)
    assert 4 <= row <= 6  # pixel (0, 3) covers rows 4-6.5 and columns 11.5-14 of the enlarged image
    assert 11 <= column <= 14


def test_enlarge_agrees_with_scipy():
    from scipy.ndimage import zoom

    images = np.random.default_rng(0).integers(0, 17, (5, 8, 8))
    ours = enlarge(images)[:, 4:24, 4:24]
    theirs = zoom(images * (255 / 16), (1, 2.5, 2.5), order=1, mode="grid-constant", grid_mode=True)
    np.testing.assert_allclose(ours, theirs, atol=0.5 + 1e-9)


@given(
    labels=arrays(np.uint8, st.integers(0, 300), elements=st.integers(0, 9)),
    seed=st.integers(0, 9),
)
def test_stratified_split_is_a_partition(labels, seed):
    parts = stratified_split(labels, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(len(labels)))
    for label in range(10):
        n = np.count_nonzero(labels == label)
        for part, fraction in zip(parts, (0.7, 0.15, 0.15), strict=True):
            assert abs(np.count_nonzero(labels[part] == label) - fraction * n) <= 1


def test_digits_archives(tmp_path):
    split = write_digits(tmp_path)
    train, train_labels = read_pair(tmp_path / TRAIN_IMAGES, tmp_path / TRAIN_LABELS)
    test, test_labels = read_pair(tmp_path / TEST_IMAGES, tmp_path / TEST_LABELS)
    sizes = split["sizes"]
    assert sum(sizes.values()) == 1797
    assert len(train) == sizes["train"] + sizes["validation"]
    assert len(test) == sizes["test"]
    for part, fraction in (("train", 0.70), ("validation", 0.15), ("test", 0.15)):
        assert sizes[part] / 1797 == pytest.approx(fraction, abs=0.005)
    assert train.max() == 255
    assert set(train_labels) == set(test_labels) == set(range(10))


def test_digits_images_keep_their_labels(tmp_path):
    """The images of each class look like scikit-learn's images of that class."""
    from sklearn.datasets import load_digits

    write_digits(tmp_path)
    images, labels = read_pair(tmp_path / TRAIN_IMAGES, tmp_path / TRAIN_LABELS)
    bunch = load_digits()
    original = enlarge(bunch.images.astype(int)).reshape(-1, 784)
    expected = {
        (image.tobytes(), label) for image, label in zip(original, bunch.target, strict=True)
    }
    assert all(
        (image.tobytes(), label) in expected for image, label in zip(images, labels, strict=True)
    )
