"""Damaged workflows are told from drawn ones; the whole score is `python tests/live/mutants.py`."""

from __future__ import annotations

import mutants


def test_no_damage_passes_the_proof_but_what_changes_nothing() -> None:
    found = mutants.score([*mutants.drawn_here(), *mutants.random_ones(4, 1)], most=25)
    assert found.count["made"] >= 250
    assert found.count["caught"] >= 0.8 * found.count["made"]
    assert found.unexplained == [], str(found)
