"""A workflow of people's in the current folder: adopted by a drawing, and compiled by others."""

from __future__ import annotations

from pathlib import Path

from quick_yaml import typed

from mermaid2gha.cli import main

FILE = Path(".github/workflows/ci.yml")
DOCUMENT = Path("ci.mmd")


def write(text: str) -> None:
    """Write the workflow, byte for byte."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_bytes(text.encode())


def adopted(text: str, drawn: str) -> None:
    """Write a workflow and adopt it; the first compile changes nothing."""
    write(text)
    DOCUMENT.write_text(drawn, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", str(DOCUMENT), "--write", "-q"]) == 0
    assert compiled(drawn) == text


def compiled(drawn: str, *options: str) -> str:
    """The workflow for a drawing; a second compile changes nothing, and `check` tells nothing."""
    DOCUMENT.write_text(drawn, encoding="utf-8")
    assert main(["compile", "-q", *options]) == 0
    text = FILE.read_bytes().decode()
    assert main(["compile", "-q"]) == 0
    assert main(["check", "-q", "--no-cache"]) == 0
    assert FILE.read_bytes().decode() == text
    return text


def refused(drawn: str) -> None:
    """Nothing is written for a drawing, and both commands say so."""
    text = FILE.read_bytes()
    DOCUMENT.write_text(drawn, encoding="utf-8")
    assert (main(["check", "--no-cache"]), main(["compile"])) == (1, 1)
    assert FILE.read_bytes() == text


def said(text: str) -> object:
    """What a workflow says: one need is the same as a list of it, and an `if` the same in braces."""
    read = typed(text)
    for job in read["jobs"].values():
        job["needs"] = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs")
        job["if"] = str(job.get("if", "")).removeprefix("${{ ").removesuffix(" }}")
    return read


def needs_in(text: str) -> dict[str, set[str]]:
    """The jobs that need others, with these."""
    read = {name: job.get("needs") for name, job in typed(text)["jobs"].items()}
    return {name: {of} if isinstance(of, str) else {*of} for name, of in read.items() if of}
