"""The site: the pages of `docs/`, one page a rule, the gallery with its pages to look at, and the playground.

    python .ci/website.py               build/site/html, with zensical and npm's `mermaid`
    python .ci/website.py --stage OUT   the sources alone, which need neither

Pages are those that GitHub shows; they are laid out anew for the site (`targets`), and their links follow.
A link to what the site does not have leads to the repository, which `MERMAID2GHA_HOME` names, and is plain
text without it. `MERMAID2GHA_SITE` is the address of the site, for its map and for what is not found.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "site"
SOURCES = ROOT / "site"
VERSION = re.search(r'VERSION = "([^"]+)"', (ROOT / "mermaid2gha/base/version.py").read_text("utf-8"))[1]  # type: ignore[index]
ALONE = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "SECURITY.md": "reporting.md",
    "diagrams/CI_DIAGRAMS.md": "gallery/sample.md",
    "docs/README.md": "index.md",
    "docs/ci/README.md": "ci/index.md",
    "docs/gallery.md": "gallery/index.md",
    "docs/playground.md": "about-playground.md",  # the playground itself is at its address
    "docs/rules.md": "rules/index.md",
}
"""Pages that the site has elsewhere than beside their like."""
PLAYGROUND = ROOT / ".ci" / "playground.py"
"""What writes the playground into a folder; its `address.js` gives the end of the address of a drawing."""
_WITH = 'export { address } from "../playground/address.js";\n'
_WITHOUT = "export const address = null;\n"
SAMPLE = "sample"
WIDE = "---\nhide: [toc]\n---\n\n"
_FENCE = re.compile(r"^(`{3,}|~{3,})([^\n]*)\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL)
_CODE = r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
_LINK = re.compile(_CODE + r"|(?P<mark>!?)\[(?P<text>(?:`[^`]*`|[^\[\]`])*)\]\((?P<to>[^)\s]+)\)", re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_REMARK = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_INLINE_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_POLICY = "script-src 'self' SCRIPTS;"
_NUMBERED = re.compile(r"^( *\d+)([.)] )", re.MULTILINE)
_FOREIGN = re.compile(r"[a-z]+:")


def targets() -> dict[str, str]:
    """Where in the site each file of the repository is: pages, and pictures as they are."""
    found = {f"docs/{path.name}": path.name for path in (ROOT / "docs").glob("*.md")}
    found |= {
        f"mermaid2gha/rules/{path.name}": f"rules/{path.name}"
        for path in (ROOT / "mermaid2gha/rules").glob("*.md")
    }
    for name in examples():
        found[f"diagrams/{name}/{name}.md"] = f"gallery/{name}.md"
    for path in (*(ROOT / "out").rglob("*.svg"), *(ROOT / "docs").rglob("*.svg")):
        found[path.relative_to(ROOT).as_posix()] = f"pictures/{'/'.join(_short(path))}"
    for name in (SAMPLE, *examples()):
        for path in workflows(name):
            found[path.relative_to(ROOT).as_posix()] = f"gallery/{name}.md#{anchor(path.name)}"
    return found | {source: to for source, to in ALONE.items() if (ROOT / source).is_file()}


def _short(path: Path) -> Iterator[str]:
    """The parts of a picture's place that tell it from others."""
    return (part for part in path.relative_to(ROOT).parts if part not in ("out", "docs", "graphs"))


def examples() -> list[str]:
    """The projects of the gallery, beside the sample."""
    return sorted(path.parent.name for path in (ROOT / "diagrams").glob("*/mermaid2gha.yml"))


def workflows(name: str) -> list[Path]:
    """The workflow files of an example."""
    return sorted((ROOT / "out" / ("" if name == SAMPLE else name) / "workflows").glob("*.yml"))


def staged(home: str = "") -> dict[str, str]:
    """All pages of the site by their place in it, for Python-Markdown; `home` is the repository's address."""
    places = targets()
    pages = {
        to: page(source, places, home)
        for source, to in places.items()
        if source.endswith(".md") and to != "index.md"
    }
    for place in pages:
        if place.startswith("rules/") and place != "rules/index.md":
            pages[place] += "\n[All rules](index.md)\n"
    for name in (SAMPLE, *examples()):
        pages[f"gallery/{name}.md"] = WIDE + pages[f"gallery/{name}.md"] + _example(name)
    readme, contents = (page(source, places, home) for source in ("README.md", "docs/README.md"))
    pages["index.md"] = _first(pages["cheatsheet.md"], readme, contents)
    pages["playground.md"] = (SOURCES / "playground.md").read_text("utf-8")
    return pages


def page(source: str, places: Mapping[str, str], home: str) -> str:
    """A page of the repository as one of the site."""
    text = _numbers((ROOT / source).read_text("utf-8"))
    anchors: Counter[str] = Counter()
    place = places[source]

    def prose(part: str) -> str:
        part = "\n".join(_row(line) for line in _REMARK.sub("", part).split("\n"))
        part = _LINK.sub(lambda link: _followed(link, source, place, places, home), part)
        return _HEADING.sub(lambda heading: f"{heading[0]} {{ #{_numbered(heading[2], anchors)} }}", part)

    return apart(text, prose, _fence)


def _numbers(text: str) -> str:
    """A text whose lines that only happen to begin with `17.` begin no list.

    On GitHub none but a 1 begins one within a paragraph (CommonMark, list items); Python-Markdown takes any.
    """
    if not _NUMBERED.search(text):
        return text
    tokens = MarkdownIt("commonmark").parse(text)
    items = {token.map[0] for token in tokens if token.type == "list_item_open" and token.map}
    code = {line for token in tokens if token.type == "fence" and token.map for line in range(*token.map)}
    lines = text.split("\n")
    for number in range(len(lines)):
        if number not in items | code:
            lines[number] = _NUMBERED.sub(r"\1\\\2", lines[number])
    return "\n".join(lines)


def apart(text: str, prose: Callable[[str], str], fence: Callable[[re.Match[str]], str]) -> str:
    """A Markdown text with its prose and its fences changed, each in its way."""
    parts, at = [], 0
    for match in _FENCE.finditer(text):
        parts += [prose(text[at : match.start()]), fence(match)]
        at = match.end()
    return "".join([*parts, prose(text[at:])])


def anchor(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", _INLINE_LINK.sub(r"\1", heading).lower()).replace(" ", "-")


def _numbered(heading: str, counts: Counter[str]) -> str:
    """The anchor of a heading of a page; the second of its kind has a number."""
    slug = anchor(heading)
    counts[slug] += 1
    return f"{slug}-{counts[slug] - 1}" if counts[slug] > 1 else slug


def _row(line: str) -> str:
    """A row of a table: within code, Python-Markdown takes a bar for one without a backslash."""
    return re.sub(_CODE, lambda code: code[0].replace(r"\|", "|"), line) if line.startswith("|") else line


def _fence(match: re.Match[str]) -> str:
    """A fence with the info string that SuperFences reads: a language, and a file's name as title."""
    marks, words = match[1], match[2].split()
    name = "mermaid2gha.yml" if words[1:] == ["settings"] else "".join(words[1:2])
    title = f' title="{name}"' if "." in name else ""
    # Between two fences Python-Markdown wants a blank line.
    return f"{marks}{''.join(words[:1])}{title}\n{match[3]}{marks}\n\n"


def _followed(link: re.Match[str], source: str, place: str, places: Mapping[str, str], home: str) -> str:
    """A link of a page, from where the page now is to where its target now is."""
    to = link["to"]
    if link["code"] or to.startswith("#") or _FOREIGN.match(to):
        return link[0]
    path, _, part = to.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    if path in places:
        file, _, own = places[path].partition("#")
        part = part or own
        near = posixpath.relpath(file, posixpath.dirname(place) or ".")
        return f"{link['mark']}[{link['text']}]({near}{'#' if part else ''}{part})"
    assert (ROOT / path).exists(), f"{source}: nothing is at {to}"
    kind = "tree" if (ROOT / path).is_dir() else "blob"
    return f"[{link['text']}]({home}/{kind}/v{VERSION}/{path})" if home else link["text"]


def _first(sheet: str, readme: str, contents: str) -> str:
    """The first page: what this is, the language in two tables, and all pages."""
    lead = readme.split("\n\n")[1]
    tables = sheet.partition("\n")[2].rpartition("\n\n`mermaid2gha compile`")[0].strip()
    every = contents.partition("\n")[2].strip()
    frame = (SOURCES / "first.md").read_text("utf-8")
    return frame.replace("LEAD", lead).replace("TABLES", tables).replace("CONTENTS", every)


def _example(name: str) -> str:
    """What stands below the document of an example: its page to look at, its workflows."""
    file = f"../pages/{name}.html"
    parts = [
        f"\n## Drawing, jobs and workflows beside each other {{ #page }}\n\n[In a window of its own]({file})"
        "{ .alone }\n",
        f'<iframe class="page" src="{file}" title="The page of this example" loading="lazy"></iframe>\n',
        "## The workflows { #workflows }\n",
    ]
    for path in workflows(name):
        parts.append(f"### {path.name} {{ #{anchor(path.name)} }}\n\n```yaml\n{path.read_text('utf-8')}```\n")
    return "\n".join(parts)


def pictures() -> dict[str, Path]:
    """The pictures by their place in the site."""
    return {to: ROOT / source for source, to in targets().items() if source.endswith(".svg")}


def stage(folder: Path, home: str, *, is_whole: bool) -> None:
    """Write the sources of the site; the whole of them has Mermaid and the pages of the gallery."""
    shutil.rmtree(folder, ignore_errors=True)
    for place, text in staged(home).items():
        _write(folder / place, text.encode())
    for place, path in pictures().items():
        _write(folder / place, path.read_bytes())
    for name in ("site.css", "diagrams.mjs"):
        _write(folder / "assets" / name, (SOURCES / name).read_bytes())
    has_playground = is_whole and PLAYGROUND.is_file()
    _write(folder / "assets" / "playground.mjs", (_WITH if has_playground else _WITHOUT).encode())
    if is_whole:
        _mermaid(folder / "assets" / "mermaid")
        for name in (SAMPLE, *examples()):
            _page(name, folder / "pages" / f"{name}.html")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _mermaid(folder: Path) -> None:
    """Mermaid as npm has it: a module that loads the kinds of diagrams that a page has."""
    dist = modules() / "mermaid" / "dist"
    if not dist.is_dir():
        sys.exit(f"there is no mermaid in {modules()}: `make site` installs it")
    _write(folder / "mermaid.esm.min.mjs", (dist / "mermaid.esm.min.mjs").read_bytes())
    for path in (dist / "chunks" / "mermaid.esm.min").glob("*.mjs"):
        _write(folder / "chunks" / "mermaid.esm.min" / path.name, path.read_bytes())
    _write(folder / "LICENSE", (modules() / "mermaid" / "LICENSE").read_bytes())


def modules() -> Path:
    """Where the packages from npm are."""
    return Path(os.environ.get("MERMAID2GHA_NODE_MODULES", ROOT / "build/node/node_modules"))


def _page(name: str, path: Path) -> None:
    """The page to look at of an example."""
    from mermaid2gha.cli import main

    document = "diagrams/CI_DIAGRAMS.md" if name == SAMPLE else f"diagrams/{name}/{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    if code := main(["page", document, "--output", str(path), "--quiet"]):
        sys.exit(code)


def guard(site: Path) -> None:
    """Let each page run no scripts but those that it has: their digests go into its policy."""
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        if _POLICY in text:
            scripts = {hashlib.sha256(one.encode()).digest() for one in _INLINE_SCRIPT.findall(text)}
            words = sorted(f"'sha256-{base64.b64encode(one).decode()}'" for one in scripts)
            path.write_text(text.replace(_POLICY, f"script-src 'self' {' '.join(words)};"), "utf-8")


def build(home: str) -> None:
    os.chdir(ROOT)  # the pages of the gallery name their documents as they are called from here
    stage(BUILD / "docs", home, is_whole=True)
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean", "--strict"], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    guard(BUILD / "html")
    if PLAYGROUND.is_file():
        shutil.rmtree(BUILD / "html" / "playground")
        place = {**os.environ, "MERMAID2GHA_NODE_MODULES": str(modules())}
        subprocess.run([sys.executable, PLAYGROUND, BUILD / "html" / "playground"], env=place, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stage", metavar="OUT", type=Path)
    arguments = parser.parse_args()
    home = os.environ.get("MERMAID2GHA_HOME", "").rstrip("/")
    if arguments.stage:
        stage(arguments.stage, home, is_whole=False)
    else:
        build(home)


if __name__ == "__main__":
    main()
