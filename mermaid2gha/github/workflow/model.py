"""The model of a workflow file as this compiler writes it, with the comments that belong to each part.

Field by field: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax. A comment is text
without `#`, one line; `text` fields are plain text from a diagram (or fixed words of ours) and come out
inert: writers escape `${{` and quote for YAML. Fields named `expression` or `value` are GitHub expressions
or literal YAML text of our own making.
"""

from __future__ import annotations

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.condition import Condition


@dataclass(frozen=True, slots=True)
class Input:
    """An input of `workflow_dispatch` or `workflow_call`."""

    name: str
    type: str
    description: str = ""
    required: bool = False
    default: str | bool | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListComment:
    """What stands behind a list: `whole` behind one between brackets, `each` behind an item with a line of
    its own, and behind a scalar in the list's stead."""

    whole: str = ""
    each: str = ""


NO_COMMENT = ListComment()


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event under `on`, with its filters in order: `("branches", ("main",))`.

    `cron` holds the times of a `schedule`; `comment` follows the event's name on its line, `comments` the
    filters of these names and the times of these texts.
    """

    event: str
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cron: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    comment: str = ""
    comments: tuple[tuple[str, ListComment], ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """A right of the job's token: `scope: level # comment`."""

    scope: str
    level: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """An entry of `env`: plain text, or text of ours with expressions in it (`is_expression`)."""

    name: str
    value: str
    is_expression: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A `run` step in bash. `name` and plain variables are text; `run` is a script of ours, of any length.

    `comment` ends the line of the name. `shell` and `directory` are set where the step must not take those
    that people give to all steps.
    `has_effect`: a push, pull, wait or write was drawn, which has to have a place among people's steps too.
    """

    name: str
    run: str
    id: str | None = None
    condition: Condition | None = None
    env: tuple[Variable, ...] = ()
    comment: str = ""
    has_effect: bool = False
    shell: str = ""
    directory: str = ""


@dataclass(frozen=True, slots=True)
class GivenStep:
    """A step that people give for a fresh job: its lines, from column 0, the item mark included.

    `id`, `condition`, `uses` and `arguments` are what of it is asked for; empty where it has none.
    """

    lines: tuple[str, ...]
    id: str = ""
    condition: str = ""
    uses: str = ""
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Starter:
    """The steps that stand in a fresh job in the stead of the one that announces `title`."""

    title: str
    steps: tuple[GivenStep, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """A job output: `name: ${{ expression }}`."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class WorkflowCall:
    """A job that runs a reusable workflow: `uses`, its `with` values (plain text), a comment after `uses`."""

    uses: str
    arguments: tuple[tuple[str, str | bool | int], ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `comment` ends the line of the job's key; `comments` stand above it, one a line.

    `timeout_minutes` is in minutes. `matrix` are axes, `(axis, values)`, or `(axis, expression)` with
    one string that is an expression; `axis_comments` are theirs, `environment_comment` follows the
    environment, `condition_comment` the condition, `needs_comment` those of its needs that are
    `commented_needs`. A job has steps or a call, never both; `starters` are
    written where it is fresh. `is_gate`: it judges the others, and all of it is compiled.
    """

    id: str
    name: str
    comment: str = ""
    comments: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    condition: Condition | None = None
    runs_on: str | tuple[str, ...] = ""
    timeout_minutes: int | None = None
    environment: str = ""
    matrix: tuple[tuple[str, tuple[str, ...] | str], ...] = ()
    permissions: tuple[Permission, ...] = ()
    outputs: tuple[Output, ...] = ()
    steps: tuple[Step, ...] = ()
    starters: tuple[Starter, ...] = ()
    call: WorkflowCall | None = None
    is_gate: bool = False
    environment_comment: str = ""
    axis_comments: tuple[tuple[str, ListComment], ...] = ()
    condition_comment: str = ""
    needs_comment: ListComment = NO_COMMENT
    commented_needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow file. `header` stands above everything, one comment a line.

    `concurrency` is `(group, cancel-in-progress)`, both texts with expressions.
    """

    file: str
    name: str
    header: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    concurrency: tuple[str, str] | None
    jobs: tuple[Job, ...]
