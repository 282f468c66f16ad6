"""The values that a parameter of a run may have: others are slips, or no machine runs them.

Each function raises a LabError that begins with the name of the parameter.
"""

from __future__ import annotations

from itertools import pairwise

from backprop_lab.errors import LabError

#: The largest seed: 63 bits, as much as PyTorch and the columns of tables hold.
MAX_SEED = 2**63 - 1
MAX_EPOCHS = 1_000_000
#: No data set has more training images.
MAX_BATCH_SIZE = 50_000
#: Training images, and how often an epoch may show each.
MAX_IMAGES = 1_000_000
#: Of the labels, so many at most may be wrong: more would be another task.
MAX_LABEL_NOISE = 0.5
MAX_LAYERS = 1000
#: Units of one layer.
MAX_UNITS = 10**6
#: Weights between hidden layers: 4 bytes each, and training keeps up to four arrays of them.
MAX_WEIGHTS = 10**9
#: The networks compute in float32, which holds no number much beyond these.
LEARNING_RATES = (1e-37, 1e38)


def one_of(key: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise a LabError unless the value is one of those allowed."""
    if value not in allowed:
        raise LabError(f"{key}: {value!r} is not one of {', '.join(allowed)}")


def between(key: str, value: float, least: float, most: float) -> None:
    """Raise a LabError unless least <= value <= most."""
    if not value >= least:
        raise LabError(f"{key}: {_shown(value)} must be at least {_shown(least)}")
    if not value <= most:
        raise LabError(f"{key}: {_shown(value)} is too large; at most {_shown(most)}")


def check_layers(sizes: tuple[int, ...]) -> None:
    """Raise a LabError unless a network can have hidden layers of so many units."""
    key = "hidden_sizes"
    if not sizes:
        raise LabError(f"{key}: it must list at least one layer")
    between(key, min(sizes), 1, MAX_UNITS)
    between(key, max(sizes), 1, MAX_UNITS)
    if len(sizes) > MAX_LAYERS:
        raise LabError(f"{key}: {len(sizes)} layers are too many; at most {MAX_LAYERS}")
    weights = sum(n_in * n_out for n_in, n_out in pairwise(sizes))
    if weights > MAX_WEIGHTS:
        raise LabError(
            f"{key}: {weights} weights between the hidden layers are too many; "
            f"at most {MAX_WEIGHTS}"
        )


def _shown(value: float) -> str:
    """Return a number as text of at most 30 characters, such as 1000 or 1e+40."""
    if isinstance(value, float):
        return f"{value:g}"
    # Python writes no int of more than 4,300 digits in full.
    return str(value) if abs(value) < 10**30 else "a number of more than 30 digits"
