"""A headless Chromium that is told what to do over a pipe, in its own protocol: no driver, no library.

The protocol is on chromedevtools.github.io; messages are JSON, each ended by a zero byte, on the browser's
descriptors 3 and 4. What the browser itself would ask of other machines comes to a port where nobody listens.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
    *(
        "--disable-default-apps",
        "--disable-extensions",
        "--remote-debugging-pipe",
        "--proxy-server=http://127.0.0.1:9",
    ),
)
_REQUEST = "Network.requestWillBeSent"
PATIENCE = 90.0
"""Seconds that an answer may take on a busy machine."""


def program() -> str | None:
    """The browser's path, if there is one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


class Browser:
    """A running browser; `asked` are the addresses that pages and their workers asked for."""

    def __init__(self, path: str, folder: Path) -> None:
        to_browser, self._out = _pipe()
        self._in, from_browser = _pipe()
        # A shell, since the descriptors must have these two numbers.
        join = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        flags = [*FLAGS, f"--user-data-dir={folder}", "about:blank"]
        self._log = (folder / "log").open("wb")
        self._run = subprocess.Popen(
            ["bash", "-c", join, path, *flags],
            pass_fds=(to_browser, from_browser),
            stdout=self._log,
            stderr=self._log,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._read = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def close(self) -> None:
        self._run.terminate()
        self._run.wait(30)
        self._log.close()
        os.close(self._in)
        os.close(self._out)

    def ask(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """What the browser answers to a method of its protocol; events meanwhile are kept."""
        number = self._send(method, session, parameters)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self._message()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self._hear(answer)
        raise AssertionError(f"the browser did not answer {method}")

    def _send(self, method: str, session: str, parameters: dict[str, object]) -> int:
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        return self._number

    def _hear(self, event: dict[str, Any]) -> None:
        """Keep an event; a worker that begins is watched before it runs."""
        if event.get("method") == "Target.attachedToTarget" and event.get("sessionId"):
            worker = event["params"]["sessionId"]
            self._send("Network.enable", worker, {})
            self._send("Runtime.runIfWaitingForDebugger", worker, {})
        self.events.append(event)

    def stall(self) -> None:
        """Keep the worker that began last busy for ever."""
        attached = [one for one in self.events if one.get("method") == "Target.attachedToTarget"]
        worker = [one["params"]["sessionId"] for one in attached if one.get("sessionId")][-1]
        self._send("Runtime.evaluate", worker, {"expression": "for (;;);"})

    @property
    def asked(self) -> list[str]:
        requests = (one["params"]["request"] for one in self.events if one.get("method") == _REQUEST)
        return [request["url"] for request in requests]

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            part = os.read(self._in, 1 << 20)
            assert part, "the browser is gone"
            self._read += part
        first, _, self._read = self._read.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        return message

    def page(self, url: str, *, width: int = 1400, height: int = 900, is_dark: bool = False) -> Page:
        """A new page of a size in pixels, in one of the two schemes."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        page.ask("Page.enable")
        page.ask("Runtime.enable")
        page.ask("Log.enable")
        page.ask("Network.enable")
        page.ask("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True)
        page.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        page.ask("Emulation.setEmulatedMedia", features=[scheme])
        page.ask("Page.navigate", url=url)
        return page


class Page:
    """A page: asked by expressions, used by keys and texts."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self._browser, self._session, self._target = browser, session, target

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        return self._browser.ask(method, self._session, **parameters)

    def value(self, expression: str) -> Any:
        """What an expression is in the page, awaited."""
        answer = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, f"{expression}: {answer['exceptionDetails']}"
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = PATIENCE) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.value(f"!!({expression})"):
                return
            time.sleep(0.05)
        raise AssertionError(f"not so after {seconds:.0f} s: {expression}; {self.faults()}")

    def insert(self, text: str) -> None:
        """A text as it is typed into what has the focus."""
        self.ask("Input.insertText", text=text)

    def press(self, key: str, code: int, *, is_control: bool = False) -> None:
        """A key by its name and its code on Windows' keyboards."""
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 2 if is_control else 0}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **common)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def picture(self, path: Path) -> None:
        """The page as it is seen, as PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def faults(self) -> list[str]:
        """What the page's console has of errors."""
        found = []
        for event in self._browser.events:
            if event.get("sessionId") != self._session:
                continue
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                found.append(str(details.get("exception", {}).get("description", details["text"])))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")
        return found

    def close(self) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)


def _pipe() -> tuple[int, int]:
    """A pipe whose descriptors are out of the way of those that the browser wants."""
    made = os.pipe()
    moved = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 20) for one in made]
    for one in made:
        os.close(one)
    return moved[0], moved[1]


@contextmanager
def running(path: str, folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in a folder, ended in any case."""
    folder.mkdir(parents=True, exist_ok=True)
    browser = Browser(path, folder)
    try:
        yield browser
    finally:
        browser.close()
