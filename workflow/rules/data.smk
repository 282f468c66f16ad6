"""The images: four verified archives, then one file of splits."""

ARCHIVES = expand(
    "data/raw/{name}.gz",
    name=[
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ],
)


# Neither the code nor the path in MNIST_DIR is a reason to get the images again:
# their digests are pinned.
rule fetch_mnist:
    output:
        ARCHIVES,
        source="data/raw/source.json",
    log:
        "logs/fetch_mnist.log",
    conda:
        "../envs/lab.yaml"
    params:
        dataset=config["dataset"],
        folder=["--folder", config["data"]["folder"]] if config["data"]["folder"] else [],
        local="yes" if FOLDER else "no",
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
        src("archives", "datasets", "idx"),
    output:
        npz="results/dataset.npz",
        json="results/dataset.json",
    log:
        "logs/prepare_dataset.log",
    conda:
        "../envs/lab.yaml"
    params:
        split=config["data"]["split"],
        seed=config["data"]["split_seed"],
    message:
        "Split the images into training, validation and test"
    shell:
        "backprop-lab prepare data/raw {output.npz} {output.json}"
        " --split {params.split} --split-seed {params.seed} > {log} 2>&1"
