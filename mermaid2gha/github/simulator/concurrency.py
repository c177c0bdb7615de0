"""Concurrency groups: who runs, who waits and who is cancelled when several want to run at the same time.

docs.github.com, Control the concurrency of workflows and jobs: of a group one runs and one waits; who comes
later cancels the one that waits, and with `cancel-in-progress` the one that runs. With `queue: max` up to a
hundred wait (github.blog/changelog, 7 May 2026). The names of groups are the same whatever their case.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass

LONGEST_QUEUE = 100


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who wants to run, in a group (empty: in none)."""

    name: str
    group: str
    cancels: bool = False
    queues: bool = False


class Slot(Enum):
    """What a request gets. `CUT`: it ran until another one came; `DROPPED`: it waited and never ran."""

    RUNS = "runs"
    WAITS = "waits"
    CUT = "is cancelled while it runs"
    DROPPED = "is cancelled before it runs"


def places(requests: Sequence[Request]) -> dict[str, tuple[Slot, str]]:
    """The place of each request, by name, and who took its place; all come while the first still runs."""
    slots: dict[str, tuple[Slot, str]] = {}
    running: dict[str, str] = {}
    waiting: dict[str, list[str]] = {}
    for request in requests:
        group = request.group.casefold()
        queue = waiting.setdefault(group, [])
        if not group or group not in running:
            slots[request.name] = (Slot.RUNS, "")
            running[group] = request.name
            continue
        if request.cancels:
            slots[running[group]] = (Slot.CUT, request.name)
            running[group] = request.name
        if request.cancels or not request.queues or len(queue) >= LONGEST_QUEUE:
            slots.update(dict.fromkeys(queue, (Slot.DROPPED, request.name)))
            queue.clear()
        slots[request.name] = (Slot.RUNS if request.cancels else Slot.WAITS, "")
        if not request.cancels:
            queue.append(request.name)
    return slots
