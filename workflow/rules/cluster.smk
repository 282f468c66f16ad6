"""A Slurm cluster: checked before the first submission, and in each job on a node."""

from backprop_lab.planning.cluster import check_folder_is_shared, check_slurm
from backprop_lab.planning.locks import note_of
from snakemake_logger_plugin_lab.submissions import requests

if not workflow.is_main_process and {"SLURM_JOB_ID", BUILD} <= set(os.environ):
    try:
        check_folder_is_shared(os.environ[BUILD], note_of(Path(".snakemake"), os.environ[BUILD]))
    except LabError as error:
        refuse(error)


def check_cluster(workflow):
    """Before anything is submitted: is there a Slurm, and does it take these jobs?"""
    if workflow.executor_plugin.name == "slurm":
        try:
            check_slurm(requests(workflow.dag), workflow.executor_settings.status_command)
        except LabError as error:
            refuse(error)
