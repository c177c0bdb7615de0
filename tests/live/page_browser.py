"""The page of the sample in a real browser: what is lit, chosen and told, and that it asks no network.

`python tests/live/page_browser.py`; needs chromium. A script of ours is put behind the page's own, does what
people do, and leaves what it found in the page, which the browser prints.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 500_000
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom"),
)
SCRIPT = """
<script>
const result = { errors: [], ms: 0 };
window.addEventListener("error", (event) => result.errors.push(event.message));
const all = (query) => [...document.querySelectorAll(query)];
const columns = (query) => new Set(all(query).map((one) => one.closest("section").className)).size;
const change = (name, value) => {
  const select = document.querySelector(`select[name=${name}]`);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
};
const job = "tests.yml:build-docs";
const node = document.querySelector(`g.node[data-job="${job}"]`);
node.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
result.lit = columns(".lit");
node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
result.hash = decodeURIComponent(location.hash);
document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
change("occasion", "pull_request from a fork");
result.ran = all("g.node.success").length;
result.skipped = all("g.node.skipped").length;
result.waves = all(".told li.yes").length;
change("failing", "tests.yml:test-ui");
result.failed = all("g.node.failure").map((one) => one.dataset.job);
result.why = document.querySelector(".told").textContent;
change("failing", "no job");
change("flags", "without build-docs");
result.off = node.classList.contains("skipped");
result.wide = document.documentElement.scrollWidth - window.innerWidth;
result.dark = getComputedStyle(document.body).backgroundColor;
result.letters = getComputedStyle(document.body).color;
result.requests = performance.getEntriesByType("resource").length;
requestAnimationFrame(() => setTimeout(() => {
  result.pinned = columns(".pinned");
  result.ms = Math.round(performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd);
  const place = document.createElement("pre");
  place.id = "result";
  place.textContent = JSON.stringify(result);
  document.body.append(place);
}, 0));
</script>
"""


def page() -> str:
    """The page of the sample document, as the command makes it."""
    run = [sys.executable, "-m", "mermaid2gha", "page", "CI_DIAGRAMS.md"]
    done = subprocess.run(run, cwd=ROOT / "diagrams", capture_output=True, encoding="utf-8", check=True)
    return done.stdout


_MOST_TRIES = 3
"""A browser that starts for the first time on a busy machine may print the page before its script has run."""


def seen(browser: str, text: str, folder: Path, width: int, *, is_dark: bool) -> dict[str, object]:
    """What the script found in a window of a width."""
    file = folder / "page.html"
    file.write_text(text.replace("</body>", f"{SCRIPT}</body>"), encoding="utf-8")
    scheme = f"--blink-settings=preferredColorScheme={0 if is_dark else 1}"
    run = [browser, *FLAGS, scheme, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900"]
    for _ in range(_MOST_TRIES):
        done = subprocess.run([*run, file.as_uri()], capture_output=True, encoding="utf-8", timeout=120)
        found = re.search(r'<pre id="result">(.*?)</pre>', done.stdout, re.DOTALL)
        if found is not None:
            break
    assert found is not None, f"the page did not come to its end: {done.stderr[-500:]}"
    content: dict[str, object] = json.loads(html.unescape(found[1]))
    return content


def faults(told: dict[str, object], *, is_dark: bool) -> list[str]:
    """What is not as it should be."""
    expected = {
        "errors": [],
        "lit": 3,
        "hash": "#tests.yml:build-docs",
        "pinned": 3,
        "failed": ["tests.yml:test-ui", "tests.yml:status-update"],
        "off": True,
        "requests": 0,
        "dark": "rgb(13, 17, 23)" if is_dark else "rgb(255, 255, 255)",
    }
    found = [
        f"{name} is {told[name]!r}, not {value!r}" for name, value in expected.items() if told[name] != value
    ]
    if not (int(str(told["ran"])) > 10 and int(str(told["skipped"])) > 3 and int(str(told["waves"])) > 5):
        found.append(f"of a fork's pull request {told['ran']} jobs run in {told['waves']} waves")
    if "test-ui: failure" not in str(told["why"]) or "test-ui" not in str(told["why"]):
        found.append(f"a failure is told as {told['why']}")
    if int(str(told["wide"])) > 0:
        found.append(f"the page is {told['wide']} pixels wider than its window")
    return found


def main() -> int:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("there is no chromium")
        return 1
    text = page()
    wrong = [f"the page has {len(text.encode())} bytes"] if len(text.encode()) > MOST_BYTES else []
    with tempfile.TemporaryDirectory() as folder:
        for width, is_dark in ((1400, False), (500, True)):
            told = seen(browser, text, Path(folder), width, is_dark=is_dark)
            wrong += faults(told, is_dark=is_dark)
            print(f"page at {width} pixels: shown after {told['ms']} ms, {len(text.encode()) // 1000} kB")
    for fault in wrong:
        print(fault)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
