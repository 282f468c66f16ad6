"""The Python of the rules, but for config.smk and call.smk: what a job reads and runs.

First come constants that several rule files use, then the functions that find a job's inputs
and parameters from its wildcards.
"""

import json
import os
from glob import glob
from hashlib import sha256
from pathlib import Path

from backprop_lab.cli.train import EVENTS
from backprop_lab.data.download import is_local
from backprop_lab.builds.descriptions import MEASURED as MEASURED_TABLES
from backprop_lab.errors import LabError
from backprop_lab.figures.registry import figures as all_figures
from backprop_lab.planning.laid_over import laid_over
from backprop_lab.planning.sources import SourceTree
from backprop_lab.measurements.environment import git_state
from backprop_lab.planning.validation import check_names
from backprop_lab.report.assets import ASSETS, FIGURE_WORDS, TEXTS
from backprop_lab.runs.further import EXPERIMENT
from backprop_lab.runs.further import FILE as DECIDE
from backprop_lab.runs.run import WILDCARDS, Run
from backprop_lab.tables.registry import tables as all_tables

# Jobs inherit MNIST's folder, whatever named it.
if FOLDER and config["dataset"] in ("auto", "mnist"):
    os.environ.update(MNIST_DIR=str(FOLDER))
if OWN:
    os.environ.update({OWN_FOLDER: str(OWN.folder.resolve())})
# So are they asked for event files: those are no output, and no reason to train again.
os.environ.update({EVENTS: "results/tensorboard" if config["log_tensorboard"] else ""})

# Runs are shared by all presets; what is made from them is not.
OUT = "results" if config["preset"] == "full" else f"results/{config['preset']}"
LANGUAGES = config["report"]["languages"]
RUN_ID = (
    "{backend}_{hidden_sizes}_{activation}_{optimizer}"
    "_lr{learning_rate}_b{batch_size}_e{epochs}{options}/seed{seed}"
)
RUN = f"results/runs/{RUN_ID}"
RUN_FILES = {
    "history": f"{RUN}/history.csv",
    "result": f"{RUN}/result.json",
    "timing": f"{RUN}/timing.csv",
    "job": f"{RUN}/job.json",
    "model": f"{RUN}/model.npz",
    "predictions": f"{RUN}/predictions.npz",
}
ARCHIVES = expand(
    "data/raw/{name}.gz",
    name=[
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ],
)
# A parameter's change fetches anew: MNIST's folder is in the environment instead.
NAMED_FOLDER = None if config["dataset"] in ("auto", "mnist") else config["data"]["folder"]
LOCAL = is_local(FOLDER, "data/raw", config["dataset"])
MIRRORS = config["data"]["mirrors"].get(config["dataset"].replace("auto", "mnist"), [])
# Where nothing is drawn the seed is no reason to split, and train, again.
SPLIT_SEED = config["data"]["split_seed"] if config["data"]["split"] == "random" else 0

CURVES = {name: f"{OUT}/{name}.csv" for name in ("runs", "experiments", "history")}
PUBLISHED = "report/original/published_curves.csv"
STATED = "report/original/stated.csv"
# The runs again under other kernels, a job a kernel; none where config.yaml names none.
KERNELS = [f"{OUT}/kernels/{job}.csv" for job in PLAN.kernels]
# What a table or figure may be made from, beside other tables and files of runs.
FILES = CURVES | {
    "claims": f"{OUT}/claims.json",
    "multiverse": f"{OUT}/multiverse.json",
    "dataset": "results/dataset.json",
    "dataset.npz": "results/dataset.npz",
    "published": PUBLISHED,
    "kernels": KERNELS,
}
REPORTED = config["report"] | {"kernels": bool(KERNELS)}
TABLES = {
    name: table for name, table in all_tables().items() if table.wanted(EXPERIMENTS, REPORTED)
}
# Every figure, also those that are drawn when they are asked for; and those of the report.
FIGURES = {
    name: figure
    for name, figure in all_figures().items()
    if figure.wanted(EXPERIMENTS, {**REPORTED, "benchmarks": True, "timings": True})
}
SHOWN = [name for name in FIGURES if FIGURES[name].wanted(EXPERIMENTS, REPORTED)]
# Tables with a rule of their own.
MEASURED, IN_TURN = ("parity", "signal"), {}
if config["report"]["timings"]:
    MEASURED = ("build", "jobs", "parity", "signal", "speed")
    IN_TURN = {"speed": f"{OUT}/tables/speed.csv"}
# By how much kernels, and the split, move a result, for the verdicts.
SPREAD = {"kernels": f"{OUT}/tables/kernels.csv"} if KERNELS else {}
if "variance" in TABLES:
    SPREAD["variance"] = f"{OUT}/tables/variance.csv"
# The experiments of which the verdicts ask which images each run tells.
CLAIMED = [name for name in PLAN.claimed if name in EXPERIMENTS]
# The further seeds of criteria that were undecided.
FURTHER = {"decide": DECIDE} if EXPERIMENT in EXPERIMENTS else {}

BENCHMARKS = {
    "times": "results/benchmarks/trainers.csv",
    "ratios": "results/benchmarks/trainers_ratios.csv",
    "machine": "results/benchmarks/machine.json",
}
GROWTH = "results/benchmarks/growth.csv"
VERDICT_ERRORS = "results/benchmarks/verdict_errors.csv"
COVERAGE = "results/benchmarks/coverage.csv"
# What the facts are made from besides, if the report is to have the section on speed.
BENCHMARK_TABLES, MACHINE = [], {}
if config["report"]["benchmarks"]:
    BENCHMARK_TABLES = [BENCHMARKS["ratios"], GROWTH]
    MACHINE = {"machine": BENCHMARKS["machine"]}

# In HTML the appendices are a page of their own.
OUTPUTS = expand(
    f"{OUT}/report/{{page}}",
    page=[
        name
        for language in LANGUAGES
        for name in (
            f"lab-report.{language}.html",
            f"lab-report.{language}.pdf",
            f"supplement.{language}.html",
        )
    ],
)
# The networks of both backends, for a command that trains on either.
NETWORKS = ("nn.network", "nn.torch_network")


# What Snakemake's own report says something of.
CAPTIONS = [f"fig-{name}" for name in FIGURES]
CAPTIONS += [f"tbl-{name}" for name in (*TABLES, *MEASURED_TABLES)]
# What `snakemake exports` writes.
TABLE_FORMATS = [name for name in ("csv", "tex", "md") if name in config["report"]["exports"]]
FIGURE_FORMATS = [name for name in ("svg", "pdf", "png") if name in config["report"]["exports"]]

SOURCES = SourceTree(notes=Path(".snakemake/backprop-lab-sources.json"))


def code(command, *doors):
    """The parameter that runs a rule again when its code means something else.

    See `planning.sources`: the command's function in `backprop_lab.cli`, or a module, or a
    program beside the package, and the modules that it imports where they are used.
    """
    name = command.rpartition(":")[2].strip("_")
    return f"code of {' with '.join([name, *doors])}: {SOURCES.fingerprint(command, *doors)}"


def table_code(wildcards):
    return code("analyse:_table", TABLES[wildcards.table].module.partition(".")[2])


def figure_code(wildcards):
    return code("analyse:_figure", FIGURES[wildcards.figure].module.partition(".")[2])


def run_files(name, experiments=EXPERIMENTS):
    """The file called `name` of every run of the experiments, each once."""
    runs = dict.fromkeys(run for e in experiments for run in EXPERIMENTS[e])
    return [f"results/runs/{run.id}/{name}" for run in runs]


def run_inputs(wildcards):
    """What a run is trained on; a folder's name that is no run's ends the call beforehand."""
    try:
        Run.from_id(RUN_ID.format(**wildcards))
    except LabError as error:
        refuse(error)
    return ["results/dataset.npz", "results/dataset.json"]


def run_priority(wildcards):
    """The more epochs, the sooner a run starts."""
    return int(wildcards.epochs)


def final_files(task, name):
    """The file called `name` of every seed of a task's final model, the first of its experiment."""
    runs = EXPERIMENTS[f"{task}_final"]
    return [f"results/runs/{run.id}/{name}" for run in runs if run.variant == runs[0].variant]


def file_named(name):
    """The file, or files, that a declaration of a table or figure calls `name`."""
    folder, _, file = name.partition("/")
    if name in FILES:
        return FILES[name]
    if folder == "tables":
        return f"{OUT}/tables/{file}.csv"
    if folder == "results":
        return name
    task, first, _ = folder.partition("[0]")
    if task.endswith("_final"):
        files = final_files(task.removesuffix("_final"), file)
    else:
        files = run_files(file, [task])
    return files[:1] if first else files


def table_inputs(wildcards):
    """What the table is made from."""
    return {name: file_named(file) for name, file in TABLES[wildcards.table].inputs.items()}


def figure_inputs(wildcards):
    """What the figure is made from, and its words in all languages."""
    inputs = {name: file_named(file) for name, file in FIGURES[wildcards.figure].inputs.items()}
    return inputs | {"words": expand("report/text/{language}/words.yaml", language=LANGUAGES)}


def kernel_runs(wildcards):
    """The ids of the runs that a job trains again under other kernels."""
    return [run.id for run in PLAN.kernels[wildcards.kernels]]


def commit(wildcards):
    """The commit of the code: an archive of another one is another."""
    return git_state(Path("."))["commit"]


def over_config(wildcards):
    """What this call lays over config.yaml, as JSON: the report shows both."""
    return json.dumps(laid_over(config, source=CONFIG_SOURCES[0] if CONFIG_SOURCES else None))


def config_meaning(wildcards):
    """What the config means, in short: it is noted anew when that changes."""
    return sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()


def reported_table(path, kind="computed from the runs"):
    """Have a table stand in Snakemake's own report (`snakemake --report`)."""
    return report(
        path,
        caption="../report/table.rst",
        category="Tables",
        subcategory=kind,
        labels={"table": Path(path).stem},
    )


def reported_figure(language):
    """Have a figure in one language stand in Snakemake's own report."""
    return report(
        f"{OUT}/figures/{language}/{{figure}}.svg",
        caption="../report/figure.rst",
        category="Figures",
        subcategory=language,
        labels={"figure": "{figure}", "language": language},
    )


def few_images(wildcards):
    """The option that has a measurement use only some of the training images, if any."""
    images = config["presets"][config["preset"]].get("measured_images")
    return f"--images {images}" if images else ""


def named_inputs(wildcards, input):
    """A rule's inputs as `name=path` arguments of a command."""
    pairs = ((name, path) for name, paths in input.items() for path in aslist(paths))
    return [f"{name}={path}" for name, path in pairs]


def aslist(paths):
    return [paths] if isinstance(paths, str) else list(paths)


def check_targets(rules):
    """See that each experiment can be a target beside all other rules."""
    try:
        check_names(config["experiments"], ["all", *(rule.name for rule in rules)])
    except LabError as error:
        refuse(error)
    SOURCES.write_notes()  # by now every rule has asked for its code


def current_reports():
    """Of the reports, those that this call is for: others may be of an earlier state."""
    current = {path for job in workflow.dag.jobs for path in job.output}
    return [path for path in OUTPUTS if path in current]


wildcard_constraints:
    **WILDCARDS,
    language="|".join(LANGUAGES),
