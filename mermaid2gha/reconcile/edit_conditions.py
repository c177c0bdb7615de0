"""`if` in place: the drawn part follows the diagram, the conjuncts that people added stay, last.

Reports `if-not-split` and what `edit_keys` reports.
"""

from __future__ import annotations

from collections.abc import Collection

from mermaid2gha.base.diagnostic import Rule, Severity, diagnostic
from mermaid2gha.compiler.scripts.conditions import peoples_conjuncts
from mermaid2gha.github.expressions.condition import Condition, Test, all_of, expression
from mermaid2gha.github.logic.equivalence import Fails, Holds, Unknown, equivalent, parted
from mermaid2gha.github.workflow.emitter import condition_lines, quoted, scalar
from mermaid2gha.reconcile.edit_keys import Keys, remove_key, set_key
from mermaid2gha.yaml.tree import Entry, Scalar

IF_NOT_SPLIT = Rule("if-not-split", Severity.ERROR)


def edit_if(keys: Keys, wanted: Condition | None, needs: Collection[str], drawn: Collection[str]) -> None:
    """Make the `if` of a job mean what is drawn and what people added."""
    entry = keys.node.entry("if")
    text = _written(entry)
    aim = expression(wanted) if wanted is not None else ""
    if text is None:
        if entry is not None and keys.is_open("if", f"if: {aim}"):
            keys.refused(entry, "if", "it is no text", f"if: {aim}")
        elif entry is None and wanted is not None:
            _set(keys, wanted)
        return
    if isinstance(equivalent(text, aim, needs=needs), Holds):
        return
    foreign = peoples_conjuncts(text, drawn)
    if foreign is None:
        assert entry is not None
        message = f"the drawn part of this `if` of `{keys.owner}` cannot be told from what people added"
        shown = aim or "success()"
        cure = f"it is left as it is; drawn is `{shown}`: write it so, with your own terms after `&&`"
        keys.found.append(diagnostic(IF_NOT_SPLIT, f"{message}: `{text.strip()}`", entry.span, help=cure))
        return
    parts = [wanted] if wanted is not None else []
    whole = all_of(*parts, *(Test(one, f"!({one})", "||" in one) for one in foreign))
    full = " && ".join([*([f"({aim})"] if aim else []), *(f"({one})" for one in foreign)])
    match equivalent(text, full, needs=needs):
        case Holds():
            return
        case Unknown() if _conjuncts(text) == _conjuncts(full):
            return
        case Fails() | Unknown():
            pass
    if wanted is None and not foreign:
        remove_key(keys, "if")
    else:
        _set(keys, whole)


def _written(entry: Entry | None) -> str | None:
    """The text of an `if`, also where an alias gives it; empty where there is none."""
    from mermaid2gha.yaml.tree import resolved

    if entry is None:
        return None
    value = resolved(entry.value)
    return value.value if isinstance(value, Scalar) else None


def _conjuncts(text: str) -> frozenset[str]:
    try:
        parts = parted(text, lambda atom: True)
    except ValueError:
        return frozenset([text])
    return frozenset(parts.known)


def _set(keys: Keys, condition: Condition) -> None:
    """Write an `if` in the style of the one there: bare on a line, else as a fresh file has it."""
    entry = keys.node.entry("if")
    text = " ".join(expression(condition).splitlines()).strip()
    flow = f"if: {quoted(f'${{{{ {text} }}}}')}"
    lines = condition_lines(condition, 0 if keys.node.is_flow else keys.column)
    value = entry.value if entry is not None else None
    is_bare = isinstance(value, Scalar) and value.style in ("", "'", '"') and "${{" not in value.value
    if is_bare and len(lines) == 1 and not text.startswith("!"):
        lines = [scalar(text)]
    set_key(keys, "if", [f"if: {lines[0]}", *(f"  {line}" for line in lines[1:])], flow)
