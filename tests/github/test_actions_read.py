"""Real workflow texts are read with exact places, and nothing makes the reader raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file

STYLES = """\
# by hand
"on": {push: {branches: [main]}, 'pull_request': }
permissions: read-all
jobs:
    base: &base   # drawn: Base [latest]
        runs-on: ubuntu-24.04
        steps:
          - uses: actions/checkout@v4
          - name: Say # drawn
            env: {TEXT: hello}
            run: |
              echo # drawn
          # - a comment
          - run: echo '# drawn'
    list:
        needs:   # why
        - base   # because
        - "other"
        if: >-
          always()
          && needs.base.result == 'success'
        strategy: {matrix: {python: [3.9, "3.10"], include: [{python: 3}]}}
        environment: {name: prod, url: x}
        uses: ./.github/workflows/x.yml
        with: {a: 1}
    other: *base
    flow: {needs: [base, list], runs-on: x, permissions: {}}
"""


def read(text: str) -> WorkflowFile:
    made, found = workflow_file(text.encode(), "ci.yml")
    assert made is not None and not found
    return made


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_part_is_found_at_its_place(newline: str) -> None:
    file = read(STYLES.replace("\n", newline))
    assert [event.name for event in file.events] == ["push", "pull_request"]
    assert file.permissions == (("", "read-all"),)
    base, several, other, flow = file.jobs
    assert (base.comment, base.needs, base.id) == ("drawn: Base [latest]", (), "base")
    assert [step.comments for step in base.steps] == [(), ("drawn",), ()]
    assert base.steps[1].env == (("TEXT", "hello"),)
    assert [need.job for need in several.needs] == ["base", "other"]
    assert [need.span.text for need in several.needs] == ["base", '"other"']
    assert several.condition is not None and several.condition.style == ">"
    assert several.condition.value == "always() && needs.base.result == 'success'"
    assert (several.axes, several.environment, several.arguments) == (("python",), "prod", (("a", "1"),))
    assert other.node is base.node and other.entry.value.span.text == "*base"
    assert [need.span.text for need in flow.needs] == ["base", "list"] and flow.permissions == ()
    assert file.newline == newline


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("on: push", ["push"]),
        ("on: [push, pull_request]", ["push", "pull_request"]),
        ("on:\n- push\n- create", ["push", "create"]),
        ("on:\n  push:\n  schedule:\n  - cron: x", ["push", "schedule"]),
        ("on:", []),
        ("true: push", []),
    ],
)
def test_events_stand_in_three_shapes(text: str, events: list[str]) -> None:
    assert [event.name for event in read(text).events] == events


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "not-a-workflow"),
        ("- push", "not-a-workflow"),
        ("on: push\n---\non: push", "invalid-yaml"),
        ("on:\n\tpush:", "invalid-yaml"),
        ("on: *x", "invalid-yaml"),
        ("on: &x [*x]", "invalid-yaml"),
        ('on: "\\U99999999"', "invalid-yaml"),
        ("on: " + "[" * 3000, "invalid-yaml"),
        ("%YAML 1.99999\n---\non: x\x00", "invalid-yaml"),
        ("on: push\non: push", "duplicate-key"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, rule: str) -> None:
    assert [one.rule for one in workflow_file(text.encode(), "ci.yml")[1]] == [rule]


def test_a_byte_order_mark_is_remembered() -> None:
    made, _ = workflow_file(b"\xef\xbb\xbfon: push\n", "ci.yml")
    assert made is not None and made.has_bom and made.events[0].span.start == 4


@given(st.binary(max_size=80) | st.text("on: {}[]&*!|>'\"#-?,jobsneeds\n\t \r%@`\ufeff", max_size=120))
def test_no_bytes_make_it_raise(content: bytes | str) -> None:
    workflow_file(content if isinstance(content, bytes) else content.encode(), "ci.yml")


@given(st.data())
def test_a_damaged_workflow_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(STYLES)))
    end = data.draw(st.integers(at, min(at + 30, len(STYLES))))
    text = STYLES[:at] + data.draw(st.text(max_size=5)) + STYLES[end:]
    made, found = workflow_file(text.encode("utf-8", "surrogatepass"), "ci.yml")
    assert made is not None or found
