"""One run: one variant and one seed, addressed by the folder's name.

The two rules differ in the network that they depend on: a change to the NumPy layers reruns
NumPy runs alone, a change to the torch network torch runs alone.
"""


rule train_numpy:
    input:
        run_inputs,
    output:
        **RUN_FILES,
    log:
        f"logs/runs/{RUN_ID}.log",
    # No output: a run that has none is complete.
    benchmark:
        f"logs/runs/{RUN_ID}.tsv"
    wildcard_constraints:
        backend="numpy",
    # A long run that starts last keeps one core busy while the others wait.
    priority: run_priority
    conda:
        "../envs/lab.yaml"
    threads: 1
    params:
        device="cpu",
        # No output: Snakemake deletes those of a job before it starts the job again.
        checkpoint=f"results/checkpoints/{RUN_ID}.npz",
        code=code("train:_train", "nn.network"),
    message:
        "Train {wildcards.backend} {wildcards.hidden_sizes} {wildcards.activation}"
        " {wildcards.optimizer} (learning rate {wildcards.learning_rate},"
        " {wildcards.epochs} epochs, seed {wildcards.seed})"
    shell:
        "bash workflow/scripts/begin_log.sh {log:q};"
        " backprop-lab train $(dirname {output.history:q}) --device {params.device}"
        " --checkpoint {params.checkpoint:q} --code {params.code:q} >> {log:q} 2>&1"
        " && rm -f {log:q}.kept || bash workflow/scripts/say_status.sh $? {log:q}"


use rule train_numpy as train_torch with:
    input:
        run_inputs,
    wildcard_constraints:
        backend="torch",
    # For a cluster, which lends one to those that ask.
    resources:
        gpu=int(config["device"] == "cuda"),
    params:
        device=config["device"],
        checkpoint=f"results/checkpoints/{RUN_ID}.npz",
        code=code("train:_train", "nn.torch_network"),


rule trained:
    input:
        run_files("result.json"),
