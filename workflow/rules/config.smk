"""config.yaml: read, checked and expanded into runs before any rule is made.

Snakemake reads the file by itself and says of a mistake neither key nor line.  So each file is
first read strictly (`planning.strict_yaml`), and an error ends the call with one line of its own.
"""

import os
import sys
from pathlib import Path

from backprop_lab.cli.data import OWN_FOLDER, PLANNED
from backprop_lab.cli.inherited import check_folder, shut_out
from backprop_lab.data.download import local_folder
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import check_writable
from backprop_lab.planning.config_file import located, read_sources
from backprop_lab.planning.images import (
    assumed,
    check_run_targets,
    config_options,
    expected,
    fetch_first,
    settled,
)
from backprop_lab.planning.own_data import images_digest, own_set, settings
from backprop_lab.planning.validation import plan
from backprop_lab.runs.config_error import ConfigError


def refuse(error):
    """End this call with an error's line: Snakemake would add places in the workflow's code."""
    if isinstance(error, ConfigError):
        error = located(error, CONFIG_SOURCES)
    sys.exit(str(error))


def executes():
    """Whether this call is to run jobs that need the images: no dry run, summary or the like."""
    asked = workflow.resource_settings  # of a linted or touched workflow, one core by default
    idle = workflow.output_settings.dryrun or {"--lint", "-l", "--touch", "-t"} & set(sys.argv)
    return bool(asked.cores or asked.nodes) and not idle


shut_out(os.environ)  # jobs inherit the rest
try:
    check_folder(Path.cwd())
    check_writable("data", "results", "logs")
    CONFIG_SOURCES, CONFIG_OPTIONS = [], []
    if workflow.is_main_process:  # its jobs get the config that it has checked
        CONFIG_SOURCES = read_sources(
            Path("config.yaml"), workflow.configfiles, workflow.config_settings.config
        )
        CONFIG_OPTIONS = config_options(workflow.configfiles, workflow.config_settings.config_args)
except LabError as error:
    refuse(error)


configfile: "config.yaml"


try:
    PLAN = plan(config, CONFIG_SOURCES)
    config.update(PLAN.config)
    OWN = own_set(config)
    OWN_IMAGES, FOLDER = "", None
    if workflow.is_main_process:  # a node of a cluster need not see them: no job there fetches
        OWN_IMAGES = images_digest(OWN, Path("data/raw")) if OWN else ""
        FOLDER = local_folder(config["data"]["folder"], os.environ, "data/raw", config["dataset"])
    WANTED = (config["dataset"], FOLDER, Path("data/raw"))
    if workflow.is_main_process:
        if executes() and not settled(*WANTED):
            check_run_targets(sys.argv[1:])
            which = {"dataset": config["dataset"], "mirrors": config["data"]["mirrors"]}
            if status := fetch_first(CONFIG_OPTIONS, os.environ, which, WANTED[2]):
                sys.exit(status)
        elif not settled(*WANTED) and (assumption := assumed(Path("data/raw"))):
            print(assumption, file=sys.stderr)
        os.environ[PLANNED] = expected(*WANTED)
    PLAN = PLAN.on(expected(*WANTED))
    EXPERIMENTS = PLAN.experiments
except LabError as error:
    refuse(error)
