"""What marks are offered with: times, rights and comments that texts say in whatever language."""

from __future__ import annotations

import pytest

from mermaid2gha.compiler.marks.offered import with_refs
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.made_events import named_comment, types_said
from mermaid2gha.compiler.vocabulary.times import clock_said
from mermaid2gha.compiler.vocabulary.writing import likely_right
from mermaid2gha.github.names import runners_in


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("Every Monday at 9 UTC", "0 9 * * 1"),
        ("elke werkdag om 03:15", "15 3 * * 1-5"),
        ("elke schooldag om 03:15", "15 3 * * DAY"),
        ("elke dag om 03:15", "15 3 * * *"),
        ("varje vardag kl 3", "0 3 * * 1-5"),
        ("her gün saat 9", "0 9 * * *"),
        ("jeden Freitag um 9", "0 9 * * 5"),
        ("cada lunes a las 9", "0 9 * * 1"),
        ("cada mañana a las 7:30", "30 7 * * *"),
        ("every night at 02:00, except at weekends", "0 2 * * 1-5"),
        ("every day at 3:00 but not on Monday and Tuesday", "0 3 * * 0,3,4,5,6"),
        ("every working day except Friday at 9:00", "0 9 * * 1,2,3,4"),
        ("tous les jours à 3h sauf le dimanche", "0 3 * * 1,2,3,4,5,6"),
        ("週末以外 毎日 9:00", "0 9 * * 1-5"),
        ("deploy at 9 nodes", ""),
    ],
)
def test_times(text: str, cron: str) -> None:
    assert clock_said(text) == cron


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("pull request automatisch mergen", "contents, pull-requests"),
        ("fusionner la PR", "contents, pull-requests"),
        ("PRをマージ", "contents, pull-requests"),
        ("merged PRs auflisten", "pull-requests"),
        ("manifests/kustomization.yaml 이미지 태그 커밋", "contents"),
        ("提交镜像标签", "contents"),
        ("部署到 gh-pages 分支", "contents"),
        ("déployer sur la branche gh-pages", "contents"),
        ("部署到 gh-pages", "pages, id-token"),
        ("Retire l'étiquette", "pull-requests"),
        ("添加标签", "pull-requests"),
        ("crée l'étiquette de la version 1.2", "contents"),
        ("kommentiert mit der Adresse", "pull-requests"),
        ("commente avec l'URL", "pull-requests"),
        ("abre una incidencia", "issues"),
        ("Skapa ärende", "issues"),
        ("git push origin log-1", "contents"),
        ("создаёт задачу", ""),
        ("legt etwas ab", ""),
    ],
)
@pytest.mark.parametrize("to", ["GitHub", "Repository acme"])
def test_rights(text: str, right: str, to: str) -> None:
    assert likely_right(text, to) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("PRレビューコメント投稿", "pull-requests"),
        ("コメント投稿", "issues"),
        ("Kommentar schreiben", "issues"),
        ("reageert met de URL", "issues"),
    ],
)
def test_rights_in_runs_of_issues(text: str, right: str) -> None:
    assert likely_right(text, "GitHub", of_run="issues") == right


@pytest.mark.parametrize(
    ("text", "event", "mark"),
    [
        ("pull_request (alleen package.json en b.json)", "pull_request", "path=package.json|b.json"),
        ("zmiany tylko w katalogu src/", "push", "path=src/**"),
        ("git push tagu v2.*", "push", "tag=v2.*"),
        ("Pull Request gegen develop", "pull_request", "branch=develop"),
        ("PR (renovate/*)", "pull_request", ""),
        ("push (alles ohne docs/)", "push", "path=!docs/**"),
        ("pull_request (calls ci.yml)", "pull_request", ""),
    ],
)
def test_filters(text: str, event: str, mark: str) -> None:
    named = f"trigger: {event}[{mark}]" if mark else f"trigger: {event}"
    assert trigger_mark(with_refs((EventText(event),), [text])) == named


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("comment «/deploy stage»", "startsWith(github.event.comment.body, '/deploy stage')"),
        (
            "comment /deploy on the PR",
            "github.event.issue.pull_request != null && startsWith(github.event.comment.body, '/deploy')",
        ),
        ('"@auditor review" でトリガー', "contains(github.event.comment.body, '@auditor review')"),
        (
            "comments /deploy staging on the PR",
            "github.event.issue.pull_request != null && "
            "startsWith(github.event.comment.body, '/deploy staging')",
        ),
        ("comments /deploy when it is ready", "startsWith(github.event.comment.body, '/deploy')"),
        ("评论「接受」", "startsWith(github.event.comment.body, '接受')"),
        ("label `squad`, or comment `/squad …`", "startsWith(github.event.comment.body, '/squad')"),
        ('comment "it\'s on"', "startsWith(github.event.comment.body, 'it''s on')"),
        ("write a comment", ""),
    ],
)
def test_comments(text: str, asked: str) -> None:
    assert named_comment(text) == asked


@pytest.mark.parametrize(
    ("text", "event", "types"),
    [
        ("File/Edit Bug (Issue)", "issues", ("edited", "opened")),
        ("open PR editing the spec", "pull_request", ()),
        ('Release als "published" markieren', "release", ("published",)),
        ("pose l'étiquette", "pull_request", ("labeled",)),
    ],
)
def test_types(text: str, event: str, types: tuple[str, ...]) -> None:
    assert types_said(text, event) == types


@pytest.mark.parametrize(
    ("text", "runners"),
    [
        ("Tests on ubuntu-24.04", ()),
        ("Tests on ubuntu-24.04.", ()),
        ("ubuntu-24.04, windows-2025", ("ubuntu-24.04", "windows-2025")),
        ("on ubuntu-24.04-arm.", ("ubuntu-24.04-arm",)),
        ("ubuntu-22.04 and ubuntu-latest", ("ubuntu-22.04", "ubuntu-latest")),
    ],
)
def test_runners(text: str, runners: tuple[str, ...]) -> None:
    assert runners_in(text) == runners
