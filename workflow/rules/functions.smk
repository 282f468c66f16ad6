"""Input functions: what a job reads, found from its wildcards."""

CLAIMS = (
    "claims/__init__",
    "claims/criteria",
    "claims/declaration",
    "claims/evaluation",
    "claims/measures",
    "results/units",
    "facts/book",
)

# What most tables of runs share: the figures of a row.
ROWS = ("runs/run", "results/statistics", "tables/rows")

# What trains the same network on both backends.
BACKENDS = (
    "data/archives",
    "training/backends",
    "results/collected",
    "data/datasets",
    "data/idx",
    "training/initialization",
    "data/live_pixels",
    "nn/layers",
    "nn/losses",
    "nn/network",
    "nn/optim",
    "runs/run",
    "nn/torch_network",
)


def src(*names):
    """The package's source files that a command runs: a change to one reruns the rule.

    Left out is what no result depends on: cli.py, documents.py, errors.py, atomic.py.
    """
    return [f"src/backprop_lab/{name}.py" for name in names]


def run_files(name, experiments=EXPERIMENTS):
    """The file called `name` of every run of the experiments, each once."""
    runs = dict.fromkeys(run for e in experiments for run in EXPERIMENTS[e])
    return [f"results/runs/{run.id}/{name}" for run in runs]


def run_priority(wildcards):
    """The more epochs, the sooner a run starts."""
    return int(wildcards.epochs)


def final_files(task, name):
    """The file called `name` of every seed of a task's final model, the first of its experiment."""
    runs = EXPERIMENTS[f"{task}_final"]
    return [f"results/runs/{run.id}/{name}" for run in runs if run.variant == runs[0].variant]


def table_inputs(wildcards):
    """What the table is made from, and the code that makes it."""
    code, inputs = TABLES[wildcards.table]
    shared = (
        "files/frames",
        "results/collected",
        "results/original",
        "results/units",
        "runs/columns",
        "files/inputs",
        "tables/__init__",
    )
    more = dict.fromkeys(("finals", "sweeps", "transfer", "variants"), ROWS)
    more |= {
        "constant": ["results/constant"],
        "forensics": ["results/forensics"],
        "variance": ["results/statistics"],
    }
    return inputs | {"code": src(*shared, *more.get(code, ()), f"tables/{code}")}


def figure_inputs(wildcards):
    """What the figure is made from, its words in all languages, and the code that draws it."""
    code, inputs = FIGURES[wildcards.figure]
    shared = ("files/inputs", "figures/words", "figures/__init__", "figures/style")
    words = expand("report/text/{language}/words.yaml", language=LANGUAGES)
    more = ["results/collected"] if inputs else []  # a figure of no data reads none
    more += {"build": ["measurements/schedule"]}.get(code, ())
    return inputs | {"words": words, "code": src(*shared, *more, f"figures/{code}")}


def few_images(wildcards):
    """The option that has a measurement use only some of the training images, if any."""
    images = config["presets"][config["preset"]].get("measured_images")
    return f"--images {images}" if images else ""


def named_inputs(wildcards, input):
    """A rule's inputs, but for its code, as `name=path` arguments of a command."""
    pairs = ((name, path) for name, paths in input.items() for path in aslist(paths))
    return [f"{name}={path}" for name, path in pairs if name != "code"]


def aslist(paths):
    return [paths] if isinstance(paths, str) else list(paths)
