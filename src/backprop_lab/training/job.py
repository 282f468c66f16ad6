"""What a training job cost as a whole: from the start of its process to its last file."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from backprop_lab.files.atomic import replacing


def write_job(output: Path, started: float) -> None:
    """Write job.json for the process that calls this, as the last thing that it does.

    started, finished: Unix seconds; cpu_seconds: of the processor, all threads;
    peak_memory_bytes: largest resident set.  None of them is part of any digest.

    Args:
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
