"""The register of sealed criteria: which were fixed when, and whether a build ran what they need.

`report/register.json` is written by `backprop-lab register --write` from the git history
(`builds.seals`).  It says of each deciding criterion which commit sealed it, with the digest of
what decides (`claims.deciding`), and every amendment since.  The label is the program's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backprop_lab.claims.deciding import (
    RULE,
    Content,
    criteria,
    digest,
    parameters_of,
    rule_of,
    sides,
)
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json

#: Whether results existed when a criterion was sealed or amended.
RESULTS = ("no", "yes", "unknown")
#: A criterion that decides now what it did when it was sealed, before there were results;
#: the same, but nobody knows whether there were; and any other one.
LABELS = BEFORE, SEALED, POST_HOC = "before_results", "sealed", "post_hoc"
#: What to do about a register that does not fit.
REMEDY = "commit report/claims.yaml, then: backprop-lab register --write"


@dataclass(frozen=True)
class Seal:
    """One state of a criterion that was sealed, or an amendment.

    Attributes:
        commit: which brought it, in hex digits.
        date: of the commit, ISO 8601.
        digest: of what decides; None where the criterion was withdrawn.
        results_existed: one of RESULTS.
        changed: the keys that an amendment changed.
        reason: name of the amendment's reason in report/text/<language>/labels.yaml, or None.
    """

    commit: str
    date: str
    digest: str | None
    results_existed: str
    changed: Sequence[str] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Registered:
    """A criterion as the register has it.

    Attributes:
        seal: the first state.
        amendments: those after it, oldest first.
        content: what decides since the last of them; None where it was withdrawn.
    """

    seal: Seal
    amendments: Sequence[Seal]
    content: Content | None

    def label(self, content: Content) -> str:
        """Return the label of what decides now: one of LABELS.

        >>> seal = Seal("f28d2d8", "2026-11-22", digest({"below": 0.2}), "unknown")
        >>> one = Registered(seal, [], {"below": 0.2})
        >>> one.label({"below": 0.2}), one.label({"below": 0.3})
        ('sealed', 'post_hoc')
        """
        if digest(content) != self.seal.digest:
            return POST_HOC
        return {"no": BEFORE, "unknown": SEALED}.get(self.seal.results_existed, POST_HOC)

    def described(self, content: Content) -> dict[str, Any]:
        """Return what claims.json says of the seal of what decides now."""
        return {
            "label": self.label(content),
            "commit": self.seal.commit,
            "date": self.seal.date,
            "results_existed": self.seal.results_existed,
            "amendments": [
                {
                    "commit": seal.commit,
                    "date": seal.date,
                    "changed": list(seal.changed),
                    "reason": seal.reason,
                    "results_existed": seal.results_existed,
                }
                for seal in self.amendments
            ],
        }


@dataclass(frozen=True)
class Ran:
    """What a build ran, as far as criteria depend on it.

    Attributes:
        seeds: experiment -> its variants -> the seeds that each was trained with.
        split: how training and validation images were divided, of dataset.json.
    """

    seeds: Mapping[str, Mapping[str, frozenset[int]]]
    split: str

    @classmethod
    def of(cls, experiments: Mapping[str, Iterable[tuple[str, int]]], split: str) -> Ran:
        """Gather the variant and the seed of every run of each experiment."""
        found: dict[str, dict[str, set[int]]] = {}
        for name, runs in experiments.items():
            for variant, seed in runs:
                found.setdefault(name, {}).setdefault(variant, set()).add(seed)
        return cls(
            {
                name: {variant: frozenset(some) for variant, some in variants.items()}
                for name, variants in found.items()
            },
            split,
        )


@dataclass(frozen=True)
class Register:
    """The register of all deciding criteria, and of the rule of further seeds.

    Attributes:
        path: its file, for messages.
        seeds: so many seeds, the same in all settings compared, a criterion needs at least.
        split: how the images must be divided.
        criteria: "<claim>.<part>" -> as registered, also those that were withdrawn.
        rule: `sequential:` of claims.yaml, as registered; None where there was none.
    """

    path: Path
    seeds: int
    split: str
    criteria: Mapping[str, Registered] = field(default_factory=dict)
    rule: Registered | None = None

    @classmethod
    def read(cls, path: Path) -> Register:
        """Read report/register.json; LabError if it cannot be read or lacks a setting."""
        content = read_json(path)
        settings = content["settings"]
        found = {}
        for name, one in _sealed(content).items():
            try:
                decides = one["decides"] and _with_settings(one["decides"], settings)
            except KeyError as error:
                raise LabError(f"{path}: {name}: no setting {error}; {REMEDY}") from None
            seal, *amendments = (Seal(**state) for state in one["seals"])
            found[name] = Registered(seal, amendments, decides)
        rule = found.pop(RULE, None)
        return cls(path, content["seeds"], content["split"], found, rule)

    @property
    def sealed(self) -> dict[str, Registered]:
        """Return all that is sealed: the criteria, and the rule by the name RULE."""
        return {**self.criteria, **({RULE: self.rule} if self.rule else {})}

    def judge_rule(self, declared: Mapping[str, Any]) -> dict[str, Any]:
        """Say how the rule of further seeds is sealed; nothing where claims.yaml has no rule.

        Returns:
            {"seal", "as_sealed"}: as of a criterion, and whether the rule is what was sealed.

        Raises:
            LabError: the rule was never sealed.
        """
        content = rule_of(declared)
        if content is None:
            return {}
        if self.rule is None:
            raise LabError(unsealed(self.path, RULE))
        as_sealed = digest(content) == self.rule.seal.digest
        return {"seal": self.rule.described(content), "as_sealed": as_sealed}

    def judge(
        self, name: str, content: Content, experiments: Mapping[str, Sequence[str]], ran: Ran
    ) -> dict[str, Any]:
        """Label a criterion, and say what the build lacks to judge it.

        Args:
            name: "<claim>.<part>".
            content: what decides it in this build.
            experiments: those that each of its settings is chosen from, by the setting's key.
            ran: what the build ran.

        Returns:
            Keys of the criterion's entry in claims.json: {"seal", "lacks"}; see `_lacks`.

        Raises:
            LabError: the criterion was never sealed.
        """
        if name not in self.criteria:
            raise LabError(unsealed(self.path, name))
        one = self.criteria[name]
        lacks: list[dict[str, Any]] = []
        if one.content is not None:
            lacks = list(self._lacks(one.content, content, experiments, ran))
            if lacks:  # what the build did not run says nothing of the criterion
                content = content | sides(one.content)
        return {"seal": one.described(content), "lacks": lacks}

    def _lacks(
        self,
        registered: Content,
        content: Content,
        experiments: Mapping[str, Sequence[str]],
        ran: Ran,
    ) -> Iterator[dict[str, Any]]:
        """Yield what the build lacks, each once.

        Yields:
            {"what", "registered", "found"}: "split" how the images are divided, "experiment" one
            that the build leaves out, "epochs" of a variant, "run" a variant, "seeds" how many
            are shared. found is None where there is nothing in its place.
        """
        needed = [name for names in experiments.values() for name in names]
        missing = [name for name in needed if name not in ran.seeds]
        found: list[dict[str, Any]] = [
            {"what": "experiment", "registered": one, "found": None} for one in missing
        ]
        if ran.split != self.split:
            found.append({"what": "split", "registered": self.split, "found": ran.split})
        now = sides(content)
        for key, side in sides(registered).items():
            there = now[key]["variants"] if key in now else ()
            for variant in side["variants"]:
                if variant not in there:
                    lack = _nearest(variant, there)
                    if lack["what"] != "run" or not missing:
                        found.append(lack)
        in_turn = content.get("measure", {}).get("quantity") == "seconds_in_turn"
        if not in_turn:  # its rounds stand for seeds
            shared = _shared(now, experiments, ran)
            if shared is not None and shared < self.seeds:
                found.append({"what": "seeds", "registered": self.seeds, "found": shared})
        yield from each_once(found)


def each_once(lacks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is lacking without what stands there before."""
    return [lack for number, lack in enumerate(lacks) if lack not in lacks[:number]]


def label_of(labels: Sequence[str]) -> str:
    """Return the label of a claim by those of its criteria: the least that any supports.

    >>> label_of(["sealed", "post_hoc"]), label_of(["sealed", "before_results"])
    ('post_hoc', 'sealed')
    """
    return max(labels, key=LABELS.index)


def lack_line(lack: Mapping[str, Any]) -> str:
    """Say in plain words what is lacking, and what there is instead.

    >>> lack_line({"what": "epochs", "registered": 40, "found": 2})
    'epochs: 2 of 40'
    """
    what, registered, found = lack["what"], lack["registered"], lack["found"]
    if what in ("epochs", "seeds"):
        return f"{what}: {found} of {registered}"
    return f"{what}: {registered}" + (f", not {found}" if found else "")


def unsealed(path: Path, name: str) -> str:
    """Say that a criterion, or the rule, has no seal, and what to do."""
    what = "the rule of further seeds" if name == RULE else "this criterion"
    return f"{path}: {name}: {what} has no seal; {REMEDY}"


def check_seals(declared: Mapping[str, Any], path: Path) -> None:
    """See that every deciding criterion, and the rule, has a seal, and the other way round.

    Args:
        declared: what claims.yaml says.
        path: report/register.json.

    Raises:
        LabError: one has not, or the register cannot be read.
    """
    names = {name for name, _ in criteria(declared)} | ({RULE} & declared.keys())
    if not names and not path.is_file():
        return
    registered = _sealed(read_json(path))
    for name in sorted(names - registered.keys()):
        raise LabError(unsealed(path, name))
    for name, one in registered.items():
        if name not in names and one["decides"] is not None:
            what = "rule" if name == RULE else "criterion"
            raise LabError(
                f"{path}: {name}: this seal has no {what}; put the {what} back into "
                "report/claims.yaml, or commit its removal, then: backprop-lab register --write"
            )


def _sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that register.json says to be sealed, the rule by its name."""
    return {**content["criteria"], **({RULE: content[RULE]} if RULE in content else {})}


def _with_settings(decides: Content, settings: Mapping[str, Any]) -> Content:
    """Put the variants of a criterion's settings in the place of their names."""
    named = {key: settings[decides[key]] for key in sides(decides)}
    return decides | named


def _nearest(variant: str, there: Sequence[str]) -> dict[str, Any]:
    """Say what is lacking of a variant: epochs, where all else is there, or all of it."""
    wanted = dict(parameters_of(variant))
    epochs = wanted.pop("epochs")
    for other in there:
        parameters = dict(parameters_of(other))
        found = parameters.pop("epochs")
        if parameters == wanted:
            return {"what": "epochs", "registered": epochs, "found": found}
    return {"what": "run", "registered": variant, "found": None}


def _shared(
    now: Mapping[str, Mapping[str, Any]], experiments: Mapping[str, Sequence[str]], ran: Ran
) -> int | None:
    """Count the seeds that all variants of all settings have; None where none was run."""
    seeds = []
    for key, side in now.items():
        runs = [ran.seeds.get(name, {}) for name in experiments[key]]
        seeds += [
            frozenset[int]().union(*(some.get(variant, ()) for some in runs))
            for variant in side["variants"]
        ]
    return len(frozenset.intersection(*seeds)) if seeds else None
