"""How many random drawings each law sees.

`MERMAID2GHA_EXAMPLES` sets another number for all of them; with it set they differ from run to run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

ASKED = os.environ.get("MERMAID2GHA_EXAMPLES", "")


def settings_for(usual: int) -> settings:
    """The settings of a law that usually sees this many drawings, the same ones in each run."""
    return settings(
        max_examples=int(ASKED or usual),
        deadline=None,
        derandomize=not ASKED,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
