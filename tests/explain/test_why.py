"""`mermaid2gha why`: the chain of needs with its lines, what leaves a job out, and what its token may."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mermaid2gha.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "why.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"\$ mermaid2gha why (.*)\n((?:(?!\$ |```).*\n)+)", PAGE)
[DOCUMENT] = re.findall(r"````markdown\n(.*?)````", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/ci.md").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\n", encoding="utf-8")
    assert main(["compile", "--quiet"]) == 0
    return tmp_path


def why(words: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> str:
    capsys.readouterr()
    assert main(["why", *shlex.split(words)]) == code
    told = capsys.readouterr()
    return told.err if code else told.out


def test_a_chain_names_each_need_with_its_lines_in_the_document_and_in_the_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = why("build publish", capsys).splitlines()
    assert told[0] == "`publish` waits for `build` (ci.yml), by 2 needs"
    assert told[1] == "  publish needs unit-tests: order"
    assert "    docs/ci.md:17: Note over CI: Publish  (this is drawn)" in told
    assert "    docs/ci.md:11: Note over CI: Unit tests  (after this)" in told
    assert "  unit-tests needs build: order" in told
    assert sum(".github/workflows/ci.yml:" in line and "needs:" in line for line in told) == 2


def test_jobs_that_nothing_orders_can_run_at_the_same_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("'Unit tests' build-docs", capsys)
    assert (
        told == "`unit-tests` and `build-docs` can run at the same time: neither is drawn before the other\n"
    )


def test_a_job_tells_when_it_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("build-docs", capsys)
    assert "it is left out\n  in “Release” unless docs\n  if: " in told


def test_a_job_tells_what_its_token_may_and_for_which_message(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("publish", capsys)
    assert "its token may\n" in told
    assert "  id-token: write, for Upload the package by OIDC\n" in told


def test_a_job_at_the_start_is_never_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    told = why("build", capsys)
    assert "it waits for no other job\nit is never left out\n" in told


def test_the_gate_is_never_left_out(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = DOCUMENT.replace("    CI->>Index", "    CI-->>GitHub: Status\n    CI->>Index")
    (here / "docs/ci.md").write_text(text, encoding="utf-8")
    assert "\nit is never left out: it tells how the others ended\n  if: always()\n" in why("status", capsys)


def test_a_job_that_nobody_drew_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert why("publsh", capsys, 2) == "mermaid2gha: no job `publsh` is drawn; did you mean `publish`?\n"


def test_a_damaged_document_is_told_instead(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "docs/ci.md").write_text(DOCUMENT.replace("    end\n", ""), encoding="utf-8")
    assert "unclosed-block" in why("build", capsys, 1)


@pytest.mark.parametrize(("words", "answer"), EXAMPLES, ids=[words for words, _ in EXAMPLES])
def test_the_page_shows_what_is_answered(words: str, answer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert why(words, capsys) == answer


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3
