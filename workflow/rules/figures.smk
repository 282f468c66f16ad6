"""From tables to figures, each in all languages of the report."""

# Figure -> its module in src/backprop_lab/figures/, and what it is drawn from.
FIGURES = {
    "network": ("network", RUNS),
    "activation_functions": ("activation_functions", {}),
    "curves_depth": ("curves", CURVES | PUBLISHED),
    "curves_activation": ("curves", CURVES | PUBLISHED),
    "final_task1": ("final", CURVES | PUBLISHED),
    "final_task2": ("final", CURVES | PUBLISHED),
    "learning_rate_transfer": ("learning_rate_transfer", CURVES | PUBLISHED),
    "confusion_task1": ("confusion", {"confusion": f"{OUT}/tables/confusion_task1.csv"}),
    "confusion_task2": ("confusion", {"confusion": f"{OUT}/tables/confusion_task2.csv"}),
    "mistakes": (
        "mistakes",
        {"dataset": "results/dataset.npz", "mistakes": f"{OUT}/tables/mistakes_task1.csv"},
    ),
}
FIGURES |= {
    name: ("sweeps", {"sweep": f"{OUT}/tables/{name}.csv"})
    for name in TABLES
    if name.startswith("sweep_")
}
FIGURES |= {name: (name, {name: f"{OUT}/tables/{name}.csv"}) for name in ("parity", "speed")}
FIGURES |= BENCHMARK_FIGURES
FIGURES["build"] = ("build", {"jobs": f"{OUT}/tables/jobs.csv"})
FIGURES["signal"] = ("signal", {"signal": f"{OUT}/tables/signal.csv"})
if "forensics_screen" in EXPERIMENTS:
    HISTORY = {"history": f"{OUT}/history.csv"}
    BEST = {"best": f"{OUT}/tables/forensics_best.csv"}
    REPAIRS = {"counterfactual": f"{OUT}/tables/counterfactual.csv"}
    FIGURES["forensics"] = ("forensics", PUBLISHED | HISTORY | BEST)
    FIGURES["counterfactual"] = ("counterfactual", HISTORY | REPAIRS)

SHOWN = [
    name for name in FIGURES if name not in BENCHMARK_FIGURES or config["report"]["benchmarks"]
]


rule figure:
    input:
        unpack(figure_inputs),
    output:
        expand(f"{OUT}/figures/{{language}}/{{{{figure}}}}.svg", language=LANGUAGES),
    log:
        f"{OUT}/logs/figures/{{figure}}.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
    message:
        "Figure {wildcards.figure}"
    shell:
        "backprop-lab figure {params.inputs} --output {output} > {log} 2>&1"


rule figures:
    input:
        expand(f"{OUT}/figures/{{language}}/{{figure}}.svg", language=LANGUAGES, figure=SHOWN),
