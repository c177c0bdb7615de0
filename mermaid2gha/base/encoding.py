"""The text of a file that people wrote."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.merges import unresolved_merge
from mermaid2gha.base.source import SourceFile, Span

NOT_UTF_8 = Rule("not-utf-8", Severity.ERROR)

BOM = b"\xef\xbb\xbf"


def decoded(content: bytes, name: str) -> tuple[SourceFile, list[Diagnostic]]:
    """The text of a file, without a byte order mark; reports `not-utf-8` and `unresolved-merge`."""
    bare = content.removeprefix(BOM)
    try:
        file = SourceFile(name, bare.decode("utf-8"))
        return file, [fault] if (fault := unresolved_merge(file)) is not None else []
    except UnicodeDecodeError as error:
        file = SourceFile(name, bare.decode("utf-8", "replace"))
        at = len(bare[: error.start].decode("utf-8"))
        offset = error.start + len(content) - len(bare)
        message = f"`{name}` is not UTF-8: the byte 0x{bare[error.start]:02X} at offset {offset}"
        is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        cure = "save it as UTF-8" + ("; it looks like UTF-16" if is_utf_16 else "")
        return file, [diagnostic(NOT_UTF_8, message, Span(file, at, at + 1), help=cure)]
