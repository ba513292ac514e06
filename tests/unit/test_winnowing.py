"""Fingerprints: what is the same in two places is found, whatever stands around it."""

from hypothesis import given
from hypothesis import strategies as st

from grader.submission.winnowing import TOKENS, WINDOW, fingerprints, marks

words = st.lists(st.sampled_from("abcdef"), max_size=20)
same = st.lists(
    st.sampled_from("abcdef"), min_size=TOKENS + WINDOW - 1, max_size=TOKENS + WINDOW + 8
)


def unit(text: list[str]) -> list[tuple[str, int]]:
    return [(word, at) for at, word in enumerate(text)]


@given(words, words, same, words, words)
def test_as_much_as_is_promised_is_found_anywhere(
    before: list[str], after: list[str], both: list[str], ahead: list[str], behind: list[str]
) -> None:
    one = fingerprints(unit([*before, *both, *after]))
    other = fingerprints(unit([*ahead, *both, *behind]))
    assert {mark.digest for mark in one} & {mark.digest for mark in other}


@given(words)
def test_they_are_some_of_all_hashes_in_their_order(text: list[str]) -> None:
    kept, every = list(fingerprints(unit(text))), list(marks(unit(text)))
    places = [every.index(mark) for mark in kept]
    assert places == sorted(set(places))
    assert bool(kept) == bool(every) == (len(text) >= TOKENS)


@given(words)
def test_each_says_which_lines_it_is_from(text: list[str]) -> None:
    for mark in fingerprints(unit(text)):
        assert 0 <= mark.first <= mark.last < len(text)
        assert mark.last - mark.first < TOKENS
        assert 0 <= mark.digest < 2**48
