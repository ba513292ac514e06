"""Check a submission at every save, behind one wall that stands all the time."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from grader.grade import Options, Progress, standing
from grader.self_check.checker import Checked, Checker
from grader.self_check.saves import Saves
from grader.submission import require_openable

Busy = Callable[[], AbstractContextManager[Progress]]
"""Shows that something is being done, and what, as long as it takes."""
Check = Callable[[Progress], Checked]


def watched(path: Path, options: Options, busy: Busy) -> Generator[Checked, None, None]:
    """Check a submission now, and again whenever it has been saved; it ends by being closed.

    Raises:
        UsageError: the submission, the exam or a question cannot be found.
        GraderError: the grader itself could not work.
    """
    require_openable(path)
    with ExitStack() as stack:
        saves = Saves(path)
        with busy() as progress:
            wall, terms = stack.enter_context(standing(options, progress))
            stack.enter_context(terms.reader)
        yield from each(Checker(wall, path, terms).check, saves, busy)


def each(check: Check, saves: Iterable[object], busy: Busy) -> Iterator[Checked]:
    """What a check finds at first, and after each save."""
    with busy() as progress:
        found = check(progress)
    yield found
    for _ in saves:
        with busy() as progress:
            found = check(progress)
        yield found
