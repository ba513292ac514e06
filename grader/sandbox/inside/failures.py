"""An exception of student code as plain data (runs in the student's process)."""

from __future__ import annotations

import errno
import linecache
import re
import sys
import traceback
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.inside import newer_names
else:
    import newer_names

if sys.platform != "win32":
    import resource

AVAILABLE = "torch, torchvision, numpy, scipy, pandas, matplotlib, tqdm and Python's own modules"

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


STARTERS = ("subprocess.py", "multiprocessing", "socket.py", "urllib", "asyncio", "pty.py")
"""Parts of file names in Python's library where something is started or connected to."""
STARTS = re.compile(r"\b(?:v?fork(?:_exec)?|forkpty|(?:posix_)?spawn\w*|exec[lv]\w*)\(")
"""A call of the system itself that starts a process, in a line of code."""
REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENETUNREACH, None)
"""Numbers of errors that the wall answers with; none: Python's own words for one of them."""


NAMED: dict[int, tuple[str, ...]] = {
    errno.ENOMEM: ("allocate memory", "std::bad_alloc"),
    errno.EFBIG: ("File too large", "PytorchStreamWriter failed", ". unexpected pos"),
    errno.EMFILE: ("Too many open files",),
    errno.EAGAIN: ("start new thread", "Resource temporarily unavailable"),
}
"""By the number of an error of the system, what libraries that lose the number say of it.

torch.save counts what it has written, and tells where that is not what it should be.
"""


def _number(error: BaseException) -> int | None:
    """The number of the system's that an exception carries, or tells in words."""
    number = getattr(error, "errno", None)
    if isinstance(number, int):
        return number
    if isinstance(error, MemoryError):
        return errno.ENOMEM
    text = str(error)
    return next((each for each, told in NAMED.items() if any(word in text for word in told)), None)


def _hint(error: BaseException) -> str:
    """Name the limit, or the rule, that an exception comes from; empty where none is known."""
    behind = error.__cause__ or error.__context__
    if isinstance(error, OSError) and error.errno is None and isinstance(behind, OSError):
        return _hint(behind)
    number = _number(error)
    if number == errno.ENOMEM:
        return _limit("DATA", "a process may take {} MiB", 20)
    if number == errno.EFBIG:
        return _limit("FSIZE", "a file may have {} MiB", 20)
    if number == errno.EMFILE:
        return _limit("NOFILE", "{} open files")
    if number == errno.EAGAIN and not isinstance(error, OSError):  # of one, a read would wait
        return _limit("NPROC", "{} threads")
    if _starts_or_connects(error, number):
        return " (here no other process can be started and no network reached)"
    if type(error).__name__ == "gaierror":
        return " (here no network can be reached)"
    return newer_names.hint(error)


def _starts_or_connects(error: BaseException, number: int | None) -> bool:
    """Whether it was raised where a process is started, shared with, or a network reached."""
    if isinstance(error, RuntimeError):
        return "shared memory object" in str(error)  # of torch
    if not isinstance(error, OSError) or number not in REFUSED:
        return False
    frames = list(traceback.walk_tb(error.__traceback__))
    if any(part in frame.f_code.co_filename for frame, _ in frames for part in STARTERS):
        return True
    frame, line = frames[-1]
    if frame.f_globals.get("__name__") == "os":  # its own lines are nowhere: it is frozen
        return STARTS.search(f"{frame.f_code.co_name.lstrip('_')}(") is not None
    return STARTS.search(linecache.getline(frame.f_code.co_filename, line)) is not None


def _limit(name: str, words: str, shift: int = 0) -> str:
    """Words on a resource limit, shifted to its unit; empty where there is none."""
    if sys.platform == "win32":
        return ""
    most, _hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
    return f" (the limit: {words.format(most >> shift)})" if most != resource.RLIM_INFINITY else ""


def _message(error: BaseException) -> str:
    try:
        text = "".join(str(error))
        hint = _hint(error)
    except BaseException as second:  # noqa: BLE001 - __str__ is student code and raises what it likes
        return f"(its message cannot be shown: {type(second).__name__[:NAME]})"
    if type(error) is ModuleNotFoundError and not hint:
        return f"{text[:MESSAGE]} (what can be imported here: {AVAILABLE})"
    if len(text) > MESSAGE:
        text = f"{text[: MESSAGE // 2]} [...] {text[-MESSAGE // 2 :]}"
    return text + hint
