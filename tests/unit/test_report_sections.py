"""What belongs to which question, in the many ways in which students head them."""

import pytest

from grader.handed_in_report.paper import Figure, Line, Page, Paper
from grader.handed_in_report.sections import Report, cut


def report(*lines: str) -> Report:
    return cut(Paper((Page(tuple(Line(800.0 - 10 * n, text) for n, text in enumerate(lines))),)))


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("Question 1: Visualize Weights", ("1", "")),
        ("Question 4.1 (a)", ("4", "4.1")),
        ("Q2", ("2", "")),
        ("Q3.2", ("3", "3.2")),
        ("Problem 5", ("5", "")),
        ("3 Question 3 - Visualize Activations", ("3", "")),
        ("## Question 2", ("2", "")),
        ("Quantize Biases", ("5", "")),
        ("1.1 Plot histograms", ("1", "1.1")),
    ],
)
def test_headings(heading: str, place: tuple[str, str]) -> None:
    found = report("Lab", heading, "words").sections[-1]
    assert (found.question, found.part) == place
    assert found.lines[-1] == "words"


@pytest.mark.parametrize(
    "line",
    [
        "Question 3 asks for more of the same.",
        "Question 5 ........ 9",
        "1.1 times as many",
        "1.054 1.203",
        "5.2",
        "1.3",
        "Appended lines",
    ],
)
def test_what_heads_nothing(line: str) -> None:
    found = report("Question 1", "1.2", line, "words")
    assert [(each.question, each.part) for each in found.sections][1:] == [("1", ""), ("1", "1.2")]
    assert found.appendix is None


def test_numbered_items_are_parts_of_the_question_they_stand_in() -> None:
    found = report("Question 4", "1. Equations", "a", "3. The function", "b")
    assert [(each.part, each.lines[-1]) for each in found.sections[2:]] == [
        ("4.1", "a"),
        ("4.3", "b"),
    ]


def test_what_is_named_in_the_contents_does_not_begin_there() -> None:
    found = report(
        "Contents", "Appendix", "Question 1", "words", "Appendix A: code", "import torch"
    )
    assert found.of("1")[0].lines == ["Question 1", "words"]
    assert found.appendix is not None
    assert found.appendix.lines == ["Appendix A: code", "import torch"]


def test_a_figure_belongs_to_the_heading_above_it() -> None:
    lines = (Line(800, "Question 1"), Line(700, "words"), Line(400, "Question 2"))
    paper = Paper((Page(lines, (Figure(600, 5), Figure(300, 1))), Page((), (Figure(700, 2),))))
    found = cut(paper)
    assert [figure.plots for figure in found.of("1")[0].figures] == [5]
    assert [figure.plots for figure in found.of("2")[0].figures] == [1, 2]


def test_running_heads_are_no_lines() -> None:
    pages = tuple(
        Page((Line(800, f"Page {n} of 3"), Line(700, f"words {'abc'[n]}"), Line(10, "Report")))
        for n in range(3)
    )
    assert cut(Paper(pages)).body == ["words a", "words b", "words c"]
