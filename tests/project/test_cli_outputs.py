"""The marks: whose file one is, and what it was made from, is read off the file alone."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.project.artifacts import (
    Folder,
    OutputFile,
    Ownership,
    PlainText,
    is_current,
    output_text,
    written,
)

NAMES = ["ci.yml", "ci.dot", "ci.mmd", "ci.svg"]


def output(text: str, name: str = "ci.yml", sources: tuple[str, ...] = ("../../docs/ci.md",)) -> OutputFile:
    return OutputFile(Folder.WORKFLOWS, name, PlainText(text), sources)


def test_a_workflow_ends_in_its_sources() -> None:
    lines = output_text(output("# Compiled by mermaid2gha\nname: CI\n")).splitlines()
    assert lines == ["# Compiled by mermaid2gha", "name: CI", "", "# mermaid2gha: from ../../docs/ci.md"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_ours_and_current(name: str) -> None:
    made = output("<svg/>", name)
    known = written(output_text(made))
    assert (known.ownership, known.sources) == (Ownership.OURS, made.sources)
    assert is_current(made, output_text(made))


def test_a_marked_picture_is_still_well_formed() -> None:
    text = output_text(output("<svg/>", "ci.svg", ("../a--b-/ü-.md", "-")))
    assert ElementTree.fromstring(text).tag == "svg"
    assert written(text).sources == ("../a--b-/ü-.md", "-")


def test_windows_line_ends_are_no_edit() -> None:
    made = output("name: CI\n")
    text = output_text(made).replace("\n", "\r\n")
    assert written(text).ownership is Ownership.OURS
    assert is_current(made, text)


@pytest.mark.parametrize("text", ["", "name: CI\n", "# mermaid2gha is great\nname: CI\n"])
def test_a_file_without_our_marks_is_foreign(text: str) -> None:
    assert written(text).ownership is Ownership.FOREIGN


def test_a_workflow_with_our_first_line_and_no_other_mark_is_ours() -> None:
    assert written("# Compiled by mermaid2gha from x.md\nname: CI\n").ownership is Ownership.OURS


def test_a_workflow_sealed_by_an_earlier_version_is_ours() -> None:
    text = "name: CI\n# mermaid2gha: from x.md\n# mermaid2gha: sha256 " + "0" * 64 + "\n"
    assert (written(text).ownership, written(text).sources) == (Ownership.OURS, ("x.md",))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mark", ["drawn", "sha256"])
def test_a_file_of_an_earlier_version_is_ours(name: str, mark: str) -> None:
    text = output_text(output("x\n", name, ("ci.md",)))
    line = text.splitlines()[-1].replace("from ci.md", f"{mark} {'0' * 64}")
    known = written(f"{text}{line}\n")
    assert (known.ownership, known.sources) == (Ownership.OURS, ("ci.md",))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_marks_of_a_merge_is_ours_and_not_current(name: str) -> None:
    lines = output_text(output("a\nb\nc\n", name)).splitlines(keepends=True)
    torn = "".join([*lines[:1], "<<<<<<< HEAD\n", *lines[1:2], "=======\n", ">>>>>>> topic\n", *lines[2:]])
    known = written(torn)
    assert (known.ownership, known.sources) == (Ownership.OURS, ("../../docs/ci.md",))
    assert not is_current(output("a\nb\nc\n", name), torn)


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=3, unique=True))
def test_any_text_and_any_names_of_documents_come_back(text: str, sources: list[str]) -> None:
    made = output(text.replace("\r", ""), sources=tuple(sources))
    known = written(output_text(made))
    assert (known.ownership, known.sources) == (Ownership.OURS, tuple(sources))
