"""How many examples hypothesis tries: few in every run of the tests, many when asked."""

import os

from hypothesis import HealthCheck, settings


def fuzzed(examples):
    """Return hypothesis's settings for so many examples, the same ones each time.

    The environment variable BACKPROP_LAB_FUZZ=100 tries a hundred times as many in all tests.
    """
    return settings(
        max_examples=examples * int(os.environ.get("BACKPROP_LAB_FUZZ", "1")),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
