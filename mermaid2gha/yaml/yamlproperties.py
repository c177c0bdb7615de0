"""Tags, anchors and aliases of YAML as js-yaml 4 reads them, and what a tag makes of a node."""

from __future__ import annotations

import re

from mermaid2gha.yaml.yamlcursor import BLANKS, FLOW, Cursor
from mermaid2gha.yaml.yamlscalars import explicit, resolved

_CORE = "tag:yaml.org,2002:"
_KINDS = dict.fromkeys(("str", "null", "bool", "int", "float"), "scalar") | {
    "seq": "sequence",
    "map": "mapping",
}
TAG_HANDLE = re.compile(r"!|!!|![0-9A-Za-z-]+!")
TAG_URI = re.compile(
    r"(?:!|[^,\[\]{}])(?:%[0-9a-f]{2}|[0-9a-z\-#;/?:@&=+$,_.!~*'()\[\]])*", re.IGNORECASE | re.ASCII
)


def read_tag(cursor: Cursor) -> bool:
    if cursor.char() != "!":
        return False
    if cursor.tag is not None:
        cursor.fail("two tags")
    char = cursor.next()
    if char == "<":
        end = cursor.text.find(">", cursor.at + 2)
        if end < 0:
            cursor.fail("a tag is never closed")
        name, handle = cursor.text[cursor.at + 1 : end], None
        cursor.at = end + 1
    else:
        start = cursor.at
        while cursor.char() not in BLANKS + "\0":
            cursor.at += 1
        written = cursor.text[start : cursor.at]
        head, mark, tail = written.partition("!")
        handle, name = ("!" + head + mark, tail) if mark else ("!", written)
        if "!" in name or not TAG_HANDLE.fullmatch(handle) or re.search(r"[,\[\]{}]", name):
            cursor.fail("a tag cannot contain such characters")
    if name and not TAG_URI.fullmatch(name):
        cursor.fail("a tag cannot contain such characters")
    if handle is None:
        cursor.tag = name
    elif handle in cursor.tags:
        cursor.tag = cursor.tags[handle] + name
    elif handle == "!":
        cursor.tag = "!" + name
    elif handle == "!!":
        cursor.tag = _CORE + name
    else:
        cursor.fail(f"undeclared tag handle `{handle}`")
    return True


def _word(cursor: Cursor) -> str:
    """The name after `&` or `*`."""
    start = cursor.at + 1
    cursor.at = start
    while cursor.char() not in BLANKS + FLOW + "\0":
        cursor.at += 1
    if cursor.at == start:
        cursor.fail("an anchor or alias has no name")
    return cursor.text[start : cursor.at]


def read_anchor(cursor: Cursor) -> bool:
    if cursor.char() != "&":
        return False
    if cursor.anchor is not None:
        cursor.fail("two anchors")
    cursor.anchor = _word(cursor)
    return True


def read_alias(cursor: Cursor) -> bool:
    if cursor.char() != "*":
        return False
    name = _word(cursor)
    if name not in cursor.anchors:
        cursor.fail(f"the alias `{name}` is not known")
    cursor.value = cursor.anchors[name]
    cursor.separation()
    return True


def resolve_node(cursor: Cursor) -> None:
    """Give the node its value by its tag."""
    tag, kind = cursor.tag, cursor.kind
    if tag == "?":
        if cursor.value is not None and kind != "scalar":
            cursor.fail("`!<?>` is for scalars")
        short, cursor.value = resolved(cursor.value)
        if short != "str":
            cursor.tag = _CORE + short
    elif tag is not None and tag != "!":
        short = tag.removeprefix(_CORE)
        wanted = _KINDS.get(short) if tag.startswith(_CORE) else None
        if wanted is None or (kind is not None and kind != wanted):
            cursor.fail(f"unknown tag `{tag}`")
        if wanted == "scalar":
            is_one, cursor.value = explicit(short, cursor.value)
            if not is_one:
                cursor.fail(f"the value does not fit the tag `{tag}`")
        elif cursor.value is None:
            cursor.value = [] if short == "seq" else {}
    if cursor.anchor is not None:
        cursor.anchors[cursor.anchor] = cursor.value
