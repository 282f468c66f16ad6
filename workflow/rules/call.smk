"""What each call of Snakemake says and sets up before its first job.

Included after common.smk, whose names it uses, and before all rules.
"""

import gc
import os
import platform
import sys
from pathlib import Path

from backprop_lab.cli.inherited import announced
from backprop_lab.cli.watchdog import BUILD
from backprop_lab.data.download import FALLBACK
from backprop_lab.errors import LabError
from backprop_lab.planning.changes import changed_modules, note_modules
from backprop_lab.planning.images import EMBEDDED
from backprop_lab.planning.locks import clear_stale_locks, note_call
from snakemake.logging import logger
from snakemake.persistence import PersistenceBase
from snakemake_logger_plugin_lab.plan import announce


def look_only_when_a_job_has_ended():
    """Keep the scheduler from looking for jobs to start at other times.

    Its own limit of 100 jobs a second has it look again one second after every look. Each job that
    ends is one more such chain, so that after 180 jobs the looking took 0.4 of a core.
    """
    limit = workflow.scheduler.job_rate_limiter
    if limit and (limit.max_jobs, limit.timespan) == (100, 1):  # not one that the user chose
        workflow.scheduler.job_rate_limiter = None


def compare_plain_params():
    """Keep Snakemake from loading pandas, half a second in each call, to compare parameters.

    It would compare data frames by their digests; those of this workflow are texts and numbers.
    """
    plain = getattr(PersistenceBase, "_serialize_param_builtin", None)
    if plain:  # a name of Snakemake's own, which may change
        PersistenceBase._serialize_param = property(plain.__get__)


compare_plain_params()
# A graph of jobs is made of many objects that all stay: to look through them for garbage as often
# as Python does (after each 700 more) takes a twentieth of a dry run.
gc.set_threshold(100_000)

# Snakemake says of each job which rule's code has changed; this says where, once.
CODE_LEDGER = Path(".snakemake/backprop-lab-code.json")
if workflow.is_main_process and (modules := changed_modules(SOURCES, CODE_LEDGER)):
    print(f"Code changed since the last build: {', '.join(modules)}", file=sys.stderr)
if workflow.is_main_process:
    for line in announced(os.environ):
        print(line, file=sys.stderr)

# A killed Snakemake leaves its locks, and jobs that nobody waits for: the locks are removed
# here, before Snakemake looks at them, and the jobs end by themselves (cli/watchdog.py).
if workflow.is_main_process:
    try:
        note_call(Path(".snakemake"))
    except LabError as error:
        # Without Snakemake's log, which stands in the same folder.
        sys.exit(f"error: {error}")
    if found := clear_stale_locks(Path(".snakemake")):
        print(found, file=sys.stderr)
    os.environ[BUILD] = f"{os.getpid()}@{platform.node()}"
    # Not before: this goes to Snakemake's log, too, in a folder that can be written by now.
    if executes() and config["dataset"] == "auto" and expected(*WANTED) == EMBEDDED:
        logger.warning(FALLBACK)
