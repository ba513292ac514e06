"""The processes that this one has started."""

import psutil


def descendants() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}
