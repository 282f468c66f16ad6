"""The time left: none before it can be known, then from the floors and the jobs done."""

import json
from dataclasses import replace

import pytest
from console_stream import Clock, record, write_log
from snakemake_interface_logger_plugins.common import LogEvent

from backprop_lab.runs.run import Run
from snakemake_logger_plugin_lab import pace as pace_module
from snakemake_logger_plugin_lab.pace import TYPICAL, Pace, read_seconds, work_of
from snakemake_logger_plugin_lab.plan import ATTRIBUTE, Plan, PlannedJob
from snakemake_logger_plugin_lab.state import Build
from snakemake_logger_plugin_lab.status import share, status_line

SMALL = Run("numpy", (20,), "relu", "sgd", 0.1, 32, 4, seed=0)
LARGE = Run("numpy", (40,), "relu", "sgd", 0.1, 32, 4, seed=0)


class Told:
    """A build of some jobs, told by hand."""

    def __init__(self, *jobs, earlier=None, cores=1, floors=""):
        self.clock = Clock()
        self.build = Build(self.clock)
        self.pace = Pace(self.build, earlier or {})
        plan = Plan({n: PlannedJob(*job) for n, job in enumerate(jobs)}, cores, floors=floors)
        self.build.note(record(LogEvent.RUN_INFO, stats={}))
        self.build.note(record(None, **{ATTRIBUTE: plan}))

    def start(self, number):
        job = self.build.plan.jobs[number]
        output = [f"results/runs/{job.run.id}/history.csv"] if job.run else ["x.csv"]
        log = [f"logs/runs/{job.run.id}.log"] if job.run else []
        about = {"rule_name": job.rule, "rule_msg": None, "output": output, "log": log}
        self.build.note(record(LogEvent.JOB_INFO, jobid=number, **about))

    def run(self, number, seconds):
        self.start(number)
        self.clock.now += seconds
        self.build.note(record(LogEvent.JOB_FINISHED, job_id=number))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(run):
    return "train_numpy", run, 1


def test_no_time_is_named_before_one_is_known():
    told = Told(train(SMALL), train(LARGE))
    assert told.pace.left() is None
    told.start(0)
    told.clock.now += 30
    assert told.pace.left() is None
    assert "left" not in status_line(told.build, told.pace, 118)
    assert share(told.build, told.pace) == (0.0, None)


def test_without_a_plan_there_is_no_time_left():
    assert Told().pace.left() is None


def test_on_a_cluster_as_many_jobs_run_as_run_now():
    earlier = {"first": 1.0, "a": 4.0}
    told = Told(("first", None, 1), *[("a", None, 1)] * 8, earlier=earlier, cores=None)
    told.run(0, seconds=1)
    assert told.pace.left() == pytest.approx(32)
    for number in range(1, 5):
        told.start(number)
    assert told.pace.left() == pytest.approx(8)


def test_runs_done_say_what_others_will_take_by_their_products():
    told = Told(train(SMALL), train(LARGE))
    told.run(0, seconds=10)
    small, large = (784 * n * 2.2 + n * 10 * 3.2 for n in (20, 40))
    assert told.pace.left() == pytest.approx(10 * large / small)
    assert share(told.build, told.pace)[0] == pytest.approx(small / (small + large))


def test_the_start_of_a_run_does_not_grow_with_its_work(folder):
    """Two seconds an epoch, and two before the first."""
    torch = replace(LARGE, backend="torch")
    told = Told(train(SMALL), train(LARGE), ("train_torch", torch, 1))
    write_log(folder, SMALL, 1, 2, 3, 4)
    told.run(0, seconds=10)
    small, large = (784 * n * 2.2 + n * 10 * 3.2 for n in (20, 40))
    assert told.pace.left() == pytest.approx(2 * (2 + 8 * large / small))
    told.run(2, seconds=20)  # without a log
    assert told.pace.left() == pytest.approx(2 + 8 * large / small)


def test_measured_floors_come_before_counted_products(folder):
    (folder / "floors.csv").write_text(
        "hidden_sizes,batch_size,n_train,n_validation,step_seconds,image_seconds\n"
        "20,32,320,100,0.1,0\n40,32,320,100,0.3,0\n"
    )
    told = Told(train(SMALL), train(LARGE), floors="floors.csv")
    told.run(0, seconds=10)
    assert told.pace.left() == pytest.approx(30)


@pytest.mark.parametrize("text", ["", "hidden_sizes\nx\n", "no,table\n1,2\n"])
def test_floors_of_another_form_are_not_used(folder, text):
    (folder / "floors.csv").write_text(text)
    plan = Plan({0: PlannedJob(*train(SMALL))}, floors="floors.csv")
    assert work_of(plan) == work_of(Plan(plan.jobs))


def test_the_epochs_of_a_run_in_progress_count(folder):
    told = Told(train(SMALL))
    told.start(0)
    log = write_log(folder, SMALL, 1)  # of 4, two seconds each
    told.clock.now = log.stat().st_mtime
    told.build.jobs[0].started = told.clock.now - 3
    assert told.pace.left() == pytest.approx(6)


def test_other_jobs_take_what_they_took_before_at_this_machines_pace():
    told = Told(("a", None, 1), ("b", None, 1), ("b", None, 1), earlier={"a": 20.0, "b": 50.0})
    assert told.pace.left() is None  # how fast is this machine?
    told.run(0, seconds=50)  # with 10 s that count as before, half as fast
    assert told.pace.left() == pytest.approx(200)
    told.run(1, seconds=70)  # better than any other time: its own
    assert told.pace.left() == pytest.approx(70)


def test_a_short_job_says_little_of_the_machines_pace():
    told = Told(("a", None, 1), ("b", None, 1), earlier={"a": 0.2, "b": 50.0})
    told.run(0, seconds=2)  # ten times as slow
    assert told.pace.left() == pytest.approx(50 * (2 + 10) / (0.2 + 10))


def test_a_slow_download_does_not_make_the_machine_slow():
    earlier = {"fetch_mnist": 0.1, "a": 4.0, "b": 4.0}
    told = Told(("fetch_mnist", None, 1), ("a", None, 1), ("b", None, 1), earlier=earlier)
    told.run(0, seconds=90)
    told.run(1, seconds=4)
    assert told.pace.left() == pytest.approx(4)


def test_cores_share_the_work_but_a_job_that_needs_all_of_them_does_not():
    for jobs, seconds in [([("a", 1)] * 4, 8), ([("alone", 2)], 4), ([("a", 1)], 4)]:
        planned = [("first", None, 1), *((rule, None, threads) for rule, threads in jobs)]
        earlier = {"first": 1.0, "a": 4.0, "alone": 4.0}
        told = Told(*planned, earlier=earlier, cores=2)
        told.run(0, seconds=1)
        assert told.pace.left() == pytest.approx(seconds)


def test_what_jobs_took_is_kept_for_the_next_build(folder, monkeypatch):
    monkeypatch.setattr(pace_module, "NOTES", folder / "notes.json")
    told = Told(("a", None, 1), train(SMALL))
    told.run(0, seconds=4)
    told.run(1, seconds=9)
    told.pace.note()
    assert read_seconds(folder / "notes.json") == {"a": 4.0}


def test_typical_times_are_of_rules_that_there_are():
    rules = "\n".join(path.read_text() for path in TYPICAL.parents[2].glob("workflow/rules/*.smk"))
    assert all(
        rule == "all" or f"rule {rule}:" in rules for rule in json.loads(TYPICAL.read_text())
    )


@pytest.mark.parametrize("text", ["", "[]", '{"a": "slow"}'])
def test_notes_of_another_form_count_as_none(folder, text):
    (folder / "notes.json").write_text(text)
    assert read_seconds(folder / "notes.json", folder / "none.json") == {}
