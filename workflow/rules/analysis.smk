"""From finished runs to tables and facts."""

from backprop_lab.tables import SWEPT

RUNS = {"runs": f"{OUT}/runs.csv", "experiments": f"{OUT}/experiments.csv"}
CURVES = RUNS | {"history": f"{OUT}/history.csv"}
DATASET = {"dataset": "results/dataset.json"}
# The original's printed logs are laid over ours only on MNIST: hence the data set.
PUBLISHED = DATASET | {"published": "report/original/published_curves.csv"}

# Table -> its module in src/backprop_lab/tables/, and what it is made from.
TABLES = {
    "variants": ("variants", RUNS),
    "finals": ("finals", RUNS),
    "learning_rate_transfer": ("transfer", CURVES),
    "confusion_task1": ("predictions", DATASET | {"results": final_files("task1", "result.json")}),
    "confusion_task2": ("predictions", DATASET | {"results": final_files("task2", "result.json")}),
    "mistakes_task1": (
        "predictions",
        DATASET | {"predictions": final_files("task1", "predictions.npz")[:1]},
    ),
}
TABLES |= {f"log_figure{n}": ("logs", CURVES | PUBLISHED) for n in (2, 3, 4, 5, 6, 9, 10, 12)}
# What the original prints is explained from labels alone, whatever we trained on.
TABLES["constant"] = ("constant", PUBLISHED | {"labels": "results/dataset.json"})
if "forensics_screen" in EXPERIMENTS:
    TABLES |= {
        f"forensics_{name}": ("forensics", CURVES | PUBLISHED)
        for name in ("screen", "refine", "best")
    }
    TABLES["counterfactual"] = ("forensics", CURVES)
SWEEPS = {f"sweep_{key}": ("sweeps", RUNS) for key in SWEPT if f"sweep_{key}" in EXPERIMENTS}
TABLES |= {"claims": ("claims", {"claims": f"{OUT}/claims.json"})}
TABLES |= {"variance": ("variance", RUNS)} if "variance_seed" in EXPERIMENTS else {}
TABLES |= SWEEPS | ({"sweep_epochs": ("sweeps", CURVES)} if SWEEPS else {})


rule collect_runs:
    input:
        run_files("result.json"),
        run_files("history.csv"),
        run_files("timing.csv"),
        src("results/collect"),
    output:
        **CURVES,
    log:
        f"{OUT}/logs/collect_runs.log",
    conda:
        "../envs/lab.yaml"
    params:
        experiments={name: [run.id for run in runs] for name, runs in EXPERIMENTS.items()},
    message:
        "Collect the runs"
    script:
        "../scripts/collect_runs.py"


rule environment:
    input:
        RUNS["runs"],
        src("measurements/environment"),
    output:
        f"{OUT}/environment.json",
    log:
        f"{OUT}/logs/environment.log",
    conda:
        "../envs/lab.yaml"
    params:
        device=config["device"],
    message:
        "Note versions, processor and threads"
    shell:
        "backprop-lab environment {output} --device {params.device} > {log} 2>&1"


rule table:
    input:
        unpack(table_inputs),
    output:
        f"{OUT}/tables/{{table}}.csv",
    log:
        f"{OUT}/logs/tables/{{table}}.log",
    wildcard_constraints:
        table="|".join(TABLES),
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
    message:
        "Table {wildcards.table}"
    shell:
        "backprop-lab table {output} {params.inputs} > {log} 2>&1"


rule gallery:
    input:
        predictions=final_files("task1", "predictions.npz")[:1],
        dataset_npz="results/dataset.npz",
        dataset_json="results/dataset.json",
        code=src("report/gallery", "files/inputs"),
    output:
        f"{OUT}/gallery.json",
    log:
        f"{OUT}/logs/gallery.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
    message:
        "Gather the images that Task 1's network gets wrong"
    shell:
        "backprop-lab gallery {output} {params.inputs} > {log} 2>&1"


rule claims:
    input:
        **CURVES,
        **PUBLISHED,
        speed=f"{OUT}/tables/speed.csv",
        stated="report/original/stated.csv",
        claims="report/claims.yaml",
        schema="workflow/schemas/claims.schema.yaml",
        code=src(
            "files/frames",
            "results/collected",
            "results/original",
            "results/units",
            "runs/columns",
            "files/inputs",
            "results/statistics",
            *CLAIMS,
        ),
    output:
        f"{OUT}/claims.json",
    log:
        f"{OUT}/logs/claims.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        known=list(config["experiments"]),
    message:
        "Judge the original's claims"
    shell:
        "backprop-lab claims {output} {params.inputs} --known {params.known} > {log} 2>&1"


rule submission:
    input:
        predictions="results/runs/{run}/predictions.npz",
        code=src("training/submission"),
    output:
        "results/submissions/{run}/submission.csv",
    log:
        "logs/submissions/{run}.log",
    conda:
        "../envs/lab.yaml"
    message:
        "Write the Kaggle submission of {wildcards.run}"
    shell:
        "backprop-lab submission {input.predictions} {output} > {log} 2>&1"


# Tables with a rule of their own.
MEASURED = ("build", "jobs", "parity", "signal", "speed")


rule facts:
    input:
        **RUNS,
        **PUBLISHED,
        **MACHINE,
        stated="report/original/stated.csv",
        claims=rules.claims.output[0],
        tables=[
            *expand(f"{OUT}/tables/{{table}}.csv", table=[*TABLES, *MEASURED]),
            *BENCHMARK_TABLES,
        ],
        code=src(
            "facts/backends",
            "facts/benchmarks",
            "facts/build",
            "results/collected",
            "facts/comparisons",
            "facts/facts",
            "results/forensics",
            "facts/forensics",
            "files/inputs",
            "runs/run",
            "measurements/schedule",
            "results/statistics",
            *CLAIMS,
        ),
    output:
        f"{OUT}/facts.json",
    log:
        f"{OUT}/logs/facts.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
    message:
        "Compute every number that the prose uses"
    shell:
        "backprop-lab facts {output} {params.inputs} > {log} 2>&1"


rule tables:
    input:
        rules.facts.input.tables,
