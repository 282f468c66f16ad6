"""Measurements beside the runs: signal, both backends in step and in turn, kernels, cost."""


rule signal:
    input:
        npz="results/dataset.npz",
        json="results/dataset.json",
    output:
        reported_table(f"{OUT}/tables/signal.csv", "measured beside the runs"),
    log:
        f"{OUT}/logs/tables/signal.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("measure:_signal"),
        few=few_images,
    message:
        "Measure the signal by layer"
    shell:
        "backprop-lab signal {output} {params.inputs} {params.few} > {log} 2>&1"


rule parity:
    input:
        npz="results/dataset.npz",
        json="results/dataset.json",
    output:
        reported_table(f"{OUT}/tables/parity.csv", "measured beside the runs"),
    log:
        f"{OUT}/logs/tables/parity.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("measure:_parity", *NETWORKS),
        few=few_images,
    message:
        "Compare NumPy and PyTorch step by step"
    shell:
        "backprop-lab parity {output} {params.inputs} {params.few} > {log} 2>&1"


rule kernel:
    input:
        npz="results/dataset.npz",
        json="results/dataset.json",
    output:
        f"{OUT}/kernels/{{kernels}}.csv",
    log:
        f"{OUT}/logs/kernels/{{kernels}}.log",
    wildcard_constraints:
        kernels="|".join(PLAN.kernels) or "none",
    # Several runs one after the other: they should not be the last to start.
    priority: 40
    conda:
        "../envs/lab.yaml"
    threads: 1
    params:
        inputs=named_inputs,
        runs=kernel_runs,
        code=code("measure:_kernel", *NETWORKS),
    message:
        "Train runs again under the kernels {wildcards.kernels}"
    shell:
        "backprop-lab kernel {output:q} {params.inputs:q} --job {wildcards.kernels:q}"
        " --runs {params.runs:q} > {log:q} 2>&1"


rule speed:
    input:
        npz="results/dataset.npz",
        json="results/dataset.json",
    output:
        reported_table(f"{OUT}/tables/speed.csv", "measured beside the runs"),
    log:
        f"{OUT}/logs/tables/speed.log",
    conda:
        "../envs/lab.yaml"
    # It computes on one thread, but asks for every core there is, so that no other job runs
    # beside it and takes its share of memory and clock from one of the two.
    threads: 1024
    params:
        inputs=named_inputs,
        code=code("measure:_speed", *NETWORKS),
        few=few_images,
    message:
        "Time NumPy and PyTorch in turn, alone on the machine"
    shell:
        "backprop-lab speed {output} {params.inputs} {params.few} > {log} 2>&1"


rule floors:
    input:
        runs=CURVES["runs"],
        npz="results/dataset.npz",
        json="results/dataset.json",
    output:
        reported_table(f"{OUT}/tables/floors.csv", "measured beside the runs"),
    log:
        f"{OUT}/logs/tables/floors.log",
    conda:
        "../envs/lab.yaml"
    # One thread, but all cores: nothing may run beside a measurement (see rule speed).
    threads: 1024
    params:
        inputs=named_inputs,
        code=code("measure:_floors"),
    message:
        "Time the matrix products alone"
    shell:
        "backprop-lab floors {output} {params.inputs} > {log} 2>&1"


rule jobs:
    input:
        # Without a name: Snakemake's work on a named list grows with the square of its length.
        run_files("job.json"),
        run_files("timing.csv"),
        runs=CURVES["runs"],
        experiments=CURVES["experiments"],
        floors=rules.floors.output[0],
    output:
        reported_table(f"{OUT}/tables/jobs.csv", "measured beside the runs"),
    log:
        f"{OUT}/logs/tables/jobs.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("measure:_jobs"),
    message:
        "Gather when the training jobs ran"
    # Thousands of runs' files do not fit a command line: their folder is given.
    shell:
        "backprop-lab jobs {output} runs={input.runs} experiments={input.experiments}"
        " floors={input.floors} --folder results/runs > {log} 2>&1"


rule build:
    input:
        jobs=rules.jobs.output[0],
    output:
        reported_table(f"{OUT}/tables/build.csv", "measured beside the runs"),
    log:
        f"{OUT}/logs/tables/build.log",
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=code("measure:_build"),
    message:
        "Sum up what the build cost"
    shell:
        "backprop-lab build {output} {params.inputs} > {log} 2>&1"
