"""What misconceptions predict, which one is named, and what of each is planted."""

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

import numpy as np
import pytest

from grader.architecture import Architecture, Layer
from grader.checks import QUESTIONS
from grader.misconceptions import (
    REGISTRY,
    ChosenScale,
    Misconception,
    QuantizedWeights,
    StageOutput,
    ThreeSigmaRange,
    ValueRange,
    changed,
    explain,
    explains,
    registry,
)
from grader.misconceptions.products import CORRECT_CODE, WRONG_PRODUCTS, correct_product
from grader.misconceptions.registry import misconception, register
from grader.misconceptions.scales import WRONG_RANGES
from grader.oracle import QuantizedNet
from grader.validation.composition import planted
from grader.verdict import Diagnosis

VALUES = np.array([-0.9, -0.25, 0.1, 0.3, 0.7])


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[Misconception]:
    """A registry of its own for a test that adds to it; explanations use it, too."""
    own = list(REGISTRY)
    monkeypatch.setattr(registry, "REGISTRY", own)
    return own


def name_of(diagnosis: Diagnosis | None) -> str:
    assert diagnosis is not None
    return diagnosis.name


@pytest.mark.parametrize(("side", "pool", "padding"), [(11, 2, 0), (12, 3, 1), (10, 0, 0)])
def test_every_misconception_of_forward_predicts_on_windows_of_any_size(
    side: int, pool: int, padding: int
) -> None:
    rng = np.random.default_rng(side)
    layer = Layer("one", "conv", (4, 3, 3, 3), "relu", pool, False, 1, padding)
    reach = (side + 2 * padding - 2) // max(pool, 1)
    last = Layer("two", "linear", (5, 4 * reach**2), "none")
    architecture = Architecture((3, side, side), (layer, last))
    weights = {each.name: rng.integers(-9, 10, each.weight) for each in architecture.layers}
    net = QuantizedNet(
        architecture,
        {n: w.astype(np.float32) for n, w in weights.items()},
        64.0,
        {"one": 0.05, "two": 0.01},
    )
    images = rng.integers(-60, 61, (2, 3, side, side)).astype(np.float64)
    given = {None: images / 64, layer: images, last: rng.integers(0, 99, (2, 4 * reach**2))}
    for of, values in given.items():
        stage = StageOutput(net, of, values)
        assert explain("4.3", stage, stage.correct) is None
        for one in (one for one in REGISTRY if one.question == "4.3"):
            for predicted in one.predictions(stage):
                assert np.shape(predicted) == stage.correct.shape


def test_a_question_is_the_number_of_one_that_is_judged() -> None:
    assert {one.question for one in REGISTRY} <= {question.number for question in QUESTIONS}


def test_the_words_are_sentences_that_begin_with_their_subject() -> None:
    for one in REGISTRY:
        assert re.fullmatch(r"Your .+\.", one.diagnosis.sentence), one.diagnosis.name
        assert re.fullmatch(r".+\.", one.diagnosis.hint), one.diagnosis.name


@pytest.mark.parametrize("one", REGISTRY, ids=[one.diagnosis.name for one in REGISTRY])
def test_every_misconception_changes_the_reference(one: Misconception, reference: str) -> None:
    text = planted(reference, one.code)
    assert ast.dump(ast.parse(text)) != ast.dump(ast.parse(reference))


def test_a_misconception_can_be_added_by_copying_the_one_in_the_docstring(
    known: list[Misconception], reference: str
) -> None:
    example = re.search(r"    @misconception\(.*?(?=\n\n)", registry.__doc__ or "", re.DOTALL)
    assert example
    needed = "from collections.abc import Iterable\nfrom grader.misconceptions.weights import *\n"
    exec(needed + dedent(example[0]), {})
    (added,) = known[len(REGISTRY) :]
    assert planted(reference, added.code) != reference
    weights = QuantizedWeights(VALUES, 100.0)
    (claimed,) = added.predictions(weights)
    assert name_of(explain("2.1", weights, claimed)) == "rounds-to-even-integers"


def test_two_misconceptions_cannot_have_the_same_name(known: list[Misconception]) -> None:
    with pytest.raises(ValueError, match="two misconceptions are called truncates"):
        register(next(one for one in known if one.diagnosis.name == "truncates"))


def test_what_is_changed_must_be_there() -> None:
    change = changed(("x * scale", "x"), ("return", "yield"))
    assert change("return f(x * scale)") == "yield f(x)"
    with pytest.raises(ValueError, match=r"'x \* scale' is not in the reference's body"):
        change("return f(x * s)")


def test_types_tell_apart_what_one_question_asks_for() -> None:
    deviation = float(VALUES.std())
    right = float(VALUES.max() - VALUES.min())
    assert name_of(explain("1.2", ValueRange(VALUES, right), 0.7)) == "range-largest-only"
    three_sigma = ThreeSigmaRange(VALUES, 6 * deviation)
    assert name_of(explain("1.2", three_sigma, 3 * deviation)) == "sigma-one-side"
    assert explain("1.2", ValueRange(VALUES, right), 3 * deviation) is None


def test_the_first_of_several_with_the_same_prediction_is_named(known: list[Misconception]) -> None:
    known.clear()
    for word in ("first", "second"):

        def predictions(scale: ChosenScale) -> Iterator[float]:
            yield 1234.5

        predictions.__name__ = f"the_{word}"
        add = misconception(
            question="4.2a", predicts=ChosenScale, sentence="Your.", hint="Do.", code={}
        )
        add(predictions)
    assert [one.diagnosis.name for one in known] == ["the-first", "the-second"]
    assert name_of(explain("4.2a", ChosenScale(VALUES, 1234.5), 1234.5)) == "the-first"


def test_predictions_that_hold_bounds_alone_yield_to_each_other() -> None:
    weights = QuantizedWeights(np.array([-9.0, 9.0, 0.0]), 1000.0)
    assert explain("2.1", weights, np.array([-128.0, 127.0, 0.0])) is None
    overflow = np.array([-9000.0, 9000.0, 0.0])
    assert name_of(explain("2.1", weights, overflow)) == "never-clamps"


def test_a_misconception_that_predicts_nothing_contradicts_no_claim() -> None:
    few = next(one.diagnosis for one in REGISTRY if one.diagnosis.name == "input-fills-little")
    assert explains(few, ChosenScale(VALUES, 10.0), 10.0)
    assert explains(few, ChosenScale(VALUES, 140.0), 140.0)
    truncates = next(one.diagnosis for one in REGISTRY if one.diagnosis.name == "truncates")
    weights = QuantizedWeights(VALUES, 100.5)
    assert explains(truncates, weights, np.trunc(weights.product))
    assert not explains(truncates, weights, np.ceil(weights.product))


@pytest.mark.parametrize("length", [0, 1, 4])
def test_a_wrong_product_is_the_same_in_numpy_and_as_student_code(length: int) -> None:
    rng = np.random.default_rng(length)
    n_w, n_initial_input, *others = (float(one) for one in rng.uniform(1.5, 4, 2 + 2 * length))
    ns = list(zip(others[::2], others[1::2], strict=True))
    names = {"np": np, "n_w": n_w, "n_initial_input": n_initial_input, "ns": ns}
    correct = correct_product(n_w, n_initial_input, ns)
    assert eval(CORRECT_CODE, names) == pytest.approx(correct)
    for wrong in WRONG_PRODUCTS:
        found = [product(n_w, n_initial_input, ns) for product in wrong.products]
        assert eval(wrong.code, names) == pytest.approx(found[0]), wrong.name
        if length > 1:
            assert not np.isclose(found, correct).any(), wrong.name


def test_a_wrong_range_is_the_same_in_numpy_and_as_student_code() -> None:
    values = VALUES - 0.1
    for wrong in WRONG_RANGES:
        scale = eval(wrong.code.format(values="values"), {"values": values})
        assert np.isclose(list(wrong.scales(values)), scale).any(), wrong.mistake.name
