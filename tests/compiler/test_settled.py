"""Laws of guesses: a text that nobody knows changes nothing or is told, and a fix writes down what was read.

The drawings are those of the cases about reading, of some that people draw, in several languages, and random
ones. `MERMAID2GHA_EXAMPLES` sets another number of those, which then differ from run to run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import SystemRandom

import pytest
from corpus.grades import drawings as corpus_drawings
from laws.paraphrase import paraphrased
from laws.settings import ASKED
from markdown_tests import sections
from quick_yaml import texts

from mermaid2gha.base.diagnostic import Severity, leaves
from mermaid2gha.base.edit import Edit, apply
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.ir.flow_graph import Role
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.reading.effects import Effect, EffectKind, Ground
from mermaid2gha.compiler.reading.reading import reading
from mermaid2gha.compiler.vocabulary.approvals import is_approval
from mermaid2gha.compiler.vocabulary.branches import Base, base_of
from mermaid2gha.compiler.vocabulary.guards import read_expression
from mermaid2gha.compiler.vocabulary.labels import EMPTY_CONDITIONS, GIVING, has_word, parsed
from mermaid2gha.compiler.vocabulary.outcomes import is_stop, named, outcome
from mermaid2gha.compiler.vocabulary.phrases import is_phrase
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Message, Note
from mermaid2gha.settings.model import Settings

CASES = Path(__file__).parents[1] / "cases"
SETTLED = frozenset(
    "guessed-trigger guessed-approval guessed-right guessed-condition undecided-condition "
    "matrix-without-values unread-note approval-without-job".split()
)
_CLAIM = re.compile(r"\s*%% (?:error|warning|note): \[")


@cache
def drawings() -> list[str]:
    """The drawings of cases that have one and compile, without what they claim."""
    found = []
    for name in ("reading", "wild", "wild2", "wild3", "triggers", "conditions", "cures"):
        for section in sections(CASES / f"{name}.md"):
            fences = [fence for fence in section.fences if fence.words == ("mermaid",)]
            if len(fences) == 1:
                lines = fences[0].text.splitlines(keepends=True)
                found.append("".join(line for line in lines if not _CLAIM.match(line)))
    return [text for text in found if compiled(text).workflows]


@cache
def compiled(text: str) -> Compilation:
    return compile_documents([SourceFile("drawn.mmd", text)], Settings())


def meaning(compilation: Compilation) -> list[object]:
    """What workflows do, whatever the names of flags: their events, and each job but for its texts."""
    found: list[object] = []
    for text in compilation.texts:
        workflow = texts(text)
        jobs = [
            (name, job.get("needs"), _flags(job.get("if")), job.get("environment"), job.get("permissions"))
            for name, job in workflow["jobs"].items()
        ]
        found.append((workflow["on"], jobs))
    return found


def _flags(condition: str | None) -> str:
    return re.sub(r"\.outputs\.[\w-]+|vars\.\w+", ".flag", condition or "")


@cache
def fixed(text: str) -> str:
    """A text with all cures made, again and again until there is none."""
    return cured(text)


def cured(text: str, *, is_safe: bool = False) -> str:
    """A text with its cures made; with `is_safe` those alone that cannot change what runs."""
    for _ in range(8):  # one condition of several fragments is told of one at a time
        edits: list[Edit] = []
        for finding in leaves(compiled(text).diagnostics):
            for fix in (
                finding.fixes[:1] if finding.fixes and (finding.fixes[0].is_safe or not is_safe) else ()
            ):
                if not any(edit.touches(other) for edit in fix.edits for other in edits):
                    edits += fix.edits
        if not edits:
            return text
        text = apply(text, edits)
    raise AssertionError(f"no end of cures: {text}")


@pytest.mark.parametrize("text", drawings())
def test_a_cure_writes_down_what_was_read(text: str) -> None:
    before, after = compiled(text), compiled(cured(text, is_safe=True))
    if not any(finding.severity is Severity.ERROR for finding in before.diagnostics):
        assert meaning(after) == meaning(before)
        assert guesses(after) <= guesses(before)  # no mark brings a new one


def guesses(compilation: Compilation) -> set[tuple[str, str]]:
    """What is guessed, and told: each rule with what stands at its places."""
    told = (one for one in leaves(compilation.diagnostics) if one.severity is not Severity.NOTE)
    return {(one.rule, label.span.text) for one in told if one.rule in SETTLED for label in one.labels}


_NAMING = re.compile(r"\.ya?ml|\bskip\b")
"""Texts that are names, of a file or of an end: they are no words of a language."""
_POINT = re.compile(r"(\s*(?:alt|opt|else)\s+)\S.*|(\s*(?:GitHub|GH|Repo|Dev)\s*->>\s*\w+\s*:\s*)\S.*")


@pytest.mark.parametrize("words", ["zorp quux", "请继续", "weiter geht's"])
@pytest.mark.parametrize("text", [text for text in drawings() if _POINT.search(text)])
def test_words_of_no_language_change_nothing_or_are_told(text: str, words: str) -> None:
    lines = text.splitlines()
    base = meaning(compiled(text))
    for number, line in enumerate(lines):
        match = _POINT.fullmatch(line)
        if match and not _NAMING.search(line):
            other = [*lines[:number], f"{match[1] or match[2]}{words}", *lines[number + 1 :]]
            found = compiled("\n".join(other) + "\n")
            assert meaning(found) == base or finding_rules(found) != finding_rules(compiled(text)), line


def finding_rules(compilation: Compilation) -> set[tuple[str, int, str]]:
    """What is told of which line, notes as well: an event that comes by its place is one."""
    return {
        (finding.rule, finding.labels[0].span.line, finding.message)
        for finding in leaves(compilation.diagnostics)
        if finding.labels
    }


_MESSAGE = re.compile(r"(\s*([^\s:%][^:]*?)\s*(?:<<)?-{1,2}(?:>>?|[)x])[+-]?\s*([^:]*?)\s*:\s*)\S.*")
_FRAGMENT = re.compile(r"(\s*(?:alt|opt|else|loop|break|par|and|critical|option)\s+)(\S.*)")
_OWN = re.compile(r"\[[a-z]+=|\.ya?ml|\bskip\b|workflow_|to develop|\boidc\b|:[^:]*\w: ", re.IGNORECASE)
"""Texts that say what nothing else does, which words cannot tell: names of files, filters, ends, protocols,
and keys with values."""
_TELLS = (Severity.WARNING, Severity.ERROR)


def control_points(text: str) -> list[tuple[int, str]]:
    """The lines, from 0, whose text may control a run, each with what stands before the text.

    Expressions are none: they are read as GitHub does.
    """
    found = []
    for number, line in enumerate(text.splitlines()):
        message, fragment = _MESSAGE.fullmatch(line), _FRAGMENT.fullmatch(line)
        if _OWN.search(line) or line.split()[:1] in (["Note"], ["note"], ["participant"], ["actor"]):
            continue
        if message and message[2] != message[3]:
            found.append((number, message[1]))
        elif fragment and read_expression(fragment[2]) is None:
            found.append((number, fragment[1]))
    return found


def everything(compilation: Compilation) -> list[object]:
    """What workflows do, whatever the names of flags and jobs: each job by its place, with all conditions."""
    found: list[object] = []
    for text in compilation.texts:
        workflow = texts(text)
        jobs = workflow["jobs"]
        places = {name: str(at) for at, name in enumerate(jobs)}
        longest = sorted(places, key=len, reverse=True)
        for name, job in jobs.items():
            needs = job.get("needs") or []
            needs = [needs] if isinstance(needs, str) else needs
            conditions = [job.get("if"), *(step.get("if") for step in job.get("steps", ()))]
            said = [_flags(one) for one in conditions]
            for other in longest:
                said = [one.replace(f"needs.{other}.", f"needs.{places[other]}.") for one in said]
            rights = {k: v for k, v in (job.get("permissions") or {}).items() if (k, v) != _CHECKED_OUT}
            found.append(
                (places[name], sorted(places[one] for one in needs), said, job.get("environment"), rights)
            )
            found.append(("uses" in job, job.get("strategy", {}).get("matrix")))
        found.append(workflow["on"])
    return found


_CHECKED_OUT = ("contents", "read")
"""What a fresh job has for a check-out, unless it writes to the repository alone."""


def is_no_more(found: list[object], base: list[object]) -> bool:
    """Whether workflows do the same; a flag that nobody has set may let less run, and never more."""
    loose = "!= 'false'", "== 'false'"
    said, before = (str(one).replace("${{ ", "").replace(" }}", "") for one in (found, base))
    is_as_strict = sum(map(said.count, loose)) <= sum(map(before.count, loose))
    return said == before or (is_as_strict and _strict(said) == _strict(before))


def _strict(text: str) -> str:
    return text.replace("!= 'false'", "== 'true'").replace("== 'false'", "!= 'true'")


def told_lines(compilation: Compilation) -> set[int]:
    """The lines of warnings and errors, and of events that come by their place, which are notes."""
    return {
        label.span.line
        for one in leaves(compilation.diagnostics)
        if one.severity in _TELLS or one.rule == "inferred-event"
        for label in one.labels
    }


WHOLE = [*drawings(), *(next(f.text for f in s.fences if f.words == ("mermaid",)) for s in corpus_drawings())]


LEFT_ALONE = ("not-a-flow", "unread-lifeline")
"""What is told of a drawing in which no lifeline is a workflow."""


@pytest.mark.parametrize("text", WHOLE)
def test_words_of_no_language_are_told_at_their_very_line(text: str) -> None:
    """Where other words change what a workflow does, a warning or an error stands at their line.

    A drawing that says nothing of CI any more is left alone as a whole, as `compile` says in its last line. A
    text that stands twice is a job's name, the words of a gate are named in docs/language.md#reading, and an
    answer that is an approval by its words is told itself.
    """
    base, lines = everything(compiled(text)), text.splitlines()
    excused = {number + 1 for number in said_twice(lines)} | gates(text) | answered_by_words(compiled(text))
    for number, before in control_points(text) if base else ():
        if number + 1 in excused:
            continue
        other = [*lines[:number], f"{before}zorp quux", *lines[number + 1 :]]
        found = compiled("\n".join(other) + "\n")
        is_left_alone = not found.linked and any(one.rule in LEFT_ALONE for one in found.diagnostics)
        is_told = is_left_alone or number + 1 in told_lines(found)
        assert is_told or is_no_more(everything(found), base), lines[number]


FIXED = (*range(1000, 1055), 91130, 92630, 92674, 910007, 920950)
RANDOM = [
    paraphrased(seed) for seed in (SystemRandom().sample(range(1 << 40), int(ASKED)) if ASKED else FIXED)
]


@pytest.mark.parametrize("text", RANDOM)
def test_in_random_drawings_words_that_decide_are_told_as_are_others_in_their_stead(text: str) -> None:
    """What is told in the drawing itself will do, and so will a phrase that docs/language.md#reading names:
    an approval as a whole text, a verb of taking at the head. A text that stands twice is a job's name; where
    no workflow is left, a finding says so."""
    drawn, lines = compiled(text), text.splitlines()
    told, base = told_lines(drawn), everything(drawn)
    excused = (
        {number + 1 for number in said_twice(lines)}
        | told
        | phrases(text)
        | gates(text)
        | decided_outcomes(lines)
    )
    for number, before in control_points(text) if base else ():
        if number + 1 in excused:
            continue
        found = compiled("\n".join([*lines[:number], f"{before}zorp quux", *lines[number + 1 :]]) + "\n")
        is_refused = any(
            one.severity is Severity.ERROR or one.rule in LEFT_ALONE for one in found.diagnostics
        )
        is_told = number + 1 in told_lines(found) or (is_refused and not found.linked)
        assert is_told or is_no_more(everything(found), base), lines[number]


def answered_by_words(compilation: Compilation) -> set[int]:
    """The lines of approvals of which it is told that nothing but their words makes them such."""
    return {
        one.labels[0].span.line
        for one in leaves(compilation.diagnostics)
        if one.rule == "guessed-approval" and "by its words alone" in one.message
    }


def gates(text: str) -> set[int]:
    """The lines of final checks, whose words docs/language.md#the-gate names: they judge jobs, and change
    none."""
    return {line(event) for event, effect in read(text) if effect.act is EffectKind.GATE}


def line(message: Message) -> int:
    assert message.text_span is not None
    return message.text_span.line


def read(text: str) -> Iterator[tuple[Message, Effect]]:
    """The messages with a text, each with its effect."""
    readings, _ = reading(Sources((SourceFile("drawn.mmd", text),)), Settings())
    for item in readings.items:
        for event, effect in zip(item.diagram.events, item.effects):
            if isinstance(event, Message) and event.text_span is not None:
                yield event, effect


def said_twice(lines: list[str]) -> set[int]:
    """The lines, from 0, whose texts other lines have, too: they are names of jobs, which are the same where
    their ids would be (docs/language.md#jobs-steps-and-ids), and of flags
    (docs/language.md#fragments-and-conditions)."""
    said = names(lines)
    return {number for number, one in enumerate(said) if said.count(one) > 1}


def names(lines: list[str]) -> list[str]:
    """The texts of lines as ids."""
    return [job_id(_KEYWORD.sub("", line.rpartition(": ")[2].strip())) for line in lines]


_KEYWORD = re.compile(r"^(?:alt|opt|else|loop|break|par|and)\s+")


def phrases(text: str) -> set[int]:
    """The lines that docs/language.md#reading names among what decides: a phrase of approval as a whole text,
    a verb of taking at the head, one of giving or looking in what is said to whom people ask for approvals,
    and the questions that a person is asked, who is known by being told nothing else."""
    return {
        line(event)
        for event, effect in read(text)
        if is_approval(parsed(event.text).name) or _is_verb(effect) or _is_asked(event, effect)
    }


def decided_outcomes(lines: list[str]) -> set[int]:
    """The lines whose whole text is an outcome, a stop, or no more than that there is a condition, in a
    drawing with a decision: what is neither is a flag there, of which nothing is told
    (docs/language.md#fragments-and-conditions)."""
    has_decision = any("Decide" in line for line in lines)
    said = {at: _FRAGMENT.fullmatch(line) for at, line in enumerate(lines, 1)}
    return {
        at
        for at, match in said.items()
        if has_decision and match and (outcome(match[2]) or is_stop(match[2]) or match[2] in EMPTY_CONDITIONS)
    }


def _is_verb(effect: Effect) -> bool:
    is_to_gate = effect.partner is not None and effect.partner.is_environment
    kinds = (EffectKind.PULL, *((EffectKind.PUSH, EffectKind.STEP) if is_to_gate else ()))
    is_gift_of_tool = effect.act is EffectKind.TOOL and has_word(effect.text.name, GIVING)
    return is_gift_of_tool or (effect.ground is Ground.NAME and effect.act in kinds)


def _is_asked(event: Message, effect: Effect) -> bool:
    return event.text.endswith("?") and effect.partner is not None and effect.partner.role is Role.PERSON


@pytest.mark.parametrize("text", WHOLE)
def test_a_settled_text_may_be_any_other(text: str) -> None:
    """Where a cure has written a mark above a line, its words decide nothing any more; if they stand once."""
    if any(finding.severity is Severity.ERROR for finding in compiled(text).diagnostics):
        return
    settled = fixed(text)
    before, lines = everything(compiled(settled)), settled.splitlines()
    marked = {n + 1 for n, line in enumerate(lines) if line.lstrip().startswith("%%") and line not in text}
    for number, start in control_points(settled):
        if number in marked - said_twice(lines):
            other = "\n".join([*lines[:number], f"{start}zorp quux", *lines[number + 1 :]]) + "\n"
            assert everything(compiled(other)) == before, lines[number]


def free_texts(text: str) -> list[Span]:
    """The places of the texts that decide nothing, by docs/language.md#reading.

    Structure or a mark speaks for their statements. No tag, detail, right, environment or event is read from
    them; they are no phrase, give nothing away, ask nothing, and no outcome names them.
    """
    readings, _ = reading(Sources((SourceFile("drawn.mmd", text),)), Settings())
    found: list[Span] = []
    for item in readings.items:
        guards = [guard for one in item.fragments.values() for guard in one.guards]
        subjects = [said.casefold() for guard in guards for said in (guard.subject, *guard.jobs) if said]
        for event, effect in zip(item.diagram.events, item.effects):
            if not isinstance(event, Message | Note) or event.text_span is None:
                continue
            if effect.ground in (Ground.STRUCTURE, Ground.MARK) and _is_free(event.text, effect, subjects):
                found.append(event.text_span)
    return found


def _is_free(text: str, effect: Effect, subjects: list[str]) -> bool:
    label = parsed(text)
    if label.tags or label.details or label.remarks or label.has_prefix or "<br" in text:
        return False
    if effect.rights or effect.environment or effect.decides or effect.events or effect.skipped_in:
        return False
    if effect.act in (EffectKind.PUSH, EffectKind.PULL, EffectKind.SKIP, EffectKind.TOKEN):
        return False
    if effect.act is EffectKind.JOB_CALL and _JOB.search(text):
        return False
    is_named = any(named(subject, [text])[0] for subject in subjects)
    is_said = is_phrase(text) or text.endswith("?") or has_word(text, GIVING) or _NAMES.search(text)
    return not is_named and not is_said and base_of(text) == Base()


_JOB = re.compile(r"\b(?:jobs?|runners?)\b", re.IGNORECASE)
_NAMES = re.compile(r"/dispatches\b|\bbuild\b", re.IGNORECASE)
"""GitHub's interface, and the work by which a lifeline called GitHub Actions is known."""


def bare(compilation: Compilation) -> str:
    return str(everything(compilation)).replace("${{ ", "").replace(" }}", "")


@pytest.mark.parametrize("text", [*WHOLE, *RANDOM])
def test_after_fix_equal_texts_may_be_any_other_equal_texts(text: str) -> None:
    """What nothing rests on changes names only: neither events, needs and conditions nor rights.

    A text that stands where something rests on it as well stays: it is the name of both. A drawing that says
    nothing of CI any more is left alone as a whole, and `compile` says so.
    """
    if any(finding.severity is Severity.ERROR for finding in compiled(text).diagnostics):
        return
    settled = fixed(text)
    places = free_texts(settled)
    stands = Counter(names(settled.splitlines()))
    told = told_lines(compiled(settled))
    free = Counter(job_id(place.text) for place in places)
    places = [one for one in places if one.line not in told]  # what is still a guess rests on its words
    places = [place for place in places if free[job_id(place.text)] == stands[job_id(place.text)]]
    others = {place.text: f"zorp{at} quux" for at, place in enumerate(places)}
    changed = compiled(apply(settled, [Edit(place, others[place.text]) for place in places]))
    if changed.linked or all(one.rule not in LEFT_ALONE for one in changed.diagnostics):
        assert bare(changed) == bare(compiled(settled)), others


_MARKS = re.compile(r"%% ([^\n`]+)")


@pytest.mark.parametrize("text", WHOLE)
def test_a_cure_writes_no_mark_that_its_finding_does_not_name(text: str) -> None:
    for finding in leaves(compiled(text).diagnostics):
        named = {mark.strip() for mark in _MARKS.findall(f"{finding.message} {finding.help}")}
        written = {mark for fix in finding.fixes for edit in fix.edits for mark in _MARKS.findall(edit.text)}
        assert {re.sub(r"^flag: .*", "flag: NAME", mark.strip()) for mark in written} <= named


def test_a_mark_behind_a_single_percent_sign_is_made_one() -> None:
    text = "sequenceDiagram\n    GitHub->>CI: push\n    % approval: production\n    Note over CI: Deploy\n"
    [finding] = [one for one in compiled(text).diagnostics if one.rule == "misplaced-mark"]
    assert apply(text, list(finding.fixes[0].edits)) == text.replace("    % approval", "    %% approval")


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("crea una release", "contents"),
        ("kommentiert das Ergebnis", "pull-requests"),
        ("ouvre une PR", "pull-requests"),
        ("создать issue", "issues"),
        ("リリースを作成", "contents"),
        ("PR 코멘트 작성", "pull-requests"),
        ("comenta nas issues e PRs", ""),
        ("Tags auflisten", ""),
        ("frobnicates all of it", ""),
        ("pede aprovação", ""),
        ("pede aprovação do PR", ""),
    ],
)
def test_the_right_to_what_is_named_is_written_down_and_no_guess_else(said: str, right: str) -> None:
    text = f"sequenceDiagram\n participant CI as ci.yml\n GitHub->>CI: Trigger 'push'\n CI->>GitHub: {said}\n"
    told = [one for one in compiled(text).diagnostics if one.rule == "guessed-right"]
    assert told
    written = [edit.text.strip() for one in told for fix in one.fixes for edit in fix.edits]
    assert written == ([f"%% write: {right}"] if right else [])
    assert not any(fix.is_safe for one in told for fix in one.fixes)


@pytest.mark.parametrize(
    ("drawn", "rule"),
    [
        ("GitHub->>CI: push\n CI-->>GitHub: PR コメントに plan を添付", "guessed-right"),
        ("GitHub->>CI: push\n CI->>GHCR: 拉取镜像", "guessed-right"),
        (
            "actor M\n M->>CI: Run gates and push\n CI->>CI: lint\n M->>Tool: Review version PR\n"
            " Tool->>CI: Run pnpm verify\n CI->>npm: Publish",
            "guessed-trigger",
        ),
        (
            "actor M\n GitHub->>CI: Trigger 'push'\n CI->>CI: Build\n CI->>Server1: ssh up\n"
            " GitHub->>CI: Trigger 'release'\n CI->>CI: Build\n CI->>Server2: ssh up",
            "one-step-for-two-places",
        ),
        ("GitHub->>CI: 毎晩2時に開始\n Note over CI: 夜間テスト", "no-trigger"),
        ("actor M\n M->>CI: Fork repo + add secrets\n CI->>CI: Runs daily at 7am (cron)", "guessed-trigger"),
        (
            "participant D as d.yml\n GitHub->>CI: push\n Note over CI: Build\n CI->>D: trigger it\n"
            " Note over D: Go",
            "guessed-trigger",
        ),
    ],
)
def test_what_would_make_the_least_reading_firm_is_not_written_down(drawn: str, rule: str) -> None:
    text = f"sequenceDiagram\n participant CI as ci.yml\n {drawn}\n"
    told = [one for one in leaves(compiled(text).diagnostics) if one.rule == rule]
    assert told
    assert not any(one.fixes for one in told)
