"""The workflow files that a diagram names in its triggers and notes, not in the labels of lifelines.

People draw GitHub Actions as one lifeline and say which workflow it runs when they start it: `Trigger
deploy.yml`. A lifeline whose triggers name one file is that workflow; where they name several, it is each of
them in turn, from its trigger to the next one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.reading.lifelines.evidence import STORE_KINDS, Evidence
from mermaid2gha.compiler.vocabulary import ci_words, labels
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.mermaid.ast import Activation, Diagram, Event, Lifeline, Message, Note, Placement
from mermaid2gha.settings.model import Settings

_OTHERS = "workflows that are not named"


def named_files(diagram: Diagram, settings: Settings) -> Diagram:
    """The same diagram, with a lifeline for every workflow file that a trigger or a note names, and each file
    in a label on one line."""
    diagram = _with_whole_names(diagram)
    texts = [event.text for event in diagram.events if isinstance(event, (Message, Note))]
    if not lifeline_names.FILE.search("\n".join(texts)):
        return diagram
    evidence = Evidence(diagram, settings)
    known = {lifeline_names.workflow_file(f"{x.label} {x.id}").casefold() for x in diagram.lifelines}
    for lifeline in diagram.lifelines:
        if _may_be_named(lifeline, evidence):
            named = _with_files(diagram, lifeline, evidence, known)
            if named is not diagram:  # its messages may come from a lifeline that was not there before
                diagram, evidence = named, Evidence(named, settings)
    return diagram


_BROKEN = late(
    r"(?<=\w[-_])<br\s*/?>\s*(?=[\w.-]*\w\.ya?ml(?![A-Za-z0-9_]))|(?<=\w)<br\s*/?>\s*(?=[-_][\w.-]*\w\.ya?ml(?![A-Za-z0-9_]))",
    re.IGNORECASE,
)


def _with_whole_names(diagram: Diagram) -> Diagram:
    """The same diagram, with each file that a line break parts as one: `on-push-<br/>master.yml`."""
    if not any("<br" in one.label and ".y" in one.label for one in diagram.lifelines):
        return diagram
    whole = [replace(one, label=_BROKEN.sub("", one.label)) for one in diagram.lifelines]
    return replace(diagram, lifelines=tuple(whole))


def _may_be_named(lifeline: Lifeline, evidence: Evidence) -> bool:
    given = evidence.set_for(lifeline)
    if lifeline.kind in STORE_KINDS or lifeline.id in evidence.people or evidence.is_source(lifeline):
        return False
    return not (given and (given.file or given.role)) and not lifeline_names.FILE.search(
        f"{lifeline.label} {lifeline.id}"
    )


def _with_files(diagram: Diagram, lifeline: Lifeline, evidence: Evidence, known: set[str]) -> Diagram:
    files = _file_of_each(diagram, lifeline, evidence)
    named = [file for file in dict.fromkeys(files) if lifeline_names.FILE.fullmatch(file)]
    named = [file for file in named if file.casefold() not in known]
    if not named:
        return diagram
    if len(named) == 1 and _OTHERS not in files:
        same = [replace(x, label=named[0]) if x.id == lifeline.id else x for x in diagram.lifelines]
        return replace(diagram, lifelines=tuple(same))
    ids = {file: f"{lifeline.id} ({file})" for file in named}
    added = tuple(
        Lifeline(
            ids[file],
            file,
            kind=lifeline.kind,
            box=None,
            is_declared=lifeline.is_declared,
            span=lifeline.span,
        )
        for file in named
    )
    events = tuple(
        _moved(event, lifeline.id, ids[file]) if file in ids else event
        for event, file in zip(diagram.events, files)
    )
    return replace(diagram, lifelines=(*diagram.lifelines, *added), events=events)


def _file_of_each(diagram: Diagram, lifeline: Lifeline, evidence: Evidence) -> list[str]:
    """For every event, the file of the run in which the lifeline is there; empty if none is named."""
    name = evidence.names[lifeline.id]
    is_engine = lifeline_names.says_engine(name) and not lifeline_names.is_other_engine(name)
    is_engine |= lifeline_names.is_engine(name)
    result: list[str] = []
    begun, current, has_acted = 0, "", False
    for event in diagram.events:
        if isinstance(event, Message) and _starts(event, lifeline, evidence, is_engine=is_engine):
            begun, has_acted = len(result), False
            text = labels.plain(event.text)
            current = lifeline_names.workflow_file(text)
            if not current and ci_words.SEVERAL_WORKFLOWS.search(text):
                current = _OTHERS
        elif _is_note_over(event, lifeline) and not current and not has_acted:
            assert isinstance(event, Note)
            if current := noted_file(event.text) if is_engine or lifeline.id in evidence.triggered else "":
                result[begun:] = [current] * (len(result) - begun)
        if isinstance(event, Message) and event.sender == lifeline.id:
            has_acted = True
        result.append(current)
    return result


def _starts(message: Message, lifeline: Lifeline, evidence: Evidence, *, is_engine: bool) -> bool:
    if message.receiver != lifeline.id or message.sender == lifeline.id:
        return False
    if evidence.is_start(message):
        return True
    text = labels.plain(message.text)
    if not is_engine or message.sender in evidence.inside or message.arrow.is_dotted:
        return False
    return bool(lifeline_names.workflow_file(text) or event_words.said_events(text))


@lru_cache(maxsize=labels.KNOWN)
def noted_file(text: str) -> str:
    """The workflow file that a note consists of, on its first line; empty if it says something else."""
    first = next(iter(labels.pieces(text)), "").strip("`'\" ")
    rest = labels.words(lifeline_names.FILE.sub(" ", first))
    return lifeline_names.workflow_file(first) if ci_words.OF_RUNS.issuperset(rest) else ""


def _is_note_over(event: Event, lifeline: Lifeline) -> bool:
    return (
        isinstance(event, Note)
        and event.placement is Placement.OVER
        and set(event.lifelines) == {lifeline.id}
    )


def _moved(event: Event, old: str, new: str) -> Event:
    """The event with one lifeline for another."""
    match event:
        case Message():
            ends = [new if end == old else end for end in (event.sender, event.receiver)]
            return replace(event, sender=ends[0], receiver=ends[1])
        case Note():
            return replace(event, lifelines=tuple(new if x == old else x for x in event.lifelines))
        case Activation(lifeline):
            return replace(event, lifeline=new if lifeline == old else lifeline)
        case _:
            return event
