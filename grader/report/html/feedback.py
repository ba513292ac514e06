"""A result as a page: what to mend first; for each mistake a picture and the student's lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from grader.listing import Listing
from grader.report.check_list import SIGNS as LIST_SIGNS
from grader.report.check_list import remarks, summary
from grader.report.html.colours import coloured
from grader.report.html.drawings import Figure, drawn
from grader.report.html.page import render
from grader.report.wording import Told, execution_lines, told, unjudged_lines
from grader.result import Entry, Result
from grader.writeup import CheckList

if TYPE_CHECKING:
    from markupsafe import Markup

PRINTED = 60
"""So many of the last lines that the student's code printed are shown, each so long at most."""
LONGEST = 300
SIGNS = {"passed": "✓", "failed": "✗", "not reached": "·", "by hand": "…"}
LATER = "later"
"""The mark of a question of which nothing is shown yet."""


@dataclass(frozen=True)
class Code:
    """Some of the student's lines, coloured."""

    name: str
    place: str
    first: int
    lines: tuple[Markup, ...]
    left_out: int


@dataclass(frozen=True)
class Shown:
    """One check on the page."""

    check: str
    told: Told
    status: str
    sign: str
    figure: Figure | None


@dataclass(frozen=True)
class Section:
    """One question on the page."""

    number: str
    title: str
    status: str
    sign: str
    count: str
    """Points, or checks."""
    share: int
    """Percent of them."""
    mend: tuple[Shown, ...]
    """The checks that failed."""
    waiting: tuple[Shown, ...]
    held: tuple[Shown, ...]
    """Those that hold."""
    code: tuple[Code, ...]


def feedback_page(result: Result) -> str:
    """The whole page, for the student: nothing of a check that is held back is on it."""
    visible = [entry for entry in result.entries if entry.visibility == "visible"]
    # Where nothing can be graded at all, every check says why: once is enough.
    sections = () if _is_refused(visible) else tuple(_sections(result, visible))
    wrong = [section for section in sections if section.mend]
    report = _report(result)
    return render(
        "feedback",
        name=result.submission,
        complete=result.complete,
        official=result.official,
        score=_score(result, visible),
        hidden=len(result.entries) - len(visible),
        sections=sections,
        wrong=wrong,
        right=bool(visible) and not wrong and all(section.sign == "✓" for section in sections),
        first=wrong[0] if wrong else None,
        flow=_flow(visible),
        report=report,
        report_remarks=remarks(report) if report else (),
        report_summary=summary(report) if report else "",
        signs=LIST_SIGNS,
        notes=[*result.notes, *execution_lines(result), *unjudged_lines(result)],
        printed=[line[:LONGEST] for line in result.printed.splitlines()[-PRINTED:]],
        deduction=result.deduction.words if result.deduction else "",
        made_by=f"Exam {result.versions.exam.name}, grader {result.versions.grader.version}",
    )


def _report(result: Result) -> CheckList | None:
    """The check list that is shown; none where nothing can be read: the notes say so once."""
    found = result.report
    return None if found is not None and found.problem and result.refused else found


def _is_refused(visible: list[Entry]) -> bool:
    reasons = {entry.verdict.actual for entry in visible if entry.status == "not reached"}
    return len(reasons) == 1 and all(entry.status == "not reached" for entry in visible)


def _score(result: Result, visible: list[Entry]) -> str:
    """Points where they count, else how many checks hold."""
    if not result.official:
        return _counted(visible)
    most = sum(entry.max_score for entry in visible if not entry.bonus)
    earned = sum(entry.score for entry in visible)
    taken = result.deduction.points if result.deduction else 0.0
    return f"{earned - taken:g} of {most:g} points"


def _counted(entries: list[Entry]) -> str:
    return f"{sum(entry.status == 'passed' for entry in entries)} of {len(entries)} checks"


def _sections(result: Result, visible: list[Entry]) -> Iterator[Section]:
    seen: set[object] = set()
    for number, group in groupby(visible, key=lambda entry: entry.question):
        entries = list(group)
        shown = [_shown(entry, f"p{number}-{at}", seen) for at, entry in enumerate(entries)]
        mend = tuple(each for each in shown if each.status == "failed")
        status = _status(entries)
        most = sum(entry.max_score for entry in entries)
        earned = sum(entry.score for entry in entries)
        points = result.official and most > 0
        passed = sum(entry.status == "passed" for entry in entries)
        yield Section(
            number,
            entries[0].title,
            status,
            SIGNS[status],
            f"{earned:g} of {most:g} points" if points else _counted(entries),
            round(100 * (earned / most if points else passed / len(entries))),
            mend,
            tuple(each for each in shown if each.status == "not reached"),
            tuple(each for each in shown if each.status == "passed"),
            tuple(code_of(*each) for each in result.listings.get(number, ())) if mend else (),
        )


def _status(entries: list[Entry]) -> str:
    """Of a question: that of the check that matters most."""
    found = {entry.status for entry in entries}
    return next(each for each in ("failed", "by hand", "not reached", "passed") if each in found)


def _shown(entry: Entry, name: str, seen: set[object]) -> Shown:
    """A check; a picture that is there already is not shown twice."""
    picture, figure = entry.verdict.picture, None
    if entry.status == "failed" and picture is not None and picture not in seen:
        seen.add(picture)
        figure = drawn(picture, name.replace(".", "-"))
    return Shown(entry.check, told(entry), entry.status, SIGNS[entry.status], figure)


def _flow(visible: Iterable[Entry]) -> Figure | None:
    """What a net makes of an image, once its forward pass is right."""
    pictures = [entry.verdict.picture for entry in visible if entry.status == "passed"]
    return next((drawn(picture, "flow") for picture in pictures if picture is not None), None)


def code_of(name: str, listing: Listing) -> Code:
    """The student's lines, coloured and escaped."""
    return Code(name, listing.place, listing.first, coloured(listing.lines), listing.left_out)
