"""Is the build the one that a committed manifest describes?  The report says so."""


rule verify:
    input:
        # Made from the files of all runs: nothing of a run need be listed here.
        runs=CURVES["runs"],
        claims=rules.claims.output[0],
        dataset="results/dataset.json",
        environment=f"{OUT}/environment.json",
        manifests=sorted(glob("report/manifests/*.json")),
    output:
        f"{OUT}/verified.json",
    log:
        f"{OUT}/logs/verify.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("builds:_verified"),
    message:
        "Compare the build with a committed manifest"
    shell:
        "backprop-lab verified {output} --manifests report/manifests > {log} 2>&1"
