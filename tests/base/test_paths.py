"""What is said of paths is what `pathlib` says."""

from __future__ import annotations

from pathlib import PurePath
from random import Random

from mermaid2gha.base.paths import folder_of, is_at_or_below, joined, name_of, parts_of, stem_of, suffix_of

PIECES = ("/", "//", ".", "..", "a", "B.md", ".git", "c.d.e", "f.", " ", "\\", "é")


def test_paths_are_as_pathlib_has_them() -> None:
    chance = Random(1)
    made = ["".join(chance.choices(PIECES, k=chance.randrange(8))) for _ in range(20_000)]
    for first, second in zip(made, reversed(made)):
        path = PurePath(first)
        assert joined(first) == str(path), first
        assert joined(first, second) == str(PurePath(first, second)), (first, second)
        assert parts_of(first) == path.parts, first
        assert (folder_of(first), name_of(first)) == (str(path.parent), path.name), first
        assert (stem_of(first), suffix_of(first)) == (path.stem, path.suffix), first
        assert is_at_or_below(first, second) == path.is_relative_to(second), (first, second)
        whole = PurePath(first, second)
        assert is_at_or_below(joined(first, second), first) == whole.is_relative_to(first), (first, second)
