"""The mark that is offered of a loop which lists its values in other ways than are read leads to them."""

from __future__ import annotations

import re

import pytest
from quick_yaml import texts

from mermaid2gha.base.diagnostic import leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.settings.model import Settings

_DRAWING = """sequenceDiagram
    participant GH as GitHub
    participant CI as ci.yml
    GH->>CI: Trigger 'push'
    {mark}
    loop {text}
        Note over CI: Test
    end
"""
NODE, PYTHON = {"node": ["18", "20"]}, {"python": ["3.10", "3.11", "3.12"]}
LISTS = {
    "For each Python (3.10, 3.11, 3.12) and OS (ubuntu-24.04, windows-2025) but not 3.11 on Windows": {
        **PYTHON,
        "os": ["ubuntu-24.04", "windows-2025"],
    },
    "For each Node (18, 20) except 18 on Windows": NODE,
    "For each Node: 18, 20 except 18 on Windows": NODE,
    "For each Node 18, 20 (not 18 on Windows)": NODE,
    "Para cada Node (18, 20) excepto 18 en Windows": NODE,
    "für jedes Node (18, 20), außer 18 auf Windows": NODE,
    "Matrix: node 18, 20": NODE,
    "node 18/20": NODE,
    "Node 18 und 20": NODE,
    "Matrix: node 18/20 on ubuntu and macos": {**NODE, "os": ["ubuntu-latest", "macos-latest"]},
    "on ubuntu and macos": {"os": ["ubuntu-latest", "macos-latest"]},
    "Linux, Windows und macOS-15": {"os": ["ubuntu-latest", "windows-latest", "macos-15"]},
    "For each shard 1 to 4": {"shard": ["1", "2", "3", "4"]},
    "Shards 1-4": {"shard": ["1", "2", "3", "4"]},
    "3 shards": {"shard": ["1", "2", "3"]},
    "für jedes Python 3.10 bis 3.12": PYTHON,
    "For each Python 3.10 - 3.12": PYTHON,
    "For each arch amd64/arm64": {"arch": ["amd64", "arm64"]},
}


@pytest.mark.parametrize("text, axes", LISTS.items())
def test_a_mark_that_is_offered_has_the_values_that_stand_there(text: str, axes: object) -> None:
    offered = [
        re.search(r"%% matrix: \{.*?\}(?=`)", one.help) for one in leaves(compiled(text, "").diagnostics)
    ]
    marks = [match[0] for match in offered if match is not None]
    assert len(marks) == 1
    marked = compiled(text, marks[0])
    assert {one.rule for one in leaves(marked.diagnostics)} <= {"inferred-event"}
    (job,) = texts(marked.texts[0])["jobs"].values()
    assert job["strategy"]["matrix"] == axes


@pytest.mark.parametrize(
    "text",
    [
        "For each module in all the services of ours",
        "every 5 minutes",
        "round and round",
        "Vérification (toutes les 15 s, max 8 min)",
    ],
)
def test_no_axis_is_made_of_words_that_list_nothing(text: str) -> None:
    helps = " ".join(one.help for one in leaves(compiled(text, "").diagnostics))
    assert re.search(r"%% matrix: \{(?:NAME|module): \[", helps, re.IGNORECASE)


def compiled(text: str, mark: str) -> Compilation:
    drawing = _DRAWING.format(text=text, mark=mark)
    return compile_documents([SourceFile("drawn.mmd", drawing)], Settings())
