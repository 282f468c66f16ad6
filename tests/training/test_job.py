"""The record that a training job leaves of itself."""

import json
import time

from backprop_lab.training.job import write_job


def test_a_job_says_when_it_ran_and_what_it_took(tmp_path):
    begun = time.time() - 5
    held = bytearray(50_000_000)
    write_job(tmp_path / "job.json", begun)
    job = json.loads((tmp_path / "job.json").read_text())
    assert job["started"] == begun
    assert begun + 5 <= job["finished"] <= time.time()
    assert job["cpu_seconds"] > 0
    assert len(held) < job["peak_memory_bytes"] < 100e9  # bytes, not kilobytes
