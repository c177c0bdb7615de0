"""Values of filters that can hardly be meant, and those that can."""

from __future__ import annotations

import pytest

from mermaid2gha.github.simulator.globs import glob
from mermaid2gha.github.simulator.unlikely_filters import doubt


@pytest.mark.parametrize(
    ("key", "value", "meant", "name"),
    [
        ("branches", "^main$", "main", "main"),
        ("branches", "release-.*", "release-**", "release-1/x"),
        ("tags", r"^v\d+\.\d+$", "v[0-9]+.[0-9]+", "v12.3"),
        ("branches", "origin/main", "main", "main"),
        ("branches-ignore", "release/", "release/**", "release/1"),
        ("paths", "src/", "src/**", "src/a/b.py"),
        ("paths", "./src/**", "src/**", "src/a.py"),
        ("paths-ignore", r"src\app\**", "src/app/**", "src/app/a.py"),
        ("paths", "docs", "docs/**", "docs/a.md"),
    ],
)
def test_the_likely_pattern_lets_through_what_is_meant(key: str, value: str, meant: str, name: str) -> None:
    found = doubt(key, value)
    assert found is not None and found.meant == meant
    assert glob(meant).matches(name) and not glob(value).matches(name)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("branches", one) for one in ("main", "release/**", "v1.*", "feature/[ab]*", "!main", "wip-?")),
        *(("tags", one) for one in ("v[0-9]+.[0-9]+", "v1.*", r"v1\+build*", "*")),
        *(
            ("paths", one)
            for one in ("**/*.md", "Dockerfile", ".github/**", "Dockerfile.*", r"a\*b/**", "!**/x")
        ),
    ],
)
def test_a_pattern_of_github_s_is_left_alone(key: str, value: str) -> None:
    assert doubt(key, value) is None


def test_a_word_may_be_a_file_so_that_people_decide() -> None:
    found = doubt("paths", "gradlew")
    assert found is not None and found.is_open


def test_a_pattern_that_github_refuses_has_no_likely_one() -> None:
    found = doubt("branches", "!+main")
    assert found is not None and found.meant == ""
