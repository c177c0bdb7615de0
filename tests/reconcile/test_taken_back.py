"""What an edit of the drawing writes into a file of people's goes with it, and what stood there is back."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from adopted_file import adopted, compiled, said, write

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


@pytest.mark.parametrize("style", STYLES)
def test_an_edit_that_is_taken_back_leaves_the_file_as_it_was(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW
    for old, new in STYLES[style]:
        assert old in text
        text = text.replace(old, new)
    adopted(text, DRAWN)
    for old, new, written in EDITS.values():
        assert written in compiled(DRAWN.replace(old, new, 1)).replace('"', "")
        assert compiled(DRAWN) == text
    together = DRAWN
    for old, new, _ in EDITS.values():
        together = together.replace(old, new, 1)
    made = compiled(together).replace('"', "")
    assert all(written in made for _, _, written in EDITS.values())
    assert compiled(DRAWN) == text


@pytest.mark.parametrize(
    ("condition", "drawn", "optional", "settings"),
    [
        (  # what the jobs before it are skipped by, it is skipped by as well
            "    if: vars.SHIP == 'true'\n",
            "    opt vars.SHIP == 'true'\n    Note over CI: build\n    Note over CI: deploy\n    end\n",
            ("    Note over CI: deploy\n", "    opt vars.X == '1'\n    Note over CI: deploy\n    end\n"),
            "",
        ),
        (  # it asked for success before it was optional, too
            "    if: always()\n",
            "    Note over CI: build\n    Note over CI: deploy\n",
            ("    Note over CI: deploy\n", "    opt vars.X == '1'\n    Note over CI: deploy\n    end\n"),
            "accepted:\n  ci.yml: [{silenced-by-skip: jobs.build.if}]\n",
        ),
    ],
)
def test_an_if_that_came_whole_with_what_was_drawn_goes_whole(
    condition: str,
    drawn: str,
    optional: tuple[str, str],
    settings: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW.replace("  build:\n", f"  build:\n{condition}")
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    listed = f"documents: [ci.mmd]\nadopted: [ci.yml]\n{settings}"
    Path("mermaid2gha.yml").write_text(listed, encoding="utf-8")
    drawn = DRAWN.replace("    Note over CI: build\n    Note over CI: deploy\n", drawn)
    assert compiled(drawn) == text
    assert "vars.X == '1'" in compiled(drawn.replace(*optional))
    assert compiled(drawn) == text


BRACES = {
    "a job on a line": """\
  build: {runs-on: ubuntu-24.04, strategy: {matrix: {python: ["3.11", "3.12"]}}, steps: [{run: make}]} # slow
  deploy: {needs: build, environment: production, runs-on: [self-hosted, "large"], \
permissions: {contents: read}, \
outputs: {digest: "${{ steps.x.outputs.digest }}"}, steps: [{id: x, run: ./deploy}]}
""",
    "a job on several lines": """\
  build: {
    runs-on: ubuntu-24.04, # the usual
    "strategy": {
      fail-fast: false,
      matrix: {python: ["3.11",
        "3.12"]}},
    steps: [
      # all of it
      {run: "make
        all"},
    ],
  }

  # the outside
  deploy: {needs: build,
    environment: {name: "production", url: "https://example.org"},
    runs-on: ubuntu-24.04, steps: [{run: ./deploy}],
    # and no more
  } # asks
""",
    "parts of a job": """\
  build:
    runs-on: ubuntu-24.04
    strategy: {fail-fast: false, matrix: {python: ["3.11", "3.12"]}} # both
    steps: [{run: make}]
  deploy:
    needs: build
    runs-on: ubuntu-24.04
    strategy: {max-parallel: 1}
    steps: [{run: ./deploy}]
""",
    "all jobs": """\
  {build: {runs-on: ubuntu-24.04, steps: [{run: make}]}, deploy: {needs: build, runs-on: ubuntu-24.04,
    steps: [{run: ./deploy}]}}
""",
}
MORE = EDITS | {
    "a job": ("    Note over CI: deploy", "    Note over CI: audit\n    Note over CI: deploy", "audit:"),
    "a condition": (
        "    Note over CI: deploy",
        "    opt vars.RUN_IT == 'true'\n    Note over CI: deploy\n    end",
        "vars.RUN_IT",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("jobs", BRACES)
def test_an_edit_between_braces_that_is_taken_back_leaves_what_the_filesaid(
    jobs: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    on = "name: CI\non: {push: {branches: [main]}}\npermissions: {contents: read}\njobs:\n"
    text = (on + BRACES[jobs]).replace("\n", newline)
    adopted(text, DRAWN)
    mentions = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    for old, new, written in MORE.values():
        write(text)
        made = compiled(DRAWN.replace(old, new, 1), *(["--prune"] if written == "audit:" else []))
        assert written in made.replace('"', "") and all(one in made for one in mentions)
        assert newline == "\n" or made.count("\n") == made.count("\r\n")
        left = compiled(DRAWN)
        assert said(left) == said(text) and "drawn" not in left
        assert all(one in left for one in mentions)


def test_a_file_between_braces_is_put_on_lines_where_something_needs_a_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "{on: push, jobs: {build: {runs-on: u, steps: [{run: make}]},\n  # the outside\n  deploy: "
    text += "{needs: build, runs-on: u, steps: [{run: ./deploy}]}}}\n"
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    drawn = DRAWN.replace(" to main", "")
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    for old, new, written in (MORE[name] for name in ("an environment", "an output", "a job", "a condition")):
        file.write_text(text, encoding="utf-8")
        made = compiled(drawn.replace(old, new, 1), *(["--prune"] if written == "audit:" else []))
        assert written in made.replace('"', "") and "# the outside" in made
        assert said(compiled(drawn)) == said(text)


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


def test_a_job_needs_again_what_a_step_of_it_asks_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    decides = "    Note over CI: info<br>Decide what to do\n"
    drawn = "sequenceDiagram\n    participant CI as CI (ci.yml)\n    GitHub->>CI: Trigger 'push'\n"
    drawn += f"{decides}    Note over CI: lint\n    Note over CI: build\n"
    drawn += "    opt Docs changed\n    CI->>Registry: Push image\n    end\n"
    text = compiled_alone(drawn)
    asked = "if: ${{ needs.info.outputs.docs-changed == 'true' }}"
    assert asked in text and "needs: [info, lint]" in text
    assert "info" not in compiled_alone(drawn.replace(decides, ""))
    assert compiled_alone(drawn) == text
    file = Path(".github/workflows/ci.yml")
    file.write_text(text.replace("needs: [info, lint]", "needs: lint"), encoding="utf-8")
    assert compiled_alone(drawn) == text


def test_tests_of_results_go_with_the_job_that_brought_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    jobs = "    Note over CI: build\n    Note over CI: test\n"
    request = f"sequenceDiagram\n    Fork->>CI: Trigger 'pull_request'\n{jobs}"
    push = request.replace("Fork->>CI: Trigger 'pull_request'", "GitHub->>CI: Trigger 'push'")
    more = push.replace("    Note over CI: build", "    Note over CI: audit\n    Note over CI: build")
    text = compiled_in_two_flows(request, push)
    assert "!cancelled()" not in text
    assert "!cancelled()\n      && needs.build.result == 'success'" in compiled_in_two_flows(request, more)
    assert compiled_in_two_flows(request, push) == text


def compiled_in_two_flows(first: str, second: str) -> str:
    flows = (("Pull request from fork", first), ("Merge run", second))
    Path("ci.md").write_text(
        "".join(f"# {name}\n\n```mermaid\n{drawn}```\n\n" for name, drawn in flows), encoding="utf-8"
    )
    assert main(["compile", "ci.md", "-q"]) == 0
    return Path(".github/workflows/ci.yml").read_text(encoding="utf-8")


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


@pytest.mark.parametrize(
    ("matrix", "is_told"),
    [
        ("{version: ['3.13']}", False),
        ("{include: [{version: '3.13', os: mac}]}", False),
        ("{version: '${{ fromJSON(vars.V) }}'}", False),
        ("'${{ fromJSON(vars.M) }}'", False),
        ("{version: ['3.11']}", True),
        ("{include: [{version: '3.11'}]}", True),
    ],
)
def test_a_drawn_loop_that_a_matrix_of_peoples_is_not_is_told_and_accepted(
    matrix: str,
    is_told: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    old = '\n        python: ["3.11", "3.12"]'
    text = WORKFLOW.replace(f"matrix:{old}", f"matrix: {matrix}").replace("matrix.python", "matrix.version")
    file.write_text(text, encoding="utf-8")
    loop, (before, after, _) = "Python (3.13)", EDITS["a value"]
    drawn = DRAWN.replace(before, after.replace("Python (3.11, 3.12, 3.14)", loop))
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    Path("mermaid2gha.yml").write_text("documents: [ci.mmd]\nadopted: [ci.yml]\n", encoding="utf-8")
    assert main(["check", "--strict"]) == 1 and compiled(drawn) == text
    assert ("axis-differs" in capsys.readouterr().err) == is_told
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert main(["check", "--strict"]) == 0


RAISED = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: release
    %% permissions: packages: read
    CI->>Registry: Pull image
"""


@pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "theirs"])
def test_a_level_that_people_raised_on_a_drawn_right_is_told_and_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_ours: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path(".github/workflows/ci.yml")
    if is_ours:
        text = compiled_alone(RAISED).replace("    steps:\n", "    steps:\n      - run: make\n")
        file.write_text(text, encoding="utf-8")
    else:
        file.parent.mkdir(parents=True)
        file.write_text(WORKFLOW.replace("  deploy:", "  release:"), encoding="utf-8")
        Path("ci.mmd").write_text(RAISED, encoding="utf-8")
        Path("mermaid2gha.yml").write_text("documents: [ci.mmd]\nadopted: [ci.yml]\n", encoding="utf-8")
        assert main(["compile", "-q"]) == 0
    text = file.read_text(encoding="utf-8")
    assert "packages: read" in text
    file.write_text(text.replace("packages: read", "packages: write"), encoding="utf-8")
    assert main(["check", "-q"]) == 1
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text
