"""What is said of paths is what `pathlib` says."""

from __future__ import annotations

from pathlib import PurePath

from hypothesis import given, settings
from hypothesis import strategies as st

from mermaid2gha.base.paths import folder_of, is_at_or_below, joined, name_of, parts_of, stem_of, suffix_of

PATHS = st.lists(
    st.sampled_from(["/", "//", ".", "..", "a", "B.md", ".git", "c.d.e", "f.", " ", "\\", "é"])
).map("".join)


@settings(max_examples=2000)
@given(PATHS, PATHS)
def test_paths_are_as_pathlib_has_them(first: str, second: str) -> None:
    path = PurePath(first)
    assert joined(first) == str(path)
    assert joined(first, second) == str(PurePath(first, second))
    assert parts_of(first) == path.parts
    assert (folder_of(first), name_of(first)) == (str(path.parent), path.name)
    assert (stem_of(first), suffix_of(first)) == (path.stem, path.suffix)
    assert is_at_or_below(first, second) == path.is_relative_to(second)
    assert is_at_or_below(joined(first, second), first) == PurePath(first, second).is_relative_to(first)
