"""The modules of `tests/live` are shared by the tests here and by the scripts there."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "live"))
