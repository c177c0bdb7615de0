"""The playground as a folder of static files, from `playground/`, npm and the Python around this script.

    python .ci/playground.py OUT        with the packages of MERMAID2GHA_NODE_MODULES, else of `npm ci`

What is put there: our pages and scripts as they are, the browser's Python, Graphviz and editor from npm, the
package with the pure Python that it needs as one archive, the examples, and the licences of all. Nothing is
fetched from elsewhere when the page is used, so the page's policy can forbid it. `address(DRAWING)` is what a
link to the playground ends in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from importlib.metadata import PackagePath, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "playground"
PAGES = (".html", ".css", ".js")
MODULES = {
    "@codemirror/commands": "dist/index.js",
    "@codemirror/language": "dist/index.js",
    "@codemirror/lint": "dist/index.js",
    "@codemirror/search": "dist/index.js",
    "@codemirror/state": "dist/index.js",
    "@codemirror/streamparser": "dist/index.js",
    "@codemirror/view": "dist/index.js",
    "@lezer/common": "dist/index.js",
    "@lezer/highlight": "dist/index.js",
    "@marijn/find-cluster-break": "src/index.js",
    "crelt": "index.js",
    "style-mod": "src/style-mod.js",
    "w3c-keyname": "index.js",
}
"""Packages of npm that scripts import by name: the one file that each is."""
FILES = {
    "@viz-js/viz": {"dist/viz.js": "viz/viz.js"},
    "pyodide": {
        name: f"pyodide/{name}"
        for name in (
            "pyodide.mjs",
            "pyodide.asm.mjs",
            "pyodide.asm.wasm",
            "pyodide-lock.json",
            "python_stdlib.zip",
        )
    },
}
"""Those that our worker loads by their places."""
PURE = ("graphviz", "markdown-it-py", "mdurl", "PyYAML")
"""What the package imports in the browser; of PyYAML the part that is Python."""
_LICENCE = re.compile(r"(?:licen[cs]e|copying|notice)", re.IGNORECASE)
_STAMP = (2020, 1, 1, 0, 0, 0)
_TITLE = re.compile(r"^# +(.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CLAIM = re.compile(r"^ *%% (?:error|warning|note): .*\n", re.MULTILINE)
_OURS_ALONE = re.compile(r"^(?:documents|workflows|graphs):.*\n", re.MULTILINE)


def build(out: Path, modules: Path) -> None:
    """Write the folder anew."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for path in sorted(SOURCE.iterdir()):
        if path.suffix in PAGES:
            (out / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    page = (SOURCE / "index.html").read_text(encoding="utf-8")
    (out / "index.html").write_text(with_imports(page), encoding="utf-8")
    for package, files in npm_files().items():
        for source, target in files.items():
            place = out / "npm" / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / package / source, place)
    write_archive(out / "python.zip")
    (out / "examples.json").write_text(json.dumps(examples(), ensure_ascii=False), encoding="utf-8")
    (out / "licences.txt").write_text("".join(licences(modules)), encoding="utf-8")


def npm_files() -> dict[str, dict[str, str]]:
    """Of each package of npm the files that are put into the folder, and where."""
    named = {package: {source: f"{package}.js"} for package, source in MODULES.items()}
    return {**named, **FILES}


def with_imports(page: str) -> str:
    """The page with the names under which scripts import packages, and their hash in its policy."""
    names = json.dumps({"imports": {package: f"./npm/{package}.js" for package in MODULES}}, indent=1)
    digest = base64.b64encode(hashlib.sha256(names.encode()).digest()).decode()
    policy, _, script = page.partition("<script")
    assert policy.count("'IMPORTS'") == 1 and script.count(">IMPORTS<") == 1
    return (
        f"{policy.replace('IMPORTS', f'sha256-{digest}')}<script{script.replace('>IMPORTS<', f'>{names}<')}"
    )


def write_archive(path: Path) -> None:
    """The package, what asks it for the page, and what it needs, as one archive, the same each time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in sorted(python_files()):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def python_files() -> Iterator[tuple[str, Path]]:
    """Names in the archive, and the files that they are of."""
    yield "answers.py", SOURCE / "answers.py"
    for path in (ROOT / "mermaid2gha").rglob("*"):
        if path.is_file() and path.suffix in (".py", ".md", ".json"):
            yield path.relative_to(ROOT).as_posix(), path
    for name in PURE:
        for entry in distribution_files(name):
            if entry.suffix == ".py":
                yield entry.as_posix(), Path(str(entry.locate()))


def distribution_files(name: str) -> list[PackagePath]:
    files = distribution(name).files
    assert files is not None, f"`{name}` does not say what it consists of"
    return files


def examples() -> list[dict[str, object]]:
    """What one can choose: groups of names with a drawing and settings."""
    text = (ROOT / "docs/cheatsheet.md").read_text(encoding="utf-8")
    sheet = [fence[1] for fence in _FENCE.finditer(text)]
    readme = _FENCE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert sheet and readme is not None
    starter = (SOURCE / "starter.mmd").read_text(encoding="utf-8")
    first = [
        _example("Checks, an image, a deployment that is approved", starter),
        _example("README's", readme[1]),
        *(_example("The whole language on a page", fence) for fence in sheet),
    ]
    gallery = []
    for folder in sorted((ROOT / "diagrams").iterdir()):
        document = folder / f"{folder.name}.md"
        if document.is_file():
            settings = (folder / "mermaid2gha.yml").read_text(encoding="utf-8")
            text = document.read_text(encoding="utf-8")
            title = _TITLE.search(text)
            gallery.append(_example(title[1] if title else folder.name, text, _OURS_ALONE.sub("", settings)))
    sample = (ROOT / "diagrams/CI_DIAGRAMS.md").read_text(encoding="utf-8")
    gallery.append(_example("Apache Airflow: four diagrams, two workflows", sample))
    return [{"name": "First", "examples": first}, {"name": "Gallery", "examples": gallery}]


def _example(name: str, drawing: str, settings: str = "") -> dict[str, str]:
    return {"name": name, "drawing": _CLAIM.sub("", drawing), "settings": settings}


def licences(modules: Path) -> Iterator[str]:
    """The licences of all that is in the folder, ours first; of a package without their text its address."""
    yield _licence("mermaid2gha", [ROOT / "LICENSE"])
    for package in sorted(npm_files()):
        folder = modules / package
        described = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        files = sorted(path for path in folder.iterdir() if path.is_file() and _LICENCE.match(path.name))
        repository = described["repository"]
        address = repository if isinstance(repository, str) else repository["url"]
        yield _licence(f"{package} {described['version']} ({described['license']}), {address}", files)
    for name in PURE:
        metadata = distribution(name).metadata
        files = [
            Path(str(entry.locate()))
            for entry in distribution_files(name)
            if entry.parts[0].endswith(".dist-info") and _LICENCE.match(entry.name)
        ]
        yield _licence(f"{name} {metadata['Version']}", files)


def _licence(title: str, files: list[Path]) -> str:
    texts = "\n".join(path.read_text(encoding="utf-8").strip() for path in files)
    return f"== {title}\n\n{texts}\n\n\n"


def address(drawing: str, settings: str = "") -> str:
    """What a link to the playground ends in to show a drawing: `#1=` and JSON, deflated, in base64url."""
    shown = {"drawing": drawing, "settings": settings} if settings else {"drawing": drawing}
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(json.dumps(shown, ensure_ascii=False).encode()) + deflate.flush()
    return f"#1={base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    given = os.environ.get("MERMAID2GHA_NODE_MODULES")
    with tempfile.TemporaryDirectory() as folder:
        if given is None:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(ROOT / ".ci" / name, folder)
            install = ["npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run([*install, "--loglevel=error"], check=True)
        build(Path(sys.argv[1]), Path(given) if given is not None else Path(folder, "node_modules"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
