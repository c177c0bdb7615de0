"""The `if` of a job written anew, with the mark that says which of its terms are drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mermaid2gha.compiler.scripts.conditions import like_drawn, term_texts
from mermaid2gha.compiler.scripts.marks import DrawnMark, comment_at, mark_of, mark_text
from mermaid2gha.github.expressions.condition import Condition, expression
from mermaid2gha.github.expressions.template import untemplated
from mermaid2gha.github.workflow.emitter import WIDTH, condition_lines, on_one_line, quoted, scalar
from mermaid2gha.reconcile.edits.keys import Keys, remove_key, set_key
from mermaid2gha.yaml.tree import Entry, Scalar


def edit_condition(keys: Keys, condition: Condition | None, named: Sequence[str]) -> None:
    """Write an `if` in the style of the one there: bare on a line, else as a fresh file has it.

    A mark names the drawn terms that nothing else tells from people's; where that is all, it names none.
    """
    if condition is None:
        remove_key(keys, "if")
        return
    entry = keys.node.entry("if")
    text = _spelt_as(entry, on_one_line(expression(condition)))
    flow = f"if: {quoted(f'${{{{ {text} }}}}')}"
    lines = condition_lines(condition, 0 if keys.node.is_flow else keys.column)
    lines = [_spelt_as(entry, line) for line in lines]
    value = entry.value if entry is not None else None
    is_bare = isinstance(value, Scalar) and value.style in ("", "'", '"') and "${{" not in value.value
    old = mark_of(entry) if entry is not None else None
    has_form = isinstance(value, Scalar) and (value.style in ("|", ">") or value.value.startswith("${{ !"))
    is_ours = entry is None or (old is not None and has_form)
    is_bare = is_bare or (is_ours and _is_bare_elsewhere(keys.buffer.text))
    # Who wrote a line longer than ours wants it so, and has it back as it was.
    is_line = len(lines) == 1 or (is_bare and _is_long_line(entry, keys.column))
    if is_bare and is_line and not text.startswith("!"):
        lines = [scalar(text)]
    elif len(lines) > 1 and _is_long_line(entry, keys.column) and len(text.splitlines()) == 1:
        lines = [scalar(f"${{{{ {text} }}}}")]
    template = untemplated(condition)
    if template is not None:  # always true, as a text with a line end behind the braces is
        *first, last = template.split("\n")
        lines = ["|", *first] if first and all(first) and not last else [scalar(template)]
    mark = None
    if named or old is not None:
        other = old.rest if old is not None else comment_at(entry) if entry is not None else ""
        is_all = bool(named) and {*named} == {*term_texts(text)} == {*like_drawn(text)}
        mark = mark_text(DrawnMark(None if is_all else tuple(named), other))
    set_key(keys, "if", [f"if: {lines[0]}", *(f"  {line}" for line in lines[1:])], flow, comment=mark)


def _is_bare_elsewhere(text: str) -> bool:
    """Whether the conditions of a file that stand on a line have no braces, but before a `!`."""
    return {match[1] for match in _ON_A_LINE.finditer(text)} == {None}


_ON_A_LINE = re.compile(r"^[ \t]+(?:-[ \t]+)?if:[ \t]+(?![|>#])['\"]?(?!\$\{\{\s*!)(\$\{\{)?", re.MULTILINE)


def _is_long_line(entry: Entry | None, column: int) -> bool:
    """Whether an `if` stands on one line, longer than one of a fresh file with its braces."""
    if entry is None or "\n" in entry.span.text.strip():
        return False
    braces = 0 if "${{" in entry.span.text else len("${{  }}")
    return column + len(entry.span.text) > WIDTH - braces


def _spelt_as(entry: Entry | None, text: str) -> str:
    """A condition whose functions are spelt as in the `if` that stands: GitHub takes them in any case."""
    there = entry.span.text if entry is not None else ""
    spelt = {name.lower(): name for name in _CALLED.findall(there) if not name.startswith("'")}
    return _CALLED.sub(lambda match: spelt.get(match[0].lower(), match[0]), text) if spelt else text


_CALLED = re.compile(r"'(?:[^']|'')*'|(?<![\w.-])[A-Za-z]+(?=\()")
