"""The schemas that editors and SchemaStore take: of the file, and of the table in `pyproject.toml`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mermaid2gha.settings.reader import _TOP

FOLDER = Path(__file__).parents[2] / "mermaid2gha" / "settings"
SCHEMA = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
PARTIAL = FOLDER / "partial-mermaid2gha.json"
STORE = "https://json.schemastore.org"


def partial() -> str:
    """The schema of the table: that of the file, which TOML can leave empty by leaving it out only."""
    made = {
        **SCHEMA,
        "$id": f"{STORE}/partial-mermaid2gha.json",
        "title": "[tool.mermaid2gha] in pyproject.toml",
        "type": "object",
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def test_the_schema_of_the_table_is_that_of_the_file(update: bool) -> None:
    if update:
        PARTIAL.write_text(partial(), encoding="utf-8")
    assert PARTIAL.read_text(encoding="utf-8") == partial()


@pytest.mark.parametrize("path", [FOLDER / "schema.json", PARTIAL])
def test_a_schema_is_such_as_the_store_takes(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"].startswith(f"{STORE}/") and schema["title"] and schema["description"]
    jsonschema.Draft7Validator.check_schema(schema)
    assert set(schema["properties"]) == set(_TOP)


@pytest.mark.parametrize("key", _TOP)
def test_every_key_has_words_for_a_hover_and_examples_that_are_right(key: str) -> None:
    of_key = SCHEMA["properties"][key]
    assert of_key["description"].endswith(".")
    assert of_key["examples"]
    for example in of_key["examples"]:
        jsonschema.validate({key: example}, SCHEMA)
