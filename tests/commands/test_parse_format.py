"""What `parse --format json` prints: true to its schema and page, and equal to what Mermaid holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_calls import called
from mermaid.content import LINETYPE, differs
from mermaid.generate import diagram
from mermaid.test_sequence_mermaid import recorded

from mermaid2gha.commands import parse

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "mermaid2gha" / "commands" / "parse_schema.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "parse.md").read_text(encoding="utf-8")
VALID = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)


def lines(text: str) -> list[dict[str, Any]]:
    out = called(parse, ["-", "--format", "json"], text.encode("utf-8", "replace")).out
    return [json.loads(line) for line in out.splitlines()]


def test_the_schema_is_a_schema() -> None:
    jsonschema.validators.validator_for(SCHEMA).check_schema(SCHEMA)


def test_the_example_of_the_page_is_what_is_printed() -> None:
    [document] = re.findall(r"^~~~~markdown\n(.*?)^~~~~$", PAGE, re.MULTILINE | re.DOTALL)
    [shown] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert lines(document) == [json.loads(shown)]


def test_the_page_names_every_field_of_the_schema() -> None:
    definitions = SCHEMA["definitions"]
    owners = [SCHEMA, *(definitions[name] for name in ("lifeline", "box", "event", "diagnostic"))]
    fields = {field for owner in owners for field in owner["properties"]}
    assert {field for field in fields if f"`{field}`" not in PAGE} == set()


def test_every_linetype_of_mermaid_is_in_the_schema() -> None:
    assert set(SCHEMA["definitions"]["event"]["properties"]["type"]["enum"]) == set(LINETYPE)


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_what_is_printed_has_the_schema(first: int) -> None:
    for seed in range(first, first + 100):
        for line in lines("```mermaid\n" + diagram(seed) + "\n```\n"):
            VALID.validate(line)


def test_rows_are_those_of_mermaids_database() -> None:
    compared = 0
    for text, theirs in recorded():
        if text[:15].lower() != "sequencediagram" or text.startswith("\ufeff"):
            continue
        [line] = lines(text)
        assert line["ok"] == ("error" not in theirs), text
        if line["ok"]:
            compared += 1
            assert not differs(text, theirs, as_recorded(line, theirs)), text
    assert compared > 900


def as_recorded(line: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """A line in the terms of the recordings; what it does not tell is taken from there."""
    rows = [
        [
            LINETYPE[row["type"]],
            row["from"],
            row["to"],
            number(row["autonumber"]) if "autonumber" in row else row["text"],
            row["placement"],
            other[5],
            row["activate"],
        ]
        for row, other in zip(line["events"], theirs["messages"], strict=True)
    ]
    return theirs | {
        "actors": [[one["id"], one["label"], one["kind"], one["box"]] for one in line["lifelines"]],
        "boxes": [[box["name"], box["color"], box["lifelines"]] for box in line["boxes"]],
        "messages": rows,
        **{name: line[name] for name in ("title", "accTitle", "accDescr")},
    }


def number(said: dict[str, Any]) -> dict[str, Any]:
    if said["start"] is None:
        return {"visible": said["visible"]}
    return {"start": float(said["start"]), "step": float(said["step"] or 1), "visible": said["visible"]}
