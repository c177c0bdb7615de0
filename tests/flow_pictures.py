"""The pictures of docs/flows.md: what each event runs, by the committed workflows of the sample document.

`python tests/flow_pictures.py` draws those that are out of date; `test_when.py` fails if one is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mermaid2gha.explain.story import Story, story
from mermaid2gha.explain.story_forms import shown_run
from mermaid2gha.github.events import PULL_REQUEST
from mermaid2gha.github.simulator.cascade import Facts, runs
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.project.drawing import draw
from mermaid2gha.views.run import run_dots
from mermaid2gha.views.svg import narrowest

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "flows"
OCCASIONS = {
    "fork": Occasion("pull_request", is_fork=True),
    "fork-images": Occasion("pull_request_target", is_fork=True),
    "own": Occasion("pull_request"),
    "merge": Occasion("push"),
    "schedule": Occasion("schedule"),
}
"""The events that the drawing has, by the names of their pictures."""


def told(name: str) -> Story:
    """What an occasion runs when every flag is set."""
    files = sorted((ROOT / "out" / "workflows").glob("*.yml"))
    workflows = {file.name: read_workflow(file.read_text(encoding="utf-8")) for file in files}
    outputs = {one: "true" for flow in workflows.values() for job in flow.jobs for one, _ in job.outputs}
    given = (f"github.event.{PULL_REQUEST.name}.head.repo",) if OCCASIONS[name].is_fork else ()
    facts = Facts(OCCASIONS[name], outputs=outputs, given=given)
    return story(runs(workflows, facts), facts, OCCASIONS[name].event)


def stale() -> list[str]:
    """The names of the pictures that are not what they should be."""
    found = []
    for name in OCCASIONS:
        path = PICTURES / f"{name}.svg"
        drawn = narrowest(run_dots(shown_run(told(name))), draw)
        if not path.is_file() or path.read_text(encoding="utf-8") != drawn:
            found.append(name)
    return found


def main() -> int:
    PICTURES.mkdir(exist_ok=True)
    for name in stale():
        (PICTURES / f"{name}.svg").write_text(
            narrowest(run_dots(shown_run(told(name))), draw), encoding="utf-8", newline=""
        )
        print(f"drew {name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
