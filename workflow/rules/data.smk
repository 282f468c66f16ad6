"""The images: four verified archives, then one file of splits.

A data set of one's own is read from its folder and written as the same four archives.
"""

if OWN:

    rule own_images:
        output:
            # Left in place: if the new images cannot be used, the old archives stay.
            update(ARCHIVES),
            source=update("data/raw/source.json"),
        log:
            "logs/own_images.log",
        # The nodes of a cluster may not see them.
        localrule: True
        conda:
            "../envs/lab.yaml"
        params:
            images=OWN_IMAGES,  # there can be too many files to be inputs
            settings=settings(OWN),
            code=code("data:_own_images"),
        message:
            f"Read the images of {OWN.name}, and check them"
        shell:
            "backprop-lab own-images {params.settings:q} data/raw > {log} 2>&1"

else:

    # Neither the code nor the folder that they came from is a reason to get the images again:
    # their digests are pinned.
    rule fetch_mnist:
        output:
            # Left in place, because archives with the right digests stay.
            update(ARCHIVES),
            source=update("data/raw/source.json"),
        log:
            "logs/fetch_mnist.log",
        # The nodes of a cluster may have no network.
        localrule: True
        conda:
            "../envs/lab.yaml"
        params:
            dataset=config["dataset"],
            folder=["--folder", NAMED_FOLDER] if NAMED_FOLDER else [],
            local="yes" if LOCAL else "no",
            mirrors=MIRRORS,
        message:
            "Get the images ({params.dataset}) and verify their digests"
        shell:
            "backprop-lab fetch {params.dataset} data/raw {params.folder:q}"
            " --mirrors {params.mirrors:q} > {log} 2>&1"


rule prepare_dataset:
    input:
        ARCHIVES,
        "data/raw/source.json",
    output:
        npz="results/dataset.npz",
        json="results/dataset.json",
    log:
        "logs/prepare_dataset.log",
    conda:
        "../envs/lab.yaml"
    params:
        split=config["data"]["split"],
        seed=SPLIT_SEED,
        code=code("data:_prepare"),
    message:
        "Split the images into training, validation and test"
    shell:
        "backprop-lab prepare data/raw {output.npz} {output.json}"
        " --split {params.split} --split-seed {params.seed} > {log} 2>&1"
