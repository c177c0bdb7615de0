"""YAML as Mermaid reads it in front matter and in `@{…}`: js-yaml 4 with its JSON schema.

PyYAML reads YAML 1.1 and takes and refuses other texts (`a: b: c`, tabs, repeated keys, `yes`), so what
Mermaid accepts is decided here, by the reading rules of js-yaml's loader: anchors, tags, both quotings,
flow and block styles included. Only values and the first fault are of interest.
"""

from __future__ import annotations

import re
from typing import Any

from mermaid2gha.yaml.yamlcursor import BLANKS, BREAKS, SPACES, Cursor, Mark, YamlFault
from mermaid2gha.yaml.yamlproperties import (
    TAG_HANDLE,
    TAG_URI,
    read_alias,
    read_anchor,
    read_tag,
    resolve_node,
)
from mermaid2gha.yaml.yamlscalars import block_scalar, plain, quoted

_MOST_NESTING = 100


def load(text: str) -> Any:
    """The one document of a text as None, bool, int, float, str, list and dict. Raises `YamlFault`."""
    if text and text[-1] not in BREAKS:
        text += "\n"
    if text.startswith("\ufeff"):
        text = text[1:]
    if "\0" in text:
        raise YamlFault("null byte is not allowed", text.index("\0"))
    documents = _documents(Cursor(text))
    if len(documents) > 1:
        raise YamlFault("expected one document, but found more", 0)
    return documents[0] if documents else None


def js_string(value: Any) -> str:
    """A value as JavaScript's `String` writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, list):
        return ",".join("" if item is None else js_string(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def _documents(cursor: Cursor) -> list[Any]:
    while cursor.char() == " ":
        cursor.indent += 1
        cursor.at += 1
    found = []
    while cursor.at < cursor.length - 1:
        found.append(_document(cursor))
    return found


def _document(cursor: Cursor) -> Any:
    cursor.anchors, cursor.tags = {}, {}
    has_directives = _directives(cursor)
    cursor.separation()
    if cursor.indent == 0 and cursor.text.startswith("---", cursor.at):
        cursor.at += 3
        cursor.separation()
    elif has_directives:
        cursor.fail("directives end mark is expected")
    _node(cursor, cursor.indent - 1, "block-out", False, True)
    cursor.separation()
    value = cursor.value
    if cursor.at == cursor.line_start and cursor.at_separator():
        if cursor.char() == ".":
            cursor.at += 3
            cursor.separation()
    elif cursor.at < cursor.length - 1:
        cursor.fail("the end of the text is expected")
    return value


def _directives(cursor: Cursor) -> bool:
    found = has_version = False
    while cursor.char() != "\0":
        cursor.separation()
        if cursor.indent > 0 or cursor.char() != "%":
            break
        found = True
        end = cursor.at
        while cursor.text[end] not in BREAKS + "\0":
            end += 1
        words = cursor.text[cursor.at + 1 : end].partition("#")[0].split()
        if not words or cursor.text[cursor.at + 1] in SPACES:
            cursor.fail("a directive has no name")
        cursor.at = end
        cursor.line_break()
        if words[0] == "YAML":
            if has_version or len(words) != 2 or not re.fullmatch(r"1\.[0-9]+", words[1]):
                cursor.fail("ill-formed YAML directive")
            has_version = True
        elif words[0] == "TAG":
            if len(words) != 3 or not TAG_HANDLE.fullmatch(words[1]) or words[1] in cursor.tags:
                cursor.fail("ill-formed TAG directive")
            if not TAG_URI.fullmatch(words[2]):
                cursor.fail("ill-formed TAG directive")
            cursor.tags[words[1]] = words[2]
    return found


def _store(cursor: Cursor, mapping: dict[str, Any], key: Any, value: Any, at: int) -> None:
    if isinstance(key, list) and any(isinstance(item, list) for item in key):
        cursor.fail("nested lists are not supported inside keys")
    name = js_string(key)
    if name in mapping:
        raise YamlFault(f"the key `{name}` is given twice", at)
    mapping[name] = value


def _flow(cursor: Cursor, node_indent: int) -> bool:
    opening = cursor.char()
    if opening not in "[{":
        return False
    is_mapping = opening == "{"
    tag, anchor = cursor.tag, cursor.anchor
    mapping: dict[str, Any] = {}
    items: list[Any] = []
    result: Any = mapping if is_mapping else items
    if anchor is not None:
        cursor.anchors[anchor] = result
    cursor.at += 1
    comma = True
    while cursor.char() != "\0":
        cursor.separation()
        char = cursor.char()
        if char == ("}" if is_mapping else "]"):
            cursor.at += 1
            cursor.tag, cursor.anchor = tag, anchor
            cursor.kind, cursor.value = ("mapping" if is_mapping else "sequence"), result
            return True
        if not comma:
            cursor.fail("a comma is missing between the entries")
        elif char == ",":
            cursor.fail("an entry is missing before the comma")
        is_explicit = char == "?" and cursor.char(1) in BLANKS
        if is_explicit:
            cursor.at += 1
            cursor.separation()
        line, start = cursor.line, cursor.at
        _node(cursor, node_indent, "flow-in", False, True)
        key, value, is_pair = cursor.value, None, is_explicit
        cursor.separation()
        if (is_explicit or cursor.line == line) and cursor.char() == ":":
            is_pair = True
            cursor.at += 1
            cursor.separation()
            _node(cursor, node_indent, "flow-in", False, True)
            value = cursor.value
        if is_mapping:
            _store(cursor, mapping, key, value, start)
        elif is_pair:
            pair: dict[str, Any] = {}
            _store(cursor, pair, key, value, start)
            items.append(pair)
        else:
            items.append(key)
        cursor.separation()
        comma = cursor.char() == ","
        if comma:
            cursor.at += 1
    cursor.fail("brackets or braces are never closed")
    return False


def _block_sequence(cursor: Cursor, node_indent: int) -> bool:
    """`- item` lines."""
    if cursor.first_tab != -1:
        return False
    tag, anchor = cursor.tag, cursor.anchor
    items: list[Any] = []
    if anchor is not None:
        cursor.anchors[anchor] = items
    is_one = False
    while cursor.char() != "\0":
        if cursor.first_tab != -1:
            cursor.at = cursor.first_tab
            cursor.fail("tabs must not be used in indentation")
        if cursor.char() != "-" or cursor.char(1) not in BLANKS:
            break
        is_one = True
        cursor.at += 1
        if cursor.separation() and cursor.indent <= node_indent:
            items.append(None)
            continue
        line = cursor.line
        _node(cursor, node_indent, "block-in", False, True)
        items.append(cursor.value)
        cursor.separation()
        if (cursor.line == line or cursor.indent > node_indent) and cursor.char() != "\0":
            cursor.fail("bad indentation of an item")
        elif cursor.indent < node_indent:
            break
    if is_one:
        cursor.tag, cursor.anchor, cursor.kind, cursor.value = tag, anchor, "sequence", items
    return is_one


def _block_mapping(cursor: Cursor, node_indent: int, flow_indent: int) -> bool:
    """`key: value` lines."""
    if cursor.first_tab != -1:
        return False
    tag, anchor = cursor.tag, cursor.anchor
    mapping: dict[str, Any] = {}
    if anchor is not None:
        cursor.anchors[anchor] = mapping
    key: Any = None
    key_at = cursor.at
    awaits_value = is_one = allow_compact = False
    while cursor.char() != "\0":
        if not awaits_value and cursor.first_tab != -1:
            cursor.at = cursor.first_tab
            cursor.fail("tabs must not be used in indentation")
        line = cursor.line
        if cursor.char() in "?:" and cursor.char(1) in BLANKS:
            if cursor.char() == "?":
                if awaits_value:
                    _store(cursor, mapping, key, None, key_at)
                    key = None
                is_one = awaits_value = allow_compact = True
            elif awaits_value:
                awaits_value, allow_compact = False, True
            else:
                cursor.fail("a key is missing before the colon")
            cursor.at += 1
        else:
            key_start = cursor.at
            if not _node(cursor, flow_indent, "flow-out", False, True):
                break
            if not _implicit_key(cursor, line, is_one):
                cursor.tag, cursor.anchor = tag, anchor
                return True
            if awaits_value:
                _store(cursor, mapping, key, None, key_at)
            key_at = key_start
            is_one, awaits_value, allow_compact = True, False, False
            key = cursor.value
        if cursor.line == line or cursor.indent > node_indent:
            value: Any = None
            if awaits_value:
                key_at = cursor.at
            if _node(cursor, node_indent, "block-out", True, allow_compact):
                if awaits_value:
                    key = cursor.value
                else:
                    value = cursor.value
            if not awaits_value:
                _store(cursor, mapping, key, value, key_at)
                key = None
            cursor.separation()
        if (cursor.line == line or cursor.indent > node_indent) and cursor.char() != "\0":
            cursor.fail("bad indentation of a mapping entry")
        elif cursor.indent < node_indent:
            break
    if awaits_value:
        _store(cursor, mapping, key, None, key_at)
    if is_one:
        cursor.tag, cursor.anchor, cursor.kind, cursor.value = tag, anchor, "mapping", mapping
    return is_one


def _implicit_key(cursor: Cursor, line: int, is_one: bool) -> bool:
    """Whether the node just read is a key: a colon follows on its line. Faults only inside a mapping."""
    if cursor.line != line:
        if is_one:
            cursor.fail("a key must stand on one line")
        return False
    while cursor.char() in SPACES:
        cursor.at += 1
    if cursor.char() == ":":
        if cursor.next() not in BLANKS:
            cursor.fail("a blank is expected after the colon")
        return True
    if is_one:
        cursor.fail("a colon is missing after the key")
    return False


def _mapping_from(cursor: Cursor, start: Mark, flow_indent: int) -> bool:
    """Read again from a property on, in case it belongs to the first key of a mapping."""
    before, anchors = cursor.mark(), dict(cursor.anchors)
    cursor.back_to(start)
    cursor.tag = cursor.anchor = cursor.kind = cursor.value = None
    if _block_mapping(cursor, start.at - start.line_start, flow_indent) and cursor.kind == "mapping":
        return True
    cursor.anchors = anchors
    cursor.back_to(before)
    return False


def _node(cursor: Cursor, parent_indent: int, context: str, seeks: bool, allow_compact: bool) -> bool:
    """Any node; whether there is one. `context` is `flow-in`, `flow-out`, `block-in` or `block-out`."""
    if cursor.depth >= _MOST_NESTING:
        cursor.fail("too deeply nested")
    cursor.depth += 1
    cursor.tag = cursor.anchor = cursor.kind = cursor.value = None
    is_block = context.startswith("block")
    collections = is_block
    status = 1
    at_new_line = False
    first_property: Mark | None = None
    if seeks and cursor.separation():
        at_new_line = True
        status = _compared(cursor.indent, parent_indent)
    while status == 1:
        mark = cursor.mark()
        char = cursor.char()
        if at_new_line and (
            (char == "!" and cursor.tag is not None) or (char == "&" and cursor.anchor is not None)
        ):
            break
        if not read_tag(cursor) and not read_anchor(cursor):
            break
        first_property = first_property or mark
        collections = False
        if cursor.separation():
            at_new_line, collections = True, is_block
            status = _compared(cursor.indent, parent_indent)
    collections = collections and (at_new_line or allow_compact)
    has_content = False
    flow_indent = parent_indent + is_block
    if status == 1:
        has_content = _content(cursor, context, flow_indent, collections, first_property)
    elif status == 0 and context == "block-out":
        has_content = collections and _block_sequence(cursor, cursor.at - cursor.line_start)
    resolve_node(cursor)
    cursor.depth -= 1
    return cursor.tag is not None or cursor.anchor is not None or has_content


def _compared(indent: int, parent: int) -> int:
    return (indent > parent) - (indent < parent)


def _content(
    cursor: Cursor, context: str, flow_indent: int, collections: bool, first_property: Mark | None
) -> bool:
    column = cursor.at - cursor.line_start
    is_block = context.startswith("block")
    if collections and (_block_sequence(cursor, column) or _block_mapping(cursor, column, flow_indent)):
        return True
    if _flow(cursor, flow_indent):
        return True
    if first_property is not None and is_block and not collections and cursor.char() not in "|>":
        found = _mapping_from(cursor, first_property, flow_indent)
    else:
        found = False
    if not found:
        found = (is_block and block_scalar(cursor, flow_indent)) or quoted(cursor)
    if not found and read_alias(cursor):
        found = True
        if cursor.tag is not None or cursor.anchor is not None:
            cursor.fail("an alias cannot have a tag or an anchor")
    if not found and plain(cursor, flow_indent, context == "flow-in"):
        found = True
        cursor.tag = cursor.tag or "?"
    if cursor.anchor is not None:
        cursor.anchors[cursor.anchor] = cursor.value
    return found
