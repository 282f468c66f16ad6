"""backprop-lab: from the images to the report. The rules lie in workflow/rules/."""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/functions.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/benchmarks.smk"
include: "workflow/rules/analysis.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/experiments.smk"


rule all:
    default_target: True
    input:
        rules.report.input,


onsuccess:
    # Of the reports, those that this call was for: others may be of an earlier state.
    current = {path for job in workflow.dag.jobs for path in job.output}
    for path in filter(current.__contains__, OUTPUTS):
        print(f"report: {os.path.abspath(path)}")
