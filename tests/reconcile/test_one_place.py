"""What people say behind a mark stays, and what goes together goes by one edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main
from mermaid2gha.compiler.scripts.comments import SELF_CALL

FILE = Path(".github/workflows/ci.yml")
DRAWN = """\
    Note over CI: Plan<br>Decide what to run
    opt Docs changed
        Note over CI: Docs
    end
    loop For each Python (3.11, 3.12)
        loop For each Node (20, 22)
            Note over CI: Test
        end
    end
    CI->>Wheels: call
    Note over Wheels: Wheels
    Wheels-->>CI: done
    %% approval: production
    Note over CI: Ship
    CI-->>GitHub: Status update
"""


def _draw(body: str, event: str = "Trigger 'push'") -> None:
    Path("docs").mkdir(exist_ok=True)
    head = "    participant CI as ci.yml\n    participant Wheels as wheels.yml\n"
    text = f"# CI\n\n```mermaid\nsequenceDiagram\n{head}    GitHub->>CI: {event}\n{body}```\n"
    Path("docs/ci.md").write_text(text, encoding="utf-8")


def _compile() -> int:
    return main(["compile", "docs/ci.md", "--no-cache", "--quiet"])


def _jobs() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = typed(FILE.read_text(encoding="utf-8"))["jobs"]
    return found


def _edit(old: str, new: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    FILE.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(autouse=True)
def _compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _draw(DRAWN)
    assert _compile() == 0


@pytest.mark.parametrize(
    "line",
    [
        '        python: ["3.11", "3.12"] # drawn: 3.11, 3.12',
        "    environment: production # drawn",
        "    if: >-",
        "      - name: Decide what to run # drawn",
        "      - name: Compare the results with the diagram # drawn",
        f"    uses: ./.github/workflows/wheels.yml # {SELF_CALL.write()}",
    ],
)
def test_a_comment_behind_one_of_ours_stays(line: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    at = text.index(f"{line}\n") + len(line)
    FILE.write_text(f"{text[:at]} # why{text[at:]}", encoding="utf-8")
    before = FILE.read_text(encoding="utf-8")
    assert _compile() == 0
    assert FILE.read_text(encoding="utf-8") == before
    edits = (("Docs changed", "Papers changed"), ("3.11, 3.12", "3.11, 3.13"), ("production", "staging"))
    for old, new in edits:
        _draw(DRAWN.replace(old, new))
        assert _compile() == 0
        assert "# why" in FILE.read_text(encoding="utf-8")


def test_a_comment_between_compiled_steps_stays() -> None:
    _edit("      - name: Decide what to run # drawn", "      # why\n      - name: Decide what to run # drawn")
    _draw(DRAWN.replace("Docs changed", "Papers changed"))
    assert _compile() == 0
    assert "      # why\n      - name: Decide what to run # drawn" in FILE.read_text(encoding="utf-8")


def test_the_only_output_is_renamed_in_a_job_that_people_touched() -> None:
    _edit("    name: Plan\n", "    name: Plan\n    env: {A: b}\n")
    _draw(DRAWN.replace("Docs changed", "Papers changed"))
    assert _compile() == 0
    assert list(_jobs()["plan"]["outputs"]) == ["papers-changed"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("keys", "left"),
    [("", None), ("      fail-fast: false\n", {"fail-fast": False})],
    ids=["alone", "beside"],
)
def test_all_axes_go_at_once(keys: str, left: object) -> None:
    _edit("    strategy:\n", f"    env: {{A: b}}\n    strategy:\n{keys}")
    loops = (
        "    loop For each Python (3.11, 3.12)\n        loop For each Node (20, 22)\n",
        "        end\n    end\n",
    )
    body = DRAWN.replace(loops[0], "").replace(loops[1], "")
    _draw(body)
    assert _compile() == 0
    assert _jobs()["test"].get("strategy") == left


def test_the_matrix_stays_with_an_axis_that_is_read() -> None:
    _edit("    strategy:\n", "    env: {A: '${{ matrix.node }}'}\n    strategy:\n")
    loops = (
        "    loop For each Python (3.11, 3.12)\n        loop For each Node (20, 22)\n",
        "        end\n    end\n",
    )
    _draw(DRAWN.replace(loops[0], "").replace(loops[1], ""))
    assert _compile() == 0
    assert list(_jobs()["test"]["strategy"]["matrix"]) == ["node"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("drawn", "line", "told"),
    [
        ("tags v*", "    branches: [dev]\n", "`branches: dev`"),
        ("tags v*", "    branches-ignore: [dev]\n", "`branches-ignore: dev`"),
        ("to main", "    tags: [v1]\n", "`tags: v1`"),
    ],
)
def test_a_filter_that_lets_more_in_is_told(
    drawn: str, line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _draw(DRAWN, f"Trigger 'push' {drawn}")
    assert _compile() == 0
    _edit("  push: # drawn\n", f"  push: # drawn\n{line}")
    capsys.readouterr()
    assert main(["check", "docs/ci.md", "--no-cache"]) == 0
    assert f"`push` starts by {told} too, which is not drawn" in capsys.readouterr().err
