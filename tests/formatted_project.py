"""A project that formatters lay out as they like, for the test with recorded outputs and the live one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DOCUMENT = """\
# How we build

Some prose that is longer than a formatter lets a line be, so that one which wraps has something to wrap.

## Pull requests

```mermaid
sequenceDiagram
    participant GH as GitHub
    participant CI as CI (ci.yml)
    participant W as Wheels (wheels.yml)
    %% trigger: push[branch=main|release/*], pull_request
    GH->>CI: Trigger
    Note over CI: Plan<br>Decide what to run
    par
        Note over CI: Lint: all of it
    and
        opt
            Note over CI: Unit tests
        end
    and
        loop for each os in linux, mac, windows
            Note over CI: Build
        end
    end
    CI->>W: call
    Note over W: Make wheels
    W-->>CI: wheels
    opt github.event_name == 'push' && github.ref == 'refs/heads/main' && github.repository == 'owner/name'
        Note over CI: Deploy [staging]
        CI->>GH: Create a release
    end
    CI-->>GH: Status
```

## Nightly

* a list
* of two

```mermaid
sequenceDiagram
    participant GH as GitHub
    participant CI as CI (ci.yml)
    GH->>CI: Trigger 'schedule' at 1:30
    Note over CI: Plan<br>Decide what to run
    Note over CI: Long test
```
"""
SETTINGS = """\
documents: [docs/ci.md]
runs-on:   'ubuntu-24.04'
"""


@dataclass(frozen=True)
class Edit:
    """What people do in a compiled file: a text of theirs in the stead of ours, wherever it stands."""

    old: str
    new: str


PEOPLE_S = (
    Edit("permissions: {}\n", "permissions: {}\n\nenv: {MODE:   'fast',  OTHER: \"x\"} # theirs\n"),
    Edit(
        "    steps:\n      - name: Unit tests # drawn\n",
        "    steps:\n      - run: |\n          make   test\n          # no comment\n"
        "      -   name:  'Unit tests' # theirs\n          id:   x\n          run: make\n"
        "      - name: Rest # ours\n",
    ),
    Edit(
        "    name: Long test\n",
        '    name: Long test\n    services: {db: {image: "postgres:17",   ports: [ 5432 ]}}\n',
    ),
)
LATER = "    Note over CI: Long test\n", "    Note over CI: Long test\n    Note over CI: Report it\n"
"""An edit of the drawing: a text, and what comes in its stead."""


def files(root: Path) -> dict[str, Path]:
    """What formatters lay out, by short names."""
    folder = root / ".github/workflows"
    named = {path.name: path for path in sorted(folder.glob("*.yml"))}
    return {"ci.md": root / "docs/ci.md", "mermaid2gha.yml": root / "mermaid2gha.yml", **named}


def written(root: Path) -> None:
    """The document and the settings in a folder of their own."""
    (root / "docs").mkdir(parents=True, exist_ok=True)
    (root / ".git").mkdir(exist_ok=True)
    (root / "docs/ci.md").write_text(DOCUMENT, encoding="utf-8")
    (root / "mermaid2gha.yml").write_text(SETTINGS, encoding="utf-8")


def peopled(root: Path) -> None:
    """What people do in the compiled files, as they stand."""
    path = root / ".github/workflows/ci.yml"
    text = path.read_text(encoding="utf-8")
    for edit in PEOPLE_S:
        assert edit.old in text, edit.old
        text = text.replace(edit.old, edit.new, 1)
    path.write_text(text, encoding="utf-8")
