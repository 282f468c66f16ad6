"""Images of any kind as arrays of grey values, all of one size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from backprop_lab.data.idx import Shape
from backprop_lab.data.own_set import MOST_PIXELS
from backprop_lab.errors import LabError

#: Formats that are read, by Pillow's names, and the endings of their files.
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
_GREY = ("1", "L", "I;16", "I;16B")
_LARGEST = 25_000_000  # pixels of an image before it is resized


@dataclass
class GreyReader:
    """Reads images one by one, and counts what it did to them.

    Attributes:
        key: how messages call the key `size` of the data set.
        size: height and width to which images are resized; None if all have one size.
        invert: whether images are dark on light, and are to be light on dark.
        coloured, transparent, resized: how many images were in colour, had a transparent
            background, and had another size.
    """

    key: str
    size: Shape | None
    invert: bool
    coloured: int = 0
    transparent: int = 0
    resized: int = 0

    def __post_init__(self) -> None:
        self._first: tuple[Path, Shape] | None = None

    def picture(self, path: Path) -> np.ndarray:
        """Read an image file.

        A colour image becomes grey by its luma (ITU-R BT.601), a transparent background the
        background of the data set.

        Returns:
            uint8 (height, width), 0 background to 255 ink.

        Raises:
            LabError: the file is no image or damaged, or has another size than those before.
        """
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                self._check(picture, path)
                upright = ImageOps.exif_transpose(picture)
                return self.array(self._grey(upright), path)
        except UnidentifiedImageError:
            raise LabError(
                f"{path}: is no image; give a PNG or JPEG file, or take it away"
            ) from None
        except LabError:
            raise
        except Exception as error:  # a damaged file raises whatever its decoder meets
            reason = " ".join(str(error).split())[:80] or type(error).__name__
            raise LabError(
                f"{path}: cannot be read ({reason}); put an intact copy there, or take it away"
            ) from None

    def array(self, grey: np.ndarray, path: Path) -> np.ndarray:
        """Invert and resize an image, uint8 (height, width), as it was asked for.

        Args:
            grey: the image.
            path: where it comes from, for messages.

        Raises:
            LabError: it has another size than those before, or is too large.
        """
        if self.invert:
            grey = 255 - grey
        found = (int(grey.shape[0]), int(grey.shape[1]))
        if self.size and found != self.size:
            self.resized += 1
            height, width = self.size
            small = Image.fromarray(grey).resize((width, height), Image.Resampling.LANCZOS)
            return np.asarray(small)
        self._first = self._first or (path, found)
        first, wanted = self._first
        if found != wanted:
            raise LabError(
                f"{path}: has {_times(found)} pixels where {first} has {_times(wanted)}; give all "
                f"images one size, or one to resize them to: {self.key}"
            )
        if found[0] * found[1] > MOST_PIXELS:
            raise LabError(
                f"{path}: has {_times(found)} pixels, more than {MOST_PIXELS:,}; "
                f"give a smaller size to resize images to: {self.key}"
            )
        return grey

    def notes(self) -> list[str]:
        """Say what was done to the images."""
        done = {
            "in colour turned grey": self.coloured,
            "with a transparent background": self.transparent,
            f"resized to {_times(self.size)} pixels" if self.size else "": self.resized,
        }
        counted = [f"{n:,} {what}" for what, n in done.items() if n]
        return [*counted, "all inverted"] if self.invert else counted

    def _check(self, picture: Image.Image, path: Path) -> None:
        """Raise a LabError for an image that stands for several, or is too large."""
        if getattr(picture, "n_frames", 1) > 1:
            raise LabError(f"{path}: holds several images; give one in each file")
        if picture.width * picture.height > _LARGEST:
            size = _times((picture.height, picture.width))
            raise LabError(f"{path}: has {size} pixels, too many; give a smaller image")
        if picture.mode in ("I", "F"):
            raise LabError(f"{path}: has values of 32 bits; save it with 8 bits a pixel")

    def _grey(self, picture: Image.Image) -> np.ndarray:
        """Return the grey values of an image, uint8 (height, width)."""
        if picture.mode.startswith("I;16"):
            return (np.asarray(picture).astype(np.uint16) >> 8).astype(np.uint8)
        see_through = picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info
        if picture.mode not in (*_GREY, "LA"):
            self.coloured += 1
        if see_through:
            self.transparent += 1
            flat = Image.new("RGBA", picture.size, "white" if self.invert else "black")
            flat.alpha_composite(picture.convert("RGBA"))
            picture = flat
        return np.asarray(picture.convert("L"))


def _times(shape: Shape) -> str:
    """Return a size as text, such as "28 x 28"."""
    return f"{shape[0]} x {shape[1]}"
