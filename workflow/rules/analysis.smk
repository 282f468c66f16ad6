"""From finished runs to tables and facts."""


rule collect_runs:
    input:
        run_files("result.json"),
        run_files("history.csv"),
        run_files("timing.csv"),
        run_files("job.json"),
        run_files("model.npz"),
        run_files("predictions.npz"),
        dataset="results/dataset.json",
    output:
        **CURVES,
    log:
        f"{OUT}/logs/collect_runs.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("results.collect"),
        timings=config["report"]["timings"],
        experiments={name: [run.id for run in runs] for name, runs in EXPERIMENTS.items()},
    message:
        "Check and collect the runs"
    script:
        "../scripts/collect_runs.py"


rule environment:
    input:
        CURVES["runs"],
    output:
        f"{OUT}/environment.json",
    log:
        f"{OUT}/logs/environment.log",
    conda:
        "../envs/lab.yaml"
    params:
        device=config["device"],
        over=over_config,
        config=config_meaning,
        code=code("measure:_environment"),
    message:
        "Note versions, processor and threads"
    shell:
        "backprop-lab environment {output:q} --device {params.device:q} --over {params.over:q}"
        " > {log:q} 2>&1"


rule table:
    input:
        unpack(table_inputs),
    output:
        reported_table(f"{OUT}/tables/{{table}}.csv"),
    log:
        f"{OUT}/logs/tables/{{table}}.log",
    wildcard_constraints:
        table="|".join(TABLES),
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=table_code,
    message:
        "Table {wildcards.table}"
    shell:
        "backprop-lab table {output:q} {params.inputs:q} > {log:q} 2>&1"


rule gallery:
    input:
        predictions=final_files("task1", "predictions.npz")[:1],
        dataset_npz="results/dataset.npz",
        dataset_json="results/dataset.json",
    output:
        f"{OUT}/gallery.json",
    log:
        f"{OUT}/logs/gallery.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("analyse:_gallery"),
    message:
        "Gather the images that Task 1's network gets wrong"
    shell:
        "backprop-lab gallery {output:q} {params.inputs:q} > {log:q} 2>&1"


rule correctness:
    input:
        # Without a name: Snakemake's work on a named list grows with the square of its length.
        run_files("model.npz", CLAIMED),
        run_files("predictions.npz", CLAIMED),
        **CURVES,
        npz="results/dataset.npz",
        dataset="results/dataset.json",
        claims="report/claims.yaml",
        schema="workflow/schemas/claims.schema.yaml",
    output:
        f"{OUT}/correctness.npz",
    log:
        f"{OUT}/logs/correctness.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("analyse:_correctness"),
    message:
        "Note which images each judged run tells"
    # Thousands of runs' files do not fit a command line: their folder is given.
    shell:
        "backprop-lab correctness {output:q} runs={input.runs:q} history={input.history:q}"
        " experiments={input.experiments:q} npz={input.npz:q} dataset={input.dataset:q}"
        " claims={input.claims:q} schema={input.schema:q} --folder results/runs > {log:q} 2>&1"


rule claims:
    input:
        **CURVES,
        **IN_TURN,
        **SPREAD,
        **FURTHER,
        correctness=rules.correctness.output[0],
        dataset="results/dataset.json",
        published=PUBLISHED,
        stated=STATED,
        claims="report/claims.yaml",
        register="report/register.json",
        schema="workflow/schemas/claims.schema.yaml",
    output:
        f"{OUT}/claims.json",
    log:
        f"{OUT}/logs/claims.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("analyse:_claims"),
        known=list(config["experiments"]),
    message:
        "Judge the original's claims"
    shell:
        "backprop-lab claims {output:q} {params.inputs:q} --known {params.known:q} > {log:q} 2>&1"


rule multiverse:
    input:
        **CURVES,
        **IN_TURN,
        dataset="results/dataset.json",
        published=PUBLISHED,
        stated=STATED,
        claims="report/claims.yaml",
        schema="workflow/schemas/claims.schema.yaml",
        verdicts=rules.claims.output[0],
    output:
        f"{OUT}/multiverse.json",
    log:
        f"{OUT}/logs/multiverse.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("analyse:_multiverse"),
        known=list(config["experiments"]),
    message:
        "Judge the original's claims under other choices"
    shell:
        "backprop-lab multiverse {output:q} {params.inputs:q} --known {params.known:q}"
        " > {log:q} 2>&1"


rule submission:
    input:
        predictions=RUN_FILES["predictions"],
    output:
        f"results/submissions/{RUN_ID}/submission.csv",
    log:
        f"logs/submissions/{RUN_ID}.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("train:_submission"),
    message:
        "Write the Kaggle submission {output}"
    shell:
        "backprop-lab submission {input.predictions:q} {output:q} > {log:q} 2>&1"


rule facts:
    input:
        **MACHINE,
        runs=CURVES["runs"],
        experiments=CURVES["experiments"],
        dataset="results/dataset.json",
        published=PUBLISHED,
        stated=STATED,
        claims=rules.claims.output[0],
        verified=f"{OUT}/verified.json",
        tables=[
            *expand(f"{OUT}/tables/{{table}}.csv", table=[*TABLES, *MEASURED]),
            *BENCHMARK_TABLES,
        ],
    output:
        f"{OUT}/facts.json",
    log:
        f"{OUT}/logs/facts.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("analyse:_facts"),
    message:
        "Compute every number that the prose uses"
    shell:
        "backprop-lab facts {output:q} {params.inputs:q} > {log:q} 2>&1"


rule tables:
    input:
        rules.facts.input.tables,
