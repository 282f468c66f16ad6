"""What is said of a failed job, and at the end of a build."""

from __future__ import annotations

import json
import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from backprop_lab.training.in_progress import duration
from snakemake_logger_plugin_lab.slurm import NOT_TAKEN, reason, slurm_log
from snakemake_logger_plugin_lab.state import Batch, Build, Job

#: Lines of a failed job's log that are shown.
TAIL = 15
#: Characters of a line, and of a line of a log, which is folded.
WIDTH, _LOGGED = 118, 500
_FETCH_AGAIN = "--cores 1 --forcerun fetch_mnist -- fetch_mnist"
_DATASET = Path("results/dataset.json")


def failure_lines(job: Job, command: str) -> list[str]:
    """Return what to know of a job that has failed: which, the end of its log, how to go on."""
    which = f" ({job.run.id})" if job.run else ""
    lines = [clip(f"FAILED: rule {job.rule}{which}: {job.message}", WIDTH)]
    log = slurm_log(job.logs)
    if why := job.refused or (log and reason(log, [job.rule])):
        lines += _labelled("  Slurm: ", why)
    tail = job.tail(TAIL)
    for log in job.logs[:1]:
        lines.append(f"  the end of its log, {log}:" if tail else f"  its log, {log}, is empty")
    for line in tail:
        lines += _quoted(line)
    return [*lines, f"  when the cause is removed, go on with: {command}"]


def batch_lines(batch: Batch, command: str) -> list[str]:
    """Return what to know of a batch that has failed: which, why, how to go on."""
    rules, log = sorted(batch.rules), slurm_log(batch.logs)
    lines = [clip(f"FAILED: a batch of {batch.size} jobs ({', '.join(rules)})", WIDTH)]
    if batch.submission is None:
        why: str | None = NOT_TAKEN
    else:
        lines[0] += f", job {batch.submission} of Slurm"
        why = reason(log, rules) if log else None
    lines += _labelled("  Slurm: ", why or "it ended it for nothing: a job of it failed by itself")
    lines += [f"  Slurm's log: {_relative(str(log))}"] if log else []
    return [*lines, f"  when the cause is removed, go on with: {command}"]


def to_blame(job: Job) -> bool:
    """Say whether a job failed by itself, not only with the batch that it was submitted in."""
    if job.batch is None:
        return True
    log = slurm_log(job.batch.logs)
    if log is None or reason(log, []) is not None:
        return False
    return job.tail(1)[:1] != [] and job.tail(1)[0].startswith("error:")


def closing_lines(build: Build) -> list[str]:
    """Return the block at the end: what was built, from what, in what time, and what is next."""
    failed, whole = build.failed, build.done >= build.total
    took = f"after {duration(build.elapsed)}"
    if failed:
        head = f"NOT DONE: {len(failed)} of {build.total} jobs failed, {build.done} done, {took}"
    elif whole and not build.stopped:
        head = f"DONE: {build.done} of {build.total} jobs {took}"
    else:
        head = f"STOPPED: {build.done} of {build.total} jobs done, {took}"
    about = {
        "data set": _dataset(),
        "warnings": build.warnings,
        "failed": _failures(failed),
        "open": list(build.plan.reports) if whole and not failed else [],
        "full log": [_relative(build.log)] if build.log else [],
        "next": list(_next(build, whole and not failed)),
    }
    lines = [clip(head, WIDTH)]
    for name, texts in about.items():
        for number, text in enumerate(texts):
            label = f"  {'' if number else name:<10}"
            # A command stays in one line, to be copied.
            lines += [f"{label}{text}"] if name == "next" else _labelled(label, text)
    return lines


def _failures(failed: Sequence[Job]) -> list[str]:
    """Name the logs of the jobs that failed, and of the batches, each once."""
    lines = []
    for job in failed:
        logs: Sequence[Path] = job.logs
        what = job.rule
        if job.batch and not to_blame(job):
            what, logs = f"a batch of {job.batch.size} jobs", job.batch.logs
        lines.append(f"{what}: {', '.join(_relative(str(path)) for path in logs) or 'no log'}")
    return list(dict.fromkeys(lines))


def short_command(build: Build) -> str:
    """Return the command that the user typed, its program named from this folder."""
    _, *arguments = build.command.split(" ")
    return " ".join([_program(build), *arguments])


def clip(text: str, width: int) -> str:
    """Cut a text that is longer than `width` characters."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _next(build: Build, whole: bool) -> Iterator[str]:
    """Say what to do next."""
    command = short_command(build)
    if not whole:
        yield f"{command}   (what is done is kept)"
        return
    if _source().get("embedded"):
        yield f"for MNIST from a folder: MNIST_DIR=/path/to/archives {command}"
        yield f"to try the network again: {_program(build)} {_FETCH_AGAIN}"
    if build.plan.reports and build.plan.preset == "quick":
        yield "for the whole report, with all seeds and epochs: make report"
    elif build.plan.reports:
        yield "change config.yaml and call it again: only what is new is trained"


def _program(build: Build) -> str:
    """Return how the user called Snakemake, from this folder."""
    program = build.command.split(" ")[0] or "snakemake"
    if program.endswith("__main__.py"):
        return "python -m snakemake"
    if _relative(program) == program and shutil.which("snakemake") == program:
        return "snakemake"
    return _relative(program)


def _dataset() -> list[str]:
    """Name the data set that is used; [] if there is none yet."""
    about = _source()
    with suppress(KeyError, TypeError, ValueError):
        sizes = ", ".join(f"{n:,} {part}" for part, n in about["sizes"].items())
        return [f"{about['title']} ({about['source']}): {sizes} images"]
    return []


def _source() -> dict[str, Any]:
    """Read what is known of the data set."""
    with suppress(OSError, ValueError):
        about = json.loads(_DATASET.read_text(encoding="utf-8"))
        if isinstance(about, dict):
            return about
    return {}


def _labelled(label: str, text: str) -> list[str]:
    """Return a text in lines, a label before the first; a path is never broken."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _quoted(line: str) -> list[str]:
    """Return a line of a log, folded where it is long."""
    return textwrap.wrap(
        clip(line, _LOGGED),
        WIDTH,
        initial_indent="  | ",
        subsequent_indent="  |     ",
        break_on_hyphens=False,
        drop_whitespace=False,
    )


def _relative(path: str) -> str:
    """Return a path from this folder, if it lies in it."""
    folder = f"{os.getcwd()}{os.sep}"
    return path.removeprefix(folder) if path.startswith(folder) else path
