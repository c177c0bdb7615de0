"""The newest page of a project, shown to browsers of this machine while a command waits for changes.

The one module that opens a port: on the loopback address alone, for the one page that it was handed and
the page's version, which the page asks for to see that there is a newer one. It reads no file, and answers
nobody who calls it by another name than this machine has for itself: a page of a stranger whose name was
made to lead here (DNS rebinding) would give its own. http.server comes with this module, which is
imported where somebody wants to serve, and nowhere else.
"""

from __future__ import annotations

import os
import socketserver
from http.server import BaseHTTPRequestHandler
from threading import Thread

from mermaid2gha.base.records import dataclass

ADDRESS = "127.0.0.1"
NAMES = (ADDRESS, "localhost")
PAGE, VERSION = "/", "/version"
"""What can be asked for."""
_PATIENCE = 10.0
"""Seconds after which one who asks nothing is no longer listened to."""
_HTTP = 80
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A page to serve, what tells it from those before, and the port that was asked for (0: any)."""

    page: str
    version: str
    port: int


class PageServer:
    """A server of one page, from its making to `close`. Raises OSError where the port is not to be had."""

    def __init__(self, port: int) -> None:
        self._listener = _Listener((ADDRESS, port), _Answer)
        Thread(target=self._listener.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """The port that it has."""
        return int(self._listener.server_address[1])

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.port}{PAGE}"

    def show(self, served: Served) -> None:
        """From now on this page."""
        self._listener.texts = {
            PAGE: ("text/html", served.page.encode("utf-8", "replace")),
            VERSION: ("text/plain", served.version.encode("utf-8", "replace")),
        }

    def close(self) -> None:
        """Serve no more, and give the port back."""
        self._listener.shutdown()
        self._listener.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    """http.server's own would ask for the name of the address, which may ask a network."""

    allow_reuse_address = os.name != "nt"  # where it would let others take a port that is in use
    daemon_threads = True
    texts: dict[str, tuple[str, bytes]] = {}  # noqa: RUF012 (replaced as a whole, never changed)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of one who has gone away."""

    def hosts(self) -> set[str]:
        """What a browser that was sent here calls us."""
        port = self.server_address[1]
        return {f"{name}:{port}" for name in NAMES} | {name for name in NAMES if port == _HTTP}


class _Answer(BaseHTTPRequestHandler):
    """The answer to a GET of the page or of its version; all else is refused in a word."""

    server: _Listener
    timeout = _PATIENCE

    def do_GET(self) -> None:
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].strip().lower() not in self.server.hosts():
            self.send_error(421)
        elif self.path in self.server.texts:
            self._send(200, *self.server.texts[self.path])
        else:
            self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Nothing of what was asked is said again."""
        self.close_connection = True
        self._send(code, "text/plain", b"not here\n")

    def _send(self, code: int, kind: str, content: bytes) -> None:
        self.send_response(code)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def version_string(self) -> str:
        return "mermaid2gha"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server calls it so)
        """Say nothing: standard error is for findings."""
