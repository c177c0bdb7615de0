"""The promises of ownership as laws, on random drawings, random edits of drawings and random edits of people.

`MERMAID2GHA_EXAMPLES` sets how many drawings each law sees; with it set they differ from run to run.
"""

from __future__ import annotations

import os
import re
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from laws.generate import documents
from laws.tree import Document
from laws.writer import written
from quick_yaml import typed

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.bind import Terms, bound
from mermaid2gha.reconcile.reconcile import Reconciliation, reconcile
from mermaid2gha.settings.model import Settings

TERMS = Terms("ubuntu-24.04", 60)
OWNED = ("needs", "if", "permissions", "outputs", "steps", "uses", "with", "strategy", "environment")
laws = settings(
    max_examples=int(os.environ.get("MERMAID2GHA_EXAMPLES", "15")),
    deadline=None,
    derandomize="MERMAID2GHA_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def compiled(text: str) -> dict[str, Workflow]:
    """The workflows of a document by their files; none where it has errors."""
    made = compile_documents([SourceFile("ci.md", text)], Settings())
    return {} if has_errors(list(made.diagnostics)) else {one.file: one for one in made.workflows}


def redrawn(text: str, random: Random) -> str:
    """A document with a note or message taken out, written twice, or moved by a line."""
    lines = text.splitlines(keepends=True)
    places = [n for n, line in enumerate(lines) if re.match(r"\s+(?:Note|\w+-+>>)", line)]
    at = random.choice(places)
    match random.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at].replace("<br", " again<br") if "<br" in lines[at] else lines[at])
        case _:
            lines[at : at + 2] = reversed(lines[at : at + 2])
    return "".join(lines)


def peopled(text: str, random: Random) -> str:
    """A compiled file after people have worked in it."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if "The one check to require" in line:
            break  # all of the gate is compiled
        chance = random.random()
        if line.startswith("    runs-on: ") and chance < 0.3:
            lines[number] = "    runs-on: [self-hosted, big] # ours\n    env:\n      MODE: 'fast' # theirs"
        elif line.startswith("    timeout-minutes:") and chance < 0.2:
            lines[number] = "    timeout-minutes:   7"
        elif line == "    steps:" and chance < 0.3:
            lines[number] = "    steps:\n      - uses: actions/checkout@v4 # people's"
        elif line.startswith("    needs: ") and chance < 0.2 and "[" not in line:
            lines[number] = f"    needs: [ '{line.removeprefix('    needs: ')}' ] # why"
        elif line.startswith("  ") and line.endswith(" # drawn") and chance < 0.1:
            lines[number] = line.replace(" # drawn", "")
        elif not line and chance < 0.2:
            lines[number] = "\n# a comment of people's\n"
    body = "\n".join(lines) + "\n"
    return body.replace("\n", "\r\n") if random.random() < 0.3 else body


def edit(text: str, wanted: Workflow, terms: Terms = TERMS) -> Reconciliation:
    file, found = workflow_file(text.encode(), "ci.yml")
    assert file is not None and not found
    return reconcile(bound(file, wanted, terms), wanted, terms)


def flesh(text: str) -> tuple[object, dict[str, dict[str, object]]]:
    """What people own: the file without events and jobs, and each job without the owned keys."""
    whole = typed(text)
    jobs = whole.pop("jobs")
    whole.pop(True)
    return whole, {n: {k: v for k, v in job.items() if k not in OWNED} for n, job in jobs.items()}


def cases(document: Document, random: Random) -> list[tuple[str, Workflow, Workflow]]:
    """The compiled files of a drawing, before and after an edit of it."""
    text = "\n".join(written(document).lines) + "\n"
    old, new = compiled(text), compiled(redrawn(text, random))
    assume(new)
    return [(workflow_text(old[f]), old[f], new[f]) for f in old if f in new]


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_compiling_again_changes_nothing(document: Document, random: Random) -> None:
    for text, old, new in cases(document, random):
        mine = peopled(text, random)
        first = edit(mine, old)
        assert (first.text, first.changes) == (mine, ())
        after = edit(mine, new)
        assert edit(after.text, new).text == after.text


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_a_file_as_compiled_comes_back_when_the_drawing_does(document: Document, random: Random) -> None:
    for text, old, new in cases(document, random):
        there = edit(text, new)
        assert not has_errors(list(there.diagnostics))
        assert edit(there.text, old).text == text


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_the_jobs_are_those_drawn_and_those_that_are_told(document: Document, random: Random) -> None:
    for text, _, new in cases(document, random):
        made = edit(peopled(text, random), new)
        if has_errors(list(made.diagnostics)):
            continue
        told = {found.message.split("`")[1] for found in made.diagnostics if found.rule == "undrawn-job"}
        assert set(typed(made.text)["jobs"]) == {job.id for job in new.jobs} | told
        pruned = edit(made.text, new, Terms("ubuntu-24.04", 60, prune=True))
        assert set(typed(pruned.text)["jobs"]) == {job.id for job in new.jobs}


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_what_people_own_stays(document: Document, random: Random) -> None:
    for text, old, new in cases(document, random):
        mine = peopled(text, random)
        made = edit(mine, new)
        before, after = flesh(mine), flesh(made.text)
        assert after[0] == before[0]
        kept = after[1].keys() & before[1].keys()
        gates = {job.id for job in new.jobs if job.is_gate}
        for name in kept - gates:  # what we put behind a name, to tell it from another, is ours
            was, has = (next((one.name for one in w.jobs if one.id == name), None) for w in (old, new))
            if (before[1][name]["name"], after[1][name]["name"]) == (was, has):
                after[1][name]["name"] = was
        assert {name: after[1][name] for name in kept - gates} == {
            name: before[1][name] for name in kept - gates
        }
        for words in ("# ours", "# theirs", "# people's", "# a comment of people's", "[self-hosted, big]"):
            assert made.text.count(words) == mine.count(words)
        if "\r\n" in mine:
            assert "\n" not in made.text.replace("\r\n", "")


def drawn(*lines: str) -> str:
    """A document with a flow of these lines below its trigger."""
    body = "".join(f"    {line}\n" for line in ("CI as CI (ci.yml)", *lines))
    return f"# Push\n\n```mermaid\nsequenceDiagram\n    participant {body.lstrip()}```\n"


def there_and_back(old: str, new: str, was: str = "", has: str = "") -> None:
    """A file as compiled, with a text in it changed by people, comes back when the drawing does."""
    [before], [after] = compiled(old).values(), compiled(new).values()
    mine = workflow_text(before)
    assert was in mine
    mine = mine.replace(was, has)
    there = edit(mine, after)
    assert there.text != mine
    assert edit(there.text, before).text == mine


def test_a_name_that_begins_with_needs_asks_for_no_job() -> None:
    trigger = "GitHub->>CI: Trigger 'push'"
    rest = ("Note over CI: Plan<br>Decide what runs", "opt Needs images", "Note over CI: Images", "end")
    there_and_back(drawn(trigger, *rest), drawn(trigger, "Note over CI: Look", *rest))


def test_a_job_goes_that_is_told_from_one_without_a_mark_by_its_name() -> None:
    lines = ("GitHub->>CI: Trigger 'push'", "Note over CI: Test", "Note over CI: Ship")
    new = (*lines[:2], "Note over CI: Test", lines[2])
    unmarked = (
        "  test: # drawn: Test\n    name: Test\n    runs-on: ubuntu-24.04",
        "  test:\n    name: Test\n    runs-on: big",
    )
    there_and_back(drawn(*lines), drawn(*new), *unmarked)


TWO_FLOWS = """# Push

```mermaid
sequenceDiagram
    GitHub->>CI: Trigger 'push'
    Note over CI: a
```

# Night

```mermaid
sequenceDiagram
    GitHub->>CI: Trigger 'schedule'
    Note over CI: a
    Note over CI: b
```
"""
AT_REST = {
    "a need is turned round, and who needs both asks for the other": (
        """\
on: push
jobs:
  info: {runs-on: u, outputs: {docs-changed: x, ship: x}, steps: [{run: make}]}
  two: # drawn: Two
    needs: info
  one: # drawn: One
    needs: two
  ship: # drawn: Ship
    needs: [info, one]
  tell: # drawn: Tell
    needs: [info, one, ship]
    if: >-
      !cancelled()
      && needs.one.result == 'success'
      && (needs.ship.result == 'success' || needs.ship.result == 'skipped')
      && needs.info.outputs.docs-changed == 'true'
""",
        (
            "Note over CI: Info<br>Decide what to do",
            "Note over CI: One",
            "Note over CI: Two",
            "break Docs changed",
            "opt Ship",
            "Note over CI: Ship",
            "end",
            "Note over CI: Tell",
            "end",
        ),
        "needs.two.result == 'success'",
    ),
    "tests of people's say what is drawn beside a guard that is new": (
        """\
on:
  push:
  schedule:
    - cron: "1 2 * * *"
jobs:
  a:
    runs-on: u
  b:
    needs: a
    if: ${{ !cancelled() && (needs.a.result == 'success' || github.event_name != 'schedule') }}
    runs-on: u
""",
        TWO_FLOWS,
        "|| github.event_name != 'schedule')\n      && github.event_name != 'push'",
    ),
    "an event goes, and with it the guard against it": (
        """\
on:
  push:
  schedule: # drawn
    - cron: "1 2 * * *"
jobs:
  a: # drawn: A
    if: github.event_name == 'push'
    runs-on: u
""",
        ("Note over CI: A",),
        "  a: # drawn: A\n    runs-on: u\n",
    ),
}


@pytest.mark.parametrize("case", AT_REST)
def test_one_comparison_finds_all_that_differs(case: str) -> None:
    text, lines, written_there = AT_REST[case]
    if not isinstance(lines, str):
        lines = drawn("GitHub->>CI: Trigger 'push'", *lines)
    [wanted] = compiled(lines).values()
    there = edit(text, wanted)
    assert not has_errors(list(there.diagnostics))
    assert written_there in there.text
    assert edit(there.text, wanted).text == there.text
