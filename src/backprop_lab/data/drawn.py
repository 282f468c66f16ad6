"""Pictures of digits from elsewhere, made to look as those of MNIST do.

LeCun et al. (1998): a digit is scaled to fit a box of 20 x 20 pixels, its shape kept, and placed
in 28 x 28 pixels so that its centre of mass is in the middle.  It is light on black.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from backprop_lab.data.idx import SIDE
from backprop_lab.errors import LabError

#: Endings of the files that are looked for in a folder.
ENDINGS = (".png", ".jpg", ".jpeg")
_BOX = 20  # pixels
#: A pixel belongs to the digit if it is at least this share of the lightest.
_INK = 0.2
#: Less contrast than this, of 255, is no drawing.
_LEAST_CONTRAST = 16


def find_pictures(paths: list[Path]) -> list[Path]:
    """List the pictures that are named, and those in the folders that are named.

    Raises:
        LabError: a path does not exist, or a folder has no picture.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS)
            if not inside:
                raise LabError(f"{path}: no picture in it; put PNG or JPEG files there")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise LabError(f"{path}: no such file or folder; correct the name")
    return found


def read_picture(path: Path) -> np.ndarray:
    """Read a picture of one digit as MNIST would have it.

    Whether it is drawn dark on light or light on dark is told from its border.

    Args:
        path: a PNG or JPEG file, of any size and colour.

    Returns:
        uint8 (28, 28), 0 background to 255 ink.

    Raises:
        LabError: the file cannot be read, is no picture, or shows nothing.
    """
    try:
        with Image.open(path) as picture:
            flat = Image.new("RGBA", picture.size, "white")  # under what is transparent
            flat.alpha_composite(picture.convert("RGBA"))
            grey = np.asarray(flat.convert("L"), dtype=np.float64)
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError) as error:
        reason = "too large" if isinstance(error, Image.DecompressionBombError) else "no picture"
        raise LabError(f"{path}: {reason}; give a PNG or JPEG file of one digit") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the file is damaged"
        raise LabError(f"{path}: cannot be read ({reason}); give a PNG or JPEG file") from None
    try:
        return centred(grey)
    except ValueError:
        raise LabError(f"{path}: shows nothing; give a picture of one digit") from None


def centred(grey: np.ndarray) -> np.ndarray:
    """Scale and centre the digit of a picture.

    Args:
        grey: float (height, width), 0 black to 255 white.

    Returns:
        uint8 (28, 28), 0 background to 255 ink.

    Raises:
        ValueError: the picture has one shade only.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    background = float(np.median(border))
    ink = grey - background if background < 128 else background - grey
    ink = np.clip(ink, 0, None)
    if ink.max(initial=0) < _LEAST_CONTRAST:
        raise ValueError("one shade only")
    ink *= 255 / ink.max()
    rows, columns = np.nonzero(ink >= 255 * _INK)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = ink.shape
    scale = _BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(ink.astype(np.uint8)).resize(size, Image.Resampling.LANCZOS)
    return _placed(np.asarray(small))


def _placed(digit: np.ndarray) -> np.ndarray:
    """Place a digit of at most 20 x 20 pixels in 28 x 28, its centre of mass on pixel 14, 14.

    Pixels are counted from 0; so it is in MNIST, on average to a hundredth of a pixel.
    """
    height, width = digit.shape
    weights = digit.astype(np.float64)
    middle_row = float(weights.sum(axis=1) @ np.arange(height)) / weights.sum()
    middle_column = float(weights.sum(axis=0) @ np.arange(width)) / weights.sum()
    top = min(max(round(SIDE / 2 - middle_row), 0), SIDE - height)
    left = min(max(round(SIDE / 2 - middle_column), 0), SIDE - width)
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + height, left : left + width] = digit
    return image
