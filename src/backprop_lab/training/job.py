"""The cost of a training job as a whole: from the start of its process to its last file."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from backprop_lab.files.atomic import replacing


def write_job(output: Path, started: float) -> None:
    """Write job.json for the process that calls this, as the last thing that it does.

    It holds started and finished (Unix seconds), cpu_seconds (of the processor, all
    threads) and peak_memory_bytes (largest resident set).  None is part of any digest.

    Args:
        output: job.json.
        started: when the process began, Unix seconds.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job = {
        "started": started,
        "finished": time.time(),
        "cpu_seconds": time.process_time(),
        "peak_memory_bytes": peak if sys.platform == "darwin" else 1024 * peak,
    }
    with replacing(output, "w") as file:
        json.dump(job, file, indent=1)
        file.write("\n")
