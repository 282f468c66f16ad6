"""The page of a preview, served to browsers of this machine alone.

A browser asks for two addresses: / is the last good page, with a script that is added here and
stands in no file; /events tells that script, as server-sent events, what there is now.  No
address names a file, so none can be read by its name.
See https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

import errno
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread

from backprop_lab.errors import LabError
from backprop_lab.report.content_security import with_script

HOST = "127.0.0.1"
_SCRIPT = Path(__file__).with_name("live.js")
_NO_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>No report yet</title></head>
<body><p>The report is being built.</p>
</body></html>
"""
#: Seconds after which a browser that hears nothing is told that the server is there.
_QUIET = 15.0


@dataclass(frozen=True)
class PreviewState:
    """What there is to show.

    Attributes:
        number: of the page, from 0, which is that of no page yet.
        page: the HTML.
        error: what the last build said when it failed; "" after one that did not.
        busy: what is being done; "" if nothing.
    """

    number: int = 0
    page: str = _NO_PAGE
    error: str = ""
    busy: str = ""


class Board:
    """What a preview shows now; the threads of the server wait here for something new."""

    def __init__(self) -> None:
        self._state = PreviewState()
        self._changed = Condition()
        # A browser may still show a page of an earlier preview at the same address.
        self._name = secrets.token_hex(4)

    @property
    def state(self) -> PreviewState:
        """Return what there is now."""
        return self._state

    def show(self, page: str) -> None:
        """Show a new page."""
        self._set(PreviewState(self._state.number + 1, page))

    def fail(self, error: str) -> None:
        """Show an error above the last good page."""
        self._set(replace(self._state, error=error, busy=""))

    def work(self, busy: str) -> None:
        """Say what is being done."""
        self._set(replace(self._state, busy=busy))

    def wait_for_other(self, than: PreviewState | None, seconds: float = _QUIET) -> PreviewState:
        """Return the state as soon as it is another one, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._state is not than, seconds)
            return self._state

    def page(self) -> str:
        """Return the page with the script that keeps it up to date."""
        state = self._state
        script = _SCRIPT.read_text(encoding="utf-8").replace("{version}", self._version(state))
        return with_script(state.page, script)

    def news(self, state: PreviewState) -> str:
        """Return a state as an event for the script."""
        told = {"version": self._version(state), "error": state.error, "busy": state.busy}
        return f"data: {json.dumps(told)}\n\n"

    def _version(self, state: PreviewState) -> str:
        return f"{self._name}-{state.number}"

    def _set(self, state: PreviewState) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()


class PreviewServer(ThreadingHTTPServer):
    """Serves what is on a board, in threads of its own, on this machine's own address."""

    daemon_threads = True

    def __init__(self, board: Board, port: int = 0) -> None:
        """Begin to serve.

        Args:
            board: what is shown.
            port: where; 0 takes one that is free.

        Raises:
            LabError: the port is taken or forbidden.
        """
        self.board = board
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            reason = "is taken by another program" if taken else f"cannot be used ({error})"
            raise LabError(
                f"--port {port}: {reason}; name another, or leave --port out for a free one"
            ) from None
        Thread(target=self.serve_forever, daemon=True).start()

    @cached_property
    def address(self) -> str:
        """Return the address of the page."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def names(self) -> tuple[str, ...]:
        """Return the names under which a browser may ask: a page elsewhere uses another."""
        port = self.server_address[1]
        return (f"{HOST}:{port}", f"localhost:{port}")


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer

    def do_GET(self) -> None:
        """Answer a browser (called by the server)."""
        if self.headers.get("Host") not in self.server.names():
            self.send_error(HTTPStatus.FORBIDDEN, "Ask for the address that the preview printed")
        elif self.path == "/":
            self._send_page()
        elif self.path == "/events":
            with suppress(OSError):  # the browser has gone
                self._send_events()
        else:
            self.send_error(HTTPStatus.NOT_FOUND, "The preview has one page, at /")

    def log_message(self, format: str, *_: object) -> None:
        """Say nothing: the terminal is for the builds."""

    def _send_page(self) -> None:
        data = self.server.board.page().encode()
        self._begin("text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(data)

    def _send_events(self) -> None:
        self._begin("text/event-stream")
        self.end_headers()
        told: PreviewState | None = None
        while True:
            state = self.server.board.wait_for_other(told)
            self.wfile.write(
                (self.server.board.news(state) if state is not told else ":\n\n").encode()
            )
            told = state

    def _begin(self, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
