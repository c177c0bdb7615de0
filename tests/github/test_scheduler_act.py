"""The scheduler agrees with act, which runs workflows, on random workflows, events, flags and failures."""

from __future__ import annotations

import random
import sys

import pytest
from scheduler_act import compared

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="act runs the scripts of steps in bash")


@pytest.mark.parametrize("seed", range(8))
def test_a_random_workflow_runs_as_under_act(seed: int) -> None:
    assert compared(random.Random(seed), seed) == []
