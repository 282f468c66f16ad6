"""What is fast, against whom: `snakemake benchmarks`, no part of the default target."""

from glob import glob

BENCHMARKS = {
    "times": "results/benchmarks/trainers.csv",
    "ratios": "results/benchmarks/trainers_ratios.csv",
    "machine": "results/benchmarks/machine.json",
}
GROWTH = "results/benchmarks/growth.csv"
# As in FIGURES. Drawn when they are asked for: what they show takes long to measure.
BENCHMARK_FIGURES = {
    "benchmarks": ("benchmarks", {"ratios": BENCHMARKS["ratios"]}),
    "growth": ("growth", {"growth": GROWTH}),
}

# What the facts are made from besides, if the report is to have the section on speed.
BENCHMARK_TABLES, MACHINE = [], {}
if config["report"]["benchmarks"]:
    BENCHMARK_TABLES = [BENCHMARKS["ratios"], GROWTH]
    MACHINE = {"machine": BENCHMARKS["machine"]}


rule trainers:
    input:
        npz="results/dataset.npz",
        json="results/dataset.json",
        script="benchmarks/trainers.py",
        code=["benchmarks/contenders.py", *src(*BACKENDS, "measurements/environment")],
    output:
        **BENCHMARKS,
    log:
        "logs/benchmarks/trainers.log",
    conda:
        "../envs/lab.yaml"
    # Every core there is, so that nothing runs beside it, as for rule speed.
    threads: 1024
    message:
        "Time our networks and their peers in turn, alone on the machine"
    shell:
        "python {input.script} {input.npz} $(dirname {output.times}) --settings all"
        " 2>&1 | tee {log}"


rule growth:
    input:
        script="benchmarks/growth.py",
        # The workflow is what a dry run reads; of the prose in report/ only that it is there.
        workflow=["Snakefile", *sorted(glob("workflow/rules/*.smk"))],
        schema="workflow/schemas/config.schema.yaml",
        profile="profiles/default/config.yaml",
        claims="report/claims.yaml",
        # So many runs are timed, whichever config.yaml asks for.
        config=ancient("config.yaml"),
        code=[
            "benchmarks/growth_steps.py",
            *src(
                *TRAINING,
                "results/collected",
                "runs/grid",
                "data/digits",
                "data/download",
                "files/inputs",
                "data/mirrors",
                "report/assets",
                "results/collect",
                "tables/__init__",
            ),
        ],
    output:
        GROWTH,
    log:
        "logs/benchmarks/growth.log",
    conda:
        "../envs/lab.yaml"
    threads: 1024
    message:
        "Time what grows with the number of runs, alone on the machine"
    shell:
        "python {input.script} $(dirname {output}) 2>&1 | tee {log}"


rule benchmarks:
    input:
        *BENCHMARKS.values(),
        GROWTH,
        expand(
            f"{OUT}/figures/{{language}}/{{figure}}.svg",
            language=LANGUAGES,
            figure=BENCHMARK_FIGURES,
        ),
