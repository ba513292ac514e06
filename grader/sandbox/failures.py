"""An exception of student code as plain data (runs in the student's process)."""

from __future__ import annotations

import linecache
import traceback
from collections import deque
from collections.abc import Callable

FRAMES = 8
MESSAGE = 2000
SOURCE = 200


def describe(error: BaseException, name_of: Callable[[str], str | None]) -> dict[str, str]:
    """Kind, message, place and traceback of an exception.

    Args:
        error: what was raised.
        name_of: how a person calls a file of student code (`cell 12`); None for all other files.
    """
    frames: deque[tuple[str, int, str]] = deque(maxlen=FRAMES)
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = name_of(frame.f_code.co_filename)
        if name is not None:
            source = linecache.getline(frame.f_code.co_filename, line).strip()[:SOURCE]
            frames.append((name, line, f"in {frame.f_code.co_name}\n    {source}"))
    if not frames and isinstance(error, SyntaxError):
        name = name_of(error.filename or "")
        if name is not None:
            frames.append((name, error.lineno or 1, f"\n    {(error.text or '').strip()[:SOURCE]}"))
    places = [f"{name}, line {line}" for name, line, _ in frames]
    return {
        "kind": type(error).__name__[:100],
        "message": _message(error),
        "where": places[-1] if places else "",
        "text": "\n".join(f"{p} {rest}" for p, (_, _, rest) in zip(places, frames, strict=True)),
    }


def _message(error: BaseException) -> str:
    try:
        text = "".join(str(error))
    except BaseException as second:  # noqa: BLE001 - __str__ is student code and raises what it likes
        return f"(its message cannot be shown: {type(second).__name__[:100]})"
    if len(text) > MESSAGE:
        text = f"{text[: MESSAGE // 2]} [...] {text[-MESSAGE // 2 :]}"
    return text
