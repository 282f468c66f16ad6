"""The pixels that are ever lit in the training images, put first.

The margin of MNIST's images is empty: 67 of its 784 pixels are zero in every
training image.  The weights of such a pixel never move, since their gradient is a
sum of terms that each have the pixel as a factor, so training can leave it out and
still arrive at the same weights.  Evaluation can't: an image that was not trained on
may light it, and the weights that it meets are the initial ones.

So the pixels are reordered, the live ones first, and training sees those alone.

Where a dark pixel is not 0 to the network, as in standardised images, its weights do
move, as biases would.  There all pixels are live.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backprop_lab.data.datasets import to_float
from backprop_lab.data.pixels import dark_is_zero
from backprop_lab.errors import LabError

#: Live pixels are counted up to a multiple of this, so that a row of an array begins
#: where a vector register does: 16 numbers in float32.  A product is slower without.
_MULTIPLE = 16

Parameters = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class LivePixels:
    """An order of the pixels in which those that training ever lights come first.

    Attributes:
        order: (n_pixels,) int, the pixels of an image in the new order.
        n_live: how many of them training sees; the others are zero in all its images.
    """

    order: np.ndarray
    n_live: int

    @classmethod
    def of(cls, train_images: np.ndarray, pixels: str = "unit") -> LivePixels:
        """Find the live pixels of the training images, uint8 (n, n_pixels), scaled as `pixels`.

        >>> images = np.zeros((5, 40), np.uint8)
        >>> images[2, 37] = 255  # one pixel of one image is lit
        >>> live = LivePixels.of(images)
        >>> live.order[:3], live.n_live
        (array([37,  0,  1]), 16)
        """
        if not dark_is_zero(pixels):
            n_pixels = train_images.shape[1]
            return cls(np.arange(n_pixels), n_pixels)
        lit = train_images.max(axis=0) > 0
        n_live = -(-int(np.count_nonzero(lit)) // _MULTIPLE) * _MULTIPLE  # rounded up
        return cls(np.argsort(~lit, kind="stable"), min(n_live, len(lit)))

    def training(
        self, images: np.ndarray, pixels: str, dtype: npt.DTypeLike = np.float32
    ) -> np.ndarray:
        """Return what a network trains on, uint8 (n, n_pixels) -> `dtype` (n, n_live).

        Raises:
            LabError: pixels are left out that are not 0 on this scale.
        """
        if self.n_live < len(self.order) and not dark_is_zero(pixels):
            raise LabError(f"pixels: {pixels} ones may not be left out; find the live ones of them")
        return to_float(images, pixels, dtype, columns=self.order[: self.n_live])

    def evaluation(
        self, images: np.ndarray, pixels: str, dtype: npt.DTypeLike = np.float32
    ) -> np.ndarray:
        """Return what a network is judged on, uint8 (n, n_pixels) -> `dtype` (n, n_pixels)."""
        return to_float(images, pixels, dtype, columns=self.order)

    def arrange(self, parameters: Parameters) -> Parameters:
        """Return parameters whose first W (n_pixels, n_out) has its rows in this order."""
        (W, b), *deeper = parameters
        return [(W[self.order], b), *deeper]

    def restore(self, parameters: Parameters) -> Parameters:
        """Return parameters with the rows of the first W back in the images' own order."""
        (W, b), *deeper = parameters
        original = np.empty_like(W)
        original[self.order] = W
        return [(original, b), *deeper]
