"""`make test` takes a part of each corpus only, and still meets every rule."""

from collections import Counter

from grader.checks import WHOLE
from grader.grade import checks
from grader.validation.corpus import wrong
from tests.correct.test_notebooks import NOTEBOOKS
from tests.correct.test_notebooks import SLICE as HANDED_IN
from tests.correct.test_solutions import SLICE as RIGHT
from tests.fixed_slice import ATTACKS, FAILS, LAYERS, NOT_REACHED
from tests.hostile.attack import FOLDER, read

STOPPED_BY = {path.stem: read(path, {}).stopped_by for path in sorted(FOLDER.glob("*.py"))}


def test_every_check_fails_in_it_but_those_of_a_whole_notebook() -> None:
    """`tests/front/test_run.py` has the others: no submission of a corpus is executed whole."""
    asked = {name for name, (question, *_) in checks().items() if question != WHOLE}
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
