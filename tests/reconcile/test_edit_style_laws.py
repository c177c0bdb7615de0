"""The promises of ownership on random workflows in the styles that people write, edited there and back.

Flow style, anchors, comments between keys, `on` in its three shapes, quotes, lists in lines, CRLF and a byte
order mark, all at random. `MERMAID2GHA_EXAMPLES` sets how many drawings each law sees.
"""

from __future__ import annotations

import re
from random import Random

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from laws.generate import documents
from laws.tree import Document
from quick_yaml import typed
from test_edit_laws import OWNED, cases, edit, laws

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import BOM, WorkflowFile, workflow_file

NEEDS = re.compile(r"^    needs: (.*)$")
TABBED = re.compile(r"^(    (?:runs-on|timeout-minutes|needs|if|env)): (?=\S)")
KEY = re.compile(r"^    (?:name|runs-on|if|timeout-minutes|permissions|needs|steps):")


def styled(text: str, wanted: Workflow, random: Random) -> str:
    """A compiled workflow as if people had written it: their own steps, and every style by chance."""
    gates = {job.id for job in wanted.jobs if job.is_gate}
    parts = re.split(r"(?m)^(?=  (?:# .*|[\w-]+:(?: #.*)?)$)", text.partition("\njobs:\n")[2])
    head = text.partition("\njobs:\n")[0]
    jobs = []
    for number, part in enumerate(parts):
        name = part.strip().partition(":")[0]
        if not re.match(r"  [\w-]+:", part) or name in gates:
            jobs.append(part)
            continue
        lines = _own_steps(part.rstrip("\n").splitlines())
        whole = typed("\n".join(lines))[name]
        if random.random() < 0.2 and "outputs" not in whole and "strategy" not in whole:
            flow = yaml.safe_dump(whole, default_flow_style=True, width=10**6, sort_keys=False).strip()
            jobs.append(f"  {name}: {flow} # in braces\n")
            continue
        lines = [one for line in lines for one in _styled(line, random)]
        again = random.choice(["", "{MODE: slow}", "&mode {MODE: slow}", "&mode\t{MODE:\tslow}"])
        anchor = "&mode {MODE: 'fast'}" if number == 1 else again
        if anchor:
            lines.append(f"    env: {anchor} # theirs")
        if random.random() < 0.3:
            lines = [TABBED.sub(r"\1:\t", line) for line in lines]
        jobs.append("\n".join(lines) + "\n" + random.choice(["", "\n", "\n# between jobs\n\n"]))
    made = f"{_events(head, wanted, random)}\njobs:\n{''.join(jobs)}"
    made = "\n".join(line for line in made.splitlines() if not line.startswith("# mermaid2gha")) + "\n"
    return made.replace("\n", "\r\n") if random.random() < 0.3 else made


def _own_steps(lines: list[str]) -> list[str]:
    cut = next((n for n, line in enumerate(lines) if line.startswith("    steps:")), len(lines))
    return lines[:cut] + (["    steps:", "    - run: make   it # theirs"] if cut < len(lines) else [])


def _styled(line: str, random: Random) -> list[str]:
    between = ["    # between keys", ""] if KEY.match(line) and random.random() < 0.15 else []
    match = NEEDS.match(line)
    if match and not match[1].startswith("["):
        name = match[1]
        line = random.choice(
            [
                f"    needs: [{name}]",
                f"    needs: [ '{name}' ]  # why",
                f"    needs:\n    - {name} # why",
                f"    needs: &n-{name} [{name}]",
                f'    needs: "{name}"',
            ]
        )
    elif match:
        items = match[1].strip("[]").split(", ")
        line = random.choice([line, "    needs:\n" + "\n".join(f"      - {item}" for item in items)])
    return [*between, *line.splitlines()]


def _events(head: str, wanted: Workflow, random: Random) -> str:
    events = typed(head)[True]
    names = list(events)
    if any(events.values()) or random.random() < 0.3:
        return head
    shape = names[0] if len(names) == 1 and random.random() < 0.5 else f"[{', '.join(names)}] # all"
    key = random.choice(["on", "'on'", '"on"'])
    return re.sub(r"(?m)^on:\n(?:  .*\n?)+", f"{key}: {shape}\n", head)


def read(text: str) -> WorkflowFile:
    file, found = workflow_file(text.encode(), "ci.yml")
    assert file is not None and not found
    return file


def owned(file: WorkflowFile) -> dict[tuple[str, str], str]:
    """What is written of the keys that the diagram owns, by job and key; of `on` by no job."""
    on = file.root.entry("on")
    found = {("", "on"): on.span.text if on is not None else ""}
    for job in file.jobs:
        for entry in job.node.entries if job.node is not None else ():
            if entry.key.value in OWNED:
                found[job.id, entry.key.value] = entry.span.text
    return found


def flesh(text: str, but: set[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """The text line by line without some owned keys, and all of its comments, sorted."""
    file = read(text)
    holes = [entry.span for entry in file.root.entries if (("", entry.key.value)) in but]
    for job in file.jobs:
        for entry in job.node.entries if job.node is not None else ():
            if (job.id, entry.key.value) in but:
                holes.append(entry.span)
    kept, at = [], 0
    for hole in sorted(holes, key=lambda span: span.start):
        kept.append(text[at : hole.start])
        at = hole.end
    rest = re.sub(r"#[^\n]*", "", "".join([*kept, text[at:]]))
    lines = [" ".join(re.sub(r"[{},]", " ", line).split()) for line in rest.splitlines()]
    comments = sorted(re.findall(r"# (?:why|theirs|all|between.*|in braces)", text))
    if "# in braces" in text:  # what an edit touches between braces is put on lines, and stays there
        lines = " ".join(lines).split()
    return [line for line in lines if line], comments


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_nothing_changes_in_a_styled_file_that_is_right(document: Document, random: Random) -> None:
    for text, old, _ in cases(document, random):
        mine = styled(text, old, random)
        made = edit(mine, old)
        assert (made.text, made.changes) == (mine, ())


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_there_and_back_restores_all_but_the_spelling_of_what_had_to_change(
    document: Document, random: Random
) -> None:
    for text, old, new in cases(document, random):
        mine = styled(text, old, random)
        there = edit(mine, new)
        assume(not has_errors(list(there.diagnostics)))
        assert edit(there.text, new).text == there.text
        back = edit(there.text, old)
        assert not has_errors(list(back.diagnostics))
        before, between = owned(read(mine)), owned(read(there.text))
        changed = {key for key in before.keys() | between.keys() if before.get(key) != between.get(key)}
        assert flesh(back.text, changed) == flesh(mine, changed)
        now = owned(read(back.text))
        assert {k: v for k, v in now.items() if k not in changed} == {
            k: v for k, v in before.items() if k not in changed
        }
        if "\r\n" in mine:
            assert "\n" not in back.text.replace("\r\n", "")


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_a_byte_order_mark_and_what_people_own_stay(document: Document, random: Random) -> None:
    for text, old, new in cases(document, random):
        mine = styled(text, old, random)
        file, found = workflow_file(BOM + mine.encode(), "ci.yml")
        assert file is not None and file.has_bom and not found
        made = edit(mine, new)
        if has_errors(list(made.diagnostics)):
            assert made.text == mine
            continue
        for words in ("# theirs", "# in braces", "# between keys", "# between jobs", "&mode {MODE: 'fast'}"):
            assert made.text.count(words) == mine.count(words)
