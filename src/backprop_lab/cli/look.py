"""Commands for people that look at runs and at the report: runs, show, compare, report."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.cli.project import planned, read_config
from backprop_lab.cli.tables import (
    add_json,
    level,
    loss,
    percent,
    print_json,
    print_table,
    with_interval,
)
from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from backprop_lab.results.saved import SavedRun
    from backprop_lab.runs.run import Run


def add_commands(commands: Commands) -> None:
    """Add `runs`, `show`, `compare` and `report`."""
    about = "list what config.yaml asks for, what exists, and what the rest would cost"
    runs = add(commands, "runs", _runs, about, for_people=True)
    runs.add_argument("--preset", help="the preset to lay over config.yaml (default: its own)")
    runs.add_argument("--missing", action="store_true", help="name each run that is missing")
    add_json(runs)

    about = "show a run: its settings, its figures and its files"
    show = add(commands, "show", _show, about, for_people=True)
    show.add_argument("run", metavar="RUN", help="its folder, or its name below results/runs")
    show.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw its curves (.png, .pdf, .svg)"
    )
    add_json(show)

    about = "compare two settings over the seeds they share, or two runs"
    compare = add(commands, "compare", _compare, about, for_people=True)
    for name in ("first", "second"):
        compare.add_argument(name, metavar="RUN", help="a run, or a setting without /seed...")
    add_json(compare)

    report = add(
        commands, "report", _report, "say where the reports are, and open one", for_people=True
    )
    report.add_argument("--open", action="store_true", help="open the first in the browser")
    report.add_argument("--preset", help="reports of this preset (default: that of config.yaml)")
    add_json(report)


def _runs(arguments: argparse.Namespace) -> None:
    from backprop_lab.results.durations import Durations
    from backprop_lab.results.saved import RUNS
    from backprop_lab.training.in_progress import duration

    plan = planned(arguments.preset).experiments
    every = list(dict.fromkeys(run for runs in plan.values() for run in runs))
    done = {run for run in every if (RUNS / run.id / "result.json").is_file()}
    durations = Durations.of(done, RUNS)
    rows = [_row(name, runs, done, durations) for name, runs in plan.items()]
    rows.append(_row("all, each run once", every, done, durations))
    missing = [run.id for run in every if run not in done]
    if arguments.json:
        print_json({"experiments": rows[:-1], "total": rows[-1], "missing": missing})
        return
    print_table(
        [
            {
                "experiment": row["experiment"],
                "asked for": str(row["asked"]),
                "done": str(row["done"]),
                "missing": str(row["missing"]),
                "takes, on one core": duration(row["seconds"]) if row["missing"] else "",
            }
            for row in rows
        ]
    )
    if missing and not durations.n:
        print("How long they take is not known before a first run is done.")
    if arguments.missing:
        print("\n".join(missing))


def _row(name: str, runs: list[Run], done: set[Run], durations: Any) -> dict[str, Any]:
    """Count runs; seconds is nan where how long the missing ones take is not known."""
    missing = [run for run in runs if run not in done]
    each = [durations.seconds(run) for run in missing]
    return {
        "experiment": name,
        "asked": len(runs),
        "done": len(runs) - len(missing),
        "missing": len(missing),
        "seconds": sum(each),
    }


def _show(arguments: argparse.Namespace) -> None:
    from backprop_lab.results.saved import find_runs

    runs = find_runs(arguments.run)
    shown = [_describe(saved) for saved in runs]
    if arguments.plot:
        if len(shown) > 1:
            raise LabError(f"{arguments.run}: {len(shown)} runs; name one, with its seed, to plot")
        from backprop_lab.figures.own_run import plot_run

        plot_run(runs[0], arguments.plot)
    if arguments.json:
        print_json(shown)
        return
    print(f"{runs[0].run.variant}, in {runs[0].folder.parent}")
    settings = {name: value for name, value in shown[0]["settings"].items() if value is not None}
    print_table([{"setting": name, "value": str(value)} for name, value in settings.items()])
    print_table([_figures(one) for one in shown])


def _describe(saved: SavedRun) -> dict[str, Any]:
    """Return what `show` says of a run."""
    result = saved.result
    settings = saved.run.parameters()
    return {
        "id": result["id"],
        "folder": str(saved.folder),
        "seed": settings.pop("seed"),
        "settings": settings,
        "weights": result["n_parameters"],
        "status": result["status"],
        "epochs": result["epochs_completed"],
        "final": result["final"],
        "best": result["best"],
        "test": result["test"],
    }


def _figures(shown: dict[str, Any]) -> dict[str, str]:
    """Return a row of the table of `show`: a run's figures as text."""
    final, best, test = shown["final"], shown["best"], shown["test"]
    return {
        "seed": str(shown["seed"]),
        "epochs": str(shown["epochs"]),
        "train loss": loss(final["train_loss"]),
        "train %": percent(final["train_accuracy"]),
        "val loss": loss(final["val_loss"]),
        "val %": percent(final["val_accuracy"]),
        "best, in": f"{percent(best['val_accuracy'])}, {best['epoch']}",
        "test loss": loss(test["loss"]),
        "test %": percent(test["accuracy"]),
    }


def _compare(arguments: argparse.Namespace) -> None:
    from backprop_lab.results.comparison import compare
    from backprop_lab.results.saved import find_runs

    first, second = find_runs(arguments.first), find_runs(arguments.second)
    found = compare(first, second)
    if arguments.json:
        print_json(asdict(found))
        return
    n = found.differences["val_accuracy"].n
    print(f"A  {arguments.first}\nB  {arguments.second}")
    over = f"{n} shared seeds" if n > 1 else "one run each"
    rows = [
        {
            "A - B": name.replace("_", " ") + (" (points)" if "accuracy" in name else ""),
            f"mean over {over}, {level()}": with_interval(
                difference, 100 if "accuracy" in name else 1
            ),
        }
        for name, difference in found.differences.items()
    ]
    print_table(rows)
    print(
        f"Test accuracy over other images, {level()}: {with_interval(found.images, 100)} points "
        f"({found.images.n} images)"
    )
    if n == 1:
        print("One run each: no interval for other seeds. Train more seeds to know.")


def _report(arguments: argparse.Namespace) -> None:
    import webbrowser

    from backprop_lab.report.parts import Part

    preset = arguments.preset or read_config().get("preset", "full")
    folder = Path("results") if preset == "full" else Path("results", preset)
    files = (path for part in Part for path in (folder / "report").glob(f"{part}.*"))
    found = sorted(files, key=lambda path: (path.suffix, path.name))
    if not found:
        command = "make report" if preset == "full" else f"make {preset}"
        raise LabError(f"{folder / 'report'}: no report yet; build it with: {command}")
    if arguments.json:
        print_json([str(path) for path in found])
    else:
        print("\n".join(str(path) for path in found))
    if arguments.open and not webbrowser.open(found[0].resolve().as_uri()):
        raise LabError(f"{found[0]}: no browser could be started; open the file yourself")
