"""Answers in the many ways in which students write them."""

import pytest

from grader.handed_in_report import answers, code, head
from grader.handed_in_report.paper import Figure, Line, Page, Paper
from grader.handed_in_report.sections import Report, cut


def report(*lines: str, figures: tuple[Figure, ...] = ()) -> Report:
    return cut(
        Paper((Page(tuple(Line(800.0 - n, text) for n, text in enumerate(lines)), figures),))
    )


RANGES = {
    "a row for each": [f"{name} 1.05 1.2" for name in answers.LAYERS],
    "a cell for each": [cell for name in answers.LAYERS for cell in (name, "1.05", "1.2")],
    "two tables": [f"{name}: 1.05" for name in answers.LAYERS * 2],
    "sentences": [
        f"The range of {name} is -0.5 to 0.5 and its 3-sigma range is 0.9."
        for name in ("Conv 1", "conv2", "FC1", "fc 2", "fc3")
    ],
    "as printed": [f"{name:6} range   1.0540   3-sigma range   1.2030" for name in answers.LAYERS],
    "spelled out": [
        f"{name} layer | 1e-1 | 2.5"
        for name in ("Convolution 1", "Convolutional 2", "Fully-connected 1", "fc_2", "FC 3")
    ],
}


@pytest.mark.parametrize("lines", RANGES.values(), ids=RANGES)
def test_ranges_are_found(lines: list[str]) -> None:
    found = answers.ranges(report("Question 1", "1.2", *lines), "1.2", answers.LAYERS)
    assert found.state == "there"


@pytest.mark.parametrize(
    "lines",
    [
        [f"{name} has a large range" for name in answers.LAYERS],
        [f"{name} 1.05 1.2" for name in answers.LAYERS[:4]],
        ["conv1, conv2, fc1, fc2 and fc3"],
        [f"{name} 1.05" for name in answers.LAYERS],
    ],
)
def test_ranges_that_are_not_there_are_missing(lines: list[str]) -> None:
    found = answers.ranges(report("Question 1", "1.2", *lines), "1.2", answers.LAYERS)
    assert found.state == "missing"
    assert "fc3" in found.note or found.note == "none"


def test_a_table_may_be_a_picture() -> None:
    lines = ["Question 1", "1.2", "See the table below, which has all of the ranges."]
    found = answers.ranges(report(*lines, figures=(Figure(700, 0),)), "1.2", answers.LAYERS)
    assert found.state == "cannot tell"


PREFERRED = [
    "I would prefer the 3-sigma range because it ignores outliers.",
    "I'd choose the actual range for conv1 since nothing lies outside of it.",
    "We use the full range: clipping costs more accuracy than precision gains.",
    "The 3σ range is the better choice, so that small weights keep their precision.",
]


@pytest.mark.parametrize("line", PREFERRED)
def test_a_preference_and_its_reason_are_found(line: str) -> None:
    assert answers.preference(report("Question 1", "1.2", line), "1.2").state == "there"


def test_words_without_a_preference_are_for_a_person() -> None:
    line = "All of these look about the same to me, whatever one does about it."
    assert answers.preference(report("Question 1", "1.2", line), "1.2").state == "cannot tell"


def test_the_lab_s_own_words_are_no_answer() -> None:
    prompt = (
        "Record the range of the weights, as well as their 3-sigma range (the difference between",
        "For which layers is the 3-sigma range larger or smaller than the actual range? Then",
        "explain which range you would prefer to use if you were to quantize each layer's",
        "weights and wanted to strike a balance between the range of values that could be",
        "expressed, and your precision.",
    )
    assert answers.preference(report("Question 1", "1.2", *prompt), "1.2").state == "missing"


A = "n_W1 * W1 * n_in * In * n_out1 = n_W1 * n_in * n_out1 * Out1"
B = "n_W2 W2 * n_W1 W1 * n_in In * n_out1 n_out2 = n_W2 n_W1 n_in n_out1 n_out2 Out2"
EQUATIONS = {
    "typed": (A, B),
    "named": tuple(each.replace("1", "_conv1").replace("2", "_conv2") for each in (A, B)),
    "with letters": (f"(a) {A}", f"(b) {B}"),
    "run together": tuple(each.replace(" ", "").replace("_", "") for each in (A, B)),
    "in strings": (f'Q4_1A = "{A}"', f'Q4_1B = "{B}"'),
}


@pytest.mark.parametrize("both", EQUATIONS.values(), ids=EQUATIONS)
def test_equations_are_found_each_by_itself(both: tuple[str, str]) -> None:
    first, second = both
    for lines, states in (
        ([first, second], ["there", "there"]),
        ([first], ["there", "missing"]),
        ([second], ["missing", "there"]),
        ([], ["missing", "missing"]),
    ):
        made = report("Question 4", "4.1", *lines, "4.2", "x = 1")
        assert [answers.equation(made, part).state for part in ("4.1a", "4.1b")] == states


def test_the_lab_s_own_equations_are_none() -> None:
    made = report("Question 4", "4.1", "Wconv1 * In = Outconv1 (4)", "4.2")
    assert answers.equation(made, "4.1a").state == "missing"


def test_an_equation_in_other_signs_is_for_a_person() -> None:
    words = "The output is the product of all of its factors with their own scaling constants."
    made = report("Question 5", "5.1", words, "5.2")
    assert answers.equation(made, "5.1").state == "cannot tell"


@pytest.mark.parametrize(
    ("lines", "wanted", "state"),
    [
        (["Before 54.2 %, after 54.1 percent"], 2, "there"),
        (["accuracy before: 0.5421", "accuracy after: 0.5410"], 2, "there"),
        (["The accuracy is 54.21 afterwards"], 1, "there"),
        (["The accuracy is 54.21 afterwards"], 2, "missing"),
        (["The accuracy did hardly change."], 1, "missing"),
        (['print(f"accuracy {x:.2f} %")', "x = 54.2"], 1, "missing"),
    ],
)
def test_accuracies(lines: list[str], wanted: int, state: str) -> None:
    assert answers.accuracies(report("Question 5", "5.3", *lines), "5.3", wanted).state == state


@pytest.mark.parametrize(
    ("lines", "name", "number"),
    [
        (["Name: Ada Example", "SID: 3030000001"], "there", "there"),
        (["Name: Ada Example, Student ID: 3030000001"], "there", "there"),
        (["Ada Example (3030000001)"], "there", "there"),
        (["by Ada Example", "Student ID # : 24000001"], "there", "there"),
        (["王小明"], "cannot tell", "missing"),
        (["Name: ____", "ID: ____"], "missing", "missing"),
        (["Full name: Your Name", "SID: XXXXXXXX"], "missing", "missing"),
        (["Spring 2026", "University of California, Berkeley"], "missing", "missing"),
        ([], "missing", "missing"),
    ],
)
def test_names_and_numbers(lines: list[str], name: str, number: str) -> None:
    made = report("Lab 1: Quantization", *lines, "Question 1", "words")
    assert (head.name_of(made).state, head.id_of(made).state) == (name, number)


def test_code_is_with_its_question_and_filled_in() -> None:
    lines = ["def quantized_weights(weights):", "scale = 127 / weights.abs().max()", "return scale"]
    blank = [line.replace("127 / weights.abs().max()", "2.5") for line in lines]
    appendix = ["Appendix", "import torch", *lines]
    for there, more, state in (
        (lines, [], "there"),
        (blank, [], "missing"),
        (blank, appendix, "missing"),
        ([], appendix, "missing"),
    ):
        made = report("Question 2", "2.1", *there, *more)
        assert code.sample(made, "quantized_weights").state == state


def test_code_may_be_a_picture() -> None:
    made = report("Question 2", "2.1", "My code:", figures=(Figure(700, 0),))
    assert code.sample(made, "quantized_weights").state == "cannot tell"


def test_plots_that_nothing_tells_are_for_a_person() -> None:
    made = report("Question 1", "1.1", figures=(Figure(700, 2), Figure(600, 0)))
    assert answers.plots(made, "1", 2).state == "there"
    found = answers.plots(made, "1", 5)
    assert (found.state, found.note[:19]) == ("cannot tell", "2 plots and 1 pictu")
