"""An explanation as a page for staff: what the terminal shows, and the picture."""

from __future__ import annotations

from grader.regrade.calls import Call
from grader.regrade.excerpts import differences, excerpt
from grader.regrade.explain import Explanation
from grader.regrade.show import comparisons, told_of
from grader.report.html import code_of, drawn, render
from grader.report.wording import told

MOST_CALLS = 200
"""Calls of which the page shows more than a line."""


def page(found: Explanation, script: str = "") -> str:
    """The whole page.

    Args:
        found: what it is about.
        script: the text of the replay; empty where there is none.
    """
    entry, versions = found.entry, found.result.versions
    calls = () if found.judged is None else found.judged.calls
    first = None if found.judged is None else found.judged.shown
    rest = [call for call in calls if call is not first][:MOST_CALLS]
    return render(
        "explain",
        name=found.result.submission,
        entry=entry,
        told=told(entry, staff=True),
        points=f"{entry.score:g} of {entry.max_score:g} points",
        held_back=found.is_held_back,
        unjudged=found.result.unjudged.get(entry.question, ""),
        figure=None if found.picture is None else drawn(found.picture, "picture"),
        first=None if first is None else _shown(first),
        calls=[_line(call) for call in calls],
        rest=[_shown(call) for call in rest],
        counted=told_of(found)[:1].upper() + told_of(found)[1:],
        tolerances=[
            (when, each.tolerance, f"{limit:g}", f"{each.value:.6g}", each.held)
            for when, each, limit in comparisons(found)
        ],
        code=[code_of(*each) for each in found.result.listings.get(entry.question, ())],
        replay=script,
        no_replay=found.replay.why_not,
        made_by=f"Exam {versions.exam.name}, grader {versions.grader.version}",
    )


def _line(call: Call) -> dict[str, object]:
    return {
        "number": call.number,
        "name": call.name,
        "outcome": call.outcome if call.fails else call.verdict or call.outcome,
        "fails": bool(call.verdict),
    }


def _shown(call: Call) -> dict[str, object]:
    """One call with some of its arrays."""
    sides = (("given", call.given), ("claimed", call.claimed), ("right", dict(call.expected)))
    return {
        **_line(call),
        "function": call.function,
        "parts": [
            (side, excerpt(name, value)) for side, values in sides for name, value in values.items()
        ],
        "failure": call.failure,
        "remark": call.remark,
        "differences": [each for each in differences(call) if each.size > 1],
        "beside": None if call.beside is None else _line(call.beside),
    }
