"""The mark that is offered of what starts a run says all that its text says, or leaves to people what it
cannot."""

from __future__ import annotations

import pytest

from mermaid2gha.base.diagnostic import Diagnostic, leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.settings.model import Settings

_HEAD = """\
```mermaid
sequenceDiagram
    participant GH as GitHub
    participant CI as ci.yml
"""


@pytest.mark.parametrize(
    ("cause", "trigger", "marks"),
    [
        (
            "Stänger pull requesten",
            "pull_request (closed)",
            ["pull_request[branch=main, type=closed]", "pull_request[type=closed]"],
        ),
        (
            "schließt den Pull Request gegen develop",
            "pull_request (closed, reopened)",
            ["pull_request[branch=develop, type=closed|reopened]", "pull_request[type=closed|reopened]"],
        ),
    ],
)
def test_a_mark_with_a_branch_keeps_the_types_of_its_event(
    cause: str, trigger: str, marks: list[str]
) -> None:
    (told,) = _told(f"    Dev->>GH: {cause}\n    GH->>CI: {trigger}")
    assert all(f"`%% trigger: {mark}`" in told.help for mark in marks)


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("Každou neděli 4:00", "0 4 * * 0"),
        ("v pátky 4:00", "0 4 * * 5"),
        ("her pazartesi 04:00", "0 4 * * 1"),
        ("her cuma 04:00", "0 4 * * 5"),
        ("Pazar 04:00", "0 4 * * 0"),
        ("minden szombaton 4:00", "0 4 * * 6"),
        ("perjantaisin 4:00", "0 4 * * 5"),
        ("setiap Senin 04:00", "0 4 * * 1"),
        ("setiap hari Minggu 04:00", "0 4 * * 0"),
        ("щонеділі 4:00", "0 4 * * 0"),
        ("у п’ятницю 4:00", "0 4 * * 5"),
        ("în fiecare joi 4:00", "0 4 * * 4"),
        ("v štvrtok 4:00", "0 4 * * 4"),
        ("thứ sáu 4:00", "0 4 * * 5"),
        ("chủ nhật 4:00", "0 4 * * 0"),
    ],
)
def test_a_time_has_the_day_that_stands_beside_it(said: str, cron: str) -> None:
    for lines in (
        f"    participant P as {said}\n    P->>CI: schedule",
        f"    Dev->>GH: {said}\n    GH->>CI: schedule",
    ):
        (told,) = _told(lines)
        assert f"`%% trigger: schedule[cron={cron}]`" in told.help and told.fixes


@pytest.mark.parametrize("said", ["Blorp wuxday 4:00", "каждую фигню 4:00", "4:00 zibbel"])
def test_the_days_of_a_time_with_words_that_are_not_read_are_left_to_people(said: str) -> None:
    for lines in (
        f"    participant P as {said}\n    P->>CI: schedule",
        f"    Dev->>GH: {said}\n    GH->>CI: schedule",
    ):
        (told,) = _told(lines)
        assert "`%% trigger: schedule[cron=0 4 * * DAY]`" in told.help and not told.fixes


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("jede Nacht um 02:30 oder manuell", "workflow_dispatch, schedule[cron=30 2 * * *]"),
        ("codziennie o 03:15 lub ręcznie", "workflow_dispatch, schedule[cron=15 3 * * *]"),
        ("ogni notte alle 02:30, oppure avvio manuale", "workflow_dispatch, schedule[cron=30 2 * * *]"),
        ("každou noc 02:30 nebo ručně", "workflow_dispatch, schedule[cron=30 2 * * *]"),
    ],
)
def test_a_time_beside_a_start_by_hand_is_in_the_mark_of_both(said: str, mark: str) -> None:
    (told,) = _told(f"    participant P as Cron\n    P->>CI: {said}")
    assert f"`%% trigger: {mark}`" in told.help and not told.fixes


def test_what_a_push_of_tags_may_be_as_well_is_offered() -> None:
    (told,) = _told("    Dev->>GH: Crear release (tag vX.Y.Z)\n    GH->>CI: Dispara ci.yml")
    assert "`%% trigger: push[tag=v*]`" in told.help and not told.fixes
    assert "`%% trigger: release[type=published]`" in told.help


_STARTS = (
    "git push",
    "pousse le code",
    "プッシュ",
    "推送代码",
    "пуш",
    "merge",
    "open PR",
    "abre um PR",
    "PR 생성",
    "otwiera PR",
)
_PARTS = {
    "(src/app.py)": "src/app.py",
    "com src/app.py": "src/app.py",
    "(docs/**)": "docs/**",
    "(src/ changed)": "src/",
    "(main)": "main",
    "(release/*)": "release/*",
    "weekly": "schedule",
    "(also nightly)": "schedule",
    "/ schedule": "schedule",
    "or manually": "workflow_dispatch",
    "(not main)": "main",
    "(blorp)": "blorp",
}


@pytest.mark.parametrize("start", _STARTS)
@pytest.mark.parametrize("is_caused", [True, False])
def test_no_part_of_what_starts_a_run_is_lost(start: str, *, is_caused: bool) -> None:
    """What stands beside a start is in the workflow, or in a mark or a place that is told; and no mark that
    `fix` writes says less."""
    for part, meant in _PARTS.items():
        said = f"{start} {part}"
        lines = f"    Dev->>GH: {said}\n    GH->>CI: trigger" if is_caused else f"    GH->>CI: {said}"
        document = SourceFile("a.md", f"{_HEAD}{lines}\n    CI->>CI: build\n```\n")
        compiled = compile_documents([document], Settings())
        events = compiled.texts[0].partition("\non:")[2].partition("\npermissions:")[0]
        told = [one for one in leaves(compiled.diagnostics) if one.severity.value != "note"]
        shown = " ".join((one.message + one.help + str(one.labels)) for one in told)
        assert meant in events or meant in shown, said
        written = " ".join(edit.text for one in told for fix in one.fixes for edit in fix.edits)
        assert not written or meant in events or meant in written, said


@pytest.mark.parametrize(
    ("cause", "trigger", "mark"),
    [
        ("git push (mengubah apps/worker)", "push", "push[path=apps/worker/**]"),
        ("git push (Änderungen in apps/worker)", "startet", "push[path=apps/worker/**]"),
        ("git push (cambios en packages/api)", "push", "push[path=packages/api/**]"),
        ("git push (main.cpp changed)", "trigger", "push[path=main.cpp]"),
        ("push (правки в infra/k8s)", "push", "push[path=infra/k8s/**]"),
        (
            "Pull Request öffnen (nur wenn package.json geändert)",
            "pull_request",
            "pull_request[path=package.json]",
        ),
        ("PRを作成 (package.json が変更された場合のみ)", "pull_request", "pull_request[path=package.json]"),
        ("Открывает PR в ветку release/*", "Запускает проверки", "pull_request[branch=release/*]"),
        ("öffnet PR gegen Branch release/*", "startet Prüfungen", "pull_request[branch=release/*]"),
        (
            "Создаёт pull request с изменениями в terraform/**",
            "pull_request",
            "pull_request[path=terraform/**]",
        ),
    ],
)
def test_a_mark_has_the_files_and_branches_of_its_cause(cause: str, trigger: str, mark: str) -> None:
    (told,) = _told(f"    actor Dev\n    Dev->>GH: {cause}\n    GH->>CI: {trigger}")
    assert f"`%% trigger: {mark}`" in told.help
    assert not told.fixes or "release" not in mark


@pytest.mark.parametrize("cause", ["git push (apps/worker)", "push (Änderungen in apps/worker)"])
def test_what_may_be_a_folder_or_a_branch_is_offered_as_both(cause: str) -> None:
    (told,) = _told(f"    actor Dev\n    Dev->>GH: {cause}\n    GH->>CI: push")
    assert "`%% trigger: push[path=apps/worker/**]`" in told.help and not told.fixes
    assert "`%% trigger: push[branch=apps/worker]` that this is a branch" in told.help


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        (
            "release published (also weekly and on demand)",
            "release[type=published], schedule[cron=weekly], workflow_dispatch",
        ),
        (
            "release published (auch wöchentlich und bei Bedarf)",
            "release[type=published], schedule, workflow_dispatch",
        ),
    ],
)
def test_an_event_with_further_ones_in_brackets_is_offered_with_all(said: str, mark: str) -> None:
    (told,) = _told(f"    actor Dev\n    Dev->>GH: publish the release\n    GH->>CI: {said}")
    assert f"`%% trigger: {mark}`" in told.help and not told.fixes


@pytest.mark.parametrize(
    "said",
    [
        "run it by hand / on a schedule",
        "手動実行/スケジュール",
        "manuell oder nach Zeitplan",
        "вручную / по расписанию",
    ],
)
def test_a_schedule_beside_a_start_by_hand_is_in_its_mark(said: str) -> None:
    (told,) = _told(f"    actor Dev\n    Dev->>CI: {said}")
    offered = ("`%% trigger: schedule, workflow_dispatch`", "`%% trigger: workflow_dispatch, schedule`")
    assert any(one in told.help for one in offered) and not told.fixes


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        ("    CI->>CI: workflow_dispatch(dry_run=true)", "workflow_dispatch` with `%% with: dry_run=true"),
        ("    Note over CI,GH: starts by itself every Sunday at 22:00", "schedule[cron=0 22 * * 0]"),
        ("    Note over CI,GH: 每周日 22:00 自动触发", "schedule[cron=0 22 * * 0]"),
        ("    Note over CI,GH: chaque lundi à 06:30, tout seul", "schedule[cron=30 6 * * 1]"),
    ],
)
def test_what_starts_no_run_is_offered_by_what_stands_there(lines: str, mark: str) -> None:
    told = _told(lines)
    (found,) = (one for one in told if one.rule == "no-trigger")
    assert f"`%% trigger: {mark}`" in found.help
    assert not any(one.fixes for one in told if one.rule == "unread-note")


def test_a_merge_is_offered_where_its_run_does_something_with_tags() -> None:
    (told,) = _told("    Dev->>GH: Approve & Merge the PR\n    GH->>CI: Trigger Publish & Tag")
    assert "`%% trigger: push[branch=main]`" in told.help and not told.fixes


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("Setiap hari jam 1 pagi", "0 1 * * *"),
        ("cada día a la 1 de la mañana", "0 1 * * *"),
        ("каждый день в 9 вечера", "0 21 * * *"),
        ("mỗi ngày lúc 8 giờ tối", "0 20 * * *"),
        ("každý den v 1 hodinu", "0 HOUR * * *"),
        ("setiap hari 7 zork", "0 HOUR * * *"),
    ],
)
def test_an_hour_is_read_with_its_part_of_the_day_or_left_to_people(said: str, cron: str) -> None:
    (told,) = _told(f"    participant P as {said}\n    P->>CI: schedule")
    assert f"`%% trigger: schedule[cron={cron}]`" in told.help
    assert bool(told.fixes) is ("HOUR" not in cron)


def _told(lines: str) -> tuple[Diagnostic, ...]:
    """What is told of a drawing with these lines, save notes."""
    text = f"{_HEAD}{lines}\n    CI->>CI: build\n```\n"
    found = compile_documents([SourceFile("a.md", text)], Settings()).diagnostics
    return tuple(one for one in leaves(found) if one.severity.value != "note")


@pytest.mark.parametrize(
    ("caused", "said", "left"),
    [
        ("comments /deploy", "issue_comment (created), only from members", "only from members"),
        ("kommentiert /deploy", "issue_comment (created), nur von Mitgliedern", "nur von mitgliedern"),
        ("comments /deploy (members only)", "issue_comment (created)", "(members only)"),
        ("adds the label `preview`, only we may", "pull_request labeled", "only we may"),
    ],
)
def test_no_mark_of_one_comment_loses_who_may_write_it(caused: str, said: str, left: str) -> None:
    (told,) = _told(f"    Dev->>GH: {caused}\n    GH->>CI: {said}")
    assert f"nothing of `{left}` is read" in told.help and not told.fixes


def test_a_label_beside_a_closed_pull_request_is_offered_as_its_label() -> None:
    (told,) = _told("    GH->>CI: pull_request closed (merged, label release)")
    merged = "github.event.pull_request.merged == true"
    asked = f"{merged} && contains(github.event.pull_request.labels.*.name, 'release')"
    assert f"`%% when: {asked}`" in told.help and "labeled" not in told.help and not told.fixes


@pytest.mark.parametrize(
    ("caused", "said", "mark"),
    [
        ("öffnet einen PR gegen main oder entwicklung/*", "pull_request", "branch=main|entwicklung/*"),
        ("otevře PR do main nebo vývoj/*", "pull_request", "branch=main|vývoj/*"),
        ("v로 시작하는 태그 푸시", "start", "tag=v*"),
        ("push a tag beginning with v", "start", "tag=v*"),
        ("push a tag starting with release-", "start", "tag=release-*"),
        ("schiebt einen Tag, der mit v beginnt", "start", "tag=v*"),
        ("push a tag to ship it", "start", "tag=*"),
    ],
)
def test_patterns_that_are_said_are_in_the_mark(caused: str, said: str, mark: str) -> None:
    (told,) = _told(f"    Dev->>GH: {caused}\n    GH->>CI: {said}")
    assert f"[{mark}]`" in told.help


def test_an_exception_does_not_take_the_branches_from_the_mark() -> None:
    (told,) = _told("    GH->>CI: push to main or hotfix/**, except changes to docs/ only")
    assert "`%% trigger: push[paths-ignore=docs/**, branch=main|hotfix/**]`" in told.help


def test_fields_of_a_cron_are_offered_before_words_beside_them() -> None:
    told = _told('    CI->>Scraper: schedule.cron "0 8 * * 1" (Mo 8 Uhr)')[0]
    assert "schedule[cron=0 8 * * 1]" in told.help


def test_a_path_ends_where_text_of_another_script_runs_on() -> None:
    lines = (
        "    Dev->>GH: push to main\n    alt docs/**の変更あり\n    GH->>CI: go\n    CI->>CI: sync\n    end"
    )
    assert any("push[path=docs/**]" in told.help for told in _told(lines))


def test_what_is_done_to_issues_gives_a_pull_request_no_type() -> None:
    lines = (
        "    Dev->>GH: close stale issues\n    GH->>CI: pull_request_target opened, edited, from forks only"
    )
    told = _told(lines)
    assert any("`%% trigger: pull_request_target[type=opened|edited]`" in one.help for one in told)


def test_the_type_of_a_comment_is_in_the_mark() -> None:
    (told,) = _told("    Dev->>GH: commente « /recette » sur la PR\n    GH->>CI: issue_comment créé")
    assert "`%% trigger: issue_comment[type=created]` that any does" in told.help and not told.fixes
