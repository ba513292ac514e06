"""What a result says of a report; and points for it, where a rubric gives some."""

from collections.abc import Sequence
from dataclasses import replace

from grader.result import Result, blank
from grader.rubric import Rubric
from grader.verdict import Verdict
from grader.writeup import REPORT_CHECKS, CheckList, Item

NONE = "There is no PDF in what was handed in."
LOOK = "A person has to look at it."
NEXT = "Add what is missing, and look through it with `python -m grader writeup report.pdf`."


def with_report(result: Result, report: CheckList | None, rubric: Rubric) -> Result:
    """The result with a check list, and with a check for each part that has points.

    What cannot be told has no points until a person has decided: it is never taken for missing.

    Args:
        result: of the code alone.
        report: what was found; None: there is no PDF.
        rubric: says what a part is worth.
    """
    worth = {name: about for name, about in REPORT_CHECKS.items() if _counts(rubric, name)}
    entries, unjudged = [], dict(result.unjudged)
    for entry in blank(rubric, worth):
        part = entry.check.partition(".")[2]
        verdict, why = _judged(report, part)
        entries.append(replace(entry, status=verdict.status, verdict=verdict))
        if why:
            unjudged[entry.question] = why
    return replace(
        result,
        entries=(*result.entries, *entries),
        report=report,
        unjudged=unjudged,
        check_list=rubric.check_list,
    )


def _counts(rubric: Rubric, name: str) -> bool:
    return rubric.checks[name].enabled and rubric.checks[name].points > 0


def _judged(report: CheckList | None, part: str) -> tuple[Verdict, str]:
    """The verdict on a part, and why a person has to judge it, if one has."""
    if report is None:
        return Verdict(False, NONE, reached=False), ""
    if report.problem:
        return Verdict(False, f"{report.problem} {LOOK}", reached=False), report.problem
    items = [item for item in report.items if item.part == part]
    missing = [item for item in items if item.state == "missing"]
    if missing:
        return Verdict(False, f"missing: {_listed(missing)}", next_step=NEXT), ""
    untold = _listed([item for item in items if item.state == "cannot tell"])
    if untold:
        return Verdict(False, f"{untold}. {LOOK}", reached=False), untold
    return Verdict(True), ""


def _listed(items: Sequence[Item]) -> str:
    return "; ".join(f"{item.asks} ({item.note})" if item.note else item.asks for item in items)
