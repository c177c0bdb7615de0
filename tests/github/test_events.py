"""The table of events: what holds for an event holds everywhere, and no other module knows events by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from package_source import source_tree

from mermaid2gha.cli import main
from mermaid2gha.github.events import EVENTS, EventKind, OwnToken, kind_of
from mermaid2gha.github.simulator.cascade import Facts, runs
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion, payload
from mermaid2gha.github.simulator.token import granted
from mermaid2gha.github.simulator.triggering import event_ref, why_not_started

PACKAGE = Path(__file__).parents[2] / "mermaid2gha"
PULLS = [kind for kind in EVENTS.values() if kind.is_about_pull_request]

ALSO_MEANS = {
    "create": "a statement of Mermaid",
    "deployment": "a key of an environment",
    "delete": "a verb of writing",
    "fork": "a key of payloads",
    "issues": "a right of a token",
    "label": "a key of pictures and of reports",
    "push": "a mark, and a verb of giving",
    "release": "a verb of giving",
    "status": "a key of what GitHub's API answers",
    "watch": "an option of commands",
}
"""Events with names that stand for something else in this package."""

EVERYDAY = [name for name in EVENTS if "_" not in name and name not in ALSO_MEANS]
UNMISTAKABLE = re.compile(rf"(?<!\w)(?:{'|'.join(name for name in EVENTS if '_' in name)})(?!\w)")
QUOTED = re.compile(rf"(['\"`])(?:{'|'.join(EVERYDAY)})\1")


def texts(tree: ast.Module) -> Iterator[str]:
    """The texts of a module, but for docstrings and the values of enumerations."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                skipped.add(docstring)
            case ast.ClassDef(bases=[ast.Name(id="Enum")], body=body):
                skipped |= {line.value for line in body if isinstance(line, ast.Assign)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value.replace(r"\b", " ")


def names_an_event(text: str) -> bool:
    return text in EVERYDAY or bool(UNMISTAKABLE.search(text) or QUOTED.search(text))


def test_events_are_named_in_four_places_at_most() -> None:
    """The table, that of their payloads, the vocabulary, which maps words to events, and the examples of a
    command's help."""
    vocabulary = PACKAGE / "compiler" / "vocabulary"
    naming = {
        (path.parent if path.parent == vocabulary else path).relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.name != "signs.py"  # made of the vocabulary's expressions
        and any(names_an_event(text) for text in texts(source_tree(path)))
    }
    assert {"github/events.py", "compiler/vocabulary"} <= naming
    assert len(naming) <= 4, naming


def test_a_word_that_means_something_else_does_so_somewhere() -> None:
    found = {
        text
        for path in PACKAGE.rglob("*.py")
        if path.name != "events.py"
        for text in texts(source_tree(path))
    }
    assert set(ALSO_MEANS) <= found


# -- the rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_a_row_agrees_with_itself(kind: EventKind) -> None:
    assert {*kind.default_types, *filter(None, [kind.sample_type])} <= set(kind.types)
    assert bool(kind.branch[0]) == ("branches" in kind.filters)
    assert bool(kind.types) == bool(kind.sample_type) or kind.has_own_types
    assert len(set(kind.types)) == len(kind.types)
    assert not (kind.has_fork_token and kind.is_dangerous)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_the_payload_of_an_event_starts_a_workflow_that_listens_to_it(kind: EventKind) -> None:
    workflow = read_workflow(f"on: {kind.name}\njobs: {{a: {{}}}}\n")
    content = payload(Occasion(kind.name))
    assert not why_not_started(workflow, kind.name, content)
    assert event_ref(kind.name, content).startswith("refs/")


def test_an_event_that_nobody_knows_has_no_properties() -> None:
    assert kind_of("dynamic") == EventKind("dynamic")


@pytest.mark.parametrize(
    ("event", "ref"),
    [
        ("push", "refs/heads/dev"),
        ("workflow_dispatch", "refs/heads/dev"),
        ("create", "refs/heads/dev"),
        ("delete", "refs/heads/main"),
        ("release", "refs/tags/v1.0.0"),
        ("merge_group", "refs/heads/gh-readonly-queue/dev/pr-1"),
        ("pull_request", "refs/pull/1/merge"),
        ("pull_request_review", "refs/pull/1/merge"),
        ("pull_request_review_comment", "refs/pull/1/merge"),
        ("pull_request_target", "refs/heads/main"),
        ("workflow_run", "refs/heads/main"),
        ("schedule", "refs/heads/main"),
        ("issue_comment", "refs/heads/main"),
    ],
)
def test_the_ref_of_an_event_is_that_of_the_documentation(event: str, ref: str) -> None:
    """docs.github.com, Events that trigger workflows, the column `GITHUB_REF`."""
    assert event_ref(event, payload(Occasion(event, branch="dev"))) == ref


# -- forks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_the_token_of_a_fork_is_named_for_each_event_that_has_it(
    kind: EventKind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs.github.com, Pull request events for forked repositories."""
    text = f"on: {kind.name}\npermissions: {{contents: write}}\njobs: {{a: {{runs-on: x}}}}\n"
    file = tmp_path / "a.yml"
    file.write_text(text, encoding="utf-8")

    def is_lowered(*options: str) -> bool:
        assert main(["when", kind.name, "--workflows", str(file), *options]) == 0
        return "`a` of a.yml asks for `contents: write`, which a fork does not get" in capsys.readouterr().out

    workflow = read_workflow(text)
    [(_, level)] = granted(workflow, workflow.job("a"), kind.name, is_fork=True) or ()
    assert not is_lowered()
    assert is_lowered("--fork") is kind.has_fork_token is (level == "read")


def test_the_events_of_a_fork_s_pull_request_have_its_token_but_the_one_that_is_made_for_writing() -> None:
    assert [kind.name for kind in PULLS if not kind.has_fork_token] == ["pull_request_target"]
    assert [kind.name for kind in EVENTS.values() if kind.has_fork_token and kind not in PULLS] == []


def test_what_follows_the_run_of_a_fork_has_all_rights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs.github.com, `workflow_run`: it can write, even if the workflow before it could not."""
    for name, on in (("first", "pull_request"), ("then", "{workflow_run: {workflows: [first]}}")):
        text = f"name: {name}\non: {on}\npermissions: {{contents: write}}\njobs: {{{name}: {{runs-on: x}}}}\n"
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    assert main(["when", "pull_request", "--fork", "--workflows", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "`first` of first.yml asks for" in output
    assert "`then` of then.yml asks for" not in output


# -- tokens, types and filters -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_an_event_by_the_own_token_starts_what_its_row_says(kind: EventKind) -> None:
    """docs.github.com, Triggering a workflow from a workflow, and `pull_request`."""
    workflows = {"a.yml": read_workflow(f"on: {kind.name}\njobs: {{a: {{}}}}\n")}
    [found] = runs(workflows, Facts(Occasion(kind.name), by_token=True))
    assert (found.why_not == "") is (kind.by_own_token is OwnToken.STARTS)
    assert ("approves" in found.why_not) is (kind.by_own_token is OwnToken.WAITS)


def test_only_the_default_types_of_a_pull_request_by_the_own_token_can_be_approved() -> None:
    workflows = {"a.yml": read_workflow("on: {pull_request: {types: [closed]}}\njobs: {a: {}}\n")}
    [found] = runs(workflows, Facts(Occasion("pull_request", action="closed"), by_token=True))
    assert found.why_not == "an event that `GITHUB_TOKEN` makes starts no run"


def test_a_dispatch_has_types_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.yml"
    file.write_text("on: {repository_dispatch: {types: [docs]}}\njobs: {a: {runs-on: x}}\n", encoding="utf-8")
    for name, answer in (("docs", "1 of 1 jobs run"), ("site", "its `types` are `docs`")):
        assert main(["when", "repository_dispatch", "--type", name, "--workflows", str(file)]) == 0
        assert answer in capsys.readouterr().out


@pytest.mark.parametrize("kind", [one for one in EVENTS.values() if one.branch[0]], ids=lambda one: one.name)
def test_branches_filter_by_the_branch_that_the_event_is_about(kind: EventKind) -> None:
    """docs.github.com, Workflow syntax: of a pull request and a merge queue the one that is merged into."""
    about = {"workflow_run": {"head_branch": "dev"}} if kind.follows_runs else {}
    content = {**payload(Occasion(kind.name, branch="dev")), **about}
    for branch, why_not in (("dev", ""), ("main", "its `branches` are `main`")):
        workflow = read_workflow(f"on: {{{kind.name}: {{branches: [{branch}]}}}}\njobs: {{a: {{}}}}\n")
        assert why_not_started(workflow, kind.name, content) == why_not
