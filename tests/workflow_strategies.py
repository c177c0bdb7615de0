"""Workflows, conditions and awkward texts for the laws of readers and writers."""

from __future__ import annotations

from hypothesis import strategies as st

from mermaid2gha.github.expressions.condition import all_of, any_of, unequal
from mermaid2gha.github.workflow.model import (
    Input,
    Job,
    Output,
    Permission,
    Step,
    Trigger,
    Variable,
    Workflow,
    WorkflowCall,
)

AWKWARD = [
    *(
        "",
        " ",
        ":",
        "#",
        "&a",
        "*a",
        "!x",
        "|",
        ">",
        "'",
        '"',
        "%",
        "@x",
        "`x",
        "~",
        "-",
        "- a",
        "?",
        "a?",
        "=",
        "<<",
    ),
    *(
        "a: b",
        "a:",
        "a #b",
        "a#b",
        "a:b",
        ": a",
        "[a]",
        "{a}",
        "a, b",
        "a]",
        "x\\n",
        "\\",
        "'a'",
        '"a"',
        "a'b",
    ),
    *(
        "on",
        "On",
        "OFF",
        "y",
        "N",
        "yes",
        "No",
        "true",
        "FALSE",
        "null",
        "Null",
        "nan",
        ".nan",
        ".inf",
        "-.inf",
    ),
    *("1", "1e3", "1_000", "0o17", "017", "0x1F", "0b1", "3.10", "190:20:30", "2020-01-01", "1.", ".5", "+1"),
    *(
        "---",
        "...",
        "--- a",
        "a\n---\nb",
        "%YAML 1.1",
        " lead",
        "trail ",
        "\ttab",
        "two  blanks",
        "a\tb",
        "\n",
    ),
    *(
        "🚀 ship",
        "ship 🚀",
        "\u202egnp.exe",
        "שלום",
        "日本語",
        "a\u0085b",
        "a\u2028b",
        "\ufeffa",
        "a\x00b",
        "\x7f",
    ),
    *("a\u00a0b", "\u200b", "\ufffe", "\U0001fffe", "\U000e0041", "é", "a\r\nb", "\x1b[31m"),
    *("${{ x }}", "${{", "a ${{ github.token }} b", "}}", "$ {{", "${{${{"),
]
texts = st.one_of(
    st.just("x").map(lambda char: char * 5000),
    st.sampled_from(AWKWARD),
    st.text(max_size=30),
    st.text("ab:#-'\"\\ \n${}[],&*!|>%@~", max_size=12),
)
identifiers = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,12}", fullmatch=True)
LEVELS = st.sampled_from(["read", "write"])
scripts = st.one_of(
    st.sampled_from(["make", "make\nmake test\n", 'echo "a: b"', "a\n\n  b", " a\nb", "a\n\tb"]), texts
)
steps = st.builds(
    Step,
    name=texts,
    run=scripts,
    id=st.none() | identifiers,
    env=st.lists(st.builds(Variable, identifiers, texts), max_size=2, unique_by=lambda v: v.name).map(tuple),
    comment=texts,
)
jobs = st.builds(
    Job,
    id=st.one_of(identifiers, st.sampled_from(["on", "y", "null", "true"])),
    name=texts,
    comment=texts,
    comments=st.lists(texts, max_size=2).map(tuple),
    needs=st.lists(identifiers, max_size=14).map(tuple),
    runs_on=texts,
    timeout_minutes=st.none() | st.integers(1, 360),
    environment=texts,
    matrix=st.lists(
        st.tuples(identifiers, st.lists(texts, min_size=1, max_size=4).map(tuple)),
        max_size=2,
        unique_by=lambda axis: axis[0],
    ).map(tuple),
    permissions=st.lists(
        st.builds(Permission, identifiers, LEVELS, texts), max_size=2, unique_by=lambda p: p.scope
    ).map(tuple),
    outputs=st.lists(st.builds(Output, identifiers, st.just("steps.a.outputs.b")), max_size=1).map(tuple),
    steps=st.lists(steps, max_size=3).map(tuple),
    call=st.none()
    | st.builds(WorkflowCall, texts, st.lists(st.tuples(identifiers, texts), max_size=1).map(tuple), texts),
)
inputs = st.builds(
    Input,
    name=identifiers,
    type=identifiers,
    description=texts,
    required=st.booleans(),
    default=st.one_of(st.none(), st.booleans(), texts),
    options=st.lists(texts, max_size=4).map(tuple),
)
triggers = st.builds(
    Trigger,
    event=identifiers,
    filters=st.lists(
        st.tuples(identifiers, st.lists(texts, min_size=1).map(tuple)), max_size=2, unique_by=lambda f: f[0]
    ).map(tuple),
    inputs=st.lists(inputs, max_size=2, unique_by=lambda i: i.name).map(tuple),
    comment=texts,
)
schedules = st.builds(
    Trigger, st.just("schedule"), cron=st.lists(texts, min_size=1, max_size=2).map(tuple), comment=texts
)
workflows = st.builds(
    Workflow,
    file=st.just("ci.yml"),
    name=texts,
    header=st.lists(texts, max_size=2).map(tuple),
    triggers=st.lists(triggers | schedules, min_size=1, max_size=3, unique_by=lambda t: t.event).map(tuple),
    concurrency=st.none() | st.tuples(texts, st.sampled_from(["true", "false", "${{ github.ref }}"])),
    jobs=st.lists(jobs, min_size=1, max_size=3, unique_by=lambda j: j.id).map(tuple),
)
atoms = st.builds(
    lambda name, size: unequal(f"needs.{name}.outputs.{'o' * size}", "a: b #c"),
    st.sampled_from("abcdef"),
    st.integers(1, 60),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda terms: all_of(*terms)),
        st.lists(inner, min_size=2, max_size=4).map(lambda terms: any_of(*terms)),
    ),
    max_leaves=12,
)
