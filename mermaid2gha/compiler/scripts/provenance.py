"""What in a workflow file still stands as this compiler writes it, told by its form alone.

A step, or a job, stands if writing what it says gives the same, and if every script in it is one that the
compiler makes. A comment, a key or a script of people's makes it theirs. Layout does not, quotes included,
for formatters change it; nor does the spelling of `needs` and `if`, which are compiled in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.scripts.comments import (
    DRAWN,
    SELF_CALL,
    bare_comment,
    drawn_title,
    is_above_jobs,
)
from mermaid2gha.compiler.scripts.marks import comment_at, drawn_members, mark_of, read_mark
from mermaid2gha.compiler.scripts.steps import bare, known_script
from mermaid2gha.github.expressions.ast import Literal
from mermaid2gha.github.workflow.emitter import job_lines, scalar, step_lines
from mermaid2gha.github.workflow.model import (
    Job,
    ListComment,
    Output,
    Permission,
    Step,
    Variable,
    WorkflowCall,
)
from mermaid2gha.github.workflow.reader import FileJob, FileStep, comment_after
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, all_nodes, comparable, tree

_EXPRESSION = re.compile(r"\$\{\{ (.*) \}\}", re.DOTALL)


def comments_above(buffer: EditBuffer, at: int) -> list[tuple[int, str]]:
    """The comment lines directly above the line of an offset, as `(start, text)`, from the top."""
    comments: list[tuple[int, str]] = []
    start = buffer.line_start(at)
    while start > 0:
        above = buffer.line_start(start - 1)
        if buffer.text[above:start].startswith("\n") or above >= start:
            break
        line = buffer.text[above:start].strip()
        if not line.startswith("#"):
            break
        comments.insert(0, (above, line))
        start = above
    return comments


def step_as_written(buffer: EditBuffer, step: FileStep) -> Step | None:
    """The step, if it stands as compiled; its condition is the text as written, unread."""
    node = step.node
    mark = next((comment for comment in step.comments if DRAWN.read(comment) is not None), "")
    if not mark or not isinstance(node, Entries) or step.run is None or node.anchor:
        return None
    env = node.get("env")
    variables = tuple(_variables(env)) if env is not None else ()
    written = Step(
        bare(step.name),
        step.run.rstrip("\n"),
        id=step.id or None,
        condition=None,
        env=variables,
        comment=mark,
        shell=quiet(node, "shell"),
        directory=quiet(node, "working-directory"),
    )
    if known_script(written) is None:
        return None
    lines = [line[2:] for line in step_lines(written)]
    column = buffer.column(node.span.start)
    wanted = list(reindented(lines, column, _step_of(node, column, buffer)))
    wanted[0] = wanted[0].lstrip()
    if _lines(buffer, node, ("if",)) != wanted and not _is_laid_out(buffer, node, node, step_lines(written)):
        return None
    return replace(written, condition=None if step.condition is None else Literal(step.condition.value))


def job_as_written(buffer: EditBuffer, job: FileJob, indentation: int) -> Job | None:
    """The job, if all of it stands as compiled; its runner, time-out and name are yet to be judged."""
    node = job.node
    if node is None or job.entry.value is not node or node.is_flow or node.anchor:
        return None
    if (job.entry.key.style and scalar(job.id) == job.id) or not _is_named_as_drawn(job):
        return None
    if not all(is_above_jobs(line) for _, line in comments_above(buffer, job.span.start)):
        return None
    steps = tuple(step_as_written(buffer, step) for step in job.steps)
    if any(step is None for step in steps) or (not steps) == (not job.uses):
        return None
    timeout = quiet(node, "timeout-minutes")
    matrix = _matrix(node)
    if matrix is None:
        return None
    written = Job(
        job.id,
        bare(job.name),
        job.comment,
        runs_on=_runs_on(node),
        timeout_minutes=int(timeout) if timeout.isascii() and timeout.isdigit() else None,
        environment=bare(job.environment),
        matrix=matrix,
        permissions=tuple(_permissions(node)),
        outputs=tuple(Output(name, bare_expression(value)) for name, value in job.outputs),
        steps=tuple(replace(step, condition=None) for step in steps if step is not None),
        call=_call(job) if job.uses else None,
        environment_comment=_own_mark(node.entry("environment")),
        axis_comments=tuple(_axis_marks(node)),
    )
    column = buffer.column(job.span.start)
    wanted = list(reindented(job_lines(written), column, indentation))
    skipped = [one for step in job.steps if (one := _entry(step.node, "if")) is not None]
    is_same = _lines(buffer, node, ("needs", "if"), job.span.start, skipped) == wanted
    return written if is_same or _is_laid_out(buffer, job.entry, node, job_lines(written)) else None


def _runs_on(node: Entries) -> str | tuple[str, ...]:
    """The runner of a job: one label, or several."""
    found = node.get("runs-on")
    labels = (
        tuple(one.value for one in found.items if isinstance(one, Scalar)) if isinstance(found, Items) else ()
    )
    return labels or quiet(node, "runs-on")


def quiet(node: Entries, key: str) -> str:
    """The scalar of a key, or an empty text."""
    found = node.get(key)
    return found.value if isinstance(found, Scalar) and not found.is_null else ""


def _is_named_as_drawn(job: FileJob) -> bool:
    base = re.sub(r"\s*\[[^\]]*\]", "", drawn_title(job.comment)).strip().casefold()
    name = " ".join(bare(job.name).split()).casefold()
    return bool(base) and name.startswith(" ".join(base.split()))


def _entry(node: Tree, key: str) -> Entry | None:
    return node.entry(key) if isinstance(node, Entries) else None


def _lines(
    buffer: EditBuffer,
    node: Entries,
    without: tuple[str, ...],
    start: int = -1,
    skipped: list[Entry] | None = None,
) -> list[str] | None:
    """The lines of a mapping less those of some keys; none if there is a comment in what is left out."""
    at = node.span.start if start < 0 else buffer.line_start(start)
    end = buffer.line_end(max(node.span.end - 1, 0))
    holes = [one for key in without if (one := node.entry(key)) is not None] + (skipped or [])
    kept: list[str] = []
    for hole in sorted(holes, key=lambda one: one.span.start):
        comments = buffer.comments(hole, buffer.line_end(hole.span.end))
        if any(not _is_mark_of_need(hole, one) for one in comments) or buffer.is_shared(hole.value):
            return None
        kept.append(buffer.text[at : buffer.line_start(hole.span.start)])
        at = buffer.line_end(hole.span.end)
    kept.append(buffer.text[at:end])
    return "".join(kept).splitlines()


def _is_mark_of_need(entry: Entry | None, comment_there: str) -> bool:
    """Whether a comment in the needs of a job is only the mark of some of them."""
    mark = read_mark(bare_comment(comment_there) or "")
    return entry is not None and entry.key.value == "needs" and mark is not None and not mark.rest


def _is_laid_out(buffer: EditBuffer, whole: Entry | Entries, node: Entries, lines: Iterable[str]) -> bool:
    """Whether a step or a job, `node`, says what these lines of ours say in another layout, conditions and
    what a job needs aside, with their comments and no others."""
    fresh, _ = tree(SourceFile("fresh", "".join(f"{line}\n" for line in lines)))
    first = fresh.entries[0].value if isinstance(fresh, Entries) else fresh
    wanted = first.items[0] if isinstance(first, Items) and first.items else first
    if not isinstance(fresh, Entries | Items) or not isinstance(wanted, Entries):
        return False
    if any(part.anchor for part in all_nodes(node)) or _said(node) != _said(wanted):
        return False
    made = EditBuffer(fresh.span.file, "\n")
    end = buffer.line_end(max(node.span.end - 1, 0))
    there, needs = buffer.comments(whole, end), node.entry("needs")
    for one in buffer.comments(needs, buffer.line_end(needs.span.end)) if needs is not None else ():
        if _is_mark_of_need(needs, one):
            there.remove(one)
    return there == made.comments(fresh, len(made.text))


def _said(node: Entries) -> object:
    """What a step or a job says, to be compared, without conditions and what a job needs."""
    own = {one.key.value: one.value for one in node.entries if one.key.value not in ("needs", "if")}
    steps = own.pop("steps", None)
    listed = steps.items if isinstance(steps, Items) else ()
    inner = [_said(one) if isinstance(one, Entries) else comparable(one) for one in listed]
    return {key: comparable(value) for key, value in own.items()}, inner


def _step_of(node: Entries, column: int, buffer: EditBuffer) -> int:
    """The blanks of a level inside a step."""
    env = node.get("env")
    if isinstance(env, Entries) and env.entries and not env.is_flow:
        return max(buffer.column(env.entries[0].span.start) - column, 1)
    return 2


def _variables(env: Tree) -> Iterator[Variable]:
    for one in env.entries if isinstance(env, Entries) else ():
        yield Variable(one.key.value, one.value.value if isinstance(one.value, Scalar) else "\0", True)


def bare_expression(text: str) -> str:
    """What stands in `${{ … }}`, if that is all of a text."""
    match = _EXPRESSION.fullmatch(text)
    return match[1] if match else "\0"


def _permissions(node: Entries) -> Iterator[Permission]:
    rights = node.get("permissions")
    for one in rights.entries if isinstance(rights, Entries) else ():
        level = one.value.value if isinstance(one.value, Scalar) else ""
        yield Permission(one.key.value, level, comment_after(one))


def _matrix(node: Entries) -> tuple[tuple[str, tuple[str, ...] | str], ...] | None:
    strategy = node.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, Entries) else None
    if strategy is None:
        return ()
    if not isinstance(matrix, Entries):
        return None
    axes: list[tuple[str, tuple[str, ...] | str]] = []
    for one in matrix.entries:
        if isinstance(one.value, Scalar):
            axes.append((one.key.value, bare_expression(one.value.value)))
        elif isinstance(one.value, Items):
            texts = tuple(bare(item.value) for item in one.value.items if isinstance(item, Scalar))
            axes.append((one.key.value, texts))
    return tuple(axes)


def _own_mark(entry: Entry | None) -> str:
    """The mark of a key as it stands, in whatever version; empty if there is none, or people's comment is
    behind it."""
    mark = mark_of(entry) if entry is not None else None
    return comment_at(entry) if entry is not None and mark is not None and not mark.rest else ""


def _axis_marks(node: Entries) -> Iterator[tuple[str, ListComment]]:
    """The marks of axes as they stand, where all of an axis is marked and nothing is behind a mark."""
    strategy = node.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, Entries) else None
    for axis in matrix.entries if isinstance(matrix, Entries) else ():
        if isinstance(axis.value, Items) and axis.value.items:
            items = axis.value.items
            texts = tuple(item.value for item in items if isinstance(item, Scalar))
            parts = (axis.value,) if axis.value.is_flow else items
            is_bare = all((mark := mark_of(part)) is not None and not mark.rest for part in parts)
            if is_bare and drawn_members(axis.value) == texts and len(texts) == len(items):
                yield axis.key.value, ListComment(comment_at(axis.value), comment_at(items[0]))
        elif comment := _own_mark(axis):
            yield axis.key.value, ListComment(each=comment)


def _call(job: FileJob) -> WorkflowCall:
    assert job.node is not None
    uses, given = job.node.entry("uses"), job.node.get("with")
    assert uses is not None
    arguments = given.entries if isinstance(given, Entries) else ()
    mention = comment_after(uses)
    return WorkflowCall(
        job.uses,
        tuple((one.key.value, _argument(one.value)) for one in arguments),
        mention if SELF_CALL.read(mention) is not None else "",
    )


def _argument(value: Tree) -> str | bool | int:
    if not isinstance(value, Scalar):
        return "\0"
    if not value.style and value.value in ("true", "false"):
        return value.value == "true"
    if not value.style and value.value.isascii() and value.value.isdigit():
        return int(value.value)
    return bare(value.value)
