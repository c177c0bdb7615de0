"""A drawing of a stranger is read soon, or told to be too large."""

from __future__ import annotations

import pytest

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.ir.bounds import DEEPEST, LONGEST_TEXT, MOST_FLOWS, MOST_OPERANDS
from mermaid2gha.compiler.verify.cases import ALL, rows, variables
from mermaid2gha.github.logic.domains import MOST_STATES, Probe, domain
from mermaid2gha.settings.model import Settings

RULE = "drawing-too-large"
CI = "    participant GH as GitHub\n    participant CI as CI (ci.yml)\n    GH->>CI: Trigger 'push'\n"


def errors(text: str) -> list[str]:
    found = compile_documents([SourceFile("ci.md", text)], Settings()).diagnostics
    return [one.rule for one in found if one.severity.value == "error"]


def drawn(body: str, head: str = CI) -> str:
    return f"# CI\n\n```mermaid\nsequenceDiagram\n{head}    Note over CI: Build\n{body}```\n"


def many(start: str, rest: str, count: int) -> str:
    return start + "".join(f"{rest}    Note over CI: Job {n}\n" for n in range(count - 1)) + "    end\n"


def nested(depth: int) -> str:
    return "    opt x\n" * depth + "    Note over CI: Lint\n" + "    end\n" * depth


def flows(count: int, event: str = "workflow_dispatch") -> str:
    return "".join(f"## Flow {n}\n\n{drawn('', CI.replace('push', event))}" for n in range(count))


@pytest.mark.parametrize(
    "line",
    [
        "Note over CI: {}",
        "CI->>Store: {}",
        "opt {}\n    end",
        "alt a\n    else {}\n    end",
        "loop {}\n    end",
        "participant X as {}",
        "participant {}",
        "box {}\n    end",
        "%% id: {}",
    ],
)
def test_a_long_text_is_told_and_no_more_is_read(line: str) -> None:
    lead = len("x y ")
    assert errors(drawn(f"    {line}\n".format("x y " * (LONGEST_TEXT // lead + 1)))) == [RULE]
    assert RULE not in errors(drawn(f"    {line}\n".format("x" * (LONGEST_TEXT - 1))))


def test_a_long_heading_is_told() -> None:
    assert errors(drawn("").replace("# CI", "# " + "a" * (LONGEST_TEXT + 1))) == [RULE]


def test_a_long_text_elsewhere_is_no_fault_of_the_workflows() -> None:
    other = f"```mermaid\nsequenceDiagram\n    A->>B: {'x' * (LONGEST_TEXT + 1)}\n```\n"
    assert errors(drawn("") + other) == []


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        (nested(DEEPEST), False),
        (nested(DEEPEST + 1), True),
        (many("    alt a\n", "    else b\n", MOST_OPERANDS + 1), True),
        (many("    par\n", "    and\n", MOST_OPERANDS + 50), False),
    ],
)
def test_fragments_are_bounded_where_conditions_grow_with_them(body: str, is_told: bool) -> None:
    assert (RULE in errors(drawn(body))) is is_told


def test_the_flows_of_one_file_are_bounded() -> None:
    assert errors(flows(MOST_FLOWS + 1)) == [RULE]


def test_flows_that_are_not_told_apart_are_told_each_once() -> None:
    assert errors(flows(40, "push")) == ["flows-not-told-apart"] * 39


@pytest.mark.parametrize("words", [13, 25])
def test_a_text_in_which_many_conditions_look_for_a_word_has_a_part_of_its_values(words: int) -> None:
    probes = [Probe("github.event.inputs.skip", "contains", f"word {number}") for number in range(words)]
    assert len(domain(probes)) <= MOST_STATES + 1
    (skip,) = variables([*probes], {})
    assert 2 * words <= len(skip.values) < 100
    for at, probe in enumerate(probes):  # each word alone, and all but it
        alone = [tuple(skip.answers[one][value] for one in probes) for value in range(len(skip.values))]
        assert tuple(number == at for number in range(words)) in alone
        assert {*skip.answers[probe]} == {True, False}
    assert len(rows((skip, skip), (), lambda tried: 1).rows) < 4 * ALL
