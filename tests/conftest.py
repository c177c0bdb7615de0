"""Markdown tests can be written anew, and the modules of `tests/live` are shared by tests and scripts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "live"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the excerpts of Markdown tests anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether Markdown tests are to be written anew instead of compared."""
    return bool(request.config.getoption("--update"))
