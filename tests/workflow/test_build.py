"""The whole pipeline from nothing, on the embedded digits: what a newcomer gets."""

import csv
import json
import re
import shlex
from itertools import pairwise

import pytest
from places import misplaced, numbers_of, shown_wrongly

from backprop_lab.report.layout import measure_layout
from backprop_lab.runs.run import Run

pytestmark = pytest.mark.slow


def test_the_console_ends_with_what_was_built_from_what_and_what_to_open(built_once):
    while_building, _, block = built_once.console.partition("\nDONE: ")
    for said in (while_building, block):  # the warning when it comes, and again at the end
        assert said.count("no mirror of MNIST answered") == 1
    for name in ("en.html", "en.pdf", "zh-TW.html", "zh-TW.pdf"):
        path = f"results/quick/report/lab-report.{name}"
        assert f" {path}\n" in block
        assert (built_once.folder / path).is_file()
    assert "data set  scikit-learn digits" in block
    logs = (built_once.folder / ".snakemake/log").glob("*.log")  # one is that of the fetch
    [log] = [path for path in logs if str(path.relative_to(built_once.folder)) in block]
    assert "Train numpy 360-100 sigmoid adam (learning rate 0.001" in log.read_text()
    assert "make report" in block


def test_a_console_without_a_terminal_has_short_lines_and_few(built_once):
    lines = built_once.console.splitlines()
    assert max(map(len, lines)) <= 200
    found = [re.match(r"\[(\d+):(\d\d)\] \d+/\d+ jobs, \d+ %", line) for line in lines]
    times = [60 * int(line[1]) + int(line[2]) for line in found if line]
    assert len(times) > 3
    assert all(later - earlier >= 10 for earlier, later in pairwise(times))
    assert any("left | " in line for line in lines)
    assert len(lines) < 30 + len(times)


def test_the_console_names_only_the_reports_that_a_call_was_for(built):
    html, pdf = (f"results/quick/report/lab-report.en.{kind}" for kind in ("html", "pdf"))
    quick = ("--config", "preset=quick", "--force", "--")
    assert "lab-report" not in built.snakemake(*quick, "results/quick/environment.json")
    console = built.snakemake(*quick, html)
    assert f"  open      {html}\n" in console
    assert pdf not in console


def test_a_failed_job_shows_the_end_of_its_log_and_how_to_go_on(project):
    project.snakemake("results/dataset.json")
    (project.folder / "results/dataset.npz").write_bytes(b"damaged")
    run = "numpy_16_relu_sgd_lr0.1_b32_e1/seed0"
    console = project.snakemake(f"results/runs/{run}/result.json", ok=False)
    assert f"FAILED: rule train_numpy ({run})" in console
    assert f"  the end of its log, logs/runs/{run}.log:\n  | started" in console
    assert "  | error: results/dataset.npz: not a whole .npz file" in console
    assert "NOT DONE: 1 of 1 jobs failed" in console
    assert max(map(len, console.splitlines())) <= 200


@pytest.mark.parametrize(
    "asked", [["--summary"], ["--dag"], ["--lint"], ["--unlock"], ["--quiet"], ["--touch"]]
)
def test_other_calls_of_snakemake_say_what_they_always_did(built, asked):
    output = built.snakemake("--config", "preset=quick", *asked)
    shown = {
        "--summary": "results/quick/facts.json\t",
        "--dag": "digraph snakemake_dag",
        "--lint": "in a good condition",
        "--unlock": "Unlocked working directory",
        "--quiet": "",
        "--touch": "Nothing to be done",
    }
    assert shown[asked[0]] in output


def test_every_output_of_a_run_is_there_and_its_log_shows_progress(built_once):
    run = Run("torch", (360, 100), "sigmoid", "adam", 0.001, 32, 2, seed=0)
    folder = built_once.folder / "results/runs" / run.id
    assert {file.name for file in folder.iterdir()} == {
        "history.csv",
        "result.json",
        "timing.csv",
        "job.json",
        "model.npz",
        "predictions.npz",
    }
    log = (built_once.folder / f"logs/runs/{run.id}.log").read_text()
    assert "epoch   2/2" in log


def test_the_embedded_digits_are_named_everywhere_and_not_compared(built_once):
    html = (built_once.folder / "results/quick/report/lab-report.en.html").read_text()
    assert json.loads((built_once.folder / "results/dataset.json").read_text())["embedded"]
    assert "scikit-learn" in re.search(r"<header.*?</header>", html, re.DOTALL)[0]
    with (built_once.folder / "results/quick/tables/log_figure2.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert not any(value for row in rows for key, value in row.items() if "published" in key)


def test_the_pages_of_the_embedded_report_have_nothing_to_mend(built_once):
    for path in (built_once.folder / "results/quick/report").glob("*.pdf"):
        layout = measure_layout(path)
        assert layout.pages > 10
        assert layout.findings == [], path.name


def test_every_number_of_the_pages_names_its_place_and_comes_to_what_its_cells_give(built_once):
    out = built_once.folder / "results/quick"
    assert misplaced(out / "facts.json") == []
    for part in ("lab-report", "supplement"):
        compared, wrong = shown_wrongly(out / f"report/{part}.en.html", out / "facts.json")
        assert wrong == []
        assert compared > len(numbers_of(out / f"report/{part}.en.html")) / 3
        chinese = numbers_of(out / f"report/{part}.zh-TW.html")
        assert [number.key for number in chinese if not number.place] == []


def test_no_file_is_written_that_no_rule_declares(built_once):
    """Everything below results/ is an output or a log of a rule."""
    listed = built_once.snakemake("--config", "preset=quick", "--summary", "all")
    outputs = {line.split("\t")[0] for line in listed.splitlines() if "\t" in line}
    files = {
        str(path.relative_to(built_once.folder))
        for path in (built_once.folder / "results").rglob("*")
        if path.is_file() and path.suffix != ".log"
    }
    assert files <= outputs


def test_the_commands_of_a_quick_report_are_known(built_once):
    """Those that a number or the foot of a table gives, all in one call of Snakemake."""
    pages = (built_once.folder / "results/quick/report").glob("*.en.html")
    html = "".join(page.read_text() for page in pages)
    commands = set(re.findall(r"snakemake --cores 1 --force ([^<\"]+)", html))
    targets = {command.split(" --config preset=quick")[0] for command in commands}
    assert all(" " not in target for target in targets)
    quick = {target for target in targets if f"{target} --config preset=quick" in commands}
    assert {target for target in targets if "/quick/" in target} == quick
    assert len(quick) > 20
    built_once.snakemake("-n", "--config", "preset=quick", "--force", *sorted(targets))


def test_named_targets_exist_for_every_experiment(project):
    assert project.would_run("matrix")["train_numpy"] == 36
    assert project.would_run("task2_final")["train_torch"] == 3
    assert project.would_run("task2_final").get("collect_runs") is None
    for target in ("learning_rate_transfer", "sweep_width", "tables", "figures", "report"):
        assert project.would_run(target)


def test_a_value_added_to_a_final_leaves_its_table_with_the_first(project):
    config = project.config()
    config["experiments"]["task1_final"]["grid"]["learning_rate"] = [0.1, 0.01]
    project.write_config(config)
    jobs = project.would_run("results/tables/confusion_task1.csv")
    assert jobs["train_numpy"] == len(config["seeds"])


def test_other_kernels_are_measured_in_jobs_of_their_own_or_left_out(project):
    config = project.config()
    jobs = project.would_run("--config", "preset=quick")
    assert jobs["kernel"] == 1 + len(config["presets"]["quick"]["kernels"]["numpy"])
    config["presets"]["quick"]["kernels"]["numpy"] = []
    project.write_config(config)
    without = project.would_run("--config", "preset=quick")
    assert "kernel" not in without
    assert without["table"] == jobs["table"] - 2


def test_the_environment_keeps_what_the_call_lays_over_the_config(project):
    settings = ("-n", "-p", "--config", "preset=quick", "device=cpu", "--")
    listed = project.snakemake(*settings, "results/quick/environment.json")
    [command] = re.findall(r"environment results/quick/environment.json .*", listed)
    over = shlex.split(command)[shlex.split(command).index("--over") + 1]
    assert json.loads(over) == {"preset": "quick", "device": "cpu"}


def test_the_environment_is_told_the_device_of_the_config(project):
    settings = ("--config", "preset=quick", "device=cpu")
    listed = project.snakemake("-n", "-p", *settings, "--", "results/quick/environment.json")
    assert "environment results/quick/environment.json --device cpu" in listed


def test_an_experiment_becomes_a_table_only_if_one_is_known(project):
    config = project.config()
    config["experiments"]["sweep_depth"] = config["experiments"]["sweep_width"]
    project.write_config(config)
    listed = project.snakemake("-n", "tables")
    assert "tables/sweep_width.csv" in listed
    assert "tables/sweep_depth.csv" not in listed
    assert project.would_run("sweep_depth")["train_numpy"] == 21


def test_a_whole_number_may_be_written_with_a_decimal_point(project):
    config = project.config()
    config["experiments"]["task1_final"]["grid"]["epochs"] = [40.0]
    config["seeds"], config["data"]["split_seed"] = [0.0], 0.0
    project.write_config(config)
    listed = project.snakemake("-n", "-p", "task1_final")
    assert "b32_e40/seed0/result.json" in listed
    assert "--split-seed 0 " in listed


def test_any_run_can_be_asked_for_by_its_path(project):
    run = "numpy_20_sigmoid_adam_lr0.01_b64_e1_raw_bsum/seed5"
    path = f"results/runs/{run}/history.csv"
    project.snakemake(path)
    assert (project.folder / path).read_text().count("\n") == 2


def test_a_diverging_run_is_a_result(project):
    run = "numpy_20_relu_sgd_lr1e+30_b32_e3_raw/seed0"
    project.snakemake(f"results/runs/{run}/result.json")
    result = json.loads((project.folder / f"results/runs/{run}/result.json").read_text())
    assert result["status"] == "diverged"


def test_a_submission_holds_every_test_image(built_once):
    run = Run("torch", (360,), "relu", "sgd", 0.1, 32, 2, seed=0)
    path = f"results/submissions/{run.id}/submission.csv"
    built_once.snakemake("--config", "preset=quick", "--", path)
    rows = (built_once.folder / path).read_text().splitlines()
    assert rows[0] == "ImageId,Label"
    sizes = json.loads((built_once.folder / "results/dataset.json").read_text())["sizes"]
    assert [row.split(",")[0] for row in rows[1:]] == [
        str(number) for number in range(1, sizes["test"] + 1)
    ]
    assert {row.split(",")[1] for row in rows[1:]} <= set("0123456789")
