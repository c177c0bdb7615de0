"""What differs between two states, told: as text, as Markdown for a summary or a comment, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.changes.compare import ChangedFlow, FileChange, StateChange
from mermaid2gha.changes.picture import MOST_EDGES, edge_count, flow_chart
from mermaid2gha.changes.words import joined, listed, named
from mermaid2gha.report.text import Paper

MARKER = "<!-- mermaid2gha -->"
"""The first line of the Markdown, by which a comment is found again."""

MOST_BYTES = 1 << 20
"""Bytes of a job summary (docs.github.com, Workflow commands); of a larger one nothing is shown."""

_FOR_EVER = "a branch protection that requires one of these waits for ever"
_MOST_EDGES_OF_ALL = 490
_LEGEND = (
    "New jobs are green, jobs that no longer run red and dashed; thick arrows are new, dotted ones gone."
)


@dataclass(frozen=True, slots=True)
class Compared:
    """The two sides as the user named them, and what differs."""

    base: str
    head: str
    change: StateChange


def change_text(answer: Compared, paper: Paper) -> str:
    """A block for each file, checks first."""
    change = answer.change
    lines: list[str] = []
    for names, words in _checks(change):
        if names:
            listed_names = joined([named(name) for name in names], 40)
            lines.append(paper.ink(f"checks that {words}: ", "1") + listed_names)
    lines += [f"  {_FOR_EVER}"] * bool(change.vanished or change.narrowed) + [""] * bool(lines)
    for file in change.files:
        lines.append(paper.ink(f"{named(file.file)[1:-1]} ({file.state})", "1"))
        lines += [f"  {one.message}" for one in file.differences]
        for flow in file.flows:
            lines.append(f"  {flow.words}")
            if flow.before == flow.after:
                lines.append(f"    in another order  {_row(flow.after)}")
                continue
            lines += [f"    before  {_row(flow.before)}", f"    after   {_row(flow.after)}"]
        lines.append("")
    lines += [f"note: {remark}" for remark in change.remarks]
    if not change.files:
        lines.append(f"nothing that runs differs between {answer.base} and {answer.head}")
    return "\n".join(lines).rstrip("\n") + "\n"


def _checks(change: StateChange) -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (change.vanished, "vanish"),
        (change.narrowed, "not every pull request has any more"),
        (change.appeared, "appear"),
    )


def _row(ran: Sequence[str]) -> str:
    return listed(ran, 40) if ran else "nothing"


# -- JSON ------------------------------------------------------------------------------------------


def change_json(answer: Compared) -> str:
    """One JSON object; its keys are in docs/diff.md."""
    import json

    change = answer.change
    whole = {
        "version": 1,
        "base": answer.base,
        "head": answer.head,
        "checks": {
            "vanished": list(change.vanished),
            "narrowed": list(change.narrowed),
            "appeared": list(change.appeared),
        },
        "remarks": list(change.remarks),
        "workflows": [_json_file(file) for file in change.files],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _json_file(file: FileChange) -> dict[str, object]:
    return {
        "file": file.file,
        "state": file.state,
        "differences": [
            {
                "about": one.topic.value,
                "message": one.message,
                "jobs": list(one.jobs),
                "before": one.before,
                "after": one.after,
            }
            for one in file.differences
        ],
        "flows": [
            {
                "for": flow.words,
                "before": {"jobs": list(flow.before), "order": [list(edge) for edge in flow.edges_before]},
                "after": {"jobs": list(flow.after), "order": [list(edge) for edge in flow.edges_after]},
            }
            for flow in file.flows
        ],
    }


# -- Mermaid ---------------------------------------------------------------------------------------


def change_chart(answer: Compared) -> tuple[str, int]:
    """All flows in one chart, and how many of them are left out because Mermaid draws no more arrows."""
    flows: list[ChangedFlow] = []
    titles: list[str] = []
    edges = left = 0
    for file in answer.change.files:
        for flow in file.flows:
            edges += edge_count(flow)
            if edges > _MOST_EDGES_OF_ALL:
                left += 1
                continue
            flows.append(flow)
            titles.append(f"{file.file}: {flow.words.replace('`', '')}")
    return flow_chart(flows, titles), left


# -- Markdown --------------------------------------------------------------------------------------


def change_markdown(answer: Compared, most_bytes: int = MOST_BYTES) -> str:
    """The status, then a block for each file to unfold; what does not fit is said to be left out."""
    head = "\n".join(_status(answer)) + "\n"
    blocks = ["\n".join(_block(file)) + "\n" for file in answer.change.files]
    short = ["\n".join(_block(file, with_charts=False)) + "\n" for file in answer.change.files]
    for made in (blocks, short):
        if _size(head, *made) <= most_bytes:
            return "\n".join([head, *made])
    kept: list[str] = []
    for block in short:
        if _size(head, *kept, block, _left_out(len(short))) > most_bytes:
            break
        kept.append(block)
    whole = "\n".join([head, *kept, _left_out(len(short) - len(kept))])
    return whole.encode("utf-8", "backslashreplace")[:most_bytes].decode("utf-8", "ignore")


def _left_out(count: int) -> str:
    return f"{count} more files differ; `mermaid2gha diff` shows them.\n"


def _size(*texts: str) -> int:
    return sum(len(text.encode("utf-8", "backslashreplace")) + 1 for text in texts)


def _status(answer: Compared) -> Iterator[str]:
    change = answer.change
    yield MARKER
    if not change.files:
        yield "### Nothing that runs differs"
        yield ""
        yield f"Between {answer.base} and {answer.head}, all workflows mean the same."
        return
    count = len(change.files)
    yield f"### What runs differs in {count} {'workflow' if count == 1 else 'workflows'}"
    yield ""
    yield f"Between {answer.base} and {answer.head}."
    for names, words in _checks(change):
        if names:
            why = f" ({_FOR_EVER})" if names is not change.appeared else ""
            yield ""
            yield f"**Checks that {words}**{why}: {listed(names, 40)}"
    for remark in change.remarks:
        yield ""
        yield f"{remark[0].upper()}{remark[1:]}."


def _block(file: FileChange, *, with_charts: bool = True) -> Iterator[str]:
    count = len(file.differences)
    words = f"{count} {'difference' if count == 1 else 'differences'}"
    state = "" if file.state == "changed" else f"{_html(file.state)}, "
    yield f"<details><summary><code>{_html(named(file.file)[1:-1])}</code>: {state}{words}</summary>"
    yield ""
    yield from (f"- {one.message}" for one in file.differences)
    charts = [flow for flow in file.flows if edge_count(flow) <= MOST_EDGES] if with_charts else []
    for flow in file.flows:
        yield ""
        yield f"**{flow.words[0].upper()}{flow.words[1:]}**"
        yield ""
        if flow in charts:
            yield from ("```mermaid", flow_chart([flow]).rstrip("\n"), "```")
        else:
            yield from _table(flow)
    if charts:
        yield ""
        yield _LEGEND
    yield ""
    yield "</details>"


def _table(flow: ChangedFlow) -> Iterator[str]:
    yield from ("| job | before | after |", "|---|---|---|")
    for job, _ in flow.jobs:
        cells = [
            _waits([a for a, b in edges if b == job]) if job in ran else "does not run"
            for ran, edges in ((flow.before, flow.edges_before), (flow.after, flow.edges_after))
        ]
        yield f"| {_cell(named(job))} | {cells[0]} | {cells[1]} |"


def _waits(names: Sequence[str]) -> str:
    return f"after {_cell(listed(names))}" if names else "at once"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _html(text: str) -> str:
    """A text inside of an element, where backticks mean nothing and marks of Markdown may."""
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in "*_[]~@\\":
        shown = shown.replace(mark, f"&#{ord(mark)};")
    return shown.replace("`", "")
