"""The YAML inside diagrams: the front matter's title, a participant's `@{…}`, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.preprocess import Prelexed

BAD_FRONT_MATTER = Rule("bad-front-matter", Severity.ERROR)

_TITLE = r"(?m)^[ \t]*title[ \t]*:[ \t]*(\S[^\n]*?)[ \t]*$"


def front_title(source: Prelexed) -> tuple[str, Span | None, list[Diagnostic]]:
    """The title that the front matter gives (else empty), its place, and its faults (`bad-front-matter`)."""
    block = source.block
    if source.front is None:
        if source.front_is_wrong:
            return "", None, [_not_front_matter(source)]
        return "", None, []
    from mermaid2gha.yaml.core import js_string, load
    from mermaid2gha.yaml.events import YamlSyntaxError

    body, start = source.front
    try:
        said = load(body)
    except YamlSyntaxError as fault:
        at = min(start + fault.start, len(block.text) - 1)
        line = block.text.rfind("\n", 0, at) + 1
        end = block.text.find("\n", at)
        faulty = Span(block.file, block.offset(line), block.offset(max(line, end - 1)) + 1)
        message = f"the front matter is no YAML that Mermaid reads: {fault.reason}"
        cure = "quote the value, or mend the indentation"
        return "", None, [diagnostic(BAD_FRONT_MATTER, message, faulty, help=cure)]
    if not isinstance(said, dict):
        return "", None, []
    title = js_string(said["title"]) if said.get("title") else ""
    found = re.compile(_TITLE).search(block.text, start)
    place: Span | None = None
    if found and title:
        place = Span(block.file, block.offset(found.start(1)), block.offset(found.end(1) - 1) + 1)
    problems = []
    if said.get("displayMode") and said.get("config") and not isinstance(said["config"], dict | list):
        message = "`config` in the front matter must be a mapping"
        problems.append(diagnostic(BAD_FRONT_MATTER, message, block.span))
    return title, place, problems


def _not_front_matter(source: Prelexed) -> Diagnostic:
    block = source.block
    at = block.text.find("---")
    end = at + 2
    if at < 0:  # a directive stood between its dashes
        at = end = block.text.find("-")
    place = Span(block.file, block.offset(at), block.offset(end) + 1)
    if block.text[:at].strip():
        message, cure = "front matter must be the very first thing of a diagram", "move it above the comments"
    elif "\n" in block.text[:at]:
        message, cure = "front matter must begin on the first line", "remove the empty lines above it"
    else:
        message = "this front matter is empty or never closed"
        cure = "close it with `---` on a line of its own, or remove it"
    return diagnostic(BAD_FRONT_MATTER, message, place, help=cure)


def participant_config(text: str, decoded: Callable[[str], str]) -> tuple[str | None, str | None, str]:
    """The `type` and `alias` in the braces of a participant, and what is wrong with them (else empty)."""
    from mermaid2gha.yaml.core import js_string, load
    from mermaid2gha.yaml.events import YamlSyntaxError

    written = text + "\n" if "\n" in text else "{\n" + text + "\n}"
    try:
        said = load(written)
    except YamlSyntaxError as fault:
        return None, None, fault.reason
    if not isinstance(said, dict):
        return None, None, ""
    kind, alias = said.get("type"), said.get("alias")
    return (
        None if kind is None else decoded(js_string(kind)),
        decoded(js_string(alias)) if alias else None,
        "",
    )
