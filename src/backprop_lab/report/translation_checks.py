"""Is a translation of the report whole?  Its templates, words and labels against the English ones.

Both languages ask for the same facts, files and claims, show the same figures, tables and
equations, cite the same works and give the same commands; and nothing is left in English.
Templates are compared before they are filled in, so that every branch of a condition counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml

REFERENCE = "en"

#: Words that are written so in every language: terms, units, signs read aloud.
TERMS = {"softmax", "sigmoid", "nat", "nabla", "log", "exp", "max", "min", "epsilon", "float"}
#: A run of this many words, this many of them not capitalised as names are, is English.
WORDS, UNCAPITALISED = 4, 3

_COMMENT = re.compile(r"<#.*?#>", re.DOTALL)
_JINJA = re.compile(r"<<.*?>>|<%.*?%>", re.DOTALL)
_INCLUDE = re.compile(r'<%\s*include\s+"([^"]+)"\s*%>')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?', re.DOTALL)
_COMMAND = re.compile(r'<<\s*command\(\s*"((?:[^"\\]|\\.)*)"[^>]*>>', re.DOTALL)
_FORMAT = re.compile(r"(?:abs:|signed:)?[a-z]+:\d")

#: What is no prose, or stands in another kind of element.
_SKIPPED = (
    r"^(`{3,}|~{3,}).*?^\1",
    r"\$\$.*?\$\$",
    r"\$[^$\n]+\$",
    r"(`+)[^`\n]+?\1",
    r"\]\([^)\n]*\)",
    r"https?://\S+",
    r"\[?@[\w:-]+",
    r"^:::+ *\w*",
    r"^(?:lang|keywords|nocite|author): .*?$",
)
_ATTRIBUTES = re.compile(r"\{[#.=][^}\n]*?(?:alt=\"([^\"]*)\"[^}\n]*)?\}|\{alt=\"([^\"]*)\"\}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = r"[A-Za-z][A-Za-z'’-]*"
_RUN = re.compile(rf"{_WORD}(?:[\s,;:.()/|]+{_WORD}){{{WORDS - 1},}}")
_SMALL = re.compile(r"(?<![\w-])[a-z][a-z'’-]+(?![\w-])")


def check_translation(template: Path, language: str) -> None:
    """See that a language's template, words and labels say what the English ones say.

    Args:
        template: lab-report.<language>.md; the English one, words.<language>.yaml and
            labels.yaml stand beside it.
        language: "zh-TW", ...; nothing is asked of English itself.

    Raises:
        LabError: listing everything that is missing or left in English, in one line.
    """
    if language == REFERENCE:
        return
    folder = template.parent
    original = template.with_name(template.name.replace(f".{language}.", f".{REFERENCE}."))
    ours, theirs = _texts(template, language), _texts(original, REFERENCE)
    findings = [*_compare(_elements(ours, language), _elements(theirs, REFERENCE), template.name)]
    for name, text in ours.items():
        findings += left_in_english(text, name)
    name = f"words.{language}.yaml"
    words = {code: read_yaml(folder / f"words.{code}.yaml") for code in (language, REFERENCE)}
    findings += compare_words(words[language], words[REFERENCE], name)
    labels = read_yaml(folder / "labels.yaml")
    findings += compare_words(
        labels.get(language, {}), labels[REFERENCE], f"labels.yaml {language}"
    )
    if findings:
        raise LabError("translation incomplete: " + "; ".join(findings))


def elements(text: str, language: str) -> dict[str, set[str]]:
    """What a template asks for and shows, by kind, without its prose."""
    text = _COMMENT.sub("", text)
    code = " ".join(_JINJA.findall(text))
    literals = {string for string, _ in _STRING.findall(code)} | set(
        re.findall(r'\w\(\s*"([^"\s]*)"', code)
    )
    keys = {
        literal.replace(f".{language}.", ".*.").strip(".")
        for literal in literals
        if re.fullmatch(r"[\x21-\x7e]*[._/\d][\x21-\x7e]*|[a-z]+", literal)
    }
    called = set(re.findall(r'\w\(\s*"([\x21-\x7e]*)"', code))
    keys = {key for key in keys if re.search(r"[._]\w|\w[._]", key) or key in called}
    without_code = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    boxes = Counter(re.findall(r"^::: (\w+)$", text, re.MULTILINE))
    macros = re.findall(r"<%-?\s*macro (\w+)", text)
    return {
        "call of": set(re.findall(r"(?<![\w.])([a-z]\w*)\(", _STRING.sub("", code))) - set(macros),
        "fact, file or claim": {key for key in keys if not _FORMAT.fullmatch(key)},
        "label": set(re.findall(r"\{#([\w-]+)", text)),
        "reference to": set(re.findall(r"\]\(#([\w-]+)\)", text)),
        "citation of": set(re.findall(r"(?<![\w`])@([a-z]+\d[\w:-]*)", without_code)),
        "equation": {
            " ".join(re.sub(r"\\text\{[^}]*\}", r"\\text", equation).split())
            for equation in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
        },
        "command": set(_COMMAND.findall(text)),
        "number of boxes": {f"{count} × {kind}" for kind, count in boxes.items()},
    }


def left_in_english(text: str, name: str) -> list[str]:
    """Passages of a template that a translation left as they were, each with its line."""
    prose = _COMMENT.sub(_blank, text)
    prose = _COMMAND.sub(_blank, prose)
    for pattern in _SKIPPED:
        prose = re.sub(pattern, _blank, prose, flags=re.DOTALL | re.MULTILINE)
    prose = _ATTRIBUTES.sub(lambda match: _blank(match, match[1] or match[2] or ""), prose)
    found = {}
    for match in _JINJA.finditer(prose):
        for string in _STRING.finditer(match[0]):
            # One word is a name or an identifier, and a dictionary's key is no text.
            if re.search(r"\s", string[1]) and not string[2]:
                line = prose.count("\n", 0, match.start() + string.start()) + 1
                found.setdefault(line, _english(string[1]))
    prose = _JINJA.sub(_blank, prose)
    for number, line in enumerate(prose.split("\n"), start=1):
        found[number] = found.get(number) or _english(line)
    return [
        f"{name}:{line}: left in English: {passage[:60]!r}"
        for line, passage in sorted(found.items())
        if passage
    ]


def compare_words(ours: dict, theirs: dict, name: str) -> list[str]:
    """Keys that one of two trees of texts lacks, placeholders lost, and texts left as they were."""
    ours, theirs = (
        {key: text for key, text in _leaves(tree) if not key.startswith("typst.")}
        for tree in (ours, theirs)
    )
    findings = [f"{name}: lacks {key}" for key in theirs if key not in ours]
    findings += [f"{name}: {key} is not in the English one" for key in ours if key not in theirs]
    for key in [key for key in theirs if key in ours]:
        text, original = str(ours[key]), str(theirs[key])
        if original and set(re.findall(r"\{\w*\}", text)) != set(re.findall(r"\{\w*\}", original)):
            findings.append(f"{name}: {key} has other {{placeholders}} than the English one")
        words = set(_SMALL.findall(re.sub(r"\{\w*\}", "", text))) - TERMS
        if text == original and words:
            findings.append(f"{name}: {key} is left in English: {text!r}")
    return findings


def _english(text: str) -> str:
    """The passage of `text` that is English prose, or ""."""
    text = re.sub(r"&\w+;|\\\w+", " ", text)
    for run in _RUN.finditer(text):
        if sum(not word[0].isupper() for word in re.findall(_WORD, run[0])) >= UNCAPITALISED:
            return run[0]
    words = [word for word in _SMALL.findall(text) if word not in TERMS]
    return " ".join(text.split()) if len(words) >= 2 and not _HAN.search(text) else ""


def _texts(template: Path, language: str) -> dict[str, str]:
    """A template and those that it includes, by file name."""
    try:
        text = template.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LabError(f"{template}: not found; translate it, or take {language} out of") from None
    texts = {template.name: text}
    for included in _INCLUDE.findall(text):
        texts |= _texts(template.with_name(included), language)
    return texts


def _elements(texts: dict[str, str], language: str) -> dict[str, set[str]]:
    return elements("\n".join(texts.values()), language)


def _compare(ours: dict, theirs: dict, name: str) -> Iterator[str]:
    for kind, wanted in theirs.items():
        for element in sorted(wanted - ours[kind]):
            yield f"{name}: lacks the {kind} {element!r}"
        for element in sorted(ours[kind] - wanted):
            yield f"{name}: the English one lacks the {kind} {element!r}"


def _leaves(tree: dict, prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _blank(match: re.Match, kept: str = "") -> str:
    """White space as long as the match, after what is kept, so that lines keep their numbers."""
    return kept + re.sub(r"[^\n]", " ", match[0])[len(kept) :]
