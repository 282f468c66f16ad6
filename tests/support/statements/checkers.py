"""Checkers of single sentences: each computes anew what the sentence says.

A checker takes the match of its pattern, the sentence and the build, and yields what is wrong.
The pattern is searched in the sentence, with each fact's key in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statements.build import Build
from statements.conclusions import CONCLUSIONS, Look, conclusion
from statements.forensics import CHECKERS as OF_FORENSICS
from statements.mistakes import (
    all_mistakes_are_shown,
    errors_are_of_the_seeds,
    first_mistake,
    no_kind_of_error_is_more_frequent,
    the_first_seed_diverged,
    the_first_seed_made_no_mistake,
)
from statements.recomputed import pairs
from statements.sentences import Sentence
from statements.standing import STANDING


def no_difference_is_larger(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The programs differ in no pair by more than the number that stands there."""
    sizes = [abs(mean) for mean in pairs(build, "backend").values() if mean == mean]
    shown = build.value("comparison.backend.largest.val_accuracy_difference")
    if max(sizes) > abs(shown) + 1e-9:
        yield f"{max(sizes)} is larger than {shown}"


def all_pairs_are_equal(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """In all pairs the two means are equal."""
    found = [mean for mean in pairs(build, "backend").values() if not abs(mean) <= 1e-12]
    if found:
        yield f"{len(found)} pairs are not equal, or have no means"


def nothing_diverged(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """No run of the build diverged."""
    if (build.runs["status"] == "diverged").any():
        yield "there are runs that diverged"


def no_best_rate_is_at_an_edge(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Each best rate of the grid lies between two others."""
    rows = build.completed("learning_rate_grid")
    for (activation, optimizer), own in rows.groupby(["activation", "optimizer"]):
        means = own.groupby("learning_rate")["val_accuracy"].mean()
        if means.idxmax() in (means.index.min(), means.index.max()):
            yield f"{activation} with {optimizer} is best at {means.idxmax()}"


def small_weights_vanish(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The signal falls from layer to layer with the small weights."""
    rows = build.table("signal")
    own = rows[
        (rows["hidden_sizes"].astype(str) == "360-100-40")
        & (rows["init"] == "normal0.01")
        & (rows["epoch"] == 0)
    ].sort_values("layer")
    stds = own["activation_std"].dropna().tolist()
    if not stds[-1] < stds[0]:
        yield f"standard deviations {stds}"


def other_weights_repair(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The deep network learns with He's weights, and does not learn with nothing repaired."""
    rows = build.table("counterfactual").set_index("repair")["val_accuracy"]
    if not rows["none"] < 0.9 < rows["init"]:
        yield f"{rows['none']} with nothing repaired, {rows['init']} with He's weights"


def longest_job(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The run that is named is the longest, or what bounds the build is what bounds it."""
    rows = build.table("jobs")
    if "jobs.longest.id" in sentence.keys:
        top = rows.loc[rows["job_seconds"].idxmax(), "id"]
        if top != build.value("jobs.longest.id"):
            yield f"the longest job is {top}"
    even = rows["job_seconds"].sum() / build.value("jobs.n_cores")
    longest = rows["job_seconds"].max()
    if "more cores would not help" in sentence.text and longest < even:
        yield f"all jobs evenly shared take {even}, the longest {longest}"
    if "shared out evenly" in sentence.text and longest >= even:
        yield f"the longest job takes {longest}, all evenly shared {even}"


def floors_are_longer(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The floors of all jobs together are longer than their epochs."""
    rows = build.table("jobs")
    if rows["floor_seconds"].sum() <= rows["epoch_seconds"].sum():
        yield "the floors are shorter than the epochs"


def kernels_move_most(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """No run is moved further than by the points that stand there."""
    moved = build.table("kernels")["val_accuracy_range"].max()
    if abs(build.value("kernels.largest.val_accuracy_range") - moved) > 1e-12:
        yield f"the largest is {moved}"


def rounding_is_comparable(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The programs differ by less than ten times what single precision leaves open."""
    rows = build.table("parity")
    last = rows[rows["step"] == rows["step"].max()].set_index("comparison")
    differ = last["weight_relative_difference"]
    if not differ["float32"] < 10 * differ["rounding"]:
        yield f"{differ['float32']} against {differ['rounding']}"


def training_amplifies(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The weights differ by much more at the end than after one step."""
    rows = build.table("parity")
    own = rows[rows["comparison"] == "float32"].sort_values("step")["weight_relative_difference"]
    if not own.iloc[-1] > 10 * own.iloc[0] > 0:
        yield f"{own.iloc[0]} after a step, {own.iloc[-1]} at the end"


def nobody_fits_all_logs(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """No setting is near to all logs together."""
    slack, distance = build.value("near.refine.slack"), build.value("forensics.all.distance_all")
    if not distance > slack:
        yield f"the nearest to all is at {distance}, the slack is {slack}"


def worse_than_the_median(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Held out, figure 2 is farther from what was chosen than from the median setting."""
    rows = build.table("forensics_holdout")
    own = rows[(rows["search"] == "screen") & (rows["held_out"] == 2)].iloc[0]
    if not own["distance_held_out"] > own["distance_median"]:
        yield f"{own['distance_held_out']} against {own['distance_median']}"


def claims_are_all_untestable(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The build can judge no claim."""
    judged = [name for name, one in build.claims.items() if one["verdict"] != "untestable"]
    if judged:
        yield f"{', '.join(judged)} are judged"


def no_seal_is_before_results(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Of no criterion it is known that it was sealed before there were results."""
    if build.value("claims.n_criteria_before_results"):
        yield f"of {build.value('claims.n_criteria_before_results')} it is"


def intervals_of_sources_overlap(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The intervals of the single sources of spread overlap all, on test images."""
    rows = build.table("variance").set_index("source").drop(index="seed").dropna()
    overlap = rows["test_accuracy_std_high"].min() >= rows["test_accuracy_std_low"].max()
    if overlap != ("all overlap" in sentence.text):
        yield f"they {'do' if overlap else 'do not'} overlap"


def share_of_frozen_network(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """What the original's frozen network scored is the share of a class, or of none."""
    score = build.value("published.figure4.last.val_accuracy")
    told = re.findall(
        r"(no|one) class in our|of (no|one) class in the official|of (none|one)\b", sentence.text
    )
    words = [next(filter(None, some)) for some in told]
    for part, word in zip(("validation", "test"), words, strict=False):
        counts, size = build.data["class_counts"][part], build.data["sizes"][part]
        if (round(score * size) in counts) != (word == "one"):
            yield f"{part}: the classes count {counts}"


def rates_are_shared(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """ReLU and sigmoid choose from the same rates, SGD and Adam from as many, Adam's lower."""
    rows = build.experiment("learning_rate_grid")
    tried = {
        pair: sorted(set(own["learning_rate"]))
        for pair, own in rows.groupby(["activation", "optimizer"])
    }
    for optimizer in {optimizer for _, optimizer in tried}:
        if tried["relu", optimizer] != tried["sigmoid", optimizer]:
            yield f"{optimizer}: {tried}"
    sgd, adam = tried["relu", "sgd"], tried["relu", "adam"]
    if len(sgd) != len(adam) or not all(a < s for a, s in zip(adam, sgd, strict=True)):
        yield f"SGD {sgd}, Adam {adam}"


def finals_have_the_seeds(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The final models have as many seeds as the sweeps."""
    counts = {
        name: build.experiment(name)["seed"].nunique()
        for name in ("learning_rate_grid", "task1_final", "task2_final")
    }
    if len(set(counts.values())) > 1:
        yield f"{counts}"


def first_loss_is_not_met(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """No exploding run has the first loss that figure 9 reports."""
    key = "task2.exploded.{}_first_train_loss"
    low, high = (build.value(key.format(end)) for end in ("lowest", "highest"))
    if low <= build.value("published.figure9.first.train_loss") <= high:
        yield f"it lies between {low} and {high}"


def ours_know_more(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """At equal training loss our validation accuracy is the higher one."""
    gaps = [build.value(f"gap.{name}.accuracy_gap_mean") for name in ("final", "whole")]
    if not all(gap > 0 for gap in gaps):
        yield f"{gaps}"


def nothing_is_allowed(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """No explanation by one answer for every image is allowed, from balanced labels."""
    keys = ("class_mix", "wrong_count", "last_batches", "sorted_end", "adam")
    found = {name: build.value(f"frozen.{name}.n_allowed") for name in keys}
    if any(found.values()):
        yield f"{found}"


def labels_are_others(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """What the original reports is less than any network has that sees MNIST's labels alone."""
    reported = build.value("constant.figure9.dataset.published_train_accuracy")
    lowest = build.value("constant.figure9.dataset.lowest_train_accuracy")
    if not reported < lowest:
        yield f"{reported} is reported, {lowest} the lowest"


def most_claims_lack_it(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """More than half of the claims that were not run as registered lack what is listed."""
    lacking = [
        {one["what"] for one in claim["reason"]["values"]["lacks"]}
        for claim in build.claims.values()
        if claim["reason"]["key"] == "not_as_registered"
    ]
    kinds = {"epochs": "epochs", "seeds": "seeds that all settings share", "split": "division"}
    for what, words in kinds.items():
        if words in sentence.text and 2 * sum(what in some for some in lacking) <= len(lacking):
            yield f"most do not lack {what}"


def pixels_of_the_digits(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Only the digits of scikit-learn have eight by eight pixels."""
    if build.data["name"] != "digits":
        yield f"the images are {build.data['name']}"


def best_rate_is_at_an_edge(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Of some criterion the best rate of this setting is the lowest or highest of the grid."""
    name = match[1].removeprefix("the ").lower()
    tried = build.experiment("learning_rate_grid")
    own = tried[(tried["activation"] == name) | (tried["optimizer"] == name)]
    edges = {
        edge
        for _, rows in own.groupby(["activation", "optimizer"])
        for edge in (rows["learning_rate"].min(), rows["learning_rate"].max())
    }
    picked = [
        side["learning_rate"]
        for claim in ("C4", "C8")
        for part in build.claims[claim]["parts"].values()
        for side in (part.get("first"), part.get("second"))
        if side and side.get("at_edge")
    ]
    if len(own) and not edges & set(picked):
        yield f"picked at an edge: {picked}; edges of {name}: {sorted(edges)}"


CHECKERS: list[tuple[str, Look]] = [
    *OF_FORENSICS,
    (r"The best rate of (the sigmoid|\w+) is the lowest or highest", best_rate_is_at_an_edge),
    (r"same for ReLU and sigmoid, and lower for Adam|Both choose from", rates_are_shared),
    (r"so do the final models", finals_have_the_seeds),
    (r"do not explain the size of its first loss", first_loss_is_not_met),
    (r"the original’s networks know new images less well than ours", ours_know_more),
    (r"The first takes class", first_mistake),
    (r"All mistakes of Task 1’s network", all_mistakes_are_shown),
    (r"None of these explanations fits", nothing_is_allowed),
    (r"images were probably not (?:MNIST|those)", labels_are_others),
    (r"it lacks for most of these", most_claims_lack_it),
    (r"The images have eight by eight pixels", pixels_of_the_digits),
    *STANDING,
    *((pattern, conclusion(needed)) for pattern, needed in CONCLUSIONS.items()),
    (r"No kind of error is counted more", no_kind_of_error_is_more_frequent),
    (r"\{confusion\.task\d\.n_predictions\}", errors_are_of_the_seeds),
    (
        r"(?:no difference is larger than|differ by at most) \{comparison\.backend",
        no_difference_is_larger,
    ),
    (r"In all \{comparison\.backend\.n_pairs\} pairs", all_pairs_are_equal),
    (r"has no diverged run", nothing_diverged),
    (r"made no mistake on the test images|There are no mistakes", the_first_seed_made_no_mistake),
    (r"diverged with the first seed|The run diverged, so there are no", the_first_seed_diverged),
    (r"No best rate is the lowest or highest", no_best_rate_is_at_an_edge),
    (r"With the small weights the signal does not grow", small_weights_vanish),
    (
        r"Probably because the initial weights",
        other_weights_repair,
    ),
    (r"\{jobs\.longest\.id\}|no order of these jobs ends before", longest_job),
    (r"Here the floors are longer", floors_are_longer),
    (r"Kernels change no run|\{kernels\.largest\.val_accuracy_range\}", kernels_move_most),
    (r"less than ten times what single precision", rounding_is_comparable),
    (r"Training amplifies rounding", training_amplifies),
    (r"no single setting that gives all the logs", nobody_fits_all_logs),
    (r"worse than the median of all settings", worse_than_the_median),
    (r"[Tt]his build can judge none|none could be judged", claims_are_all_untestable),
    (r"For no criterion does the register show", no_seal_is_before_results),
    (r"intervals of the single sources|Their intervals", intervals_of_sources_overlap),
    (r"(?:[Tt]his|It) is the share of", share_of_frozen_network),
]
