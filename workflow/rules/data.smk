"""The images: four verified archives, then one file of splits."""

from backprop_lab.data.download import is_local

ARCHIVES = expand(
    "data/raw/{name}.gz",
    name=[
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ],
)

# A parameter's change fetches anew: MNIST's folder is in the environment (common.smk) instead.
NAMED_FOLDER = None if config["dataset"] in ("auto", "mnist") else config["data"]["folder"]


# Neither the code nor the folder that they came from is a reason to get the images again:
# their digests are pinned.
rule fetch_mnist:
    output:
        # Left in place, because archives with the right digests stay.
        update(ARCHIVES),
        source=update("data/raw/source.json"),
    log:
        "logs/fetch_mnist.log",
    conda:
        "../envs/lab.yaml"
    params:
        dataset=config["dataset"],
        folder=["--folder", NAMED_FOLDER] if NAMED_FOLDER else [],
        local="yes" if is_local(FOLDER, "data/raw", config["dataset"]) else "no",
        mirrors=config["data"]["mirrors"].get(config["dataset"].replace("auto", "mnist"), []),
    message:
        "Get the images ({params.dataset}) and verify their digests"
    shell:
        "backprop-lab fetch {params.dataset} data/raw {params.folder:q}"
        " --mirrors {params.mirrors:q} 2>&1 | tee {log}"


rule prepare_dataset:
    input:
        ARCHIVES,
        "data/raw/source.json",
        src("data/archives", "data/datasets", "data/idx"),
    output:
        npz="results/dataset.npz",
        json="results/dataset.json",
    log:
        "logs/prepare_dataset.log",
    conda:
        "../envs/lab.yaml"
    params:
        split=config["data"]["split"],
        # Where nothing is drawn the seed is no reason to split, and train, again.
        seed=config["data"]["split_seed"] if config["data"]["split"] == "random" else 0,
    message:
        "Split the images into training, validation and test"
    shell:
        "backprop-lab prepare data/raw {output.npz} {output.json}"
        " --split {params.split} --split-seed {params.seed} > {log} 2>&1"
