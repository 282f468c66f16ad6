"""The page's Content-Security-Policy: a browser loads nothing for it and runs its scripts alone.

The policy stands in a <meta> at the head of the page, before the first script.  Each script and
style sheet that the page carries is named by the SHA-256 of its text; one that somebody adds
later, or an attribute such as onclick, is not run.  (Style attributes are allowed: the SVGs of
matplotlib have thousands, and with nothing to load they can do no more than look different.)
See https://www.w3.org/TR/CSP3/.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape, unescape

_CHARSET = '<meta charset="utf-8">'
_META = '<meta http-equiv="Content-Security-Policy" content="'
_POLICY = re.compile(re.escape(_META) + '([^"]*)">')
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
#: A script of this type is data, which nothing runs.
_DATA = 'type="application/json"'
_BEFORE_SCRIPTS = re.compile(r"<(?:script|style|link|body)\b", re.IGNORECASE)


def with_policy(page: str) -> str:
    """Return the page with its policy, which must be the last thing that is done to it."""
    return _with(page, _policy(page))


def with_script(page: str, script: str) -> str:
    """Return a finished page that also runs `script`, which may ask the page's own server.

    Args:
        script: JavaScript without "</".
    """
    before, body, after = _POLICY.sub("", page, count=1).rpartition("</body>")
    page = f"{before}<script>{script}</script>\n{body}{after}"
    return _with(page, _policy(page) + "; connect-src 'self'")


def policy_problems(page: str) -> Iterator[str]:
    """Yield what is wrong with a page's policy."""
    found = _POLICY.search(page)
    first = _BEFORE_SCRIPTS.search(page)
    if not found:
        yield "no Content-Security-Policy"
    elif first and first.start() < found.start():
        yield "its Content-Security-Policy stands behind what it must rule"
    elif unescape(found[1]) != _policy(page):
        yield "its Content-Security-Policy is not that of its scripts and styles"


def _with(page: str, policy: str) -> str:
    """Write the policy at the head of the page."""
    escaped = escape(policy, quote=True).replace("&#x27;", "'")
    return page.replace(_CHARSET, f'{_CHARSET}\n{_META}{escaped}">', 1)


def _policy(page: str) -> str:
    """Return the policy of a page: nothing from outside, and what is inside by its digest."""
    scripts = [text for attributes, text in _SCRIPT.findall(page) if _DATA not in attributes]
    rules = {
        "default-src": ["'none'"],
        "script-src": _digests(scripts),
        # The second and third are for browsers that tell sheets from attributes.
        "style-src": ["'unsafe-inline'"],
        "style-src-elem": _digests(_STYLE.findall(page)),
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "font-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(allowed)}" for name, allowed in rules.items())


def _digests(texts: list[str]) -> list[str]:
    """Name texts by their digests, each once; 'none' if there are none."""
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    named = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    return list(dict.fromkeys(named)) or ["'none'"]
