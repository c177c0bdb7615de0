"""The language server as an editor meets it: a real client over standard streams."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path

DOCUMENT = """\
# Pipeline

```mermaid
sequenceDiagram
    participant CI
    Developer ->> CI: push
    Note over CI: Lint
    Note over CI: Tests 😀
    opt nightly
        Note over CI: Scan 😀 deeply
    end
```
"""
ENCODINGS = {"visual-studio-code": "utf-16", "neovim": "utf-8"}


class Editor(LanguageClient):
    """A client that keeps what is published, in the order in which it came."""

    def __init__(self, folder: Path) -> None:
        super().__init__("editor", "1")
        self.folder = folder
        self.told: list[types.PublishDiagnosticsParams] = []
        self.watched: list[types.RegistrationParams] = []
        self.versions: dict[str, int] = {}
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self.told.append(params))
        self.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: self.watched.append(params))

    def uri(self, name: str) -> str:
        return from_fs_path(str(self.folder / name)) or ""

    async def begin(self, encoding: str, *, watches: bool = True) -> types.InitializeResult:
        command = [sys.executable, "-m", "mermaid2gha", "lsp", "--stdio"]
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "installed")}
        await self.start_io(*command, cwd=self.folder, env=environment)
        watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches)
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(
                position_encodings=[types.PositionEncodingKind(encoding)]
            ),
            workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching),
        )
        result = await self.initialize_async(
            types.InitializeParams(capabilities, root_uri=from_fs_path(str(self.folder)))
        )
        self.initialized(types.InitializedParams())
        return result

    def open(self, name: str, text: str, language: str = "markdown") -> None:
        item = types.TextDocumentItem(self.uri(name), language, 1, text)
        self.versions[name] = 1
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, name: str, text: str) -> None:
        self.versions[name] += 1
        change = types.TextDocumentContentChangeWholeDocument(text)
        document = types.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        self.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def findings(self, name: str, wanted: Callable[[list[str]], bool]) -> list[types.Diagnostic]:
        """What is told of a file, once its rules are as wanted."""
        for _ in range(100):
            mine = [one for one in self.told if one.uri == self.uri(name)]
            if mine and wanted([str(one.code) for one in mine[-1].diagnostics]):
                return list(mine[-1].diagnostics)
            await asyncio.sleep(0.1)
        raise AssertionError(f"nothing such is told of {name}: {self.told[-3:]}")

    def at(self, name: str, line: int, column: int) -> tuple[types.TextDocumentIdentifier, types.Position]:
        return types.TextDocumentIdentifier(self.uri(name)), types.Position(line, column)

    async def leave(self) -> None:
        await self.shutdown_async(None)
        self.exit(None)
        await self.stop()


def serve(folder: Path, encoding: str, session: Callable[[Editor], Awaitable[None]]) -> None:
    """A session with a server, from its start to its end."""

    async def whole() -> None:
        editor = Editor(folder)
        result = await editor.begin(encoding)
        assert result.capabilities.position_encoding == encoding
        await asyncio.wait_for(session(editor), 120)
        await editor.leave()

    asyncio.run(whole())


def installed(folder: Path, site: str) -> None:
    """What the package says of itself where it was released with a site."""
    told = folder / "installed" / "mermaid2gha-0.dist-info" / "METADATA"
    told.parent.mkdir(parents=True)
    told.write_text(
        f"Metadata-Version: 2.4\nName: mermaid2gha\nVersion: 0\nProject-URL: Documentation, {site}\n"
    )


def project(folder: Path, document: str = DOCUMENT) -> None:
    (folder / ".git").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs" / "ci.md").write_text(document, encoding="utf-8")
    (folder / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\n", encoding="utf-8")
    run = [sys.executable, "-m", "mermaid2gha", "compile"]
    subprocess.run(run, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("client", ENCODINGS)
def test_an_editor_is_told_what_is_typed_and_may_ask(tmp_path: Path, client: str) -> None:
    project(tmp_path)
    installed(tmp_path, "https://example.invalid/site/")
    name = "docs/ci.md"
    width = {"utf-16": 2, "utf-8": 4}[ENCODINGS[client]]

    async def session(editor: Editor) -> None:
        # An unknown event is told while it is typed, with the columns of the client; the disk stays as it is.
        editor.open(name, DOCUMENT)
        assert await editor.findings(name, lambda rules: "unset-flag" not in rules) is not None
        wrong = DOCUMENT.replace("Developer ->> CI: push", "Developer ->> CI: 😀 Trigger 'psuh'")
        editor.type(name, wrong)
        found = await editor.findings(name, lambda rules: "unknown-event" in rules)
        fault = next(one for one in found if one.code == "unknown-event")
        line = wrong.splitlines().index("    Developer ->> CI: 😀 Trigger 'psuh'")
        start = len("    Developer ->> CI: ")
        word = start + width + len(" Trigger '")
        assert fault.range == types.Range(
            types.Position(line, start), types.Position(line, word + len("psuh'"))
        )
        assert fault.code_description is not None
        assert fault.code_description.href == "https://example.invalid/site/rules/unknown-event/"
        assert fault.severity is types.DiagnosticSeverity.Error and "help: " in str(fault.message)
        # Its cure is offered, and mends it.
        document, at = editor.at(name, line, start + 1)
        asked = types.CodeActionParams(document, types.Range(at, at), types.CodeActionContext([]))
        actions = await editor.text_document_code_action_async(asked)
        quick = [one for one in actions or [] if isinstance(one, types.CodeAction)]
        fix = next(one for one in quick if one.kind == types.CodeActionKind.QuickFix)
        assert fix.edit is not None and fix.edit.changes is not None
        (edit,) = fix.edit.changes[editor.uri(name)]
        assert edit.new_text == "push"
        assert edit.range == types.Range(types.Position(line, word), types.Position(line, word + 4))
        assert fix.is_preferred and any(one.kind == "source.fixAll.mermaid2gha" for one in quick)
        editor.type(name, DOCUMENT)
        await editor.findings(name, lambda rules: "unknown-event" not in rules)
        # A note tells its job, and leads into the workflow and back.
        line = DOCUMENT.splitlines().index("        Note over CI: Scan 😀 deeply")
        document, at = editor.at(name, line, 12)
        hover = await editor.text_document_hover_async(types.HoverParams(document, at))
        assert hover is not None and isinstance(hover.contents, types.MarkupContent)
        assert "scan-deeply" in hover.contents.value and "needs" in hover.contents.value
        places = await editor.text_document_definition_async(types.DefinitionParams(document, at))
        assert isinstance(places, list) and isinstance(places[0], types.Location)
        written = places[0]
        workflow = tmp_path / ".github" / "workflows" / "ci.yml"
        assert written.uri == editor.uri(".github/workflows/ci.yml")
        text = workflow.read_text(encoding="utf-8")
        assert text.splitlines()[written.range.start.line].strip().startswith("scan-deeply:")
        editor.open(".github/workflows/ci.yml", text, "yaml")
        back, at = editor.at(".github/workflows/ci.yml", written.range.start.line, 3)
        drawn = await editor.text_document_definition_async(types.DefinitionParams(back, at))
        assert isinstance(drawn, list) and isinstance(drawn[0], types.Location)
        assert (drawn[0].uri, drawn[0].range.start.line) == (editor.uri(name), line)
        of_job = await editor.text_document_hover_async(types.HoverParams(back, at))
        assert of_job is not None
        # The outline has the diagram by its heading, with its jobs.
        outline = await editor.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert outline is not None and isinstance(outline[0], types.DocumentSymbol)
        assert outline[0].name == "Pipeline"
        assert [child.detail for child in outline[0].children or []] == [
            *("ci.yml: lint", "ci.yml: tests", "ci.yml: scan-deeply")
        ]
        # The layout is `fmt`'s, and touches only the lines that it changes.
        editor.type(name, DOCUMENT.replace("    Note over CI: Lint", "  note over CI:Lint"))
        layout = await editor.text_document_formatting_async(
            types.DocumentFormattingParams(document, types.FormattingOptions(4, True))
        )
        assert [(one.range.start.line, one.new_text) for one in layout or []] == [
            (DOCUMENT.splitlines().index("    Note over CI: Lint"), "    Note over CI: Lint\n")
        ]

    serve(tmp_path, ENCODINGS[client], session)
    assert (tmp_path / "docs" / "ci.md").read_text(encoding="utf-8") == DOCUMENT


def test_every_file_of_the_project_is_told_of_and_cleared(tmp_path: Path) -> None:
    project(tmp_path)
    drawn = "sequenceDiagram\n    Developer ->> CI: Trigger 'psuh'\n    Note over CI: Go\n"
    other = f"# Other\n\n```mermaid\n{drawn}```\n"
    (tmp_path / "notes.md").write_text(other, encoding="utf-8")

    async def session(editor: Editor) -> None:
        # A setting that is not saved is what counts; its fault stands in the settings file.
        editor.open("docs/ci.md", DOCUMENT)
        editor.open("mermaid2gha.yml", "documents: [docs/ci.md]\nrunson: ubuntu-24.04\n", "yaml")
        await editor.findings("mermaid2gha.yml", lambda rules: "unknown-setting" in rules)
        editor.type("mermaid2gha.yml", "documents: [docs/ci.md]\n")
        await editor.findings("mermaid2gha.yml", lambda rules: not rules)
        # A file that people change beside the editor is looked at when the editor says so.
        workflow = tmp_path / ".github" / "workflows" / "ci.yml"
        text = workflow.read_text(encoding="utf-8")
        workflow.write_text(text.replace("    needs: lint\n", ""), encoding="utf-8")
        change = types.FileEvent(editor.uri(".github/workflows/ci.yml"), types.FileChangeType.Changed)
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        (stale,) = await editor.findings(".github/workflows/ci.yml", lambda rules: "stale-file" in rules)
        assert stale.severity is types.DiagnosticSeverity.Hint  # the next compile mends it
        workflow.write_text(text, encoding="utf-8")
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        await editor.findings(".github/workflows/ci.yml", lambda rules: not rules)
        # A document that is not listed is compiled alone, and nothing is left of it when it is closed.
        editor.open("notes.md", other)
        await editor.findings("notes.md", lambda rules: rules == ["unknown-event"])
        closed = types.TextDocumentIdentifier(editor.uri("notes.md"))
        editor.text_document_did_close(types.DidCloseTextDocumentParams(closed))
        await editor.findings("notes.md", lambda rules: not rules)
        # What has no file is let alone.
        untitled = types.TextDocumentItem("untitled:Untitled-1", "markdown", 1, DOCUMENT)
        editor.text_document_did_open(types.DidOpenTextDocumentParams(untitled))
        document = types.TextDocumentIdentifier("untitled:Untitled-1")
        asked = types.HoverParams(document, types.Position(5, 2))
        assert await editor.text_document_hover_async(asked) is None

    serve(tmp_path, "utf-16", session)


def test_without_its_libraries_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    """The compiler does without the libraries of the language server."""
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError(name='pygls')\n", encoding="utf-8")
    run = [sys.executable, "-m", "mermaid2gha", "lsp"]
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(run, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "mermaid2gha: the language server needs more libraries: pip install 'mermaid2gha[lsp]'\n"
    )
