"""What all tests share: no clock decides a test of ours; Markdown tests can be written anew.

The modules of `tests/live` are on the path, for tests and scripts share them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "live"))

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the excerpts of Markdown tests anew")


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or fills the cache of whoever runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("MERMAID2GHA_CACHE_DIR", None)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether Markdown tests are to be written anew instead of compared."""
    return bool(request.config.getoption("--update"))
