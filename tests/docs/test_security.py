"""SECURITY.md is true: the package starts no program, opens no connection, and runs no text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from markdown_tests import ROOT
from package_source import source_nodes, source_tree

MODULES = sorted((ROOT / "mermaid2gha").rglob("*.py"))
RUNS = {
    *("asyncio", "code", "concurrent", "multiprocessing", "pty", "runpy", "subprocess"),
    *("dill", "marshal", "pickle", "shelve"),
}
CONNECTS = {
    *("ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket", "socketserver", "ssl"),
    *("telnetlib", "urllib.request", "urllib3", "xmlrpc"),
}
CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "fork", "unsafe_load", "full_load"}
OF_EDITORS = "mermaid2gha/editor/server.py"
OF_PAGES = "mermaid2gha/terminal/serve.py"
SERVES = {"socketserver", "http.server", "http.server.BaseHTTPRequestHandler"}
"""What the server of a page on the loopback address takes of libraries that open connections."""
WAITS = {"Task", "ensure_future", "get_running_loop", "sleep"}
"""What the language server, which waits for an editor and for itself, takes of asyncio."""
CONCURRENT = "concurrent.futures.ThreadPoolExecutor"
CALL_PREFIXES = ("exec", "spawn", "posix_spawn", "fork")


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What is called by a bare name, or as an attribute of `os` or `yaml`."""
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name):
                yield name
            case ast.Attribute(value=ast.Name(id="os" | "yaml"), attr=name):
                yield name


def whole() -> Iterator[tuple[Path, tuple[ast.AST, ...]]]:
    for path in MODULES:
        yield path.relative_to(ROOT), source_nodes(path)


def test_nothing_is_imported_that_runs_programs_or_opens_connections() -> None:
    banned = RUNS | CONNECTS
    found = {
        f"{path}: {name}"
        for path, nodes in whole()
        for name in imports(nodes)
        if name in banned or name.split(".")[0] in banned
    }
    assert found == {
        *(f"{OF_EDITORS}: {name}" for name in ("asyncio", "concurrent.futures", CONCURRENT)),
        *(f"{OF_PAGES}: {name}" for name in SERVES),
    }


def test_a_page_is_served_on_the_loopback_address_alone() -> None:
    """The listener is made once, at a constant; `tests/page/test_serve.py` asks for what it must not give."""
    nodes = source_nodes(ROOT / OF_PAGES)
    texts = [ast.unparse(node) for node in nodes if isinstance(node, ast.Assign | ast.Call)]
    assert "ADDRESS = '127.0.0.1'" in texts
    assert [text for text in texts if text.startswith(("_Listener(", "socketserver."))] == [
        "_Listener((ADDRESS, port), _Answer)"
    ]
    taken = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    assert {one for one in taken if one.startswith("socketserver")} == {"socketserver.ThreadingTCPServer"}


def test_only_the_option_that_serves_imports_the_server() -> None:
    """Late, in the function that makes the page to serve, and in the one that opens the port."""
    found = set()
    server = "mermaid2gha.terminal.serve"
    for path, nodes in whole():
        if server not in set(imports(nodes)):
            continue
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
        found |= {f"{path}: {one.name}" for one in functions if server in set(imports(ast.walk(one)))}
        assert server not in set(imports(source_tree(ROOT / path).body))
    assert found == {"mermaid2gha/commands/page.py: _served", "mermaid2gha/cli.py: _server"}


def test_the_language_server_only_waits() -> None:
    taken = {
        node.attr
        for node in source_nodes(ROOT / OF_EDITORS)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "asyncio"
    }
    assert taken <= WAITS


def test_no_text_is_run() -> None:
    """But for the constructors of records, made once from the names of their fields."""
    found = {
        f"{path}: {name}"
        for path, nodes in whole()
        for name in calls(nodes)
        if name in CALLS or name.startswith(CALL_PREFIXES)
    }
    assert found == {"mermaid2gha/base/records.py: exec"}


def test_the_way_to_report_is_told() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "Report a vulnerability" in text and "## Supported versions" in text
