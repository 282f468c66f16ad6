"""`make docs`: the site builds without a warning, its links lead somewhere, nothing is fetched."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from docs_pages import DOCS, pages
from project_copy import ROOT


class Page(HTMLParser):
    """What a page names: the places in it, where its links lead, and what it loads."""

    def __init__(self, path):
        super().__init__()
        self.places, self.links, self.loaded = {""}, [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        elif tag == "link" and attributes.get("href"):
            self.loaded.append(attributes["href"])
        self.loaded += [attributes[name] for name in ("src", "srcset") if attributes.get(name)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site, and what the program said."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return {path: Page(path) for path in folder.rglob("*.html")}


def test_every_page_is_built_and_in_the_menu(site):
    built = {path.name for path in site}
    assert {page.with_suffix(".html").name for page in pages()} <= built
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = re.findall(r"[\w/-]+\.md", menu)
    assert sorted(named) == sorted(page.relative_to(DOCS).as_posix() for page in pages())


def test_every_link_inside_leads_to_a_place(site):
    checked = 0
    for path, page in site.items():
        if path.name == "404.html":  # its links begin at the root of a server
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target in site, f"{path.name}: {link}"
            assert unquote(parts.fragment) in site[target].places, f"{path.name}: {link}"
            checked += 1
    assert checked > 100


def test_nothing_is_loaded_from_outside(site):
    for path, page in site.items():
        assert page.loaded
        for address in page.loaded:
            assert not urlsplit(address).netloc, f"{path.name} loads {address}"
    folder = min(site, key=lambda path: len(path.parts)).parent
    for sheet in folder.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import)\s*['\"]?\s*(https?:)?//", text), sheet


def test_pages_link_to_pages_as_a_viewer_of_the_repository_finds_them():
    for page in pages():
        for link in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page}: {link}"


def test_the_site_is_not_committed():
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"/{settings['site_dir']}/" in ignored
    assert Path(ROOT / settings["docs_dir"]) == DOCS
