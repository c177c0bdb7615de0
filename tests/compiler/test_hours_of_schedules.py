"""The hour at which a schedule starts a run is the one that its text or the label of its sender says, however
people write it: with a colon, a dot, an `h`, `Uhr`, or of twelve hours."""

from __future__ import annotations

import pytest

from mermaid2gha.base.diagnostic import leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.settings.model import Settings

_MONDAYS = (
    ("every Monday", "at"),
    ("on Mondays", "at"),
    ("jeden Montag", "um"),
    ("montags", "um"),
    ("chaque lundi", "à"),
    ("le lundi", "à"),
    ("cada lunes", "a las"),
    ("los lunes", "a las"),
    ("toda segunda-feira", "às"),
    ("ogni lunedì", "alle"),
    ("w każdy poniedziałek", "o"),
    ("elke maandag", "om"),
    ("varje måndag", "kl."),
    ("hver mandag", "kl."),
    ("každé pondělí", "v"),
    ("каждый понедельник", "в"),
    ("щопонеділка", "о"),
    ("her pazartesi", "saat"),
    ("maanantaisin", "klo"),
    ("minden hétfő", ""),
    ("setiap Senin", "pukul"),
    ("mỗi thứ hai", "lúc"),
    ("毎週月曜日", ""),
    ("每周一", ""),
    ("매주 월요일", ""),
)
_HOURS = (
    ("7:00", "0 7"),
    ("07:30", "30 7"),
    ("07.30", "30 7"),
    ("1.00", "0 1"),
    ("7h", "0 7"),
    ("7h30", "30 7"),
    ("7 Uhr", "0 7"),
    ("7 Uhr 30", "30 7"),
    ("7 pm", "0 19"),
    ("7.30 p.m.", "30 19"),
    ("7am", "0 7"),
)


@pytest.mark.parametrize(("hour", "time"), _HOURS)
@pytest.mark.parametrize(("day", "at"), _MONDAYS)
def test_an_hour_of_a_day_is_that_of_the_schedule(day: str, at: str, hour: str, time: str) -> None:
    said = " ".join(filter(None, (day, at, hour)))
    for lines in (
        f"    participant P as Cron ({said})\n    P->>CI: schedule",
        f"    participant P as Cron\n    P->>CI: {said}",
        f"    Dev->>GH: {said}\n    GH->>CI: schedule",
        f"    GH->>CI: {said}",
    ):
        assert f"{time} * * 1" in _read(lines), lines


@pytest.mark.parametrize(
    "said", ["Python 3.10", "v1.20", "every 2h30", "toutes les 2h", "test 3.10 on Monday", "10.30.1"]
)
def test_a_version_and_how_often_are_no_hour(said: str) -> None:
    from mermaid2gha.compiler.vocabulary import times

    assert times.figures_said(said) == ""


def _read(lines: str) -> str:
    """The workflow, or where that has another time what is told of it."""
    head = "```mermaid\nsequenceDiagram\n    participant GH as GitHub\n    participant CI as ci.yml\n"
    text = f"{head}{lines}\n    Note over CI: Test\n```\n"
    result = compile_documents([SourceFile("d.md", text)], Settings())
    helps = " ".join(one.help for one in leaves(result.diagnostics))
    return f"{helps} {' '.join(result.texts)}"
