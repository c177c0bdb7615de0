"""Random sequence diagrams: mostly valid ones by a small grammar, then mutations of them."""

# ruff: noqa: E501, RUF005

from __future__ import annotations

import random

NAMES = (
    "A B C A A B Tests Alice Bob A-B a.b A/B f(x) x 12 2 1.5 end endpoint End note loop link Link details title off and "
    'as Option par_over x-ray A-x C++ f() a+b A--B %A A%%B #1 A#B A#35; 日本 😀 "A" {x} a@v4 A<B A,B A;B A:B |A| $A - -- '
    "participant actor activate box alt else accTitle ſ K İf"
).split() + [
    "A B",
    "my name",
    "A  B",
    "end user",
    "the end",
    "Airflow Repo",
    "2 x",
    "left of",
    "link x",
    "Title page",
]
ARROWS = (
    "-> --> ->> -->> -x --x -) --) <<->> <<-->> -X --X -|\\ -|/ -\\\\ -// --|\\ --|/ --\\\\ --// /|- \\|- //- \\\\- /|-- "
    "\\|-- //-- \\\\-- ->> ->> ->> -->> --->> ->>> => <- <-> - --"
).split()
TEXTS = (
    "x|a b|Push<br>[SHA]|wrap: w|nowrap:w|:wrap: z|WRAP: q|a: b|end|a #35; b|a #quot; b|PR #12 merged|a; b|a;b->>A: c|50%% y|"
    'x %%{init: {}}%% y|<a href="x">y</a>|style x:#fff; y|{x} [y] (z)|->>|"q"|| | two  spaces |a\tb|a\u00a0|é|\u2028z|#|'
    "classDef a:#b;c|&amp; x|#12abc; z|#a-b; z|wrap:|¶ß ﬂ°x"
).split("|")
COLORS = (
    "Aqua|red|Red Team|Team One|rgb(1,2,3) G|rgba(1, 2, 3, .5)|hsl(1,2%,3%) x|#fff|transparent T|currentColor|nothing|"
    "rgb (1,2,3) G|rgb(1,2) x|canvas|inherit x|wrap: G||rgb(1,2,3) a) b|Aqua: x|lightgrey-ish"
).split("|")
CONFIGS = (
    ' "type": "database" |type: control|"type":"queue","alias":"Q"|alias: x| |nope|"type": 1|"alias": ""|\'type\': \'entity\'|'
    '\n"type": "boundary"\n|\ntype: actor\nalias: y\n|"type": null|"alias": 5|type: actor, alias: b c|"type":"database",|'
    '"x": [1,2]|a: b: c|"type" : "collections"|type|"a" "b"|#35;|"alias": "#35;"|"type": true|&a b|*x|- a|[1, 2|"a": "b|!x y'
).split("|")
FRONTS = (
    "---\ntitle: T\n---\n|---\ntitle: [\n---\n|---\n---\n|---\n\n---\n|---\ntitle: a\n|---\nconfig:\n  theme: dark\n---\n|"
    "  ---\n  title: T\n  ---\n|\n---\ntitle: T\n---\n|%% c\n---\ntitle: T\n---\n|--- \ntitle: T\n--- \n\n|---\n- a\n---\n|"
    "---\ntitle: 'x\n---\n|---\na: b: c\n---\n|---\nx\n---\n|---\ntitle: 5\n---\n|---\ntitle: a\ntitle: b\n---\n|---\n\ttitle: x\n---\n|"
    '---\ntitle: "a #35; b"\n---\n'
).split("|")
BLOCKS = "loop opt alt par par_over critical break rect loop alt par opt Loop ALT".split()
NEXT = {"alt": "else", "par": "and", "par_over": "and", "critical": "option"}
BLANKS = ["", "", "", "", " ", "  ", "\t", "    ", "\u00a0", "\u3000"]
NOISE = list(" \n\t;:#%-+,<>()/\\x@{}|\"'=a1.&") + [
    "%%",
    "end",
    "->>",
    "()",
    " as ",
    "\n\n",
    "%%{",
    "}%%",
    "\r\n",
    "\u2028",
    "\ufeff",
    "\x0b",
]


def diagram(seed: int) -> str:
    """The text of one diagram; the same seed gives the same text."""
    rng = random.Random(seed)
    wild = rng.random() < 0.45
    lines = _document(rng, wild, 0, rng.randint(1, 9))
    head = (
        "sequenceDiagram"
        if rng.random() < 0.97
        else rng.choice(
            [
                "sequencediagram",
                " sequenceDiagram",
                "sequenceDiagram;",
                "sequenceDiagram A->>B: x",
                "",
                "\ufeffsequenceDiagram",
            ]
        )
    )
    text = "\n".join([head, *lines])
    if rng.random() < 0.1:
        text = (rng.choice(FRONTS) if rng.random() < 0.4 else f"---\n{_yaml(rng)}\n---\n") + text
    if rng.random() < 0.05:
        text = (
            rng.choice(["%%{init: {'theme':'dark'}}%%\n", "%% c\n", "\n\n", "%%{wrap}%%", "%%\n", "%%{ c\n"])
            + text
        )
    if rng.random() < 0.6:
        text += "\n"
    if rng.random() < 0.25:
        text = _mutated(rng, text)
    return text


_YAML = (
    "title config type alias a b x 1 1.5 true null ~ 0x1F .inf yes T: : :: - -- --- ... ? # , , [ ] { } ' ' \" \" & &a *a ! !!str !!int "
    "!x !!map !!seq !!null | > |- >+ |2 @ ` % %YAML \\ \\n \\x41 <<"
).split() + [
    " ",
    " ",
    " ",
    " ",
    " ",
    ": ",
    ": ",
    ": ",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\n- ",
    "\t",
    " #c",
    "\n\n",
]


def _yaml(rng: random.Random) -> str:
    """A text that is sometimes YAML."""
    if rng.random() < 0.5:
        pairs = [
            "title: T",
            "a: 1",
            "config:",
            "  theme: dark",
            "b: [1, 2]",
            "c: 'x y'",
            'd: "x\\ny"',
            "e: |",
            "  text",
            "  more",
            "- a",
            "- b: c",
            "? k",
            ": v",
            "f: &a {x: y}",
            "g: *a",
            "title: >-",
            "h: !!str 5",
            "  - z",
            "# c",
            "",
            "i: x: y",
            "displayMode: c",
        ]
        lines = [rng.choice(["", "", "", " ", "  "]) + rng.choice(pairs) for _ in range(rng.randint(1, 5))]
        text = "\n".join(lines)
        return text if rng.random() < 0.6 else _mutated(rng, text)
    return "".join(rng.choice(_YAML) for _ in range(rng.randint(1, 9)))


def _name(rng: random.Random, wild: bool) -> str:
    return (
        rng.choice(NAMES)
        if wild and rng.random() < 0.25
        else rng.choice(["A", "B", "C", "Tests", "Airflow Repo", "a-b"])
    )


def _text(rng: random.Random, wild: bool) -> str:
    return (
        rng.choice(TEXTS) if wild and rng.random() < 0.4 else rng.choice(["x", "hello", "a b", "", "m<br>n"])
    )


def _sp(rng: random.Random, wild: bool) -> str:
    return rng.choice(BLANKS) if wild else ""


def _document(rng: random.Random, wild: bool, depth: int, count: int) -> list[str]:
    lines: list[str] = []
    for _ in range(count):
        made = _statement(rng, wild, depth)
        lines += [rng.choice(["", "", "  ", "\t"]) + line for line in made]
        if wild and rng.random() < 0.06:
            lines.append(
                rng.choice(
                    [
                        "",
                        "%% c",
                        "  %% id: x",
                        "%%",
                        "# c",
                        "% c",
                        "<",
                        ")",
                        ">",
                        "X%% c",
                        "end",
                        ";",
                        "(",
                        "%%{wrap}%%",
                        "&",
                    ]
                )
            )
    if wild and len(lines) > 1 and rng.random() < 0.1:
        at = rng.randrange(len(lines) - 1)
        lines[at : at + 2] = [lines[at] + rng.choice([";", " ; ", " ", ";;"]) + lines[at + 1]]
    return lines


def _statement(rng: random.Random, wild: bool, depth: int) -> list[str]:
    roll = rng.random()
    name, other = _name(rng, wild), _name(rng, wild)
    sp = lambda: _sp(rng, wild)  # noqa: E731
    if roll < 0.42:
        arrow = rng.choice(ARROWS) if wild else rng.choice(ARROWS[:26])
        flag = rng.choice(["", "", "", "", "", "+", "+", "-" if wild else "", "()"])
        pre = "()" if rng.random() < 0.04 else ""
        colon = ":" if not wild or rng.random() < 0.96 else ""
        return [f"{name}{sp()}{pre}{arrow}{sp()}{flag}{sp()}{other}{sp()}{colon}{sp()}{_text(rng, wild)}"]
    if roll < 0.54:
        where = rng.choice(
            ["over", "over", "left of", "right of", "OVER"] + (["left  of", "leftof", ""] if wild else [])
        )
        pair = f",{sp()}{other}" if rng.random() < 0.25 else ""
        return [f"{rng.choice(['note', 'Note', 'NOTE'])} {where} {name}{sp()}{pair}{sp()}:{_text(rng, wild)}"]
    if roll < 0.66:
        return [_participant(rng, wild)]
    if roll < 0.68:
        return [f"create {_participant(rng, wild)}"] + (
            [f"{other}->>{name}: n"] if rng.random() < 0.5 else []
        )
    if roll < 0.70:
        return [f"destroy {name}"] + ([f"{other}-x{name}: n"] if rng.random() < 0.8 else [])
    if roll < 0.77:
        made = f"{'deactivate' if rng.random() < 0.15 else 'activate'} {name}"
        return [made + sp()] + (["A->>B: between", f"deactivate {name}"] if rng.random() < 0.4 else [])
    if roll < 0.79:
        return [
            "autonumber"
            + rng.choice(["", " 10", " 10 5", " off", " 1.5 .25", " on", " 1.", " ", "\t", " 3 ", ";"])
        ]
    if roll < 0.82:
        return [
            rng.choice(
                [
                    "title T",
                    "title: T x",
                    "title",
                    "title:",
                    "Title #a",
                    "title  s ",
                    "title : T",
                    "accTitle: a; b # c",
                    "accDescr: d",
                    "accDescr { a\n b\n}",
                    "accDescr {",
                    "accTitle",
                    "accTitle:",
                    "accDescr {}",
                    "accDescr{x}A->>B: x",
                    "title:T",
                    "accDescr : x\u00a0",
                    "title a;b",
                    "acctitle : T",
                ]
            )
        ]
    if roll < 0.84:
        said = rng.choice(["D @ https://x.y", '{"D": "x"}', "no", ""])
        return [f"{rng.choice(['link', 'links', 'properties', 'details', 'LINK'])} {name}: {said}"]
    if roll < 0.88:
        inside = [_participant(rng, wild) for _ in range(rng.randint(0, 3))]
        if wild and rng.random() < 0.15:
            inside.append(
                rng.choice(
                    [
                        "A->>B: m",
                        "<",
                        "destroy A",
                        "create participant Q",
                        "%% c",
                        "",
                        ";",
                        "note over A: t",
                        "box x",
                    ]
                )
            )
        return [f"box {rng.choice(COLORS)}{sp()}", *inside, "end"]
    if depth > 4:
        return [f"{name}->>{other}: deep"]
    word = rng.choice(BLOCKS)
    lines = [f"{word} {_text(rng, wild)}"]
    lines += _document(rng, wild, depth + 1, rng.randint(0, 3))
    following = NEXT.get(word.lower(), "")
    if wild and rng.random() < 0.04:
        following = rng.choice(["else", "and", "option", "elseif", "ELSE"])
    while following and rng.random() < 0.5:
        lines += [f"{following} {_text(rng, wild)}", *_document(rng, wild, depth + 1, rng.randint(0, 2))]
    if not wild or rng.random() < 0.95:
        lines.append(
            rng.choice(["end", "end", "end", "END", "end ", "end %% c", "end # c", "end;"]) if wild else "end"
        )
    return lines


def _participant(rng: random.Random, wild: bool) -> str:
    keyword = rng.choice(
        ["participant", "participant", "actor", "Participant", "destroy"]
        if wild
        else ["participant", "actor"]
    )
    name = _name(rng, wild)
    config = (
        "@{" + (rng.choice(CONFIGS) if rng.random() < 0.6 else _yaml(rng)) + "}"
        if rng.random() < (0.25 if wild else 0.08)
        else ""
    )
    alias = f" as {_text(rng, wild)}" if rng.random() < 0.3 else ""
    return f"{keyword} {name}{_sp(rng, wild) if config else ''}{config}{alias}"


def _mutated(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        kind = rng.random()
        if kind < 0.4:
            text = text[:at] + rng.choice(NOISE) + text[at:]
        elif kind < 0.7:
            text = text[:at] + text[at + rng.randint(1, 3) :]
        elif kind < 0.85:
            text = text[:at] + rng.choice(NOISE) + text[at + 1 :]
        else:
            lines = text.split("\n")
            one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
            text = "\n".join(lines)
    return text
