"""A drawn workflow beside a file that people wrote: kinds of differences, what is none, what is mended.

The jobs of the file are the drawn ones by their ids, as after `adopt`.
"""

from __future__ import annotations

import pytest
import yaml

from mermaid2gha.base.diagnostic import Severity
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.plan.effective import effective
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.project.existing import existing_file
from mermaid2gha.reconcile.bind import Terms, bound
from mermaid2gha.reconcile.difference import Accepted, places_of
from mermaid2gha.reconcile.reconcile import Reconciliation, reconcile
from mermaid2gha.settings.model import Acceptance, JobSettings, Order, Settings

DRAWN = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    participant Registry
    GitHub->>CI: Trigger 'push'
    Note over CI: Plan<br>Decide what runs
    Note over CI: Build image
    CI->>Registry: Push Image
    opt
        Note over CI: Unit tests
    end
    Note over CI: Deploy
"""
TESTS = """\
    if: >-
      !cancelled() && needs.image.result == 'success'
      && (needs.unit-test.result == 'success' || needs.unit-test.result == 'skipped')
"""
FILE = f"""\
name: anything
on: push
permissions:
  contents: read
concurrency: one
jobs:
  plan:
    if: github.repository == 'o/r'
    outputs: {{units: x}}
    runs-on: ubuntu-latest
    steps: [{{run: plan}}]
  image:
    name: Build image
    needs: plan
    permissions: {{packages: write}}
    runs-on: [self-hosted]
    steps: [{{uses: actions/checkout@v4}}, {{run: build and push the image}}]
  unit-test:
    needs: [plan, image]
    if: needs.plan.outputs.units == 'true'
    runs-on: ubuntu-latest
    steps: [{{run: test}}]
  deploy:
    needs: [plan, unit-test, image]
{TESTS}\
    runs-on: ubuntu-latest
    steps: [{{run: deploy}}]
"""
SETTINGS = Settings(
    jobs=(("CI/Build image", JobSettings(id="image")), ("CI/Unit tests", JobSettings(id="unit-test")))
)
ALWAYS = "undrawn-term"


def held(
    file: str, drawn: str = DRAWN, settings: Settings = SETTINGS, accepted: tuple[Acceptance, ...] = ()
) -> Reconciliation:
    read, faults = workflow_file(file.encode(), "ci.yml")
    assert read is not None and not faults
    compilation = compile_documents([SourceFile("ci.mmd", drawn)], settings)
    linked, wanted = compilation.linked[0], compilation.workflows[0]
    accepts = Accepted(accepted)
    terms = Terms("ubuntu-24.04", 60, accepts=accepts)
    bound_file = bound(read, wanted, terms)
    made = effective(linked, wanted, existing_file(bound_file.file, bound_file.gone, accepts)).workflow
    return reconcile(bound_file, made, terms, places_of(linked))


def rules(file: str, drawn: str = DRAWN, settings: Settings = SETTINGS) -> list[str]:
    return [one.rule for one in held(file, drawn, settings).differences if one.rule != ALWAYS]


def jobs(text: str) -> dict[str, dict[str, object]]:
    made: dict[str, dict[str, object]] = yaml.safe_load(text)["jobs"]
    return made


def test_a_file_that_keeps_the_drawing_has_no_difference_but_a_term_of_its_own() -> None:
    found = held(FILE)
    assert [(one.rule, one.place) for one in found.differences] == [(ALWAYS, ("jobs", "plan", "if"))]
    assert found.text == FILE


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("on: push", "on: []", "absent-event"),
        ("on: push", "on: [push, workflow_dispatch]", "undrawn-event"),
        ("  deploy:", "  sweep:\n    runs-on: x\n    steps: []\n  deploy:", "undrawn-job"),
        ("needs: [plan, image]", "needs: [plan]", "missing-wait"),
        ("permissions: {packages: write}", "permissions: {packages: read}", "right-missing"),
        ("permissions: {packages: write}", "permissions: read-all", "right-missing"),
        ("    permissions: {packages: write}\n", "", "right-missing"),
        ("    needs: plan\n", "    needs: plan\n    if: needs.plan.outputs.x == 'y'\n", "condition-differs"),
        ("    needs: plan\n", "    needs: plan\n    if: github.event_name != 'push'\n", "condition-differs"),
        (TESTS, "", "silenced-by-skip"),
    ],
)
def test_one_difference_is_one_finding(old: str, new: str, rule: str) -> None:
    assert old in FILE
    assert rules(FILE.replace(old, new)) == [rule]


def test_the_right_that_every_fresh_job_has_is_asked_of_none() -> None:
    file = FILE.replace("permissions:\n  contents: read\n", "permissions: {}\n")
    assert rules(file) == []


def test_an_edit_of_the_drawing_changes_what_it_says_and_nothing_else() -> None:
    more = DRAWN.replace("    Note over CI: Deploy", "    Note over CI: Lint\n    Note over CI: Deploy")
    found = held(FILE, more)
    before, after = jobs(FILE), jobs(found.text)
    assert after.keys() - before.keys() == {"lint"} and "lint" in str(after["deploy"]["needs"])
    assert {name: job for name, job in after.items() if name in ("plan", "image", "unit-test")} == {
        name: job for name, job in before.items() if name != "deploy"
    }
    assert held(found.text, more).text == found.text


def test_a_need_that_text_reads_stays_and_keeps_its_effect() -> None:
    file = FILE.replace("steps: [{run: deploy}]", "steps: [{run: 'deploy ${{ needs.scan.outputs.x }}'}]")
    file = file.replace("[plan, unit-test, image]", "[plan, unit-test, image, scan]")
    file = file.replace(TESTS, TESTS.rstrip("\n") + "\n      && needs.scan.result == 'success'\n")
    file = file.replace("  deploy:", "  scan:\n    runs-on: x\n    steps: [{run: scan}]\n  deploy:")
    more = DRAWN.replace("    Note over CI: Deploy", "    Note over CI: Lint\n    Note over CI: Deploy")
    after = jobs(held(file, more).text)["deploy"]
    assert {"lint", "scan"} <= set(after["needs"])  # type: ignore[call-overload]
    assert "needs.scan.result == 'success'" in str(after["if"])


def test_a_need_of_drawn_jobs_that_nothing_orders_goes_unless_it_is_read() -> None:
    drawn = DRAWN.replace(
        "    Note over CI: Deploy",
        "    par\n    Note over CI: Lint\n    and\n    Note over CI: Deploy\n    end",
    )
    lint = "  lint:\n    needs: [image, unit-test]\n" + TESTS + "    runs-on: x\n    steps: [{run: lint}]\n"
    file = FILE.replace("  deploy:", f"{lint}  deploy:").replace(
        "[plan, unit-test, image]", "[unit-test, image, lint]"
    )
    found = held(file, drawn)
    assert [one.place for one in found.differences if one.rule == "extra-wait"] == [
        ("jobs", "deploy", "needs", "lint")
    ]
    assert jobs(found.text)["deploy"]["needs"] == ["unit-test", "image"]
    read = file.replace("{run: deploy}", "{run: 'echo ${{ needs.lint.result }}'}")
    assert "lint" in str(jobs(held(read, drawn).text)["deploy"]["needs"])


def test_an_accepted_difference_is_neither_told_nor_mended_while_both_sides_mean_the_same() -> None:
    file = FILE.replace("    needs: plan\n", "    needs: plan\n    if: github.event_name != 'push'\n")
    one = next(one for one in held(file).differences if one.rule == "condition-differs")
    found = held(file, accepted=(one.acceptance(),))
    assert found.text == file and "condition-differs" not in [d.rule for d in found.differences]
    again = file.replace("github.event_name != 'push'", "${{ 'push' != github.event_name }}")
    assert held(again, accepted=(one.acceptance(),)).text == again
    other = file.replace("!= 'push'", "== 'release'")
    assert held(other, accepted=(one.acceptance(),)).text != other


def test_where_every_right_is_to_read_none_is_written() -> None:
    file = FILE.replace("permissions: {packages: write}", "permissions: read-all")
    found = held(file)
    assert found.text == file
    assert [one.edits for one in found.differences if one.rule == "right-missing"] == [()]


def test_the_if_of_a_people_s_job_is_what_a_flag_means() -> None:
    file = FILE.replace("needs.plan.outputs.units == 'true'", "vars.WITH_TESTS && github.actor != 'bot'")
    found = held(file)
    assert found.text == file
    assert "condition-differs" not in [one.rule for one in found.differences]


def test_an_order_that_would_close_a_circle_is_told_with_what_stands_against_it() -> None:
    file = FILE.replace("    needs: plan\n", "    needs: deploy\n").replace("[plan, image]", "plan")
    file = file.replace("{run: build", "{run: 'x ${{ needs.deploy.result }}'}, {run: build")
    file = file.replace("[plan, unit-test, image]", "plan").replace(TESTS, "")
    found = held(file)
    assert "needs-contradict-order" in [one.rule for one in found.differences if not one.edits]
    after = jobs(found.text)
    assert "deploy" in str(after["image"]["needs"]) and "image" not in str(after["deploy"]["needs"])


def test_order_by_data_asks_for_less() -> None:
    head = (
        "sequenceDiagram\n participant GitHub\n participant CI as CI (ci.yml)\n GitHub->>CI: Trigger 'push'\n"
    )
    first = "par\n Note over CI: A\n and\n Note over CI: B\n end"
    drawn = f"{head} {first}\n par\n Note over CI: C\n and\n Note over CI: D\n end\n"
    file = "on: push\njobs:\n" + "".join(
        f"  {name}: {{runs-on: x, steps: [{{run: x}}]}}\n" for name in "abcd"
    )
    assert set(rules(file, drawn, Settings())) == {"missing-wait"}
    assert rules(file, drawn, Settings(order=Order.DATA)) == []


@pytest.mark.parametrize(
    ("needs_of_deploy", "needs_of_package", "through"),
    [
        ("package", "docs", ["`deploy` waits for `docs` through `package`, which is not drawn"]),
        ("package", "build", []),
        ("docs", "docs", []),
        ("[package, build]", "other", ["`deploy` waits for `docs` through `package`, which is not drawn"]),
    ],
)
def test_an_order_that_only_undrawn_jobs_give_is_a_note_and_no_difference(
    needs_of_deploy: str, needs_of_package: str, through: list[str]
) -> None:
    drawn = (
        "sequenceDiagram\n participant CI as CI (ci.yml)\n GitHub->>CI: Trigger 'push'\n"
        " Note over CI: Build\n par\n Note over CI: Docs\n and\n Note over CI: Deploy\n end\n"
    )
    file = (
        "on: push\njobs:\n  build: {runs-on: x}\n  docs: {needs: build, runs-on: x}\n"
        "  other: {needs: docs, runs-on: x}\n"
        f"  package: {{needs: {needs_of_package}, runs-on: x}}\n"
        f"  deploy: {{needs: {needs_of_deploy}, runs-on: x}}\n"
    )
    made = held(file, drawn, Settings())
    assert [one.message for one in made.faults if one.rule == "order-through-undrawn"] == through
    assert all(one.severity is Severity.NOTE for one in made.faults)
    assert not through or made.text == file
