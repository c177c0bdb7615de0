"""docs/errors.md holds what is said now; Mermaid's half is compared by `tests/mermaid/errors_table.py`."""

from __future__ import annotations

import pytest
from mermaid.errors_table import FAULTY, PAGE, ours, whole

ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3].strip("| ").isdigit()]


def test_the_table_is_whole() -> None:
    assert len(ROWS) == len(FAULTY) >= 40


@pytest.mark.parametrize(("row", "text"), [*zip(ROWS, FAULTY)], ids=[text.split("\n")[0] for text in FAULTY])
def test_a_row_shows_what_is_said_of_the_diagram(row: str, text: str) -> None:
    assert row.endswith(f" | {ours(whole(text))} |")
