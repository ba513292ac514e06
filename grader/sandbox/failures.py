"""An exception of student code as plain data (runs in the student's process)."""

from __future__ import annotations

import linecache
import traceback
from collections import deque
from collections.abc import Callable

AVAILABLE = "torch, torchvision, numpy, scipy, matplotlib, tqdm and Python's own modules"

FRAMES = 8
MESSAGE = 2000
SOURCE = 200
NAME = 100
"""Characters of a name: a name is student's text as well."""


def describe(error: BaseException, name_of: Callable[[str], str | None]) -> dict[str, str]:
    """Tell kind, message, place and traceback of an exception.

    Args:
        error: what was raised.
        name_of: how a person calls a file of student code (`cell 12`); None for all other files.
    """
    frames: deque[tuple[str, str]] = deque(maxlen=FRAMES)
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        name = name_of(code.co_filename)
        if name is not None:
            source = linecache.getline(code.co_filename, line).strip()[:SOURCE]
            place = f"{name[:NAME]}, line {line}"
            frames.append((place, f"{place}, in {code.co_name[:NAME]}\n    {source}"))
    if not frames and isinstance(error, SyntaxError) and isinstance(error.filename, str):
        name = name_of(error.filename)
        if name is not None:
            place = f"{name[:NAME]}, line {error.lineno}"
            frames.append((place, f"{place}\n    {str(error.text).strip()[:SOURCE]}"))
    return {
        "kind": type(error).__name__[:NAME],
        "message": _message(error),
        "where": frames[-1][0] if frames else "",
        "text": "\n".join(text for _, text in frames),
    }


def _message(error: BaseException) -> str:
    try:
        text = "".join(str(error))
    except BaseException as second:  # noqa: BLE001 - __str__ is student code and raises what it likes
        return f"(its message cannot be shown: {type(second).__name__[:NAME]})"
    if type(error) is ModuleNotFoundError:
        return f"{text[:MESSAGE]} (what can be imported here: {AVAILABLE})"
    if len(text) > MESSAGE:
        return f"{text[: MESSAGE // 2]} [...] {text[-MESSAGE // 2 :]}"
    return text
