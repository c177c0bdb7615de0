"""What Mermaid 12.3 takes, and the Mermaid that GitHub shows (11.16) does not: there the diagram is an error.

Their grammars differ in five rules of the lexer, which the two npm packages have in their `sequenceDiagram`:
11.16 takes no blank between a name and `@{`, takes no `-` or `=` in such a name, and reads `link`, `links`,
`properties` and `details` as keywords wherever a message or a note could have a name that begins with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import replaced
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.actions import Builder
from mermaid2gha.mermaid.ast import Cosmetic, Event, Message, Note
from mermaid2gha.mermaid.keywords import LINKS

TOO_NEW_FOR_GITHUB = Rule("too-new-for-github", Severity.WARNING)

_ELSEWHERE = "GitHub shows an error instead of the diagram: its Mermaid (11.16)"
_KEYWORD = re.compile(r"(?ai)(?:links?|properties|details)\b")
_NO_NAME = r"[-=]"


def is_keyword_of_github(name: str) -> bool:
    """Whether a name begins with what GitHub's Mermaid reads as a keyword where a message begins."""
    return bool(_KEYWORD.match(name))


def refused_by_github(builder: Builder) -> Iterator[Diagnostic]:
    """Reports `too-new-for-github`: for each declaration with braces, and once for a name."""
    yield from _braces(builder)
    keywords = {name: match[0] for name in builder.lifelines.known if (match := _KEYWORD.match(name))}
    if not keywords:
        return
    for event in builder.events:
        for name, place in _names(event):
            keyword = keywords.pop(name, None)
            if keyword is not None:
                yield diagnostic(
                    TOO_NEW_FOR_GITHUB,
                    f"{_ELSEWHERE} reads `{keyword}`, where a name begins in a message or note, as a keyword",
                    place,
                    help=f"use another name, with this one as its label: `participant P1 as {name}`",
                )


def _braces(builder: Builder) -> Iterator[Diagnostic]:
    for name, braces in builder.braces:
        said = builder.text[name.start : name.end]
        if name.end < braces.start:
            yield diagnostic(
                TOO_NEW_FOR_GITHUB,
                f"{_ELSEWHERE} takes no blank before `@{{`",
                builder.span(name.end, braces.start),
                help=f"remove the blank: `{said}@{{…}}`",
                fixes=replaced(builder.span(name.end, braces.start), ""),
            )
        if odd := re.search(_NO_NAME, said):
            yield diagnostic(
                TOO_NEW_FOR_GITHUB,
                f"{_ELSEWHERE} takes no `{odd[0]}` in a name before `@{{`",
                builder.span(name.start, name.end),
                help=f"use another name, with this one as its label: `participant P1@{{…}} as {said}`",
            )


def _names(event: Event) -> Iterator[tuple[str, Span | None]]:
    """The names that a statement has where 11.16 looks for keywords, each with its place.

    `participant`, `activate` and the like are followed by names of any kind.
    """
    match event:
        case Message():
            yield event.sender, _place(event.sender, event.span, 0)
            yield event.receiver, _place(event.receiver, event.span, len(event.sender) + len("->"))
        case Note():
            for name in event.lifelines:
                yield name, _place(name, event.span, len("note"))
        case Cosmetic(lifeline=str(name)) if event.kind in LINKS.values():
            yield name, _place(name, event.span, len(event.kind.value))


def _place(name: str, statement: Span | None, start: int) -> Span | None:
    """Where a name stands in a statement, from an offset on; all of it if the name is written otherwise."""
    if statement is None:
        return None
    at = statement.text.find(name, start)
    if at < 0:
        return statement
    return Span(statement.file, statement.start + at, statement.start + at + len(name))
