"""A phrase for an event is one whatever of the phrases is compiled to know it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.compiler.vocabulary import phrases
from mermaid2gha.compiler.vocabulary.phrases import is_phrase

WORDS = (
    *("push", "merge", "merged", "pull request", "PRs", "tag", "git", "git push", "code", "a", "the", "to"),
    *("main", "v1.2", "*", "opened", "opens", "approve", "squash", "into", "origin", "release", "branch"),
    *("and", "or", ",", "/", "&", "on", "when", "triggers", "CI", "event", "!", "constraints", "if", "daily"),
    *("pu\u017fh", "--tags", "created", "#12", "every", "day", "at", "1:30", "of", "feature"),
)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join))
def test_what_is_compiled_decides_nothing(text: str) -> None:
    every_kind = tuple(kind for _, kind in phrases._KINDS)
    is_of_a_time = phrases._OF_A_TIME.fullmatch(phrases._AROUND.sub("", text))
    is_one = phrases._phrase(every_kind).fullmatch(phrases._AROUND.sub("", text))
    assert is_phrase(text) == bool(is_one or is_of_a_time)


@given(
    st.lists(st.sampled_from(("push", "merge", "pull request", "pull-request", "PR")), min_size=1, max_size=4)
)
def test_the_plainest_are_phrases_by_the_rule_as_well(words: list[str]) -> None:
    every_kind = tuple(kind for _, kind in phrases._KINDS)
    for text in (" / ".join(words), ",".join(words), " +".join(words)):
        assert phrases._PLAINEST.fullmatch(text)
        assert phrases._phrase(every_kind).fullmatch(text)
