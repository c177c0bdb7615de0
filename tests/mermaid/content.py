"""What our parser says of a text, in the terms of Mermaid's database, so that the two can be compared."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid import ast as model
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.yaml.core import js_string

HERE = Path(__file__).parent
LINETYPE = {
    "SOLID": 0,
    "DOTTED": 1,
    "NOTE": 2,
    "SOLID_CROSS": 3,
    "DOTTED_CROSS": 4,
    "SOLID_OPEN": 5,
    "DOTTED_OPEN": 6,
    "LOOP_START": 10,
    "LOOP_END": 11,
    "ALT_START": 12,
    "ALT_ELSE": 13,
    "ALT_END": 14,
    "OPT_START": 15,
    "OPT_END": 16,
    "ACTIVE_START": 17,
    "ACTIVE_END": 18,
    "PAR_START": 19,
    "PAR_AND": 20,
    "PAR_END": 21,
    "RECT_START": 22,
    "RECT_END": 23,
    "SOLID_POINT": 24,
    "DOTTED_POINT": 25,
    "AUTONUMBER": 26,
    "CRITICAL_START": 27,
    "CRITICAL_OPTION": 28,
    "CRITICAL_END": 29,
    "BREAK_START": 30,
    "BREAK_END": 31,
    "PAR_OVER_START": 32,
    "BIDIRECTIONAL_SOLID": 33,
    "BIDIRECTIONAL_DOTTED": 34,
    "SOLID_TOP": 41,
    "SOLID_BOTTOM": 42,
    "STICK_TOP": 43,
    "STICK_BOTTOM": 44,
    "SOLID_ARROW_TOP_REVERSE": 45,
    "SOLID_ARROW_BOTTOM_REVERSE": 46,
    "STICK_ARROW_TOP_REVERSE": 47,
    "STICK_ARROW_BOTTOM_REVERSE": 48,
    "SOLID_TOP_DOTTED": 51,
    "SOLID_BOTTOM_DOTTED": 52,
    "STICK_TOP_DOTTED": 53,
    "STICK_BOTTOM_DOTTED": 54,
    "SOLID_ARROW_TOP_REVERSE_DOTTED": 55,
    "SOLID_ARROW_BOTTOM_REVERSE_DOTTED": 56,
    "STICK_ARROW_TOP_REVERSE_DOTTED": 57,
    "STICK_ARROW_BOTTOM_REVERSE_DOTTED": 58,
    "CENTRAL_CONNECTION": 59,
    "CENTRAL_CONNECTION_REVERSE": 60,
}
NEXT = {"ALT": "ALT_ELSE", "PAR": "PAR_AND", "PAR_OVER": "PAR_AND", "CRITICAL": "CRITICAL_OPTION"}
UNSURE = "<>&="  # Mermaid passes titles through an HTML sanitizer, which changes texts that hold these


def _spelt(text: str) -> str:
    """Mermaid's stand-ins for entity codes in source spelling."""
    return text.replace("ﬂ°°", "#").replace("ﬂ°", "#").replace("¶ß", ";")


def _row(
    kind: str,
    sender: Any = None,
    receiver: Any = None,
    text: Any = "",
    placement: Any = None,
    central: int = 0,
    activate: bool = False,
) -> list[Any]:
    return [LINETYPE[kind], sender, receiver, text, placement, central, activate]


def _rows(event: model.Event) -> list[list[Any]]:
    if isinstance(event, model.Message):
        central = (
            61
            if event.central_start and event.central_end
            else 59
            if event.central_end
            else 60
            if event.central_start
            else 0
        )
        ends = event.sender, event.receiver, event.text
        starts = event.activates or event.central_end
        rows = [_row(event.arrow.name, *ends, central=central, activate=starts)]
        if event.activates:
            rows.append(_row("ACTIVE_START", event.receiver))
        if event.deactivates:
            rows.append(_row("ACTIVE_END", event.sender))
        if event.central_end:
            rows.append(_row("CENTRAL_CONNECTION", event.receiver))
        if event.central_start:
            rows.append(_row("CENTRAL_CONNECTION_REVERSE", event.sender))
        return rows
    if isinstance(event, model.Note):
        return [_row("NOTE", event.lifelines[0], event.lifelines[-1], event.text, event.placement.value)]
    if isinstance(event, model.Activation):
        return [_row("ACTIVE_START" if event.starts else "ACTIVE_END", event.lifeline)]
    if isinstance(event, model.FragmentStart):
        return [_row(f"{event.operator.name}_START", text=event.text)]
    if isinstance(event, model.OperandStart):
        return [_row(NEXT[event.operator.name], text=event.text)]
    if isinstance(event, model.FragmentEnd):
        return [_row("PAR_END" if event.operator.name == "PAR_OVER" else f"{event.operator.name}_END")]
    if isinstance(event, model.Autonumber):
        said: dict[str, Any] = {"visible": event.visible}
        if event.start is not None:
            said |= {"start": float(event.start), "step": float(event.step or 1)}
        return [_row("AUTONUMBER", text=said)]
    return []


def ours(text: str) -> dict[str, Any]:
    """What our parser says: `{"error": rules}` or the content as `tests/mermaid/oracle.mjs` gives it."""
    block = diagram_blocks(SourceFile("x.mmd", text))[0]
    if not is_sequence_diagram(block):
        return {"error": "no sequence diagram"}
    diagram, diagnostics = parse(block)
    if has_errors(diagnostics):
        return {"error": " ".join(found.rule for found in diagnostics)}
    cosmetics = [event for event in diagram.events if isinstance(event, model.Cosmetic)]
    return {
        "actors": [[one.id, one.label, one.kind, one.box] for one in diagram.lifelines],
        "boxes": [[box.name, box.color, list(box.lifelines)] for box in diagram.boxes],
        "messages": [row for event in diagram.events for row in _rows(event)],
        "title": diagram.title,
        "accTitle": diagram.acc_title,
        "accDescr": diagram.acc_descr,
        "created": [one.lifeline for one in cosmetics if one.kind is model.CosmeticKind.CREATE],
        "destroyed": list(
            dict.fromkeys(one.lifeline for one in cosmetics if one.kind is model.CosmeticKind.DESTROY)
        ),
    }


def comparable(answer: dict[str, Any]) -> Any:
    """An answer without what cannot be equal: the wording of errors, what the sanitizer changes."""
    if "error" in answer:
        return "error"
    kept = json.loads(_spelt(json.dumps(answer, ensure_ascii=False)))
    for row in kept["messages"]:
        if isinstance(row[3], dict):
            row[3] = {key: float(value) for key, value in row[3].items() if value is not None}
    for actor in kept["actors"]:
        actor[1], actor[2] = js_string(actor[1]), js_string(actor[2])
    return kept


def differs(text: str, theirs: dict[str, Any], mine: dict[str, Any]) -> bool:
    """Whether the two answers disagree."""
    one, two = comparable(theirs), comparable(mine)
    if one == "error" or two == "error":
        return bool(one != two)
    for key in ("title", "accTitle", "accDescr"):
        if any(char in two[key] for char in UNSURE):
            one[key] = two[key]
    for left, right in zip(one["boxes"], two["boxes"]):
        if right[0] and any(char in right[0] for char in UNSURE):
            left[0] = right[0]
    return bool(one != two)


def oracle(texts: list[str], package: str = "mermaid") -> list[dict[str, Any]]:
    """Mermaid's own answers, by Node; `mermaid-on-github` is the version that GitHub shows."""
    fed = "".join(json.dumps(text) + "\n" for text in texts)
    run = subprocess.run(
        ["node", str(HERE / "oracle.mjs"), package],
        input=fed,
        capture_output=True,
        encoding="utf-8",
        env=os.environ,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.split("\n") if line]
