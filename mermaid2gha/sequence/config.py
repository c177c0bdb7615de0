"""The YAML inside diagrams: a participant's `@{…}` and the front matter."""

from __future__ import annotations

import json


def participant_config(text: str) -> tuple[dict[str, str], str]:
    """What the braces of a participant say about `type` and `alias`, as texts, and what is wrong, if anything."""
    try:
        said = json.loads("{" + text + "}")
    except ValueError:
        said = {}
    return {
        key: str(value) for key, value in said.items() if key in ("type", "alias") and value is not None
    }, ""
