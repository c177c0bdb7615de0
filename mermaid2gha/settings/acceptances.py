"""The list `accepted` of a settings file: written and shortened in place, and what in it is of no use.

Each entry is a line of its own, in order of its text, with the difference in words as a comment. What people
wrote, comments included, stays. Reports `unused-acceptance`, `wide-acceptance`, `unknown-place`
and `uneditable-place`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Edit, Fix, replaced
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.github.workflow.emitter import comment, flow_scalar, quoted, scalar
from mermaid2gha.settings.editor import toml_stays, uneditable_place
from mermaid2gha.settings.model import Acceptance
from mermaid2gha.settings.names import is_toml
from mermaid2gha.settings.places import place_text
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, all_nodes, tree

UNKNOWN_PLACE = Rule("unknown-place", Severity.ERROR)
UNUSED_ACCEPTANCE = Rule("unused-acceptance", Severity.WARNING)
WIDE_ACCEPTANCE = Rule("wide-acceptance", Severity.WARNING)


def acceptance_line(acceptance: Acceptance) -> str:
    """An entry of the list, without its `- ` and the comment behind it."""
    at = place_text(acceptance.place)
    sides = (("at", at), ("file", acceptance.in_file), ("drawn", acceptance.drawn))
    if not acceptance.place:
        return scalar(acceptance.rule)
    if acceptance.in_file is None and acceptance.drawn is None:
        return f"{scalar(acceptance.rule)}: {scalar(at)}"
    inside = ", ".join(f"{key}: {_side(text)}" for key, text in sides if text is not None)
    return f"{scalar(acceptance.rule)}: {{{inside}}}"


def _side(text: str) -> str:
    return flow_scalar(text) if text not in ("true", "false") else quoted(text)


def with_accepted(
    file: SourceFile, lists: Mapping[str, Sequence[tuple[Acceptance, str]]]
) -> tuple[str, list[Diagnostic]]:
    """The text of a settings file whose `accepted` holds exactly these for these workflow files.

    Each is given with its words. Entries that are there stay as they are written; with an error the text is
    as it was.
    """
    if is_toml(file):
        return file.text, [toml_stays(file, "accepted")] if any(lists.values()) else []
    root, faults = tree(file)
    if faults:
        return file.text, list(faults)
    buffer = _buffer(file, root)
    entry = root.entry("accepted") if isinstance(root, Entries) else None
    if entry is None:
        fresh = {name: lists[name] for name in sorted(lists) if lists[name]}
        is_empty = root is None or (isinstance(root, Scalar) and root.is_null)
        if fresh and not is_empty and not (isinstance(root, Entries) and not root.is_flow):
            return file.text, [_refused(Span(file, 0, 0) if root is None else root.span)]
        if fresh:
            lists_of = (line for name, wanted in fresh.items() for line in _file_lines(name, wanted, 2))
            buffer.insert_lines(len(file.text), ["accepted:", *lists_of])
        return buffer.applied(), []
    value = entry.value
    is_empty = isinstance(value, Scalar) and value.is_null and not value.value
    standing = value.entries if isinstance(value, Entries) else ()
    if not is_empty and not _is_plain(buffer, value):
        return file.text, [_refused(value.span)]
    emptied = {name.casefold() for name, wanted in lists.items() if not wanted}
    if all(one.key.value.casefold() in emptied for one in standing) and not any(lists.values()):
        buffer.replace(buffer.line_start(entry.span.start), buffer.line_end(entry.span.end), "")
        return buffer.applied(), []
    column = buffer.column(standing[0].span.start) if standing else 2
    by_name = {one.key.value.casefold(): one for one in standing}
    for name in sorted(lists, key=lambda name: (name.casefold() not in by_name, name)):
        known = by_name.get(name.casefold())
        if known is None:  # after all lists that grow: where the last of them ends, the new ones begin
            lines = _file_lines(name, lists[name], column) if lists[name] else iter(())
            buffer.insert_lines(buffer.line_end(max(entry.span.end, value.span.end)), lines)
        elif (fault := _edit_list(buffer, known, lists[name])) is not None:
            return file.text, [fault]
    return buffer.applied(), []


def with_more_accepted(
    file: SourceFile, lists: Mapping[str, Sequence[tuple[Acceptance, str]]]
) -> tuple[str, list[Diagnostic]]:
    """The text of a settings file whose `accepted` also holds these for these workflow files, each with its
    words; with an error as it was."""
    from mermaid2gha.settings.reader import acceptances_of  # late: the reader is not needed to write

    root, _ = tree(file)
    accepted = root.get("accepted") if isinstance(root, Entries) else None
    entries = accepted.entries if isinstance(accepted, Entries) else ()
    every = {}
    for name, more in lists.items():
        known = next((one for one in entries if one.key.value.casefold() == name.casefold()), None)
        node = known.value if known is not None else None
        there = acceptances_of(node) if isinstance(node, Items) else ()
        listed = [(one, "") for one in there if one is not None]
        if new := [one for one in more if one[0] not in dict(listed)]:
            every[known.key.value if known is not None else name] = [*listed, *new]
    return with_accepted(file, every) if every else (file.text, [])


def _buffer(file: SourceFile, root: Tree | None) -> EditBuffer:
    nodes = all_nodes(root) if root is not None else ()
    aliased = frozenset(node.name for node in nodes if isinstance(node, Alias))
    return EditBuffer(file, "\r\n" if "\r\n" in file.text else "\n", aliased)


def _is_plain(buffer: EditBuffer, node: Tree) -> bool:
    """Whether a mapping or list stands in lines that can be edited one by one."""
    if isinstance(node, Entries) and node.is_merged:
        return False
    return isinstance(node, Entries | Items) and not node.is_flow and not buffer.is_shared(node)


def _edit_list(
    buffer: EditBuffer, known: Entry, wanted: Sequence[tuple[Acceptance, str]]
) -> Diagnostic | None:
    """Make the list of one workflow file what is wanted, line by line."""
    from mermaid2gha.settings.reader import acceptances_of  # late: the reader is not needed to write

    node, words_of = known.value, dict(wanted)
    if isinstance(node, Scalar) and node.is_null and not node.value:
        lines = _file_lines("", wanted, buffer.column(known.span.start))
        buffer.insert_lines(buffer.line_end(known.key.span.end), list(lines)[1:] if wanted else ())
        return None
    if not isinstance(node, Items) or not _is_plain(buffer, node):
        return _refused(node.span)
    if not wanted:
        buffer.replace(buffer.line_start(known.span.start), buffer.line_end(known.span.end), "")
        return None
    items = {one: item for one, item in zip(acceptances_of(node), node.items) if one is not None}
    staying = {acceptance_line(one): item for one, item in items.items() if one in words_of}
    new = words_of.keys() - items.keys()
    for acceptance, item in items.items():
        exact = [one for one in new if (one.rule, one.place) == (acceptance.rule, acceptance.place)]
        if acceptance not in words_of and exact and (acceptance.in_file, acceptance.drawn) == (None, None):
            line = min(map(acceptance_line, exact))
            buffer.replace(item.span.start, item.span.end, line)  # what people wrote behind it stays
            new = {one for one in new if acceptance_line(one) != line}
            staying[line] = item
        elif acceptance not in words_of:
            buffer.replace(buffer.line_start(item.span.start), buffer.line_end(item.span.end), "")
    blanks, first = " " * buffer.column(node.span.start), buffer.line_start(node.items[0].span.start)
    for line, words in sorted((acceptance_line(one), words_of[one]) for one in new):
        before = [item for text, item in staying.items() if text < line]
        at = buffer.line_end(before[-1].span.end) if before else first
        buffer.insert_lines(at, [f"{blanks}- {_commented(line, words)}"])
    return None


def _file_lines(name: str, wanted: Iterable[tuple[Acceptance, str]], column: int) -> Iterator[str]:
    yield f"{' ' * column}{scalar(name)}:"
    lines = sorted((acceptance_line(acceptance), words) for acceptance, words in wanted)
    yield from (f"{' ' * column}  - {_commented(line, words)}" for line, words in lines)


def _commented(line: str, words: str) -> str:
    return f"{line} {comment(words)}" if words else line


def _refused(span: Span) -> Diagnostic:
    message = "nothing can be added to `accepted` where it stands"
    cure = "write it in plain lines, a workflow file a key and a difference a line, without anchors"
    return uneditable_place(message, span, help=cure)


def unused(
    accepted: Iterable[Acceptance],
    used: Collection[Acceptance],
    differences: Iterable[Acceptance],
    jobs: Collection[str] = (),
) -> list[Diagnostic]:
    """What there is to say of acceptances that accept nothing; `differences` are told, as accepted ones.

    A place that is nearly that of such a difference, which no other one accepts, is a slip of the pen and an
    error; without one, what it was for is merely gone, and so it is if it is about one of the `jobs` that
    there are, in lower case.
    """
    taken = {(one.rule, place_text(one.place).casefold()) for one in used}
    told = [one for one in differences if (one.rule, place_text(one.place).casefold()) not in taken]
    diagnostics = []
    for acceptance in accepted:
        if acceptance in used or acceptance.span is None:
            continue
        at, near = place_text(acceptance.place), ""
        known = [place_text(one.place) for one in told if one.rule == acceptance.rule]
        is_of_job = len(acceptance.place) > 1 and acceptance.place[1].casefold() in jobs
        if acceptance.place and known and at not in known and not is_of_job:
            from difflib import get_close_matches

            near = next(iter(get_close_matches(at, known, n=1, cutoff=0.85)), "")
        if near:
            message = f"nothing differs at the place `{at}`"
            where = _place_span(acceptance.span, at)
            fixes = replaced(where, near) if where.text == at else ()
            diagnostics.append(
                diagnostic(UNKNOWN_PLACE, message, where, help=f"did you mean `{near}`?", fixes=fixes)
            )
        else:
            message = f"there is no such difference any more: `{_shown(acceptance)}`"
            cure = "take the line out; `mermaid2gha adopt --accept` does"
            diagnostics.append(
                diagnostic(
                    UNUSED_ACCEPTANCE, message, acceptance.span, help=cure, fixes=_removal(acceptance.span)
                )
            )
    return diagnostics


def wide(exact: Mapping[Acceptance, Mapping[Acceptance, str]]) -> list[Diagnostic]:
    """What there is to say of acceptances that say their place alone; `exact` has what each covers now."""
    diagnostics = []
    for acceptance, covered in exact.items():
        if acceptance.span is None:
            continue
        lines = [acceptance_line(one) for one in covered]
        message = f"`{_shown(acceptance)}` accepts whatever differs there"
        cure = f"let it say what stays: `{lines[0]}`" + (f", and {len(lines) - 1} more" if lines[1:] else "")
        fixes = _replacement(acceptance.span, lines)
        diagnostics.append(diagnostic(WIDE_ACCEPTANCE, message, acceptance.span, help=cure, fixes=fixes))
    return diagnostics


def _replacement(span: Span, lines: Sequence[str]) -> tuple[Fix, ...]:
    """Write an item of the list as one that says more, others on lines behind it."""
    buffer = EditBuffer(span.file, "\r\n" if "\r\n" in span.file.text else "\n")
    start, end = buffer.line_start(span.start), buffer.line_end(max(span.end - 1, span.start))
    blanks, dash, _ = span.file.text[start : span.start].partition("-")
    if blanks.strip() or not dash or "\n" in span.text.strip():
        return ()
    buffer.replace(span.start, span.end, lines[0])
    buffer.insert_lines(end, [f"{blanks}- {line}" for line in lines[1:]])
    return (Fix(tuple(buffer.edits)),)


def _shown(acceptance: Acceptance) -> str:
    return acceptance_line(replace(acceptance, in_file=None, drawn=None))


def _place_span(span: Span, at: str) -> Span:
    found = span.text.find(at)
    return Span(span.file, span.start + found, span.start + found + len(at)) if found >= 0 else span


def _removal(span: Span) -> tuple[Fix, ...]:
    """Take a line out that holds nothing but an item of the list and comments."""
    buffer = EditBuffer(span.file, "\n")
    start, end = buffer.line_start(span.start), buffer.line_end(max(span.end - 1, span.start))
    rest = span.file.text[span.end : end].strip()
    if span.file.text[start : span.start].strip() != "-" or (rest and not rest.startswith("#")):
        return ()
    return (Fix((Edit(Span(span.file, start, end), ""),)),)
