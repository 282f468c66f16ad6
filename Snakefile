"""backprop-lab: from the images to the report. The rules lie in workflow/rules/."""

from snakemake.utils import min_version

min_version("9.0")


report: "workflow/report/workflow.rst"


include: "workflow/rules/config.smk"
include: "workflow/rules/common.smk"
include: "workflow/rules/call.smk"
include: "workflow/rules/cluster.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/benchmarks.smk"
include: "workflow/rules/analysis.smk"
include: "workflow/rules/builds.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/exports.smk"
include: "workflow/rules/experiments.smk"


rule all:
    default_target: True
    input:
        rules.report.input,


onstart:
    look_only_when_a_job_has_ended()
    check_cluster(workflow)
    note_modules(SOURCES, CODE_LEDGER)
    announce(
        workflow,
        preset=config["preset"],
        reports=current_reports(),
        floors=rules.floors.output[0],
    )
