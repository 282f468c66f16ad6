"""Planning for Snakemake: check config.yaml, and tell which code each result depends on."""
