"""claims.csv and the tables made from the verdicts."""

from __future__ import annotations

from backprop_lab.files.forms.kinds import (
    COUNT,
    FLAG,
    FRACTION,
    FROM_ONE,
    MAY_COUNT,
    MAY_FRACTION,
    MAY_FROM_ONE,
    MAY_NUMBER,
    MAY_POSITIVE,
    MAY_TEXT,
    TEXT,
    Flag,
    Number,
)
from backprop_lab.files.forms.table import TableForm

CLAIMS = TableForm(
    {
        "claim": TEXT,
        "verdict": TEXT,
        "reason": TEXT,
        "part": MAY_TEXT,
        "decides": Flag(optional=True),
        "kind": MAY_TEXT,
        "quantity": MAY_TEXT,
        "unit": MAY_TEXT,
        "estimate": MAY_NUMBER,
        "low": MAY_NUMBER,
        "high": MAY_NUMBER,
        "method": MAY_TEXT,
        "n": Number(low=0, whole=True, optional=True),
        "above": MAY_NUMBER,
        "below": MAY_NUMBER,
        "outcome": MAY_TEXT,
        "kernel_spread": MAY_POSITIVE,
        "kernel_distance": MAY_POSITIVE,
        "p_above": MAY_FRACTION,
        "p_above_low": MAY_FRACTION,
        "p_above_high": MAY_FRACTION,
        "first_variant": MAY_TEXT,
        "first_mean": MAY_NUMBER,
        "second_variant": MAY_TEXT,
        "second_mean": MAY_NUMBER,
        "seal": MAY_TEXT,
        "sealed_commit": MAY_TEXT,
        "sealed_date": MAY_TEXT,
        "results_existed": MAY_TEXT,
        "n_amendments": MAY_COUNT,
        "lacks": MAY_TEXT,
    },
    key=("claim", "part"),
)
STRENGTH = TableForm(
    {
        "claim": TEXT,
        "part": TEXT,
        "kind": TEXT,
        "quantity": TEXT,
        "unit": TEXT,
        "n": FROM_ONE,
        "outcome": TEXT,
        **dict.fromkeys(("estimate", "low", "high", "two_way_low", "two_way_high"), MAY_NUMBER),
        "two_way_outcome": MAY_TEXT,
        "p_decision": MAY_FRACTION,
        "p_holm": MAY_FRACTION,
        "stands": Flag(optional=True),
        "sign_flip_low": MAY_NUMBER,
        "sign_flip_high": MAY_NUMBER,
        "sign_flip_outcome": MAY_TEXT,
        "pooled_low": MAY_NUMBER,
        "pooled_high": MAY_NUMBER,
        "pooled_outcome": MAY_TEXT,
        "pooled_std": MAY_POSITIVE,
        "pooled_degrees": MAY_FROM_ONE,
        "detectable": MAY_POSITIVE,
        "seeds_needed": MAY_FROM_ONE,
        "split_spread": MAY_POSITIVE,
        "split_distance": MAY_POSITIVE,
        "zero_spread": FLAG,
    },
    key=("claim", "part"),
    least=0,
)
LOOKS = TableForm(
    {
        "claim": TEXT,
        "part": TEXT,
        "look": FROM_ONE,
        "n": FROM_ONE,
        "level": FRACTION,
        "unit": TEXT,
        "estimate": MAY_NUMBER,
        "low": MAY_NUMBER,
        "high": MAY_NUMBER,
        "outcome": MAY_TEXT,
    },
    key=("claim", "part", "look"),
    least=0,
)


_CHOICES = ("level", "margin", "epoch", "interval", "correction")
MULTIVERSE = TableForm(
    {
        "claim": TEXT,
        "verdict": TEXT,
        "timed": FLAG,
        "n_cells": COUNT,
        "n_same": MAY_COUNT,
        "share": MAY_FRACTION,
        **dict.fromkeys(
            ("n_reproduced", "n_partly", "n_contradicted", "n_not_reproduced"), MAY_COUNT
        ),
        "alone": MAY_TEXT,
        **{f"n_alone_{choice}": MAY_COUNT for choice in _CHOICES},
        **{f"effect_{choice}": MAY_FRACTION for choice in _CHOICES},
    },
    key=("claim",),
)
