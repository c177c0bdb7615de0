"""Formatters beside us come to rest: whoever runs first, neither has anything to write after the other.

`python tests/live/formatters.py [--pairs] [--record]`. Lays out a project's document, settings and workflows
by each formatter that is there (prettier with its defaults and with `--prose-wrap always`, yamlfmt,
mdformat, pretty-format-yaml, yamlfix, the fixers of pre-commit): all in a row on fresh files, and backwards
after people's work and after an edit of the drawing; or with `--pairs` each alone and any two on both. Needs
`prettier` among the modules of `MERMAID2GHA_NODE_MODULES` or on the path, the others on the path; says which
it ran, and fails if none is there. `--record` writes what they made of the files for
`tests/reconcile/test_formatted.py`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))

from formatted_project import LATER, files, peopled, written  # noqa: E402 (its folder is put on the path above)

RECORDED = TESTS / "reconcile" / "formatted"
FIXERS = ("end-of-file-fixer", "trailing-whitespace-fixer", "mixed-line-ending", "fix-byte-order-marker")
Formatter = Callable[[Path], None]


def run(command: Sequence[str], root: Path, *, may_fail: bool = False) -> str:
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode and not may_fail:
        raise AssertionError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def formatters() -> dict[str, Formatter]:
    """Those that are there, each with what it does in a folder."""
    found: dict[str, Formatter] = {}
    modules = Path(os.environ.get("MERMAID2GHA_NODE_MODULES", "")) / "prettier/bin/prettier.cjs"
    prettier = ["node", str(modules)] if modules.is_file() else [*filter(None, [shutil.which("prettier")])]
    if prettier:
        found["prettier"] = lambda root: laid_out([*prettier, "--write"], root)
        found["prettier-wrap"] = lambda root: laid_out([*prettier, "--prose-wrap", "always", "--write"], root)
    if shutil.which("yamlfmt"):
        found["yamlfmt"] = lambda root: laid_out(["yamlfmt"], root, ".yml")
    if shutil.which("mdformat"):
        found["mdformat"] = lambda root: laid_out(["mdformat"], root, ".md")
    if shutil.which("pretty-format-yaml"):
        command = ["pretty-format-yaml", "--autofix"]
        found["pretty-format-yaml"] = lambda root: laid_out(command, root, ".yml", may_fail=True)
    if shutil.which("yamlfix"):
        found["yamlfix"] = lambda root: laid_out(["yamlfix"], root, ".yml", may_fail=True)
    if all(map(shutil.which, FIXERS)):
        found["pre-commit"] = fixed
    return found


def laid_out(command: Sequence[str], root: Path, suffix: str = "", *, may_fail: bool = False) -> None:
    """Some formatters fail where they change something."""
    chosen = [str(path) for path in files(root).values() if path.suffix.endswith(suffix)]
    run([*command, *chosen], root, may_fail=may_fail)


def fixed(root: Path) -> None:
    for fixer in FIXERS:
        run([fixer, *map(str, files(root).values())], root, may_fail=True)  # they fail where they fix


def compiled(root: Path) -> str:
    return run([sys.executable, "-m", "mermaid2gha", "compile"], root)


def state(root: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files(root).items()}


def redrawn(root: Path) -> None:
    path = root / "docs/ci.md"
    path.write_text(path.read_text(encoding="utf-8").replace(*LATER, 1), encoding="utf-8")


def at_rest(root: Path, chosen: Sequence[Formatter], what: str, *, is_current: bool) -> list[str]:
    """What is wrong when formatters run, and then we, and then both once more; `is_current`: nothing is to be
    compiled."""
    for formatter in chosen:
        formatter(root)
    before = state(root)
    compiled(root)
    faults = [
        f"{what}: {n} is compiled anew" for n, b in state(root).items() if is_current and b != before[n]
    ]
    for formatter in chosen:
        formatter(root)
    middle = state(root)
    compiled(root)
    faults += [f"{what}: {name} never comes to rest" for name, b in state(root).items() if b != middle[name]]
    run([sys.executable, "-m", "mermaid2gha", "check", "--no-cache"], root)
    return faults


def on_fresh_files(chosen: dict[str, Formatter]) -> list[str]:
    """What is wrong with some formatters in this order."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written(root)
        compiled(root)
        return at_rest(root, [*chosen.values()], f"{', '.join(chosen)}, on fresh files", is_current=True)


def on_files_of_people(chosen: dict[str, Formatter]) -> list[str]:
    """The same where people work in the files, and after an edit of the drawing."""
    name = ", ".join(chosen)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        written(root)
        compiled(root)
        peopled(root)
        faults = at_rest(root, [*chosen.values()], f"{name}, on files of people", is_current=True)
        redrawn(root)
        return faults + at_rest(root, [*chosen.values()], f"{name}, after an edit", is_current=False)


def recorded(found: dict[str, Formatter]) -> None:
    for name, formatter in found.items():
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            written(root)
            compiled(root)
            peopled(root)
            formatter(root)
            (RECORDED / name).mkdir(parents=True, exist_ok=True)
            for of, content in state(root).items():
                (RECORDED / name / of).write_bytes(content)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--pairs", action="store_true")
    options, found = parser.parse_args(), formatters()
    if options.record:
        recorded(found)
        return 0
    if options.pairs:
        orders = [*permutations(found, 1), *permutations(found, 2)]
        chosen = [{name: found[name] for name in order} for order in orders]
        faults = [fault for some in chosen for fault in (*on_fresh_files(some), *on_files_of_people(some))]
    else:
        faults = on_fresh_files(found) + on_files_of_people(dict(reversed(found.items())))
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"formatters: {', '.join(found) or 'none'}; {len(faults)} not at rest")
    return 1 if faults or not found else 0


if __name__ == "__main__":
    sys.exit(main())
