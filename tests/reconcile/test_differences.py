"""A drawn workflow beside a file that people wrote: kinds of differences, what is none, what is mended.

The jobs of the file are the drawn ones by their ids, as after `adopt`.
"""

from __future__ import annotations

import pytest
from quick_yaml import typed

from mermaid2gha.base.diagnostic import Severity
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.plan.effective import effective
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.bind import Terms, bound
from mermaid2gha.reconcile.difference import Accepted, places_of
from mermaid2gha.reconcile.existing import existing_file
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
    file: str,
    drawn: str = DRAWN,
    settings: Settings = SETTINGS,
    accepted: tuple[Acceptance, ...] = (),
    *,
    prune: bool = False,
) -> Reconciliation:
    read, faults = workflow_file(file.encode(), "ci.yml")
    assert read is not None and not faults
    compilation = compile_documents([SourceFile("ci.mmd", drawn)], settings)
    linked, wanted = compilation.linked[0], compilation.workflows[0]
    accepts = Accepted(accepted)
    terms = Terms("ubuntu-24.04", 60, accepts=accepts, prune=prune)
    bound_file = bound(read, wanted, terms)
    made = effective(linked, wanted, existing_file(bound_file.file, bound_file.gone, accepts))
    return reconcile(bound_file, made.workflow, replace(terms, apart=made.apart), places_of(linked))


def rules(file: str, drawn: str = DRAWN, settings: Settings = SETTINGS) -> list[str]:
    return [one.rule for one in held(file, drawn, settings).differences if one.rule != ALWAYS]


def jobs(text: str) -> dict[str, dict[str, object]]:
    made: dict[str, dict[str, object]] = typed(text)["jobs"]
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
        ("needs: [plan, image]", "needs: plan", "missing-wait"),
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


SPARE = "  spare:\n    outputs: {x: y}\n    runs-on: x\n    steps: [{run: x}]\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{run: deploy}", "{run: 'deploy ${{ needs.spare.outputs.x }}'}"),
        ("{run: deploy}", "{uses: 'o/a@v1', with: {all: \"${{ needs['spare'].outputs.x }}\"}}"),
        ("    if: >-\n      !cancelled()", "    if: >-\n      needs.spare.outputs.x == 'y' && !cancelled()"),
        (
            "on: push\n",
            "on: {push: , workflow_call: {outputs: {x: {value: '${{ jobs.spare.outputs.x }}'}}}}\n",
        ),
        (
            "    if: github.repository == 'o/r'\n",
            "    needs: spare\n    if: ${{ !contains(needs.*.result, 'failure') }}\n",
        ),
    ],
)
def test_a_job_that_something_reads_stays_though_the_undrawn_are_to_go(old: str, new: str) -> None:
    file = FILE.replace("  deploy:", f"{SPARE}  deploy:").replace(
        "[plan, unit-test, image]", "[plan, unit-test, image, spare]"
    )
    assert old in file
    assert "spare" not in jobs(held(file, prune=True).text)
    read = file.replace(old, new)
    found = held(read, prune=True)
    assert "spare" in jobs(found.text) and jobs(found.text)["deploy"] == jobs(read)["deploy"]
    told = [one for one in found.differences if one.place == ("jobs", "spare")]
    assert [(one.rule, one.edits) for one in told] == [("undrawn-job", ())] and "it stays, for" in told[
        0
    ].message


def test_an_accepted_difference_is_neither_told_nor_mended_while_both_sides_mean_the_same() -> None:
    file = FILE.replace("    needs: plan\n", "    needs: plan\n    if: github.event_name != 'push'\n")
    one = next(one for one in held(file).differences if one.rule == "condition-differs")
    found = held(file, accepted=(one.acceptance(),))
    assert found.text == file and "condition-differs" not in [d.rule for d in found.differences]
    again = file.replace("github.event_name != 'push'", "${{ 'push' != github.event_name }}")
    assert held(again, accepted=(one.acceptance(),)).text == again
    other = file.replace("!= 'push'", "== 'release'")
    assert held(other, accepted=(one.acceptance(),)).text != other


@pytest.mark.parametrize(
    ("whole", "of_job"),
    [
        ("permissions:\n  contents: read\n", "    permissions: read-all\n"),
        ("permissions: read-all\n", ""),
        ("", ""),
    ],
)
def test_where_no_right_is_listed_none_is_written_and_what_is_drawn_is_told(whole: str, of_job: str) -> None:
    file = FILE.replace("permissions:\n  contents: read\n", whole)
    file = file.replace("    permissions: {packages: write}\n", of_job)
    found = held(file)
    assert found.text == file
    assert [one.edits for one in found.differences if one.rule == "right-missing"] == [()]


def test_the_if_of_a_people_s_job_is_what_a_flag_means() -> None:
    file = FILE.replace("needs.plan.outputs.units == 'true'", "vars.WITH_TESTS && github.actor != 'bot'")
    found = held(file)
    assert found.text == file
    assert "condition-differs" not in [one.rule for one in found.differences]


@pytest.mark.parametrize("needs", ["[a, b]", "[a]"])
def test_another_job_of_people_s_under_a_flag_keeps_the_if_that_it_has_and_is_told(needs: str) -> None:
    units, covered = "needs.a.outputs.units == 'true'", "needs.a.outputs.covered == 'true'"
    file = ran(
        a="    outputs: {units: x, covered: y}\n",
        b=f"    needs: a\n    if: {units}\n",
        c=f"    needs: {needs}\n    if: {covered}\n",
    )
    both = f"{note('b')}\n {note('c')}" if "b" in needs else f"par\n {note('b')}\n and\n {note('c')}\n end"
    drawn = chain(note("a"), optional("", both))
    found = held(file, drawn, Settings())
    assert found.text == file
    told = [(one.rule, one.place, one.written, one.drawn, one.edits) for one in found.differences]
    assert told == [("condition-differs", ("jobs", "c", "if"), covered, units, ())]
    assert held(file, drawn, Settings(), adopted(file, drawn)).differences == ()
    more = held(file, chain(note("a"), optional("", f"{both}\n {note('d')}")), Settings())
    assert jobs(more.text)["c"] == jobs(file)["c"] and units in str(jobs(more.text)["d"]["if"])
    pushed = held(file, chain(note("a"), optional("github.ref == 'refs/heads/main'", optional("", both))))
    after = jobs(pushed.text)
    assert "refs/heads/main" in str(after["b"]["if"]) and covered in str(after["c"]["if"])


def test_a_flag_means_the_if_that_stands_also_where_the_job_is_drawn_in_any_case_elsewhere() -> None:
    file = ran(a="    outputs: {x: y}\n", b="    needs: a\n    if: needs.a.outputs.x == 'y'\n").replace(
        "on: push", "on: [push, pull_request]"
    )
    drawn = chain(note("a"), optional("", note("b")))
    drawn += f" GitHub->>CI: Trigger 'pull_request'\n {note('a')}\n {note('b')}\n"
    found = held(file, drawn, Settings())
    (one,) = found.differences
    assert (one.rule, one.written) == ("condition-differs", "needs.a.outputs.x == 'y'")
    assert one.drawn == "needs.a.outputs.x == 'y' || github.event_name != 'push'"
    assert jobs(found.text)["a"] == jobs(file)["a"]


def test_what_follows_only_from_a_difference_that_is_accepted_is_none() -> None:
    drawn = chain(
        note("a"), optional("github.event_name == 'push'", note("b")), note("c"), note("d"), note("e")
    )
    file = ran(a="", b="    needs: a\n", c="    needs: b\n", d="    needs: c\n", e="    needs: [c, d]\n")
    file = file.replace("on: push", "on: [push, pull_request]")
    drawn = drawn.replace("Trigger 'push'", "Trigger 'push'\n GitHub->>CI: Trigger 'pull_request'")
    every = held(file, drawn, Settings()).differences
    assert {one.place[1] for one in every if one.rule == "silenced-by-skip"} == {"c", "d", "e"}
    first = [one.acceptance() for one in every if one.place[1] in "bc"]
    assert [one.rule for one in first] == ["condition-differs", "silenced-by-skip"]
    assert held(file, drawn, Settings(), tuple(first)).differences == ()


def test_a_condition_that_is_accepted_of_one_job_is_none_of_those_behind_it() -> None:
    drawn = chain(note("a"), optional("github.event_name == 'push'", note("b")), note("c"), note("d"))
    drawn = drawn.replace("Trigger 'push'", "Trigger 'push'\n GitHub->>CI: Trigger 'pull_request'")
    asked = "    needs: [a, b]\n    if: needs.a.outputs.x == 'y'\n"
    file = ran(a="    outputs: {x: y}\n", b="    needs: a\n", c=asked, d="    needs: [a, c]\n")
    file = file.replace("on: push", "on: [push, pull_request]")
    accepted = adopted(file, drawn)
    assert held(file, drawn, Settings(), accepted).differences == ()
    of_d = [one for one in accepted if one.place[1] == "d"]
    left = tuple(one for one in accepted if one not in of_d)
    assert held(file, drawn, Settings(), left).differences == ()


def test_a_new_job_that_asks_for_the_success_of_what_is_before_it_changes_no_if_behind_it() -> None:
    drawn = chain(note("a"), optional("github.event_name == 'push'", note("b")), note("c"), note("d"))
    drawn = drawn.replace("Trigger 'push'", "Trigger 'push'\n GitHub->>CI: Trigger 'pull_request'")
    file = ran(a="", b="    needs: a\n", c="    needs: b\n", d="    needs: c\n")
    file = file.replace("on: push", "on: [push, pull_request]")
    accepted = tuple(
        one.acceptance() for one in held(file, drawn, Settings()).differences if one.place[1] in "bc"
    )
    more = held(file, drawn.replace(note("d"), f"{note('new')}\n {note('d')}"), Settings(), accepted)
    after = jobs(more.text)
    assert "!cancelled()" in str(after["new"]["if"]) and after["d"] == {
        **jobs(file)["d"],
        "needs": ["c", "new"],
    }


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


# -- an adopted file, then an edit of the drawing -------------------------------------------------------


def adopted(file: str, drawn: str) -> tuple[Acceptance, ...]:
    """What has to be accepted so that nothing differs."""
    accepted: tuple[Acceptance, ...] = ()
    for _ in range(9):
        left = held(file, drawn, Settings(), accepted).differences
        if not left:
            return accepted
        accepted = (*accepted, *(one.acceptance() for one in left))
    raise AssertionError("it never comes to rest")


def chain(*notes: str) -> str:
    head = (
        "sequenceDiagram\n participant GitHub\n participant CI as CI (ci.yml)\n GitHub->>CI: Trigger 'push'\n"
    )
    return head + "".join(f" {note}\n" for note in notes)


def note(job: str) -> str:
    return f"%% id: {job}\n Note over CI: {job}"


def optional(text: str, inner: str) -> str:
    return f"opt {text}\n {inner}\n end".replace("opt \n", "opt\n")


def par(one: str, other: str) -> str:
    return f"par both\n {one}\n and\n {other}\n end"


def ran(**keys: str) -> str:
    """A file whose jobs have these lines besides steps."""
    return "on: push\njobs:\n" + "".join(
        f"  {name}:\n{lines}    runs-on: x\n    steps: [{{run: x}}]\n" for name, lines in keys.items()
    )


def terms(job: dict[str, object]) -> set[str]:
    said = " ".join(str(job.get("if", "")).strip("${} ").split())
    return set(said.replace("(", "").replace(")", "").split(" && "))


FLAGS = [
    "",
    "Docs changed",
    "vars.RUN_IT == 'true'",
    "github.triggering_actor != 'bot'",
    "github.ref == 'refs/heads/main'",
]
THEIRS = [
    "",
    "    if: github.repository == 'o/r'\n",
    "    if: github.repository == 'o/r' # why\n",
    "    if: github.event_name == 'push' && github.actor == 'me'\n",
    "    if: >-\n      github.ref != 'refs/heads/old' ||\n      vars.ALL\n",
    "    if: ${{ needs.a.outputs.go }}\n",
    "    if: always() && needs.a.result != 'failure' # see there\n",
]


@pytest.mark.parametrize("text", FLAGS)
@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("base", [None, ""])
def test_a_condition_that_is_drawn_and_taken_back_leaves_an_if_as_it_was(
    text: str, theirs: str, base: str | None
) -> None:
    file = ran(a="", b=f"    needs: a\n{theirs}", c="    needs: b\n")
    last = note("b") if base is None else optional(base, note("b"))
    drawn = chain(note("a"), last, note("c"))
    accepted = adopted(file, drawn)
    more = chain(note("a"), optional(text, last), note("c"))
    once = held(file, more, Settings(), accepted).text
    assert held(once, more, Settings(), accepted).text == once
    assert terms(jobs(file)["b"]) - {""} <= terms(jobs(once)["b"])
    back = held(once, drawn, Settings(), accepted).text
    assert [terms(job) for job in jobs(back).values()] == [terms(job) for job in jobs(file).values()]
    if not theirs:
        assert back.replace("[b, a]", "[b]") == file  # the need implies no more than was there
    assert back.count("#") == file.count("#")


def test_a_term_that_people_write_beside_a_marked_one_stays_and_one_that_they_change_is_put_back() -> None:
    file = ran(a="", b="    needs: a\n")
    drawn, plain = chain(note("a"), optional("github.actor != 'bot'", note("b"))), chain(note("a"), note("b"))
    once = held(file, drawn, Settings()).text
    assert "if: ${{ github.actor != 'bot' }} # drawn: github.actor != 'bot'\n" in once
    more = once.replace("'bot' }}", "'bot' && vars.MINE }}")
    assert held(more, drawn, Settings()).text == more
    assert jobs(held(more, plain, Settings()).text)["b"]["if"] == "${{ vars.MINE }}"
    other = once.replace("{{ github.actor != 'bot'", "{{ github.actor != 'me'")
    assert held(other, drawn, Settings()).text == once


def test_an_accepted_condition_holds_while_the_drawing_changes_around_it() -> None:
    file = ran(a="", b="    needs: a\n    if: github.event_name == 'release' && needs.a.outputs.x == 'y'\n")
    accepted = adopted(file, chain(note("a"), note("b")))
    assert "condition-differs" in [one.rule for one in accepted]
    more = chain(note("a"), optional("github.ref == 'refs/heads/main'", note("b")))
    found = held(file, more, Settings(), accepted)
    said = str(jobs(found.text)["b"]["if"])
    assert all(term in said for term in ("== 'release'", "outputs.x == 'y'", "refs/heads/main"))
    changed = file.replace("'release'", "'schedule'")
    assert "condition-differs" in [one.rule for one in held(changed, more, Settings(), accepted).differences]


def test_an_order_that_is_accepted_as_missing_is_asked_for_by_no_if() -> None:
    file = ran(a="", b="", c="    needs: a\n", d="    needs: b\n")
    both = "par\n {}\n and\n {}\n end"
    drawn = chain(both.format(note("a"), note("b")), both.format(note("c"), note("d")))
    accepted = adopted(file, drawn)
    more = chain(
        both.format(note("a"), optional("github.event_name == 'push'", note("b"))),
        both.format(note("c"), note("d")),
    )
    after = jobs(held(file, more, Settings(), accepted).text)
    assert after["c"] == jobs(file)["c"] and after["d"]["needs"] == "b"
    assert "needs.b.result == 'skipped'" in str(after["d"]["if"]) and "needs.a" not in str(after["d"]["if"])


@pytest.mark.parametrize("status", ["always() && ", ""])
def test_a_need_that_an_if_which_stays_reads_stays_when_its_order_is_drawn_no_more(status: str) -> None:
    file = ran(a="", b=f"    needs: a\n    if: {status}needs.a.result != 'failure'\n")
    accepted = adopted(file, chain(note("a"), note("b")))
    beside = chain(f"par\n {note('a')}\n and\n {note('b')}\n end")
    assert held(file, beside, Settings(), accepted).text == file


def test_the_output_of_people_s_job_is_what_a_fresh_one_says_until_a_step_decides() -> None:
    file = ran(a="    outputs: \n      x: y\n", b="    needs: a\n").replace("outputs: \n", "outputs:\n")
    drawn = chain(note("a"), optional("Docs changed", note("b")))
    once = held(file, drawn, Settings())
    assert jobs(once.text)["a"]["outputs"] == {"docs-changed": "true", "x": "y"}
    assert "flag-unset" in [one.rule for one in held(once.text, drawn, Settings()).differences]
    assert held(once.text, chain(note("a"), note("b")), Settings()).text == file
    decided = file.replace("[{run: x}]", "[{id: decide, run: x}]", 1)
    assert "steps.decide.outputs" in held(decided, drawn, Settings()).text


def test_a_need_beside_one_that_implies_it_stays_whatever_undrawn_jobs_need() -> None:
    file = ran(
        a="", b="    needs: a\n", c="    needs: [a, b]\n", e="    needs: [a, b, c, d]\n", d="    needs: c\n"
    )
    found = held(file, chain(*map(note, "abcd")), Settings())
    assert found.text == file and [one.rule for one in found.differences] == ["undrawn-job"]


@pytest.mark.parametrize("needs", ["needs: [aa, bb]", "needs:\n      - aa\n      - bb", "needs: [ aa, bb ]"])
def test_a_list_of_people_s_needs_keeps_its_style_when_a_need_comes_and_goes(needs: str) -> None:
    file = ran(aa="", bb="    needs: aa\n", cc=f"    {needs}\n")
    plain = chain(*map(note, ("aa", "bb", "cc")))
    long = "added-with-a-name-that-is-too-long-for-any-list-in-a-line-to-be-written-in-less-than-the-columns"
    once = held(file, chain(note("aa"), note("bb"), note(long), note("cc")), Settings()).text
    assert long in str(jobs(once)["cc"]["needs"]) and ("- bb\n" in once) == ("- bb\n" in file)
    assert held(once, plain, Settings(), prune=True).text == file


def test_a_new_job_waits_for_all_that_it_is_drawn_after_though_a_job_between_them_does_not() -> None:
    file = ran(a="", b="", c="    needs: a\n")
    drawn = chain(*map(note, "abc"))
    accepted = adopted(file, drawn)
    assert ("jobs", "c", "needs", "b") in [one.place for one in accepted]
    after = jobs(held(file, chain(*map(note, "abcd")), Settings(), accepted).text)
    assert set(after["d"]["needs"]) == {"b", "c"}  # type: ignore[call-overload]
    assert {name: after[name] for name in "abc"} == jobs(file)
    last = chain(*map(note, "ab"), optional("vars.X == 'y'", note("c")), note("d"))
    made = jobs(held(file, last, Settings(), accepted).text)["d"]
    assert "needs.b.result == 'success'" in str(made["if"]) and "b" in str(made["needs"])


def test_a_new_job_makes_no_script_longer_at_the_end_of_a_file_without_a_line_end() -> None:
    file = ran(a="", b="    needs: a\n").rpartition("    steps:")[0] + "    steps:\n    - run: |\n        x"
    more = chain(*map(note, "abc"))
    found = held(file, more, Settings())
    assert jobs(found.text)["b"] == jobs(file)["b"] and "c" in jobs(found.text)
    assert held(found.text, more, Settings()).text == found.text
    assert held(found.text, chain(*map(note, "ab")), Settings(), prune=True).text == file


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


def test_what_is_written_on_a_line_is_written_as_elsewhere_in_the_file() -> None:
    theirs = "    if: github.ref != 'refs/heads/old'\n"
    parts = {"b": "    needs: a\n", "c": "    needs: [a, b]\n", "d": "    needs: b\n"}
    file = ran(a="", **parts, e=f"    needs: c\n{theirs}", undrawn="    if: github.actor == 'me'\n")
    ends = par(note("d"), note("e"))
    drawn = chain(*map(note, "abc"), ends)
    accepted = adopted(file, drawn)
    beside = chain(note("a"), par(note("b"), note("c")), ends)
    turned = held(file, beside, Settings(), accepted).text
    assert "  c:\n    needs: a\n" in turned
    optional_last = chain(*map(note, "abc"), par(note("d"), optional("vars.A", note("e"))))
    assert "${{" not in held(file, optional_last, Settings(), accepted).text
    optional_first = chain(optional("vars.A", note("a")), *map(note, "bc"), ends)
    first = held(file, optional_first, Settings(), accepted).text
    assert "  a:\n    if: vars.VARS_A != 'false' # drawn: " in first
    assert held(first, drawn, Settings(), accepted).text == file
