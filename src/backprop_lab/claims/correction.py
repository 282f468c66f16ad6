"""Correction of p-values for the number of criteria that are judged together."""

from __future__ import annotations

from collections.abc import Mapping


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjust p-values by Holm's (1979) step-down method.

    If every hypothesis whose adjusted value is at most alpha is rejected, the probability of
    one or more false rejections is at most alpha, however the tests depend on each other.  The
    k-th smallest of m values is multiplied by m - k + 1, is never below the one before it, and
    is at most 1.

    Args:
        p_values: name -> p-value, 0..1, of all hypotheses that are tested together.

    Returns:
        The same names, in the same order, each with its adjusted value.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        least = max(least, min(1.0, p_values[name] * (len(p_values) - rank)))
        adjusted[name] = least
    return {name: adjusted[name] for name in p_values}
