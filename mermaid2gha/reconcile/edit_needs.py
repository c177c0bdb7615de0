"""`needs` in place: which jobs it should name, and the fewest changes of its text that make it do so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from mermaid2gha.base.graph import reachable
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.workflow.emitter import flow_scalar, list_lines, scalar
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.edit_keys import Keys, remove_item, remove_key, set_key
from mermaid2gha.yaml.tree import Alias, Items, Scalar

_USED = re.compile(r"\bneeds(?:\.([A-Za-z_][\w-]*)|\[\s*'([^']+)'\s*\])", re.IGNORECASE)
Needs = Mapping[str, tuple[str, ...]]


def used_needs(text: str) -> frozenset[str]:
    """The jobs, in lower case, whose results or outputs a text asks for."""
    return frozenset((one or other).casefold() for one, other in _USED.findall(text))


def right_needs(
    file: WorkflowFile, wanted: Workflow, kept_jobs: frozenset[str], exact: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """What each drawn job of a file should need: as it stands where that means the same, else as drawn.

    It means the same if every job comes after the same jobs, and if what a job asks of others is among its
    direct needs. Of `kept_jobs`, which are not drawn and stay (ids in lower case), those stay needed that
    the job's text asks for. Jobs that stand as compiled (`exact`) get exactly what is drawn.
    """
    drawn = {job.id.casefold(): job for job in wanted.jobs}
    now: dict[str, tuple[str, ...]] = {}
    plain: dict[str, tuple[str, ...]] = {}
    for job in wanted.jobs:
        known = file.job(job.id)
        existing = tuple(need.job for need in known.needs) if known is not None else job.needs
        kept = tuple(n for n in existing if n.casefold() in kept_jobs and _asks(known, n))
        plain[job.id] = (*job.needs, *kept)
        rest = {n.casefold() for n in existing} - drawn.keys() - {n.casefold() for n in kept}
        is_usable = job.id not in exact and not rest and _used(job) <= {n.casefold() for n in existing}
        now[job.id] = existing if is_usable and not job.is_gate else plain[job.id]
    if _closures(now) == _closures(plain):
        return now
    return {name: now[name] if _same(now[name], plain[name]) else plain[name] for name in plain}


def _asks(job: FileJob | None, need: str) -> bool:
    entries = job.node.entries if job is not None and job.node is not None else ()
    return any(
        need.casefold() in used_needs(one.span.text)
        for one in entries
        if one.key.value not in ("needs", "if")
    )


def _used(job: Job) -> frozenset[str]:
    texts = [expression(job.condition)] if job.condition is not None else []
    texts += [expression(step.condition) for step in job.steps if step.condition is not None]
    texts += [values for _, values in job.matrix if isinstance(values, str)]
    return frozenset().union(*map(used_needs, texts))


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return {n.casefold() for n in one} == {n.casefold() for n in other}


def _closures(needs: Needs) -> dict[str, frozenset[str]]:
    """Every job with all that come before it, in lower case."""
    direct = {name.casefold(): [n.casefold() for n in before] for name, before in needs.items()}
    return {name: frozenset(reachable(before, direct.get)) for name, before in direct.items()}


def edit_needs(keys: Keys, job: FileJob, wanted: Sequence[str]) -> None:
    """Make a job need exactly these jobs; those that stay keep their spelling and place."""
    if _same([need.job for need in job.needs], wanted):
        return
    entry = keys.node.entry("needs")
    lines = needs_lines(wanted, 0 if keys.node.is_flow else keys.column)
    flow = f"needs: [{', '.join(map(flow_scalar, wanted))}]"
    if not wanted:
        remove_key(keys, "needs")
    elif entry is None or isinstance(entry.value, Alias) or _is_fresh(keys, job):
        set_key(keys, "needs", lines, flow)
    elif isinstance(entry.value, Items) and entry.value.items:
        if keys.is_open("needs", flow):
            edit_list(keys, entry.value, wanted, lambda name: name.casefold())
    elif isinstance(entry.value, Scalar) and len(wanted) == 1 and not entry.value.anchor:
        if keys.is_open("needs", flow) and entry.value.style in ("", "'", '"') and not entry.value.is_null:
            quote = entry.value.style
            keys.sheet.replace(
                entry.value.span.start, entry.value.span.end, quote + wanted[0] + quote or scalar(wanted[0])
            )
        else:
            set_key(keys, "needs", lines, flow)
    else:
        set_key(keys, "needs", lines, flow)


def needs_lines(needs: Sequence[str], column: int) -> list[str]:
    """The key `needs` as a fresh file has it, for a job whose keys stand at a column."""
    if len(needs) == 1:
        return [f"needs: {scalar(needs[0])}"]
    return list_lines("needs", tuple(needs), column)


def _is_fresh(keys: Keys, job: FileJob) -> bool:
    """Whether `needs` is written as a fresh file would have it."""
    entry = keys.node.entry("needs")
    assert entry is not None
    names = [need.job for need in job.needs]
    if not names or keys.node.is_flow or keys.sheet.comments(entry, entry.span.end):
        return False
    return entry.span.text.split() == "\n".join(needs_lines(names, keys.column)).split()


def edit_list(keys: Keys, node: Items, wanted: Sequence[str], folded: Callable[[str], str]) -> None:
    """Make a list of texts hold these: others go, new ones come after the one they follow."""
    sheet = keys.sheet
    names = [folded(_text(item)) for item in node.items]
    aims = [folded(name) for name in wanted]
    stays = [number for number, name in enumerate(names) if name in aims]
    added = [(number, name) for number, name in enumerate(wanted) if folded(name) not in names]
    if node.is_flow:
        parts = [item.span.text for item in node.items]
        made = [(names[number], parts[number]) for number in stays]
        for number, name in added:
            made.insert(_after([one for one, _ in made], aims[:number]), (folded(name), flow_scalar(name)))
        if [name for name, _ in made] == [names[n] for n in stays] and len(stays) == len(names) - 1:
            gone = next(number for number in range(len(names)) if number not in stays)
            remove_item(sheet, node, gone)
        elif "\n" in node.span.text or "#" in node.span.text:
            _edit_flow_lines(keys, node, stays, [name for _, name in added])
        else:
            sheet.replace(node.span.start, node.span.end, _between(node, [text for _, text in made]))
        return
    column = sheet.column(node.span.start)
    for number, item in enumerate(node.items):
        start, end = sheet.line_start(item.span.start), sheet.line_end(item.span.end)
        if number not in stays:
            kept = sheet.comments(item, end)
            sheet.replace(start, end, "".join(f"{' ' * column}{line}\n" for line in kept))
    for number, name in added:
        before = [n for n in stays if names[n] in aims[:number]]
        at = sheet.line_end(node.items[before[-1]].span.end) if before else None
        start = sheet.line_start(node.items[0].span.start) if at is None else at
        sheet.insert_lines(start, [f"{' ' * column}- {scalar(name)}"])


def _after(names: Sequence[str], before: Sequence[str]) -> int:
    return max((number + 1 for number, name in enumerate(names) if name in before), default=0)


def _between(node: Items, parts: Sequence[str]) -> str:
    """A list between brackets with the blanks that it has inside them."""
    text = node.span.text
    blank = " " if text[1:2] == " " else ""
    return f"[{blank}{', '.join(parts)}{blank}]"


def _edit_flow_lines(keys: Keys, node: Items, stays: Sequence[int], added: Sequence[str]) -> None:
    """A list between brackets over several lines: new items come first, those that go leave their comma."""
    sheet = keys.sheet
    if not stays:
        sheet.replace(node.items[0].span.start, node.items[-1].span.end, ", ".join(map(flow_scalar, added)))
        return
    for number, item in enumerate(node.items):
        if number not in stays:
            comma = re.compile(r"[ \t]*,?[ \t]*").match(sheet.text, item.span.end)
            assert comma is not None
            sheet.replace(item.span.start, comma.end(), "")
    if added:
        at = node.items[stays[0]].span.start
        sheet.replace(at, at, "".join(f"{flow_scalar(name)}, " for name in added))


def _text(node: object) -> str:
    while isinstance(node, Alias):
        node = node.target
    return node.value if isinstance(node, Scalar) else ""
