"""What strangers could do by a drawing: have code of theirs run with rights, or on runners of one's own.

See docs/language.md#tokens-and-permissions.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, DrawnStep, Role, StepKind
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.vocabulary import ci_words, forms, labels, writing
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.github.events import PULL_REQUEST, WORKFLOW_RUN
from mermaid2gha.settings.model import Settings, folded

DEPLOYED_FOR_STRANGERS = Rule("deployed-for-strangers", Severity.WARNING)
PRIVILEGED_CHECKOUT = Rule("privileged-checkout", Severity.WARNING)
NO_SECRETS_FOR_FORKS = Rule("no-secrets-for-forks", Severity.WARNING)
SELF_HOSTED_FOR_STRANGERS = Rule("self-hosted-for-strangers", Severity.WARNING)

_OWN_RUNNER = "self-hosted"


def strangers(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Reports `privileged-checkout`, `deployed-for-strangers`, `no-secrets-for-forks` and
    `self-hosted-for-strangers`.

    Not of adopted files, of whose steps `privileged-steps` tells. docs.github.com, Secure use reference:
    `pull_request_target`, `workflow_run` after a pull request and `issue_comment` have the secrets and the
    rights of the repository, whoever causes them; self-hosted runners do not start clean.
    """
    flows = [_DrawnFlow(linked, flow) for linked in project.items for flow in linked.workflow.flows]
    drawn: dict[tuple[str, int], list[DrawnJob]] = {}
    callers: dict[str, list[_DrawnFlow]] = {}
    for linked in project.items:
        for job in linked.jobs:
            for number, here in job.flows.items():
                drawn.setdefault((linked.file, number), []).extend(here.drawn)
                for called in {job.call.casefold() for job in here.drawn if job.call}:
                    caller = _DrawnFlow(linked, linked.workflow.flows[number])
                    callers.setdefault(called, []).append(caller)
    by_place: dict[Span, Diagnostic] = {}
    adopted = {file.casefold() for file in settings.adopted}
    for started in (flow for flow in flows if flow.linked.file.casefold() not in adopted):
        jobs = drawn.get((started.linked.file, started.flow.number), [])
        event = _privileged(started, callers.get(started.linked.file.casefold(), ()), project)
        for span, is_guess in _checkouts(jobs).items() if event else ():
            found = _checkout(started.flow, span, event)
            by_place.setdefault(span, replace(found, is_guess=True) if is_guess else found)
        for place in jobs if event else ():
            if not place.environment and (given := _published(place)) is not None:
                by_place.setdefault(given, _deployed(started.flow, given, event))
        if not event and started.flow.drawing.origin.is_fork:
            for span in (step.span for place in jobs for step in place.steps if _needs_secret(step)):
                by_place.setdefault(span, _without_secrets(started.flow, span))
        if any(event.kind.is_about_pull_request for event in started.flow.events):
            for place in jobs:
                if _OWN_RUNNER in (value for _, values in place.matrix for value in values):
                    by_place.setdefault(place.span, _own_runner(started.flow, place))
    return list(by_place.values())


@dataclass(frozen=True, slots=True)
class _DrawnFlow:
    """A flow, and the workflow whose it is."""

    linked: LinkedWorkflow
    flow: Flow


def _privileged(one: _DrawnFlow, callers: Sequence[_DrawnFlow], project: Linked) -> str:
    """The event by which strangers start a flow with all rights, itself or by way of who calls it."""
    for event in one.flow.events:
        if event.kind.follows_runs and not _follows_pull_request(one.flow, project):
            continue
        if event.kind.is_dangerous:
            return event.event
        if event.kind.is_call:
            found = next(filter(None, (_privileged(caller, (), project) for caller in callers)), "")
            if found:
                return found
    return ""


def _follows_pull_request(flow: Flow, project: Linked) -> bool:
    """Whether the workflow to which a flow listens runs for pull requests; one that nobody draws may."""
    after = [one for one in project.items if folded(one.name) == folded(flow.run.after)]
    events = (event for one in after for before in one.workflow.flows for event in before.events)
    return not after or any(event.kind.is_about_pull_request for event in events)


def _checkouts(jobs: Sequence[DrawnJob]) -> dict[Span, bool]:
    """Where code is taken from the repository in some jobs, or may be; whether nothing but the place says so:
    what such a step does is asked anyway (`guessed-right`)."""
    found: dict[Span, bool] = {}
    for job in jobs:
        if writing.checks_out(job.text.name):
            found.setdefault(job.span, False)
        for step in job.steps:
            if _takes_code(step):
                found.setdefault(step.span, _is_unknown(step))
    return found


def _published(job: DrawnJob) -> Span | None:
    """Where a job publishes, deploys or releases something first."""
    return job.span if job.publishes else next((step.span for step in job.steps if step.publishes), None)


def _needs_secret(step: DrawnStep) -> bool:
    """Whether a step gives something to others, or says that it has a secret: the job's own token is none."""
    partner = step.partner
    is_own = partner is not None and (partner.takes_own_token or partner.role is not Role.EXTERNAL)
    gives = step.kind is StepKind.PUSH and partner is not None and not is_own
    return gives or ci_words.says_secret(step.text.title)


def _without_secrets(flow: Flow, place: Span) -> Diagnostic:
    return diagnostic(
        NO_SECRETS_FOR_FORKS,
        "this may need a secret, and a run of a fork's pull request has none",
        Label(place, "needs one"),
        _cause(flow, place),
        help=f"let a run after the merge do it, or one of `{WORKFLOW_RUN.name}` that executes nothing of the "
        f"fork; `%% ignore: {NO_SECRETS_FOR_FORKS.name}` above it if it needs none",
        fixes=settled(place, f"ignore: {NO_SECRETS_FOR_FORKS.name}"),
        reason="{count} steps may need a secret, and a run of a fork's pull request has none",
    )


def _cause(flow: Flow, place: Span) -> Label | None:
    return Label(flow.span, "strangers cause this") if flow.span != place else None


def _deployed(flow: Flow, place: Span, event: str) -> Diagnostic:
    return diagnostic(
        DEPLOYED_FOR_STRANGERS,
        f"this is given to the outside with the secrets of `{event}`, and nobody is asked before",
        Label(place, "given away"),
        _cause(flow, place),
        help="`%% approval: production` above it lets people decide; or let a push to the default branch "
        f"start it; `%% ignore: {DEPLOYED_FOR_STRANGERS.name}` above it where it may be so, as a preview",
    )


def _takes_code(step: DrawnStep) -> bool:
    partner = step.partner
    if step.kind is StepKind.WRITE:
        return False
    if step.kind is StepKind.DETAIL and partner is not None and lifeline_names.is_host(partner.name):
        return False  # on its own machine, where nobody builds what a stranger wrote
    if ci_words.takes_own_branch(step.text.name):
        return False
    if writing.checks_out(step.text.name):
        return True
    is_unknown = writing.verb(step.text.name) is writing.Verb.UNKNOWN
    if partner is None and is_unknown and not step.rights and ci_words.names_head(step.text.name):
        return True
    if partner is None or partner.role is not Role.SOURCE or partner.is_elsewhere:
        return False
    return step.kind is StepKind.PULL or (_is_unknown(step) and not step.rights)


def _is_unknown(step: DrawnStep) -> bool:
    """Whether nobody knows the verb at the head of what a step says to the repository."""
    if step.kind is StepKind.PULL or writing.checks_out(step.text.name):
        return False
    is_unknown = writing.verb(step.text.name) is writing.Verb.UNKNOWN and not step.text.name.endswith("?")
    is_unknown = is_unknown and not forms.is_of_talk(step.text.name)
    return is_unknown and ci_words.may_take_code(labels.plain(step.text.name))


def _checkout(flow: Flow, place: Span, event: str) -> Diagnostic:
    return diagnostic(
        PRIVILEGED_CHECKOUT,
        f"what is checked out here may be a stranger's, and runs with the secrets and rights of `{event}`",
        Label(place, "may be the code of a pull request"),
        _cause(flow, place),
        help=f"build and test in a run of `{PULL_REQUEST.name}`, which has no secrets for forks and only "
        "reads, and let this one write what came of it; where the repository's own branch is checked out, "
        f"`%% ignore: {PRIVILEGED_CHECKOUT.name}` above it",
    )


def _own_runner(flow: Flow, job: DrawnJob) -> Diagnostic:
    return diagnostic(
        SELF_HOSTED_FOR_STRANGERS,
        f"`{job.text.name}` runs the code of pull requests on a runner of your own",
        Label(job.span, "on `self-hosted`, which does not start clean"),
        Label(flow.span, "strangers cause this in a public repository"),
        help="let GitHub's runners do it; in a private repository "
        f"`%% ignore: {SELF_HOSTED_FOR_STRANGERS.name}` above it",
    )
