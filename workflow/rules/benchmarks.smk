"""What is fast, and how often verdicts and intervals are wrong: `snakemake benchmarks`, on request."""


rule trainers:
    input:
        npz="results/dataset.npz",
        json="results/dataset.json",
        script="benchmarks/trainers.py",
        contenders="benchmarks/contenders.py",
    output:
        **BENCHMARKS,
    log:
        "logs/benchmarks/trainers.log",
    conda:
        "../envs/lab.yaml"
    # Every core there is, so that nothing runs beside it, as for rule speed.
    threads: 1024
    params:
        code=code("benchmarks/trainers.py", *NETWORKS),
    message:
        "Time our networks and their peers in turn, alone on the machine"
    shell:
        "python {input.script} {input.npz} $(dirname {output.times}) --settings all > {log} 2>&1"


rule growth:
    input:
        script="benchmarks/growth.py",
        # The workflow is what a dry run reads; of the prose in report/ only that it is there.
        workflow=["Snakefile", *sorted(glob("workflow/rules/*.smk"))],
        schema="workflow/schemas/config.schema.yaml",
        profile="profiles/default/config.yaml",
        claims="report/claims.yaml",
        register="report/register.json",
        published=PUBLISHED,
        stated=STATED,
        # So many runs are timed, whichever config.yaml asks for.
        config=ancient("config.yaml"),
        steps="benchmarks/growth_steps.py",
    output:
        GROWTH,
    log:
        "logs/benchmarks/growth.log",
    conda:
        "../envs/lab.yaml"
    threads: 1024
    params:
        # What a dry run loads, and what growth_steps.py does.
        code=code(
            "benchmarks/growth.py",
            "builds.descriptions",
            "claims.printed",
            "claims.register",
            "claims.sequential",
            "data.download",
            "data.own",
            "figures.registry",
            "measurements.environment",
            "report.assets",
            "report.font_files",
            "results.collect",
            "runs.config_error",
            "runs.grid",
            "tables.registry",
            "training.in_progress",
            "training.job",
            "training.outputs",
        ),
    message:
        "Time what grows with the number of runs, alone on the machine"
    shell:
        "python {input.script} $(dirname {output}) > {log} 2>&1"


rule verdict_errors:
    input:
        script="benchmarks/verdict_errors.py",
        claims="report/claims.yaml",
    output:
        VERDICT_ERRORS,
    log:
        "logs/benchmarks/verdict_errors.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("benchmarks/verdict_errors.py"),
    message:
        "Judge 10,000 criteria of which the truth is known"
    shell:
        "python {input.script} $(dirname {output}) > {log} 2>&1"


rule coverage:
    input:
        script="benchmarks/coverage.py",
    output:
        COVERAGE,
    log:
        "logs/benchmarks/coverage.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("benchmarks/coverage.py"),
    message:
        "See how often intervals hold the true value, in 10,000 worlds where it is known"
    shell:
        "python {input.script} $(dirname {output}) > {log} 2>&1"


rule benchmarks:
    input:
        *BENCHMARKS.values(),
        GROWTH,
        VERDICT_ERRORS,
        COVERAGE,
        expand(
            f"{OUT}/figures/{{language}}/{{figure}}.svg",
            language=LANGUAGES,
            figure=["benchmarks", "growth"],
        ),
