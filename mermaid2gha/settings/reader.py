"""The reader of `mermaid2gha.yml`: a text into `Settings`, with every fault of it at its place.

Reports `invalid-yaml`, `invalid-toml`, `duplicate-key`, `invalid-settings`, `unknown-setting` and
`invalid-cron`. A key with a fault keeps its default, so that one reading tells them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic, sorted_diagnostics
from mermaid2gha.base.edit import Fix, replaced
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.renderers import RENDERERS
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.base.version import VERSION
from mermaid2gha.github.events import EVENTS, PUSH
from mermaid2gha.github.names import MAX_ID, is_job_id
from mermaid2gha.github.workflow.cron import cron_problem
from mermaid2gha.settings.model import (
    OUTCOMES,
    Acceptance,
    Condition,
    FlowSettings,
    GivenSteps,
    JobSettings,
    LifelineSettings,
    Order,
    RoleName,
    Settings,
    folded,
)
from mermaid2gha.settings.names import is_toml
from mermaid2gha.settings.places import place_of
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, resolved, tree

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import TypeVar

    _T = TypeVar("_T")

INVALID_CRON = Rule("invalid-cron", Severity.ERROR)
INVALID_SETTINGS = Rule("invalid-settings", Severity.ERROR)
UNKNOWN_SETTING = Rule("unknown-setting", Severity.ERROR)

MOST_MINUTES = 35 * 24 * 60
"""The longest run that GitHub allows, and so the longest time-out with a meaning: 35 days in minutes."""

_WORKFLOW_FILE = late(r"[^/\\:*?\"<>|\s][^/\\:*?\"<>|]*\.ya?ml")
_UNMEANT = late(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLACEHOLDER = late(r"\{([^{}$]*)\}")
_PLAIN = late(r"[\w./-]+|\"[^\"\\\r\n]+\"|'[^'\r\n]+'")
"""What stays the same text between brackets."""


def settings_from(file: SourceFile, root: str = ".") -> tuple[Settings, list[Diagnostic]]:
    """The settings that a file holds; `root` is its folder. An empty file is the defaults."""
    node, faults = settings_tree(file)
    diagnostics = list(faults)
    settings = Settings(file=file, root=root)
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return settings, diagnostics
    reading = _Reading(diagnostics)
    changes: dict[str, object] = {}
    for key, value in reading.fields(node, "the settings", _TOP):
        name, read = _TOP[key.value]
        made = read(reading, value)
        if made is not None:
            changes[name] = made
    return replace(settings, **changes), sorted_diagnostics(diagnostics)  # type: ignore[arg-type]  # _TOP pairs fields with readers


def settings_tree(file: SourceFile) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The settings as a tree with places, be they a file of YAML or a table in one of TOML."""
    if not is_toml(file):
        return tree(file)
    from mermaid2gha.settings.toml import table_tree  # late: few projects have their settings there

    return table_tree(file)


@dataclass(slots=True)
class _Reading:
    """Typed access to nodes: where one has the wrong shape, a method gives nothing, and `found` a fault more.

    `what` is what the node is for, in words, as in "`documents` must be a list". `fields` reads a mapping
    with known keys, `named` one with names of the user's own.
    """

    found: list[Diagnostic]

    def fault(
        self,
        place: Tree | Span,
        message: str,
        cure: str,
        rule: Rule = INVALID_SETTINGS,
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        span = place if isinstance(place, Span) else place.span
        fixes = () if is_toml(span.file) else fixes  # they are written as YAML
        self.found.append(diagnostic(rule, message, _shown(span), help=cure, fixes=fixes))

    def misspelt(
        self,
        word: str,
        span: Span,
        message: str,
        known: list[str],
        *,
        rule: Rule = INVALID_SETTINGS,
        taken: Collection[str] = (),
    ) -> None:
        """A word that is none of those known; the nearest can take its place unless that is taken."""
        near = _nearest(word, known)
        is_free = near and near not in taken and span.text.strip("\"'") == word
        cure = f"did you mean `{near}`?" if near else _choices(known)
        if rule is UNKNOWN_SETTING and not near:
            cure += f"; a newer mermaid2gha than {VERSION} may know it"
        self.fault(span, message, cure, rule, replaced(span, near) if is_free else ())

    def text(self, node: Tree, what: str) -> str | None:
        """A text that is not empty, in its own spelling: numbers and words like `no` stay as written."""
        if not isinstance(node, Scalar):
            self.fault(node, f"{what} must be a text, not {_kind(node)}", f"write one text for {what}")
        elif node.is_null or not node.value.strip():
            self.fault(node, f"{what} is empty", "write a value, or delete the key")
        else:
            return node.value.strip()
        return None

    def texts(self, node: Tree, what: str) -> tuple[tuple[str, Span], ...]:
        """The texts of a list, each with its place."""
        if isinstance(node, Items):
            items = map(resolved, node.items)
            read = ((self.text(item, f"an item of {what}"), item.span) for item in items)
            return tuple((text, span) for text, span in read if text is not None)
        shown = f"`[{node.value}]`" if isinstance(node, Scalar) and node.value else "`[one, two]`"
        fixes: tuple[Fix, ...] = ()
        if isinstance(node, Scalar) and _PLAIN.fullmatch(node.span.text):
            fixes = replaced(node.span, f"[{node.span.text}]")
        self.fault(node, f"{what} must be a list, not {_kind(node)}", f"write {shown}", fixes=fixes)
        return ()

    def entries(self, node: Tree, what: str) -> tuple[tuple[Scalar, Tree], ...]:
        """The keys of a mapping with their values, aliases followed."""
        if isinstance(node, Entries):
            return tuple((entry.key, resolved(entry.value)) for entry in node.entries)
        self.fault(
            node, f"{what} must be a mapping, not {_kind(node)}", "write `KEY: VALUE` on lines below it"
        )
        return ()

    def fields(self, node: Tree, what: str, known: Iterable[str]) -> Iterator[tuple[Scalar, Tree]]:
        """The entries whose keys are known; each other one is an `unknown-setting`."""
        names = list(known)
        entries = self.entries(node, what)
        taken = {key.value for key, _ in entries}
        for key, value in entries:
            if key.value in names:
                yield key, value
            else:
                message = f"`{key.value}` is no key of {what}"
                self.misspelt(key.value, key.span, message, names, rule=UNKNOWN_SETTING, taken=taken)

    def named(
        self, node: Tree, what: str, read: Callable[[_Reading, Tree, Scalar], _T | None]
    ) -> tuple[tuple[str, _T], ...]:
        """A mapping from the user's own names; two names that compare equal are a fault."""
        made: dict[str, tuple[str, _T]] = {}
        for key, value in self.entries(node, what):
            name = folded(key.value)
            if not name:
                self.fault(key, f"a name in {what} is empty", "write the name as the diagram has it")
            elif name in made:
                message = f"`{key.value}` and `{made[name][0]}` are one name: case and blanks do not count"
                self.fault(key, message, "keep one of them")
            elif (one := read(self, value, key)) is not None:
                made[name] = (key.value, one)
        return tuple(made.values())


def _documents(reading: _Reading, node: Tree) -> tuple[str, ...]:
    return tuple(text for text, span in reading.texts(node, "`documents`") if _is_path(reading, span, text))


def _is_path(reading: _Reading, span: Span, text: str) -> bool:
    """Whether a system can have a path: none can hold NUL, and other controls are never meant."""
    if text.isprintable() or _UNMEANT.search(text) is None:
        return True
    reading.fault(span, "a control character stands in this path", "write the path in plain letters")
    return False


def _folder(what: str) -> Callable[[_Reading, Tree], str | None]:
    def read(reading: _Reading, node: Tree) -> str | None:
        text = reading.text(node, what)
        if text is not None and (text.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", text)):
            cure = "write a path relative to the settings file, such as `.github/workflows`"
            reading.fault(node, f"{what} must be a relative path", cure)
            return None
        return text if text is None or _is_path(reading, node.span, text) else None

    return read


def _fences(reading: _Reading, node: Tree) -> tuple[str, ...]:
    made: list[str] = []
    for text, span in reading.texts(node, "`fences`"):
        if text in RENDERERS:
            made.append(text)
        else:
            reading.misspelt(text, span, f"`{text}` is no renderer of Markdown", list(RENDERERS))
    return tuple(dict.fromkeys(made))


def _order(reading: _Reading, node: Tree) -> Order | None:
    return _choice(reading, node, "`order`", {one.value: one for one in Order})


def _choice(reading: _Reading, node: Tree, what: str, choices: Mapping[str, _T]) -> _T | None:
    text = reading.text(node, what)
    if text is None or text in choices:
        return choices[text] if text is not None else None
    reading.misspelt(text, node.span, f"`{text}` is no value of {what}", list(choices))
    return None


def _runs_on(reading: _Reading, node: Tree) -> str | tuple[str, ...] | None:
    """One label of a runner, or several, all of which it must have."""
    if not isinstance(node, Items):
        return reading.text(node, "`runs-on`")
    if not node.items:
        reading.fault(node, "`runs-on` is empty", "write the labels of a runner, or delete the key")
    return tuple(text for text, _ in reading.texts(node, "`runs-on`")) or None


def _timeout(reading: _Reading, node: Tree) -> int | None:
    text = reading.text(node, "`timeout-minutes`")
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text) and 1 <= int(text) <= MOST_MINUTES:
        return int(text)
    message = f"`timeout-minutes` must be a whole number of minutes from 1 to {MOST_MINUTES}"
    reading.fault(node, message, "write `timeout-minutes: 60`")
    return None


def invalid_cron(text: str, problem: str, place: Span | None) -> Diagnostic:
    """A finding of the rule `invalid-cron`, for those who find it elsewhere."""
    return diagnostic(INVALID_CRON, f"`{text}` is no cron time: {problem}", place, help=_FIELDS)


_FIELDS = "write five fields: minute hour day month weekday, such as `28 0 * * *`"


def _flow(reading: _Reading, node: Tree, key: Scalar) -> FlowSettings | None:
    flow = FlowSettings(span=key.span)
    for name, value in reading.fields(node, f"the flow `{key.value}`", ("when", "cron")):
        text = reading.text(value, f"`{name.value}`")
        if text is None:
            continue
        if name.value == "when" and _is_expression(reading, value, allow_needs=False):
            flow = replace(flow, when=text)
        elif name.value == "cron":
            problem = cron_problem(text)
            if problem is not None:
                reading.fault(value, f"`{text}` is no cron time: {problem}", _FIELDS, INVALID_CRON)
            else:
                flow = replace(flow, cron=" ".join(text.split()))
    return flow


def _is_expression(reading: _Reading, node: Tree, *, allow_needs: bool) -> bool:
    from mermaid2gha.github.expressions import checker

    assert isinstance(node, Scalar)
    contexts = checker.JOB_IF_CONTEXTS if allow_needs else checker.JOB_IF_CONTEXTS - {"needs"}
    if allow_needs and node.value.strip() in OUTCOMES:
        return True
    problems = checker.condition_test(node.value, contexts=contexts, is_stated=allow_needs)
    if not isinstance(problems, list):
        return True
    for problem in problems:
        at = node.span.text.find(node.value)
        start = node.span.start + at + problem.start
        place = Span(node.span.file, start, start + max(problem.end - problem.start, 1))
        cure = problem.help or f"write a GitHub expression such as `github.event_name == '{PUSH.name}'`"
        reading.fault(place if at >= 0 else node.span, f"this is no condition: {problem.message}", cure)
    return False


def _lifeline(reading: _Reading, node: Tree, key: Scalar) -> LifelineSettings | None:
    lifeline = LifelineSettings(span=key.span)
    roles = {one.value: one for one in RoleName}
    for name, value in reading.fields(
        node, f"the lifeline `{key.value}`", ("role", "file", "decider", "image")
    ):
        if name.value == "role":
            lifeline = replace(lifeline, role=_choice(reading, value, "`role`", roles))
            continue
        text = reading.text(value, f"`{name.value}`")
        if text is None or (name.value == "file" and not _is_workflow_file(reading, value, text)):
            continue
        if name.value != "image" or _is_image(reading, value, text):
            lifeline = replace(lifeline, **{name.value: text})  # type: ignore[arg-type]  # the three texts
    if lifeline.file and lifeline.role not in {None, RoleName.WORKFLOW}:
        cure = "set `role: workflow`, or delete `file`"
        reading.fault(key, f"`{key.value}` has a file, and only a workflow has one", cure)
    if lifeline.image and lifeline.role not in {None, RoleName.REGISTRY, RoleName.EXTERNAL}:
        cure = "set `role: registry`, or delete `image`"
        reading.fault(key, f"`{key.value}` has an image, and only a registry has one", cure)
    return lifeline


def _is_workflow_file(reading: _Reading, node: Tree, text: str) -> bool:
    if not _is_path(reading, node.span, text):
        return False
    if _WORKFLOW_FILE.fullmatch(text):
        return True
    cure = "write a name such as `ci.yml`; the folder is what `workflows` says"
    reading.fault(node, f"`{text}` is no name of a workflow file", cure)
    return False


def _is_image(reading: _Reading, node: Tree, text: str) -> bool:
    unknown = [
        name for name in _PLACEHOLDER.findall(text.replace("${", "$")) if name not in {"artifact", "tag"}
    ]
    for name in unknown:
        cure = "the placeholders are `{artifact}` and `{tag}`"
        reading.fault(node, f"`{{{name}}}` is no placeholder of `image`", cure)
    return not unknown


def _tag(reading: _Reading, node: Tree, key: Scalar) -> str | None:
    return reading.text(node, f"the tag `{key.value}`")


def _condition(reading: _Reading, node: Tree, key: Scalar) -> Condition | None:
    text = reading.text(node, f"the condition `{key.value}`")
    if text is None or not _is_expression(reading, node, allow_needs=True):
        return None
    return Condition(text, node.span)


def _job(reading: _Reading, node: Tree, key: Scalar) -> JobSettings | None:
    workflow, slash, name = key.value.partition("/")
    if not (workflow.strip() and slash and name.strip()):
        cure = (
            f'write `"WORKFLOW/{key.value.strip("/ ") or "NAME"}"` with the name of the workflow\'s lifeline'
        )
        reading.fault(key, f"`{key.value}` names no job of a workflow", cure)
    job = JobSettings(span=key.span)
    for part, value in reading.fields(node, f"the job `{key.value}`", ("id", "ids")):
        if part.value == "id":
            text = reading.text(value, "`id`")
            if text is not None and _is_id(reading, value.span, text, ""):
                job = replace(job, id=text)
        else:
            ids = [(text, span) for text, span in reading.texts(value, "`ids`")]
            job = replace(job, ids=tuple(text for text, span in ids if _is_id(reading, span, text, "*")))
    if job.id and job.ids:
        reading.fault(key, f"`{key.value}` has both `id` and `ids`", "keep one of them")
    return job


def _steps(reading: _Reading, node: Tree, key: Scalar) -> GivenSteps | None:
    from mermaid2gha.settings.steps import given_steps  # late: few settings have steps

    if isinstance(node, Items) and node.items:
        steps, faults = given_steps(node)
        for fault in faults:
            reading.found.append(replace(fault, fixes=()) if is_toml(key.span.file) else fault)
        return GivenSteps(steps, key.span) if not faults else None
    cure = "write each step as in a workflow, such as `- run: make test`"
    reading.fault(node, f"the steps of `{key.value}` must be a list, not {_kind(node)}", cure)
    return None


def _is_id(reading: _Reading, span: Span, text: str, wildcards: str) -> bool:
    bare = re.sub(f"[{re.escape(wildcards)}]", "x", text) if wildcards else text
    if is_job_id(bare):
        return True
    cure = f"use letters, digits, `-` and `_`, begin with a letter or `_`, and at most {MAX_ID} characters"
    reading.fault(span, f"`{text}` is no id of a job", cure)
    return False


def _extra_jobs(reading: _Reading, node: Tree, key: Scalar) -> tuple[str, ...] | None:
    ids = reading.texts(node, f"the extra jobs of `{key.value}`")
    return tuple(text for text, span in ids if _is_id(reading, span, text, "*"))


def _extra_events(reading: _Reading, node: Tree, key: Scalar) -> tuple[str, ...] | None:
    made = []
    for text, span in reading.texts(node, f"the extra events of `{key.value}`"):
        if text in EVENTS:
            made.append(text)
        else:
            reading.misspelt(text, span, f"`{text}` is no event of GitHub", list(EVENTS))
    return tuple(made)


def _adopted(reading: _Reading, node: Tree) -> tuple[str, ...]:
    listed = [(text, span) for text, span in reading.texts(node, "`adopted`")]
    items = map(resolved, node.items if isinstance(node, Items) else ())
    return tuple(text for (text, _), item in zip(listed, items) if _is_workflow_file(reading, item, text))


def _accepted(reading: _Reading, node: Tree, key: Scalar) -> tuple[Acceptance, ...] | None:
    name = key.value.strip()
    if not _is_workflow_file(reading, key, name) or (isinstance(node, Scalar) and node.is_null):
        return ()
    if not isinstance(node, Items):
        cure = "write each on a line of its own, such as `- extra-wait: jobs.build.needs.lint`"
        reading.fault(node, f"the accepted differences of `{name}` must be a list, not {_kind(node)}", cure)
        return ()
    return tuple(one for item in node.items if (one := _acceptance(reading, resolved(item))) is not None)


def acceptances_of(node: Items) -> tuple[Acceptance | None, ...]:
    """What each item of a list of accepted differences says; none for one with a fault."""
    reading = _Reading([])
    return tuple(_acceptance(reading, resolved(item)) for item in node.items)


def _acceptance(reading: _Reading, node: Tree) -> Acceptance | None:
    """One accepted difference: a rule with a place, with a place and two sides, or alone."""
    from mermaid2gha.rules import pages  # late, as below

    entries = node.entries if isinstance(node, Entries) else ()
    rule, value = (entries[0].key, resolved(entries[0].value)) if entries else (node, None)
    if not isinstance(rule, Scalar) or rule.is_null or len(entries) > 1:
        cure = "write one rule with its place, such as `extra-wait: jobs.build.needs.lint`"
        reading.fault(node, f"an accepted difference is one rule with its place, not {_kind(node)}", cure)
        return None
    if not pages.severity(rule.value):
        reading.misspelt(rule.value, rule.span, f"`{rule.value}` is no rule", pages.names())
        return None
    acceptance = Acceptance(rule.value, span=node.span)
    if not isinstance(value, Entries):
        return acceptance if value is None else _placed(reading, acceptance, value)
    for name, part in reading.fields(value, f"the acceptance of `{rule.value}`", ("at", "file", "drawn")):
        if name.value == "at":
            acceptance = _placed(reading, acceptance, part) or acceptance
        elif not isinstance(part, Scalar):
            reading.text(part, f"`{name.value}`")
        elif name.value == "file":
            acceptance = replace(acceptance, in_file=part.value.strip())
        else:
            acceptance = replace(acceptance, drawn=part.value.strip())
    if not acceptance.place and not any(one.key.value == "at" for one in value.entries):
        reading.fault(value, f"the acceptance of `{rule.value}` has no place", "write `at: jobs.build.if`")
        return None
    return acceptance


def _placed(reading: _Reading, acceptance: Acceptance, node: Tree) -> Acceptance | None:
    text = reading.text(node, f"the place of `{acceptance.rule}`")
    place = place_of(text) if text is not None else None
    if text is not None and place is None:
        cure = "write keys and members with dots between them, such as `jobs.build.needs.lint`"
        reading.fault(node, f"`{text}` names no place in a workflow", cure)
    return replace(acceptance, place=place) if place is not None else None


def _rules(reading: _Reading, node: Tree) -> tuple[str, ...] | None:
    from mermaid2gha.rules import pages  # late: few settings name rules

    rules: list[str] = []
    for _, value in reading.fields(node, "`rules`", ("ignore",)):
        for text, span in reading.texts(value, "`ignore`"):
            severity = pages.severity(text)
            if not severity:
                reading.misspelt(text, span, f"`{text}` is no rule", pages.names())
            elif severity == "error":
                cure = f"mend what it reports instead; `mermaid2gha explain {text}` tells how"
                reading.fault(span, f"`{text}` is an error, which cannot be ignored", cure)
            else:
                rules.append(text)
    return tuple(rules)


def _branch(reading: _Reading, node: Tree) -> str | None:
    return reading.text(node, "`default-branch`")


def _mapping(
    what: str, read: Callable[[_Reading, Tree, Scalar], _T | None]
) -> Callable[[_Reading, Tree], tuple[tuple[str, _T], ...]]:
    return lambda reading, node: reading.named(node, f"`{what}`", read)


def _accepted_files(reading: _Reading, node: Tree) -> tuple[tuple[str, tuple[Acceptance, ...]], ...]:
    """The accepted differences of each workflow file; nothing is none, for the last one may go."""
    is_empty = isinstance(node, Scalar) and node.is_null
    return () if is_empty else reading.named(node, "`accepted`", _accepted)


_TOP: dict[str, tuple[str, Callable[[_Reading, Tree], object]]] = {
    "documents": ("documents", _documents),
    "workflows": ("workflows", _folder("`workflows`")),
    "graphs": ("graphs", _folder("`graphs`")),
    "fences": ("fences", _fences),
    "order": ("order", _order),
    "runs-on": ("runs_on", _runs_on),
    "default-branch": ("default_branch", _branch),
    "timeout-minutes": ("timeout_minutes", _timeout),
    "flows": ("flows", _mapping("flows", _flow)),
    "lifelines": ("lifelines", _mapping("lifelines", _lifeline)),
    "tags": ("tags", _mapping("tags", _tag)),
    "conditions": ("conditions", _mapping("conditions", _condition)),
    "jobs": ("jobs", _mapping("jobs", _job)),
    "steps": ("steps", _mapping("steps", _steps)),
    "extra-jobs": ("extra_jobs", _mapping("extra-jobs", _extra_jobs)),
    "extra-events": ("extra_events", _mapping("extra-events", _extra_events)),
    "adopted": ("adopted", _adopted),
    "accepted": ("accepted", _accepted_files),
    "rules": ("ignored_rules", _rules),
}


def _kind(node: Tree) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.is_null else f"`{node.value}`" if len(node.value) < 30 else "a text"
    return "a list" if isinstance(node, Items) else "a mapping"


def _shown(span: Span) -> Span:
    """The first line of a span, which is what can be underlined; of an empty one the character before."""
    if span.start == span.end:
        before = span.file.text[: span.start].rstrip()
        return Span(span.file, max(len(before) - 1, 0), len(before))
    first = re.search(r"[\r\n]", span.text)
    return Span(span.file, span.start, span.start + first.start()) if first else span


def _nearest(word: str, known: list[str]) -> str:
    """The known word that is likely meant, or nothing."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.replace("_", "-").lower(), known, n=1, cutoff=0.6)), "")


def _choices(known: list[str]) -> str:
    if len(known) > 16:
        return "see the spelling; nothing that is known is near it"
    return "it is one of " + ", ".join(f"`{name}`" for name in known)
