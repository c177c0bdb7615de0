"""What reviewers of Markdown are told: steps of people's that strangers start or that get more."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.cli import main

HEAD = "    participant GH as GitHub\n    participant CI as CI (ci.yml)\n"
STEPS = {
    "plain": "      - run: make test\n",
    "checkout": "      - uses: actions/checkout@v4\n        with: {ref: x}\n",
    "git": "      - run: git fetch origin pull/1/head\n",
    "gh": "      - run: |\n          gh pr checkout 1\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def draw(event: str, body: str = "    Note over CI: Build\n") -> None:
    text = f"# CI\n\n```mermaid\nsequenceDiagram\n{HEAD}    GH->>CI: Trigger '{event}'\n{body}```\n"
    Path("ci.md").write_text(text)


def settings(*lines: str) -> None:
    Path("mermaid2gha.yml").write_text("\n".join(("documents: [ci.md]", *lines)) + "\n")


FILE = Path(".github/workflows/ci.yml")


def with_step(step: str, job: str = "build") -> None:
    lines = FILE.read_text().splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith(f"  {job}:"))
    at = next(n for n in range(at, len(lines)) if lines[n].startswith("    steps:"))
    FILE.write_text("".join([*lines[: at + 1], step, *lines[at + 1 :]]))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    """The exit code, and the lines about steps of people's."""
    code = main([*words])
    err = capsys.readouterr().err
    return code, [line.partition("[")[0] for line in err.splitlines() if "[privileged-steps]" in line]


@pytest.mark.parametrize(
    ("event", "step", "is_told"),
    [
        ("pull_request_target", "plain", True),
        ("pull_request_target", "checkout", True),
        ("issue_comment", "plain", False),
        ("issue_comment", "checkout", True),
        ("issue_comment", "git", True),
        ("issue_comment", "gh", True),
        ("pull_request", "checkout", False),
        ("push", "checkout", False),
    ],
)
def test_steps_of_people_under_an_event_of_strangers_are_told_until_accepted(
    here: Path, capsys: pytest.CaptureFixture[str], event: str, step: str, is_told: bool
) -> None:
    settings()
    draw(event)
    main(["compile", "-q"])
    assert told(capsys, "check", "--no-cache")[1] == []  # all steps are ours
    with_step(STEPS[step])
    main(["compile", "-q"])  # the comment that silences zizmor goes
    capsys.readouterr()
    assert told(capsys, "check", "--no-cache")[1] == (["error"] if is_told else [])
    assert told(capsys, "compile") == (0, ["warning"] if is_told else [])
    settings("accepted:", "  ci.yml:", f"    - privileged-steps: jobs.build.on.{event}")
    main(["check", "--strict", "--no-cache"])
    assert ("unused-acceptance" in capsys.readouterr().err) is not is_told


def test_a_workflow_that_follows_another_runs_by_whatever_caused_that(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings()
    body = (
        "    Note over CI: Build\n    participant D as Deploy (deploy.yml)\n"
        "    CI->>D: Trigger 'workflow_run'\n    Note over D: Deploy\n"
    )
    draw("pull_request", body)
    main(["compile", "-q"])
    file = Path(".github/workflows/deploy.yml")
    file.write_text(file.read_text().replace("    steps:\n", f"    steps:\n{STEPS['plain']}", 1))
    assert told(capsys, "check", "--no-cache") == (1, ["error"])


def test_an_edit_of_the_drawing_is_told_before_and_after_it_is_compiled(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings("extra-events: {CI: [pull_request]}")
    draw("pull_request")
    main(["compile", "-q"])
    with_step(STEPS["plain"])
    assert told(capsys, "check", "--no-cache") == (0, [])
    draw("pull_request_target")
    assert told(capsys, "check", "--no-cache") == (1, ["error"])
    assert told(capsys, "compile") == (0, ["warning"])
    assert told(capsys, "check", "--no-cache") == (1, ["error"])


def test_no_linter_is_silenced_over_steps_of_people(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings()
    draw("pull_request_target")
    main(["compile", "-q"])
    assert "zizmor: ignore[dangerous-triggers]" in FILE.read_text()
    with_step(STEPS["plain"])
    assert main(["check", "--no-cache"]) == 1
    main(["compile", "-q"])
    assert "zizmor: ignore[dangerous-triggers]" not in FILE.read_text()
    after = FILE.read_bytes()
    main(["compile", "-q"])
    assert FILE.read_bytes() == after


def test_a_silence_that_people_wrote_stays(here: Path) -> None:
    settings()
    draw("pull_request_target")
    main(["compile", "-q"])
    ours = "zizmor: ignore[dangerous-triggers] the diagram draws it"
    FILE.write_text(FILE.read_text().replace(ours, "zizmor: ignore[dangerous-triggers] we label only"))
    with_step(STEPS["plain"])
    main(["compile", "-q"])
    assert "ignore[dangerous-triggers] we label only" in FILE.read_text()


def test_a_job_that_the_event_does_not_reach_is_not_meant(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings("extra-jobs: {CI: [mine, after]}")
    draw("pull_request_target")
    main(["compile", "-q"])
    mine = "  mine:\n    if: github.event_name != 'pull_request_target'\n    runs-on: x\n    steps:\n"
    after = "  after:\n    needs: mine\n    runs-on: x\n    steps:\n"
    text = FILE.read_text().replace("jobs:\n", f"jobs:\n{mine}{STEPS['plain']}{after}{STEPS['plain']}", 1)
    FILE.write_text(text)
    assert told(capsys, "check", "--no-cache") == (0, [])
    FILE.write_text(text.replace("    if: github.event_name != 'pull_request_target'\n", ""))
    assert told(capsys, "check", "--no-cache")[1] == ["error", "error"]


def test_a_called_workflow_runs_by_the_events_of_its_caller(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings()
    body = (
        "    participant B as Builder (build.yml)\n    Note over CI: Plan\n    CI->>B: Call\n"
        "    Note over B: Make\n"
    )
    draw("pull_request_target", body)
    main(["compile", "-q"])
    file = Path(".github/workflows/build.yml")
    file.write_text(file.read_text().replace("    steps:\n", f"    steps:\n{STEPS['plain']}", 1))
    assert told(capsys, "check", "--no-cache") == (1, ["error"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    Note over CI: Build\n    CI->>GH: Create release\n", "the right `contents: write`"),
        ("    actor Dev\n    Dev->>CI: Approve\n    Note over CI: Build\n", "the secrets of the environment"),
        (
            "    loop For each runner (self-hosted, ubuntu-24.04)\n    Note over CI: Build\n    end\n",
            "a runner of your own",
        ),
    ],
)
def test_more_than_steps_had_is_told_where_an_edit_gives_it(
    here: Path, capsys: pytest.CaptureFixture[str], body: str, words: str
) -> None:
    settings()
    draw("push")
    main(["compile", "-q"])
    with_step(STEPS["plain"])
    draw("push", body)
    capsys.readouterr()
    main(["compile"])
    err = capsys.readouterr().err
    assert "warning[privileged-steps]" in err and words in err
    assert told(capsys, "compile") == (0, [])


def test_adoption_accepts_what_stands(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw("pull_request_target")
    main(["compile", "-q", "ci.md"])
    with_step(STEPS["plain"])
    lines = FILE.read_text().replace("zizmor: ignore[dangerous-triggers] the diagram draws it", "ours")
    FILE.write_text("".join(f"{one}\n" for one in lines.splitlines() if not one.startswith("#")))
    main(["adopt", str(FILE), "--document", "ci.md", "--write"])
    text = Path("mermaid2gha.yml").read_text()
    assert "privileged-steps: jobs.build.on.pull_request_target" in text, text
    assert told(capsys, "check", "--no-cache")[1] == []
