"""What a build submits to a cluster: each job, or each batch of jobs, with what it needs."""

from __future__ import annotations

import shlex
from typing import Any

#: A resource of Snakemake -> the option of `sbatch` for it, as the plugin for Slurm translates it.
_OPTIONS = {
    "slurm_partition": "-p{}",
    "slurm_account": "-A{}",
    "mem_mb": "--mem={}",
    "runtime": "-t{}",
    "gpu": "--gpus={}",
    "gres": "--gres={}",
    "constraint": "-C{}",
    "qos": "--qos={}",
}


def submissions(dag: Any) -> list[Any]:
    """Return the jobs and batches of Snakemake's graph that are submitted, each once."""
    units = {}
    for job in dag.needrun_jobs():
        unit = dag.get_job_group(job) or job
        if not unit.is_local:
            units[id(unit)] = unit
    return list(units.values())


def requests(dag: Any) -> dict[str, list[str]]:
    """Return what `sbatch` is asked for, once a rule or kind of batch: the most that one needs.

    Returns:
        The rules' names -> options of `sbatch`.
    """
    needs: dict[str, dict[str, Any]] = {}
    for unit in submissions(dag):
        name = f"a batch of {', '.join(sorted(unit.rules))}" if unit.is_group() else unit.name
        most = needs.setdefault(name, {"threads": 0})
        most["threads"] = max(most["threads"], unit.threads)
        for key in (*_OPTIONS, "slurm_extra"):
            value = unit.resources.get(key)
            if isinstance(value, int):
                most[key] = max(most.get(key, 0), value)
            elif isinstance(value, str) and value:
                most[key] = value
    return {name: _options(most) for name, most in needs.items()}


def _options(need: dict[str, Any]) -> list[str]:
    """Return the options of `sbatch` for what a submission needs."""
    given = [form.format(need[key]) for key, form in _OPTIONS.items() if need.get(key)]
    return [*given, f"-c{need['threads']}", *shlex.split(need.get("slurm_extra", ""))]
