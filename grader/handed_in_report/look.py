"""Looks through the report that was handed in with the code, or is named beside it."""

from pathlib import Path

import msgspec

from grader.errors import GraderError, UnreadableSubmissionError, UsageError
from grader.handed_in_report.check_list import check_list
from grader.handed_in_report.paper import Paper
from grader.handed_in_report.reading import read_pdf, read_report
from grader.submission import Pdfs, Reader, Submission, may_hold_pdfs
from grader.writeup import CheckList

CALLED = "The PDF"
"""How it is called where something is wrong with it: its own name may be a student's."""


def look_through(path: Path, pdf: Path | None = None) -> CheckList | None:
    """The check list of a report.

    Args:
        path: what was handed in, to find PDFs in and to compare with.
        pdf: the report; None: it is among what was handed in, if there is one.

    Raises:
        UsageError: the PDF that is named cannot be read.
        GraderError: the reader does not work here.
    """
    if pdf is None and not may_hold_pdfs(path):
        return None
    paper = None if pdf is None else read_report(pdf)  # before anything that takes longer
    with Reader() as reader:
        submission = _submission(path, reader)
        if paper is None:
            return of_upload(path, reader, submission)
    return check_list(paper, submission)


def _submission(path: Path, reader: Reader) -> Submission | None:
    try:
        return reader.load(path)
    except UnreadableSubmissionError:  # who grades it says so
        return None


def of_upload(path: Path, reader: Reader, submission: Submission | None) -> CheckList | None:
    """The check list of the PDF in what was handed in; None: there is none.

    Of several, the one that has most of what the lab asks for.

    Args:
        path: what was handed in.
        reader: takes the PDFs out.
        submission: what else it holds, to compare with.

    Raises:
        GraderError: the reader does not work here.
    """
    found = best(pdfs_of(path, reader), submission)
    return None if found is None else found.told


class Chosen(msgspec.Struct, frozen=True):
    """The PDF that counts."""

    told: CheckList
    data: bytes = b""
    paper: Paper | None = None
    """None: it cannot be read."""


def pdfs_of(path: Path, reader: Reader) -> Pdfs:
    """The PDFs among what was handed in."""
    if not may_hold_pdfs(path):
        return Pdfs(())
    try:
        return reader.pdfs(path)
    except UnreadableSubmissionError as error:
        return Pdfs((), problem=str(error))


def best(handed_in: Pdfs, submission: Submission | None) -> Chosen | None:
    """The PDF that has most of what the lab asks for; None: there is none.

    Args:
        handed_in: the PDFs.
        submission: to compare with.

    Raises:
        GraderError: the reader does not work here.
    """
    if handed_in.problem:
        return Chosen(CheckList(0, problem=handed_in.problem))
    left_out = handed_in.left_out
    every = [_looked_at(data, submission) for data in handed_in.files]
    if not every:
        which = "a PDF that is" if left_out == 1 else f"{left_out} PDFs that are"
        problem = f"What was handed in has {which} too large to be read."
        return Chosen(CheckList(0, problem=problem)) if left_out else None
    chosen = max(every, key=lambda each: _has(each.told))  # of equal ones the first
    if len(every) + left_out == 1:
        return chosen
    told = chosen.told
    which = f"Of {len(every) + left_out} PDFs the one with {told.pages} pages was looked through"
    remark = f"{which}: it has most of what the lab asks for."
    return msgspec.structs.replace(
        chosen, told=msgspec.structs.replace(told, remarks=(remark, *told.remarks))
    )


def _looked_at(data: bytes, submission: Submission | None) -> Chosen:
    try:
        paper = read_pdf(data, CALLED)
    except UsageError as error:
        return Chosen(CheckList(0, problem=str(error)), data)
    except GraderError as error:  # no student's PDF can end a grade, whatever it does to its reader
        return Chosen(CheckList(0, problem=f"{CALLED} could not be read here: {error}"), data)
    return Chosen(check_list(paper, submission), data, paper)


def _has(told: CheckList) -> tuple[bool, int, int]:
    """How much of a report it is."""
    of_the_lab = [item for item in told.items if item.part]
    there = sum(item.state == "there" for item in of_the_lab)
    return not told.problem, there, -sum(item.state == "missing" for item in of_the_lab)
