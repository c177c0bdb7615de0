"""`page --serve`: the page, to this machine alone, and nothing else of it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.cli import main
from mermaid2gha.commands import page
from mermaid2gha.project.drawing import draw
from mermaid2gha.terminal.serve import ADDRESS, PageServer, Served

DRAWING = "sequenceDiagram\n    GitHub->>CI: Trigger 'push'\n    Note over CI: Build\n"
DOCUMENT = f"# CI\n\n```mermaid\n{DRAWING}```\n"
Answer = tuple[int, str, dict[str, str]]


@pytest.fixture
def server() -> Iterator[PageServer]:
    server = PageServer(0)
    server.show(Served("<p>ä one", "1", 0))
    yield server
    server.close()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    Path("mermaid2gha.yml").write_text("documents: [ci.md]\n")
    Path("ci.md").write_text(DOCUMENT)
    return tmp_path


def asked(port: int, path: str = "/", host: str | None = None, method: str = "GET") -> Answer:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    if host != "":
        connection.putheader("Host", host or f"{ADDRESS}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, content, dict(answer.getheaders())


def test_the_newest_page_and_its_version_are_served(server: PageServer) -> None:
    status, content, headers = asked(server.port)
    assert (status, content) == (200, "<p>ä one")
    assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Cache-Control"] == "no-store"
    assert asked(server.port, "/version")[:2] == (200, "1")
    server.show(Served("two", "2", 0))
    assert asked(server.port, host=f"localhost:{server.port}")[:2] == (200, "two")
    assert asked(server.port, "/version")[:2] == (200, "2")


@pytest.mark.parametrize(
    "path", ["/mermaid2gha.yml", "/../etc/passwd", "//x", "/?x", "/version/", "http://a/", "*"]
)
def test_nothing_else_is_served(server: PageServer, path: str) -> None:
    assert asked(server.port, path)[:2] == (404, "not here\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "<script>"])
def test_nothing_but_a_get_is_answered(server: PageServer, method: str) -> None:
    status, content, headers = asked(server.port, method=method)
    assert status >= 400 and "one" not in content and "script" not in content
    assert not any(name.lower().startswith("access-control") for name in headers)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", "[::1]:{port}"]
)
def test_a_page_whose_name_was_made_to_lead_here_gets_nothing(server: PageServer, host: str) -> None:
    for path in ("/", "/version"):
        assert asked(server.port, path, host.format(port=server.port))[:2] == (421, "not here\n")


def test_two_hosts_are_none(server: PageServer) -> None:
    with socket.create_connection((ADDRESS, server.port), timeout=10) as connection:
        host = f"Host: {ADDRESS}:{server.port}\r\n"
        connection.sendall(f"GET / HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.0 421")


def test_it_listens_on_the_loopback_address_alone(server: PageServer) -> None:
    assert server._listener.server_address[0] == "127.0.0.1"
    for one in {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}:
        if not str(one).startswith("127."):
            with pytest.raises(OSError):
                socket.create_connection((str(one), server.port), timeout=2).close()


def test_a_served_page_asks_for_its_own_version_and_one_in_a_file_does_not(here: Path) -> None:
    first = called(page, ["--serve", "0"], draw=draw)
    assert first.served is not None and first.watched is not None and first.out == ""
    assert f'data-version="{first.served.version}"' in first.served.page
    assert "; connect-src 'self'\"" in first.served.page and 'fetch("/version"' in first.served.page
    assert called(page, ["--serve", "0"], draw=draw).served == first.served
    Path("ci.md").write_text(DOCUMENT.replace("Build", "Test"))
    second = called(page, ["--serve", "0"], draw=draw).served
    assert second is not None and second.version != first.served.version
    plain = called(page, ["--watch"], draw=draw)
    assert plain.served is None and "connect-src" not in plain.out and "fetch(" not in plain.out


def test_faults_are_served_and_watched_on(here: Path) -> None:
    Path("mermaid2gha.yml").write_text("documents: [gone.md]\n")
    result = called(page, ["--serve"], draw=draw)
    assert result.code == 2 and result.served is not None and result.served.port == page.PORT
    assert '<ul class="findings">' in result.served.page and "gone.md" in result.served.page
    assert "Nothing of this is drawn" not in result.served.page
    Path("mermaid2gha.yml").unlink()
    Path("ci.md").unlink()
    result = called(page, ["--serve"], draw=draw)
    assert result.served is not None and "nothing is drawn, and there is no workflow" in result.served.page


def test_what_it_writes_itself_is_no_change(here: Path) -> None:
    result = called(page, ["--watch", "--output", "ci.html"], draw=draw)
    assert result.watched is not None and result.watched.written == (str(here / "ci.html"),)


def test_a_port_that_is_none_or_taken_is_told(
    here: Path, server: PageServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("65536", "ci.md", "-1", "²"):
        assert main(["page", f"--serve={word}"]) == 2
        assert "is no port" in capsys.readouterr().err
    assert main(["page", "--serve", str(server.port)]) == 2
    assert f"port {server.port} cannot be had" in capsys.readouterr().err
    assert main(["page", "-", "--serve"]) == 2
    assert "standard input cannot be watched" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_save_makes_a_new_page_and_ctrl_c_ends_with_0(here: Path) -> None:
    program = [sys.executable, "-m", "mermaid2gha", "page", "--serve", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None and running.stdout is not None
        lines = iter(running.stderr.readline, "")
        at = next(found for line in lines if (found := re.search(r"127\.0\.0\.1:(\d+)/$", line)))
        port = int(at[1])
        before = asked(port, "/version")[1]
        assert "ci.yml:build" in asked(port)[1]
        assert next(line for line in lines if line.startswith("watching"))
        Path("ci.md").write_text(DOCUMENT.replace("Build", "Test"))
        assert next(line for line in lines if line.endswith(f":{port}/\n"))
        assert asked(port, "/version")[1] != before and "ci.yml:test" in asked(port)[1]
        running.send_signal(signal.SIGINT)
        assert "Traceback" not in running.stderr.read() and running.stdout.read() == ""
    assert running.returncode == 0
