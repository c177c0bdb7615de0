"""What the package stands on is told, pinned, and listed with the wheel."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from types import ModuleType

from markdown_tests import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", one, maxsplit=1)[0].lower() for one in requirements}


def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / ".ci/sbom.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pinned(name: str) -> dict[str, list[str]]:
    text = Path(ROOT, ".ci", name).read_text(encoding="utf-8")
    return {package.lower(): hashes for package, _, hashes in hook().pins(text)}


def test_every_package_has_its_row() -> None:
    page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    rows = [
        set(re.findall(r"`([\w-]+)`", line.split("|")[1]))
        for line in page.splitlines()
        if line.startswith("| `")
    ]
    assert names(PROJECT["dependencies"]) <= set().union(*rows) <= pinned("runtime.txt").keys()


def test_nothing_is_installed_without_a_hash() -> None:
    wanted = names(PROJECT["dependencies"]) | names(PROJECT["optional-dependencies"]["test"])
    for name, least in (("runtime.txt", names(PROJECT["dependencies"])), ("requirements.txt", wanted)):
        pins = pinned(name)
        assert least <= pins.keys()
        assert all(pins.values())
    lock = json.loads((ROOT / ".ci/package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted_packages = json.loads((ROOT / ".ci/package.json").read_text(encoding="utf-8"))["dependencies"]
    assert lock[""]["dependencies"] == wanted_packages
    assert all("integrity" in one for name, one in lock.items() if name and not one.get("link"))


def test_the_list_in_the_wheel_has_all_that_is_pinned_and_is_always_the_same() -> None:
    module = hook()
    text = (ROOT / ".ci/runtime.txt").read_text(encoding="utf-8")
    made = module.sbom("mermaid2gha", "1.2.3", text)
    assert made == module.sbom("mermaid2gha", "1.2.3", text)
    assert {one["name"] for one in made["components"]} == pinned("runtime.txt").keys()
    refs = [one["bom-ref"] for one in made["components"]]
    assert len(set(refs)) == len(refs) and made["dependencies"][0]["dependsOn"] == refs
    assert all(one["hashes"] for one in made["components"])
