"""Everything that a check judged, whole, as arrays in one file."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import numpy as np

from grader.regrade.calls import Call
from grader.regrade.explain import Explanation
from grader.report.wording import lines
from grader.sandbox.wire import Array


def arrays_of(found: Explanation) -> dict[str, Array]:
    """What `--save` keeps: `03 conv1/given/weights`, `.../claimed/...` and `.../right/...`.

    `calls` and `told` are texts: what each call is called, and what was told of the check.
    """
    calls = () if found.judged is None else found.judged.calls
    arrays = {
        "told": np.asarray(lines(found.entry, staff=True)),
        "calls": np.asarray([f"{call.number:02} {call.name}: {call.outcome}" for call in calls]),
    }
    for call in calls:
        name = _name(call)
        sides = {"given": call.given, "claimed": call.claimed, "right": call.expected}
        for side, values in sides.items():
            arrays |= {f"{name}/{side}/{key}": np.asarray(each) for key, each in values.items()}
    return arrays


def _name(call: Call) -> str:
    """The number and the name of a call, fit for the name of an array."""
    return re.sub(r"[^A-Za-z0-9.,()=+-]+", " ", f"{call.number:02} {call.name}").strip()


def npz(arrays: Mapping[str, Array]) -> bytes:
    """The arrays as a file of NumPy's."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    return buffer.getvalue()
