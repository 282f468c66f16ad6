"""From figures, tables and facts to the report, as HTML and as PDF."""


rule render:
    input:
        **CURVES,
        # Words in figures change the figures.
        texts=[f"report/text/{{language}}/{name}" for name in TEXTS if name != FIGURE_WORDS],
        # The names of the languages that a page links to.
        names=expand("report/text/{language}/labels.yaml", language=LANGUAGES),
        facts=f"{OUT}/facts.json",
        claims=f"{OUT}/claims.json",
        gallery=f"{OUT}/gallery.json",
        multiverse=f"{OUT}/multiverse.json",
        dataset="results/dataset.json",
        environment=f"{OUT}/environment.json",
        bibliography="report/references.bib",
        declared="report/claims.yaml",
        tables=rules.tables.input,
        figures=expand(f"{OUT}/figures/{{{{language}}}}/{{figure}}.svg", figure=SHOWN),
        assets=expand("report/page/{asset}", asset=ASSETS),
    output:
        report(
            f"{OUT}/report/{{part}}.{{language}}.{{format}}",
            caption="../report/report.rst",
            category="Report",
            labels={"language": "{language}", "part": "{part}", "format": "{format}"},
        ),
    log:
        f"{OUT}/logs/report/{{part}}.{{language}}.{{format}}.log",
    wildcard_constraints:
        part="lab-report|supplement",
        format="html|pdf",
    # Before a check, which can run beside the last of them.
    priority: 1
    conda:
        "../envs/lab.yaml"
    params:
        code=code("report:_render"),
        languages=LANGUAGES,
    message:
        "Report: {wildcards.part}.{wildcards.language}.{wildcards.format}"
    shell:
        "backprop-lab render {output:q} --template report/text/{wildcards.language:q}/lab-report.md"
        " --languages {params.languages:q} > {log:q} 2>&1"


# A report with a number missing, a reference that leads nowhere, or a passage in another
# language is no report.
rule check_report:
    input:
        html=f"{OUT}/report/lab-report.{{language}}.html",
        supplement=f"{OUT}/report/supplement.{{language}}.html",
        pdf=f"{OUT}/report/lab-report.{{language}}.pdf",
        texts=expand("report/text/{language}/{name}", language=["en", "{language}"], name=TEXTS),
    output:
        f"{OUT}/report/checked.{{language}}.json",
    log:
        f"{OUT}/logs/report/{{language}}.check.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("report:_check"),
        languages=LANGUAGES,
    message:
        "Check the report ({wildcards.language})"
    shell:
        "backprop-lab check {output:q} --template report/text/{wildcards.language:q}/lab-report.md"
        " --languages {params.languages:q} > {log:q} 2>&1"


# The words of `snakemake --report`, from the report's own text.
rule captions:
    input:
        # Made from what the report is made from; and a report that fails has no captions.
        f"{OUT}/report/lab-report.{{language}}.html",
    output:
        expand(f"{OUT}/report/captions/{{{{language}}}}/{{caption}}.rst", caption=CAPTIONS),
    log:
        f"{OUT}/logs/report/{{language}}.captions.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("report:_captions"),
    message:
        "Captions of figures and tables ({wildcards.language})"
    shell:
        "backprop-lab captions {output:q} --template report/text/{wildcards.language:q}/lab-report.md"
        " > {log:q} 2>&1"


rule report:
    input:
        OUTPUTS,
        expand(
            f"{OUT}/report/captions/{{language}}/{{caption}}.rst",
            language=LANGUAGES,
            caption=CAPTIONS,
        ),
        expand(f"{OUT}/report/checked.{{language}}.json", language=LANGUAGES),
        # Kaggle's format, for the original's two final models.
        [
            f"results/submissions/{run.id}/submission.csv"
            for task in ("task1_final", "task2_final")
            for run in EXPERIMENTS[task]
        ],


# README's first words, from a full build on MNIST; on request, before a release.
rule readme:
    input:
        facts="results/facts.json",
        environment="results/environment.json",
        dataset="results/dataset.json",
        pdf="results/report/lab-report.en.pdf",
        template="report/readme.md",
    output:
        readme=update("README.md"),
        found=update("report/found.json"),
        picture=update("docs/report.png"),
    log:
        "logs/readme.log",
    conda:
        "../envs/lab.yaml"
    params:
        code=code("report:_readme"),
    message:
        "README's first words and its picture"
    shell:
        "backprop-lab readme results > {log:q} 2>&1"
