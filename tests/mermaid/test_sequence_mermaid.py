"""Our verdicts and content are Mermaid's, on its recorded answers to chosen and to random diagrams."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from mermaid.content import differs, ours

RECORDED = Path(__file__).parents[1] / "mermaid" / "recorded.jsonl.gz"


def recorded() -> list[tuple[str, dict[str, Any]]]:
    lines = gzip.decompress(RECORDED.read_bytes()).decode("utf-8").split("\n")
    return [tuple(json.loads(line)) for line in lines if line]


def test_no_recorded_answer_of_mermaid_differs_from_ours() -> None:
    different = [text for text, theirs in recorded() if differs(text, theirs, ours(text))]
    assert different == []


def test_the_recordings_hold_enough_of_both_verdicts() -> None:
    answers = [answer for _, answer in recorded()]
    refused = sum("error" in answer for answer in answers)
    assert len(answers) >= 2000
    assert min(refused, len(answers) - refused) >= 800
