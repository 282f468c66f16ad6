"""What a build submits to a cluster, from Snakemake's graph of jobs."""

from dataclasses import dataclass, field

from snakemake_logger_plugin_lab.submissions import requests, submissions


@dataclass(eq=False)
class Unit:
    """A job, or a batch of several, with what the graph would say of it."""

    rules: set
    resources: dict = field(default_factory=dict)
    threads: int = 1
    is_local: bool = False
    batch: bool = False

    @property
    def name(self):
        return next(iter(self.rules))

    def is_group(self):
        return self.batch


class Graph:
    """Jobs, of which some belong to batches."""

    def __init__(self, *jobs, batches=None):
        self.jobs, self.batches = jobs, batches or {}

    def needrun_jobs(self):
        return self.jobs

    def get_job_group(self, job):
        return self.batches.get(job)


def test_a_batch_is_one_submission_and_a_local_job_none():
    runs = [Unit({"train_numpy"}) for _ in range(3)]
    batch, alone = Unit({"train_numpy"}, batch=True), Unit({"speed"})
    graph = Graph(
        *runs, alone, Unit({"fetch_mnist"}, is_local=True), batches=dict.fromkeys(runs, batch)
    )
    assert submissions(graph) == [batch, alone]


def test_slurm_is_asked_for_the_most_that_one_of_a_kind_needs():
    small = {"mem_mb": 1000, "runtime": 40, "gpu": 0, "slurm_partition": "short", "slurm_extra": ""}
    large = small | {"runtime": 60, "mem_mb": 500}
    alone = {"mem_mb": 1500, "runtime": 30, "gpu": 1, "slurm_extra": "--exclusive --hint=compute"}
    graph = Graph(
        Unit({"train_numpy"}, small, batch=True),
        Unit({"train_numpy"}, large, batch=True),
        Unit({"speed"}, alone, threads=2),
    )
    assert requests(graph) == {
        "a batch of train_numpy": ["-pshort", "--mem=1000", "-t60", "-c1"],
        "speed": ["--mem=1500", "-t30", "--gpus=1", "-c2", "--exclusive", "--hint=compute"],
    }
