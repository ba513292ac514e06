"""What of the written part is counted, as it was saved."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.notebook import CARD, read_cells
from grader.template import TEMPLATE
from grader.writeup import WriteUp, write_up

PNG = {"output_type": "display_data", "data": {"image/png": "AAAA", "text/plain": "<Figure>"}}
OLD = {"output_type": "display_data", "png": "AAAA", "text": ["<Figure>"]}


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def text(source, **more):
    return {"cell_type": "markdown", "source": source, **more}


def code(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def found(*cells) -> WriteUp:
    data = json.dumps({"nbformat": 4, "cells": cells}).encode()
    return write_up(read_cells(data, "lab1.ipynb")[1])


def test_figures_are_counted_by_question_and_cell():
    seen = found(
        code("plt.hist()", PNG),
        text("## Question 1: Visualize Weights\n### 1.1"),
        code("plot()", PNG, stream("x"), PNG),
        code("more()", OLD),
        text("## Question 2"),
        code("plot()", PNG),
        text("**Question 3**"),
        text("![x](data:image/png;base64,AA)", attachments={"a.png": {}}),
    )
    first, third = seen.figures
    assert (first.question, first.count, first.cells) == ("1", 3, ("cell 3", "cell 4"))
    assert (third.question, third.count, third.cells) == ("3", 2, ("cell 8",))


def test_the_template_itself_is_no_answer():
    cells = read_cells((TEMPLATE / "lab1.ipynb").read_bytes(), "lab1.ipynb")[1]
    assert write_up(cells).written == {
        "1.2": "nothing",
        "3.2": "nothing",
        "4.1": "nothing",
        "5.1": "nothing",
    }


def test_text_values_and_equations_are_found():
    seen = found(
        text("### 1.2\nconv1 has the narrower three sigma range, so I prefer it."),
        text("### 3.2"),
        code("print(ranges)", stream("conv1 0.53")),
        text("### 4.1"),
        code("Q4_1A = 'n_In * In = Out'\nQ4_1B = ''"),
        text("### 5.1"),
    )
    assert seen.written == {
        "1.2": "57 characters of text",
        "3.2": "printed values",
        "4.1": "Q4_1A",
        "5.1": "nothing",
    }


@pytest.mark.parametrize(
    "answer",
    [
        "Q5_1 = 'a = b'",
        'Q5_1=r"a = b"',
        "Q5_1: str = 'a = b'",
        'Q5_1 = (\n    "a = b"\n)',
        'Q5_1 = (  # in one line\n    f"{left}"\n    " = b"\n)',
        'Q5_1 = """\n  a = b\n""".strip()',
        "Q5_1 = '''a'" + "\n",
        'Q5_1 = " = ".join(sides)',
        "Q5_1 = left + right",
        "Q5_1 = equation('fc3')",
        "Q5_1 = Q5_1_LONG",
    ],
)
def test_an_equation_is_found_however_it_is_laid_out(answer: str) -> None:
    assert found(text("### 5.1"), code(answer)).written["5.1"] == "Q5_1"


@pytest.mark.parametrize(
    "answer",
    [
        'Q5_1 = ""\nQ5_2 = 1',
        "Q5_1 = ''",
        "Q5_1  =  f''",
        'Q5_1 = ("")',
        'Q5_1 = (\n    ""\n)',
        'Q5_1 = """"""',
        'Q5_1 = """\n"""',
        "Q5_1: str = ''",
        "Q5_1 = None",
        "Q5_1 = ...",
        "Q5_1 == 'a = b'",
        "Q5_1",
    ],
)
def test_what_is_empty_is_no_equation(answer: str) -> None:
    assert "Q5_1" not in found(text("### 5.1"), code(answer)).written["5.1"]


def test_without_headings_for_its_parts_the_question_counts():
    seen = found(text("# Question 5: Quantize Biases"), text("The bias is scaled by all of them."))
    assert seen.written["5.1"] == "34 characters of text under Question 5"


def test_accuracies_are_listed_as_they_were_printed():
    seen = found(code("test()", stream("Accuracy of the network: 62.5 %\nloss 3\nAccuracy: 61%")))
    assert seen.accuracies == (("cell 1", "62.5"), ("cell 1", "61"))


def test_cards_of_the_notebook_s_own_check_are_passed_over():
    shown = {"text/plain": "accuracy: float 93.2 %, quantized 61.5 %", "image/png": "AAAA"}
    card = {"output_type": "execute_result", "data": shown, "metadata": {CARD: True}}
    other = {**card, "metadata": {}}
    cells = [text("# Question 1"), text("### 1.2")]
    seen = found(*cells, code('check("2.2")', card))
    assert seen == found(*cells, code('check("2.2")'))
    assert seen != found(*cells, code('check("2.2")', other))


KEYS = ("data", "text", "metadata", "image/png", "png", "x")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "text", "metadata", "image/png", "png", "x"]), inner
        )
    ),
    max_leaves=8,
)


@given(outputs=JSON, attachments=JSON)
def test_outputs_of_any_form_are_counted_or_passed_over(outputs, attachments):
    cell = {"cell_type": "code", "source": "x", "outputs": outputs, "attachments": attachments}
    assert len(found(text("# Question 1"), cell).figures) == 2


def test_pictures_named_in_code_are_none():
    seen = found(code("# Question 1\n# ![x](data:image/png;base64,AA)"), code("# Question 3"))
    assert [figures.count for figures in seen.figures] == [0, 0]
