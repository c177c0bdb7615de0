"""What an edit of the drawing writes into a file of people's goes with it, and what stood there is back."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mermaid2gha.cli import main

WORKFLOW = """\
name: CI
on:
  push:
    branches: [main, 'v*']   # what is built
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        python: ["3.11", "3.12"]
    steps: [{run: 'make ${{ matrix.python }}'}]

  # the outside
  deploy:
    needs: build
    environment:
      name: production
      url: https://example.org
    runs-on: ubuntu-24.04
    permissions: {contents: read, id-token: write}   # OIDC
    outputs: {digest: "${{ steps.x.outputs.digest }}"}
    steps:
      - id: x
        run: ./deploy
"""
STYLES = {
    "as it is": [],
    "in lines": [
        (
            "{contents: read, id-token: write}   # OIDC",
            '\n      # OIDC\n      contents: "read"\n      id-token: write',
        ),
        (
            'outputs: {digest: "${{ steps.x.outputs.digest }}"}',
            "outputs:\n      digest: ${{ steps.x.outputs.digest }}",
        ),
        ("[main, 'v*']   # what is built", "\n      - main # the trunk\n      - 'v*'"),
        ('["3.11", "3.12"]', '\n          - "3.11"\n          - "3.12"'),
    ],
    "one value": [
        (
            "environment:\n      name: production\n      url: https://example.org",
            "environment: 'production' # ask",
        ),
        ("permissions: {contents: read, id-token: write}   # OIDC\n    ", ""),
        ("permissions: {contents: read}", "permissions: {contents: read, packages: read}"),
    ],
    "between braces": [
        (
            "\n      name: production\n      url: https://example.org",
            ' {name: "production", url: "https://example.org"}',
        ),
        ("permissions: {contents: read, id-token: write}   # OIDC", "permissions: {}"),
        ('["3.11", "3.12"]', '[\n          "3.11",\n          "3.12", # new\n        ]'),
    ],
    "CRLF": [("\n", "\r\n")],
}
DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push' to main
    Note over CI: build
    Note over CI: deploy
"""
EDITS = {
    "a branch": ("to main", "to main, develop", "develop"),
    "a value": (
        "    Note over CI: build\n",
        "    loop For each Python (3.11, 3.12, 3.14)\n    Note over CI: build\n    end\n",
        "3.14",
    ),
    "an environment": (
        "    Note over CI: deploy",
        "    %% approval: staging\n    Note over CI: deploy",
        "staging",
    ),
    "a raised right": (
        "CI: deploy\n",
        "CI: deploy\n    CI->>GitHub: Create release, and tag\n",
        "contents: write",
    ),
    "another right": ("CI: deploy\n", "CI: deploy\n    CI->>Registry: Push image\n", "packages: write"),
    "an output": (
        "    Note over CI: deploy",
        "    %% outputs: version\n    Note over CI: deploy",
        "version: true",
    ),
}


def compiled(drawn: str) -> str:
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    text = Path(".github/workflows/ci.yml").read_bytes().decode()
    assert main(["compile", "-q"]) == 0
    assert Path(".github/workflows/ci.yml").read_bytes().decode() == text
    return text


@pytest.mark.parametrize("style", STYLES)
def test_an_edit_that_is_taken_back_leaves_the_file_as_it_was(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW
    for old, new in STYLES[style]:
        assert old in text
        text = text.replace(old, new)
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode())
    Path("ci.mmd").write_text(DRAWN, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert compiled(DRAWN) == text
    for old, new, written in EDITS.values():
        assert written in compiled(DRAWN.replace(old, new, 1)).replace('"', "")
        assert compiled(DRAWN) == text
    together = DRAWN
    for old, new, _ in EDITS.values():
        together = together.replace(old, new, 1)
    made = compiled(together).replace('"', "")
    assert all(written in made for _, _, written in EDITS.values())
    assert compiled(DRAWN) == text


def test_a_right_to_write_goes_with_its_message_whatever_other_steps_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    release = "    CI->>GitHub: Create release\n"
    text = compiled_alone(DRAWN + release)
    assert "contents: write # Create release" in text
    own = text.replace("      - name: Create release", "      - run: make\n      - name: Create release")
    Path(".github/workflows/ci.yml").write_text(own, encoding="utf-8")
    left = compiled_alone(DRAWN)
    assert "write" not in left and "Create release" not in left and "run: make\n" in left
    assert "contents: write # drawn over read\n" in compiled_alone(DRAWN + release)
    assert compiled_alone(DRAWN) == left


@pytest.mark.parametrize(
    "comment",
    [
        "# drawn: deploy # the slow one",
        "# drawn: deploy # zizmor: ignore[excessive-permissions] why",
        "# zizmor: ignore[excessive-permissions] # drawn: deploy",
    ],
)
def test_a_comment_beside_the_mark_of_a_job_stays(
    comment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = compiled_alone(DRAWN).replace("# drawn: deploy", comment)
    Path(".github/workflows/ci.yml").write_text(text, encoding="utf-8")
    assert compiled_alone(DRAWN) == text
    new = compiled_alone(DRAWN.replace("CI: deploy", "CI: audit\n    Note over CI: deploy"))
    assert f"  deploy: {comment}\n" in new and "    needs: audit\n" in new
    renamed = compiled_alone(
        DRAWN.replace("    Note over CI: deploy", "    %% id: deploy\n    Note over CI: Roll out")
    )
    assert f"  deploy: {comment.replace('drawn: deploy', 'drawn: Roll out')}\n" in renamed


def compiled_alone(drawn: str) -> str:
    Path("mermaid2gha.yml").write_text("documents: [ci.mmd]\n", encoding="utf-8")
    return compiled(drawn)


def test_rights_that_are_repeated_from_elsewhere_are_all_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW.replace(
        "permissions: {contents: read}", "permissions: &rights {contents: read, checks: write}"
    )
    text = text.replace("{contents: read, id-token: write}", "*rights")
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(DRAWN, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    made = compiled(DRAWN + "    CI->>GitHub: Create release\n")
    assert "      contents: write # drawn over read\n      checks: write" in made
    assert "      contents: read\n      checks: write" in compiled(DRAWN)


ON = [
    "on: push",
    "on: [push] # all",
    "on:\n- push",
    "on:\n  push:",
    'on:\n  "push":\n    # nothing more',
    "on: {push: }",
    "on: {push: {paths: ['src/**']}, workflow_dispatch: }",
    "on: {push: {paths: ['src/**',\n  docs]}}",
    "on:\n  push: {tags: [v1]}",
    "on: {\n  push: , # all\n}",
]
EVENTS = {
    "an event": ("Note over CI: build", "GitHub->>CI: Trigger 'pull_request'\n    Note over CI: build"),
    "a filter": ("'push'", "'push' to main"),
    "an event and filters": (
        "'push'",
        "'push' to main\n    GitHub->>CI: Trigger 'pull_request' to main\n    GitHub->>CI: 'merge_group'",
    ),
    "a time": ("Note over CI: build", "GitHub->>CI: Trigger 'schedule' 3 4 * * *\n    Note over CI: build"),
}


@pytest.mark.parametrize("on", ON)
def test_what_starts_a_workflow_is_as_before_whatever_shape_on_has(
    on: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    jobs = WORKFLOW[WORKFLOW.index("jobs:") :]
    file.write_text(f"{on}\n{jobs}", encoding="utf-8")
    drawn = DRAWN.replace(" to main", "")
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    before = _starts(compiled(drawn))
    for old, new in EVENTS.values():
        made = compiled(drawn.replace(old, new, 1))
        assert _starts(made) != before and jobs in made
        if "{" not in on or "#" not in on:  # where a comment stands between braces nothing is laid out anew
            assert _starts(compiled(drawn)) == before
        file.write_text(f"{on}\n{jobs}", encoding="utf-8")


def _starts(text: str) -> object:
    """The events with their filters, however they are written."""
    on = yaml.load(text, yaml.BaseLoader)["on"]
    named = [on] if isinstance(on, str) else on
    return {name: (on[name] if isinstance(on, dict) else "") or "" for name in named}


def test_two_events_that_get_filters_at_once_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = DRAWN.replace(" to main", "\n    GitHub->>CI: Trigger 'pull_request'")
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    jobs = WORKFLOW[WORKFLOW.index("jobs:") :]
    for on in ("on: [push, pull_request]", "on: {push: , pull_request: {branches: [main]}}"):
        file.write_text(f"{on}\n{jobs}", encoding="utf-8")
        Path("mermaid2gha.yml").write_text("documents: [ci.mmd]\nadopted: [ci.yml]\n", encoding="utf-8")
        both = drawn.replace("'push'", "'push' to main, dev").replace("_request'", "_request' to main, dev")
        started = _starts(compiled(both))
        assert started == {name: {"branches": ["main", "dev"]} for name in ("push", "pull_request")}
