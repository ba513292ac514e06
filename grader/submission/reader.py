"""Read a submission, in a process of its own: whatever it holds, the grader's process is safe.

Run by `grader.submission.serving` as `python -m grader.submission.reader`.
"""

import ast
import gc
import json
import os
import re
import sys
import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec

from grader.errors import UnreadableSubmissionError
from grader.submission import apart
from grader.submission.blanks import blanks
from grader.submission.choice import Candidate, Definition, Library, candidates, described
from grader.submission.comparable import comparable, of_the_lab
from grader.submission.digest import digest_of
from grader.submission.files import ARCHIVES, SUFFIXES, Files, printable, read_file, read_folder
from grader.submission.interface import ALSO_ASKED, GRADED, PROVIDED
from grader.submission.kinds import (
    ADVICE,
    ARCHIVE,
    HEAD,
    archive_mode,
    conflict,
    drive_shortcut,
    holds_code,
    is_notebook,
    link_in,
    what_it_is,
)
from grader.submission.listings import listings
from grader.submission.modules import Modules, helpers, imported
from grader.submission.program import (
    LAST_COUNTS,
    UNFORESEEN,
    Cell,
    Challenges,
    Fingerprints,
    Kind,
    Pdfs,
    Program,
    Reading,
    Refusal,
    Whole,
)
from grader.submission.python import older_cell
from grader.submission.serving import HEADER, Wanted
from grader.submission.slice import Flow
from grader.submission.slices import slices_of
from grader.submission.source import (
    Source,
    definition,
    importable,
    node_of,
)
from grader.writeup import lab_s_own, printed_ranges, write_up

CPU_SECONDS = 4
"""A lab's notebook takes 0.3."""

MEMORY_BYTES = 512 * 2**20

MOST_MODULES = 4 * 2**20
"""Bytes of all helper modules."""

MOST_TRIED = 20
"""Files that are read only to say what is wrong with them, where none can be graded."""

MOST_NOTES = 20
LONGEST_NOTE = 500
"""Characters."""


@dataclass
class Chosen:
    """The file that is graded, among those that were handed in."""

    kind: Kind
    candidate: Candidate
    library: Library
    notes: list[str]

    @property
    def source(self) -> Source:
        """The file, read."""
        return self.candidate.source

    @cached_property
    def flow(self) -> Flow:
        """What its statements do to names, one after the other."""
        return Flow([each.names for each in self.source.statements])


def read(path: Path) -> Reading:
    """Read a submission.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    apart.begin()
    return _reading(_choose(path))


def read_sliced(path: Path) -> Reading:
    """Read a submission, and tell of each name what it needs.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    apart.begin()
    chosen = _choose(path)
    found = _reading(chosen)
    slices = slices_of(chosen.source, chosen.flow, found.program.modules, _asked_back(chosen))
    return msgspec.structs.replace(found, slices=slices)


def _reading(chosen: Chosen) -> Reading:
    source, notes = chosen.source, chosen.notes
    asked = _asked_back(chosen)
    program, left_out = _with_helpers(_slice(chosen, asked), chosen)
    found = [name for name, _ in program.modules if name in source.written]
    notes = notes + [f"{printable(name)}, which a cell writes, can be imported" for name in found]
    notes = notes + source.uncounted([n for n in GRADED if n not in chosen.candidate.definitions])
    places = {
        name: definition(each.source, each.name, _label(each, source))
        for name, each in chosen.candidate.definitions.items()
    }
    twice = [
        f"{name} is defined {len(source.binds(name))} {LAST_COUNTS} ({places[name]})"
        for name in places
        if len(source.binds(name)) > 1
    ]
    shown = _bounded([*notes, *left_out, *twice, *_renamed(chosen, places)])
    written_up, digest = write_up(source.passages), digest_of(program)
    challenges = _challenges(chosen, asked)
    lines = listings(chosen.candidate.definitions, source)
    return Reading(
        chosen.kind,
        program,
        shown,
        places,
        written_up,
        digest,
        challenges,
        lines,
        ranges=printed_ranges(source.passages),
    )


def _renamed(chosen: Chosen, places: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each graded name of which marimo, on converting a notebook, kept the first.

    It allows each name one definition, and calls the later ones by other names: what lies between
    two of them calls the first, so that no choice of the reader's would mend that.
    """
    source = chosen.source
    for name, place in places.items():
        own = chosen.candidate.definitions[name].source is source
        if own and source.from_marimo and source.binds(f"{name}_1"):
            yield (
                f"{name} is graded as it was defined first ({place}): marimo has renamed a later"
                f" definition to {name}_1. If that one is meant, delete the first and rename it"
            )


def _challenges(chosen: Chosen, asked: set[str]) -> Challenges | None:
    found, source = chosen.candidate.challenges, chosen.source
    if not found:
        return None
    program, _ = _with_helpers(_slice(chosen, {*asked, *found, *ALSO_ASKED}), chosen)
    places = {
        name: definition(each.source, each.name, _label(each, source))
        for name, each in found.items()
    }
    return Challenges(places, program, digest_of(program), listings(found, source))


def read_whole(path: Path) -> Whole:
    """Read the file that is graded, as it was handed in.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    apart.begin()
    chosen = _choose(path)
    name = chosen.source.name
    suffix = ".ipynb" if chosen.source.from_notebook else ".py"
    shown = name if name.lower().endswith(suffix) else f"{name}{suffix}"
    data = chosen.library.files[name]
    rewritten = _older_notebook(data) if chosen.source.from_notebook else _older_script(data)
    return Whole(shown, data, rewritten)


def read_compared(path: Path) -> Fingerprints:
    """Read what of a submission can be compared with another's.

    Raises:
        UnreadableSubmissionError: there is nothing in it that can be graded.

    """
    apart.begin()
    chosen = _choose(path)
    library = Library(_files(chosen)) if chosen.source.written else chosen.library
    return comparable(chosen.candidate, library)


def _older_script(data: bytes) -> bytes:
    """A script that only a newer Python reads, rewritten line for line; empty: nothing is."""
    text = older_cell(data.decode("utf-8-sig", "replace"))
    return b"" if text is None else text.encode("utf-8", "replace")


def _older_notebook(data: bytes) -> bytes:
    """A notebook with such cells, each rewritten by itself; empty: it has none."""
    try:
        notebook = json.loads(data)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):  # of an older format, or none
        return b""
    rewritten = list(map(older_cell, sources))
    if not any(rewritten):
        return b""
    for cell, text in zip(cells, rewritten, strict=True):
        cell["source"] = cell["source"] if text is None else text
    return json.dumps(notebook).encode()


def _choose(path: Path) -> Chosen:
    if path.is_dir():
        return _choose_among(read_folder(path), "folder")
    name = printable(path.name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    mode, what = archive_mode(head), what_it_is(head)
    if (mode is not None and what == ARCHIVE) or path.name.lower().endswith(ARCHIVES):
        from grader.submission.archive import read_archive  # 15 ms that few uploads need

        return _choose_among(read_archive(path, mode), "archive")
    data = read_file(path)
    _require_code(name, data)
    if not path.name.lower().endswith(SUFFIXES) and not holds_code(data):
        raise UnreadableSubmissionError(_nothing([], []))
    library = Library({name: data})
    source = library.source(name)
    if source is None:
        raise UnreadableSubmissionError(library.problems[0])
    found = candidates(library, {})
    if not found:
        raise UnreadableSubmissionError(_nothing([source], source.notes))
    return Chosen("ipynb" if source.from_notebook else "py", found[0], library, source.notes)


def _require_code(name: str, data: bytes) -> None:
    """See that one file that was handed in by itself is neither a document nor a link to one.

    Raises:
        UnreadableSubmissionError: it is.
    """
    what = what_it_is(data)
    if what is not None:
        what = f"{what}, not a notebook"
    elif drive_shortcut(data):
        what = "a shortcut to a file in a cloud drive, not the file itself"
    elif b"\0" not in data and (host := link_in(data.decode(errors="replace"))):
        what = f"a text with a link to {host}, not the file behind it"
    if what is not None:
        raise UnreadableSubmissionError(f"{name} is {what}. {ADVICE}")
    if is_notebook(data) and (marks := conflict(data)):
        problem = f"{name} has {marks}: two versions stand in it, and it is no notebook any more."
        raise UnreadableSubmissionError(f"{problem} Keep one of them, and hand it in again.")


def _choose_among(files: Files, kind: Kind) -> Chosen:
    if files.archives:
        from grader.submission.archive import unpack_nested

        unpack_nested(files)
    if not files.contents:
        problem = f"{files.name} holds no .py and no .ipynb file. Hand in one of them."
        others = [f"{each}." for each in files.others]
        raise UnreadableSubmissionError(" ".join([problem, *others, *_bounded(files.notes)]))
    library = Library(files.contents)
    found = candidates(library, files.times)
    notes = [*files.notes, *library.problems]
    if not found:
        tried = [library.source(name) for name in list(files.contents)[:MOST_TRIED]]
        sources = [source for source in tried if source is not None]
        wrong = [note for source in sources for note in source.notes]
        raise UnreadableSubmissionError(_nothing(sources, [*notes, *wrong, *library.problems]))
    return Chosen(kind, found[0], library, [*described(found), *notes, *found[0].source.notes])


def _nothing(sources: Iterable[Source], notes: list[str]) -> str:
    problem = f"Nothing that the lab asks for is defined: {', '.join(GRADED)}."
    advice = "Hand in the file that defines them."
    stands = [f"{each.name}: {note}" for each in sources for note in each.uncounted(GRADED)]
    return " ".join([problem, advice, *_bounded(list(dict.fromkeys([*stands, *notes])))])


def _label(found: Definition, source: Source) -> str | None:
    """What to call the file of a definition, where that is not the graded one."""
    return None if found.source is source else found.source.name


def _with_helpers(program: Program, chosen: Chosen) -> tuple[Program, list[str]]:
    """A program with the modules that it can import, and what was left out of them."""
    source, library = chosen.source, chosen.library
    files = _files(chosen)
    if len(files) == 1:
        return program, []
    modules = Modules(files, library.modules.declared)
    found = helpers(modules, source.name, _level(source))
    laid, notes, size = [], list(found.notes), 0
    for there, name in found.modules:
        is_script = not name.endswith(".ipynb")
        data = importable(files[name], name) if is_script else _as_script(library, name)
        size += len(data)
        if size > MOST_MODULES:
            size -= len(data)
            most = f"more than {MOST_MODULES >> 20} MiB of modules"
            notes.append(f"{name} cannot be imported: {most}")
        else:
            laid.append((there, data))
    own = (imported(data) for _, data in laid)
    packages = tuple(sorted(set(program.packages).union(*own)))
    program = msgspec.structs.replace(
        program, modules=tuple(laid), packages=packages, package=found.package
    )
    return program, notes


def _files(chosen: Chosen) -> dict[str, bytes]:
    """All files, those that a cell of the graded one writes among them."""
    home = PurePosixPath(chosen.source.name).parent
    written = {
        str(home / name): "".join(parts).encode(errors="replace")
        for name, parts in chosen.source.written.items()
    }
    return {**chosen.library.files, **written}


def _as_script(library: Library, name: str) -> bytes:
    """A notebook that is imported as a module."""
    source = library.source(name)
    cells = [] if source is None else source.cells
    return "\n".join(cell.source for cell in cells).encode(errors="replace")


def _level(source: Source) -> int:
    """The most dots of a relative import."""
    imports = [
        node.level
        for statement in source.statements
        if isinstance(node := node_of(source, statement), ast.ImportFrom)
    ]
    return max(imports, default=0)


def _asked_back(chosen: Chosen) -> set[str]:
    """What other files import from the graded one."""
    stem = re.escape(PurePosixPath(chosen.source.name).stem.encode())
    asks = re.compile(rb"^[ \t]*from[ \t]+\.?%b[ \t]+import[ \t]+([\w, \t]+)" % stem, re.MULTILINE)
    found = [names for data in chosen.library.files.values() for names in asks.findall(data)]
    return {word.decode() for names in found for word in re.findall(rb"\w+", names)}


def _slice(chosen: Chosen, asked: Collection[str]) -> Program:
    source, flow = chosen.source, chosen.flow
    statements = source.statements
    kept = flow.needed((*GRADED, *PROVIDED, *asked))
    trains = {(statements[n].cell, statements[n].index) for n in kept & flow.training}
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
    blanks()
    gc.freeze()  # the first collection in a fork would copy every page otherwise
    for line in sys.stdin.buffer:
        path, wanted = json.loads(line)
        if wanted == "compared":
            of_the_lab()  # once, for all forks
        if sys.platform == "win32":
            status, answer = 0, _answer(Path(path), wanted)
        else:
            status, answer = _forked(Path(path), wanted)
        sys.stdout.buffer.write(HEADER.pack(status, len(answer)) + answer)
        sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up


def _forked(path: Path, wanted: Wanted) -> tuple[int, bytes]:
    """How a fork that reads a submission ends, and what it answers."""
    receives, sends = os.pipe()
    pid = os.fork()
    if pid == 0:
        ended = 1
        try:
            os.close(receives)
            _limit()
            with os.fdopen(sends, "wb") as pipe:
                pipe.write(_answer(path, wanted))
            ended = 0
        except BaseException:  # noqa: BLE001 - whatever it is, this copy must not serve on
            traceback.print_exc()
        finally:
            os._exit(ended)
    os.close(sends)
    with os.fdopen(receives, "rb") as pipe:
        answer = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), answer


def _answer(path: Path, wanted: Wanted) -> bytes:
    """What the path is, or the `Refusal`, as JSON."""
    try:
        return msgspec.json.encode(_wanted(path, wanted))
    except UnreadableSubmissionError as error:
        reason = str(error)
    except MemoryError:
        problem = f"{printable(path.name)} needs more than {MEMORY_BYTES >> 20} MiB to be read."
        reason = f"{problem} Hand in the lab's code only."
    except Exception:  # noqa: BLE001 - no student can stop the grader
        traceback.print_exc()
        reason = f"{printable(path.name)} {UNFORESEEN}"
    return msgspec.json.encode(Refusal(reason))


def _wanted(path: Path, wanted: Wanted) -> Reading | Whole | Fingerprints | Pdfs:
    match wanted:
        case "graded":
            return read(path)
        case "sliced":
            return read_sliced(path)
        case "whole":
            return read_whole(path)
        case "compared":
            return read_compared(path)
        case "pdfs":
            from grader.submission.pdfs import read_pdfs  # few are asked for

            return read_pdfs(path)


if __name__ == "__main__":
    main()
