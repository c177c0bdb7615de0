"""What a release needs beside git: its version checked, its notes, the package tried elsewhere.

    python .ci/release.py check v0.1.0         the tag, the version and the changelog say the same
    python .ci/release.py notes v0.1.0         the changelog's section, as Markdown
    python .ci/release.py try dist/*.whl       install it with the newest dependencies, and use it
    python .ci/release.py try --lowest FILE    with the lowest that pyproject.toml allows

Needs the standard library alone, so that it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LOWEST = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:>=|==)\s*([0-9][0-9A-Za-z.]*)")
_DOOR = """\
import mermaid2gha
made = mermaid2gha.compile({"CI_DIAGRAMS.md": open("CI_DIAGRAMS.md", encoding="utf-8").read()})
assert sorted(made.workflows) == ["build-images.yml", "tests.yml"], made
"""


def version() -> str:
    """The version, from the one place that has it."""
    text = (ROOT / "mermaid2gha/base/version.py").read_text(encoding="utf-8")
    found = re.search(r'^VERSION = "([^"]+)"$', text, re.MULTILINE)
    assert found is not None
    return found[1]


def section(number: str) -> tuple[str, str]:
    """What stands behind a version in the changelog's headings, and the text below it; empty if absent."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    pattern = rf"^## {re.escape(number)}(?: +\(([^)\n]*)\))?$(.*?)(?=^## |\Z)"
    found = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    return (found[1] or "", found[2].strip()) if found else ("", "")


def faults(tag: str) -> list[str]:
    """What keeps a tag from being released."""
    number = version()
    when, text = section(number)
    found = []
    if tag != f"v{number}":
        found.append(f"the tag is {tag}, and mermaid2gha/base/version.py says {number}")
    if not text:
        found.append(f"CHANGELOG.md has no section `## {number}`")
    elif not re.fullmatch(r"\d{4}-\d{2}-\d{2}", when):
        found.append(f"CHANGELOG.md has no date behind {number}: `## {number} (2026-01-31)`")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    if f"\nversion: {number}\n" not in citation:
        found.append(f"CITATION.cff has another version than {number}")
    return found


def lowest() -> list[str]:
    """The dependencies, each at the lowest version that is allowed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = []
    for one in project["dependencies"]:
        found = _LOWEST.match(one)
        assert found is not None, one
        pinned.append(f"{found[1]}=={found[2]}")
    return pinned


def tried(package: Path, *, with_lowest: bool) -> None:
    """Install a wheel or an sdist into a new environment and use it in a folder without a checkout."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
        programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        python = str(programs / ("python.exe" if os.name == "nt" else "python"))
        pip = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "-q",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, str(package.resolve()), *(lowest() if with_lowest else [])], check=True)
        here = folder / "elsewhere"
        here.mkdir()
        shutil.copy(ROOT / "diagrams/CI_DIAGRAMS.md", here)
        for words in (
            ["--version"],
            ["compile", "--quiet", "--output", "build"],
            ["check", "-q", "--output", "build"],
        ):
            paths = ["CI_DIAGRAMS.md"] if len(words) > 1 else []
            subprocess.run([str(programs / "mermaid2gha"), *words, *paths], cwd=here, check=True)
        subprocess.run([python, "-c", _DOOR], cwd=here, check=True)
        compiled = {path.name for path in (here / "build").rglob("*.*")}
        assert {"tests.yml", "build-images.yml", "tests.svg"} <= compiled, compiled
        boms = list((folder / "venv").rglob("mermaid2gha-*.dist-info/sboms/*.cdx.json"))
        assert boms, "the wheel has no list of what it stands on"
        print(f"{package.name}: works with the {'lowest' if with_lowest else 'newest'} dependencies")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("check", "notes"):
        commands.add_parser(name).add_argument("tag")
    of_try = commands.add_parser("try")
    of_try.add_argument("packages", nargs="+", type=Path)
    of_try.add_argument("--lowest", action="store_true")
    arguments = parser.parse_args()
    if arguments.command == "check":
        found = faults(arguments.tag)
        print("\n".join(found) or f"{arguments.tag} can be released")
        return 1 if found else 0
    if arguments.command == "notes":
        print(section(arguments.tag.removeprefix("v"))[1])
        return 0
    for package in arguments.packages:
        tried(package, with_lowest=arguments.lowest)
    return 0


if __name__ == "__main__":
    sys.exit(main())
