"""From tables to figures, each in all languages of the report."""


rule figure:
    input:
        unpack(figure_inputs),
    output:
        [reported_figure(language) for language in LANGUAGES],
    log:
        f"{OUT}/logs/figures/{{figure}}.log",
    wildcard_constraints:
        figure="|".join(FIGURES),
    conda:
        "../envs/lab.yaml"
    params:
        inputs=named_inputs,
        code=figure_code,
    message:
        "Figure {wildcards.figure}"
    shell:
        "backprop-lab figure {params.inputs:q} --output {output:q} > {log:q} 2>&1"


rule figures:
    input:
        expand(f"{OUT}/figures/{{language}}/{{figure}}.svg", language=LANGUAGES, figure=SHOWN),
