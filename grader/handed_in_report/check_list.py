"""What the lab asks of a report, point by point, and whether it is there."""

from collections.abc import Iterator, Sequence

from grader.handed_in_report import answers, code, head
from grader.handed_in_report.outcome import Found, cannot_tell, there
from grader.handed_in_report.paper import Paper
from grader.handed_in_report.sections import Report, cut
from grader.submission import Submission
from grader.writeup import CheckList, Item, Printed

LONGEST_PAGE = 1.5
"""Metres; a poster is shorter."""
CLOSE = 0.005
"""What binary fractions add to half a unit of the last digit."""


def check_list(paper: Paper, submission: Submission | None = None) -> CheckList:
    """Say of each point whether it is there.

    Args:
        paper: the report as it was read.
        submission: the notebook that belongs to it, to compare with.
    """
    report = cut(paper)
    blind = [number for number, page in enumerate(paper.pages, 1) if page.illegible]
    items = [*_of_the_lab(report)]
    if submission is not None:
        items += _of_the_notebook(report, submission)
    if blind:
        items = [_with_doubt(item, blind) for item in items]
    return CheckList(len(paper.pages), tuple(items), tuple(_remarks(paper, blind)))


def _of_the_lab(report: Report) -> Iterator[Item]:
    yield _item("", "name", head.name_of(report))
    yield _item("", "student ID", head.id_of(report))
    inputs = ("input", *answers.LAYERS)
    yield _item("1.1", "histograms of 5 layers' weights", answers.plots(report, "1", 5))
    yield _item("1.1", "observations", answers.observations(report, "1.1"))
    ranges = "range and 3-sigma range of each"
    yield _item("1.2", ranges, answers.ranges(report, "1.2", answers.LAYERS))
    yield _item("1.2", "range you prefer, and why", answers.preference(report, "1.2"))
    yield _sample(report, "quantized_weights")
    yield _item("2.2", "accuracy of quantized weights", answers.accuracies(report, "2.2", 1))
    yield _item("3.1", "histograms of input and 5 layers", answers.plots(report, "3", 6))
    yield _item("3.1", "observations", answers.observations(report, "3.1"))
    yield _item("3.2", ranges, answers.ranges(report, "3.2", inputs))
    yield _item("3.2", "range you prefer, and why", answers.preference(report, "3.2"))
    yield _item("4.1a", "equation of conv1", answers.equation(report, "4.1a"))
    yield _item("4.1b", "equation of conv2", answers.equation(report, "4.1b"))
    for name in ("quantize_initial_input", "quantize_activations", "forward"):
        yield _sample(report, name)
    yield _item("4.4", "accuracy of the quantized net", answers.accuracies(report, "4.4", 1))
    yield _item("5.1", "equation with a bias", answers.equation(report, "5.1"))
    yield _sample(report, "quantized_bias")
    yield _item("5.3", "accuracies before and after", answers.accuracies(report, "5.3", 2))
    yield _item("", "appendix with all code", code.appendix(report))


def _sample(report: Report, name: str) -> Item:
    return _item(code.FUNCTIONS[name][0], f"code of {name}", code.sample(report, name))


def _of_the_notebook(report: Report, submission: Submission) -> Iterator[Item]:
    for name in code.FUNCTIONS:
        found = code.compared(report, submission.listings, name)
        if found is not None:
            yield _item("", f"appendix: {name} as in the notebook", found)
    if submission.write_up.accuracies:
        told = _numbers(report, submission.write_up.accuracies)
        yield _item("", "accuracies as the notebook saved them", told)
    if submission.ranges:
        yield _item("", "ranges as the notebook saved them", _ranges(report, submission.ranges))


def _numbers(report: Report, saved: Sequence[tuple[str, str]]) -> Found:
    """Whether each saved accuracy stands in the report, as far as it was rounded."""
    shown = answers.percents(report.body)
    differs = [
        f"{cell} printed {value} %"
        for cell, value in saved
        if not any(_same(value, other) for other in shown)
    ]
    return _differs(differs)


def _ranges(report: Report, saved: Sequence[Printed]) -> Found:
    """Whether each saved range of a layer stands beside it, as far as it was rounded."""
    shown = {each: answers.values_beside(each, report.body) for each in {p.layer for p in saved}}
    return _differs(
        [
            f"{each.cell} printed {each.value} for {each.layer}"
            for each in saved
            if not any(_same_range(each.value, other) for other in shown[each.layer])
        ]
    )


def _same_range(one: str, other: str) -> bool:
    """A whole number is the range only if it is no rounder: `3-sigma` has one, too."""
    return _same(one, other) if "." in other else float(one) == float(other)


def _differs(numbers: Sequence[str]) -> Found:
    """Either may be the newer one, so none is called wrong."""
    if not numbers:
        return there()
    more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return cannot_tell(f"differs: {'; '.join(numbers[:3])}{more}; the report does not say so")


def _same(one: str, other: str) -> bool:
    finest = 0.1 ** min(len(each.partition(".")[2]) for each in (one, other))
    return abs(float(one) - float(other)) <= finest * (0.5 + CLOSE)


def _item(question: str, asks: str, found: Found) -> Item:
    return Item(question, asks, found.state, found.note)


def _with_doubt(item: Item, blind: Sequence[int]) -> Item:
    """What is not in the text may stand on a page that has none."""
    if item.state != "missing":
        return item
    where = f"page{'s' if len(blind) > 1 else ''} {_listed(blind)}"
    return Item(item.question, item.asks, "cannot tell", f"it may stand on {where}, without text")


def _listed(pages: Sequence[int]) -> str:
    first = ", ".join(map(str, pages[:4]))
    return f"{first} and {len(pages) - 4} more" if len(pages) > 4 else first


def _remarks(paper: Paper, blind: Sequence[int]) -> Iterator[str]:
    if blind:
        yield (
            f"Page {_listed(blind)} has no text that a program can read, as a scan has none."
            " Print to PDF from the program that you wrote it with."
        )
    for number, page in enumerate(paper.pages, 1):
        if page.metres > LONGEST_PAGE:
            told = f"Page {number} is {page.metres:.1f} m long, and nobody can print it."
            yield f"{told} Export the report onto pages of paper."
            break
    if paper.scripts:
        yield "The PDF holds JavaScript, which was not run. Graders' programs may warn of it."
    if paper.attachments:
        yield "The PDF holds attached files, which were not opened. Hand in what counts as pages."
