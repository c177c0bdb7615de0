"""Generated documents of a given size, of the kind that people write: many flows, fragments in each."""

from __future__ import annotations

EVENTS_PER_FLOW = 500


def document(events: int, per_flow: int = EVENTS_PER_FLOW) -> str:
    """A Markdown document with about this many events in diagrams of `per_flow` events each."""
    lines = ["# Generated"]
    drawn = number = 0
    while drawn < events:
        size = min(per_flow, events - drawn)
        lines += ["", f"## Flow {number}", "", "```mermaid", *_diagram(number, size), "```"]
        drawn += size
        number += 1
    return "\n".join(lines) + "\n"


def _diagram(number: int, events: int) -> list[str]:
    lines = [
        "sequenceDiagram",
        "    participant GH as GitHub",
        f"    participant W as W{number} (w{number}.yml)",
        "    participant R as Registry",
        "    GH->>W: Trigger 'push'",
        "    Note over W: Build info<br>Decide what to run",
    ]
    drawn, job = 3, 0
    while drawn < events:
        lines.append("    par")
        for operand in range(3):
            lines += ["    and"] if operand else []
            lines += ["        opt", f"            Note over W: Job {job}<br>with a detail", "        end"]
            job += 1
        lines += [
            "    end",
            f"    Note over W: Build Image {job}",
            f"    W->>R: Push Image {job}<br>[sha]",
            f"    R->>W: Pull Image {job}<br>[sha]",
            f"    Note over W: Verify {job}",
        ]
        drawn += 17
    return [*lines, "    W-->>GH: status"]
