"""What Snakemake plans with: a config that is usable, and which code each result depends on."""
