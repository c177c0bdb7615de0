"""What a condition asks, in a few words for people: `github.ref == 'refs/heads/main'` is `branch main`.

Where the words would be too many, those stay that tell a condition from its neighbours: first what no other
asks, and where a workflow runs at all last. For all that is left out stands an ellipsis; the whole is in the
mark above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.draw.terms import TermWords, alternatives, is_of_repository, phrase
from mermaid2gha.draw.words import escaped, listed
from mermaid2gha.github.expressions.ast import Literal, Logical, Node, Not, text_of
from mermaid2gha.github.expressions.parser import parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeGuard

LONGEST = 64
"""Code points of a label; Mermaid breaks it into lines."""
_LEAST = 16
"""Code points with which something can be said of each alternative."""
_WORTH_IT = 24
"""Code points with which something can be said of an operation among others."""
_ENDLESS = 1 << 20
_MORE = "…"


def asked(expression: str, shared: Mapping[str, int] | None = None) -> str:
    """An expression as a few words; `shared` says how many of its neighbours and itself ask each term."""
    return escaped(_Label(shared or {}).of(parsed(expression), LONGEST))


def shared_terms(expressions: Iterable[str]) -> Mapping[str, int]:
    """Of each term, how many of these expressions ask it."""
    return Counter(term for one in dict.fromkeys(expressions) for term in {*_terms(parsed(one))})


def _terms(node: Node) -> Iterator[str]:
    """What an expression asks, each term without whether it must hold."""
    left = [node]
    while left:
        match alternatives(left.pop()):
            case Not(operand):
                left.append(operand)
            case Logical(_, operands):
                left += operands
            case term:
                yield text_of(term)


@dataclass(frozen=True, slots=True)
class _Part:
    """An operand, or several that differ in their values alone; `place` is that of the first."""

    place: int
    nodes: tuple[Node, ...]

    @property
    def is_operation(self) -> bool:
        """Whether it is an operation of its own, and not one phrase."""
        return _is_operation(self.nodes[0])

    @property
    def is_not(self) -> bool:
        return not self.is_operation and phrase(self.nodes[0]).is_not


@dataclass(frozen=True, slots=True)
class _Label:
    """Says what nodes ask; `shared` are terms that others ask, too, with how many these are."""

    shared: Mapping[str, int]

    def of(self, node: Node, room: int) -> str:
        """A node in so many code points at most, but for a single long word."""
        node = alternatives(node)
        match node:
            case Not(operand) if _is_operation(node):
                return f"not ({self.of(operand, room - 6)})"
            case Logical(operator, operands):
                if operator == "&&" and Literal(False) in operands:
                    return phrase(Literal(False)).words
                word = "and" if operator == "&&" else "or"
                parts = list(_parts(operands, is_all=operator == "&&"))
                each = [self._part(part, word, None) for part in parts]
                if len({*each}) == 1 and parts[0].is_operation:
                    return self.of(parts[0].nodes[0], room)
                whole = _joined(each, word)
                if len(whole) <= room:
                    return whole
                return self._all_of(parts, room) if operator == "&&" else self._any_of(parts, room)
            case _:
                return _cut_phrase(phrase(node), room)

    def _part(self, part: _Part, word: str, room: int | None) -> str:
        """A part as one of several."""
        room = _ENDLESS if room is None else room
        if not part.is_operation:
            return self._group(part, word, room)
        words = self.of(part.nodes[0], room - 2)
        is_list = any(word in words for word in (" and ", " or ", ", "))
        return f"({words})" if is_list and not words.startswith("not (") else words

    def _group(self, part: _Part, word: str, room: int) -> str:
        """Values that share what stands around them; of too many those that are asked nowhere else."""
        phrases = {phrase(node): self._rank(node) for node in part.nodes}
        opening, values = _opening(list(phrases))
        said = dict(zip(values, phrases.values()))
        tail = next(iter(phrases)).tail

        def whole(listing: str) -> str:
            return " ".join(filter(None, (opening, listing, tail)))

        word = "nor" if part.is_not and word == "and" else word
        if len(full := whole(listed(list(said), word))) <= room:
            return full
        if len(said) == 1:
            return _cut_phrase(next(iter(phrases)), room)
        chosen: list[str] = []
        for value in sorted(said, key=said.__getitem__):
            if not chosen or len(whole(f"{', '.join([*chosen, value])} {_MORE}")) <= room:
                chosen.append(value)
        words = whole(f"{', '.join(value for value in said if value in chosen)} {_MORE}")
        return words if len(words) <= room else _cut_phrase(next(iter(phrases)), room)

    def _least(self, part: _Part) -> int:
        """In how many code points something can be said of a part; of a phrase no less than a value."""
        node = part.nodes[0]
        if part.is_operation:
            inner = list(_parts(node.operands, is_all=False)) if _is_any(node) else []
            return self._least(inner[0]) + len("()") if len(inner) == 1 else _WORTH_IT
        rarest = min(part.nodes, key=self._rank)
        return len(phrase(rarest).words) + (len(_MORE) + 1 if len(part.nodes) > 1 else 0)

    def _all_of(self, parts: Sequence[_Part], room: int) -> str:
        """Of terms that must all hold those that tell most, as many as there is room for."""
        first, *others = sorted(parts, key=self._telling)
        room -= 0 if len(parts) == 1 else len(_MORE) + 1
        said = {first.place: self._part(first, "and", room)}
        for part in others:
            left = room - len(" and ".join([*said.values(), ""]))
            words = self._part(part, "and", None)
            if len(words) > left >= self._least(part):
                words = self._part(part, "and", left)
            if len(words) > left:
                break
            said[part.place] = words
        if len(said) == 1 and first.is_operation:
            said = {first.place: self.of(first.nodes[0], room)}
        words = _joined([said[place] for place in sorted(said)], "and")
        return words if len(said) == len(parts) or words.endswith(_MORE) else f"{words} {_MORE}"

    def _any_of(self, parts: Sequence[_Part], room: int) -> str:
        """Of alternatives a little of each; where that would be nothing, those that nobody else asks."""
        between = len(" or ")
        if len(parts) == 1:
            return self._part(parts[0], "or", room)
        share = (room - between * (len(parts) - 1)) // len(parts)
        if share >= max(_LEAST, *(0 if part.is_operation else self._least(part) for part in parts)):
            said = [self._part(part, "or", share) for part in parts]
            for at, part in enumerate(parts):
                left = room - len(" or ".join(said))
                more = self._part(part, "or", len(said[at]) + left)
                if len(more) <= len(said[at]) + left:
                    said[at] = max(said[at], more, key=len)
            if len(words := " or ".join(said)) <= room:
                return words
        order = sorted(parts, key=lambda part: (self._shared(part), part.place))
        room -= between + len(_MORE)
        chosen = {order[0].place: self._part(order[0], "or", room)}
        for part in order[1:]:
            words = self._part(part, "or", None)
            if len(" or ".join([*chosen.values(), words])) <= room:
                chosen[part.place] = words
        return " or ".join([*(chosen[place] for place in sorted(chosen)), _MORE])

    def _telling(self, part: _Part) -> tuple[bool, int, bool, int]:
        is_where = not part.is_operation and is_of_repository(part.nodes[0])
        return is_where, self._shared(part), part.is_not, part.place

    def _shared(self, part: _Part) -> int:
        """How many ask what is asked by fewest of a part."""
        return min(map(self._rank, part.nodes))

    def _rank(self, node: Node) -> int:
        return min(self.shared.get(term, 0) for term in _terms(node))


def _is_operation(node: Node) -> bool:
    """Whether a node is an operation of several, or that it does not hold."""
    return isinstance(alternatives(node.operand) if isinstance(node, Not) else node, Logical)


def _parts(operands: Iterable[Node], *, is_all: bool) -> Iterator[_Part]:
    """Operands, those together that one phrase says; where a workflow runs at all is said last."""
    nodes = [alternatives(node) for node in operands]
    if is_all:
        nodes.sort(key=is_of_repository)
    else:
        nodes = [one for node in nodes for one in (node.operands if _is_any(node) else (node,))]
    groups: dict[object, list[Node]] = {}
    for place, node in enumerate(nodes):
        groups.setdefault(_shared_words(node, is_all=is_all) or place, []).append(node)
    for place, group in enumerate(groups.values()):
        yield _Part(place, tuple(group))


def _is_any(node: Node) -> TypeGuard[Logical]:
    return isinstance(node, Logical) and node.operator == "||"


def _shared_words(node: Node, *, is_all: bool) -> tuple[str, str] | None:
    """What stands around the value of a phrase, if the values of several can stand there; of what must not
    hold only where all of it must not."""
    if _is_operation(node):
        return None
    said = phrase(node)
    around = said.opening, said.tail
    return around if any(around) and (is_all or not said.is_not) else None


def _opening(phrases: Sequence[TermWords]) -> tuple[str, list[str]]:
    """What stands before the values of phrases, with the words that all values begin with, and the values."""
    opening, values = phrases[0].opening, [one.value for one in phrases]
    first, *_ = words = [value.split(" ") for value in values]
    count = 0
    while len(phrases) > 1 and all(len(one) > count + 1 and one[count] == first[count] for one in words):
        count += 1
    return " ".join(filter(None, (opening, *first[:count]))), [" ".join(one[count:]) for one in words]


def _joined(words: Sequence[str], word: str) -> str:
    """Parts as a list, with commas where none of them has a list itself."""
    words = list(dict.fromkeys(words))
    is_plain = not any(" and " in one or " or " in one or " nor " in one or ", " in one for one in words)
    return listed(words, word) if is_plain else f" {word} ".join(words)


def _cut_phrase(said: TermWords, room: int) -> str:
    """The first words of a phrase, if all would be too many; that something must not hold is said first."""
    words = said.words
    if len(words) <= room:
        return words
    if said.is_not and said.lead.endswith(" is"):
        words = f"not {replace(said, is_not=False).words}"
    first = words[: room - 1].rpartition(" ")[0]
    return f"{first} {_MORE}" if first else f"{words[: room - 1]}{_MORE}"
