"""What GitHub refuses: recorded verdicts of its own parser, and what it checks before a run starts."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import pytest
from validity_answers import difference, judged, line
from workflow_mutations import FOLDER, digest, mutation

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.github.validity.validity import (
    read_and_refusals,
    refusals_with_calls,
)

RECORDED = Path(__file__).with_name("validity.jsonl.gz")
PARTS = 20
"""Of the recorded verdicts every so manieth is asked for here; `tests/live/validity.py` asks for all."""


@cache
def recorded() -> list[tuple[int, int, list[int] | None]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as file:
        return [tuple(json.loads(text)) for text in file]


def test_ten_thousand_verdicts_are_recorded() -> None:
    refused = sum(bool(lines) for _, _, lines in recorded())
    assert len(recorded()) == 10_000
    assert 6_000 < refused < 9_000


@pytest.mark.parametrize("part", range(4))
def test_a_mutated_workflow_has_the_verdict_of_githubs_parser(part: int) -> None:
    different = {}
    for seed, of_text, lines in recorded()[part::PARTS]:
        text = mutation(seed)
        assert digest(text) == of_text, "the mutations have changed: record the verdicts anew"
        if words := difference(lines, judged(text)):
            different[seed] = words
    assert different == {}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_a_valid_workflow_is_taken(path: Path) -> None:
    assert judged(path.read_text(encoding="utf-8")) == ()


JOB = "\njobs:\n  a:\n    runs-on: x\n"


def found(text: str) -> list[tuple[int, str]]:
    return [(line(one), one.rule) for one in judged(text)]


@pytest.mark.parametrize(
    "text",
    [
        # the service reads these, whatever the published parser says (docs/validity.md)
        f"on: push{JOB}    env: ${{{{ fromJSON(vars.A) }}}}\n",
        f"on: push{JOB}    services: ${{{{ fromJSON('{{}}') }}}}\n",
        f"on: push{JOB}    env: {{1: a, true: b}}\n",
        f"on: [push, repository_dispatch]{JOB}",
        f"on: repository_dispatch{JOB}",
        "on: push\njobs:\n  Build: {runs-on: x}\n  test: {runs-on: x, needs: build}\n",
        f"on: push{JOB}    name: 'a\n    b'\n",
        f'on: push{JOB}    name: "a\n    b"\n',
        f'on: push{JOB}    steps: [{{run: a}}]\n    name: "a-\\\n${{{{ github.ref }}}}"\n    env: {{A: b}}\n',
        "on: push\njobs: {a: {runs-on: x,\nname: b\n}}\n",
        f"on: {{workflow_dispatch: {{inputs: {{a: {{default: 7}}}}}}}}{JOB}",
        f"on: {{workflow_dispatch: {{inputs: {{a: {{type: boolean, default: yes}}}}}}}}{JOB}",
        f"on: {{workflow_call: {{inputs: {{a: {{type: string, default: true}}}}}}}}{JOB}",
        f"on: {{release: {{types: [published], branches: main}}, create: {{tags: ['v*']}}}}{JOB}",
        f"on: push{JOB}    steps: [{{run: a, background: true, id: a}}, {{wait: a}}, {{wait-all: }}]\n",
        f"on: push{JOB}    steps: [{{uses: a/b@c, background: true, id: a}}, {{name: x, cancel: a}}]\n",
        # and these are unusual
        f'on: push{JOB}    name: "a\n     b"\n',
        f"on: push{JOB}    if: ~\n",
        f"on: push{JOB}    steps: [{{run: 1}}, {{run: ''}}, {{uses: ./a}}, {{uses: $/a}}]\n",
        f"on: push{JOB}    strategy: {{matrix: {{a: [1], include: '${{{{ fromJSON(vars.A) }}}}'}}}}\n",
        f"on: push{JOB}    name: ${{{{ '${{{{' }}}} is text\n",
        f"on: push{JOB}    if: contains('}}}}', 'a')\n",
        f"on: push{JOB}    steps: [{{run: \"${{{{ contains('}}}}', 'a') }}}}\"}}]\n",
        f"on:\tpush{JOB}",
        "{on: push, jobs: {a: {runs-on: x}}}",
        f"%YAML 1.2\n---\non: push{JOB}",
    ],
)
def test_what_github_takes_is_taken(text: str) -> None:
    assert judged(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "not-a-workflow")]),
        ("- a\n", [(1, "not-a-workflow")]),
        ("on: push\njobs: {}\n", [(2, "unexpected-value")]),
        ("on: push\njobs: []\n", [(2, "unexpected-value")]),
        ("on:\njobs: {a: {runs-on: x}}\n", [(1, "unexpected-value")]),
        (f"on: push{JOB}---\nb: c\n", [(5, "invalid-yaml")]),
        (f"on: push{JOB}    runs-on: y\n", [(5, "duplicate-key")]),
        (f"on: push{JOB}    Runs-On: y\n", [(5, "same-key-other-case")]),
        (f"on: push{JOB}    foo: 1\n", [(5, "unknown-key")]),
        (f"on: {{release: {{branch: main}}}}{JOB}", [(1, "unknown-key")]),
        (f"on: push{JOB}    steps: [{{wait: }}]\n", [(5, "unexpected-value")]),
        (f"on: push{JOB}    steps: [{{wait-all: , run: a}}]\n", [(5, "unknown-key")]),
        (
            f"on: {{workflow_call: {{inputs: {{a: {{type: boolean, default: 'true'}}}}}}}}{JOB}",
            [(1, "contradictory-input")],
        ),
        (f"on: push{JOB}    if: env.A\n", [(5, "unavailable-context")]),
        (f"on: push{JOB}    if: ${{{{ secrets.A }}}}\n", [(5, "unavailable-context")]),
        (
            f"on: push{JOB}    if: |\n      github.ref == 'a'\n      && steps.a\n",
            [(5, "unavailable-context")],
        ),
        (f"on: push{JOB}    if: success('a') && !failure('a', 'b')\n", []),
        (f"on: push{JOB}    if: always('a')\n", [(5, "invalid-expression")]),
        (f"on: push{JOB}    if: !cancelled()\n", [(5, "unusable-tag")]),
        (f"on: push{JOB}    name: ${{{{ a\n", [(5, "invalid-expression")]),
        (f"on: push{JOB}    name: ${{{{ }}}}\n", [(5, "invalid-expression")]),
        (
            f"on: push{JOB}    steps:\n      - run: |\n          echo\n          echo ${{{{ nope.a }}}}\n",
            [(8, "unavailable-context")],
        ),
        (f"on: push{JOB}    steps: [{{id: a, run: x}}, {{id: A, run: x}}]\n", [(5, "repeated-id")]),
        (f"on: push{JOB}    steps: [{{uses: checkout}}]\n", [(5, "unusable-reference")]),
        (f"on: push{JOB}    steps: [{{name: x}}]\n", [(5, "missing-key")]),
        (f"on: push{JOB}    strategy: {{matrix: {{a: []}}}}\n", [(5, "unusable-matrix")]),
        (f"on: push{JOB}    strategy: {{matrix: {{a: 1}}}}\n", [(5, "unexpected-value")]),
        (f"on: push{JOB}    concurrency: {'g' * 401}\n", [(5, "group-too-long")]),
        (f"on: push{JOB}    timeout-minutes: '5'\n", [(5, "unexpected-value")]),
        (f"on: push{JOB}    continue-on-error: yes\n", [(5, "unexpected-value")]),
        (f"on: push{JOB}    <<: {{env: {{}}}}\n", [(5, "unknown-key")]),
        (f"on: push{JOB}    env: {{null: a}}\n", [(5, "unexpected-value")]),
        (f"on: push\npermissions: {{id-token: read}}{JOB}", [(2, "unexpected-value")]),
        (f"on: {{push: {{branches: [a], branches-ignore: [b]}}}}{JOB}", [(1, "both-filters")]),
        (f"on: {{schedule: [{{cron: '* * * * 7'}}]}}{JOB}", [(1, "unreadable-time")]),
        (f"on: pushes{JOB}", [(1, "unexpected-value")]),
        (f"on: push{JOB}    needs: b\n  b: {{runs-on: x}}\n", []),
        (f"on: push{JOB}    needs: c\n  b: {{runs-on: x}}\n", [(5, "unknown-need")]),
        (
            f"on: push{JOB}    needs: [b]\n  b: {{runs-on: x, needs: a}}\n",
            [(3, "endless-needs"), (5, "endless-needs"), (6, "endless-needs")],
        ),
        (
            f"on: push{JOB}    needs: a\n  b: {{runs-on: x}}\n  c: {{runs-on: x, needs: a}}\n",
            [(5, "endless-needs")],
        ),
        ("on: push\njobs:\n  a: {uses: ./.github/workflows/a.yml@v1}\n", [(3, "unusable-reference")]),
        ("on: push\njobs:\n  a:\n   b: c\n    d: e\n", [(4, "invalid-yaml")]),
        (f"on: push{JOB}    env: *no\n", [(5, "invalid-yaml")]),
    ],
)
def test_what_github_refuses_is_refused_in_its_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert found(text) == expected


def test_a_file_of_more_than_500_kilobytes_is_refused() -> None:
    text = f"on: push{JOB}    env:\n" + "".join(f"      V{number}: {'x' * 90}\n" for number in range(6000))
    assert [one.rule for one in judged(text)] == ["file-too-large"]


def test_a_script_is_too_long_only_with_expressions() -> None:
    script = "x" * 21_000
    assert judged(f"on: push{JOB}    steps: [{{run: {script}}}]\n") == ()
    with_one = f"on: push{JOB}    steps: [{{run: '{script} ${{{{ github.ref }}}}'}}]\n"
    assert [one.rule for one in judged(with_one)] == ["script-too-long"]


def test_every_finding_has_a_place_and_a_cure() -> None:
    for seed in range(0, 10_000, 97):
        for one in judged(mutation(seed)):
            assert one.labels
            assert one.help
            assert not one.message.endswith(".")
            assert "\n" not in one.message


# -- calls -------------------------------------------------------------------------------------------


def of_calls(**texts: str) -> list[Diagnostic]:
    """What is wrong with `ci.yml` among some files."""
    files = {f"{name}.yml": read_and_refusals(text.encode(), f"{name}.yml") for name, text in texts.items()}
    return list(refusals_with_calls(files["ci.yml"], files.get))


def call(keys: str = "", *, top: str = "") -> str:
    return f"on: push\n{top}jobs:\n  go: {{uses: ./.github/workflows/b.yml{keys}}}\n"


def callee(job: str = "", *, on: str = "workflow_call", top: str = "") -> str:
    return f"on: {on}\n{top}jobs: {{a: {{runs-on: x{job}}}}}\n"


@pytest.mark.parametrize(
    ("caller", "called", "rule"),
    [
        (call(), callee(), ""),
        (call(), callee(on="push"), "uncallable-workflow"),
        (call(), callee(on="[push, workflow_call]"), ""),
        (call(), callee(on="{push: , workflow_call: }"), ""),
        (call(), callee(", if: env.A"), "refused-callee"),
        (call(), "on: [", "refused-callee"),
        (
            call(),
            callee(on="{workflow_call: {inputs: {a: {type: string, required: true}}}}"),
            "missing-argument",
        ),
        (
            call(", with: {A: x}"),
            callee(on="{workflow_call: {inputs: {a: {type: string, required: true}}}}"),
            "",
        ),
        (call(", with: {a: x}"), callee(), "undeclared-argument"),
        (call(", secrets: {a: x}"), callee(), "undeclared-argument"),
        (call(), callee(on="{workflow_call: {secrets: {a: {required: true}}}}"), "missing-argument"),
        (call(", secrets: inherit"), callee(on="{workflow_call: {secrets: {a: {required: true}}}}"), ""),
        (call(), callee(on="{workflow_call: {secrets: {a: }}}"), ""),
        # rights: what is not said is not judged, for a repository's own setting decides
        (call(), callee(", permissions: write-all"), ""),
        (call(), callee(", permissions: {contents: write, packages: write}"), ""),
        (call(), callee(", permissions: {id-token: write}"), "right-beyond-caller"),  # but never that
        (call().replace("push", "workflow_call"), callee(", permissions: {id-token: write}"), ""),
        (call(", permissions: {contents: read}"), callee(", permissions: {contents: read}"), ""),
        (call(", permissions: {contents: read}"), callee(", permissions: {contents: none}"), ""),
        (call(", permissions: {contents: read}"), callee(), ""),
        (call(", permissions: {}"), callee(", permissions: {contents: read}"), "right-beyond-caller"),
        (
            call(", permissions: {contents: read}"),
            callee(", permissions: {contents: write}"),
            "right-beyond-caller",
        ),
        (call(top="permissions: read-all\n"), callee(", permissions: {contents: read}"), ""),
        (
            call(top="permissions: read-all\n"),
            callee(", permissions: {id-token: write}"),
            "right-beyond-caller",
        ),
        (call(top="permissions: {}\n"), callee(top="permissions: {packages: read}\n"), "right-beyond-caller"),
        (call(", permissions: write-all", top="permissions: {}\n"), callee(", permissions: write-all"), ""),
        (call(", permissions: write-all"), callee(", permissions: {models: read, id-token: write}"), ""),
    ],
)
def test_a_call_is_judged_with_what_it_calls(caller: str, called: str, rule: str) -> None:
    assert [one.rule for one in of_calls(ci=caller, b=called)] == ([rule] if rule else [])


def test_a_callee_that_is_not_there() -> None:
    assert [one.rule for one in of_calls(ci=call())] == ["absent-callee"]
    judged_call = read_and_refusals(call().encode(), "ci.yml")
    assert refusals_with_calls(judged_call, {}.get, may_lack=True) == ()


def test_rights_go_down_through_calls() -> None:
    middle = "on: workflow_call\njobs:\n  on: {uses: ./.github/workflows/c.yml}\n"
    files = {"ci": call(", permissions: {contents: read}"), "b": middle}
    assert of_calls(**files, c=callee(", permissions: {contents: read}")) == []
    beyond = of_calls(**files, c=callee(", permissions: {issues: write}"))
    assert [one.rule for one in beyond] == ["right-beyond-caller"]
    assert [label.span.file.name for label in beyond[0].labels] == ["ci.yml", "c.yml", "b.yml"]


def chain(length: int) -> dict[str, str]:
    inner = [
        f"on: workflow_call\njobs: {{go: {{uses: ./.github/workflows/{n + 1}.yml}}}}\n" for n in range(length)
    ]
    first = {"ci": "on: push\njobs: {go: {uses: ./.github/workflows/1.yml}}\n"}
    return {**first, **{str(n): text for n, text in enumerate(inner) if n}, str(length): callee()}


def test_ten_levels_are_followed_and_no_more() -> None:
    assert of_calls(**chain(9)) == []
    assert [one.rule for one in of_calls(**chain(10))] == ["calls-too-deep"]


def test_fifty_files_are_called_and_no_more() -> None:
    def calling(count: int) -> dict[str, str]:
        jobs = "".join(f"  j{n}: {{uses: ./.github/workflows/f{n}.yml}}\n" for n in range(count))
        return {"ci": f"on: push\njobs:\n{jobs}", **{f"f{n}": callee() for n in range(count)}}

    assert of_calls(**calling(50)) == []
    assert [one.rule for one in of_calls(**calling(51))] == ["too-many-callees"]


def test_many_calls_of_many_files_are_judged_at_once() -> None:
    """Nine levels, each of which calls the next eight times."""
    jobs = "".join(f"  j{n}: {{uses: ./.github/workflows/%d.yml}}\n" for n in range(8))
    files = {str(n): f"on: workflow_call\njobs:\n{jobs.replace('%d', str(n + 1))}" for n in range(1, 9)}
    assert of_calls(ci=f"on: push\njobs:\n{jobs.replace('%d', '1')}", **files, **{"9": callee()}) == []
