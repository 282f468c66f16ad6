"""Why a job on a Slurm cluster ended, from the log that Slurm keeps of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from backprop_lab.training.in_progress import last_lines

#: How remarks of the plugin for Slurm begin that call for nothing: Slurm knows a default account.
REMARKS = (
    "No SLURM account given",
    "No account was given",
    "Unable to guess SLURM account",
    "MinJobAge ",
)
#: Where the plugin for Slurm keeps those logs.
FOLDER = "slurm_logs"
_PROFILE = "profiles/slurm/config.yaml"
#: What Slurm writes -> why the job ended, and what to do. The first that fits counts: a job that
#: is ended for any reason is cancelled, too.
_REASONS = {
    r"exceeded memory limit|Exceeded job memory|oom.kill|Out Of Memory": (
        "it took more memory than it had asked for: set a larger mem_mb for {rules} in {profile}"
    ),
    r"DUE TO TIME LIMIT": (
        "its time was up: set a longer runtime for {rules} in {profile}, or a smaller batch under "
        "group-components"
    ),
    r"DUE TO NODE FAILURE": "its node failed: nothing needs to be set",
    r"DUE TO PREEMPTION": "another job took its place: nothing needs to be set",
    r"\*\*\* (JOB|STEP) \S+ ON \S+ CANCELLED AT": "it was cancelled, as by scancel",
    r"this is not the folder in which the build was started": (
        "the node sees another folder: keep the project on a file system that all nodes share"
    ),
}
_UNSEEN = (
    "it wrote no log, so its node may not see this folder: keep the project on a file system that "
    "the login node and all nodes share (or it was cancelled before it began)"
)
#: Of a batch Snakemake drops the words of sbatch.
NOT_TAKEN = (
    "it was not accepted: perhaps so many jobs are not allowed at one time: set jobs lower in "
    f"{_PROFILE}"
)
_READ = 1 << 16


def refusal(message: str) -> str | None:
    """Return why `sbatch` did not take a job, from the plugin's message; None if it did.

    >>> refusal("SLURM sbatch failed. The error message was 'sbatch: error: Too many jobs'. Call")
    'it was not accepted: sbatch: error: Too many jobs'
    """
    found = re.search(r"sbatch failed\. The error message was '(.*?)'\.", message, re.DOTALL)
    return f"it was not accepted: {' '.join(found[1].split())}" if found else None


def slurm_log(paths: Sequence[Path]) -> Path | None:
    """Return the one of a job's logs that Slurm keeps; None for a job that ran elsewhere."""
    return next((path for path in paths if FOLDER in path.parts), None)


def reason(log: Path, rules: Sequence[str]) -> str | None:
    """Return why Slurm ended a job, and what to do; None if the job failed by itself.

    Args:
        log: Slurm's log of the job.
        rules: of the job, or of the jobs of a batch.
    """
    try:
        text = "\n".join(last_lines(log, _READ))
    except OSError:
        return _UNSEEN
    for pattern, why in _REASONS.items():
        if re.search(pattern, text, re.IGNORECASE):
            return why.format(rules=" and ".join(sorted(set(rules))), profile=_PROFILE)
    return None
