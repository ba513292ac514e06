"""An explanation in a terminal, and as plain data for a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.regrade.calls import Call
from grader.regrade.excerpts import Difference, differences, excerpt
from grader.regrade.explain import Explanation
from grader.report.staff import MARKS
from grader.report.wording import lines
from grader.rubric import Measured

MOST_CALLS = 60
"""Calls of a check that a terminal shows."""


def show(found: Explanation, console: Console) -> None:
    """Print everything, the arrays of one call in part."""
    _head(found, console)
    if found.judged is None:
        return
    call = found.judged.shown
    if call is not None:
        _call(call, console)
    _calls(found, console)
    _tolerances(found, console)
    _listings(found, console)


def _head(found: Explanation, console: Console) -> None:
    entry = found.entry
    points = f"{entry.score:g} of {entry.max_score:g} points"
    title = f"{entry.question} {escape(entry.title)}: {entry.check}"
    console.print(f"{MARKS[entry.status]} [bold]{title}[/] ({points})", highlight=False)
    for line in lines(entry, staff=True):
        console.print(f"  {escape(line)}", highlight=False)
    for number, why in found.result.unjudged.items():
        console.print(f"[red]Not judged:[/] {number} ({escape(why)}).", highlight=False)
    if found.is_held_back:
        console.print(f"  [dim]Held back from students: {entry.visibility}.[/]", highlight=False)
    console.print(f"[dim]Submission {escape(found.result.submission)}, {_made_by(found)}[/]")


def _made_by(found: Explanation) -> str:
    versions = found.result.versions
    return f"exam {escape(versions.exam.name)}, grader {versions.grader.version}"


def _call(call: Call, console: Console) -> None:
    what = "The call that fails" if call.fails else "A call that holds"
    console.print(f"\n[bold]{what}:[/] {call.number}. {escape(call.name)}", highlight=False)
    console.print(f"  {call.function}", highlight=False)
    table = _table("", "", "", "values")
    rows = [("given", call.given), ("claimed", call.claimed), ("right", dict(call.expected))]
    for side, values in rows:
        for name, value in values.items():
            part = excerpt(name, value)
            told = f"{part.values}  ({part.ends})" if part.ends else part.values
            table.add_row(side, *map(escape, (part.name, part.kind, told)))
    console.print(table)
    if call.failure:
        console.print(f"  it {escape(call.failure)}", highlight=False)
    for each in differences(call):
        _difference(each, console)
    if call.remark:
        console.print(f"  {call.remark}", highlight=False)
    if call.beside is not None:
        console.print(f"  compared with call {call.beside.number}: {escape(call.beside.name)}")


def _difference(one: Difference, console: Console) -> None:
    told = f"  {one.name}: {one.count:,} of {one.size:,} differ from what is right"
    console.print(told, highlight=False)
    if one.size > 1:
        table = _table("element", "given", "claimed", "right")
        for each in one.elements:
            table.add_row(str(list(each.at)), each.given, each.claimed, each.right)
        console.print(table)


def _calls(found: Explanation, console: Console) -> None:
    if found.judged is None:
        return
    every = found.judged.calls
    console.print(f"\n[bold]What this check looked at:[/] {told_of(found)}", highlight=False)
    table = _table("", "call", "outcome")
    for each in every[:MOST_CALLS]:
        mark = "→" if each.fails else "✗" if each.verdict else ""
        told = each.outcome if each.fails else each.verdict or each.outcome
        table.add_row(f"{mark}{each.number}", escape(each.name), escape(told))
    console.print(table)
    if len(every) > MOST_CALLS:
        console.print(f"  ... and {len(every) - MOST_CALLS} more: --json has them all")


def told_of(found: Explanation) -> str:
    """How many calls there were."""
    if found.judged is None:
        return "nothing"
    count = len(found.judged.calls)
    told = "1 call" if count == 1 else f"{count} calls"
    if found.judged.worked_out:
        told = f"numbers that were worked out of {told}"
    if found.others:
        told += f" (its question made {found.others} more, for others)"
    return told


def comparisons(found: Explanation) -> Iterator[tuple[str, Measured, float]]:
    """Yield when each comparison with a tolerance was made, what it was, and the tolerance."""
    for when, measured in (
        ("while the evidence was collected", found.collected),
        ("by the check", found.measured),
    ):
        for each in measured:
            yield when, each, getattr(found.thresholds, each.tolerance)


def _tolerances(found: Explanation, console: Console) -> None:
    rows = list(comparisons(found))
    if not rows:
        console.print("\nNothing was compared with a tolerance.", highlight=False)
        return
    console.print("\n[bold]What was compared with tolerances[/]", highlight=False)
    table = _table("tolerance", "is", "measured", "holds", "when")
    for when, each, limit in rows:
        holds = "yes" if each.held else "no"
        table.add_row(each.tolerance, f"{limit:g}", f"{each.value:.6g}", holds, when)
    console.print(table)


def _listings(found: Explanation, console: Console) -> None:
    for name, listing in found.result.listings.get(found.entry.question, ()):
        place = f"{name}: {listing.place}, from line {listing.first}"
        console.print(f"\n[bold]{escape(place)}[/]", highlight=False)
        for number, line in enumerate(listing.lines, listing.first):
            console.print(f"[dim]{number:5}[/]  {escape(line)}", highlight=False, soft_wrap=True)
        if listing.left_out:
            console.print(f"       ... and {listing.left_out} more lines")


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table


def encoded(found: Explanation) -> bytes:
    """The same as JSON."""
    entry, versions = found.entry, found.result.versions
    diagnosis = entry.verdict.diagnosis
    document = {
        "submission": found.result.submission,
        "question": entry.question,
        "check": entry.check,
        "status": entry.status,
        "score": entry.score,
        "max_score": entry.max_score,
        "visibility": entry.visibility,
        "told": lines(entry, staff=True),
        "diagnosis": diagnosis.name if diagnosis else None,
        "unjudged": found.result.unjudged.get(entry.question),
        "calls": [_plain(each) for each in (found.judged.calls if found.judged else ())],
        "worked_out": found.judged is not None and found.judged.worked_out,
        "tolerances": [
            {
                "tolerance": each.tolerance,
                "is": limit,
                "measured": each.value,
                "holds": each.held,
                "when": when,
            }
            for when, each, limit in comparisons(found)
        ],
        "slice_digest": found.result.slice_digest,
        "versions": msgspec.to_builtins(versions),
        "script": found.replay.why_not or None,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _plain(call: Call) -> dict[str, Any]:
    values = (("given", call.given), ("claimed", call.claimed), ("right", dict(call.expected)))
    return {
        "number": call.number,
        "name": call.name,
        "function": call.function,
        "fails": call.fails,
        "verdict": call.verdict or None,
        "outcome": call.outcome,
        "compared_with": None if call.beside is None else call.beside.number,
        **{
            side: {name: excerpt(name, value) for name, value in parts.items()}
            for side, parts in values
        },
    }
