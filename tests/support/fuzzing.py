"""How many examples hypothesis tries: few in every run of the tests, many when asked."""

import os

from hypothesis import HealthCheck, settings


def fuzzed(examples):
    """Return hypothesis's settings for so many examples, the same ones each time.

    The environment variable BACKPROP_LAB_FUZZ takes another number for all tests.
    """
    return settings(
        max_examples=int(os.environ.get("BACKPROP_LAB_FUZZ", examples)),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
