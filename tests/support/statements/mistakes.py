"""Checkers of what is said of the test images that a network got wrong.

A checker is what `statements.checkers` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statements.build import Build
from statements.sentences import Sentence


def no_kind_of_error_is_more_frequent(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """No kind of error is counted more than n times; the figure says whose."""
    task = "task2" if "Task 2" in sentence.text or "for Task 2" in sentence.text else "task1"
    n = int(re.findall(r"([\d,]+) times?", sentence.text)[-1].replace(",", ""))
    most = []
    for name in ("task1", "task2"):
        counts = build.table(f"confusion_{name}").drop(columns="label").to_numpy()
        counts[range(len(counts)), range(len(counts))] = 0
        most.append(int(counts.max()))
    if n not in most:
        yield f"{n}, but the most frequent errors are {most} ({task})"


def errors_are_of_the_seeds(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The predictions are as many as the networks that completed times the test images."""
    for task in ("task1", "task2"):
        if f"confusion.{task}.n_predictions" not in sentence.keys:
            continue
        n = build.value(f"confusion.{task}.n_predictions")
        rows = build.completed(f"{task}_final")
        images = build.table(f"confusion_{task}").drop(columns="label").to_numpy().sum()
        told = build.value(
            "task1_final.n_diverged" if task == "task1" else "task2_final.n_diverged"
        )
        if n != images:
            yield f"{n} predictions, but the table has {images}"
        shown = f"{task}_final.n_diverged" in sentence.keys
        if bool(told) != shown or len(build.experiment(f"{task}_final")) - told != len(rows):
            yield f"{len(rows)} seeds of {task}_final completed, {told} diverged"


def the_first_seed_made_no_mistake(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Task 1's first network knew every test image."""
    first = build.experiment("task1_final").iloc[0]
    if first["status"] == "diverged" or first["test_accuracy"] < 1:
        yield f"its status is {first['status']}, its test accuracy {first['test_accuracy']}"


def the_first_seed_diverged(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Task 1's first network has no answers."""
    if (status := build.experiment("task1_final").iloc[0]["status"]) != "diverged":
        yield f"its status is {status}"


def first_mistake(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The image that comes first takes the class that is named for the other one."""
    rows = build.table("mistakes_task1")
    words = [str(rows[name].iloc[0]) for name in ("label_name", "predicted_name")]
    if f"class {words[0]} for {words[1]}" not in sentence.text.replace("\\", ""):
        yield f"it takes {words[0]} for {words[1]}"


def all_mistakes_are_shown(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The table has every error of the one network."""
    rows = build.experiment("task1_final")
    if len(rows) != 1 or len(build.table("mistakes_task1")) != build.value(
        "confusion.task1.n_errors"
    ):
        yield f"{len(rows)} networks, {build.value('confusion.task1.n_errors')} errors"
