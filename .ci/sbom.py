"""What is in the wheel and what it runs with, as CycloneDX 1.6, laid into it by hatchling (PEP 770).

The wheel holds nothing of others: the components are what it was tested with, by the pins of `runtime.txt`,
each with the hashes of its files. Nothing of the machine or the time goes in: one state of a checkout gives
one text.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # read by tests, where nothing is built
    BuildHookInterface = object  # type: ignore[assignment, misc]

HERE = Path(__file__).parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def pins(text: str) -> list[tuple[str, str, list[str]]]:
    """The pinned packages of a list as pip reads it: name, version, SHA-256 of each file."""
    return [
        (name, version, re.findall(r"--hash=sha256:([0-9a-f]{64})", rest))
        for name, version, rest in _PIN.findall(text)
    ]


def sbom(name: str, version: str, text: str) -> dict[str, Any]:
    """The document, from the pins."""

    def component(kind: str, of: str, at: str, hashes: list[str]) -> dict[str, Any]:
        purl = f"pkg:pypi/{of.lower().replace('_', '-')}@{at}"
        made: dict[str, Any] = {"type": kind, "bom-ref": purl, "name": of, "version": at, "purl": purl}
        if hashes:
            made["hashes"] = [{"alg": "SHA-256", "content": one} for one in hashes]
        return made

    parts = [component("library", *pin) for pin in pins(text)]
    whole = component("application", name, version, [])
    whole["licenses"] = [{"license": {"id": "Apache-2.0"}}]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, whole['purl'] + text)}",
        "version": 1,
        "metadata": {"component": whole},
        "components": parts,
        "dependencies": [{"ref": whole["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]}],
    }


class SbomHook(BuildHookInterface):  # type: ignore[misc]
    """Called by hatchling while it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        text = (HERE / "runtime.txt").read_text(encoding="utf-8")
        made = sbom(self.metadata.name, self.metadata.version, text)
        file = Path(self.root, "build", f"{self.metadata.name}.cdx.json")
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        build_data["sbom_files"].append(str(file.relative_to(self.root)))
