"""Where the parts of a report stand, and what is taken of what its reader has drawn."""

from __future__ import annotations

import pytest

from grader.handed_in_report import reading
from grader.handed_in_report.paper import Cut, Figure, Line, Page, Paper
from grader.handed_in_report.reading import SIZE, Pixels, draw
from grader.handed_in_report.regions import PARTS, regions, unreadable_pages
from tests.writeup import bad

WHOLE = (1e9, -1e9)


def page(*lines: str, figures: tuple[Figure, ...] = (), first: float = 800.0) -> Page:
    """Lines 20 points apart, the first one so high."""
    return Page(tuple(Line(first - 20 * n, text) for n, text in enumerate(lines)), figures)


def places(paper: Paper, part: str) -> list[tuple[int, float, float]]:
    return [(cut.page, cut.top, cut.bottom) for cut in regions(paper)[part]]


def test_a_part_reaches_from_its_heading_to_the_next_one() -> None:
    paper = Paper((page("Lab", "Question 2", "2.1", "code", "2.2", "62.5 %", "Question 3"),))
    assert places(paper, "2.1") == [(0, 764, 720.5)]
    assert places(paper, "2.2") == [(0, 724, 680.5)]
    assert places(paper, "1.1") == []
    assert set(regions(paper)) == set(PARTS)


def test_it_goes_on_over_pages_up_to_where_the_next_one_begins() -> None:
    pages = (page("Question 1", "1.1", "words"), page("more words"), page("more", "1.2", "x"))
    top, bottom = WHOLE
    found = places(Paper(pages), "1.1")
    assert found == [(0, 784, bottom), (1, top, bottom), (2, top, 780.5)]


def test_without_headings_of_parts_it_is_all_of_the_question() -> None:
    paper = Paper((page("Question 4", "an equation", "Question 5", "another"),))
    assert places(paper, "4.1") == places(paper, "4.4") == [(0, 804, 760.5)]


def test_the_appendix_ends_the_last_part() -> None:
    paper = Paper((page("Question 5", "5.3", "63 %", "Appendix", "import torch"),))
    assert places(paper, "5.3") == [(0, 784, 740.5)]


def test_running_heads_are_left_out() -> None:
    """They have a name in them on every page."""
    sheets = [page("Ada Example", "Question 1", "1.1", "words", "and", "more", "page 1")]
    for letter in "klm":
        body = [f"{letter * number} words" for number in range(1, 7)]
        sheets.append(page("Ada Example", *body, "page 2"))
    for _, top, bottom in places(Paper(tuple(sheets)), "1.1")[1:]:
        assert top == 784  # of the line below
        assert bottom == 660.5  # above the number


def test_a_figure_below_a_running_head_is_no_part_of_it() -> None:
    one = page("Ada Example", "Question 1", "1.1", "words", "more", "and more")
    figure = Figure(795, 1)
    drawn = [
        page("Ada Example", *(f"{letter * n} words" for n in range(1, 6)), figures=(figure,))
        for letter in "klm"
    ]
    found = places(Paper((one, *drawn)), "1.1")
    assert [top for _, top, _ in found[1:]] == [799] * 3


def test_pages_without_text_are_told() -> None:
    scan = Page((), (Figure(800, 0),), 0.3, True)
    assert unreadable_pages(Paper((page("Lab"), scan))) == (Cut(1),)


def test_parts_of_pages_are_drawn_as_wide_and_high_as_they_are() -> None:
    found = draw(bad.simple(), [Cut(0), Cut(0, 842, 742), Cut(7), Cut(0, 100, 200)])
    whole, strip, nowhere, turned_over = found
    assert isinstance(whole, Pixels)
    assert isinstance(strip, Pixels)
    assert (whole.across, round(whole.down / whole.across, 2)) == (800, round(842 / 595, 2))
    assert round(strip.down / strip.across, 2) == round(100 / 595, 2)
    for each in (whole, strip):  # both have the letters
        assert len(each.colours) == 3 * each.across * each.down
        assert min(each.colours) < 100 < max(each.colours)
    assert nowhere is turned_over is None


def test_a_long_page_is_drawn_small_enough() -> None:
    (found,) = draw(bad.long_page(), [Cut(0)])
    assert found is not None
    assert found.down <= 2400
    assert found.across >= 1


def test_what_cannot_be_read_is_not_drawn() -> None:
    assert draw(bad.encrypted(), [Cut(0), Cut(1)]) == [None, None]


WHITE = SIZE.pack(2, 1) + b"\xff" * 6


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        (b"", 0),
        (WHITE, 1),
        (WHITE + b"\1", 1),
        (WHITE + WHITE[:-1], 1),
        (WHITE + SIZE.pack(801, 1) + bytes(3 * 801), 1),
        (WHITE + SIZE.pack(1, 2401) + bytes(3 * 2401), 1),
        (WHITE * 9, 3),
    ],
    ids=["nothing", "one", "cut off", "too short", "too wide", "too high", "too many"],
)
def test_of_an_answer_no_more_is_taken_than_was_asked_for(answer: bytes, count: int) -> None:
    """Whatever has taken the reader over."""
    assert list(reading._parts(answer, 3)) == [Pixels(2, 1, b"\xff" * 6)] * count
