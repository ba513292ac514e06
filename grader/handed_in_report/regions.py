"""Where each part of a report stands on its pages, for who wants to see it cut out."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grader.handed_in_report.paper import Cut, Page, Paper
from grader.handed_in_report.sections import (
    Place,
    Report,
    Section,
    cut,
    running_heads,
    without_digits,
)
from grader.writeup import REPORT_CHECKS

PARTS = tuple(name.partition(".")[2] for name in REPORT_CHECKS if name[-1].isdecimal())
"""What a person looks at, part by part."""
MARGIN = 4.0
"""Points above a heading that are cut out with it: accents, and the upper halves of brackets."""
GAP = 0.5
"""Points above the heading that ends a part: in narrow lines what hangs below the last is near."""
EDGES = 2
"""Lines at the upper and the lower edge of a page that may be running heads."""


def regions(paper: Paper) -> dict[str, tuple[Cut, ...]]:
    """Where each part stands; nothing for a part that is headed nowhere.

    Where only its question has a heading, it is all that stands there. Running heads, which may
    have a name in them, are left out.
    """
    report = cut(paper)
    edges = [_edges(page, running_heads(paper.pages)) for page in paper.pages]
    ends = _ends(report, len(paper.pages))
    return {part: tuple(_of_part(part, report, ends, edges)) for part in PARTS}


def unreadable_pages(paper: Paper) -> tuple[Cut, ...]:
    """The pages without any text, on which anything may stand."""
    return tuple(Cut(number) for number, page in enumerate(paper.pages) if page.illegible)


def _of_part(
    part: str, report: Report, ends: dict[int, Place], edges: Sequence[tuple[float, float]]
) -> Iterator[Cut]:
    for section in report.of(part[0], part):
        end = ends[id(section)]
        for page in range(section.begins.page, min(end.page + 1, len(edges))):
            top, bottom = edges[page]
            if page == section.begins.page:
                top = min(top, section.begins.top + MARGIN)
            if page == end.page:
                bottom = max(bottom, end.top + GAP)
            if top - bottom > MARGIN:
                yield Cut(page, min(top, 1e9), max(bottom, -1e9))


def _ends(report: Report, pages: int) -> dict[int, Place]:
    """Where the section after each begins, by its identity."""
    every: list[Section] = [*report.sections]
    if report.appendix is not None:
        every.append(report.appendix)
    every.sort(key=lambda section: (section.begins.page, -section.begins.top))
    found = {id(one): other.begins for one, other in pairwise(every)}
    return {**found, id(every[-1]): Place(pages, -math.inf)}


def _edges(page: Page, running: set[str]) -> tuple[float, float]:
    """Between which heights a page has what is its own."""
    top, bottom = math.inf, -math.inf
    own = [line.top for line in page.lines if without_digits(line.text) not in running]
    for line in page.lines[:EDGES]:
        below = [height for height in (*own, *(f.top for f in page.figures)) if height < line.top]
        if without_digits(line.text) in running and below:
            top = min(top, max(below) + MARGIN)
    for line in page.lines[-EDGES:]:
        if without_digits(line.text) in running and line.top < min(own, default=-math.inf):
            bottom = max(bottom, line.top + GAP)
    return top, bottom
