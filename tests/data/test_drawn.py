"""Pictures of digits from elsewhere become what MNIST's images are."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from backprop_lab.data.drawn import centred, find_pictures, read_picture
from backprop_lab.data.idx import read_images
from backprop_lab.errors import LabError


@pytest.fixture
def drawn(tmp_path):
    """A function that draws a bar as a digit 1 into a file, and returns the file."""

    def draw(name, size=(90, 120), ink="black", paper="white", mode="RGB", place=(20, 10, 34, 100)):
        picture = Image.new(mode, size, paper)
        ImageDraw.Draw(picture).rectangle(place, fill=ink)
        picture.save(tmp_path / name)
        return tmp_path / name

    return draw


def box(image):
    """Rows and columns that have ink."""
    rows, columns = np.nonzero(image > 25)
    return rows.min(), rows.max() + 1, columns.min(), columns.max() + 1


def test_a_digit_fills_a_box_of_20_pixels_in_the_middle(drawn):
    image = read_picture(drawn("one.png"))
    assert (image.shape, image.dtype) == ((28, 28), np.uint8)
    top, bottom, left, right = box(image)
    assert (top, bottom) == (4, 24)
    assert abs((left + right) / 2 - 14.5) <= 1
    assert right - left <= 4  # its shape is kept
    assert image.max() == 255
    assert image[0].max() == 0


def test_light_on_dark_and_dark_on_light_come_to_the_same(drawn):
    light = read_picture(drawn("light.png", ink="white", paper="black"))
    for dark in (
        drawn("dark.png"),
        drawn("clear.png", mode="RGBA", paper=(0, 0, 0, 0)),
        drawn("pale.png", ink=(90, 90, 90), paper=(200, 200, 200)),
    ):
        np.testing.assert_allclose(read_picture(dark).astype(int), light, atol=2)


def test_where_it_stands_and_how_large_it_is_do_not_matter(drawn):
    first = read_picture(drawn("a.png"))
    second = read_picture(drawn("b.png", size=(300, 400), place=(180, 30, 208, 210)))
    np.testing.assert_allclose(first.astype(int), second, atol=40)
    assert box(first) == box(second)


def test_a_jpeg_will_do(drawn):
    place = {"size": (300, 400), "place": (60, 60, 180, 340)}
    jpeg, png = (read_picture(drawn(name, **place)) for name in ("a.jpg", "a.png"))
    assert np.abs(jpeg.astype(int) - png).mean() < 3


def test_the_centre_of_mass_is_in_the_middle():
    grey = np.zeros((40, 40))
    grey[5:35, 10:13] = 255
    grey[30:35, 10:30] = 255  # an L: heavy below
    image = centred(grey).astype(float)
    rows, columns = np.arange(28), np.arange(28)
    assert abs(image.sum(axis=1) @ rows / image.sum() - 14) <= 0.5
    assert abs(image.sum(axis=0) @ columns / image.sum() - 14) <= 0.5


@pytest.mark.skipif("MNIST_DIR" not in os.environ, reason="needs MNIST in MNIST_DIR")
def test_images_of_mnist_stay_as_they_are():
    images = read_images(Path(os.environ["MNIST_DIR"], "t10k-images-idx3-ubyte.gz"))[:200]
    moved = np.stack([centred(image.reshape(28, 28).astype(float)) for image in images])
    same = images.reshape(-1, 28, 28).astype(float)
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(moved, same, strict=True)]
    assert np.median(alike) > 0.97


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no picture; give a PNG"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "no picture; give a PNG|cannot be read"),
        (b"<svg/>", "no picture; give a PNG"),
    ],
)
def test_a_file_that_is_no_picture_is_named(tmp_path, content, message):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(LabError, match=rf"a\.png: ({message})"):
        read_picture(tmp_path / "a.png")


def test_a_picture_that_is_cut_short_is_named(drawn, tmp_path):
    data = drawn("a.png", size=(500, 500)).read_bytes()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(LabError, match=r"cut\.png: (cannot be read|no picture)"):
        read_picture(tmp_path / "cut.png")


def test_a_blank_picture_is_named(drawn):
    with pytest.raises(LabError, match=r"blank\.png: shows nothing; give a picture of one digit"):
        read_picture(drawn("blank.png", ink="white"))


def test_a_picture_larger_than_any_screen_is_named(drawn, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(LabError, match=r"a\.png: too large"):
        read_picture(drawn("a.png"))


def test_a_folder_stands_for_its_pictures(drawn, tmp_path):
    drawn("b.png"), drawn("a.JPG"), (tmp_path / "notes.txt").write_text("no picture")
    assert [path.name for path in find_pictures([tmp_path])] == ["a.JPG", "b.png"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabError, match=r"empty: no picture in it; put PNG or JPEG files there"):
        find_pictures([tmp_path / "empty"])
    with pytest.raises(LabError, match=r"nowhere: no such file or folder"):
        find_pictures([tmp_path / "nowhere"])
