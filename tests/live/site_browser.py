"""The built site: that it says what GitHub shows, that nothing of it is dead, and how a browser shows it.

`python tests/live/site_browser.py [FOLDER]`, after `.ci/website.py`; needs chromium. `--pictures OUT` leaves
the windows that are looked at as PNG.
"""

from __future__ import annotations

import argparse
import functools
import html
import http.server
import importlib.util
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from chromium import Browser, Page, program, running
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = (
    # place, width, height, dark
    ("", 1400, 900, False),
    ("cheatsheet/", 390, 844, True),
    ("rules/guessed-approval/", 838, 900, True),
    ("gallery/monorepo/", 390, 844, False),
)
ENOUGH = 4.5
"""The contrast of letters with their ground that WCAG asks for."""
SETTLED = """
(async () => {
  const pause = () => new Promise((done) => setTimeout(done, 20));
  while (document.querySelector("pre.diagram:not(figure pre)")) await pause();
  const figures = [...document.querySelectorAll("figure.diagram")];
  for (const figure of figures.slice(0, 2)) {
    figure.scrollIntoView();
    while (!figure.matches(".shown, .refused")) await pause();
  }
  window.scrollTo(0, 0);
  return figures.slice(0, 2).map((figure) => figure.className);
})()"""
CONTRASTS = """
(() => {
  const bright = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) =>
    Object.fromEntries(["r", "g", "b"].map((x) => [x, top[x] * top.a + below[x] * (1 - top.a)]));
  const luminance = ({ r, g, b }) => [r, g, b].map((x) => x / 255)
    .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
    .reduce((sum, x, at) => sum + x * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => {
    if (!element) return { r: 255, g: 255, b: 255, a: 1 };
    const own = bright(getComputedStyle(element).backgroundColor);
    return own.a === 1 ? own : { ...over(own, ground(element.parentElement)), a: 1 };
  };
  const found = {};
  for (const query of ["p", "td", "td code", "p a", "h2", "summary", ".md-button", "pre code"]) {
    const element = document.querySelector(`article ${query}`);
    if (!element) continue;
    const below = ground(element);
    const [one, other] = [luminance(over(bright(getComputedStyle(element).color), below)), luminance(below)];
    found[query] = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  }
  return found;
})()"""
SEARCHES = {"fewest needs": "/language/", "guessed-approval": "/rules/guessed-approval/"}
"""What is searched for, and the page that is then among the first three."""
SEARCH = '[...document.querySelectorAll("*")].find((e) => e.shadowRoot)?.shadowRoot'
RESULTS = f'[...{SEARCH}.querySelectorAll("a[role=option]")].map((a) => a.href)'


def website() -> ModuleType:
    spec = importlib.util.spec_from_file_location("website", ROOT / ".ci/website.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
_TAG = re.compile(r"<[a-z][^>]*>")
_REFERRING = re.compile(r"<(?:a|img|link|iframe|script|source)\b[^>]*>")
_ID = re.compile(r"\bid=\"([^\"]*)\"")
_TO = re.compile(r"\b(?:href|src)=\"([^\"]*)\"")


class Shape(HTMLParser):
    """What a reader sees of a page: its letters without blanks, and the elements that tell them apart.

    What the theme puts to it is left out.
    """

    ELEMENTS = frozenset(
        "h1 h2 h3 h4 h5 p ul ol li table tr td th pre blockquote code em strong img br".split()
    )
    EMPTY = frozenset("img br hr input meta link".split())

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        if self._skipped or "headerlink" in kind or kind == "filename" or tag in ("button", "nav"):
            self._skipped += tag not in self.EMPTY
        elif tag in self.ELEMENTS:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data)


def shape(text: str) -> str:
    parser = Shape()
    parser.feed(text)
    letters = re.sub(r"\s+", "", "".join(parser.parts))
    return letters.replace("<pre><code>", "<pre>")


def differences(site: Path) -> list[str]:
    """Pages that do not begin with what GitHub shows of them."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    module = website()
    found = []
    for source, place in module.targets().items():
        if source.endswith(".md") and place != "index.md":
            on_github = shape(reader.render((ROOT / source).read_text("utf-8")))
            article = (
                built(site, place).read_text("utf-8").partition("<article")[2].partition("</article>")[0]
            )
            here = shape("<article" + article)
            if not here.startswith(on_github):
                pairs = enumerate(zip(f"{on_github}\0", f"{here}\1"))
                at = next(number for number, (one, other) in pairs if one != other)
                near = slice(max(at - 40, 0), at + 40)
                found.append(f"{source}: …{on_github[near]}… is …{here[near]}…")
    return found


def built(site: Path, place: str) -> Path:
    """The file of a page."""
    return site / place.removesuffix("index.md").removesuffix(".md") / "index.html"


def places(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The anchors of a page, and what it refers to; what is shown as code has no tags."""
    tags = "".join(_TAG.findall(_SCRIPT.sub("", text)))
    references = (
        one for tag in _REFERRING.findall(tags) if "canonical" not in tag for one in _TO.findall(tag)
    )
    return frozenset(_ID.findall(tags)), frozenset(html.unescape(one) for one in references)


def dead(site: Path) -> Iterator[str]:
    """References of built pages that lead nowhere, and those by which something is loaded from elsewhere."""
    files = [path for path in site.rglob("*.html") if path.parent.name != "pages" and path.name != "404.html"]
    pages = {path: places(path.read_text("utf-8")) for path in files}
    for path, (_, references) in pages.items():
        for reference in sorted(references):
            parts = urlsplit(reference)
            if parts.scheme or parts.netloc:
                continue  # what is loaded from elsewhere is seen by the browser
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            target = target / "index.html" if target.is_dir() else target
            known = pages[target][0] if target in pages else frozenset()
            if not target.is_file() or (
                parts.fragment and target in pages and unquote(parts.fragment) not in known
            ):
                yield f"{path.relative_to(site)}: {reference} leads nowhere"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (as the base class has it)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder at an address of this machine, ended by a slash."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def looked_at(page: Page, place: str, width: int, *, is_dark: bool) -> Iterator[str]:
    """What is wrong with a page in a window."""
    shown: list[str] = page.value(SETTLED)
    if any("refused" in one for one in shown):
        yield f"{place}: Mermaid refuses a diagram"
    wide = page.value("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        yield f"{place} at {width}: the page is {wide} pixels wider than its window"
    for query, contrast in page.value(CONTRASTS).items():
        if contrast < ENOUGH:
            yield f"{place}, {'dark' if is_dark else 'light'}: {query} has a contrast of {contrast:.1f}"
    if page.value("getComputedStyle(document.body).colorScheme.includes('dark')") is not is_dark:
        yield f"{place}: the scheme is not the system's"


def first_screen(page: Page) -> Iterator[str]:
    rows = "[...document.querySelectorAll('.sheet tr')].map((row) => row.getBoundingClientRect().bottom)"
    if (count := sum(bottom <= 900 for bottom in page.value(rows))) < 12:
        yield f"the first screen shows {count} rows of the cheat sheet"


def searched(page: Page) -> Iterator[str]:
    """Whether searches lead to their pages."""
    page.until("document.querySelector('.md-search__button') !== null")
    page.value("document.querySelector('.md-search__button').click()")
    page.until(f"{SEARCH}?.activeElement && true")
    for words, wanted in SEARCHES.items():
        page.value(f"{SEARCH}.activeElement.select()")
        page.insert(words)
        is_first = f"one.split('?')[0].endsWith({wanted!r})"
        try:  # the results of the search before stand there for a while, and have the new words in them
            page.until(f"{RESULTS}.slice(0, 3).some((one) => {is_first})")
        except AssertionError:
            found: list[str] = page.value(RESULTS)
            yield f"the search for {words} leads to {found[:3]}"


def chosen_dark(page: Page) -> Iterator[str]:
    """Diagrams and the embedded page follow what is chosen, although the system is light."""
    page.ask("Emulation.setEmulatedMedia", features=[])  # a scheme that is emulated holds for frames, too
    page.value(SETTLED)
    light = page.value("document.querySelector('.drawn').innerHTML")
    for label in ("__palette_1", "__palette_2"):
        page.value(f"document.querySelector('label[for={label}]').click()")
    page.until("document.body.dataset.mdColorScheme === 'slate'")
    page.value("document.querySelector('iframe').scrollIntoView()")
    page.until("document.querySelector('iframe').contentDocument?.querySelector('g.node') && true")
    inner = "getComputedStyle(document.querySelector('iframe').contentDocument.body).backgroundColor"
    page.until(f"{inner} === 'rgb(13, 17, 23)'")
    page.value("window.scrollTo(0, 0)")
    page.until("document.querySelector('.drawn').innerHTML.includes('#30363d')")
    if light == page.value("document.querySelector('.drawn').innerHTML"):
        yield "the diagram stays light on a dark page"


def embedded(page: Page) -> Iterator[str]:
    """The page of an example answers within the site."""
    page.value("document.querySelector('iframe').scrollIntoView()")
    page.until("document.querySelector('iframe').contentDocument?.querySelector('g.node') && true")
    script = """(() => {
      const page = document.querySelector("iframe").contentDocument;
      page.querySelector("g.node").dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
      return new Set([...page.querySelectorAll(".lit")].map((one) => one.closest("section").className)).size;
    })()"""
    if (columns := page.value(script)) != 3:
        yield f"pointing at a job of the embedded page lights {columns} columns"


def linked(page: Page) -> Iterator[str]:
    """An example's link to the playground holds its drawing, without what only tests read."""
    page.until("document.querySelectorAll('a.playground').length > 0")
    script = """(async () => {
      const link = new URL(document.querySelector("a.playground").href);
      const { drawn } = await import(new URL("address.js", link));
      return { ...(await drawn(link.hash)), shown: document.querySelector("pre.diagram").textContent };
    })()"""
    found = page.value(script)
    shown = re.sub(r"^ *%% (?:error|warning|note): .*\n", "", found["shown"], flags=re.MULTILINE)
    if found["drawing"] != shown or found["settings"]:
        yield f"a link to the playground holds {found['drawing']!r}"


def seen(site: Path, browser: Browser, pictures: Path | None) -> Iterator[str]:
    """What is wrong with the site in a browser."""
    errors: list[str] = []

    @contextmanager
    def opened(place: str, **window: Any) -> Iterator[Page]:
        page = browser.page(address + place, **window)
        page.until("document.readyState === 'complete'")
        yield page
        errors.extend(f"{place}: {fault}" for fault in page.faults())
        page.close()

    with served(site) as address:
        for place, width, height, is_dark in WINDOWS:
            with opened(place, width=width, height=height, is_dark=is_dark) as page:
                yield from looked_at(page, place, width, is_dark=is_dark)
                if place == "" and width > 1000:
                    yield from first_screen(page)
                if pictures:
                    name = place.strip("/").replace("/", "-") or "first"
                    page.picture(pictures / f"{name}-{width}-{'dark' if is_dark else 'light'}.png")
        with opened("why/") as page:
            yield from searched(page)
        with opened("gallery/library-release/") as page:
            yield from embedded(page)
            yield from chosen_dark(page)
        if (site / "playground" / "address.js").is_file():
            with opened("cheatsheet/") as page:
                yield from linked(page)
        yield from errors
        own = (address, "data:", "blob:", "about:")
        yield from sorted({f"{one} is loaded" for one in browser.asked if not one.startswith(own)})


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "build/site/html")
    parser.add_argument("--pictures", type=Path)
    arguments: Any = parser.parse_args()
    site = arguments.site.resolve()
    path = program()
    if path is None:
        print("there is no chromium")
        return 1
    found = [*dead(site), *differences(site)]
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with folder as profile, running(path, Path(profile)) as browser:
        found += seen(site, browser, arguments.pictures)
    print("\n".join(found))
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    pages = len(list(site.rglob("index.html")))
    print(f"site: {pages} pages, {size / 1e6:.1f} MB, {len(WINDOWS)} windows looked at, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
