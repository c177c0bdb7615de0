"""Settings that name nothing in any document: likely a slip of the pen (docs/language.md#settings)."""

from __future__ import annotations

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import replaced
from mermaid2gha.base.paths import name_of
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.plan.starters import keys, step_names
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.lifelines import display_name
from mermaid2gha.github.workflow.emitter import flow_scalar
from mermaid2gha.mermaid.ast import FragmentStart, OperandStart
from mermaid2gha.settings.model import Settings, folded

UNUSED_SETTING = Rule("unused-setting", Severity.WARNING)

_CLEARLY_NEAR = 0.8
"""How alike two names are, from 0 to 1, of which one is the other mistyped."""


def unused_settings(project: Linked, settings: Settings) -> list[Diagnostic]:
    """The names under `flows`, `lifelines`, `conditions`, `jobs`, `steps` and `adopted` that no document has.

    Nothing is said where not all documents are there that the settings list. Reports `unused-setting`.
    """
    diagrams, linked = project.drawings.diagrams, project.items
    if not _is_whole(project.drawings.documents, settings):
        return []
    flows = {folded(d.name) for d in diagrams} | {
        folded(f.name) for workflow in linked for f in workflow.workflow.flows
    }
    lifelines = {
        folded(name)
        for d in diagrams
        for x in d.lifelines
        for name in (x.id, next(iter(labels.lines(x.label)), x.id))
    }
    titles = [box.name for d in diagrams for box in d.boxes if box.name]
    boxes = {folded(name) for title in titles for name in (title, display_name(title))}
    guards = {
        folded(" ".join(labels.lines(event.text)))
        for d in diagrams
        for event in d.events
        if isinstance(event, FragmentStart | OperandStart)
    }
    jobs = {
        folded(f"{workflow.name}/{name}")
        for workflow in linked
        for text in (
            *(drawn.text for job in workflow.jobs for drawn in job.drawn),
            *(gate.text for gate in workflow.gates().values()),
        )
        for name in text.names
    }
    steps = {
        key
        for workflow in linked
        for job in workflow.jobs
        for drawn in job.drawn
        if not drawn.call
        for name in (job.id, *(name for step in drawn.steps for name in step_names(step)))
        for key in keys(workflow, name)
    }
    named: list[tuple[str, str, Span | None, set[str]]] = [
        *(("flow", name, value.span, flows) for name, value in settings.flows),
        *(("lifeline", name, value.span, lifelines | boxes) for name, value in settings.lifelines),
        *(("condition", name, value.span, guards) for name, value in settings.conditions),
        *(("job", name, value.span, jobs) for name, value in settings.jobs),
        *(("step", name, value.span, steps) for name, value in settings.steps),
    ]
    used = {(kind, folded(name)) for kind, name, _, names in named if folded(name) in names}
    calls = (drawn.call for workflow in linked for job in workflow.jobs for drawn in job.drawn)
    drawn_files = {folded(name) for name in (*(workflow.file for workflow in linked), *calls) if name}
    adopted = [name for name in settings.adopted if folded(name) not in drawn_files]
    unused = [
        _unused(kind, name, span, names - {used_name for other, used_name in used if other == kind})
        for kind, name, span, names in named
        if (kind, folded(name)) not in used
    ]
    return unused + [_undrawn(name, settings) for name in adopted]


def _undrawn(name: str, settings: Settings) -> Diagnostic:
    """An adopted file that nothing draws: its diagram is gone, or has another name for it."""
    from mermaid2gha.yaml.tree import Entries, Items, Scalar, read_tree, resolved  # late: few have any

    root = read_tree(settings.file)[0] if settings.file is not None else None
    listed = root.get("adopted") if isinstance(root, Entries) else None
    items = map(resolved, listed.items) if isinstance(listed, Items) else ()
    spans = [one.span for one in items if isinstance(one, Scalar) and one.value.strip() == name]
    message = f"`{name}` is adopted, and no document draws it any more"
    hint = "draw it, or remove it here: nothing tells what changes in a workflow that nothing draws"
    return diagnostic(UNUSED_SETTING, message, next(iter(spans), None), help=hint)


def _is_whole(documents: Sources, settings: Settings) -> bool:
    """Whether these are all the documents that the settings list, so that what they lack is lacking."""
    listed = sorted(name_of(path) for path in settings.documents)
    return sorted(name_of(document.name) for document in documents.files) == listed


def _unused(kind: str, name: str, span: Span | None, free: set[str]) -> Diagnostic:
    """A name that no document has; `free` are those that some document has and no setting names."""
    from difflib import SequenceMatcher, get_close_matches

    [near] = get_close_matches(folded(name), sorted(free), 1) or [""]
    hint = f"did you mean `{near}`?" if near else "remove it, or write the name as the document does"
    is_clear = near and SequenceMatcher(None, folded(name), near).ratio() >= _CLEARLY_NEAR
    fixes = replaced(span, flow_scalar(near), is_safe=False) if is_clear and span else ()
    message = f"no document has a {kind} named `{name}`"
    return diagnostic(UNUSED_SETTING, message, span, help=hint, fixes=fixes)
