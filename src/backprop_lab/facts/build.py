"""Facts of what the build cost, from jobs.csv and build.csv."""

from __future__ import annotations

from dataclasses import replace

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell, cells
from backprop_lab.facts.table import Adder, Table
from backprop_lab.measurements.schedule import schedule

#: Unit of a column of build.csv, by the last word of its name.
_UNITS = {"seconds": "seconds", "share": "fraction", "bytes": "bytes", "runs": "count"}


def add_jobs(book: FactBook, table: Table) -> None:
    """Add jobs.*: wall_seconds, n_cores, n_parts, efficiency, bound_seconds, cpu_share.

    efficiency: seconds that the matrix products alone take, over cores x wall time.
    bound_seconds: no order of these jobs on as many cores can take less.
    jobs.longest.{id, seconds, delay_seconds, wall_share}: of the longest job.
    jobs.tail_seconds: time at the end during which some core had no job.
    """
    path, found = table.path, schedule(table.rows)
    longest, total = table.rows.iloc[found.longest], table.rows["job_seconds"].sum()
    scheduled = cells(path, table.rows, ("started", "finished"), "computed")
    book.add("jobs.wall_seconds", found.wall, "seconds", scheduled)
    book.add("jobs.n_cores", found.cores, "count", scheduled)
    book.add("jobs.n_parts", len(found.parts), "count", scheduled)
    efficiency = table.rows["floor_seconds"].sum() / (found.cores * found.wall)
    used = cells(path, table.rows, ("started", "finished", "floor_seconds"), "computed")
    book.add("jobs.efficiency", efficiency, "fraction", used)
    bound = max(longest["job_seconds"], total / found.cores)
    book.add("jobs.bound_seconds", bound, "seconds", scheduled)
    summed, whole = (
        cells(path, table.rows, name, "sum") for name in ("cpu_seconds", "job_seconds")
    )
    share = table.rows["cpu_seconds"].sum() / total
    book.add("jobs.cpu_share", share, "fraction", replace(summed, over=whole))
    book.add("jobs.longest.id", longest["id"], "text", cell(path, longest, "id"))
    seconds = cell(path, longest, "job_seconds")
    book.add("jobs.longest.seconds", longest["job_seconds"], "seconds", seconds)
    book.add("jobs.longest.delay_seconds", found.delay, "seconds", scheduled)
    share = longest["job_seconds"] / found.wall
    book.add("jobs.longest.wall_share", share, "fraction", scheduled)
    book.add("jobs.tail_seconds", found.tail, "seconds", scheduled)


def add_build(book: FactBook, table: Table) -> None:
    """Add build.<experiment>.* and build.total.*: the columns of build.csv."""
    columns = [str(column) for column in table.rows.columns if column != "experiment"]
    for _, row in table.rows.iterrows():
        for column in columns:
            unit = _UNITS[column.rpartition("_")[2]]
            place = cell(table.path, row, column)
            book.add(f"build.{row['experiment']}.{column}", row[column], unit, place)


ADDERS: dict[str, Adder] = {"jobs": add_jobs, "build": add_build}
