"""A pull request of a stranger: whatever it brings, no command fails by itself, prints what steers or
commands, tells what lies outside of the repository, or changes anything but its own outputs.

Each variant lays files into a repository; every command is called in it. `tests/live/readers.py` looks for
more; what it and others found is read again here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mermaid2gha.cli import main
from mermaid2gha.project import cache

sys.path.insert(0, str(Path(__file__).parents[1] / "live"))

BAD = "a\x1b[31mb \x1b]8;;http://x.invalid\x07c \x9b1md \u202ee \u2066f \u2028g \ufeff\x7f"
RUNNER = "::set-output name=a::b ##[add-mask]c"
SECRET = "hunter2"
CI = "    participant GH as GitHub\n    participant CI as CI (ci.yml)\n    GH->>CI: Trigger 'push'\n"
WORKFLOW = "on: push\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n"
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

WORKFLOW_OF_COMMANDS = """\
name: "CI\\n::error::x"
run-name: "##[add-mask]x \\e[31m"
on:
  push: {branches: ["\\e[31m", "a\\n::error::x"]}
  workflow_dispatch: {inputs: {"a\\n::error::b": {type: string}}}
jobs:
  a:
    name: "a\\n::error::x ##[error]x"
    runs-on: [x, "\\u202e"]
    environment: "\\e]0;x\\a"
    concurrency: "\\n::add-mask::x"
    if: "github.ref != 'a\\n::error::x' && inputs.x == '##[add-mask]'"
    strategy: {matrix: {x: ["\\n::error::y", {a: "\\u2028"}], include: [{y: "##[group]"}]}}
    steps: [{name: "\\n::error::z", run: "echo"}, {uses: "a/b@\\n::error::q", with: {k: "\\e["}}]
  b: {needs: a, uses: "./.github/workflows/x\\n::error::x.yml"}
"""
RUN_OF_COMMANDS = """{"name": "CI\\u001b[31m\\n::error::x", "event": "push\\n::error::x",
"headBranch": "\\ud800",
"jobs": [{"name": "Build\\n::error::x ##[add-mask]x", "conclusion": "\\u202e", "startedAt": "\\u009b",
"steps": [{"name": "\\n::set-output name=a::b"}]}]}
"""

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check", "--no-cache", "."),
    ("check", "."),
    ("check", "--no-cache", "--output-format", "json", "."),
    ("check", "--no-cache", "--output-format", "github", "-v", "."),
    ("check", "--no-cache", "--output-format", "sarif", "."),
    ("compile", "--diff", "--trace", "."),
    ("check", "--no-cache", "--statistics", "."),
    ("parse", "."),
    ("parse", "--format", "json", "."),
    ("fmt", "--diff", "."),
    ("fix", "--diff", "."),
    ("when", "push"),
    ("when", "push", "--format", "json"),
    ("when", BAD),
    ("why", BAD, RUNNER),
    ("replay", "docs/ci.md", "."),
    ("replay", "docs/run.json", "--output-format", "github"),
    ("graph", "--format", "dot", "."),
    ("adopt", ".github/workflows", "--document", "docs/ci.md"),
    ("draw", "--to", "-"),
    ("eject", "--diff", "."),
    ("page", "."),
    ("diff", BAD, RUNNER),
    ("diff", "HEAD"),
    ("explain", f"../{BAD}\n{RUNNER}"),
    (f"{BAD}\n{RUNNER}",),
    ("compile", f"no such {BAD}\n{RUNNER}.md"),
    # What writes comes last.
    ("init",),
    ("init", "--fresh", "--hook", "--attributes"),
    ("fix", "."),
    ("fmt", "."),
    ("adopt", ".github/workflows", "--document", "docs/ci.md", "--write"),
    ("compile", "--force", "--prune", "."),
    ("draw", "--document", "docs/new.md"),
    ("page", ".", "--output", "docs/page.html"),
    ("eject", "."),
)


def drawn(label: str = "Build", head: str = "# CI\n") -> str:
    return (
        f"{head}\n```mermaid\nsequenceDiagram\n{CI}"
        f"    Note over CI: Build {label}\n    CI->>Store: Fetch {label}\n"
        f"    opt {label}\n        Note over CI: Lint {label}\n    end\n```\n"
    )


def put(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))


def link(name: str, target: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def bomb() -> str:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    rows += [f"{n}: &{n} [{', '.join([f'*{p}'] * 9)}]" for p, n in zip("abcdefgh", "bcdefghi")]
    return "\n".join(rows) + "\n"


def settings(text: str) -> None:
    put("mermaid2gha.yml", f"documents: [docs/ci.md]\n{text}")


def pipe(name: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).unlink(missing_ok=True)
    os.mkfifo(name)


def cache_in_repository() -> None:
    link(".mermaid2gha_cache", ".")
    os.environ[cache.VARIABLE] = str(Path.cwd() / ".mermaid2gha_cache")


def full_cache() -> None:
    for number in range(600):
        put(f"shared/{number:032x}", "mine")
    os.environ[cache.VARIABLE] = str(Path.cwd() / "shared")


VARIANTS: dict[str, Callable[[], object]] = {
    "escapes in labels": lambda: put("docs/ci.md", drawn(BAD)),
    "escapes in a heading": lambda: put("docs/ci.md", drawn(head=f"# CI {BAD}\n")),
    "escapes in front matter": lambda: put(
        "docs/b.mmd",
        f'---\ntitle: "{BAD}"\n---\nsequenceDiagram\n{CI}'.replace("\x1b", "\\e").replace("\x07", ""),
    ),
    "escapes in a whole file": lambda: put(
        "docs/b.mmd", f"sequenceDiagram\n{CI}    Note over CI: {BAD}\n  {BAD}\n"
    ),
    "commands to the runner in labels": lambda: put(
        "docs/ci.md", drawn(RUNNER, f"# CI {RUNNER}\n\n{RUNNER}\n")
    ),
    "commands to the runner as lines": lambda: put(
        "docs/b.mmd", f"sequenceDiagram\n{CI}\n::error::x\n  ::add-mask::x\nNote over CI: a\n"
    ),
    "a file name with a line end": lambda: put(f"docs/a\n::error::taken{BAD.replace('/', '')}.md", drawn()),
    "a file name that is no UTF-8": lambda: put(os.fsdecode(b"docs/a\xff\xfe.md"), drawn("x\n    opt")),
    "a file name of 250 bytes": lambda: put(f"docs/{'a' * 247}.md", drawn()),
    "a document that leads out": lambda: link("docs/ci.md", "../../outside/secret.mmd"),
    "a diagram that leads out": lambda: link("docs/b.mmd", "../../outside/secret.mmd"),
    "a document that leads to git's settings": lambda: link("docs/b.mmd", "../.git/config"),
    "settings that lead out": lambda: link("mermaid2gha.yml", "../outside/secret.mmd"),
    "a workflow that leads out": lambda: link(".github/workflows/ci.yml", "../../../outside/secret.mmd"),
    "a folder of workflows that leads out": lambda: link(".github/workflows", "../../outside"),
    "a folder of workflows that leads to hooks": lambda: link(".github/workflows", "../.git/hooks"),
    "settings that name a document outside": lambda: settings(
        "extra: x\n".replace("extra: x", "graphs: ../outside")
    ),
    "settings that name workflows outside": lambda: settings("workflows: ../outside\n"),
    "settings that name git's folder": lambda: settings("workflows: .git/hooks\ngraphs: .git\n"),
    "settings that list what is outside": lambda: put(
        "mermaid2gha.yml", "documents: [../outside/secret.mmd, .git/config, ../outside]\n"
    ),
    "a workflow that is a pipe": lambda: pipe(".github/workflows/ci.yml"),
    "a document that is a pipe": lambda: pipe("docs/ci.md"),
    "a document that is endless": lambda: link("docs/ci.md", "/dev/zero"),
    "links in a circle": lambda: [
        link("docs/ci.md", "ci.md"),
        link("docs/d", "."),
        link("mermaid2gha.yml", "x/y"),
    ],
    "a folder where a file is wanted": lambda: [
        put("docs/x.md/y", ""),
        put(".github/workflows/ci.yml/x", ""),
    ],
    "aliases in front matter": lambda: put(
        "docs/b.mmd", f"---\n{bomb()}title: *i\n---\nsequenceDiagram\n{CI}"
    ),
    "aliases in settings": lambda: settings(f"{bomb()}tags: *i\n"),
    "aliases in a workflow": lambda: put(".github/workflows/ci.yml", f"{bomb()}on: *i\njobs: *i\n"),
    "YAML that would make objects": lambda: [
        settings("tags: !!python/object/apply:os.system ['touch pwned']\n"),
        put(".github/workflows/ci.yml", "on: !!python/object/apply:os.system ['touch pwned']\njobs: {}\n"),
    ],
    "deep YAML": lambda: [
        settings(f"tags: {'[' * 5000}\n"),
        put(".github/workflows/ci.yml", f"on: push\njobs: {'{a: ' * 3000}x{'}' * 3000}\n"),
    ],
    "deep conditions": lambda: [
        settings(f"conditions: {{a: {'(' * 3000}true{')' * 3000}}}\n"),
        put(".github/workflows/ci.yml", WORKFLOW.replace("runs-on", f"if: {'!' * 4000}true, runs-on")),
    ],
    "long texts": lambda: put("docs/ci.md", drawn("push to the " * 6000)),
    "deep fragments": lambda: put("docs/b.mmd", f"sequenceDiagram\n{CI}" + "opt a\n" * 3000),
    "names that no system has": lambda: settings(
        f'workflows: {"a" * 5000}\ngraphs: "a\\0b"\nlifelines: {{CI: {{file: "a\\0b.yml"}}}}\n'
    ),
    "documents that no system has": lambda: put(
        "mermaid2gha.yml", f'documents: ["{"a" * 5000}", "a\\0b", "\\ud800", ""]\n'
    ),
    "halves of characters": lambda: [
        settings('tags: {"\\ud800": "\\udfff"}\nlifelines: {"\\udc80": {role: registry}}\n'),
        put(
            ".github/workflows/ci.yml",
            'name: "\\ud800"\non: push\njobs: {"\\ud800": {name: "\\udc00", steps: []}}\n',
        ),
    ],
    "escapes in a workflow": lambda: put(
        ".github/workflows/ci.yml",
        'name: "a \\e[31m \\x9b \\u202e"\non: push\njobs:\n'
        '  a: {name: "\\e[2J", if: "github.ref != \'\\e[2J\'", '
        'runs-on: x, strategy: {matrix: {x: ["\\e[31m", b]}}, steps: [{run: make}]}\n',
    ),
    "escapes in settings": lambda: settings('"\\e[31m \\u202e": x\nflows: {"\\e[2J": {when: "\\e["}}\n'),
    "names that Windows keeps": lambda: put(
        "docs/ci.md",
        drawn().replace("ci.yml", "con.yml")
        + drawn(head="# Other\n").replace("CI (ci.yml)", "Aux (nul.yml)"),
    ),
    "workflows whose names no document can say": lambda: [
        put(f".github/workflows/{os.fsdecode(name)}.yml", WORKFLOW)
        for name in (b"a\n::error::x", b"\xff\xfe", b" ci ", b"##[add-mask]x", b"a\\b", b"a;b", b"a\x1b[2J")
    ],
    "a workflow full of escapes and commands to the runner": lambda: put(
        ".github/workflows/ci.yml", WORKFLOW_OF_COMMANDS
    ),
    "a run full of escapes and commands to the runner": lambda: put("docs/run.json", RUN_OF_COMMANDS),
    "a rule that is a path": lambda: settings(
        f"rules: {{ignore: [../../../outside/secret, {'x' * 4000}]}}\n"
    ),
    "a cache that it brings": cache_in_repository,
    "a cache full of others' files": full_cache,
    "marks of another version": lambda: put(
        ".github/workflows/ci.yml",
        f"# Compiled by mermaid2gha 9 from x\n{WORKFLOW}# mermaid2gha: sealed 9 abc\n",
    ),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a project, beside it what is nobody's business."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    put("outside/secret.mmd", f"sequenceDiagram\n{CI}\n{SECRET}\n  documents: {SECRET}\n")
    put("outside/ci.yml", f"{SECRET}: [\n")
    monkeypatch.chdir((tmp_path / "repository").mkdir() or tmp_path / "repository")
    put(".git/config", f"[core]\n  {SECRET}\n")
    put(".git/hooks/pre-commit", "")
    put("docs/ci.md", drawn())
    put("README.md", "# Prose\n")
    settings("")
    return tmp_path


def everything(root: Path) -> dict[str, bytes | str]:
    """All that there is, links unfollowed."""
    found: dict[str, bytes | str] = {}
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(folder, name)
            if path.is_symlink():
                found[str(path)] = str(path.readlink())
            elif path.is_file():
                found[str(path)] = path.read_bytes()
    return found


def own_outputs(root: Path, words: tuple[str, ...]) -> tuple[str, ...]:
    """What a command may write, as the beginnings of paths."""
    repository = f"{root}/repository/"
    documents = (f"{repository}docs/",)
    return {
        "check": (),
        "fmt": documents if "--diff" not in words else (),
        "fix": (*documents, f"{repository}mermaid2gha.yml") if "--diff" not in words else (),
        "adopt": (f"{repository}mermaid2gha.yml",) if "--write" in words else (),
        "page": documents if "--output" in words else (),
        "draw": (*documents, f"{repository}mermaid2gha.yml") if "--to" not in words else (),
        "eject": (f"{repository}.github/workflows/",) if "--diff" not in words else (),
        "compile": (f"{repository}.github/workflows/",) if "--force" in words else (),
    }.get(words[0], ())


def lines_of(form: str, text: str) -> list[str]:
    """The lines of a text but those that are commands of ours."""
    lines = text.split("\n")
    is_ours = "github" in form
    return [one for one in lines if not (is_ours and re.match(r"::(error|warning|notice) ", one))]


def assert_inert(about: str, out: list[str], err: str) -> None:
    """What is printed tells no secret, steers no terminal and commands no runner."""
    said = [*out, *err.split("\n")]
    assert not any(SECRET in line for line in said), about
    assert not any(STEERS.search(line) for line in said), about
    assert not any(re.match(r"\s*::[^:\s]", line) or "##[" in line for line in said), about


@pytest.mark.parametrize("name", VARIANTS)
def test_a_hostile_pull_request_learns_and_changes_nothing(
    name: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    VARIANTS[name]()
    for words in COMMANDS:
        before = everything(here)
        code = main(list(words))
        out, err = capsys.readouterr()
        about = f"{words}: {(out + err)[-2000:]}"
        assert code < 3, about
        assert_inert(about, lines_of(" ".join(words), out), err)
        assert SECRET not in out and not STEERS.search(out), about
        own = (f"{here}/cache", *own_outputs(here, words))
        after = everything(here)
        changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        assert not {path for path in changed if not path.startswith(own)}, about


WORKFLOWS = [name for name in VARIANTS if "workflow" in name and "lead" not in name and "outside" not in name]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_stranger_says_nothing_through_what_differs_between_revisions(
    name: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    shutil.rmtree(".git")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "before"], check=True)
    VARIANTS[name]()
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", f"after {RUNNER}"], check=True)
    for words in (("HEAD^", "HEAD"), ("HEAD^",), ("HEAD", "HEAD^")):
        for form in ("text", "markdown", "json", "mermaid"):
            before = everything(here)
            assert main(["diff", *words, "--format", form]) in (0, 1, 2)
            out, err = capsys.readouterr()
            assert_inert(f"diff {words} {form}", out.split("\n"), err)
            assert everything(here) == before


def finds() -> list[str]:
    file = Path(__file__).parents[1] / "live/finds.jsonl"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.mark.parametrize("line", finds())
def test_what_the_fuzzer_found_is_mended(line: str) -> None:
    import readers

    readers.check(readers.kept(line))
