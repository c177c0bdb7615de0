"""The scalars of YAML as js-yaml 4 reads them, and what a plain one means in its JSON schema."""

from __future__ import annotations

import re
from typing import Any

from mermaid2gha.yaml.yamlcursor import BLANKS, BREAKS, FLOW, SPACES, Cursor

_INTEGER = re.compile(r"[-+]?(?:0b[01]+|0x[0-9a-fA-F]+|0o[0-7]+|[0-9]+)")
_FLOAT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX = {"x": 2, "u": 4, "U": 8}


def plain(cursor: Cursor, node_indent: int, in_flow: bool) -> bool:
    first = cursor.char()
    if first in BLANKS + FLOW + "#&*!|>'\"%@`\0":
        return False
    stops = BLANKS + (FLOW if in_flow else "")
    if first in "?-" and (cursor.char(1) in stops):
        return False
    kind, value = cursor.kind, cursor.value
    parts: list[str] = []
    start = end = cursor.at
    while (char := cursor.char()) != "\0":
        if char == ":":
            if cursor.char(1) in stops:
                break
        elif char == "#":
            if cursor.text[cursor.at - 1] in BLANKS:
                break
        elif (cursor.at == cursor.line_start and cursor.at_separator()) or (in_flow and char in FLOW):
            break
        elif char in BREAKS:
            before = cursor.mark()
            cursor.separation(comments=False)
            if cursor.indent < node_indent:
                cursor.at, cursor.line, cursor.line_start, cursor.indent = end, *before[1:4]
                break
            if cursor.char() in ("\0", "#") or (cursor.char() == ":" and cursor.char(1) in stops):
                continue
            if (cursor.at == cursor.line_start and cursor.at_separator()) or (
                in_flow and cursor.char() in FLOW
            ):
                continue
            parts += (cursor.segment(start, end, False), cursor.folded(cursor.line - before.line))
            start = end = cursor.at
            continue
        if char not in SPACES:
            end = cursor.at + 1
        cursor.at += 1
    parts.append(cursor.segment(start, end, False))
    text = "".join(parts)
    cursor.kind, cursor.value = ("scalar", text) if text else (kind, value)
    return bool(text)


def quoted(cursor: Cursor) -> bool:
    quote = cursor.char()
    if quote not in "'\"":
        return False
    cursor.kind = "scalar"
    parts: list[str] = []
    cursor.at += 1
    start = end = cursor.at
    while (char := cursor.char()) != "\0":
        if char == quote:
            parts.append(cursor.segment(start, cursor.at, True))
            if quote == '"' or cursor.char(1) != "'":
                cursor.at += 1
                cursor.value = "".join(parts)
                return True
            start = cursor.at + 1
            cursor.at += 2
            end = cursor.at
        elif char == "\\" and quote == '"':
            parts += (cursor.segment(start, cursor.at, True), _escape(cursor))
            start = end = cursor.at
        elif char in BREAKS:
            parts += (cursor.segment(start, end, True), cursor.folded(cursor.separation(comments=False)))
            start = end = cursor.at
        elif cursor.at == cursor.line_start and cursor.at_separator():
            cursor.fail("the document ends within a quoted text")
        else:
            cursor.at += 1
            if char not in SPACES:
                end = cursor.at
    cursor.fail("a quoted text is never closed")
    return False


def _escape(cursor: Cursor) -> str:
    char = cursor.next()
    if char in BREAKS:
        cursor.separation(comments=False)
        return ""
    if char in _ESCAPES:
        cursor.at += 1
        return _ESCAPES[char]
    if char not in _HEX:
        cursor.fail("unknown escape sequence")
    digits = cursor.text[cursor.at + 1 : cursor.at + 1 + _HEX[char]]
    if not re.fullmatch(r"[0-9A-Fa-f]+", digits) or len(digits) < _HEX[char]:
        cursor.fail("expected a hexadecimal digit")
    cursor.at += 1 + len(digits)
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def block_scalar(cursor: Cursor, node_indent: int) -> bool:
    """`|` or `>` with its lines."""
    style = cursor.char()
    if style not in "|>":
        return False
    cursor.kind = "scalar"
    chomping, width = _block_header(cursor)
    text_indent = node_indent if width is None else node_indent + width - 1
    is_known = width is not None
    parts: list[str] = []
    empty = 0
    has_content = is_indented = False
    while cursor.char() != "\0":
        cursor.line_break()
        cursor.indent = 0
        while (not is_known or cursor.indent < text_indent) and cursor.char() == " ":
            cursor.indent += 1
            cursor.at += 1
        if not is_known:
            text_indent = max(text_indent, cursor.indent)
        if cursor.char() in BREAKS:
            empty += 1
            continue
        if not is_known and text_indent == 0:
            cursor.fail("a block text is not indented")
        if cursor.indent < text_indent:
            if chomping == "+":
                parts.append("\n" * (empty + has_content))
            elif chomping == "" and has_content:
                parts.append("\n")
            break
        was_indented, is_indented = is_indented, style == ">" and cursor.char() in SPACES
        if style == "|" or is_indented:
            parts.append("\n" * (empty + has_content))
        elif was_indented:
            parts.append("\n" * (empty + 1))
        else:
            parts.append("\n" * empty if empty else " " * has_content)
        has_content = is_known = True
        empty = 0
        start = cursor.at
        while cursor.char() not in BREAKS + "\0":
            cursor.at += 1
        parts.append(cursor.segment(start, cursor.at, False))
    cursor.value = "".join(parts)
    return True


def _block_header(cursor: Cursor) -> tuple[str, int | None]:
    """The chomping mark and the width of the indentation after `|` or `>`, up to the line's end."""
    chomping, width = "", None
    while True:
        char = cursor.next()
        if char in "+-":
            if chomping:
                cursor.fail("two chomping marks")
            chomping = char
        elif char in "0123456789":
            if char == "0" or width is not None:
                cursor.fail("bad width of the indentation of a block text")
            width = int(char)
        else:
            break
    if cursor.char() in SPACES:
        while cursor.char() in SPACES:
            cursor.at += 1
        if cursor.char() == "#":
            while cursor.char() not in BREAKS + "\0":
                cursor.at += 1
    if cursor.char() not in BREAKS + "\0":
        cursor.fail("a line break is expected")
    return chomping, width


def resolved(text: str) -> tuple[str, Any]:
    """The short tag and the value of a plain scalar."""
    for tag in ("null", "bool", "int", "float"):
        is_one, value = explicit(tag, text)
        if is_one:
            return tag, value
    return "str", text


def explicit(tag: str, text: Any) -> tuple[bool, Any]:
    """Whether a text (None: no text at all) can have a type of the JSON schema, and its value."""
    if tag == "null":
        return text is None or text in ("~", "null", "Null", "NULL"), None
    if text is None:
        return tag == "str", "" if tag == "str" else None
    if tag == "str":
        return True, text
    if tag == "bool":
        return text in ("true", "True", "TRUE", "false", "False", "FALSE"), text.lower() == "true"
    if tag == "int":
        return _integer(text)
    if _SPECIAL_FLOAT.fullmatch(text):
        return True, float(text.lower().replace(".", ""))
    if _FLOAT.fullmatch(text) and abs(value := float(text)) != float("inf"):
        return True, value
    return False, None


def _integer(text: str) -> tuple[bool, Any]:
    if not _INTEGER.fullmatch(text):
        return False, None
    digits = text.lstrip("+-")
    base = {"0b": 2, "0x": 16, "0o": 8}.get(digits[:2], 10)
    if len(digits) > 300:
        return False, None
    value = int(digits[2:] if base != 10 else digits, base)
    return True, float(-value if text.startswith("-") else value)
