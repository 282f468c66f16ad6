"""config.yaml: read, checked and expanded into runs before any rule is made.

Snakemake reads the file by itself and says of a mistake neither key nor line.  So each file is
first read strictly (`planning.strict_yaml`), and an error ends the call with one line of its own.
"""

import os
import sys
from pathlib import Path

from backprop_lab.cli.inherited import check_folder, shut_out
from backprop_lab.data.download import local_folder
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import check_writable
from backprop_lab.planning.config_file import located, read_sources
from backprop_lab.planning.validation import plan
from backprop_lab.runs.config_error import ConfigError


def refuse(error):
    """End this call with an error's line: Snakemake would add places in the workflow's code."""
    if isinstance(error, ConfigError):
        error = located(error, CONFIG_SOURCES)
    sys.exit(str(error))


shut_out(os.environ)  # jobs inherit the rest
try:
    check_folder(Path.cwd())
    check_writable("data", "results", "logs")
    CONFIG_SOURCES = []
    if workflow.is_main_process:  # its jobs get the config that it has checked
        CONFIG_SOURCES = read_sources(
            Path("config.yaml"), workflow.configfiles, workflow.config_settings.config
        )
except LabError as error:
    refuse(error)


configfile: "config.yaml"


try:
    PLAN = plan(config, CONFIG_SOURCES)
    config.update(PLAN.config)
    EXPERIMENTS = PLAN.experiments
    FOLDER = local_folder(config["data"]["folder"], os.environ, "data/raw", config["dataset"])
except LabError as error:
    refuse(error)
