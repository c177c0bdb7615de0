"""Each fault of a diagram is found once, at its line and token (the diagram's first line is not shown)."""

from __future__ import annotations

import pytest

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse

CASES: list[tuple[str, list[str]]] = [
    ("A->>B: a; b", ["semicolon-in-label 2 ;"]),
    ("A->>B: a; b, c: d; e", ["semicolon-in-label 2 ;"]),
    ("note over A: a; b", ["semicolon-in-label 2 ;"]),
    ("A->>B: a &amp; b", ["semicolon-in-label 2 ;"]),
    ("A->>B", ["missing-colon 2 A->>B"]),
    ("A->>B\nC->>D: m", ["missing-colon 2 A->>B"]),
    ("note over A", ["missing-colon 2 note over A"]),
    ("link A", ["missing-colon 2 link A"]),
    ("end->>B: x", ["keyword-as-name 2 end"]),
    ("loop x\nEnd->>B: m\nA->>B: n\nend", ["keyword-as-name 3 End"]),
    ("loop x\nEnd user->>B: m\nA->>B: n\nend", ["keyword-as-name 3 End"]),
    ("End user->>B: m", ["keyword-as-name 2 End"]),
    ("Alt->>B: m\nA->>B: x", ["keyword-as-name 2 Alt"]),
    ("Opt-in->>B: m", ["keyword-as-name 2 Opt"]),
    ("A->>end: x", ["keyword-as-name 2 end"]),
    ("A->>Note: x", ["keyword-as-name 2 Note"]),
    ("note over Loop: x", ["keyword-as-name 2 Loop"]),
    ("And->>B: m", ["keyword-as-name 2 And"]),
    ("else x", ["else-outside-block 2 else"]),
    ("opt a\nA->>B: m\nelse b\nA->>B: n\nend", ["else-outside-block 4 else"]),
    ("A->>B: m\nend", ["stray-end 3 end"]),
    ("loop a\nA->>B: m", ["unclosed-block 2 loop"]),
    ("loop a\n  opt b\n    A->>B: m\n  alt c\n    A->>B: m\n  end\nend", ["unclosed-block 3 opt"]),
    ("alt a\n  loop b\n    A->>B: m\nend", ["unclosed-block 3 loop"]),
    ("linux-x64->>B: m", ["hyphen-x-in-name 2 linux-x64"]),
    ("B->>linux-x64: m", ["hyphen-x-in-name 2 linux-x64"]),
    ("B->>C: a\nC-->>-xA: m", ["hyphen-x-in-name 3 -xA"]),
    ("foo-x-bar->>A: m", ["hyphen-x-in-name 2 foo-x-bar"]),
    ("A=>>B: m", ["unknown-arrow 2 =>>"]),
    ("A--->>B: m", ["unknown-arrow 2 --->>"]),
    ("A->>>B: m", ["unknown-arrow 2 ->>>"]),
    ("A<-B: m", ["unknown-arrow 2 <-"]),
    ("A<->B: m", ["unknown-arrow 2 <->"]),
    ("A→B: m", ["unknown-arrow 2 →"]),
    ("A-B: m", ["unknown-arrow 2 -"]),
    ("A--B: m", ["unknown-arrow 2 --"]),
    ("A..>>B: m", ["unknown-arrow 2 ..>>"]),
    ("Ax-B: m", ["unknown-arrow 2 x-"]),
    ("A->>B,C: x", ["unusable-participant-name 2 ,"]),
    ("A+B->>C: x", ["unusable-participant-name 2 +"]),
    ("a--b->>c: m", ["unknown-arrow 2 ->>"]),
    ("A->>B->>C: x", ["syntax-error 2 ->>"]),
    ("A->>/B: m", ["unusable-participant-name 2 /"]),
    ("2 x->>Z: m", ["unusable-participant-name 2 2"]),
    ("participant A, B", ["unusable-participant-name 2 ,"]),
    ("participant A: x", ["unusable-participant-name 2 :"]),
    ("participant A<br/>B", ["unusable-participant-name 2 <"]),
    ("participant a@v4", ["unusable-participant-name 2 @"]),
    ("participant", ["syntax-error 2 participant"]),
    ("participant A@{}", ["bad-participant-config 2 @{}"]),
    ('participant A@{"type": "database"\nA->>A: m', ["bad-participant-config 2 @{"]),
    ('participant A@{"type":"database"} x', ["bad-participant-config 2 x"]),
    ("destroy B as X", ["syntax-error 2 as"]),
    ("activate A: x", ["unusable-participant-name 2 :"]),
    ("autonumber \nA->>B: m", ["trailing-blank 2  "]),
    ("autonumber 10;\nA->>B: m", ["syntax-error 2 10"]),
    ("autonumber on", ["syntax-error 2 on"]),
    ("title a; b", ["semicolon-in-label 2 ;"]),
    ("foo bar baz", ["syntax-error 2 foo bar baz"]),
    ("if x\nA->>B: m\nend", ["syntax-error 2 if x"]),
    ("elseif x", ["syntax-error 2 elseif x"]),
    ("A: x", ["syntax-error 2 : x"]),
    ("->>B: x", ["syntax-error 2 ->>"]),
    ("A->>: x", ["syntax-error 2 : x"]),
    ("note A: t", ["syntax-error 2 A"]),
    ("note left  of A: t", ["syntax-error 2 left  of A"]),
    ("note over A,B,C: t", ["unusable-participant-name 2 ,"]),
    ("box G\nA->>B: m\nend", ["statement-in-box 3 A->>B: m"]),
    ("box G\n  participant A\nA->>B: m", ["unclosed-block 2 box"]),
    ("box G\n  loop x\n   A->>B: m\n  end\nend\nA->>B: m", ["statement-in-box 3 loop x"]),
    ("box G\n<\nend", ["statement-in-box 3 <"]),
    ("box G\nparticipant A", ["unclosed-block 2 box"]),
    ("sequenceDiagram", ["syntax-error 2 sequenceDiagram"]),
    ("A->>-B: m", ["unbalanced-activation 2 A"]),
    ("deactivate A", ["unbalanced-activation 2 A"]),
    ("create participant B\nA->>C: m", ["create-without-message 2 B"]),
    ("A->>B: m\ncreate participant B\nA->>B: n", ["create-known-participant 3 B"]),
    ("A->>B: m\ndestroy B\nA->>C: n", ["destroy-without-message 3 B"]),
    ("box G\nparticipant A\nend\nbox H\nparticipant A\nend", ["two-boxes 6 A"]),
    ("create\nparticipant B", ["syntax-error 2 create"]),
    ("create B", ["syntax-error 2 B"]),
    (
        "A->>B: x\nfoo\nA->>B: y\nbar\nend\nelse q",
        ["syntax-error 3 foo", "syntax-error 5 bar", "stray-end 6 end", "else-outside-block 7 else"],
    ),
    ("%%{ c\nA->>B: x", ["syntax-error 2 %%{ c\nA"]),
    ("- x", ["syntax-error 2 -"]),
    ("A->>B： x", ["look-alike-character 2 ："]),
    ("A —> B: x", ["look-alike-character 2 —"]),
    ("A –>> B: a – b", ["look-alike-character 2 –"]),
    ("A -＞B： x", ["look-alike-character 2 ＞"]),
    ("Note left\u00a0of A: x", ["look-alike-character 2 \u00a0"]),
    ("\u200bend", ["look-alike-character 2 \u200b"]),
    ("рar x\nA->>B: m", ["look-alike-character 2 р"]),
    (
        "loop x\nA->>B: m\n\u200bend\nрar\nA->>B: m\nend",
        ["look-alike-character 4 \u200b", "look-alike-character 5 р"],
    ),
    ("foo – bar", ["syntax-error 2 foo – bar"]),
    ("A->>B – x", ["missing-colon 2 A->>B – x"]),
    ("Participant 1->>B: m", ["keyword-as-name 2 Participant"]),
    ("participant->>B: m", ["keyword-as-name 2 participant"]),
    ("note->>B: m", ["keyword-as-name 2 note"]),
    ("Title->>B: m\nA->>title: x", ["keyword-as-name 3 title"]),
    ("A->>link B: m", ["keyword-as-name 2 link"]),
    ("activate A\nfoo A\ndeactivate B", ["syntax-error 3 foo A", "unbalanced-activation 4 B"]),
    ("A->>B: style x; color: red", ["semicolon-in-label 2 ;"]),
    ("title:T", ["syntax-error 2 :T"]),
    ("A->>B x", ["missing-colon 2 A->>B x"]),
    ("A ->B", ["missing-colon 2 A ->B"]),
    ("* item", ["syntax-error 2 * item"]),
    (
        "A->>B: x\nB-->>-A: y\nfoo\nnote over A\nA=>>B: z\nend",
        [
            "syntax-error 4 foo",
            "missing-colon 5 note over A",
            "unknown-arrow 6 =>>",
            "stray-end 7 end",
            "unbalanced-activation 3 B",
        ],
    ),
    (
        "opt a\n  A->>B: m\nelse\n  A->>B: n\nend\nA->>B",
        ["else-outside-block 4 else", "missing-colon 7 A->>B"],
    ),
    ("alt a\n  opt b\n    A->>B: m\nelse c\n  A->>B: n\nend", ["unclosed-block 3 opt"]),
    ("box G\n  participant A\n  participant B: x\nend\nA->>B: m", ["unusable-participant-name 4 :"]),
    ("A->>B: x\n%%{ c\nB->>A: y", ["syntax-error 3 %%{ c\nB"]),
    ("A->>B: a;\nfoo; bar; baz\nB->>A: n", ["syntax-error 3 foo; bar; baz"]),
    ("loop x\nA->>B: m\nend loop", ["unclosed-block 4 loop"]),
    ("if x\nA->>B: m\nend", ["syntax-error 2 if x"]),
    ("par a\nand b\n  End->>B: m\nand c\n  A->>B: m\nend", ["keyword-as-name 4 End"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_faults_are_named_and_placed(text: str, expected: list[str]) -> None:
    [block] = diagram_blocks(SourceFile("x.mmd", f"sequenceDiagram\n{text}"))
    found = parse(block)[1]
    assert [f"{one.rule} {one.labels[0].span.line} {one.labels[0].span.text}" for one in found] == expected


def test_what_follows_a_fault_is_parsed() -> None:
    [block] = diagram_blocks(
        SourceFile("x.mmd", "sequenceDiagram\nA->>B: x\nfoo\nloop y\nA->>B\nB->>A: z\nend\n")
    )
    diagram, found = parse(block)
    assert [type(event).__name__ for event in diagram.events] == [
        "Message",
        "FragmentStart",
        "Message",
        "FragmentEnd",
    ]
    assert len(found) == 2


def test_a_skipped_statement_explains_a_missing_activation() -> None:
    [block] = diagram_blocks(SourceFile("x.mmd", "sequenceDiagram\nA->>+B C\nB-->>-A: y\n"))
    assert [one.rule for one in parse(block)[1]] == ["missing-colon"]


def test_other_types_of_mermaid_s_are_not_taken_for_a_misspelt_one() -> None:
    for word in ("stateDiagram-v2", "classDiagram", "erDiagram", "requirementDiagram", "quadrantChart"):
        [block] = diagram_blocks(SourceFile("x.mmd", f"{word}\n  participant ->> -)\n"))
        assert not is_sequence_diagram(block)


@pytest.mark.parametrize(
    "text",
    [
        *("sequencediagram\nA->>B: x", "SequenceDiagram\nA->>B: x\nfoo", "sequence-diagram\nA->>B: x"),
        *(f"{word}\nA->>B: x" for word in ("sequenceDiagam", "squenceDiagram", "secuenciaDiagrama")),
        "%% c\n  sequenzDiagramm\nA->>B: x\nfoo",
    ],
)
def test_a_misspelt_type_is_reported_once_and_the_rest_is_parsed(text: str) -> None:
    [block] = diagram_blocks(SourceFile("x.mmd", text))
    diagram, found = parse(block)
    assert [one.rule for one in found] == ["misspelt-diagram-type"] + ["syntax-error"] * text.count("foo")
    assert len(diagram.events) == 1
