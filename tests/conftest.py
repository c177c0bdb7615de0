"""What all tests share: no clock decides a test of ours; Markdown tests can be written anew.

The modules of `tests/live` are on the path, for tests and scripts share them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "live"))

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the excerpts of Markdown tests anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether Markdown tests are to be written anew instead of compared."""
    return bool(request.config.getoption("--update"))
