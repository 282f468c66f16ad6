"""Checkers of what the forensics say: how many seeds they have, and what the logs allow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from statements.build import Build
from statements.conclusions import Look
from statements.sentences import Sentence

#: Parameters that runs of one setting share; empty cells of two runs are alike.
_SETTING = (
    *("experiment", "backend", "optimizer", "learning_rate", "batch_size", "init", "pixels"),
    *("bias_gradient", "shuffle", "train_size", "repeats", "label_noise", "epochs"),
)


def of_gap(build: Build) -> Iterator[tuple[str, object]]:
    """Yield facts of the gap, from the rows of the single runs."""
    rows = build.table("forensics_gap")
    if rows is None or rows.empty:
        return
    for images in (10000, 5000):
        own = rows[rows["train_size"] == images]
        if len(own):
            yield from _of_setting(f"gap.distinct{images}", own)
    own = rows[rows["experiment"] == "forensics_gap"]
    own = own[own["train_size"].isna() & (own["label_noise"] == 0)]
    if len(own):
        yield from _of_setting("gap.whole", own)
    split = rows[rows["split_seed"].notna()]
    if len(split):
        key = "gap.split_sgd_slow_torch_raw"
        yield f"{key}.n", len(split)
        yield f"{key}.n_allowed", int(split["allowed"].sum())
        yield f"{key}.n_rows_min", split["n_rows"].min()
    allowed = _settings(rows)["allowed"].all()
    yield "gap.n_settings", len(allowed)
    yield "gap.n_settings_allowed", int(allowed.sum())


def _of_setting(key: str, rows: pd.DataFrame) -> Iterator[tuple[str, object]]:
    yield f"{key}.n", rows["seed"].nunique()
    yield f"{key}.n_allowed", int(rows["allowed"].sum())
    for name in ("accuracy_gap", "loss_ratio"):
        for statistic in ("mean", "min", "max"):
            yield f"{key}.{name}_{statistic}", rows[name].agg(statistic)


def _settings(rows: pd.DataFrame) -> pd.core.groupby.DataFrameGroupBy:
    random_split = rows["split_seed"].notna()
    return rows.assign(split=random_split).groupby([*_SETTING, "split"], dropna=False)


def _one_seed(build: Build, *experiments: str) -> Iterator[str]:
    for name in experiments:
        rows = build.experiment(name)
        if len(rows) and rows["seed"].nunique() != 1:
            yield f"{name} has {rows['seed'].nunique()} seeds"


def repairs_have_one_seed(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The repaired networks were trained with one seed each."""
    yield from _one_seed(build, "counterfactual")


def searches_have_one_seed(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Each setting of the searches was trained with one seed."""
    yield from _one_seed(build, "forensics_screen", "forensics_refine")


def pixels_have_one_seed(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Each setting of Task 2's forensics was trained with one seed."""
    yield from _one_seed(build, "forensics_task2")


def fewer_images_are_allowed(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """A fifth of the images is allowed with every seed; where it is said, nothing else is."""
    rows = build.table("forensics_gap")
    own = rows[rows["train_size"] == 10000]
    if not own["allowed"].all():
        yield f"it is with {own['allowed'].sum()} of {len(own)}"
    others = _settings(rows[rows["train_size"] != 10000])["allowed"].all().sum()
    if match[1] and others:
        yield f"{others} others are"


def longer_run_is_not_allowed(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """On the usual split the same setting is trained for longer, and not allowed."""
    rows = build.table("forensics_gap")
    rows = rows[rows["experiment"] == "forensics_task2"]
    split = rows[rows["split_seed"].notna()].iloc[0]
    shared = ["optimizer", "learning_rate", "init", "pixels"]
    usual = rows[rows["split_seed"].isna() & (rows[shared] == split[shared]).all(axis=1)]
    if usual["allowed"].any() or not (usual["epochs"] > split["epochs"]).all():
        yield f"{usual[['epochs', 'allowed']].to_dict('records')}"


CHECKERS: list[tuple[str, Look]] = [
    (r"the longer run on the usual split, compared on [^,]*, is not", longer_run_is_not_allowed),
    (r"then with all three\. One seed|^One seed, to save time", repairs_have_one_seed),
    (r"Each setting has one seed", searches_have_one_seed),
    (r"One seed a setting, to save time", pixels_have_one_seed),
    (r"The former is allowed with every seed(, and nothing else)?", fewer_images_are_allowed),
]
