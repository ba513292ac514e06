"""`make test` takes a part of each corpus only, and still meets every rule."""

from collections import Counter
from unittest.mock import Mock

import pytest

from grader.grade import OPTIONAL, checks
from grader.validation.corpus import wrong
from grader.writeup import REPORT_CHECKS
from tests.conftest import pytest_collection_modifyitems
from tests.correct.test_notebooks import NOTEBOOKS
from tests.correct.test_notebooks import SLICE as HANDED_IN
from tests.correct.test_solutions import SLICE as RIGHT
from tests.fixed_slice import ATTACKS, FAILS, LAYERS, NOT_REACHED, of_corpus, some
from tests.hostile.attack import FOLDER, read

STOPPED_BY = {path.stem: read(path, {}).stopped_by for path in sorted(FOLDER.glob("*.py"))}


def test_every_check_fails_in_it_but_those_of_a_whole_notebook() -> None:
    """`tests/front/test_run.py` has the others: no submission of a corpus is executed whole."""
    asked = {name for name, (question, *_) in checks().items() if question not in OPTIONAL}
    asked -= REPORT_CHECKS.keys()  # no PDF is in a corpus: tests/front/test_report_points.py
    assert {*FAILS, *NOT_REACHED} == asked
    loses = {one.path.stem: one.loses for one in wrong()}
    for check, name in FAILS.items():
        assert checks()[check][0] in loses[name]


def test_every_check_passes_in_it() -> None:
    """A right solution passes each, as its test demands."""
    assert RIGHT


def test_every_layer_of_the_wall_is_attacked_twice_in_it() -> None:
    attacked = Counter(
        layer
        for name in ATTACKS
        for layer, words in LAYERS.items()
        if any(word in STOPPED_BY[name] for word in words)
    )
    assert min(attacked[layer] for layer in LAYERS) >= 2, attacked


def test_whatever_stops_attacks_stops_one_in_it() -> None:
    assert {STOPPED_BY[name] for name in ATTACKS} == {*STOPPED_BY.values()}


def test_every_notebook_is_handed_in_once() -> None:
    assert Counter(name.rpartition("-")[0] for name in HANDED_IN) == Counter(
        one.path.stem for one in NOTEBOOKS
    )
    assert {name.rpartition("-")[2] for name in HANDED_IN} == {"py", "ipynb"}


def test_what_is_outside_of_it_is_the_rest() -> None:
    parameters = of_corpus(["a", "b"], {"a"}, str)
    marks = {each.id: {mark.name for mark in each.marks} for each in parameters}
    assert marks == {"a": {"corpus"}, "b": {"corpus", "rest"}}


def test_of_other_parameters_some_are_the_rest() -> None:
    for values in (["a", "b"], [("a", 1), ("b", 2)]):
        quick, rest = some(values[:1], values)
        assert quick.values == (("a", 1) if values[0] == ("a", 1) else ("a",))
        assert [[mark.name for mark in each.marks] for each in (quick, rest)] == [[], ["rest"]]


def test_what_there_is_not_cannot_be_in_it() -> None:
    with pytest.raises(ValueError, match=r"\['c'\]"):
        of_corpus(["a", "b"], {"a", "c"}, str)
    with pytest.raises(ValueError, match=r"\['c'\]"):
        some(["a", "c"], ["a", "b"])


def taken(part: tuple[int, int] | None) -> list[int]:
    """Of ten tests those that a part takes; every odd one is of a corpus."""
    items = [
        Mock(number=n, get_closest_marker=lambda _, n=n: "corpus" if n % 2 else None)
        for n in range(10)
    ]
    pytest_collection_modifyitems(Mock(getoption=lambda _: part), items)
    return [item.number for item in items]


def test_parts_are_a_corpus_together_and_leave_other_tests_alone() -> None:
    assert taken(None) == list(range(10))
    parts = [taken((number, 3)) for number in (1, 2, 3)]
    assert [[n for n in part if n % 2] for part in parts] == [[1, 7], [3, 9], [5]]
    assert all([n for n in part if n % 2 == 0] == [0, 2, 4, 6, 8] for part in parts)
