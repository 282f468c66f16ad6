"""How pixels are scaled before a network sees them."""

from __future__ import annotations

from backprop_lab.errors import LabError

#: Mean and standard deviation of the pixels of MNIST's 60,000 training images, scaled to [0, 1].
#: PyTorch's MNIST example (pytorch/examples, mnist/main.py) gives them to `Normalize`, and
#: countless programs repeat them.
MNIST_MEAN, MNIST_STD = 0.1307, 0.3081

#: Scale -> what is subtracted from a pixel of 0 to 255, and what the difference is divided by.
_SCALES: dict[str, tuple[float, float]] = {
    "unit": (0, 255),
    "raw": (0, 1),
    "standardised": (255 * MNIST_MEAN, 255 * MNIST_STD),
}


def scale(pixels: str) -> tuple[float, float]:
    """Return what is subtracted from pixels 0-255, and what they are divided by then.

    >>> scale("unit")
    (0, 255)

    Args:
        pixels: "unit" brings them to [0, 1]; "raw" leaves them; "standardised" gives those of
            MNIST mean 0 and standard deviation 1.  It takes MNIST's mean and standard
            deviation of any images, so that a saved network needs no numbers besides.

    Raises:
        LabError: it is none of these.
    """
    if pixels not in _SCALES:
        raise LabError(f"pixels: {pixels!r} is not one of {', '.join(_SCALES)}")
    return _SCALES[pixels]


def dark_is_zero(pixels: str) -> bool:
    """Say whether a pixel without ink is 0 to the network, so that its weights never move."""
    return scale(pixels)[0] == 0
