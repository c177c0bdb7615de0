"""Mermaid's database of lifelines: declarations, boxes, creations, destructions, activations."""

from __future__ import annotations

import re
from collections.abc import Callable

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.lalr import Token
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.ast import Activation, Box, Lifeline, Message
from mermaid2gha.mermaid.lexer import BLANKS

BAD_PARTICIPANT_CONFIG = Rule("bad-participant-config", Severity.ERROR)
CREATE_WITHOUT_MESSAGE = Rule("create-without-message", Severity.ERROR)
DESTROY_WITHOUT_MESSAGE = Rule("destroy-without-message", Severity.ERROR)
CREATE_KNOWN_PARTICIPANT = Rule("create-known-participant", Severity.ERROR)
TWO_BOXES = Rule("two-boxes", Severity.ERROR)
UNBALANCED_ACTIVATION = Rule("unbalanced-activation", Severity.ERROR)

_BOX = rf"(?a)((?:rgba?|hsla?)[{BLANKS}]*\([^\n\r\u2028\u2029]*\)|\w*)([^\n\r\u2028\u2029]*)"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A `participant`, `actor` or `destroy` statement (`kind` is none for the latter).

    `config` is what stands between the braces of `@{…}`, not yet decoded; `decoded` gives a text its
    entity codes back. `span` is the statement, `name_span` the name in it, `text` the statement's text,
    `column` where its line begins (from 0; -1 if it is not first on its line).
    """

    name: str
    kind: str | None
    label: str | None
    config: str | None
    decoded: Callable[[str], str]
    text: str
    span: Span
    name_span: Span
    column: int = -1


@dataclass(slots=True)
class _Box:
    name: str | None
    color: str
    span: Span
    lifelines: list[str] = field(default_factory=list)


class Lifelines:
    """The lifelines so far; statements come in document order, faults go to `problems`.

    `place` gives the place of a name's token; it is asked only where the place is needed.
    """

    def __init__(self, problems: list[Diagnostic], place: Callable[[Token], Span]) -> None:
        self.problems = problems
        self.place = place
        self.known: dict[str, Lifeline] = {}
        self.boxes: list[_Box] = []
        self.in_box: int | None = None
        self.active: dict[str, int] = {}
        self.created: Declaration | None = None
        self.destroyed: Declaration | None = None
        self.box_places: dict[str, Span] = {}

    def mention(self, name: str, token: Token) -> None:
        """A name in a message, note or link; it makes a lifeline where there is none."""
        if name not in self.known:
            self.known[name] = Lifeline(name, name, span=self.place(token))

    def declare(self, said: Declaration) -> None:
        """A declaration: the first one counts, unless a later one gives a label. Reports `two-boxes`."""
        kind, label = said.kind or "participant", said.label
        if said.config is not None:
            from mermaid2gha.mermaid.frontmatter import participant_config  # late: few diagrams hold YAML

            said_kind, alias, problem = participant_config(said.config, said.decoded)
            if problem:
                message = f"Mermaid cannot read the braces after `{said.name}`: {problem}"
                cure = 'write `@{ "type": "database" }` with pairs of a name and a value'
                self.problems.append(bad_participant_config(message, said.span, cure))
            kind = kind if said_kind is None else said_kind
            if alias is not None and (label is None or label == said.name):
                label = alias
        old = self.known.get(said.name)
        box = self.in_box
        if old is not None:
            if box is not None and old.box is not None and old.box != box:
                self._two_boxes(said, self.boxes[old.box], self.boxes[box])
                return
            box = old.box if old.box is not None else box
            if label is None:
                span = old.span if old.is_declared else said.span
                self.known[said.name] = replace(old, box=box, is_declared=True, span=span)
                self.box_places.setdefault(said.name, said.span)
                return
        self.known[said.name] = Lifeline(
            said.name, said.name if label is None else label, kind, box, is_declared=True, span=said.span
        )
        if self.in_box is not None:
            self.boxes[self.in_box].lifelines.append(said.name)
            self.box_places[said.name] = said.span

    def _two_boxes(self, said: Declaration, first: _Box, second: _Box) -> None:
        place = self.box_places.get(said.name, first.span)
        self.problems.append(
            diagnostic(
                TWO_BOXES,
                f"`{said.name}` is declared in two boxes, `{first.name or ''}` and `{second.name or ''}`",
                Label(said.name_span, "declared in a second box here"),
                Label(place, "first declared in a box here"),
                help=f"leave `{said.name}` in one box only",
            )
        )

    def create(self, said: Declaration) -> None:
        """`create participant X`: X must be new. Reports `create-known-participant`."""
        if said.name in self.known:
            self.problems.append(
                diagnostic(
                    CREATE_KNOWN_PARTICIPANT,
                    f"`{said.name}` is created, but there is already a participant of that name",
                    Label(said.name_span),
                    Label(self.known[said.name].span or said.span, "it appears here first"),
                    help="give the new one another name, and a label: `create participant X2 as X`",
                )
            )
        else:
            self.created = said
        self.declare(replace(said, kind=said.kind or "participant"))

    def destroy(self, said: Declaration) -> None:
        """`destroy X`: the next message must be from or to X."""
        self.destroyed = said

    def message(self, sent: Message, sender: Token, receiver: Token) -> None:
        """A message. Reports `create-without-message`, `destroy-without-message`, `unbalanced-activation`."""
        known = self.known
        if sent.sender not in known:
            known[sent.sender] = Lifeline(sent.sender, sent.sender, span=self.place(sender))
        if sent.receiver not in known:
            known[sent.receiver] = Lifeline(sent.receiver, sent.receiver, span=self.place(receiver))
        if self.created is not None:
            if sent.receiver != self.created.name:
                self._unmet("create", self.created, self.place(receiver))
            self.created = None
        elif self.destroyed is not None:
            if self.destroyed.name not in (sent.receiver, sent.sender):
                self._unmet("destroy", self.destroyed, self.place(receiver))
            self.destroyed = None
        if sent.activates:
            self.active[sent.receiver] = self.active.get(sent.receiver, 0) + 1
        elif sent.deactivates:
            self._deactivate(sent.sender, sender)

    def _unmet(self, verb: str, said: Declaration, receiver: Span) -> None:
        wanted = "to" if verb == "create" else "from or to"
        self.problems.append(
            diagnostic(
                CREATE_WITHOUT_MESSAGE if verb == "create" else DESTROY_WITHOUT_MESSAGE,
                f"the next message after `{verb}` of `{said.name}` is not {wanted} `{said.name}`",
                Label(said.name_span),
                Label(receiver, "this message comes first"),
                help=f"put a message {wanted} `{said.name}` directly after the `{verb}` line",
            )
        )

    def activation(self, said: Activation, token: Token) -> None:
        """`activate X` or `deactivate X`. Reports `unbalanced-activation`."""
        if said.starts:
            self.active[said.lifeline] = self.active.get(said.lifeline, 0) + 1
        else:
            self._deactivate(said.lifeline, token)

    def _deactivate(self, name: str, token: Token) -> None:
        count = self.active.get(name, 0)
        if count > 0:
            self.active[name] = count - 1
            return
        self.problems.append(
            diagnostic(
                UNBALANCED_ACTIVATION,
                f"`{name}` is deactivated here, but it is not active",
                self.place(token),
                help=f"remove this deactivation, or put `activate {name}` before it",
            )
        )

    def box(self, raw: str, decoded: Callable[[str], str], span: Span) -> None:
        """`box [COLOUR] [TITLE]`."""
        from mermaid2gha.mermaid.colors import is_color  # late: few diagrams have boxes

        color, title = "transparent", ""
        found = re.fullmatch(_BOX, raw)
        if found:
            color = found[1].strip(BLANKS) or "transparent"
            title = found[2].strip(BLANKS)
        if not is_color(color):
            color, title = "transparent", raw.strip(BLANKS)
        title = re.sub(r"\A:?(?:no)?wrap:", "", title).strip(BLANKS)
        self.boxes.append(_Box(decoded(title) or None, color, span))
        self.in_box = len(self.boxes) - 1

    def box_end(self) -> None:
        """The `end` of the box."""
        self.in_box = None

    def all_boxes(self) -> tuple[Box, ...]:
        """The boxes in document order."""
        return tuple(Box(box.name, box.color, tuple(box.lifelines), box.span) for box in self.boxes)


def bad_participant_config(message: str, place: Span, cure: str) -> Diagnostic:
    """Braces after a participant that Mermaid cannot read."""
    return diagnostic(BAD_PARTICIPANT_CONFIG, message, place, help=cure)
