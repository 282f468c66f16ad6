"""For other documents, on request: tables and figures in other formats, and an archive."""


use rule figure as export_figure with:
    output:
        expand(
            f"{OUT}/exports/figures/{{language}}/{{{{figure}}}}.{{format}}",
            language=LANGUAGES,
            format=FIGURE_FORMATS or ["pdf"],
        ),
    log:
        f"{OUT}/logs/exports/figures/{{figure}}.log",
    message:
        "Figure {wildcards.figure} for other documents"


rule export_tables:
    input:
        # Made from what the report is made from; and a report that fails has no tables.
        f"{OUT}/report/lab-report.{{language}}.html",
    output:
        directory(f"{OUT}/exports/tables/{{language}}"),
    log:
        f"{OUT}/logs/exports/tables/{{language}}.log",
    conda:
        "../envs/lab.yaml"
    params:
        formats=TABLE_FORMATS,
        code=code("report:_export_tables"),
    message:
        "Tables of the report for other documents ({wildcards.language})"
    shell:
        "backprop-lab export-tables {output:q} --formats {params.formats:q}"
        " --template report/text/{wildcards.language:q}/lab-report.md > {log:q} 2>&1"


rule exports:
    input:
        expand(
            f"{OUT}/exports/figures/{{language}}/{{figure}}.{{format}}",
            language=LANGUAGES,
            figure=SHOWN,
            format=FIGURE_FORMATS,
        ),
        expand(f"{OUT}/exports/tables/{{language}}", language=LANGUAGES if TABLE_FORMATS else []),


rule archive:
    input:
        rules.report.input,
        "CITATION.cff",
        "requirements.lock",
    output:
        f"{OUT}/archive.zip",
    log:
        f"{OUT}/logs/archive.log",
    conda:
        "../envs/lab.yaml"
    params:
        settings=json.dumps(config),
        commit=commit,
        code=code("archive:_archive"),
    message:
        "Pack the code, the results and the report"
    shell:
        "backprop-lab archive $(dirname {output:q}) --output {output:q}"
        " --settings {params.settings:q} > {log:q} 2>&1"
