"""The questions of the equations: who judges them, and what is said of what cannot be read."""

import pytest

from grader.checks.equations import BIAS, FIRST, SECOND
from grader.checks.question import Question
from grader.grade import ADDED
from grader.sandbox.outside.answer import Answer
from tests.unit.functions import RIGHT, Functions, context_of

QUESTIONS = [FIRST, SECOND, BIAS]
CORRECT = {
    "Q4_1A": "n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1"
    " * Out_conv1",
    "Q4_1B": "n_W_conv2 * W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv1 * n_Out_conv2"
    " = n_W_conv2 * n_Out_conv1 * n_W_conv1 * n_In * Out_conv2 * n_Out_conv2",
    "Q5_1": "n_W * W * n_In * In * n_Out + beta * n_W * n_In * n_Out = n_W * n_In * n_Out * Out",
}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.number)
def test_the_original_lab_has_no_name_for_an_equation_so_a_person_reads_it(
    question: Question[Answer],
) -> None:
    assert set(question.names) < set(ADDED)
    assert question.by_hand


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.number)
def test_a_correct_equation_passes_and_one_without_a_scale_is_told_which(
    question: Question[Answer],
) -> None:
    (name,) = question.names
    forgetful = CORRECT[name].replace("n_In", "1")
    for text, found in ((CORRECT[name], ""), (forgetful, "n_In is missing")):
        one = context_of()
        one.session = Functions(RIGHT, **{name: text})
        (outcome,) = question.judge(one)
        assert outcome.verdict.passed == (not found)
        assert found in outcome.verdict.actual


@pytest.mark.parametrize(("question", "other"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_the_equation_of_the_other_layer_is_called_so(
    question: Question[Answer], other: Question[Answer]
) -> None:
    (name,), (there,) = question.names, other.names
    one = context_of()
    one.session = Functions(RIGHT, **{name: CORRECT[there]})
    (outcome,) = question.judge(one)
    assert f"which {there} asks for" in outcome.verdict.actual
    assert f"Put it into {there}" in outcome.verdict.next_step
