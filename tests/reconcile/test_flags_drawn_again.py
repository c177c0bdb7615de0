"""Conditions under an `opt` that people's `if`s decide: back when it is drawn again."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed
from test_edits_after_adoption import Adopted, drawing, needs_of, project

from mermaid2gha.cli import main

__all__ = ["project"]


def optional(ranks: str, text: str = "") -> str:
    """A drawing with an `opt` of another text, which people's `if`s decide."""
    return drawing(ranks).replace("opt github.ref == 'refs/heads/main'", f"opt {text}".rstrip())


def terms(text: str) -> dict[str, set[str]]:
    """What each job asks for, term by term."""
    asked = {name: str(job.get("if", "")).strip("${} ") for name, job in typed(text)["jobs"].items()}
    return {name: set(said.split(" && ")) for name, said in asked.items()}


@pytest.mark.parametrize("text", ["", "docs changed", "if needed"])
@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("needs.pre.outputs.docs == 'yes'", "success()"),
        ("${{ needs.pre.outputs.kind != 'code' }}", "success()"),
        ("needs.pre.outputs.docs && github.ref == 'refs/heads/main'", "success()"),
        ("github.repository == 'o/r' && needs.pre.outputs.docs", "github.repository == 'o/r'"),
    ],
)
@pytest.mark.parametrize("between", ["pre\ndocs\nship", "pre\n(new)\ndocs\nship"])
def test_what_people_mean_by_a_flag_is_back_when_it_is_drawn_again(
    text: str, asked: str, left: str, between: str
) -> None:
    """Only their file knows it: so it does on while that is drawn no more."""
    drawn = optional("pre\n(docs)\nship", text)
    outputs = ("  pre:\n", "  pre:\n    outputs: {docs: x, kind: y}\n")
    adopted = Adopted(f"pre\ndocs: pre if {asked}\nship: docs", "", outputs, drawn=drawn)
    assert "pre.outputs" not in str(terms(adopted.compiled(between))["docs"])
    plain = adopted.compiled("pre\ndocs\nship")
    assert terms(plain)["docs"] == {left}
    back = adopted.drawn(drawn)
    assert terms(back) == terms(adopted.text)
    if between == "pre\ndocs\nship" and left == "success()":
        assert back == adopted.text


def test_what_people_mean_by_a_flag_is_back_also_where_its_job_has_another_id() -> None:
    asked = "needs.pre.outputs.docs == 'yes'"
    drawn = optional("pre\n(docs)\nship")
    outputs = ("  pre:\n", "  pre:\n    outputs: {docs: x}\n")
    adopted = Adopted(f"pre\ndocs: pre if {asked}\nship: docs", "", outputs, drawn=drawn)
    adopted.compiled("pre\ndocs\nship")
    Path("ci.mmd").write_text(drawing("look\ndocs\nship"), encoding="utf-8")
    assert main(["compile", "-q", "--rename", "pre=look"]) == 0
    assert adopted.drawn(optional("look\n(docs)\nship")) == adopted.text.replace("pre:", "look:").replace(
        "needs: pre", "needs: look"
    ).replace("needs.pre", "needs.look")


def test_a_flag_that_came_with_the_drawing_leaves_nothing_behind() -> None:
    adopted = Adopted("pre\ndocs: pre", "pre\ndocs")
    text = adopted.drawn(optional("pre\n(docs)", "docs changed"))
    flag = "needs.pre.outputs.docs-changed != 'false'"
    assert f"    if: ${{{{ {flag} }}}} # drawn: {flag}\n" in text
    other = adopted.drawn(optional("pre\n(docs)", "text changed"))
    assert other == text.replace("docs-changed", "text-changed")
    assert adopted.compiled("pre\ndocs") == adopted.text
    adopted.file.write_text(text.replace(f"{{{{ {flag}", "{{ vars.ALL"), encoding="utf-8")
    own = adopted.drawn(optional("pre\n(docs)", "docs changed"))
    assert terms(own)["docs"] == {"vars.ALL"}  # it means what people ask for


def test_an_expression_that_came_with_the_drawing_leaves_nothing_behind() -> None:
    adopted = Adopted("pre\ndocs: pre", "pre\ndocs")
    text = adopted.compiled("pre\n(docs)")
    assert "    if: ${{ github.ref == 'refs/heads/main' }} # drawn\n" in text
    other = adopted.drawn(drawing("pre\n(docs)").replace("heads/main", "heads/next"))
    assert other == text.replace("heads/main", "heads/next")
    assert adopted.compiled("pre\ndocs") == adopted.text


def test_a_job_whose_need_tells_of_all_before_it_asks_for_no_more_when_these_move() -> None:
    """`push` comes after the success of `cons`, which comes after that of all: a skip is no news."""
    asked = "needs.info.outputs.docs == 'y'"
    jobs = f"info\nstatic: info if needs.info.outputs.static == 'true'\ndocs: info if {asked}\n"
    jobs += f"cons: info static docs\npush: info cons docs if {asked}"
    beside, after = "info\n(static) (docs)\ncons\n(push)", "info\n(static)\n(docs)\ncons\n(push)"
    outputs = ("  info:\n", "  info:\n    outputs: {docs: x, static: y}\n")
    adopted = Adopted(jobs, "", outputs, drawn=optional(beside))
    text = adopted.drawn(optional(after))
    assert "static" in needs_of(text)["docs"]
    assert terms(text)["push"] == terms(adopted.text)["push"]
    assert typed(adopted.drawn(optional(beside))) == typed(adopted.text)


def test_needs_that_came_for_tests_alone_go_with_them_where_what_stood_is_accepted() -> None:
    """`deploy` asks for `check` alone, which asks itself how all before it ended, and that is accepted."""
    go = "needs.pre.outputs.go == 'y'"
    jobs = "pre\nlint: pre\ntest: pre\nbench: pre if needs.pre.outputs.bench\n"
    jobs += f"check: lint test bench if always()\ndeploy: pre check if {go}"
    drawn = optional("pre\nlint test (bench)\n(check)\n(deploy)")
    outputs = ("  pre:\n", "  pre:\n    outputs: {go: x, bench: y}\n")
    adopted = Adopted(jobs, "", outputs, drawn=drawn)
    more = adopted.drawn(optional("pre\nlint test (bench)\n(check)\n(new)\n(deploy)"))
    assert {"lint", "test", "new"} <= needs_of(more)["deploy"]
    assert typed(adopted.drawn(drawn)) == typed(adopted.text)
