"""Phrases for events, of times and of what causes a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.vocabulary import phrases, times
from mermaid2gha.compiler.vocabulary.phrases import is_phrase
from mermaid2gha.settings.model import Settings

WORDS = (
    *("push", "merge", "merged", "pull request", "PRs", "tag", "git", "git push", "code", "a", "the", "to"),
    *("main", "v1.2", "*", "opened", "opens", "approve", "squash", "into", "origin", "release", "branch"),
    *("and", "or", ",", "/", "&", "on", "when", "triggers", "CI", "event", "!", "constraints", "if", "daily"),
    *("pu\u017fh", "--tags", "created", "#12", "every", "day", "at", "1:30", "of", "feature"),
)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join))
def test_what_is_compiled_decides_nothing(text: str) -> None:
    every_kind = tuple(kind for _, kind in phrases._KINDS)
    is_of_a_time = phrases._OF_A_TIME.fullmatch(phrases._AROUND.sub("", text))
    is_one = phrases._phrase(every_kind).fullmatch(phrases._AROUND.sub("", text))
    assert is_phrase(text) == bool(is_one or is_of_a_time)


@given(
    st.lists(st.sampled_from(("push", "merge", "pull request", "pull-request", "PR")), min_size=1, max_size=4)
)
def test_the_plainest_are_phrases_by_the_rule_as_well(words: list[str]) -> None:
    every_kind = tuple(kind for _, kind in phrases._KINDS)
    for text in (" / ".join(words), ",".join(words), " +".join(words)):
        assert phrases._PLAINEST.fullmatch(text)
        assert phrases._phrase(every_kind).fullmatch(text)


@pytest.mark.parametrize(
    "text",
    [
        "5 min",
        "~10 minutes",
        "⏱ 2-3 Minuten",
        "(ca. 90 s)",
        "1 h 30 min",
        "約5分",
        "5 минут",
        "3–5 phút",
        "30分钟",
        "1.5h",
    ],
)
def test_a_duration_is_one(text: str) -> None:
    assert times.is_duration(text)


@pytest.mark.parametrize(
    "text", ["Test 5 min", "5 tests", "Stage 1", "2", "minutes", "5 min soak", "v1 s", "10:30", "every 5 min"]
)
def test_what_is_more_than_a_duration_is_none(text: str) -> None:
    assert not times.is_duration(text)


@pytest.mark.parametrize(
    ("cause", "event"),
    [
        ("closes the issue", "issues[type=closed]"),
        ("someone labels an issue", "issues[type=labeled]"),
        ("edits the comment", "issue_comment[type=edited]"),
        ("turns to the issue", "issues"),
        ("looks at the release", "release"),
    ],
)
def test_the_cure_for_a_cause_that_is_not_read_is_the_type_that_it_names(cause: str, event: str) -> None:
    text = f"""\
```mermaid
sequenceDiagram
    participant CI as ci.yml
    Dev->>GitHub: {cause}
    {{mark}}
    GitHub->>CI: trigger
    CI->>CI: sort
```
"""
    (told,) = compile_documents([SourceFile("a.md", text.format(mark=""))], Settings()).diagnostics
    assert told.rule == "no-trigger" and f"`%% trigger: {event}`" in told.help
    made = compile_documents([SourceFile("a.md", text.format(mark=f"%% trigger: {event}"))], Settings())
    assert not made.diagnostics


def test_a_drawing_without_a_workflow_is_asked_for_what_may_be_one() -> None:
    text = """\
```mermaid
sequenceDiagram
    actor Dev
    participant GH as GitHub
    participant R as ghcr.io
    Dev->>GH: git push origin v1.2.0
    GH->>GH: publish.yml starts
    GH->>R: push the image
```
"""
    (told,) = compile_documents([SourceFile("a.md", text)], Settings()).diagnostics
    assert told.rule == "not-a-flow" and "`participant GH as GitHub (publish.yml)`" in told.help
    cured = text.replace("    participant GH", "    %% role: workflow publish.yml\n    participant GH")
    made = compile_documents([SourceFile("a.md", cured)], Settings())
    assert [one.file for one in made.linked] == ["publish.yml"]


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("tous les jours à 3h", "0 3 * * *"),
        ("jeden Tag um 4 Uhr", "0 4 * * *"),
        ("毎日2時30分", "30 2 * * *"),
        ("每天凌晨 3 点", "0 3 * * *"),
        ("매일 새벽 3시", "0 3 * * *"),
        ("каждую ночь в 3:05", "5 3 * * *"),
        ("all 3 tests", ""),
        ("10 hosts, v1.2", ""),
    ],
)
def test_a_time_of_the_day_is_proposed_as_a_cron(text: str, cron: str) -> None:
    assert times.clock_said(text) == cron
