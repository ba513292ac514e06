"""Runs a parser of native code in a process of its own: whatever text breaks it, the caller lives.

Each reading of a submission has so many seconds of the processor for all of that.
"""

import faulthandler
import math
import os
import signal
import sys
import warnings
from collections.abc import Callable

SECONDS_PER_TEXT = 2
"""A lab's notebook of 30,000 characters takes 0.2."""

SECONDS_PER_READING = 4.0

_left = SECONDS_PER_READING


def begin() -> None:
    """A reading begins: the seconds that are left are all there again."""
    global _left
    _left = SECONDS_PER_READING


def apart(function: Callable[[str], str | None], text: str) -> str | None:
    """What a function returns; None also where it raises, crashes or takes too long."""
    global _left
    if sys.platform == "win32":
        return _or_none(function, text)  # nothing can be forked: see `serving`
    if _left <= 0:
        return None
    receives, sends = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which a test may have
        pid = os.fork()
    if pid == 0:
        ended = 1
        try:
            os.close(receives)
            ended = _answer(function, text, sends)
        finally:
            os._exit(ended)
    os.close(sends)
    with os.fdopen(receives, "rb") as pipe:
        answer = pipe.read()
    _, status, used = os.wait4(pid, 0)
    _left -= used.ru_utime + used.ru_stime
    return answer.decode("utf-8", "surrogatepass") if status == 0 else None


def _answer(function: Callable[[str], str | None], text: str, sends: int) -> int:
    """Write what it returns, under limits; the exit status is 1 where there is nothing."""
    import resource

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a crash says nothing that anybody needs
    faulthandler.disable()
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    most, hard = min(SECONDS_PER_TEXT, math.ceil(_left)), resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
    _, most_core = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (1 if most_core else 0, most_core))  # 0 lets pipes be
    found = _or_none(function, text)
    if found is None:
        return 1
    with os.fdopen(sends, "wb") as pipe:
        pipe.write(found.encode("utf-8", "surrogatepass"))
    return 0


def _or_none(function: Callable[[str], str | None], text: str) -> str | None:
    try:
        return function(text)
    except BaseException:  # noqa: BLE001 - a panic of native code is no Exception
        return None
