"""Every statement of a report, checked against the build that it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.source import fill
from statements.build import Build
from statements.generic import GENERIC
from statements.recomputed import check_facts, one_is_named_first, shared_by
from statements.registry import Registry
from statements.sentences import Sentence, identifiers, sentences


@dataclass(frozen=True)
class Report:
    """What was found in one report.

    Attributes:
        sentences: all of them.
        dependent: those whose truth a build may decide.
        by_checker: how many of these a checker of their own has looked at.
        false: what is wrong, a line each.
        unknown: sentences that depend on a build, and which nobody has said how to check.
    """

    sentences: Sequence[Sentence]
    dependent: int
    by_checker: int
    false: Sequence[str]
    unknown: Sequence[str]


def check(inputs: ReportInputs, registry: Registry | None = None) -> Report:
    """Check each sentence of a report that could be filled in.

    Args:
        registry: who checks which sentence; by default that of the project.
    """
    registry = registry or Registry.of_project()
    build = Build(inputs.out, inputs.dataset)
    markdown = fill(inputs).markdown
    found = sentences(markdown)
    known, shared = identifiers(markdown), shared_by(build)
    false = [f"facts.json: {line}" for line in check_facts(build)]
    unknown: dict[str, None] = {}
    dependent = checked = 0
    for sentence in found:
        problems = [line for look in GENERIC for line in look(sentence, build)]
        problems += one_is_named_first(sentence, build, shared)
        problems += [
            f"refers to #{name}, which is not there"
            for name in sentence.references
            if name not in known
        ]
        if inputs.language == "en" and registry.depends(sentence):
            dependent += 1
            own = registry.checkers(sentence)
            checked += bool(own)
            problems += [line for look, match in own for line in look(match, sentence, build)]
            if not own and not registry.is_exempt(sentence):
                unknown[sentence.skeleton] = None
        false += [
            f"#{sentence.section} {sentence.place}: {line}: {sentence.text!r}"
            for line in dict.fromkeys(problems)
        ]
    return Report(found, dependent, checked, false, [*unknown])
