"""Accepted differences in the settings: read, written in place, told where of no use."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.edit import apply
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.settings.acceptances import acceptance_line, unused, with_accepted
from mermaid2gha.settings.model import Acceptance, Settings, accepted_in
from mermaid2gha.settings.places import place_of, place_text
from mermaid2gha.settings.reader import settings_from

WAIT = Acceptance("extra-wait", ("jobs", "build", "needs", "lint"))
CONDITION = Acceptance(
    "condition-differs", ("jobs", "deploy", "if"), in_file="github.repository == 'o/r'", drawn="true"
)
ABSENT = Acceptance("absent-event", ("on", "schedule"))
BARE = Acceptance("absent-job")
LAST = Acceptance("extra-wait", ("jobs", "test", "needs", "lint"))
LIST = """\
accepted:
  ci.yml:
    - absent-event: on.schedule # no schedule
    - extra-wait: jobs.build.needs.lint # `build` also waits
"""


def read(text: str) -> tuple[Settings, list[str]]:
    settings, found = settings_from(SourceFile("mermaid2gha.yml", text))
    return settings, [f"{one.rule}: {one.message} ({one.help})" for one in found]


def written(text: str, *wanted: tuple[Acceptance, str], name: str = "ci.yml") -> str:
    new, found = with_accepted(SourceFile("mermaid2gha.yml", text), {name: wanted})
    assert found == []
    settings, faults = read(new)
    assert not faults, new
    assert set(accepted_in(settings, name)) == {acceptance for acceptance, _ in wanted}
    assert with_accepted(SourceFile("mermaid2gha.yml", new), {name: wanted})[0] == new
    return new


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of the comparison that these lists name, whether or not they have a page yet."""
    from mermaid2gha.rules import pages

    known = ["extra-wait", "condition-differs", "absent-event", "absent-job"]
    monkeypatch.setattr(pages, "severity", lambda rule: "warning" if rule in known else "")
    monkeypatch.setattr(pages, "names", lambda: known)


def test_a_list_says_rule_place_and_both_sides() -> None:
    text = f"{LIST}    - {acceptance_line(CONDITION)}\n    - absent-job\n  Other.yml:\n"
    settings, faults = read(text)
    assert faults == []
    assert accepted_in(settings, "CI.yml") == (ABSENT, WAIT, CONDITION, BARE)
    assert accepted_in(settings, "none.yml") == () == accepted_in(settings, "other.yml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ci.yml: {a: b}", "must be a list"),
        ("ci.txt: []", "no name of a workflow file"),
        ("ci.yml: [extra-wiat: jobs.a]", "did you mean `extra-wait`"),
        ("ci.yml: [extra-wait: jobs..a]", "names no place"),
        ("ci.yml: [extra-wait: [a]]", "must be a text"),
        ("ci.yml: [extra-wait: {file: a}]", "has no place"),
        ("ci.yml: [extra-wait: {at: a, fiel: b}]", "did you mean `file`"),
        ("ci.yml: [{extra-wait: a, absent-job: b}]", "one rule with its place"),
        ("ci.yml: [[a]]", "one rule with its place"),
        ("ci.yml: ['']", "`` is no rule"),
        ("[a]", "must be a mapping"),
        ("a", "must be a mapping"),
    ],
)
def test_what_is_no_list_of_differences_is_told(text: str, told: str) -> None:
    _, faults = read(f"accepted: {text}\n" if text[0] in "[a" else f"accepted: {{{text}}}\n")
    assert len(faults) == 1 and told in faults[0], faults


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), min_size=1).map(tuple))
def test_a_place_is_read_as_it_is_written(place: tuple[str, ...]) -> None:
    text = place_text(place)
    assert place_of(text) == place, text
    line = acceptance_line(Acceptance("extra-wait", place))
    assert yaml.safe_load(line) == {"extra-wait": text}, line


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", 'a"b', '"a', "a..b", 'a."b"c'])
def test_what_is_no_place_is_none(text: str) -> None:
    assert place_of(text) is None


# -- written ---------------------------------------------------------------------------------------


def test_a_first_list_stands_at_the_end_in_order_with_its_words() -> None:
    text = written("order: data # ours\n", (WAIT, "`build` also waits"), (ABSENT, "no schedule"), (BARE, ""))
    whole = LIST.replace("    - extra", "    - absent-job\n    - extra")
    assert text == f"order: data # ours\n{whole}"


@pytest.mark.parametrize("text", ["", "# ours\n", "accepted:\n", "accepted:\n  ci.yml:\n", "order: data"])
def test_a_list_is_made_wherever_there_is_none(text: str) -> None:
    assert text.removesuffix("\n") in written(text, (WAIT, "why"), (CONDITION, "so"))


def test_what_stays_keeps_its_line_and_what_goes_takes_its_own() -> None:
    text = LIST.replace("# no schedule", "# ours").replace("accepted:", "# top\naccepted: # here")
    assert written(text, (ABSENT, "no schedule"), (CONDITION, "a guard")) == (
        "# top\naccepted: # here\n  ci.yml:\n    - absent-event: on.schedule # ours\n"
        f"    - {acceptance_line(CONDITION)} # a guard\n"
    )


def test_an_entry_that_stands_out_of_order_is_not_moved() -> None:
    text = "accepted:\n  ci.yml:\n  - extra-wait: jobs.build.needs.lint\n  - absent-event: on.schedule\n"
    new = written(text, (WAIT, ""), (ABSENT, ""), (CONDITION, "x"))
    assert [line for line in new.splitlines() if "condition" not in line] == text.splitlines()


def test_the_last_entry_takes_the_list_along_and_other_files_stay() -> None:
    assert written(f"order: data\n{LIST}") == "order: data\n"
    other = f"{LIST}  cd.yml:\n    - absent-job\n"
    assert written(other) == "accepted:\n  cd.yml:\n    - absent-job\n"


def test_a_list_that_grows_at_the_end_keeps_its_lines_before_a_new_file() -> None:
    file = SourceFile("mermaid2gha.yml", LIST)
    new, found = with_accepted(file, {"ci.yml": ((ABSENT, ""), (WAIT, "")), "b.yml": ((BARE, ""),)})
    assert found == [] and new == f"{LIST}  b.yml:\n    - absent-job\n"
    grown, _ = with_accepted(file, {"ci.yml": ((ABSENT, ""), (WAIT, ""), (LAST, "")), "b.yml": ((BARE, ""),)})
    assert grown == f"{LIST}    - extra-wait: jobs.test.needs.lint\n  b.yml:\n    - absent-job\n"


@pytest.mark.parametrize(
    "text",
    [
        "accepted: {ci.yml: [absent-job]}\n",
        "accepted:\n  ci.yml: [absent-job]\n",
        "accepted:\n  ci.yml: &a\n    - absent-job\n  cd.yml: *a\n",
        "{order: data}\n",
        "[a]\n",
    ],
)
def test_a_list_that_cannot_be_edited_line_by_line_is_told(text: str) -> None:
    new, found = with_accepted(SourceFile("mermaid2gha.yml", text), {"ci.yml": ((WAIT, ""),)})
    assert new == text and [one.rule for one in found] == ["uneditable-place"]


def test_line_ends_stay() -> None:
    new = written(LIST.replace("\n", "\r\n"), (WAIT, ""), (ABSENT, ""), (BARE, "x"))
    assert "\n" not in new.replace("\r\n", "")


# -- of no use -------------------------------------------------------------------------------------


def test_an_entry_that_accepts_nothing_is_told_and_can_be_taken_out() -> None:
    file = SourceFile("mermaid2gha.yml", LIST)
    accepted = accepted_in(settings_from(file)[0], "ci.yml")
    (found,) = unused(accepted, {WAIT}, [WAIT])
    assert found.rule == "unused-acceptance" and found.labels[0].span.line == 3
    assert apply(LIST, found.fixes[0].edits) == "".join(
        line for line in LIST.splitlines(keepends=True) if "schedule" not in line
    )
    assert not unused(accepted, set(accepted), [])


def test_a_misspelt_place_is_an_error_with_the_place_that_is_meant() -> None:
    text = LIST.replace("jobs.build.needs.lint", "jobs.biuld.needs.lint")
    accepted = accepted_in(settings_from(SourceFile("mermaid2gha.yml", text))[0], "ci.yml")
    (found,) = unused(accepted, {ABSENT}, [WAIT, Acceptance("undrawn-term", ("jobs", "build", "if"))])
    assert found.rule == "unknown-place" and "`jobs.build.needs.lint`" in found.help
    assert apply(text, found.fixes[0].edits) == LIST
    (found,) = unused(accepted, {ABSENT}, [replace(WAIT, rule="missing-wait")])
    assert found.rule == "unused-acceptance"  # what it was for is gone
    (found,) = unused(accepted, {ABSENT}, [WAIT], {"biuld"})
    assert found.rule == "unused-acceptance"  # the job that it names is there
