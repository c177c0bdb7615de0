"""Phrases for events, of times and of what causes a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.vocabulary import forms, guards, phrases, times
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
    assert forms.is_duration(text)


@pytest.mark.parametrize(
    "text", ["Test 5 min", "5 tests", "Stage 1", "2", "minutes", "5 min soak", "v1 s", "10:30", "every 5 min"]
)
def test_what_is_more_than_a_duration_is_none(text: str) -> None:
    assert not forms.is_duration(text)


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


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("a release is published", "release[type=published]"),
        ("wenn ein Release veröffentlicht wird", "release[type=published]"),
        ("新しいissueが作成された", "issues[type=opened]"),
        ("issue opened or labeled", "issues[type=labeled|opened]"),
        ("a label is added", "pull_request[type=labeled]"),
        ("issue comment created or edited", "issue_comment[type=created|edited]"),
        ("the branch develop changes", "push[branch=develop]"),
        ("once a day", "schedule[cron=0 3 * * *]"),
        ("pull request opened or edited", "pull_request[type=edited|opened]"),
        ("pull request ouverte ou modifiée", "pull_request[type=edited|opened]"),
        ("pull request closed or reopened", "pull_request[type=closed|reopened]"),
        ("something happens", "push"),
    ],
)
def test_the_cure_for_a_trigger_that_is_not_read_is_what_it_says(said: str, event: str) -> None:
    text = f"""\
```mermaid
sequenceDiagram
    participant CI as ci.yml
    {{mark}}
    GitHub->>CI: {said}
    CI->>CI: sort
```
"""
    (told,) = compile_documents([SourceFile("a.md", text.format(mark=""))], Settings()).diagnostics
    assert f"`%% trigger: {event}`" in told.help and (told.rule == "no-trigger" or not told.fixes)
    made = compile_documents([SourceFile("a.md", text.format(mark=f"%% trigger: {event}"))], Settings())
    assert not made.diagnostics


@pytest.mark.parametrize(
    ("before", "begin", "event"),
    [
        ("git push origin develop", "On develop branch merge", "push[branch=develop]"),
        ("git push origin v1.2.3", "Build", "push[tag=v*]"),
        ("pusht nach develop", "Bauen", "push[branch=develop]"),
        ("open a PR to develop", "Test", "pull_request[branch=develop]"),
        ("publish a release", "Every night", "schedule[cron=0 3 * * *]"),
    ],
)
def test_the_cure_for_a_run_that_no_message_starts_is_what_has_happened(
    before: str, begin: str, event: str
) -> None:
    text = f"""\
```mermaid
sequenceDiagram
    participant CI as ci.yml
    Dev->>GitHub: {before}
    {{mark}}
    Note over CI: {begin}
    Note over CI: Pack
```
"""
    (told,) = compile_documents([SourceFile("a.md", text.format(mark=""))], Settings()).diagnostics
    assert told.rule == "no-trigger" and f"`%% trigger: {event}`" in told.help
    made = compile_documents([SourceFile("a.md", text.format(mark=f"%% trigger: {event}"))], Settings())
    assert not made.diagnostics


@pytest.mark.parametrize("said", ["accept the pull request", "akzeptiert den Pull Request", "land the PR"])
def test_what_is_done_with_a_pull_request_may_be_its_merge(said: str) -> None:
    text = f"""\
```mermaid
sequenceDiagram
    participant CI as ci.yml
    Dev->>GitHub: {said}
    {{mark}}
    GitHub->>CI: Trigger deployment
    CI->>Server: ship it
```
"""
    (told,) = compile_documents([SourceFile("a.md", text.format(mark=""))], Settings()).diagnostics
    mark = "%% trigger: push[branch=main]"
    assert f"`{mark}` that it is merged then" in told.help and not told.fixes
    made = compile_documents([SourceFile("a.md", text.format(mark=mark))], Settings())
    assert not made.diagnostics


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("create tag v1.1.0", "push[tag=v*]"),
        ("publish a release", "release[type=published]"),
        ("merge to main", "push[branch=main]"),
        ("cria release/1.1.0", "push[branch=release/1.1.0]"),
    ],
)
def test_what_happens_in_the_middle_of_a_run_may_begin_another(said: str, event: str) -> None:
    text = f"""\
```mermaid
sequenceDiagram
    actor Dev
    participant CI as ci.yml
    GitHub->>CI: Trigger 'push[branch=develop]'
    CI->>Server: deploy to DEV
    Dev->>GitHub: {said}
    {{mark}}
    CI->>CI: Build once
    CI->>Server: deploy to PROD
```
"""
    (told,) = compile_documents([SourceFile("a.md", text.format(mark=""))], Settings()).diagnostics
    assert f"`%% trigger: {event}` above what follows" in told.help
    made = compile_documents([SourceFile("a.md", text.format(mark=f"%% trigger: {event}"))], Settings())
    assert [len(one.workflow.flows) for one in made.linked] == [2]


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
        ("毎日 東京時間9時", "0 0 * * *"),
        ("todos os dias às 8h de São Paulo", "0 11 * * *"),
        ("Weekly, Monday 10:00 Sydney", "MINUTE HOUR * * 1"),
        ("täglich um 6 Uhr Berliner Zeit", "MINUTE HOUR DAY * *"),
        ("schedule 9:00 Mon Tokyo", "MINUTE HOUR * * 1"),
        ("every day at 6am Monday", "0 6 * * 1"),
        ("alle 3 Stunden", "0 */3 * * *"),
        ("10分ごと", "*/10 * * * *"),
        ("каждый час", "0 * * * *"),
        ("once a day", "0 3 * * *"),
        ("chaque nuit", "0 3 * * *"),
        ("all 3 tests", ""),
        ("10 hosts, v1.2", ""),
        ("jede Version 3", ""),
    ],
)
def test_a_time_of_the_day_is_proposed_as_a_cron(text: str, cron: str) -> None:
    assert times.clock_said(text) == cron


@pytest.mark.parametrize(
    "said, cron",
    [
        ("Monday 6am", "0 6 * * 1"),
        ("chaque lundi à 6h30", "30 6 * * 1"),
        ("jeden Montag um 5 Uhr", "0 5 * * 1"),
        ("cada miércoles a las 6:00", "0 6 * * 3"),
        ("toda segunda-feira às 6h", "0 6 * * 1"),
        ("ogni venerdì alle 6:00", "0 6 * * 5"),
        ("каждый понедельник в 6:00", "0 6 * * 1"),
        ("w każdy wtorek o 6:00", "0 6 * * 2"),
        ("每周一 9点", "0 9 * * 1"),
        ("毎週月曜 9時", "0 9 * * 1"),
        ("매주 월요일 오후 3시", "0 15 * * 1"),
        ("с понедельника по пятницу в 6:00", "0 6 * * 1-5"),
        ("月曜〜金曜 9時", "0 9 * * 1-5"),
        ("jeden Werktag um 6 Uhr", "0 6 * * 1-5"),
        ("週末 9時", "0 9 * * 0,6"),
        ("毎週 9時", "0 9 * * DAY"),
        ("tous les jours à 6h", "0 6 * * *"),
    ],
)
def test_the_time_that_is_offered_has_the_days_that_are_said(said: str, cron: str) -> None:
    (told,) = _told(f"    GitHub->>CI: {said}")
    assert told.rule == "no-trigger" and f"`%% trigger: schedule[cron={cron}]`" in told.help


def test_a_time_beside_an_event_is_in_the_mark_that_is_offered() -> None:
    (told,) = _told("    GitHub->>CI: push to main (all of it) and every weekday at 6:00")
    assert "`%% trigger: push[branch=main], schedule[cron=0 6 * * 1-5]`" in told.help


@pytest.mark.parametrize(
    "cause",
    [
        "ouvre une PR vers develop",
        "öffnet PR gegen develop",
        "abre un PR hacia develop",
        "abre PR para develop",
        "apre una PR verso develop",
        "открывает PR в develop",
        "otwiera PR do develop",
        "向 develop 提交 PR",
        "develop へ PR を作成",
        "develop 브랜치로 PR 생성",
    ],
)
def test_the_branch_that_a_cause_names_is_offered(cause: str) -> None:
    (told,) = _told(f"    Dev->>GitHub: {cause}\n    GitHub->>CI: pull_request")
    assert told.rule == "guessed-trigger" and "`%% trigger: pull_request[branch=develop]`" in told.help


def _told(lines: str) -> tuple[Diagnostic, ...]:
    text = f"```mermaid\nsequenceDiagram\n    participant CI as ci.yml\n{lines}\n    CI->>CI: sort\n```\n"
    return tuple(compile_documents([SourceFile("a.md", text)], Settings()).diagnostics)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("only on main", "github.ref == 'refs/heads/main'"),
        ("tag v*", "startsWith(github.ref, 'refs/tags/v')"),
        ("nur bei Tag v1.2.3", "startsWith(github.ref, 'refs/tags/v')"),
        ("from here only for tagged versions", "github.ref_type == 'tag'"),
        ("any branch except dependabot/**", "!startsWith(github.ref, 'refs/heads/dependabot/')"),
        ("main or develop", "github.ref == 'refs/heads/main' || github.ref == 'refs/heads/develop'"),
        ("non-main branches", "github.ref != 'refs/heads/main'"),
        ("main以外", "github.ref != 'refs/heads/main'"),
        ("on main (not PRs)", "github.ref == 'refs/heads/main'"),
        ("docs/** changed", ""),
        ("Python 3.11", ""),
        ("only for production", ""),
        ("Tag v* on main", "startsWith(github.ref, 'refs/tags/v')"),
        ("tag v2.* from release/*", "startsWith(github.ref, 'refs/tags/v2.')"),
        ("tag v* or main", "startsWith(github.ref, 'refs/tags/v') || github.ref == 'refs/heads/main'"),
    ],
)
def test_a_branch_or_tag_among_other_words_is_asked_for(text: str, asked: str) -> None:
    assert guards.asked_ref(text) == asked
    assert not asked or guards.read_expression(asked) is not None


def test_the_branch_of_a_pull_request_is_where_it_goes() -> None:
    assert guards.asked_ref("only on main", base=True) == "github.base_ref == 'main'"
