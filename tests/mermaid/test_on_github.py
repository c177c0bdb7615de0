"""What the Mermaid that GitHub shows does not take is told, and nothing else is, on recorded answers."""

from __future__ import annotations

import gzip
import json

from mermaid.content import ours
from mermaid.on_github import RECORDED
from mermaid2gha.base.diagnostic import Severity
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.errors.github import TOO_NEW_FOR_GITHUB
from mermaid2gha.mermaid.parse import parse

ANSWERS = [json.loads(line) for line in gzip.decompress(RECORDED.read_bytes()).decode("utf-8").splitlines()]


def is_reported(text: str) -> bool:
    [block] = diagram_blocks(SourceFile("x.mmd", text))
    return any(one.rule == TOO_NEW_FOR_GITHUB.name for one in parse(block)[1])


def test_a_warning_stands_where_only_the_newer_version_takes_a_diagram() -> None:
    wrong = [text for text, new, old in ANSWERS if new and is_reported(text) == old]
    assert wrong == []
    assert TOO_NEW_FOR_GITHUB.severity is Severity.WARNING


def test_our_verdict_is_that_of_the_newer_version() -> None:
    assert [text for text, new, _ in ANSWERS if new != ("error" not in ours(text))] == []


def test_the_recordings_hold_enough_of_both_answers() -> None:
    taken = [old for _, new, old in ANSWERS if new]
    assert min(sum(taken), len(taken) - sum(taken)) >= 100
