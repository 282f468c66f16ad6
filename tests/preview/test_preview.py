"""A report in the browser: served with a script, made anew at each change, never half."""

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from report_sample import REPORT, build_inputs

from backprop_lab.cli.main import main
from backprop_lab.errors import LabError
from backprop_lab.preview.changes import Watch, Work, work_for
from backprop_lab.preview.preview import Preview, Target, run_build
from backprop_lab.preview.renderer import Renderer
from backprop_lab.preview.server import Board, PreviewServer
from backprop_lab.report.assets import TEXTS
from backprop_lab.report.content_security import _policy, policy_problems, with_policy
from backprop_lab.report.fonts import KeptCuts, font_faces

TEMPLATE = Path("report/text/en/lab-report.md")
PAGE = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n<style>p{}</style></head>\n'
PAGE = with_policy(PAGE + "<body><p>Words.</p><script>let a = 1;</script></body></html>")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The sample report as a project of its own, built once by a stand-in."""
    inputs = build_inputs(tmp_path)
    shutil.move(tmp_path / "text", tmp_path / "report/text")
    shutil.copytree(REPORT / "page", tmp_path / "report/page")
    shutil.copy(inputs.bibliography, tmp_path / "report")
    (tmp_path / "config.yaml").write_text("dataset: auto\n")
    (tmp_path / "results/report").mkdir()
    (tmp_path / "results/report/lab-report.en.html").write_text(PAGE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def server(board):
    with PreviewServer(board) as running:
        yield running
        running.shutdown()


@pytest.fixture
def preview(project, board, tmp_path_factory):
    """The preview of the project; `built` are the calls of Snakemake."""
    renderer, built = Renderer(), []
    folder = tmp_path_factory.mktemp("preview")
    shown = Preview(Target("en"), board, renderer, folder, build=built.append)
    shown.built = built
    yield shown
    renderer.renew()


def ask(server, path, host=None):
    connection = http.client.HTTPConnection(*server.server_address, timeout=30)
    connection.request("GET", path, headers={"Host": host} if host else {})
    return connection.getresponse()


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "work"),
    [
        ("report/text/en/lab-report.md", Work.RENDER),
        ("report/text/en/a-new-section.md", Work.RENDER),
        ("report/text/en/labels.yaml", Work.RENDER),
        ("report/page/style.css", Work.RENDER),
        ("report/page/filters/html.lua", Work.RENDER),
        ("report/references.bib", Work.RENDER),
        ("report/text/zh-TW/lab-report.md", None),
        ("report/manifests/quick.json", None),
        ("report/text/en/words.yaml", Work.BUILD),
        ("report/text/zh-TW/words.yaml", Work.BUILD),
        ("report/claims.yaml", Work.BUILD),
        ("report/original/stated.csv", Work.BUILD),
        ("src/backprop_lab/figures/network.py", Work.BUILD),
        ("src/backprop_lab/report/render.py", Work.BUILD),
        ("workflow/rules/report.smk", Work.BUILD),
        ("config.yaml", Work.BUILD),
    ],
)
def test_a_change_asks_for_what_is_made_from_it(path, work):
    assert work_for({Path(path)}, "en") is work


def test_of_several_changes_the_one_that_asks_for_most_counts():
    prose = Path("report/text/en/lab-report.md")
    assert work_for({prose, Path("config.yaml")}, "en") is Work.BUILD
    assert work_for({prose, Path("report/text/zh-TW/lab-report.md")}, "en") is Work.RENDER


def test_the_page_is_served_with_a_script_that_its_policy_allows(server, board):
    board.show(PAGE)
    answer = ask(server, "/")
    page = answer.read().decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<p>Words.</p><script>let a = 1;</script>" in page
    assert page.count("Content-Security-Policy") == 1
    assert page.count("EventSource(") == 1
    policy = re.search('Policy" content="([^"]*)"', page)[1]
    assert policy == _policy(page) + "; connect-src 'self'"
    assert policy.count("'sha256-") == 3
    assert list(policy_problems(PAGE)) == []


def test_events_tell_of_each_new_page_and_error(server, board):
    events = ask(server, "/events")
    assert events.headers["Content-Type"] == "text/event-stream"

    def news():
        line = events.readline()
        while not line.startswith(b"data: "):
            line = events.readline()
        return json.loads(line[6:])

    first = news()
    assert (first["error"], first["busy"]) == ("", "")
    board.show(PAGE)
    second = news()
    assert second["version"] != first["version"]
    assert second["version"] in ask(server, "/").read().decode()
    board.fail("lab-report.md:3: wrong")
    assert news() == second | {"error": "lab-report.md:3: wrong"}


@pytest.mark.parametrize(
    "path",
    ["/config.yaml", "/../config.yaml", "/%2e%2e/config.yaml", "//etc/passwd", "/live.js", "/?a"],
)
def test_no_file_can_be_asked_for(server, project, path):
    answer = ask(server, path)
    assert answer.status == 404
    assert b"dataset" not in answer.read()


def test_a_page_elsewhere_cannot_ask_under_its_own_name(server):
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "/", host="example.org").status == 403


def test_a_taken_port_is_one_line(server, board):
    port = server.server_address[1]
    with pytest.raises(LabError, match=f"^--port {port}: is taken .*; name another"):
        PreviewServer(board, port)
    with pytest.raises(LabError, match="--port 70000: cannot be used"):
        PreviewServer(board, 70000)


def test_prose_is_rendered_at_once_and_beside_the_report(preview, board, project):
    preview.start()
    first = board.state
    assert "Abstract" in first.page
    rewrite(TEMPLATE, "title: ", "title: Anew ")
    preview.follow([{TEMPLATE}])
    assert board.state.number == first.number + 1
    assert "Anew " in board.state.page
    assert "Anew " not in first.page
    assert preview.built == []
    assert (project / "results/report/lab-report.en.html").read_text() == PAGE


def test_a_broken_template_shows_one_line_above_the_last_page_until_it_is_mended(
    preview, board, capsys
):
    preview.start()
    before = board.state
    text = TEMPLATE.read_text(encoding="utf-8")
    TEMPLATE.write_text(text + "\n<< fact('no.such') >>\n", encoding="utf-8")
    preview.follow([{TEMPLATE}])
    assert (board.state.number, board.state.page) == (before.number, before.page)
    assert re.match(r"report/text/en/lab-report\.md:\d+: .*no\.such", board.state.error)
    assert "\n" not in board.state.error
    assert f"error: {board.state.error}\n" in capsys.readouterr().err
    TEMPLATE.write_text(text, encoding="utf-8")
    preview.follow([{TEMPLATE}])
    assert board.state.error == ""
    assert board.state.number == before.number + 1


def test_other_changes_are_built_by_snakemake(preview, board, project):
    preview.start()
    rewrite(TEMPLATE, "The network", "The network anew")
    preview._build_with = lambda command: Path(command[-1]).write_text(PAGE)
    preview.follow([{Path("config.yaml")}])
    assert "The network anew" in board.state.page  # all of the report on one page
    assert "tbl-log" in board.state.page
    preview._build_with = preview.built.append
    preview.follow([{Path("src/backprop_lab/figures/network.py")}])
    command = [*preview.built[0]]
    assert command[1:3] == ["-m", "snakemake"]
    assert command[-2:] == ["--", "results/report/lab-report.en.html"]
    assert "preset=full" in command


def test_after_a_failed_build_prose_alone_does_not_hide_it(preview, board):
    preview.start()
    before = board.state.page

    def fails(command):
        raise LabError("config.yaml, line 1: wrong")

    preview._build_with = fails
    preview.follow([{Path("config.yaml")}, {TEMPLATE}])
    assert board.state.page == before
    assert board.state.error == "config.yaml, line 1: wrong"
    preview._build_with = preview.built.append
    preview.follow([{TEMPLATE}])
    assert len(preview.built) == 1
    assert board.state.error == ""


def test_a_report_that_is_not_there_is_built_first(preview, board, project, capsys):
    report = project / "results/report/lab-report.en.html"
    page = report.read_text()
    report.unlink()
    shown = Preview(
        Target("en"), board, preview._renderer, project, lambda _: report.write_text(page)
    )
    shown.start()
    assert "not there yet; Snakemake builds it first" in capsys.readouterr().err
    assert report.read_text() == page
    assert board.state.number == 1


def test_the_last_lines_of_a_failed_build_are_its_error(capsys):
    program = "print('one'); print('error: the last'); raise SystemExit(1)"
    with pytest.raises(LabError, match="one\nerror: the last"):
        run_build([sys.executable, "-c", program])
    assert "error: the last" in capsys.readouterr().err
    run_build([sys.executable, "-c", "print('fine')"])


def test_a_renderer_that_ended_is_replaced(preview, board, project):
    preview.start()
    preview._renderer._process.kill()
    preview._renderer._process.wait()
    preview.follow([{TEMPLATE}])
    assert "has ended" in board.state.error
    preview.follow([{TEMPLATE}])
    assert board.state.error == ""


def test_files_are_watched_also_when_an_editor_replaces_them(project):
    (project / "results/other.csv").write_text("")
    watch = Watch(project)
    seen, done = set(), threading.Event()
    wanted = {Path("config.yaml"), TEMPLATE}

    def gather():
        for paths in watch:
            seen.update(paths)
            if wanted <= seen:
                done.set()
                return

    thread = threading.Thread(target=gather)
    thread.start()
    for number in range(100):  # until the system has begun to watch
        for name in ("config.yaml", str(TEMPLATE)):
            new = project / f"{name}.new"
            new.write_text(f"dataset: auto # {number}\n")
            new.replace(project / name)
        (project / "results/other.csv").write_text(str(number))
        if done.wait(0.2):
            break
    watch.end()
    thread.join()
    assert wanted <= seen
    assert not any(path.is_relative_to("results") for path in seen)


def test_new_characters_are_cut_alone_and_old_ones_kept():
    cuts = KeptCuts()
    page = '<html lang="en"><p>{}</p></html>'
    once = font_faces(page.format("one"), cuts)
    assert font_faces(page.format("eon"), cuts) == once
    more = font_faces(page.format("one é"), cuts)
    assert all(rule in more for rule in once.splitlines())
    assert more.count("@font-face") > once.count("@font-face")
    assert font_faces(page.format("one"), cuts) == more


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--language", "xx"], "--language xx: not in config.yaml's report.languages (en, zh-TW)"),
        (["--preset", "xx"], "preset"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(project, options, error, capsys):
    root = REPORT.parent
    shutil.rmtree(project / "report")
    shutil.copytree(root / "report", project / "report")
    shutil.copytree(root / "workflow/schemas", project / "workflow/schemas")
    shutil.copy(root / "config.yaml", project)
    assert main(["preview", *options]) == 1
    told = capsys.readouterr().err
    assert error in told
    assert told.count("\n") == 1


def test_the_program_serves_and_ends_in_one_line_when_interrupted(project):
    root = REPORT.parent
    for name in {*TEXTS} - {path.name for path in (project / "report/text/en").iterdir()}:
        shutil.copy(REPORT / "text/en" / name, project / "report/text/en")
    shutil.copytree(REPORT / "text/zh-TW", project / "report/text/zh-TW")
    for name in ("workflow/schemas", "report/original"):
        shutil.copytree(root / name, project / name, dirs_exist_ok=True)
    shutil.copy(root / "config.yaml", project)
    for name in ("claims.yaml", "register.json"):
        shutil.copy(REPORT / name, project / "report")
    process = subprocess.Popen(
        [sys.executable, "-m", "backprop_lab.cli", "preview"],
        stderr=subprocess.PIPE,
        text=True,
        # A test that runs in the background inherits that this signal is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        told = process.stderr.readline()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/ ", told)[1])
        assert "rendered" in process.stderr.readline()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/")
        assert b"Abstract" in connection.getresponse().read()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[1] == "interrupted\n"
        assert process.returncode == 130
    finally:
        process.kill()
