"""The playground in a real browser, from a local server: drawn, mended, shared, and nobody else asked.

`python tests/live/playground_browser.py [--pictures FOLDER]`; needs chromium and the packages of npm. The
folder gets what is seen at three widths in both schemes.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import importlib.util
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from chromium import Browser, Page, program, running

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ((1400, 900), (838, 900), (390, 844))
STATUS = "document.getElementById('status')?.textContent"
DRAWING = """\
sequenceDiagram
    actor Dev
    Dev->>GitHub: push
    GitHub->>CI: go
    Note over CI: Build 😀
    CI->>Dev: 😀 well?
    Dev->>CI: as you like
    Note over CI: Deploy
"""
MARK = "%% approval: approval"
LEAK = """new Promise((resolve) => {
  const source = `addEventListener("securitypolicyviolation", (e) => postMessage(e.violatedDirective));
    fetch("http://127.0.0.1:1/").catch(() => {});`;
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  worker.onmessage = ({ data }) => resolve(data);
})"""
"""What a worker of the page's is refused when it asks somebody else."""


def linked(drawing: str) -> str:
    """What a link to a drawing ends in, as whoever builds pages makes it."""
    spec = importlib.util.spec_from_file_location("playground", ROOT / ".ci/playground.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ending: str = module.address(drawing)
    return ending


class _Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 (the library's own way)
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served."""
    files = functools.partial(_Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def opened(browser: Browser, url: str, size: tuple[int, int] = SHOWN[0], *, is_dark: bool = False) -> Page:
    """The playground once it has compiled and drawn what the address says."""
    page = browser.page(url, width=size[0], height=size[1], is_dark=is_dark)
    page.until("document.body?.dataset.pictures")
    return page


def settled(page: Page, what: str) -> object:
    """The value of an expression after the next compile and its pictures."""
    page.until("document.body.dataset.pictures")
    return page.value(what)


def typed(page: Page, text: str, tab: str = "drawing") -> None:
    """A text in the stead of all that is in an editor, typed."""
    page.value(f"document.getElementById('tab-{tab}').click()")
    page.value(f"document.querySelector('#{tab} .cm-content').focus()")
    page.press("a", 65, is_control=True)
    page.insert(text)


def pressed(page: Page, button: str) -> None:
    """A button that changes a text."""
    page.value(f"document.querySelector('{button}').click()")


def text_of(page: Page, place: str) -> str:
    return str(page.value(f"document.querySelector('{place}').textContent"))


def drawing_of(page: Page) -> str:
    """The lines of the editor that are in view."""
    lines = "[...document.querySelectorAll('#drawing .cm-line')].map((line) => line.textContent).join('\\n')"
    return str(page.value(lines))


def used(browser: Browser, url: str) -> list[str]:
    """What is not as it should be when one draws."""
    page = opened(browser, url)
    wrong = []

    def holds(what: str, is_so: object) -> None:
        if not is_so:
            wrong.append(what)

    holds("the first example is shown", "1 workflow" in str(page.value(STATUS)))
    first, pictures = (page.value(f"+document.body.dataset.{name}") for name in ("compiled", "pictures"))
    typed(page, DRAWING)
    holds("a drawing has its workflow", "Build 😀" in str(settled(page, "workflow.textContent")))
    print(
        f"the first drawing is compiled after {first} ms and drawn after {pictures} ms, loading included;",
        end=" ",
    )
    print(f"another one after {page.value('+document.body.dataset.compiled')} ms")

    underlined = page.value("document.querySelector('#drawing .cm-lintRange-warning')?.textContent")
    holds(f"a finding is underlined where it is, not {underlined}", underlined == "as you like")
    found = text_of(page, "#findings .warning")
    holds(f"a finding is told with place and cure: {found}", "ci.mmd:7:" in found and MARK in found)
    page.value("document.querySelector('#findings .warning .link').click()")
    page.until("document.querySelector('#findings .rule h1')")
    holds("fix shows the mark that it would write", MARK in text_of(page, "#marks ins"))
    pressed(page, "#findings .warning .cure")
    holds("a cure leaves no warning", "warning" not in str(settled(page, STATUS)))
    holds("a cure is written above its line", f"    {MARK}\n    Dev->>CI: as" in drawing_of(page))
    page.value("document.querySelector('#drawing .cm-content').focus()")
    page.press("z", 90, is_control=True)
    holds("undo takes it back", "1 warning" in str(settled(page, STATUS)) and MARK not in drawing_of(page))
    pressed(page, "#marks .cure")
    holds("fix makes all cures", "warning" not in str(settled(page, STATUS)) and MARK in drawing_of(page))

    jobs = page.value("[...document.querySelectorAll('#graph [data-job]')].map((one) => one.dataset.job)")
    holds(f"each job is in the picture: {jobs}", [*map(str, jobs)] == ["ci.yml:build", "ci.yml:deploy"])
    page.value(
        "document.querySelector('#graph [data-job]').dispatchEvent(new Event('click', {bubbles: true}))"
    )
    holds("a job's lines are lit", text_of(page, "#workflow .lit").startswith("  build:"))
    page.value("document.querySelector('#findings .place').click()")
    page.press("End", 35, is_control=True)
    page.press("ArrowUp", 38)
    page.until("document.querySelector('#graph .lit')?.dataset.job === 'ci.yml:deploy'")
    holds("the cursor's line says what it became", "job (ci.yml: deploy)" in text_of(page, "#statement"))
    holds("and its job is lit", text_of(page, "#workflow .lit").startswith("  deploy:"))
    choose = "{const one = document.querySelector('#graph [name=%s]'); one.value = '%s';"
    choose += "one.dispatchEvent(new Event('change', {bubbles: true}))}"
    page.value(choose % ("occasion", "push"))
    page.until("document.querySelector('#graph .success')")
    page.value(choose % ("failing", "ci.yml:build"))
    page.until("document.querySelector('#graph .failure')")
    holds("what a failure stops is told", "deploy" in text_of(page, "#graph .runs .no"))

    typed(page, "timeout-minuts: 5\n", "settings")
    holds(
        "a fault of the settings is told there",
        settled(page, "!!document.querySelector('#settings .cm-lintRange-error')"),
    )
    pressed(page, "#findings .cure")
    holds("it has a cure there", "timeout-minutes: 5" in str(settled(page, "workflow.textContent")))
    link = str(page.value("location.href"))
    before = drawing_of(page)
    typed(page, "sequenceDiagram\n    A->>B\n")
    holds("an error is told", "1 error" in str(settled(page, STATUS)))
    holds("and the workflow before it stays, faded", settled(page, "workflow.classList.contains('old')"))
    around = "    Note over CI: A\n    Note over CI: B\n"
    back = "    Note over CI: B\n    Note over CI: A\n"
    typed(page, f"sequenceDiagram\n    GitHub->>CI: push\n    par\n{around}    and\n{back}    end\n")
    settled(page, "")
    holds("an order that leads back to itself is told", "cyclic-order" in text_of(page, "#findings"))
    page.value(f"location.hash = {json.dumps(link[link.index('#') :])}")
    page.until(f"{STATUS}.startsWith('1 workflow')")
    holds("a link opens in an open page", settled(page, "1") and drawing_of(page) == before)
    holds(f"no fault is in the console: {page.faults()}", page.faults() == [])
    typed(page, "flowchart LR\n    A --> B\n")
    settled(page, "")
    holds("it is told that nothing is drawn", "No workflow is drawn" in text_of(page, "#findings"))
    hostile = "<img src=x onerror=\"document.title = 'taken'\"> & </script><b>B"
    typed(page, f"sequenceDiagram\n    GitHub->>CI: push\n    Note over CI: {hostile}\n")
    holds(
        "labels stay text",
        "onerror" in str(settled(page, "document.querySelector('#graph svg').textContent")),
    )
    made = page.value(
        "document.querySelectorAll('main img, main script, main b:not(#statement b), parsererror').length"
    )
    holds("and become no elements", made == 0 and "playground" in str(page.value("document.title")))
    browser.stall()
    typed(page, "sequenceDiagram\n    GitHub->>CI: push\n    Note over CI: After\n")
    page.until(f"{STATUS}.includes('started anew')")
    page.press("Enter", 13)
    page.insert("%% again")
    holds("a compiler that hangs is started anew", "After" in str(settled(page, "workflow.textContent")))
    refused = page.value(LEAK)
    holds(f"a worker can ask nobody else: {refused}", refused == "connect-src")
    page.close()
    wrong += [f"somebody else was asked: {one}" for one in set(browser.asked) if not _is_own(one, url)]
    return wrong


def _is_own(asked: str, url: str) -> bool:
    return asked.startswith((url, f"blob:{url}", "data:", "http://127.0.0.1:1/"))


def unloaded(browser: Browser, url: str) -> list[str]:
    """What is not as it should be where a part of the page cannot be had."""
    page = browser.page(url)
    page.until(f"{STATUS}?.includes('could not be loaded')")
    page.close()
    return []


def looked(browser: Browser, url: str, pictures: Path | None) -> list[str]:
    """What is not as it should be at other widths and in the dark; the pictures, if they are wanted."""
    wrong = []
    many = [(size, is_dark) for size in SHOWN for is_dark in (False, True)]
    for (width, height), is_dark in many if pictures else [(SHOWN[-1], True)]:
        page = opened(browser, f"{url}{linked(DRAWING)}", (width, height), is_dark=is_dark)
        if "Build 😀" not in drawing_of(page):
            wrong.append("a link does not open in a new page")
        paper = page.value("getComputedStyle(document.body).backgroundColor")
        if paper != ("rgb(13, 17, 23)" if is_dark else "rgb(255, 255, 255)"):
            wrong.append(f"at {width} pixels the paper is {paper}")
        for view in ("workflow", "graph", "findings", "marks"):
            page.value(f"document.getElementById('tab-{view}').click()")
            over = page.value(f"document.documentElement.scrollWidth - {width}")
            if over > 0:
                wrong.append(f"at {width} pixels {view} is {over} pixels too wide")
            if pictures:
                page.picture(pictures / f"{width}-{'dark' if is_dark else 'light'}-{view}.png")
        page.close()
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path)
    pictures = parser.parse_args().pictures
    browser_path = program()
    if browser_path is None:
        print("there is no chromium")
        return 1
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subprocess.run([sys.executable, ".ci/playground.py", str(folder / "site")], cwd=ROOT, check=True)
        print(
            f"the folder has {sum(one.stat().st_size for one in (folder / 'site').rglob('*.*')) >> 20} MB;",
            end=" ",
        )
        with served(folder / "site") as url, running(browser_path, folder / "profile") as browser:
            wrong = [*used(browser, url), *looked(browser, url, pictures)]
            (folder / "site/npm/pyodide/pyodide.mjs").unlink()
            with served(folder / "site") as elsewhere:  # where nothing is cached
                wrong += unloaded(browser, elsewhere)
    for fault in wrong:
        print(f"not so: {fault}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
