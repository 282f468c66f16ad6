"""The cost of a training job as a whole: from the start of its process to its last file."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from backprop_lab.files.atomic import replacing
from backprop_lab.training.checkpoint import Progress


def write_job(output: Path, started: float, earlier: Progress | None = None) -> None:
    """Write job.json for the process that calls this, as the last thing that it does.

    It holds started and finished (Unix seconds), cpu_seconds (of the processor, all
    threads) and peak_memory_bytes (largest resident set).  None is part of any digest.

    If the run was interrupted and went on from a checkpoint, started, finished and
    peak_memory_bytes are those of the process that finished it, and there is one number more:
    earlier_seconds, the time that processes before it took until their last checkpoint.
    cpu_seconds includes theirs.  The job took finished - started + earlier_seconds in all.

    Args:
        output: job.json.
        started: when the process began, Unix seconds.
        earlier: the work of earlier processes that was not lost.
    """
    earlier = earlier or Progress()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job = {
        "started": started,
        "finished": time.time(),
        "cpu_seconds": time.process_time() + earlier.cpu_seconds,
        "peak_memory_bytes": peak if sys.platform == "darwin" else 1024 * peak,
    }
    if earlier.seconds:
        job["earlier_seconds"] = earlier.seconds
    with replacing(output, "w") as file:
        json.dump(job, file, indent=1)
        file.write("\n")
