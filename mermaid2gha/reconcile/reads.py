"""What the text of a job asks for: its `if`, and of which other jobs it reads results or outputs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.conditions import (
    are_tests_drawn,
    as_people_had_it,
    asks_results,
    joined,
    like_drawn,
    needs_added,
    term_texts,
)
from mermaid2gha.compiler.scripts.marks import DrawnMark, drawn_members, has_marks, mark_of
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.compiler.scripts.steps import is_gate_step
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, all_nodes, resolved

# A name may have a hyphen, so that `outputs.needs-images` asks for no need, and a dot before it.
_USED = re.compile(r"(?<![\w.-])needs(?:\s*\.\s*([A-Za-z_][\w-]*)|\s*\[\s*'([^']+)'\s*\])", re.IGNORECASE)
_ALL_USED = re.compile(r"(?<![\w.-])needs(?![\w-])(?!\s*(?:\.\s*[A-Za-z_]|\[\s*'))", re.IGNORECASE)
_NEEDS_OR_HIDDEN = ("needs", "*", "\\")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_STRING = re.compile(r"'(?:[^']|'')*'")
_INPUT = re.compile(r"(?<![\w-])inputs(?:\s*\.\s*([a-z_][\w-]*)|\s*\[\s*'([^']+)'\s*\])")
_ALL_INPUTS = re.compile(r"(?<![\w-])inputs(?![\w-])(?!\s*(?:\.\s*[a-z_]|\[\s*'))")
_OF_JOB = re.compile(
    r"(?<![\w.-])jobs(?:\s*\.\s*([A-Za-z_][\w-]*)|\s*\[\s*'([\w-]+)'\s*\])\s*[.\[]", re.IGNORECASE
)


def marked_terms(job: FileJob) -> frozenset[str]:
    """The terms of the `if` of a job that its mark says to be drawn."""
    mark = _mark_of_if(job)
    if mark is None:
        return frozenset()
    return frozenset(like_drawn(text_of_if(job) or "") if mark.members is None else mark.members)


def _mark_of_if(job: FileJob) -> DrawnMark | None:
    entry = job.item("if") if has_marks(job.span.file.text) else None
    return mark_of(entry) if entry is not None else None


def added_needs(job: FileJob) -> frozenset[str]:
    """The needs of a job, in lower case, that are there for the tests in its `if` alone, which are ours."""
    return needs_added(marked_terms(job))


def marked_needs(job: FileJob) -> frozenset[str]:
    """The needs of a job, in lower case, that came with the order of a job which nothing drew before, as
    their mark says."""
    entry = job.item("needs") if has_marks(job.span.file.text) else None
    return (
        frozenset(name.casefold() for name in drawn_members(entry.value))
        if entry is not None
        else frozenset()
    )


def needs_to_mark(
    name: str,
    wanted: Sequence[str],
    drawn: Collection[str],
    undrawn: Collection[str],
    marked: Collection[str],
) -> list[str]:
    """Those of the needs that a job is to have which bear a mark, where they are added or bear one already:
    between two that are `drawn` of which the settings list one as `undrawn`. Once that is drawn no more,
    nothing else tells whose they are. `marked` are those that bear one; all but `wanted` in lower case."""
    listed = {one.casefold() for one in undrawn}
    of_order = drawn if name in listed.intersection(drawn) else listed.intersection(drawn)
    of_order = of_order if name in drawn else frozenset()
    return [name for name in wanted if name.casefold() in marked or name.casefold() in of_order]


def lapsed_needs(
    buffer: EditBuffer, file: WorkflowFile, drawn: Collection[str], released: Collection[str]
) -> dict[str, frozenset[str]]:
    """The marked needs of each job that are no order of the file any more, for one of the two jobs is `drawn`
    no more; all in lower case. What the text of a job asks for stays; what was drawn in the `if` of one that
    is `released` goes."""
    found: dict[str, frozenset[str]] = {}
    for job in file.jobs if has_marks(file.file.text) else ():
        name = job.id.casefold()
        lapsed = marked_needs(job) - (frozenset(drawn) if name in drawn else frozenset())
        if name in released:
            lapsed |= added_needs(job)
        if lapsed:
            marked = marked_terms(job)
            text = peoples_if(job) if name in drawn else text_of_if(job)
            terms = term_texts((undrawn_if(job) if name in released else text) or "")
            asked = [  # the `if` of another undrawn job stays as it is
                term
                for term in terms
                if name not in drawn or (term not in marked and not is_our_test(job, term))
            ]
            # Who asks for all needs asked for those that were there before, if any was.
            is_whole = lapsed >= {need.job.casefold() for need in job.needs}
            lapsed -= read_needs(buffer, job, by_name=not is_whole).union(*map(used_needs, asked))
        if lapsed:
            found[name] = lapsed
    return found


def without_drawn_ifs(file: WorkflowFile, released: Collection[str]) -> WorkflowFile:
    """A file in which some jobs, in lower case, ask for nothing that was drawn in their `if`s."""

    def left(job: FileJob) -> FileJob:
        condition, text = job.condition, undrawn_if(job)
        if condition is None or text is None or text == condition.value:
            return job
        return replace(job, condition=replace(condition, value=text or "true"))

    if not released or not has_marks(file.file.text):
        return file
    jobs = (left(job) if job.id.casefold() in released else job for job in file.jobs)
    return replace(file, jobs=tuple(jobs))


def without_needs(file: WorkflowFile, lapsed: Mapping[str, Collection[str]]) -> WorkflowFile:
    """A file whose jobs do not need some that they say; all in lower case."""

    def left(job: FileJob) -> FileJob:
        going = lapsed.get(job.id.casefold(), ())
        stay = tuple(need for need in job.needs if need.job.casefold() not in going)
        return replace(job, needs=stay) if going else job

    return replace(file, jobs=tuple(map(left, file.jobs))) if lapsed else file


def is_our_test(job: FileJob, term: str) -> bool:
    """Whether a term of an `if` that asks how jobs ended came with what was drawn, as its mark says, or in a
    job of ours that of the needs for which it asks."""
    if not asks_results(term):
        return False
    marked, asked = marked_terms(job), used_needs(term)
    added = added_needs(job) | (marked_needs(job) if drawn_title(job.comment) else frozenset())
    return are_tests_drawn(marked) or term in marked or (bool(asked) and asked <= added)


def text_of_if(job: FileJob) -> str | None:
    """The text of an `if`, also where an alias gives it; empty without one, none where it is no text."""
    if job.condition is not None:
        return job.condition.value
    entry = job.item("if")
    if entry is None:
        return ""
    value = resolved(entry.value)
    return value.value if isinstance(value, Scalar) else None


def peoples_if(job: FileJob) -> str | None:
    """The text of an `if` as people had it: where drawn tests stand in the place of theirs, with these."""
    text, mark = text_of_if(job), _mark_of_if(job)
    return as_people_had_it(text, mark.members or ()) if text is not None and mark is not None else text


def undrawn_if(job: FileJob) -> str | None:
    """The text of an `if` when nothing of it is drawn any more: without what its mark names, and with what
    people had in the place of that."""
    text, marked = peoples_if(job), marked_terms(job)
    if text is None or not marked:
        return text
    there = term_texts(text)
    left = [term for term in there if term not in marked and not is_our_test(job, term)]
    return text if len(left) == len(there) else joined(left)


def used_needs(text: str) -> frozenset[str]:
    """The jobs, in lower case, whose results or outputs a text asks for by name."""
    return frozenset((one or other).casefold() for one, other in _USED.findall(text))


def read_by_if(job: FileJob) -> frozenset[str]:
    """The jobs, in lower case, that the `if` of a job asks for: by name, or its needs where it asks for
    `needs.*`."""
    text = peoples_if(job) or ""
    if reads_all(f"${{{{ {text} }}}}"):
        return frozenset(need.job.casefold() for need in job.needs)
    return used_needs(text)


def read_needs(buffer: EditBuffer, job: FileJob, *, by_name: bool = False) -> frozenset[str]:
    """The needs of a job, in lower case, that its own text reads: by name, or all of them where it asks for
    `needs.*` or the whole (which `by_name` leaves out).

    `needs` and `if`, which are split by term, do not count, nor does what we wrote and take back: steps that
    stand as compiled, and marked axes.
    """
    if not _can_read_needs(job):
        return frozenset()
    texts = _peoples_texts(buffer, job)
    if not by_name and any(reads_all(text) for text in texts):
        return frozenset(need.job.casefold() for need in job.needs)
    return frozenset().union(*map(used_needs, texts))


def _can_read_needs(job: FileJob) -> bool:
    """Whether the text of a job names needs at all, aliases and escapes aside: few do."""
    places = (
        [one.span for one in job.node.entries if one.key.value not in ("needs", "if")] if job.node else []
    )
    text = "\n".join(one.text for one in places).casefold()
    return any(sign in text for sign in _NEEDS_OR_HIDDEN)


def read_inputs(file: WorkflowFile, names: Collection[str]) -> frozenset[str]:
    """Those among some inputs, in lower case, that the jobs of a workflow ask for, by name or all of them."""
    jobs = file.root.get("jobs")
    texts = [text.casefold() for text in _texts(jobs)] if jobs is not None else []
    asked = frozenset(one or other for text in texts for one, other in _INPUT.findall(text))
    if any(map(_ALL_INPUTS.search, texts)):
        return frozenset(name.casefold() for name in names)
    return asked & {name.casefold() for name in names}


def needs_past(file: WorkflowFile, job: FileJob, gone: Collection[str]) -> tuple[str, ...]:
    """The needs of a job once some jobs of its file are gone: what these need is needed in their place."""
    if not gone:
        return tuple(dict.fromkeys(need.job for need in job.needs))
    going = {one.id.casefold(): [need.job for need in one.needs] for one in file.jobs if one.id in gone}
    reached = reachable([need.job for need in job.needs], lambda name: going.get(name.casefold()))
    return tuple(dict.fromkeys(name for name in reached if name.casefold() not in going))


def read_jobs(
    buffer: EditBuffer, file: WorkflowFile, going: Collection[str], conditions: Mapping[str, Sequence[str]]
) -> Mapping[str, str]:
    """Which of the jobs that would go are read by what stays, each with what that does in words.

    Read is what the text of a job asks for by name, in its `if` too as far as that stays, its only need
    where it asks for all of them, and what the workflow gives to its callers. So is a job in which an anchor
    stands that a later one repeats. `conditions` are the terms of each `if` that stay.
    """
    asking = "asks for what it gives"
    readers = {
        job.id: dict.fromkeys(_names_read(buffer, job, conditions.get(job.id, ())), f"`{job.id}` {asking}")
        for job in file.jobs
    }
    anchors = _anchors(buffer, [job for job in file.jobs if job.id in going])
    for job in file.jobs if anchors else ():
        for name, anchor in _repeated(job.entry.value, anchors):
            readers[job.id].setdefault(name, f"`{job.id}` repeats `&{anchor}` of it")
    on = file.root.entry("on")
    values = _texts(on.value) if on is not None else ()
    texts = [_STRING.sub(_without_text, one[0]) for value in values for one in _EXPRESSION.finditer(value)]
    given = {(one or other).casefold() for text in texts for one, other in _OF_JOB.findall(text)}
    found: dict[str, str] = {}
    while True:
        left = {name.casefold(): name for name in going if name not in found}
        new = {left[name]: f"an output of the workflow {asking}" for name in sorted(given & left.keys())}
        for job in file.jobs:
            if job.id.casefold() in left:
                continue
            new |= {left[name]: reader for name, reader in readers[job.id].items() if name in left}
            if _is_emptied(buffer, job, left):
                new[left[job.needs[0].job.casefold()]] = f"`{job.id}` {asking}"
        if not new:
            return found
        found |= new


def _anchors(buffer: EditBuffer, jobs: Sequence[FileJob]) -> Mapping[int, str]:
    """The jobs, in lower case, in which what an alias may repeat stands, by where each such node begins."""
    nodes = ((job, node) for job in jobs if buffer.aliased for node in all_nodes(job.entry.value))
    return {node.span.start: job.id.casefold() for job, node in nodes if node.anchor in buffer.aliased}


def _repeated(node: Tree, anchors: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """The jobs of which something is repeated by aliases in a node, with the names of the anchors."""
    for one in all_nodes(node):
        if isinstance(one, Alias) and one.target is not None and one.target.span.start in anchors:
            yield anchors[one.target.span.start], one.name


def _names_read(buffer: EditBuffer, job: FileJob, terms: Sequence[str]) -> frozenset[str]:
    if len(job.steps) == 1 and is_gate_step(job.steps[0]):
        return frozenset()
    return frozenset().union(*map(used_needs, [*_peoples_texts(buffer, job), *terms]))


def _is_emptied(buffer: EditBuffer, job: FileJob, going: Collection[str]) -> bool:
    """Whether a job that asks for all its needs would have none left."""
    names = {need.job.casefold() for need in job.needs}
    if not names or not names <= set(going) or (len(job.steps) == 1 and is_gate_step(job.steps[0])):
        return False
    texts = _peoples_texts(buffer, job)
    if job.condition is not None and not drawn_title(job.comment):
        texts.append(f"${{{{ {job.condition.value} }}}}")
    return any(map(reads_all, texts))


def reads_all(text: str) -> bool:
    """Whether a text asks for all needs."""
    if "needs" not in text.casefold():
        return False
    return any(_ALL_USED.search(_STRING.sub(_without_text, match[0])) for match in _EXPRESSION.finditer(text))


def _without_text(match: re.Match[str]) -> str:
    return match[0] if re.fullmatch(r"'[\w-]+'", match[0]) else "''"


def _peoples_texts(buffer: EditBuffer, job: FileJob) -> list[str]:
    if job.node is None:
        return []
    texts: list[str] = []
    for one in job.node.entries:
        if one.key.value in ("needs", "if"):
            continue
        if one.key.value == "steps" and job.steps:
            for step in job.steps:
                texts += _texts(step.node) if step_as_written(buffer, step) is None else ()
            continue
        texts += _texts(one.value, _marked_axes(one))
    return texts


def _texts(node: Tree, without: Sequence[Entry] = ()) -> Iterator[str]:
    """The values of all scalars, as GitHub has them whatever quotes they stand in, an `if` as an expression;
    but for what is in some entries."""
    match resolved(node):
        case Scalar(value=value):
            yield value
        case Entries(entries=entries):
            for one in entries:
                if not any(one is other for other in without):
                    is_bare = one.key.value == "if"
                    texts = _texts(one.value, without)
                    yield from (f"${{{{ {text} }}}}" if is_bare else text for text in texts)
        case Items(items=items):
            for item in items:
                yield from _texts(item, without)


def _marked_axes(entry: Entry) -> list[Entry]:
    matrix = entry.value.get("matrix") if isinstance(entry.value, Entries) else None
    axes = matrix.entries if isinstance(matrix, Entries) and entry.key.value == "strategy" else ()
    return [axis for axis in axes if mark_of(axis) is not None]
