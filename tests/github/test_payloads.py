"""What is known of the payloads of events, and what is not."""

from __future__ import annotations

import pytest

from mermaid2gha.github.events import EVENTS
from mermaid2gha.github.payloads import missing


@pytest.mark.parametrize(
    "events, path",
    [
        ("push", "head_commit.message"),
        ("push", "Commits.Author.Email"),
        ("push", "repository.owner.html_url"),
        ("push pull_request", "pull_request.head.repo.fork"),
        ("pull_request_target", "pull_request.merged"),
        ("schedule", "schedule"),
        ("issue_comment", "issue.pull_request"),
        ("release", "release.prerelease"),
        ("workflow_dispatch", "inputs.anything"),
        ("repository_dispatch", "client_payload.anything.below"),
        ("push", "ref.anything"),
        ("merge_group", "anything"),
        ("push workflow_call", "anything"),
        ("", "anything"),
    ],
)
def test_what_a_payload_has_or_may_have_is_not_missing(events: str, path: str) -> None:
    assert missing(events.split(), path.split(".")) is None


def test_what_is_missing_is_told_with_what_stands_beside_it() -> None:
    found = missing(["push"], ["head_commit", "mesage", "x"])
    assert found is not None
    assert (found.name, found.elsewhere) == ("mesage", ())
    assert {"message", "author"} <= set(found.known)


def test_what_other_events_have_names_them() -> None:
    found = missing(["push", "schedule"], ["pull_request", "draft"])
    assert found is not None
    assert "pull_request" in found.elsewhere and found.elsewhere == tuple(sorted(found.elsewhere))


def test_most_events_have_a_payload_that_is_known() -> None:
    unknown = {event for event in EVENTS if missing([event], ["nothing-is-called-so"]) is None}
    assert unknown == {"image_version", "merge_group", "workflow_call"}
