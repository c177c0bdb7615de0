"""One tree of every YAML file that people write: it takes what GitHub takes, and each place is exact."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from mermaid2gha.base.source import SourceFile
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.github.workflow.values import typed_value
from mermaid2gha.yaml import scanner
from mermaid2gha.yaml.tree import MOST_NODES, Alias, Entries, Tree, all_nodes, read_tree, tree
from mermaid2gha.yaml.values import value

BOTH = pytest.mark.parametrize("parsers", [scanner.PARSERS, (scanner.TabScanner,)], ids=["quick", "python"])


def read(text: str) -> object:
    """The plain value of a text; the rules that its reader reports where it cannot be read."""
    root, found = read_tree(SourceFile("ci.yml", text))
    return value(root) if root is not None and not found else [one.rule for one in found] or None


@BOTH
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("on:\tpush", {"on": "push"}),
        ("on: \t push\t", {"on": "push"}),
        ("on\t: push", {"on": "push"}),
        ("on:\t# why\n  push", {"on": "push"}),
        ("on: push\t# why", {"on": "push"}),
        ("on: push\n\t# why\njobs: a", {"on": "push", "jobs": "a"}),
        ("on: push\n\t\njobs: a", {"on": "push", "jobs": "a"}),
        ("on: 'push'\t\n \t \njobs: a\t", {"on": "push", "jobs": "a"}),
        ("run: make\tall", {"run": "make\tall"}),
        ("run: make\n  all\t\n  \tmore", {"run": "make all more"}),
        ("run: |\t\n  a\tb\t\n  \tc\n", {"run": "a\tb\t\n\tc\n"}),
        ("run: >-\t# why\n  a\n", {"run": "a"}),
        ('run: "a\t\n\t b"', {"run": "a b"}),
        ("on:\n  -\tpush\n  - \tcreate\t", {"on": ["push", "create"]}),
        ("on:\n  -\t'push'\n  -\t&a create", {"on": ["push", "create"]}),
        ("on:\n  -\t# why\n    push", {"on": ["push"]}),
        ("on:\n  -\t[push,\tcreate]", {"on": [["push", "create"]]}),
        ("?\ton\n:\tpush", {"on": "push"}),
        ("? on\t\n: - push", {"on": ["push"]}),
        ("on: [\tpush,\tcreate\t]", {"on": ["push", "create"]}),
        ("on: {\tpush:\t{\t},\n\tcreate:\t}", {"on": {"push": {}, "create": ""}}),
        ('on: {\t"push"\t:\tx}', {"on": {"push": "x"}}),
        ("a:\t&x\tb\nc:\t*x\t", {"a": "b", "c": "b"}),
        ("a: !!str\tb", {"a": "b"}),
        ("---\ton", "on"),
        ("on:\n  \tpush", {"on": "push"}),
    ],
)
def test_a_tab_separates_as_a_blank_does(
    text: str, plain: object, parsers: tuple[type, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "PARSERS", parsers)
    assert read(text) == plain
    assert read(text.replace("\n", "\r\n")) == (
        plain if "|" not in text else {"run": "a\tb\t\n\tc\n"}  # a block text has its own line ends
    )


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "\ton: push",
        "on:\n\tpush:",
        "on:\n\t- push",
        "on:\n  \t- push",
        "on:\n  push:\n\tcreate:",
        "on:\n  -\t- push",
        "steps:\n  -\trun: make",
        "? \ta: b\n: c",
        "?\t- a",
        "a: b\n\tc: d",
        "a: b\n\tc",
    ],
)
def test_no_tab_indents(text: str, parsers: tuple[type, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "PARSERS", parsers)
    root, found = read_tree(SourceFile("ci.yml", text))
    assert root is None and [one.rule for one in found] == ["invalid-yaml"]
    assert "blanks" in found[0].help


@BOTH
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a: &x 1\nb: *x\nc: &x 2\nd: *x", ["1", "1", "2", "2"]),
        ("a: &x 1\nb: &x 2\nc: *x", ["1", "2", "2"]),
        ("a: &x [&y 1, *y]\nb: *x\nc: &y 2\nd: [*x, *y]", [["1", "1"], ["1", "1"], "2", [["1", "1"], "2"]]),
        ("a: &x [&x 1, *x]\nb: *x", [["1", "1"], "1"]),
        ("a: &x 1\nb: &x [*y]\ny: &y 1", ["invalid-yaml"]),
        ("a: &x\nb: *x", ["", ""]),
        ("&k a: 1\nb: *k", ["1", "a"]),
        ("a: &x b\n*x : c", ["b", "c"]),
        ("a: &x {b: 1}\nc: {<<: *x}", [{"b": "1"}, {"<<": {"b": "1"}}]),
    ],
)
def test_an_alias_stands_for_the_latest_anchor_before_it(
    text: str, plain: list[object], parsers: tuple[type, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "PARSERS", parsers)
    found = read(text)
    assert (list(found.values()) if isinstance(found, dict) else found) == plain


def test_an_alias_knows_its_own_place_and_what_it_repeats() -> None:
    root, _ = read_tree(SourceFile("ci.yml", "a: &x 1\nb: *x\nc: &x 2\nd: [*x]\n*x : 3\n"))
    assert isinstance(root, Entries)
    aliases = [node for node in all_nodes(root) if isinstance(node, Alias)]
    assert [(node.span.line, node.span.text) for node in aliases] == [(2, "*x"), (4, "*x"), (5, "*x")]
    assert [node.target.span.text for node in aliases if node.target] == ["&x 1", "&x 2", "&x 2"]
    assert [(entry.key.value, entry.key.span.text) for entry in root.entries][-1] == ("2", "*x")


@pytest.mark.parametrize("text", ["a: &x [*x]", "a: &x {b: *x}", "a: &x 1\nb: &x [[*x]]"])
def test_a_node_that_holds_itself_is_told_and_read_once(text: str) -> None:
    root, found = read_tree(SourceFile("ci.yml", text))
    assert root is not None and [(one.rule, one.labels[0].span.text[:2]) for one in found] == [
        ("invalid-yaml", "&x")
    ]


BOMB = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))])


def test_aliases_of_aliases_cost_no_more_than_their_lines() -> None:
    root, found = read_tree(SourceFile("x.yml", BOMB))
    assert root is not None and not found
    assert len(list(all_nodes(root))) == 1 + 60 * 4


def test_aliases_are_followed_up_to_a_limit_as_github_does() -> None:
    steps = "on: push\njobs:\n  a: {steps: &s [&r {run: make}, *r]}\n  b: {steps: *s}\n"
    assert [len(job.steps) for job in read_workflow(steps).jobs] == [2, 2]
    fault = f"more than {MOST_NODES} nodes"
    with pytest.raises(ValueError, match=fault):
        read_workflow(f"on: push\njobs: {{a: {{}}}}\n{BOMB}")
    made, found = workflow_file(f"on: push\n{BOMB}".encode(), "x.yml")
    assert made is None and fault in found[0].message


def test_nesting_by_aliases_has_an_end() -> None:
    deep = "[" * 90 + "{}" + "]" * 90
    text = f"a: &a {deep.format('x')}\nb: &b {deep.format('*a')}\nc: &c {deep.format('*b')}"
    root, found = read_tree(SourceFile("x.yml", text))
    assert root is None and "200 levels" in found[0].message


def test_a_tag_says_what_a_text_is() -> None:
    root, _ = read_tree(
        SourceFile("x.yml", "a: !!str\nb: !!str null\nc: null\nd: 'null'\ne: [!!str 3.10, 3.10]")
    )
    assert isinstance(root, Entries)
    nodes: list[Tree] = [entry.value for entry in root.entries]
    assert [getattr(node, "is_null", None) for node in nodes] == [False, False, True, False, None]
    assert typed_value(nodes[4]) == ["3.10", 3.1]


def test_a_key_that_is_written_twice_is_told_and_the_first_counts() -> None:
    root, found = read_tree(SourceFile("x.yml", "a: {b: 1, b: 2}\nc: 3\n'a': 4"))
    assert [(one.rule, one.labels[0].span.line) for one in found] == [
        ("duplicate-key", 1),
        ("duplicate-key", 3),
    ]
    assert root is not None and value(root) == {"a": {"b": "1"}, "c": "3"}


@BOTH
@pytest.mark.parametrize(
    ("text", "rest"),
    [("{a: }", " }"), ("{a:\t, b: c}", "\t, b: c}"), ("{a:\n}", "\n}"), ("a: \nb:", " \nb:"), ("{a:}", "}")],
)
def test_an_empty_value_stands_behind_its_colon(
    text: str, rest: str, parsers: tuple[type, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "PARSERS", parsers)
    root, _ = read_tree(SourceFile("x.yml", text))
    assert isinstance(root, Entries) and text[root.entries[0].span.end :] == rest


def test_a_file_is_parsed_once() -> None:
    assert tree(SourceFile("x.yml", "a: b"))[0] is tree(SourceFile("x.yml", "a: b"))[0]


@pytest.mark.parametrize(
    "text", ["a: [\n", "a: 'b", "a: b: c", "a: \x07", "%YAML x\n---\na", 'a: "\\U99999999"']
)
def test_what_is_no_yaml_is_told_in_the_same_words_by_both_parsers(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = read_tree(SourceFile("x.yml", text))
    monkeypatch.setattr(scanner, "PARSERS", (scanner.TabScanner,))
    assert read_tree(SourceFile("x.yml", text)) == quick and quick[0] is None


PIECES = (
    *(
        "a",
        "b c",
        "é😀",
        "b?",
        "?b",
        "?",
        "'q'",
        '"d\\n"',
        "- ",
        "-\t",
        "? ",
        ": ",
        ":\t",
        ":",
        ", ",
        "[",
        "]",
        "{",
        "}",
        "\n",
    ),
    *(
        "\n  ",
        "\n    ",
        "\n- ",
        "\n  - ",
        "\r\n",
        "\t",
        " ",
        " # c\n",
        "&x ",
        "*x",
        "!!str ",
        "|\n  t\n",
        ">-\n  t\n",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("[? : : ]")
@example("branches: [v1.?, a?b, what ?\n is]")
@example("a: [b, # c\n ? : : d]")
def test_the_quick_parser_and_the_other_read_the_same(text: str) -> None:
    if not hasattr(yaml, "CBaseLoader"):
        pytest.skip("PyYAML is without LibYAML here")
    answers = []
    for parsers in (scanner.PARSERS, (scanner.TabScanner,)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scanner, "PARSERS", parsers)
            root, found = read_tree(SourceFile("x.yml", text))
        nodes = list(all_nodes(root)) if root else []
        places = [(node.span.start, node.span.end) for node in nodes if node.span.text]
        assert all(0 <= start <= end <= len(text) for start, end in places)
        answers.append((nodes, places, [(one.rule, one.message) for one in found]))
    assert answers[0] == answers[1]
