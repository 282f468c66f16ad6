"""decide.yaml: the further seeds that undecided criteria were given.

`backprop-lab decide` writes it, and Snakemake reads it before it plans, so that every run is known
beforehand.  It is also the memory of how often a criterion was looked at: see `claims.sequential`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_yaml
from backprop_lab.files.forms.kinds import SEED, TEXT
from backprop_lab.files.forms.structures import Items, Record
from backprop_lab.runs.run import Run

#: The file, in the project's folder.
FILE = "decide.yaml"
#: The experiment that holds the runs which it asks for.
EXPERIMENT = "decide"

_HEAD = """\
# Further seeds for criteria that were undecided: written by `backprop-lab decide`, read by every
# call of Snakemake. `first` has the seeds of the first look. Keep the file: it says how often each
# criterion was looked at, and what the next look has to pay for.
"""
_CRITERION = Record({"first": Items(SEED), "further": Items(SEED), "variants": Items(TEXT)})
_FORM = Record({"preset": TEXT, "criteria": Record(others=_CRITERION)})


@dataclass(frozen=True)
class Further:
    """The seeds that a criterion is judged on.

    Attributes:
        first: seeds of its first look.
        further: those that `backprop-lab decide` gave it.
        variants: what has to be trained with all of these.
    """

    first: tuple[int, ...]
    further: tuple[int, ...]
    variants: tuple[str, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return all seeds, in the order in which looks take them."""
        return self.first + self.further

    @property
    def runs(self) -> list[Run]:
        """Return the runs of all variants, the first seeds' included.

        Raises:
            LabError: a variant is not spelt as a run's folder is.
        """
        return [
            Run.from_id(f"{variant}/seed{seed}") for variant in self.variants for seed in self.seeds
        ]


@dataclass(frozen=True)
class Decide:
    """What decide.yaml says.

    Attributes:
        preset: of the builds that it is for.
        criteria: "<claim>.<part>" -> its seeds.
    """

    preset: str
    criteria: Mapping[str, Further]

    @classmethod
    def read(cls, path: Path) -> Decide:
        """Read the file.

        Raises:
            LabError: it cannot be read, or is not as `write` leaves it.
        """
        content = read_yaml(path)
        if not _FORM.right(content):
            raise LabError(f"{path}: {_FORM.problem(content, '')}; correct it")
        criteria = {
            name: Further(*(tuple(entry[key]) for key in ("first", "further", "variants")))
            for name, entry in content["criteria"].items()
        }
        for name, further in criteria.items():
            if len(set(further.seeds)) < len(further.seeds):
                raise LabError(f"{path}: criteria.{name}: a seed stands there twice; remove it")
            try:
                further.runs  # noqa: B018  # reads the names of all
            except LabError as error:
                raise LabError(f"{path}: criteria.{name}: {error}") from None
        return cls(content["preset"], criteria)

    def write(self, path: Path) -> None:
        """Write the file."""
        lines = [_HEAD, f"preset: {self.preset}\n", "criteria:\n"]
        for name, further in self.criteria.items():
            lines += [
                f"  {name}:\n",
                f"    first: {list(further.first)}\n",
                f"    further: {list(further.further)}\n",
                "    variants:\n",
                *(f"      - {variant}\n" for variant in further.variants),
            ]
        with replacing(path, "w") as file:
            file.writelines(lines)

    def runs(self) -> list[Run]:
        """Return all runs that it asks for, each once."""
        return list(dict.fromkeys(run for one in self.criteria.values() for run in one.runs))
