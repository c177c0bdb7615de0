"""A workflow file held against its definition: keys, values and their types, expressions where they stand.

What GitHub's template reader refuses (actions/runner, src/Sdk/WorkflowParser/ObjectTemplating,
TemplateReader), at the places that it names. Reports `unknown-key`, `missing-key`, `same-key-other-case`,
`unexpected-value` and `unusable-tag`, and what `templates` reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import assert_never

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.github.validity.definitions import RECURSIVE, workflow
from mermaid2gha.github.validity.forms import (
    NOTHING,
    Available,
    Definition,
    Mapping,
    Plain,
    Reference,
    Sequence,
    TextForm,
)
from mermaid2gha.github.validity.templates import OPENING, literal, template_faults
from mermaid2gha.github.workflow.values import typed_scalar
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, resolved

MISSING_KEY = Rule("missing-key", Severity.ERROR)
SAME_KEY_OTHER_CASE = Rule("same-key-other-case", Severity.ERROR)
UNEXPECTED_VALUE = Rule("unexpected-value", Severity.ERROR)
UNKNOWN_KEY = Rule("unknown-key", Severity.ERROR)
UNUSABLE_TAG = Rule("unusable-tag", Severity.ERROR)

DEEPEST = 50
"""Levels of lists and mappings that GitHub reads (actions/runner, ParseOptions)."""

_TAG = "tag:yaml.org,2002:"
_KINDS = {"null": Plain.NULL, "bool": Plain.BOOLEAN, "int": Plain.NUMBER, "float": Plain.NUMBER}


def shape_faults(root: Tree) -> Iterator[Diagnostic]:
    """What the file of a workflow has that GitHub does not read, in the order of the file."""
    yield from _value(root, workflow(), NOTHING, 0)


def kind_of(scalar: Scalar) -> Plain | None:
    """What a scalar is beside a text; none for a text."""
    if not scalar.tag:
        match typed_scalar(scalar):
            case None:
                return Plain.NULL
            case bool():
                return Plain.BOOLEAN
            case str():
                return None
            case _:
                return Plain.NUMBER
    return _KINDS.get(scalar.tag.removeprefix(_TAG))


def unexpected(message: str, *places: Label | Span, cure: str = "") -> Diagnostic:
    """A finding of the rule `unexpected-value`, for those who find it elsewhere."""
    return diagnostic(UNEXPECTED_VALUE, message, *places, help=cure)


def _value(node: Tree, reference: Reference, around: Available, depth: int) -> Iterator[Diagnostic]:
    definition = RECURSIVE[reference] if isinstance(reference, str) else reference
    available = around | definition.adds
    node = resolved(node)
    if depth > DEEPEST:
        yield unexpected(f"this is nested more than {DEEPEST} levels deep", node.span, cure="flatten it")
        return
    match node:
        case Scalar():
            yield from _scalar(node, definition, available)
        case Items(items):
            form = next((form for form in definition.forms if isinstance(form, Sequence)), None)
            if form is None:
                message = f"this is a list, and GitHub expects {_expected(definition)}"
                yield unexpected(message, first_line(node.span), cure="take off the brackets or the hyphens")
                return
            for item in items:
                yield from _value(item, form.item, available, depth + 1)
        case Entries():
            forms = [form for form in definition.forms if isinstance(form, Mapping)]
            if not forms:
                message = f"this is a mapping, and GitHub expects {_expected(definition)}"
                yield unexpected(
                    message, first_line(node.span), cure="mend the indentation, or take out the keys"
                )
                return
            yield from _mapping(node, forms, available, depth)
        case Alias():
            raise AssertionError("an alias is resolved")
        case _:
            assert_never(node)


def first_line(span: Span) -> Span:
    """The first line of a place."""
    end = span.file.text.find("\n", span.start, span.end)
    return span if end < 0 else Span(span.file, span.start, max(end, span.start + 1))


# -- scalars -----------------------------------------------------------------------------------------


def _scalar(scalar: Scalar, definition: Definition, available: Available) -> Iterator[Diagnostic]:
    if scalar.tag and scalar.tag != "!" and (fault := _tag_fault(scalar)):
        yield fault
        return
    kind = kind_of(scalar)
    if kind is None and OPENING in scalar.value:
        faults = list(template_faults(scalar, available))
        yield from faults
        if faults or literal(scalar.value) == scalar.value:
            return
    value = literal(scalar.value) if kind is None else scalar.value
    if not any(_fits(form, kind, value) for form in definition.forms):
        yield _misfit(scalar, kind, definition)


def _tag_fault(scalar: Scalar) -> Diagnostic | None:
    """A tag that GitHub does not know, as YAML reads `!cancelled()` without quotes, or that does not fit."""
    name = scalar.tag.removeprefix(_TAG)
    if name == "str":
        return None
    is_of_core = scalar.tag != name and name in _KINDS
    if is_of_core and not scalar.style:
        bare = Scalar(scalar.value, "", scalar.span)
        if kind_of(bare) is _KINDS[name]:
            return None
    written = scalar.span.text.split()[0] if scalar.span.text.split() else scalar.tag
    message = f"`{written}` is a tag of YAML here, and GitHub refuses it"
    cure = "put quotes around the whole text, or write `${{ … }}` around it"
    return diagnostic(UNUSABLE_TAG, message, first_line(scalar.span), help=cure)


def _fits(form: object, kind: Plain | None, value: str) -> bool:
    match form:
        case Plain():
            return form is kind
        case TextForm(word, may_be_empty):
            text = "" if kind is Plain.NULL else value
            return text == word if word else may_be_empty or text != ""
        case _:
            return False


def _misfit(scalar: Scalar, kind: Plain | None, definition: Definition) -> Diagnostic:
    expected = _expected(definition)
    if kind is Plain.NULL or (kind is None and not scalar.value):
        message = f"nothing stands here, and GitHub expects {expected}"
        return unexpected(message, scalar.span, cure="write a value, or take out the key")
    shown = _shortened(scalar.value)
    message = f"`{shown}` is not what GitHub expects here, which is {expected}"
    words = [form.word for form in definition.forms if isinstance(form, TextForm) and form.word]
    near = get_close_matches(scalar.value.lower(), words, 1, 0.6)
    cure = f"did you mean `{near[0]}`?" if near else ""
    if not cure and Plain.BOOLEAN in definition.forms and scalar.value.lower() in ("yes", "no", "on", "off"):
        cure = "write `true` or `false`"
    elif (
        not cure
        and scalar.style in ("'", '"')
        and kind_of(Scalar(scalar.value, "", scalar.span)) in definition.forms
    ):
        cure = "take off the quotes"
    cure = cure or ("write one of these words" if len(words) > 1 else f"write {expected}")
    return unexpected(message, first_line(scalar.span), cure=cure)


def _shortened(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 40 and line == text else f"{line[:37]}…"


def _expected(definition: Definition) -> str:
    """The forms of a definition in words."""
    known = [form.word for form in definition.forms if isinstance(form, TextForm) and form.word]
    parts = []
    if known:
        listed = ", ".join(f"`{word}`" for word in known[:6])
        parts.append(f"{listed}, …" if len(known) > 6 else listed)
    for form in definition.forms:
        match form:
            case Plain():
                parts.append(form.value)
            case TextForm(word):
                parts += [] if word else ["a text"]
            case Sequence():
                parts.append("a list")
            case Mapping(title):
                parts.append("a mapping" if title.startswith("`") else f"the mapping of {title}")
    return " or ".join(dict.fromkeys(parts))


# -- mappings ----------------------------------------------------------------------------------------


def _mapping(node: Entries, forms: list[Mapping], available: Available, depth: int) -> Iterator[Diagnostic]:
    """The keys of a mapping, each of which can leave fewer of the forms that it may have."""
    seen: dict[str, Span] = {}
    has_computed_key = False
    for entry in node.entries:
        key = entry.key
        if OPENING in key.value and kind_of(key) is None:
            faults = list(template_faults(key, available, is_key=True))
            yield from faults
            if faults or literal(key.value) == key.value:
                has_computed_key = True
                value = forms[0].others if forms[0].others is not None and not forms[0].keys else "any"
                yield from _value(entry.value, value, available, depth + 1) if not faults else ()
                continue
        name = "" if kind_of(key) is Plain.NULL else literal(key.value)
        if (first := seen.get(name.upper())) is not None:
            message = f"the key `{name}` stands here a second time, for case makes no difference"
            label = Label(first, "first written here")
            yield diagnostic(SAME_KEY_OTHER_CASE, message, key.span, label, help="keep one of them")
            continue
        if name:
            seen[name.upper()] = key.span
        holding = [form for form in forms if name in form.keys]
        if holding:
            forms = holding
            yield from _value(entry.value, holding[0].keys[name], available, depth + 1)
        elif forms[0].others is not None:
            if not name:
                yield unexpected("a key is empty", key.span, cure="name it")
            yield from _value(entry.value, forms[0].others, available, depth + 1)
        else:
            yield _unknown(entry, forms)
    if len(forms) > 1:
        telling = _telling(forms)
        message = f"this lacks a key by which GitHub would know what it is: {telling}"
        yield diagnostic(MISSING_KEY, message, _head(node), help=f"add {telling}")
    elif not has_computed_key:
        for name in sorted(forms[0].required):
            if name.upper() not in seen:
                message = f"{forms[0].title} needs the key `{name}`"
                yield diagnostic(MISSING_KEY, message, _head(node), help=f"add `{name}`")


def _head(node: Entries) -> Span:
    """The first line of a mapping: that of its first key, whatever anchor stands before."""
    is_block = node.entries and not node.is_flow
    return node.entries[0].key.span if is_block else first_line(node.span)


def _telling(forms: list[Mapping]) -> str:
    """The keys that only one of the forms has and needs."""
    return " or ".join(dict.fromkeys(f"`{name}`" for form in forms for name in sorted(form.required)))


def _common_title(forms: list[Mapping]) -> str:
    """What mappings are that can still be several things: the words with which all their titles begin."""
    titles = [form.title.split() for form in forms]
    common = [words[0] for words in zip(*titles) if len(set(words)) == 1]
    return " ".join(common) or " or ".join(form.title for form in forms)


def _unknown(entry: Entry, forms: list[Mapping]) -> Diagnostic:
    name = entry.key.value
    title = _common_title(forms)
    known = list(dict.fromkeys(key for form in forms for key in form.keys))
    near = get_close_matches(name.lower(), known, 1, 0.6)
    message = f"{title} has no key `{_shortened(name)}`"
    if name == "<<":
        return diagnostic(UNKNOWN_KEY, message, entry.key.span, help="GitHub merges no keys: write them out")
    keys = ", ".join(f"`{key}`" for key in sorted(known)[:24])
    cure = f"did you mean `{near[0]}`?" if near else f"the keys are {keys}" if known else "take it out"
    return diagnostic(UNKNOWN_KEY, message, entry.key.span, help=cure)
