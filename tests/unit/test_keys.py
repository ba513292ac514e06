"""Keys are unique and safe whatever people are called, and the same at every reading."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.layouts.keys import LONGEST, Wanted, folded, slug, unique_keys

ODD = ["", " ", ".", "..", "/", "../../etc", "CON", "com1", "a\0b", "-rf", "~", "ﬁx", "FIX", "İ"]
ODD += ["ann", "Ann", "ANN", "ann ", "Ann/Lee", "李雷", "e\u0301", "é", "\u202eann", "x" * 5000]
ODD += ["\ud800", "é" * 200, "ann-8d1", "नमस्ते", "ß", "ss", "𝓪𝓷𝓷"]
NAMES = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=20)), max_size=30)


def wanted(names: list[str]) -> list[Wanted]:
    return [Wanted((name,), f"identity {at}") for at, name in enumerate(names)]


@given(NAMES)
def test_keys_are_unique_and_safe_as_file_names(names: list[str]) -> None:
    keys = unique_keys(wanted(names))
    assert len(set(map(folded, keys))) == len(names)
    assert len({unicodedata.normalize("NFD", key).upper() for key in keys}) == len(names)
    for key in keys:
        assert key
        assert len(f"{key}.json".encode()) <= LONGEST + 80
        assert not re.search(r"[\x00-\x2c./:-@\[-^`{-\x7f\s]", key)
        assert not key.startswith("-")
        assert not re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", key, re.IGNORECASE)


@given(NAMES, st.randoms(use_true_random=False))
def test_no_order_decides_who_gets_a_key(names: list[str], random: object) -> None:
    before = wanted(names)
    after = list(before)
    random.shuffle(after)  # type: ignore[attr-defined]  # a Random, which the strategy hides
    assert dict(zip(before, unique_keys(before), strict=True)) == dict(
        zip(after, unique_keys(after), strict=True)
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ann Lee", "ann-lee"),
        ("O'Neil, Ann-Marie", "o-neil-ann-marie"),
        ("Zoë", "zoë"),
        ("李雷", "李雷"),
        ("../../etc/passwd", "etc-passwd"),
        ("nul", "student-nul"),
        ("!?", ""),
    ],
)
def test_a_key_is_what_a_person_would_type(name: str, key: str) -> None:
    assert slug(name) == key


def test_all_of_one_name_are_told_apart() -> None:
    keys = unique_keys(wanted(["Ann Lee", "ann lee", "Bob"]))
    assert keys[2] == "bob"
    assert {key[:-8] for key in keys[:2]} == {"ann-lee-"}


def test_a_label_that_nobody_else_has_is_taken_before_a_digest() -> None:
    found = unique_keys([Wanted(("ann", "ann.py"), "1"), Wanted(("ann", "ann.zip"), "2")])
    assert found == ["ann-py", "ann-zip"]


def test_a_key_that_looks_like_anothers_digest_is_none() -> None:
    lee = unique_keys(wanted(["ann", "ann"]))[0]
    keys = unique_keys([*wanted(["ann", "ann"]), Wanted((lee,), "a third")])
    assert len(set(keys)) == 3


def test_one_identity_for_two_is_refused() -> None:
    with pytest.raises(ValueError, match="identity"):
        unique_keys([Wanted(("a",), "same"), Wanted(("b",), "same")])
