"""Any real workflow file as a model with places: what an editor, a comparison or a reviewer asks of it.

Nothing here judges a workflow. What has an unexpected shape is simply not there in the model, and remains in
the tree (`WorkflowFile.root`, `FileJob.node`), where every key can be found. Offsets are those of the text
without its byte order mark; line ends stay as they are. Reports `invalid-yaml`, `not-utf-8`,
`not-a-workflow` and `duplicate-key`.

Field by field: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.encoding import BOM, decoded
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.yaml.tree import (
    MOST_NODES,
    Alias,
    Entries,
    Entry,
    Items,
    Scalar,
    Tree,
    all_nodes,
    resolved,
    tree,
)

NOT_A_WORKFLOW = Rule("not-a-workflow", Severity.ERROR)

_MAY_BE_ALIAS = re.compile(r"\*(?<![^\s,\[{:-]\*)[^\s,\[\]{}*]")
"""Where a node may begin that repeats another one; a pattern in quotes, `'*.md'`, is none."""
_COMMENT = late(r"(?:^|[ \t])#[ \t]*(.*?)[ \t]*$")


@dataclass(frozen=True, slots=True)
class FileEvent:
    """An event under `on`; `node` holds its filters, none where it is a bare name."""

    name: str
    node: Tree | None
    key: Scalar
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class FileNeed:
    """One job that another needs; the span is that of this item."""

    job: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class FileStep:
    """A step. `comments` end lines on which a scalar of its keys ends.

    `node` is an alias or a text where the step is no mapping that stands here; `env` and `arguments` are
    the scalars of `env` and `with`. The span begins after the item's `- `.
    """

    name: str
    id: str
    uses: str
    run: str | None
    condition: Scalar | None
    env: tuple[tuple[str, str], ...]
    arguments: tuple[tuple[str, str], ...]
    comments: tuple[str, ...]
    node: Tree = field(compare=False)
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class FileJob:
    """A job. `entry` is its key with its value; `node` its mapping, an alias followed, none if it has none.

    `comment` ends the line of its key. `permissions` is none where there is no such key, else
    pairs of scope and level; `read-all` and `write-all` are one pair with that level and no scope. `axes`
    are those of `strategy.matrix`, without `include` and `exclude`. `environment` is its name. Absent
    texts are empty.
    """

    id: str
    entry: Entry
    node: Entries | None
    comment: str
    name: str
    needs: tuple[FileNeed, ...]
    condition: Scalar | None
    permissions: tuple[tuple[str, str], ...] | None
    outputs: tuple[tuple[str, str], ...]
    environment: str
    axes: tuple[str, ...]
    uses: str
    arguments: tuple[tuple[str, str], ...]
    steps: tuple[FileStep, ...]

    @property
    def span(self) -> Span:
        """The place of the job's id."""
        return self.entry.key.span

    def item(self, key: str) -> Entry | None:
        """A key of the job with its value as written there (aliases not followed)."""
        return self.node.entry(key) if self.node is not None else None


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A workflow file. `has_bom`: the bytes began with a byte order mark, which `file.text` leaves out."""

    file: SourceFile
    has_bom: bool
    root: Entries
    name: str
    events: tuple[FileEvent, ...]
    permissions: tuple[tuple[str, str], ...] | None
    jobs: tuple[FileJob, ...]
    _known: dict[str, FileJob] = field(default_factory=dict, init=False, repr=False, compare=False)
    _aliased: list[frozenset[str]] = field(default_factory=list, init=False, repr=False, compare=False)

    def job(self, name: str) -> FileJob | None:
        """The job with an id, whatever the case, as GitHub finds it."""
        if not self._known:
            self._known.update(self.by_id())
        return self._known.get(name.casefold())

    def aliased(self) -> frozenset[str]:
        """The anchors that aliases repeat."""
        if not self._aliased:
            may_be = _MAY_BE_ALIAS.search(self.file.text)  # else no node has to be looked at
            nodes = all_nodes(self.root) if may_be else ()
            self._aliased.append(frozenset(node.name for node in nodes if isinstance(node, Alias)))
        return self._aliased[0]

    def by_id(self) -> dict[str, FileJob]:
        """All jobs by their ids in small letters, for whoever asks for many."""
        return {job.id.casefold(): job for job in reversed(self.jobs)}

    @property
    def newline(self) -> str:
        """The line end of the file: that of its first line."""
        at = self.file.text.find("\n")
        return "\r\n" if at > 0 and self.file.text[at - 1] == "\r" else "\n"


def workflow_file(content: bytes, name: str) -> tuple[WorkflowFile | None, list[Diagnostic]]:
    """The workflow in the bytes of a file, or what keeps it from being read; never raises.

    `name` is the file's name as the user knows it.
    """
    file, faults = decoded(content, name)
    if faults:
        return None, faults
    root, faults_of_yaml = tree(file, MOST_NODES)
    if root is None and faults_of_yaml:
        return None, list(faults_of_yaml)
    if not isinstance(root, Entries):
        message = f"`{name}` is no workflow: it has no keys such as `on` and `jobs`"
        place = root.span if root is not None else Span(file, 0, 0)
        return None, [diagnostic(NOT_A_WORKFLOW, message, place, help="write a workflow, or move the file")]
    parsed = WorkflowFile(
        file,
        content.startswith(BOM),
        root=root,
        name=scalar_of(root.get("name")),
        events=tuple(_events(root)),
        permissions=_permissions(root.get("permissions")),
        jobs=tuple(_jobs(root)),
    )
    return parsed, list(faults_of_yaml)


def scalar_of(node: Tree | None) -> str:
    """The text of a scalar, or of nothing; empty for null, lists and mappings."""
    node = resolved(node) if node is not None else None
    return node.value if isinstance(node, Scalar) and not node.is_null else ""


def pairs(node: Tree | None) -> tuple[tuple[str, str], ...]:
    """A mapping's keys with their scalars; other values are empty texts."""
    node = resolved(node) if node is not None else None
    if not isinstance(node, Entries):
        return ()
    return tuple((entry.key.value, scalar_of(entry.value)) for entry in node.entries)


def comment_after(node: Tree | Entry) -> str:
    """The text of the comment that follows a part of a file on its last line; empty if there is none."""
    match = _COMMENT.search(node.span.file.line_rest(node.span.end))
    return match[1] if match else ""


def _events(root: Entries) -> Iterator[FileEvent]:
    node = root.get("on")
    match node:
        case Scalar() if not node.is_null:
            yield FileEvent(node.value, None, node, node.span)
        case Items(items):
            for item in map(resolved, items):
                if isinstance(item, Scalar):
                    yield FileEvent(item.value, None, item, item.span)
        case Entries(entries):
            for one in entries:
                value = resolved(one.value)
                is_bare = isinstance(value, Scalar) and value.is_null
                yield FileEvent(one.key.value, None if is_bare else value, one.key, one.span)
        case _:
            return


def _permissions(node: Tree | None) -> tuple[tuple[str, str], ...] | None:
    if node is None:
        return None
    if isinstance(node, Scalar):
        return () if node.is_null else (("", node.value),)
    return pairs(node)


def _jobs(root: Entries) -> Iterator[FileJob]:
    jobs = root.get("jobs")
    for entry in jobs.entries if isinstance(jobs, Entries) else ():
        yield _job(entry)


def _job(entry: Entry) -> FileJob:
    value = resolved(entry.value)
    node = value if isinstance(value, Entries) else None
    inside = node or Entries((), True, entry.span)
    environment = inside.get("environment")
    named = environment.get("name") if isinstance(environment, Entries) else environment
    condition = inside.get("if")
    strategy = inside.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, Entries) else None
    steps = inside.get("steps")
    return FileJob(
        entry.key.value,
        entry,
        node=node,
        comment=comment_after(entry.key) if not inside.is_flow else "",
        name=scalar_of(inside.get("name")),
        needs=tuple(_needs(inside.get("needs"))),
        condition=condition if isinstance(condition, Scalar) and not condition.is_null else None,
        permissions=_permissions(inside.get("permissions")),
        outputs=pairs(inside.get("outputs")),
        environment=scalar_of(named),
        axes=tuple(name for name, _ in pairs(matrix) if name not in ("include", "exclude")),
        uses=scalar_of(inside.get("uses")),
        arguments=pairs(inside.get("with")),
        steps=tuple(_step(item) for item in steps.items) if isinstance(steps, Items) else (),
    )


def _needs(node: Tree | None) -> Iterator[FileNeed]:
    for written in node.items if isinstance(node, Items) else (node,):
        item = resolved(written) if written is not None else None
        if isinstance(item, Scalar) and not item.is_null:
            assert written is not None
            yield FileNeed(item.value, written.span)


def _step(node: Tree) -> FileStep:
    inside = resolved(node)
    keys = inside if isinstance(inside, Entries) else Entries((), True, node.span)
    run, condition = keys.get("run"), keys.get("if")
    return FileStep(
        scalar_of(keys.get("name")),
        scalar_of(keys.get("id")),
        uses=scalar_of(keys.get("uses")),
        run=run.value if isinstance(run, Scalar) else None,
        condition=condition if isinstance(condition, Scalar) and not condition.is_null else None,
        env=pairs(keys.get("env")),
        arguments=pairs(keys.get("with")),
        comments=() if isinstance(node, Alias) or keys.is_flow else tuple(_comments(keys.entries)),
        node=node,
        span=node.span,
    )


def _comments(entries: Iterable[Entry]) -> Iterator[str]:
    scalars = (one.value for one in entries if isinstance(one.value, Scalar))
    return filter(None, (comment_after(node) for node in scalars if node.style not in ("|", ">")))


def not_a_workflow(message: str, *labels: Label | Span | None, help: str = "") -> Diagnostic:  # noqa: A002
    """A finding of the rule `not-a-workflow`, for those who find it elsewhere."""
    return diagnostic(NOT_A_WORKFLOW, message, *labels, help=help)
