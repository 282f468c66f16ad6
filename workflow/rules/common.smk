"""Validate the config, list the runs, and constrain what wildcards may match."""

import os

from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from backprop_lab.files.atomic import check_writable
from backprop_lab.runs.grid import apply_preset, expand_experiments, whole_numbers
from backprop_lab.planning.validation import check_experiments, check_languages, explain
from backprop_lab.data.download import local_folder
from backprop_lab.errors import LabError
from backprop_lab.runs.run import WILDCARDS

try:
    validate(config, "../schemas/config.schema.yaml")
except WorkflowError as error:
    raise WorkflowError(explain(error.__context__))
config.update(whole_numbers(config))

try:
    check_writable("data", "results", "logs")
    EXPERIMENTS = expand_experiments(apply_preset(config))
    check_experiments(config, "report/claims.yaml")
    check_languages(config["report"]["languages"], "report/text")
    FOLDER = local_folder(config["data"]["folder"], os.environ, "data/raw", config["dataset"])
except LabError as error:
    raise WorkflowError(str(error))

# Jobs inherit MNIST's folder, whatever named it.
if FOLDER and config["dataset"] in ("auto", "mnist"):
    os.environ.update(MNIST_DIR=str(FOLDER))

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


wildcard_constraints:
    **WILDCARDS,
    language="|".join(LANGUAGES),
