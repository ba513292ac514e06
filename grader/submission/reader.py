"""Read a submission, in a process of its own: whatever it holds, the grader's process is safe.

Run by `grader.submission.load` as `python -m grader.submission.reader PATH`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.errors import UnreadableSubmissionError
from grader.submission.files import SUFFIXES, find_files, helper_modules, read_file
from grader.submission.interface import GRADED, PROVIDED
from grader.submission.program import Cell, Kind, Program, Reading, Refusal
from grader.submission.slice import needed
from grader.submission.source import Source, read_source

CPU_SECONDS = 6
"""A lab's notebook takes 0.3."""

MEMORY_BYTES = 2**30

MOST_NOTES = 20
LONGEST_NOTE = 500
"""Characters."""


def read(path: Path) -> Reading:
    """Read a submission.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    if path.is_dir():
        return _read_folder(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        problem = f"{path.name} is neither a .py nor an .ipynb file, nor a folder with one."
        raise UnreadableSubmissionError(problem)
    source = read_source(read_file(path), path.name)
    _require_graded([source], source.notes)
    program = _slice(source)
    kind: Kind = "ipynb" if suffix == ".ipynb" else "py"
    return Reading(kind, program, _bounded(source.notes + _definitions(source)))


def _read_folder(folder: Path) -> Reading:
    """Grade the file that defines most of the graded names, whatever it is called."""
    files = find_files(folder)
    sources, notes = [], []
    for name, path in files.items():
        try:
            sources.append(read_source(read_file(path), name))
        except UnreadableSubmissionError as error:
            notes.append(str(error))
    if not files:
        raise UnreadableSubmissionError(f"{folder.name} holds no .py and no .ipynb file.")
    _require_graded(sources, notes)
    graded, *others = sorted(sources, key=_preference)
    also = [source.name for source in others if _preference(source)[:2] < (0, 0)]
    notes.insert(0, f"{graded.name} is graded")
    notes += [f"{name} defines graded names too, and is not graded" for name in also]
    modules, left_out = helper_modules(files, graded.name)
    program = msgspec.structs.replace(_slice(graded), modules=modules)
    notes += graded.notes + _definitions(graded) + left_out
    return Reading("folder", program, _bounded(notes))


def _preference(source: Source) -> tuple[int, int, int, bool, str]:
    """Order sources: most definitions, then most names; the upper, notebooks, the alphabet."""
    binding = [source.binds(name) for name in GRADED]
    defined = sum(any(not statement.imports for statement in found) for found in binding)
    bound = sum(bool(found) for found in binding)
    is_file = not source.name.lower().endswith(".ipynb")
    return -defined, -bound, source.name.count("/"), is_file, source.name


def _require_graded(sources: Sequence[Source], notes: Sequence[str]) -> None:
    stars = any(each.names.star for source in sources for each in source.statements)
    if not stars and not any(source.binds(name) for source in sources for name in GRADED):
        problem = f"Nothing that the lab asks for is defined: {', '.join(GRADED)}."
        raise UnreadableSubmissionError(" ".join([problem, *notes[:MOST_NOTES]]))


def _slice(source: Source) -> Program:
    statements = source.statements
    kept = needed([each.names for each in statements], (*GRADED, *PROVIDED))
    places = {(statements[number].cell, statements[number].index) for number in kept}
    keep: dict[int, list[int]] = {}
    for cell, index in sorted({*places, *source.futures}):
        keep.setdefault(cell, []).append(index)
    cells = (
        Cell(source.cells[cell].label, source.cells[cell].source, tuple(indices))
        for cell, indices in keep.items()
    )
    return Program(tuple(cells))


def _definitions(source: Source) -> list[str]:
    """Say which definition counts, where there are several."""
    notes = []
    for name in GRADED:
        found = source.binds(name)
        if len(found) > 1:
            place = f"{source.cells[found[-1].cell].label}, line {found[-1].line}"
            notes.append(f"{name} is defined {len(found)} times: the last counts ({place})")
    return notes


def _bounded(notes: list[str]) -> tuple[str, ...]:
    more = [f"and {len(notes) - MOST_NOTES} more remarks"] if len(notes) > MOST_NOTES else []
    return tuple(note[:LONGEST_NOTE] for note in notes[:MOST_NOTES] + more)


def _limit() -> None:
    if sys.platform == "win32":
        return  # no resource module: only the time that the caller waits is limited there
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main() -> None:
    """Read the path in `argv` and write the `Reading`, or the `Refusal`, as JSON to stdout."""
    _limit()
    path = Path(sys.argv[1])
    answer: Reading | Refusal
    try:
        answer = read(path)
    except UnreadableSubmissionError as error:
        answer = Refusal(str(error))
    except MemoryError:
        answer = Refusal(f"{path.name} needs more than {MEMORY_BYTES // 2**20} MiB to be read.")
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
