"""What all tests share: no clock decides a test of ours; Markdown tests can be written anew.

The modules of `tests/live` are on the path, for tests and scripts share them.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "live"))

SLOW = frozenset(
    """
    test_accepted_exactly test_branches_merged test_cli_killed test_cli_write test_draw_command
    test_drawing test_drawn_elsewhere test_edit_styles test_edits_after_adoption test_flags_drawn_again
    test_formatted
    test_hostile test_joins test_legible test_lsp test_mutants test_never_harmful test_odd_documents
    test_odd_workflows test_out_runs test_parse_format test_playground test_proof test_pruned_jobs
    test_read_plainly test_recovery test_renaming test_repository test_round_trip test_scheduler_act
    test_scripts test_security test_sequence_mermaid test_serve test_settled test_signs test_taken_back
    test_validity test_what_people_wrote test_who_runs_laws test_write
    """.split()
)
"""Modules whose tests take seconds each: marked `slow`, as all laws are, and left out by `make quick`."""

SLOW_TESTS = {
    "test_a_condition_that_is_drawn_and_taken_back_leaves_an_if_as_it_was",
    "test_fixing_ends_and_a_second_time_changes_nothing",
    "test_the_schema_of_workflows_accepts_what_the_cases_compile_to",
    "test_the_sessions_of_a_page_run",
}
"""Single tests likewise, in modules of others that answer at once."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background has them ignore Ctrl-C, and all programs that they start;
    # those that are to be ended by it would be waited for without an end.
    signal.signal(signal.SIGINT, signal.default_int_handler)

gc.set_threshold(20_000, 20, 100)
"""Compiling makes many small objects and next to no circles: a sixth of its time is looking for them."""

settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write the excerpts of Markdown tests anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        test = getattr(item, "obj", None)
        is_listed = item.path.stem in SLOW or getattr(test, "__name__", "") in SLOW_TESTS
        if is_listed or getattr(test, "is_hypothesis_test", False):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True, scope="session")
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or fills the cache of whoever runs the tests."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("MERMAID2GHA_CACHE_DIR", None)


@pytest.fixture(autouse=True, scope="session")
def modules_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where Python is told to keep no bytecode, each of a thousand programs that tests start would compile
    this package anew, which takes ten times as long as what it is started for."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether Markdown tests are to be written anew instead of compared."""
    return bool(request.config.getoption("--update"))
