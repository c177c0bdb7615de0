"""Steps that the settings give: what they say comes out, and nothing of people's is ever written over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from command_calls import called
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.source import SourceFile
from mermaid2gha.commands import check, compile  # noqa: A004
from mermaid2gha.settings.reader import settings_from

PAGE = """\
# CI

```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Changes<br>Decide what to run
    opt docs
        Note over CI: Docs
    end
    Note over CI: Unit tests
```
"""
SETTINGS = "documents: [ci.md]\n"
GIVEN = SETTINGS + "steps:\n  Unit tests: [{run: pytest}]\n  Changes: [{run: git log}]\n"
FILE = Path(".github/workflows/ci.yml")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    Path("ci.md").write_text(PAGE)
    Path("mermaid2gha.yml").write_text(SETTINGS)
    yield tmp_path


def settings(text: str) -> None:
    Path("mermaid2gha.yml").write_text(text)


def runs(job: str) -> list[str]:
    return [step["run"] for step in yaml.safe_load(FILE.read_text())["jobs"][job]["steps"]]


def is_settled() -> bool:
    """Whether check is content and compile writes nothing."""
    before = FILE.read_bytes()
    codes = called(check, ["--no-cache", "--strict"]).code, called(compile, []).code
    return codes == (0, 0) and FILE.read_bytes() == before


def test_a_fresh_file_and_one_of_placeholders_become_the_same(here: Path) -> None:
    settings(GIVEN)
    assert called(compile, []).code == 0
    fresh = FILE.read_bytes()
    assert is_settled()
    FILE.unlink()
    settings(SETTINGS)
    called(compile, [])
    settings(GIVEN)
    told = called(check, ["--no-cache"])
    assert told.code == 1 and "the settings have steps for it" in told.err
    assert "step `pytest` of `unit-tests` added" in called(compile, []).err
    assert FILE.read_bytes() == fresh
    assert is_settled()


def test_steps_of_people_stay(here: Path) -> None:
    called(compile, [])
    head, last, tail = FILE.read_text().rpartition("run: printf '::notice::%s\\n' \"${TEXT}\"")
    assert last
    FILE.write_text(f"{head}run: make{tail}")
    mine = FILE.read_bytes()
    settings(GIVEN.replace("pytest", "tox"))
    called(compile, [])
    assert runs("unit-tests") == ["make"]
    assert FILE.read_bytes() != mine, "the job that decides had no step of people's"
    assert is_settled()


def test_given_steps_that_change_are_people_s_by_then(here: Path) -> None:
    settings(GIVEN)
    called(compile, [])
    settings(GIVEN.replace("pytest", "tox"))
    assert is_settled()
    assert runs("unit-tests") == ["pytest"]


def test_a_job_whose_runner_people_chose_gets_its_steps_and_keeps_it(here: Path) -> None:
    called(compile, [])
    FILE.write_text(FILE.read_text().replace("runs-on: ubuntu-24.04", "runs-on: macos-15"))
    settings(GIVEN)
    called(compile, [])
    assert runs("unit-tests") == ["pytest"]
    assert "ubuntu" not in FILE.read_text()
    assert is_settled()


def test_a_flag_that_people_set_is_not_lost(here: Path) -> None:
    called(compile, [])
    FILE.write_text(FILE.read_text().replace("docs=true", "docs=false"))
    settings(GIVEN)
    called(compile, [])
    assert "docs=false" in FILE.read_text() and runs("unit-tests") == ["pytest"]
    assert is_settled()


def test_what_only_a_whole_file_shows_is_refused(here: Path) -> None:
    """A list of steps is right by itself, and its id stands in the job already."""
    settings(GIVEN.replace("Changes: [{run: git log}]", "Changes: [{id: decide, run: 'true'}]"))
    result = called(compile, [])
    assert (result.code == 1 and "repeated-id" in result.err) or "refused-edit" in result.err
    assert not FILE.exists()


NAMES = st.sampled_from(["name", "env", "with", "shell", "timeout-minutes", "continue-on-error"])
TEXTS = st.sampled_from(
    [
        "a",
        "true",
        "3.10",
        "a: b",
        "# c",
        "x # y",
        "",
        "two\nlines",
        "tail\n",
        "\n lead",
        "${{ 1 }}",
        "é",
        "- x",
        "null",
    ]
)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "name": TEXTS.filter(lambda text: "${{" not in text),
    "env": st.dictionaries(st.sampled_from(["A", "B_2"]), TEXTS, min_size=1),
    "shell": st.just("bash"),
    "timeout-minutes": st.integers(1, 9),
    "continue-on-error": st.booleans(),
}
STEPS = st.fixed_dictionaries({"run": TEXTS.filter(str.strip)}, optional=VALUES)


@given(st.lists(STEPS, min_size=1, max_size=3), st.booleans())
def test_a_step_says_what_its_setting_says(steps: list[dict[str, object]], is_flow: bool) -> None:
    text = yaml.safe_dump({"steps": {"a": steps}}, default_flow_style=is_flow, sort_keys=False, width=10**6)
    read, faults = settings_from(SourceFile("mermaid2gha.yml", text))
    if not faults:
        [(_, of_a)] = read.steps
        lines = "".join(f"{line}\n" for step in of_a.steps for line in step.lines)
        assert yaml.safe_load(lines) == yaml.safe_load(text)["steps"]["a"]
