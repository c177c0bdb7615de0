"""The runs of the examples in `diagrams/`: what starts each workflow, and which jobs run then.

`tests/test_gallery.py` simulates them, `tests/live/gallery.py` runs them under act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
REPOSITORY = {"full_name": "owner/name", "default_branch": "main"}


@dataclass(frozen=True, slots=True)
class GalleryRun:
    """One run of an example's workflow: its event, the jobs that run in it, and those that are skipped.

    `failing` are jobs that fail in it; `called` are the jobs of the workflows that it calls, which are told
    by act in the place of the calls. `calls` are the ids of the jobs that call.
    """

    example: str
    file: str
    event: str
    payload: Mapping[str, object]
    ran: str
    skipped: str = ""
    failing: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    outputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        action = self.payload.get("action")
        words = [self.example, self.event, str(action or ""), *self.failing, *self.outputs]
        return " ".join(word for word in words if word)

    @property
    def files(self) -> dict[str, str]:
        """The example's workflows, by name."""
        folder = ROOT / "out" / self.example / "workflows"
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml"))}


def _pull_request(action: str = "opened", head: str = "owner/name") -> dict[str, object]:
    return {
        "number": 7,
        "action": action,
        "repository": REPOSITORY,
        "pull_request": {
            "number": 7,
            "head": {"ref": "topic", "sha": "1" * 40, "repo": {"full_name": head}},
            "base": {"ref": "main", "repo": REPOSITORY},
        },
    }


_MAIN: dict[str, object] = {"ref": "refs/heads/main", "repository": REPOSITORY}
_TAG: dict[str, object] = {"ref": "refs/tags/v1.2.3", "repository": REPOSITORY}
_QUEUE: dict[str, object] = {
    "action": "checks_requested",
    "merge_group": {"head_ref": "refs/heads/gh-readonly-queue/main/pr-7", "base_ref": "refs/heads/main"},
    "repository": REPOSITORY,
}
_HEARD: dict[str, object] = {
    "action": "completed",
    "workflow_run": {"name": "Check", "conclusion": "success", "event": "pull_request"},
    "workflow": {"name": "Check"},
    "repository": REPOSITORY,
}
_FAILED: dict[str, object] = {
    **_HEARD,
    "workflow_run": {"name": "Check", "conclusion": "failure", "event": "pull_request"},
}
_NIGHT: dict[str, object] = {"schedule": "17 3 * * *", "repository": REPOSITORY}
_DISTRIBUTIONS = "build-the-distributions test-the-wheel test-the-source-distribution"
_DEPLOYED = "build-image scan-image deploy-to-staging smoke-tests"
_TESTED = "check-the-style unit-tests database-tests combine-the-coverage check-result"
_NIGHTLY = "system-tests performance-tests check-the-links"

RUNS = (
    GalleryRun(
        "library-release", "release.yml", "pull_request", _pull_request(),
        f"{_DISTRIBUTIONS} status-of-the-checks", "publish announce",
    ),
    GalleryRun(
        "library-release", "release.yml", "push", _TAG,
        f"{_DISTRIBUTIONS} publish announce", "status-of-the-checks",
    ),
    GalleryRun(
        "monorepo", "ci.yml", "pull_request", _pull_request(),
        "determine-changes-job backend frontend report-status",
        calls=("backend", "frontend"),
        called=("lint", "unit-tests", "api-tests", "type-check", "component-tests", "bundle"),
        outputs={"determine-changes-job": {"backend": "true", "frontend": "true"}},
    ),
    GalleryRun(
        "monorepo", "ci.yml", "pull_request", _pull_request(),
        "determine-changes-job frontend report-status", "backend",
        calls=("backend", "frontend"),
        called=("type-check", "component-tests", "bundle"),
        outputs={"determine-changes-job": {"backend": "false", "frontend": "true"}},
    ),
    GalleryRun(
        "container-deploy", "deploy.yml", "push", _MAIN,
        f"{_DEPLOYED} deploy-to-production tell-the-team", "roll-back",
    ),
    GalleryRun(
        "container-deploy", "deploy.yml", "push", _MAIN,
        f"{_DEPLOYED} deploy-to-production roll-back tell-the-team",
        failing=("deploy-to-production",),
    ),
    GalleryRun("matrix", "tests.yml", "pull_request", _pull_request(), _TESTED),
    GalleryRun("matrix", "tests.yml", "push", _MAIN, _TESTED),
    GalleryRun("nightly", "nightly.yml", "schedule", _NIGHT, _NIGHTLY, "report-the-failure"),
    GalleryRun(
        "nightly", "nightly.yml", "workflow_dispatch", {"repository": REPOSITORY, "inputs": {}},
        f"{_NIGHTLY} report-the-failure", failing=("system-tests",),
    ),
    GalleryRun(
        "fork-safe", "check.yml", "pull_request", _pull_request(head="someone/name"), "build test status"
    ),
    GalleryRun("fork-safe", "comment.yml", "workflow_run", _HEARD, "judge-the-measurements"),
    GalleryRun("fork-safe", "comment.yml", "workflow_run", _FAILED, "", "judge-the-measurements"),
    GalleryRun(
        "docs-preview", "docs.yml", "pull_request", _pull_request("synchronize"),
        "build-the-documentation deploy-the-preview", "remove-the-preview publish-the-documentation",
    ),
    GalleryRun(
        "docs-preview", "docs.yml", "pull_request", _pull_request("closed"),
        "remove-the-preview", "build-the-documentation deploy-the-preview publish-the-documentation",
    ),
    GalleryRun(
        "docs-preview", "docs.yml", "push", _MAIN,
        "build-the-documentation publish-the-documentation", "deploy-the-preview remove-the-preview",
    ),
    GalleryRun(
        "merge-queue", "ci.yml", "pull_request", _pull_request(),
        "select-the-tests lint unit-tests required-check", "system-tests upgrade-tests",
        outputs={"select-the-tests": {"unit-tests": "true"}},
    ),
    GalleryRun(
        "merge-queue", "ci.yml", "merge_group", _QUEUE,
        "select-the-tests lint unit-tests system-tests upgrade-tests required-check",
        outputs={"select-the-tests": {"unit-tests": "true"}},
    ),
    GalleryRun(
        "n-shape", "integration.yml", "pull_request", _pull_request(),
        "generate-the-schema issue-the-certificates test-the-client start-the-server status",
    ),
    GalleryRun(
        "without-notes", "ci-pipeline.yml", "push", _MAIN,
        "clone-the-commit run-the-unit-tests send-the-sources publish-the-package", "tell-who-pushed",
    ),
    GalleryRun(
        "without-notes", "ci-pipeline.yml", "push", _MAIN,
        "clone-the-commit run-the-unit-tests send-the-sources tell-who-pushed", "publish-the-package",
        failing=("run-the-unit-tests",),
    ),
    GalleryRun(
        "desktop-app", "desktop.yml", "push", _MAIN, "prepare build-installer release status",
        outputs={"prepare": {"new-version": "true"}},
    ),
)  # fmt: skip
