"""The law of marks: above whatever statement it stands, a mark changes the workflows, or is told, or says
what is so without it."""

from __future__ import annotations

import pytest

from mermaid2gha.base.diagnostic import leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.mermaid.ast import MARKS
from mermaid2gha.settings.model import Settings

HEAD = """\
sequenceDiagram
    actor Dev
    actor Boss
    participant GH as GitHub
    participant CI as ci.yml
    participant Rel as release.yml
    participant Prod as Production server
    participant Reg as Registry
    GH->>CI: Trigger 'push'
    Note over CI: Before
"""
TAIL = """\
    Note over CI: After
    GH->>Rel: Trigger 'workflow_call'
    Rel->>Rel: Cut
    Rel->>Reg: push image
"""
VALUES = {
    **dict.fromkeys(MARKS, ""),
    "id": "other-id",
    "write": "issues",
    "outputs": "docs",
    **dict.fromkeys(("push", "pull", "wait"), "thing"),
    "trigger": "schedule[cron=1 2 3 4 5]",
    "with": "a=b",
    "when": "github.actor == 'x'",
    "token": "read",
    "skip": "build in other.yml",
    "approval": "prod",
    "if": "vars.Q == 'm'",
    "flag": "docs",
    "matrix": "{os: [a, b]}",
    "retry": "4",
    "permissions": "pages: write",
    "role": "external",
}
_ALWAYS_SO = frozenset(("decide", "success", "once"))
"""What may be so of anything: nobody asks for a flag, all before went well, it is done once."""
STATEMENTS = {
    "@Note over CI: Build": "job head",
    "@Note over CI: Build|CI->>CI: Compile": "job head",
    "Note over CI: Build|CI->>CI: Compile|@CI->>CI: Pack": "step",
    "@CI->>CI: Compile": "step",
    "@CI->>Reg: push thing": "role",
    "@CI->>Reg: pull image": "role",
    "@par|Note over CI: Test|and|Note over CI: Lint|end": "",
    "par|Note over CI: Test|@and|Note over CI: Lint|end": "",
    "@loop For each OS (linux, mac)|Note over CI: Pack|end": "",
    "@loop etwas|Note over CI: Pack|end": "",
    "@opt vars.X == 'a'|Note over CI: Pack|end": "",
    "@opt etwas|Note over CI: Pack|end": "",
    "@alt vars.X == 'a'|Note over CI: East|else vars.Y == 'a'|Note over CI: West|end": "",
    "alt vars.X == 'a'|Note over CI: East|@else vars.Y == 'a'|Note over CI: West|end": "",
    "alt vars.X == 'a'|Note over CI: East|@else|Note over CI: West|end": "",
    "@critical|Note over CI: Move|option broken|Note over CI: Back|end": "",
    "critical|Note over CI: Move|@option broken|Note over CI: Back|end": "",
    "@break vars.X == 'a'|Note over CI: Last|end": "stop",
    "@rect rgb(1,2,3)|Note over CI: Inner|end": "",
    "Note over CI: Build|@opt vars.X == 'a'|CI->>CI: Compile|end": "",
    "@CI->>Rel: call": "call",
    "@CI->>Boss: Approve?|Boss-->>CI: yes|CI->>Prod: Deploy": "role",
    "CI->>Boss: Approve?|@Boss-->>CI: yes|CI->>Prod: Deploy": "reply",
    "@CI->>Prod: Deploy": "step role",
    "CI->>Prod: Deploy|@Prod-->>CI: done": "reply",
    "@CI-->>GH: report result": "gate",  # of a file that is there: what its rights are for
    "@GH->>Rel: Trigger 'release'": "",
    "@Dev->>GH: publish a release|GH->>Rel: Trigger 'release'": "reply",
    "@Note over Dev: happy": "reply",
    "@Note over CI,Rel: all done": "",
    "@activate CI|Note over CI: Build|deactivate CI": "job head",
    "@participant Z|CI->>Z: send it": "role",
    "@Dev->>Dev: thinks": "reply",
    "@Dev->>Boss: looks good?": "reply",
}
"""Statements, a mark being above the one behind `@`, with the marks that say what each is by itself."""


def compiled(drawn: str) -> tuple[object, object]:
    body = "".join(f"    {line}\n" for line in drawn.split("|"))
    compilation = compile_documents([SourceFile("drawn.mmd", HEAD + body + TAIL)], Settings())
    return compilation.texts, sorted((one.rule, one.message) for one in leaves(compilation.diagnostics))


@pytest.mark.parametrize("drawn, so", STATEMENTS.items())
def test_a_mark_changes_something_or_is_told(drawn: str, so: str) -> None:
    without = compiled(drawn.replace("@", ""))
    idle = set()
    for mark in sorted(MARKS - {"ignore"}):
        value = "other.yml" if mark == "call" and "@Note" in drawn else VALUES[mark]
        written = f"%% {mark}: {value}" if value else f"%% {mark}"
        if compiled(drawn.replace("@", f"{written}|")) == without:
            idle.add(mark)
    assert idle - _ALWAYS_SO == set(so.split())
