"""What a sentence takes for granted: that a verdict exists, that runs were made, what they saw.

Such a sentence is false on a build that lacks what it speaks of, however true it is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statements.build import Build
from statements.conclusions import Look
from statements.sentences import Sentence

_SWEEPS = ("sweep_learning_rate", "sweep_batch_size", "sweep_width")
_RAW = {"pixels": "raw", "optimizer": "sgd", "init": "torch"}


def some_claim_is_judged(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """There is a verdict to speak of."""
    if all(claim["verdict"] == "untestable" for claim in build.claims.values()):
        yield "no claim is judged"


def one_number_varies(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """A number was varied, or, where the sentence says so, none was."""
    varied = any(build.table(name) is not None for name in _SWEEPS)
    if varied != (match[0] in ("This section makes the comparisons", "what we measured.")):
        yield f"a number was {'' if varied else 'not '}varied"


def rates_have_the_seeds(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Every case at either of two learning rates has as many runs as the sentence says."""
    rows = build.table("learning_rate_transfer")
    low = rows["learning_rate"] == rows["learning_rate"].min()
    more, fewer = map(int, re.findall(r"n = (\d+)", sentence.text))
    if not ((rows.loc[~low, "n"] == more).all() and (rows.loc[low, "n"] == fewer).all()):
        yield f"{rows[['learning_rate', 'n']].to_dict('records')}"


def settings_are_picked(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Some criterion picks a setting among candidates that were run."""
    parts = [part for claim in build.claims.values() for part in claim["parts"].values()]
    sides = (part.get(side) or {} for part in parts for side in ("first", "second", "setting"))
    grid = build.experiment("learning_rate_grid")
    if not len(grid) and not any(side.get("at_edge") is not None for side in sides):
        yield "no setting was picked"


def images_are_the_originals(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The build used the original's data set, or, where the sentence says so, another."""
    if build.mnist != (match[0] != "images were others"):
        yield f"the images are {build.data['name']}"


def both_losses_stand_still(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Some exploding run of Task 2 ends with losses that stand still, or none, as it says."""
    rows = build.table("forensics_task2")
    rows = rows[rows["distance_figure9"].notna()]
    for column, value in _RAW.items():
        rows = rows[rows[column] == value]
    frozen = int(rows["frozen"].sum())
    if bool(frozen) != ("none of them" not in sentence.text):
        yield f"in {frozen} of {len(rows)} they do"


def splits_train_as_long_as_it_says(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The runs with random splits have half as many epochs, or as many, as the one before."""
    rows = build.experiment("forensics_task2")
    split = set(rows[rows["split_seed"].notna()]["epochs"])
    share = 0.5 if match[0].startswith("half") else 1
    whole = build.value("task2.final.torch_raw.epochs")
    if split != {share * whole}:
        yield f"{split} against {whole} epochs"


def refined_runs_are_as_long_as_the_logs(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The refined search trains for the epochs of the original's figure 2."""
    epochs = set(build.experiment("forensics_refine")["epochs"])
    if epochs != {build.value("published.figure2.last.epoch")}:
        yield f"they have {epochs} epochs"


def screened_runs_have_the_epochs(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """The first search trains for the epochs that stand there."""
    epochs = set(build.experiment("forensics_screen")["epochs"])
    if "settings.forensics_screen.epochs" not in sentence.keys and epochs != {1}:
        yield f"they have {epochs} epochs"


def seeds_lie_apart(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The matrix has several seeds, so that two of them can lie apart; or one, as it says."""
    several = build.experiment("matrix")["seed"].nunique() > 1
    if several != ("as far apart as two seeds" in sentence.text):
        yield f"there {'are several seeds' if several else 'is one seed'}"


def rounding_grows(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """In single precision the weights differ by more at the end than after one step."""
    rows = build.table("parity")
    own = rows[rows["comparison"] == "float32"].sort_values("step")["weight_relative_difference"]
    if not own.iloc[-1] > own.iloc[0]:
        yield f"{own.iloc[0]} after a step, {own.iloc[-1]} at the end"


def some_criteria_have_more_seeds(
    match: re.Match[str], sentence: Sentence, build: Build
) -> Iterator[str]:
    """Some criterion rests on the seeds that stand there first."""
    parts = [part for claim in build.claims.values() for part in claim["parts"].values()]
    n = build.value("settings.deciding.n_seeds")
    if not any(part.get("n") == n for part in parts):
        yield f"none has {n}"


def images_are_public(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The images are those of a published data set."""
    if build.data["name"] not in ("mnist", "fashion_mnist", "kmnist", "digits"):
        yield f"the images are {build.data['name']}"


def one_seed_a_setting(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """The matrix has one seed."""
    if (n := build.experiment("matrix")["seed"].nunique()) != 1:
        yield f"it has {n}"


def every_run_diverged(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
    """Every final run of the task diverged."""
    if len(build.completed(f"task{match[1]}_final")):
        yield "some did not diverge"


STANDING: list[tuple[str, Look]] = [
    (
        r"give the verdict|verdicts? follows? from|has the verdicts|[Tt]he verdicts of this report|"
        r"judged by (?:both|itself)|decides? a claim|our verdicts|^Verdict on",
        some_claim_is_judged,
    ),
    (
        r"This section makes the comparisons|this section has the theory|leaves out the runs in|"
        r"what we measured\.|where this build has the runs for it",
        one_number_varies,
    ),
    (r"n = .* at the higher learning rate and n = .* at the lower", rates_have_the_seeds),
    (r"^Settings are picked on validation images", settings_are_picked),
    (r"some of these choices are the likely cause|images were others", images_are_the_originals),
    (
        r"do both losses|them both losses|Where both losses stop|why it stops changing, and",
        both_losses_stand_still,
    ),
    (r"(?:half )?as many epochs\.$", splits_train_as_long_as_it_says),
    (r"as many epochs as the logs have|after the whole log", refined_runs_are_as_long_as_the_logs),
    (r"trained for one epoch|[Aa]fter one epoch", screened_runs_have_the_epochs),
    (r"as far apart as two seeds|how far apart two can be", seeds_lie_apart),
    (r"rounding, which training amplifies", rounding_grows),
    (r"Some criteria rest on", some_criteria_have_more_seeds),
    (r"The images are public", images_are_public),
    (
        r"those of one seed|a number of epochs, one seed|A setting with one seed has no spread|"
        r"One seed gives no interval",
        one_seed_a_setting,
    ),
    (r"Task (\d) on the test images: every run diverged", every_run_diverged),
]
