"""Workflows in the styles that people write, edited: the difference is what was asked for, and nothing else.

The styles are combined: how jobs need others, how their `if` is written, the shape of `on`, indentation, line
ends, comments, quotes, anchors. Each is edited towards a drawing that changes one `needs` or one `if`.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import product
from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.cli import main
from mermaid2gha.github.expressions.condition import whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic.equivalence import Holds, equivalent
from mermaid2gha.github.workflow.model import Job, Output, Trigger, Workflow, WorkflowCall
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.bind import Terms, bound
from mermaid2gha.reconcile.reconcile import Reconciliation, reconcile

TERMS = Terms("ubuntu-24.04", 60)
NEEDS = {
    "text": "needs: build",
    "quoted": "needs: 'build' # first",
    "flow": "needs: [build]",
    "spaced flow": "needs: [ build ]  # first",
    "block": "needs:\n~- build",
    "indented block": "needs:\n~~- build # because\n~~# and no more",
    "long flow": "needs: [\n~~build # why\n~]",
    "anchored": "needs: &first [build]",
    "absent": "env: {A: 1}",
}
CONDITIONS = {
    "bare": "if: github.event_name == 'push'",
    "braces": "if: ${{ github.event_name == 'push' }}",
    "quoted": "if: \"github.event_name == 'push'\" # sometimes",
    "folded": "if: >-\n~~github.event_name\n~~== 'push'",
    "commented": "if: github.event_name == 'push' # sometimes, we hope",
    "folded with a comment": "if: >- # sometimes, and why\n~~github.event_name\n~~== 'push'",
    "literal": "if: |\n~~github.event_name == 'push'",
    "with a term of people": "if: github.event_name == 'push' && github.repository == 'o/r'",
}
EVENTS = ["on: push", "on: [push] # x", "'on':\n  push:\n    branches: [main, 'r/**']"]
SHAPES = {2: "", 4: "  # a comment\n"}
TEXT = """\
# Our own workflow: do not touch
name: "CI"
{events}

permissions:
    contents: read   # all we need
jobs:
{blanks}build:
{blanks}{blanks}runs-on: ${{{{ vars.RUNNER || 'ubuntu-24.04' }}}}
{blanks}{blanks}steps:
{blanks}{blanks}- uses: actions/checkout@v4   # pinned elsewhere
{blanks}{blanks}- run: |
{blanks}{blanks}    echo "needs: nothing" # no comment
{blanks}{blanks}    exit 0

{comment}
{blanks}lint: {{runs-on: x, steps: [{{run: "make lint"}}]}} # short
{blanks}test:
{blanks}{blanks}{needs}
{blanks}{blanks}runs-on: ubuntu-24.04 # the only one
{blanks}{blanks}{condition}

{blanks}{blanks}# what we do
{blanks}{blanks}steps:
{blanks}{blanks}  -   name: Test
{blanks}{blanks}      run: make   test
"""


def workflow_of(
    needs: str, condition: str, events: str, step: int, comment: str, newline: str
) -> tuple[str, str]:
    deep = " " * (2 * step)
    blanks = " " * step
    text = TEXT.format(
        events=events,
        blanks=blanks,
        comment=comment.rstrip("\n"),
        needs=needs.replace("\n", f"\n{deep}").replace("~", " "),
        condition=condition.replace("\n", f"\n{deep}").replace("~", " "),
    )
    return text.replace("\n", newline), newline


CORPUS = [
    pytest.param(
        workflow_of(n, c, EVENTS[i % 3], step, SHAPES[step], "\r\n" if i % 4 == 3 else "\n"),
        id=f"{name}, {kind}, {step} blanks{', crlf' if i % 4 == 3 else ''}",
    )
    for i, ((name, n), (kind, c), step) in enumerate(product(NEEDS.items(), CONDITIONS.items(), (2, 4)))
]


def drawn(needs: tuple[str, ...], condition: str) -> Workflow:
    test = Job("test", "Test", needs=needs, condition=whole(parsed(condition)))
    return Workflow("ci.yml", "CI", (), (Trigger("push"),), None, (Job("build", "B"), Job("lint", "L"), test))


def result(text: str, wanted: Workflow) -> Reconciliation:
    file, found = workflow_file(text.encode(), "ci.yml")
    assert file is not None and not found
    return reconcile(bound(file, wanted, TERMS), wanted, TERMS)


def grave(made: Reconciliation) -> list[Diagnostic]:
    """What is told of a file and is no note, but for the terms that people added."""
    told = [one for one in made.diagnostics if one.severity is not Severity.NOTE]
    return [one for one in told if one.rule != "undrawn-term"]


def touched(old: str, new: str) -> str:
    """The old lines that a change touches, with the new ones."""
    one, other = old.splitlines(), new.splitlines()
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return "\n".join(line for tag, a, b, c, d in codes if tag != "equal" for line in (*one[a:b], *other[c:d]))


def values(text: str) -> tuple[list[str], str, object]:
    """What `test` needs, its condition, and everything else of a workflow."""
    whole = typed(text)
    job = whole["jobs"]["test"]
    needs = job.pop("needs", [])
    return ([needs] if isinstance(needs, str) else needs), job.pop("if", ""), whole


def test_the_corpus_is_large_and_its_workflows_differ() -> None:
    assert len({case.values[0][0] for case in CORPUS}) == len(CORPUS) >= 100


@pytest.mark.parametrize("case", CORPUS)
def test_nothing_changes_where_all_is_right(case: tuple[str, str]) -> None:
    text, _ = case
    needs, _, _ = values(text)
    made = result(text, drawn(tuple(needs), "github.event_name == 'push'"))
    assert (made.text, grave(made)) == (text, [])


@pytest.mark.parametrize("aim", [("build", "lint"), ("lint",), ()], ids=["more", "another", "none"])
@pytest.mark.parametrize("case", CORPUS)
def test_a_change_of_needs_changes_needs_only(case: tuple[str, str], aim: tuple[str, ...]) -> None:
    text, newline = case
    made = result(text, drawn(aim, "github.event_name == 'push'"))
    assert not grave(made)
    old, new = values(text), values(made.text)
    assert sorted(new[0]) == sorted(aim)
    assert new[1:] == old[1:]
    lines = touched(text, made.text)
    assert not any(word in lines for word in ("runs-on", "make", "if:", "what we do", "name"))
    assert made.text.count("\n") == made.text.count(newline)
    assert [word for word in ("# first", "# because", "# and no more", "# why") if word in text] == [
        word for word in ("# first", "# because", "# and no more", "# why") if word in made.text
    ]
    again = result(made.text, drawn(aim, "github.event_name == 'push'"))
    assert (again.text, again.changes) == (made.text, ())


@pytest.mark.parametrize("case", CORPUS)
def test_a_change_of_the_condition_changes_the_condition_only(case: tuple[str, str]) -> None:
    text, newline = case
    aim = "github.event_name != 'schedule'"
    needs, condition, rest = values(text)
    made = result(text, drawn(tuple(needs), aim))
    assert not grave(made)
    now = values(made.text)
    theirs = " && github.repository == 'o/r'" if "repository" in condition else ""
    assert isinstance(equivalent(now[1], aim + theirs), Holds)
    assert (now[0], now[2]) == (needs, rest)
    lines = touched(text, made.text)
    assert not any(word in lines for word in ("runs-on", "make", "needs:", "what we do", "name:"))
    assert made.text.count("\n") == made.text.count(newline)
    assert ("# sometimes" in text) == ("# sometimes" in made.text)
    assert result(made.text, drawn(tuple(needs), aim)).text == made.text


LONG = " || ".join(f"github.event_name == '{one}'" for one in ("push", "schedule", "release", "deployment"))


@pytest.mark.parametrize("case", CORPUS)
def test_a_condition_that_grows_over_lines_takes_no_comment_in(case: tuple[str, str]) -> None:
    text, _ = case
    needs, condition, rest = values(text)
    made = result(text, drawn(tuple(needs), LONG))
    assert not grave(made)
    now = values(made.text)
    theirs = " && github.repository == 'o/r'" if "repository" in condition else ""
    assert isinstance(equivalent(now[1], f"({LONG}){theirs}"), Holds)
    assert (now[0], now[2], made.text.count("#")) == (needs, rest, text.count("#"))
    assert result(made.text, drawn(tuple(needs), "github.event_name == 'push'")).text.count(
        "#"
    ) == text.count("#")


def test_what_an_alias_repeats_is_not_changed_for_both() -> None:
    text = CORPUS[0].values[0][0].replace("needs: build", "needs: &n [build]") + "  more:\n    needs: *n\n"
    made = result(text, drawn(("build", "lint"), "github.event_name == 'push'"))
    assert made.text == text
    assert "uneditable-place" in [found.rule for found in made.diagnostics]


def test_an_alias_is_written_out_where_it_stands() -> None:
    text = CORPUS[0].values[0][0].replace("needs: build", "needs: *n")
    text = text.replace("lint: {runs-on: x,", "lint: {needs: &n [build], runs-on: x,")
    wanted = drawn(("build",), "github.event_name == 'push'")
    jobs = (wanted.jobs[0], Job("lint", "L", needs=("build",)), Job("test", "T", needs=("lint",)))
    made = result(text, Workflow("ci.yml", "CI", (), wanted.triggers, None, jobs))
    assert "needs: &n [build]" in made.text and "needs: [build, lint]" in made.text


def test_a_mixed_term_is_people_s_and_stays_beside_what_is_drawn() -> None:
    mixed = "github.repository == 'o/r' || github.event_name == 'push'"
    text = CORPUS[0].values[0][0].replace("if: github.event_name == 'push'", f"if: {mixed}")
    made = result(text, drawn(("build",), "github.event_name != 'push'"))
    assert f"if: github.event_name != 'push' && ({mixed})" in made.text
    assert [one.rule for one in made.diagnostics] == ["undrawn-term"]
    assert result(made.text, drawn(("build",), "github.event_name != 'push'")).text == made.text


def test_what_is_added_between_braces_is_quoted_where_yaml_asks_for_it() -> None:
    text = "on: push\njobs:\n  test: {outputs: {a: b}, runs-on: x, steps: [{id: decide, run: make}]}\n"
    wanted = Job("test", "T", outputs=(Output("flag", "steps.decide.outputs.flag"),))
    made = result(text, Workflow("ci.yml", "CI", (), (Trigger("push"),), None, (wanted,)))
    outputs = typed(made.text)["jobs"]["test"]["outputs"]
    assert outputs == {"a": "b", "flag": "${{ steps.decide.outputs.flag }}"}
    bare = result(
        text.replace("outputs: {a: b}, ", ""),
        Workflow("ci.yml", "CI", (), (Trigger("push"),), None, (wanted,)),
    )
    assert typed(bare.text)["jobs"]["test"]["outputs"] == {"flag": "${{ steps.decide.outputs.flag }}"}


def test_what_a_call_between_braces_is_given_is_quoted_where_yaml_asks_for_it() -> None:
    text = "on: push\njobs:\n  test: {uses: ./.github/workflows/x.yml, with: {a: b}}\n"
    call = WorkflowCall("./.github/workflows/x.yml", (("list", "[a, b"), ("is-it", True)))
    made = result(
        text, Workflow("ci.yml", "CI", (), (Trigger("push"),), None, (Job("test", "T", call=call),))
    )
    given = typed(made.text)["jobs"]["test"]["with"]
    assert given == {"a": "b", "list": "[a, b", "is-it": True}


def test_a_fresh_job_on_a_runner_with_several_labels_is_as_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = "sequenceDiagram\n GitHub->>CI: Trigger 'push'\n Note over CI: Build\n Note over CI: Test\n"
    (tmp_path / "ci.mmd").write_text(drawn, encoding="utf-8")
    (tmp_path / "mermaid2gha.yml").write_text(
        "documents: [ci.mmd]\nruns-on: [self-hosted, linux]\n", encoding="utf-8"
    )
    assert main(["compile", "-q"]) == 0
    file = tmp_path / ".github/workflows/ci.yml"
    text = file.read_text(encoding="utf-8")
    assert text.count("    runs-on: [self-hosted, linux]\n") == 2
    (tmp_path / "ci.mmd").write_text(drawn.replace(" Note over CI: Test\n", ""), encoding="utf-8")
    assert main(["compile", "-q"]) == 0  # nothing in the job is people's, so that it goes
    assert "  test:" not in file.read_text(encoding="utf-8")
    (tmp_path / "ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text


def test_what_is_drawn_besides_is_added_behind_an_if_and_taken_away_again() -> None:
    """As people would; a line of theirs that is longer than ours stays one."""
    asked = (
        "github.event_name == 'push' && github.event.repository.fork == false && github.actor != 'some-robot'"
    )
    text = CORPUS[0].values[0][0].replace("if: github.event_name == 'push'", f"if: {asked}")
    more = result(text, drawn(("build",), f"{asked} && github.ref == 'refs/heads/main'"))
    named = "github.ref == 'refs/heads/main'"
    assert f"    if: {asked} && {named} # drawn: {named}\n" in more.text
    assert result(more.text, drawn(("build",), asked)).text == text
