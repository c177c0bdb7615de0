"""The language server: what an editor says and asks (Language Server Protocol 3.17), answered from analyses.

Analyses are made one after another on a thread of their own, a moment after the last change; answers to
questions come from the newest one. What is open counts before what is saved.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path
from time import monotonic

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from mermaid2gha.base.diagnostic import Severity
from mermaid2gha.base.edit import Edit, Fix
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.base.version import VERSION
from mermaid2gha.editor.analysis import Analysis, Place, PlacedFinding, Symbol, analysed
from mermaid2gha.editor.positions import ends, offset
from mermaid2gha.mermaid.format.document import formatted
from mermaid2gha.mermaid.parse import parse
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.report.cells import plain
from mermaid2gha.rules.pages import page_address
from mermaid2gha.settings.names import SETTINGS_NAMES

_SETTLED = 0.2
"""Seconds without a change after which a project is compiled again."""
_FRESH = 2.0
"""Seconds for which an analysis answers where the editor does not tell of changes on the disk."""
_SOURCE = "mermaid2gha"
_FIX_ALL = "source.fixAll.mermaid2gha"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Hint,
}
_WATCHED = (
    "**/*.{md,markdown,mdx,mmd,mermaid}",
    *(f"**/{name}" for name in SETTINGS_NAMES),
    "**/.github/workflows/*.{yml,yaml}",
)


class Server(LanguageServer):
    """One editor's server. `disk` gives a new snapshot of the files."""

    def __init__(self, disk: Callable[[], Disk]) -> None:
        super().__init__(_SOURCE, VERSION, types.TextDocumentSyncKind.Full)
        self._disk = disk
        self._worker = ThreadPoolExecutor(1)
        self._analyses: dict[str, Analysis] = {}
        self._published: dict[str, set[str]] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._made: dict[str, tuple[float, dict[str, bytes]]] = {}
        self.is_watching = False

    @property
    def encoding(self) -> str:
        """What a column counts, as it was agreed with the editor."""
        agreed = self.workspace.position_encoding
        return agreed.value if isinstance(agreed, types.PositionEncodingKind) else agreed or "utf-16"

    def buffers(self) -> dict[str, bytes]:
        """The texts of all open files by their paths."""
        texts = {}
        for uri, document in dict(self.workspace.text_documents).items():
            path = path_of(uri)
            if path is not None:
                texts[path] = document.source.encode("utf-8", "surrogatepass")
        return texts

    def changed(self, path: str, *, after: float = _SETTLED) -> None:
        """Something of a file changed: it is looked at again once nothing more changes for a while."""
        if path in self._waiting:
            self._waiting[path].cancel()
        self._waiting[path] = asyncio.ensure_future(self._look_again(path, after))

    async def _look_again(self, path: str, after: float) -> None:
        await asyncio.sleep(after)
        self._waiting.pop(path, None)
        await self.analysis(path)

    async def analysis(self, path: str) -> Analysis:
        """The newest analysis of a file's project, which is also published."""
        buffers = self.buffers()
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._worker, analysed, path, self._disk(), buffers)
        if buffers == self.buffers():  # else a later one is under way
            self._made[found.key] = monotonic(), buffers
            self._publish(found)
        return found

    async def answering(self, path: str) -> Analysis:
        """The analysis by which questions are answered: the last one, if nothing has changed since.

        Of files that change on the disk the editor tells us, if it can; else one lasts for a moment only.
        """
        known = self._analyses.get(path)
        if known is not None and known.key in self._made:
            made, buffers = self._made[known.key]
            if buffers == self.buffers() and (self.is_watching or monotonic() - made < _FRESH):
                return known
        return await self.analysis(path)

    def newest(self, path: str) -> Analysis | None:
        return self._analyses.get(path)

    def _publish(self, analysis: Analysis) -> None:
        before = self._published.get(analysis.key, set())
        now = {one.path for one in analysis.findings}
        for path in analysis.paths:
            self._analyses[path] = analysis
            if self._published.get(path) and path != analysis.key:  # it was looked at alone
                before |= self._published.pop(path)
        for path in sorted(before | now):
            self._tell(path, [one for one in analysis.findings if one.path == path])
        self._published[analysis.key] = now

    def _tell(self, path: str, findings: Sequence[PlacedFinding]) -> None:
        uri = self.uri(path)
        document = self.workspace.text_documents.get(uri)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=uri,
                version=document.version if document is not None else None,
                diagnostics=[self.diagnostic(finding) for finding in findings],
            )
        )

    def forget(self, path: str) -> None:
        """A file was closed that is compiled alone: nothing is said of it any more."""
        if self._published.pop(path, None):
            self._tell(path, [])
        self._analyses.pop(path, None)

    def uri(self, path: str) -> str:
        """The name that the editor has given a file, or else the one that its path has."""
        names: list[str] = list(self.workspace.text_documents)
        for name in names:
            if path_of(name) == path:
                return name
        known: str | None = from_fs_path(path)
        return known or ""

    # -- our values as the protocol's ---------------------------------------------------------------

    def range(self, span: Span | None) -> types.Range:
        if span is None:
            return types.Range(types.Position(0, 0), types.Position(0, 0))
        (line, column), (end_line, end_column) = ends(span, self.encoding)
        return types.Range(types.Position(line, column), types.Position(end_line, end_column))

    def diagnostic(self, placed: PlacedFinding) -> types.Diagnostic:
        finding = placed.finding
        address = page_address(finding.rule)
        message = plain(finding.message)
        if finding.labels and finding.labels[0].text:
            message += f": {plain(finding.labels[0].text)}"
        if finding.help:
            message += f"\n\nhelp: {plain(finding.help)}"
        related = [
            types.DiagnosticRelatedInformation(
                types.Location(self.uri(os.path.abspath(label.span.file.name)), self.range(label.span)),  # noqa: PTH100
                plain(label.text) or "here",
            )
            for label in finding.labels[1:]
        ]
        return types.Diagnostic(
            self.range(placed.span),
            message,
            severity=_SEVERITIES[finding.severity],
            code=finding.rule,
            code_description=types.CodeDescription(address) if address else None,
            source=_SOURCE,
            related_information=related or None,
        )

    def edits(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            uri = self.uri(os.path.abspath(edit.span.file.name))  # noqa: PTH100
            changes.setdefault(uri, []).append(types.TextEdit(self.range(edit.span), edit.text))
        return types.WorkspaceEdit(changes=changes)

    def location(self, place: Place) -> types.Location:
        return types.Location(self.uri(place.path), self.range(place.span))

    def symbol(self, symbol: Symbol, kind: types.SymbolKind) -> types.DocumentSymbol:
        children = [self.symbol(child, types.SymbolKind.Function) for child in symbol.children]
        return types.DocumentSymbol(
            symbol.name or "diagram",
            kind,
            self.range(symbol.whole),
            self.range(symbol.own),
            detail=symbol.detail,
            children=children,
        )


def path_of(uri: str) -> str | None:
    """The absolute path of a file; None of what is no file, such as a text that was never saved."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return os.path.normpath(path) if path else None


def server(disk: Callable[[], Disk]) -> Server:
    """A server that has not been started."""
    language_server = Server(disk)
    _add_documents(language_server)
    _add_questions(language_server)
    _add_edits(language_server)
    return language_server


def _add_documents(language_server: Server) -> None:
    """What the editor says of files."""

    @language_server.feature(types.INITIALIZED)
    def initialized(server: Server, _: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(glob_pattern=pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers=watchers)
            registration = types.Registration(
                "files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
            )
            server.client_register_capability(types.RegistrationParams([registration]))
            server.is_watching = True

    def text_changed(server: Server, uri: str, *, after: float = _SETTLED) -> None:
        path = path_of(uri)
        if path is not None:
            server.changed(path, after=after)

    @language_server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
        text_changed(server, params.text_document.uri, after=0)

    @language_server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
        text_changed(server, params.text_document.uri)

    @language_server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
        text_changed(server, params.text_document.uri, after=0)

    @language_server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is None:
            return
        known = server.newest(path)
        if known is not None and known.key != path:  # the project is told of as it is on the disk
            server.changed(path, after=0)
        else:
            server.forget(path)

    @language_server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(server: Server, params: types.DidChangeWatchedFilesParams) -> None:
        # What changed may make or end projects of open files, so each of these is looked at again.
        for path in server.buffers():
            server.changed(path)


def _add_questions(language_server: Server) -> None:
    """What the editor asks of a place."""

    @language_server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(server: Server, params: types.HoverParams) -> types.Hover | None:
        asked = await _asked(server, params.text_document.uri)
        answer = asked.analysis.hover(asked.path, asked.offset(params.position)) if asked else None
        if answer is None:
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, answer.markdown)
        return types.Hover(content, server.range(answer.span))

    @language_server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(server: Server, params: types.DefinitionParams) -> list[types.Location]:
        asked = await _asked(server, params.text_document.uri)
        if asked is None:
            return []
        places = asked.analysis.definition(asked.path, asked.offset(params.position))
        return [server.location(place) for place in places]

    @language_server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(server: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        asked = await _asked(server, params.text_document.uri)
        if asked is None:
            return []
        kind = types.SymbolKind.Module
        return [server.symbol(symbol, kind) for symbol in asked.analysis.symbols(asked.path)]


def _add_edits(language_server: Server) -> None:
    """What the editor lets us change: faults that have a cure, and the layout."""
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, _FIX_ALL])

    @language_server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        asked = await _asked(server, params.text_document.uri)
        if asked is None:
            return []
        wanted = params.context.only
        answer = []
        if _is_wanted(types.CodeActionKind.QuickFix, wanted):
            start, end = asked.offset(params.range.start), asked.offset(params.range.end)
            fixes = asked.analysis.fixes_at(asked.path, start, end)
            answer += [_quick_fix(server, finding, fix) for finding, fix in fixes]
        if _is_wanted(_FIX_ALL, wanted) and (edits := asked.analysis.all_fixes()):
            words = f"make all {len(edits)} edits of mermaid2gha" if len(edits) > 1 else _title(edits)
            answer.append(types.CodeAction(words, kind=_FIX_ALL, edit=server.edits(edits)))
        return answer

    @language_server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def formatting(server: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        path = path_of(params.text_document.uri)
        if path is None or path.endswith((".yml", ".yaml")):
            return []
        text = server.buffers().get(path, b"").decode("utf-8", "surrogatepass")
        file = SourceFile(Path(path).name, text)
        edits = _line_edits(file, formatted(file, parse).text)
        return [types.TextEdit(server.range(edit.span), edit.text) for edit in edits]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A file that the editor asks about: its text as the editor has it, and the newest analysis with it."""

    analysis: Analysis
    path: str
    file: SourceFile
    encoding: str

    def offset(self, at: types.Position) -> int:
        """A place of the editor's as an offset in the text."""
        return offset(self.file, at.line, at.character, self.encoding)


async def _asked(server: Server, uri: str) -> _Asked | None:
    """What is asked about; None of a text that is no file, or that no project reads."""
    path = path_of(uri)
    if path is None:
        return None
    analysis = await server.answering(path)
    file = analysis.source(path)
    return _Asked(analysis, path, file, server.encoding) if file is not None else None


def _quick_fix(server: Server, finding: PlacedFinding, fix: Fix) -> types.CodeAction:
    return types.CodeAction(
        _title(fix.edits),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[server.diagnostic(finding)],
        is_preferred=len(finding.finding.fixes) == 1,
        edit=server.edits(fix.edits),
    )


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether an editor that asks for these kinds, each with those below it, asks for a kind."""
    return only is None or any(kind == one or kind.startswith(f"{one}.") for one in only)


def _title(edits: Sequence[Edit]) -> str:
    """What a cure does, in a line: what it writes, or takes away."""
    first = edits[0]
    new = " ".join(plain(first.text).split())
    old = " ".join(plain(first.span.text).split())
    more = f", and {len(edits) - 1} more" if len(edits) > 1 else ""
    if not new:
        return f"remove `{old}`{more}"
    return f"write `{new}`{f' for `{old}`' if old and len(old) < 40 else ''}{more}"


def _line_edits(file: SourceFile, text: str) -> list[Edit]:
    """The edits, in whole lines, by which a file becomes a text: where a cursor is, little moves."""
    old, new = file.text.splitlines(keepends=True), text.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    return [
        Edit(Span(file, starts[low], starts[high]), "".join(new[begin:end]))
        for tag, low, high, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
