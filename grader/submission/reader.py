"""Read a submission, in a process of its own: whatever it holds, the grader's process is safe.

Run by `grader.submission.serving` as `python -m grader.submission.reader`.
"""

import contextlib
import gc
import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from grader.errors import UnreadableSubmissionError
from grader.submission import apart
from grader.submission.digest import digest_of
from grader.submission.files import (
    ARCHIVES,
    SUFFIXES,
    Files,
    helper_modules,
    printable,
    read_file,
    read_folder,
)
from grader.submission.interface import GRADED, PROVIDED
from grader.submission.program import (
    UNFORESEEN,
    Cell,
    Kind,
    Program,
    Reading,
    Refusal,
    Whole,
)
from grader.submission.python import parse
from grader.submission.serving import HEADER
from grader.submission.slice import needed, training
from grader.submission.source import (
    Source,
    decode,
    definition,
    importable,
    imported,
    read_source,
)
from grader.writeup import lab_s_own, write_up

CPU_SECONDS = 4
"""A lab's notebook takes 0.3."""

MEMORY_BYTES = 512 * 2**20

MOST_NOTES = 20
LONGEST_NOTE = 500
"""Characters."""


@dataclass
class Chosen:
    """The file that is graded, among those that were handed in."""

    kind: Kind
    source: Source
    data: bytes
    notes: list[str]
    files: Files | None = None


def read(path: Path) -> Reading:
    """Read a submission.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    apart.begin()
    chosen = _choose(path)
    source, program, notes = chosen.source, _slice(chosen.source), chosen.notes
    files = chosen.files or Files(source.name)
    home = PurePosixPath(source.name).parent
    for name, parts in source.written.items():
        files.contents[str(home / name)] = "".join(parts).encode(errors="replace")
    if files.contents:
        modules, left_out = helper_modules(files, source.name)
        modules = tuple((name, importable(data, name)) for name, data in modules)
        packages = {*program.packages, *_imported_by(modules)}
        found = [name for name, _ in modules if name in source.written]
        written = [f"{printable(name)}, which a cell writes, can be imported" for name in found]
        notes = [*notes, *written, *left_out]
        program = msgspec.structs.replace(
            program, modules=modules, packages=tuple(sorted(packages))
        )
    notes = [*notes, *source.uncounted(GRADED)]
    places = {name: definition(source, name) for name in GRADED if source.binds(name)}
    notes = notes + [
        f"{name} is defined {len(source.binds(name))} times: the last counts ({places[name]})"
        for name in places
        if len(source.binds(name)) > 1
    ]
    written_up, digest = write_up(source.passages), digest_of(program)
    return Reading(chosen.kind, program, _bounded(notes), places, written_up, digest)


def read_whole(path: Path) -> Whole:
    """Read the file that is graded, as it was handed in.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    chosen = _choose(path)
    return Whole(chosen.source.name, chosen.data)


def _choose(path: Path) -> Chosen:
    if path.is_dir():
        return _choose_among(read_folder(path), "folder")
    if path.name.lower().endswith(ARCHIVES):
        from grader.submission.archive import read_archive  # 15 ms that few uploads need

        return _choose_among(read_archive(path), "archive")
    name, suffix = printable(path.name), path.suffix.lower()
    if suffix not in SUFFIXES:
        problem = f"{name} is neither a .py nor an .ipynb file, nor a folder or zip with one."
        raise UnreadableSubmissionError(f"{problem} Hand in one of these.")
    data = read_file(path)
    source = _read_source(data, name)
    _require_graded([source], source.notes)
    return Chosen("ipynb" if suffix == ".ipynb" else "py", source, data, source.notes)


def _choose_among(files: Files, kind: Kind) -> Chosen:
    """Choose the file that defines most of the graded names, whatever it is called."""
    if files.archives:
        from grader.submission.archive import unpack_nested

        unpack_nested(files)
    if not files.contents:
        problem = f"{files.name} holds no .py and no .ipynb file. Hand in one of them."
        raise UnreadableSubmissionError(" ".join([problem, *_bounded(files.notes)]))
    sources, notes = [], files.notes
    for name, data in files.contents.items():
        try:
            sources.append(_read_source(data, name))
        except UnreadableSubmissionError as error:
            notes.append(str(error))
    _require_graded(sources, notes)
    graded, *others = sorted(sources, key=_preference)
    also = [source.name for source in others if _preference(source)[0] < 0]
    notes.insert(0, f"{graded.name} is graded")
    notes += [f"{name} defines graded names, too, but is not graded" for name in also]
    data = files.contents[graded.name]
    return Chosen(kind, graded, data, [*notes, *graded.notes], files)


def _read_source(data: bytes, name: str) -> Source:
    """Read one file, so that what this reader does not know how to read costs that file alone.

    Raises:
        UnreadableSubmissionError: it cannot be read, whatever the reason.

    """
    try:
        return read_source(data, name)
    except (UnreadableSubmissionError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - no student can stop the grader
        traceback.print_exc()
        raise UnreadableSubmissionError(f"{name} {UNFORESEEN}") from None


def _preference(source: Source) -> tuple[int, int, int, bool, str]:
    """Order sources: most definitions, then most names; the upper, notebooks, the alphabet."""
    binding = [source.binds(name) for name in GRADED]
    defined = sum(any(not statement.imports for statement in found) for found in binding)
    bound = sum(bool(found) for found in binding)
    is_file = not source.name.lower().endswith(".ipynb")
    return -defined, -bound, source.name.count("/"), is_file, source.name


def _require_graded(sources: Sequence[Source], notes: list[str]) -> None:
    stars = any(each.names.star for source in sources for each in source.statements)
    if not stars and not any(source.binds(name) for source in sources for name in GRADED):
        problem = f"Nothing that the lab asks for is defined: {', '.join(GRADED)}."
        advice = "Hand in the file that defines them."
        stands = [f"{each.name}: {note}" for each in sources for note in each.uncounted(GRADED)]
        notes = [*stands, *notes]
        raise UnreadableSubmissionError(" ".join([problem, advice, *_bounded(notes)]))


def _slice(source: Source) -> Program:
    statements = source.statements
    names = [each.names for each in statements]
    kept = needed(names, (*GRADED, *PROVIDED))
    trains = {(statements[n].cell, statements[n].index) for n in kept & training(names)}
    places = {(statements[number].cell, statements[number].index) for number in kept}
    keep: dict[int, list[int]] = {}
    for cell, index in sorted({*places, *source.futures}):
        keep.setdefault(cell, []).append(index)
    cells = tuple(
        Cell(
            source.cells[cell].label,
            source.cells[cell].source,
            tuple(
                msgspec.structs.replace(source.pieces[cell][index], trains=(cell, index) in trains)
                for index in indices
            ),
        )
        for cell, indices in keep.items()
    )
    packages = {name for number in kept for name in statements[number].packages}
    name = PurePosixPath(source.name).name
    return Program(cells, packages=tuple(sorted(packages)), name=name)


def _imported_by(modules: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    for name, data in modules:
        with contextlib.suppress(SyntaxError, UnreadableSubmissionError):  # its import will raise
            yield from imported(parse(decode(data, name)))


def _bounded(notes: list[str]) -> tuple[str, ...]:
    more = [f"and {len(notes) - MOST_NOTES} more remarks"] if len(notes) > MOST_NOTES else []
    return tuple(note[:LONGEST_NOTE] for note in notes[:MOST_NOTES] + more)


def _limit() -> None:
    if sys.platform == "win32":
        return  # no resource module: only the caller's patience is limited there
    import resource

    limits = {resource.RLIMIT_CPU: CPU_SECONDS}
    if sys.platform == "linux":  # macOS does not keep to it
        limits[resource.RLIMIT_AS] = MEMORY_BYTES
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(
            kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


def main() -> None:
    """Answer each request of `serving` until the caller is gone: a line with a path, and how."""
    lab_s_own()  # read before the forks, which all need it
    gc.freeze()  # the first collection in a fork would copy every page otherwise
    for line in sys.stdin.buffer:
        path, whole = json.loads(line)
        if sys.platform == "win32":
            status, answer = 0, _answer(Path(path), whole)
        else:
            status, answer = _forked(Path(path), whole)
        sys.stdout.buffer.write(HEADER.pack(status, len(answer)) + answer)
        sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up


def _forked(path: Path, whole: bool) -> tuple[int, bytes]:
    """How a fork that reads a submission ends, and what it answers."""
    receives, sends = os.pipe()
    pid = os.fork()
    if pid == 0:
        ended = 1
        try:
            os.close(receives)
            _limit()
            with os.fdopen(sends, "wb") as pipe:
                pipe.write(_answer(path, whole))
            ended = 0
        except BaseException:  # noqa: BLE001 - whatever it is, this copy must not serve on
            traceback.print_exc()
        finally:
            os._exit(ended)
    os.close(sends)
    with os.fdopen(receives, "rb") as pipe:
        answer = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), answer


def _answer(path: Path, whole: bool) -> bytes:
    """What the path is, or the `Refusal`, as JSON."""
    try:
        return msgspec.json.encode(read_whole(path) if whole else read(path))
    except UnreadableSubmissionError as error:
        reason = str(error)
    except MemoryError:
        problem = f"{printable(path.name)} needs more than {MEMORY_BYTES >> 20} MiB to be read."
        reason = f"{problem} Hand in the lab's code only."
    except Exception:  # noqa: BLE001 - no student can stop the grader
        traceback.print_exc()
        reason = f"{printable(path.name)} {UNFORESEEN}"
    return msgspec.json.encode(Refusal(reason))


if __name__ == "__main__":
    main()
