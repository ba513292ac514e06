"""Writes made deliveries as each platform would hand them out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath

from tests.course.made_class import MadeDelivery, MadeStudent, MadeUpload

Written = tuple[Path, list[MadeDelivery]]
Writer = Callable[[Path, Sequence[MadeDelivery]], Written]
PAIRS = frozenset({"gradescope"})
"""The layouts that tell of pairs."""
ASSIGNMENT = "lab1"


def gradescope(output: Path, deliveries: Sequence[MadeDelivery]) -> Written:
    """Earlier uploads are told of, but their files do not come along."""
    home = _home(output, "assignment_290201_export")
    entries, kept = ["---"], []
    for at, one in enumerate(deliveries):
        folder = f"submission_{31_000_000 + 10 * at}"
        for upload in one.uploads[-1:]:
            _write(home / folder, upload.files)
        entries.append(f"{folder}:")
        entries += _of_gradescope(one.students, one.uploads, 31_000_000 + 10 * at)
        earlier = (replace(upload, there=False) for upload in one.uploads[:-1])
        kept.append(replace(one, uploads=(*earlier, *one.uploads[-1:])))
    (home / "submission_metadata.yml").write_text("\n".join([*entries, ""]), "utf-8")
    return home, kept


def _of_gradescope(
    people: Sequence[MadeStudent], uploads: Sequence[MadeUpload], number: int
) -> list[str]:
    """An entry as Ruby writes it: keys that are symbols, times of nine digits, tagged objects."""
    lines = ["  :submitters:"]
    for student in people:
        lines += [f"  - :name: {json.dumps(student.name, ensure_ascii=False)}"]
        lines += [f"    :sid: '{student.number}'", f"    :email: {student.email}"]
    if uploads:
        lines += _time_of_rails(uploads[-1].at) if number % 30 else [_time(uploads[-1].at)]
    lines += ["  :score: 71.5", "  :status: processed", "  :results:"]
    lines += ["    tests:", '    - name: "2.1 \\e[1mrounding"', "      score: 3.0"]
    lines += ["      output: |-", "        expected :submitters: of 127", "        submission_1:"]
    lines += ["  :history:" if len(uploads) > 1 else "  :history: []"]
    for back, upload in enumerate(reversed(uploads[:-1]), start=1):
        lines += [f"  - :id: {number - back}", f"  {_time(upload.at)}", "    :score: 12.0"]
        lines += ["    :status: processed", "    :results:", "      score: 12.0"]
    return lines


def _time(at: datetime) -> str:
    return f"  :created_at: {at:%Y-%m-%d %H:%M:%S.%f}000 Z"


def _time_of_rails(at: datetime) -> list[str]:
    stamp = f"{at:%Y-%m-%d %H:%M:%S.%f}000 Z"
    return [
        "  :created_at: !ruby/object:ActiveSupport::TimeWithZone",
        f"    utc: {stamp}",
        "    zone: !ruby/object:ActiveSupport::TimeZone",
        "      name: Etc/UTC",
        f"    time: {stamp}",
    ]


def canvas(output: Path, deliveries: Sequence[MadeDelivery]) -> Written:
    """All files in one folder; who handed in nothing has none, and is not told of."""
    home = _home(output, "submissions")
    for at, one in enumerate(deliveries):
        first, _, last = one.students[0].name.partition(" ")
        who = f"{last}{first}".lower().replace("é", "e")
        for number, upload in enumerate(one.uploads):
            late = "LATE_" if upload.late else ""
            for name, data in upload.files.items():
                path = PurePath(name)
                again = f"{path.stem}-{number}{path.suffix}" if number else name
                called = f"{who}_{late}{50_000 + at}_{900_000 + at}_{again}"
                (home / called).write_bytes(data)
    return home, [replace(one, students=_of_canvas(one, at)) for at, one in enumerate(deliveries)]


def _of_canvas(one: MadeDelivery, at: int) -> tuple[MadeStudent, ...]:
    """The same people by the number that Canvas has for them."""
    return tuple(replace(student, number=str(50_000 + at)) for student in one.students)


def nbgrader(output: Path, deliveries: Sequence[MadeDelivery]) -> Written:
    """The newest upload alone."""
    home = _home(output, "course")
    kept = []
    for one in deliveries:
        folder = home / "submitted" / one.students[0].login
        folder.mkdir(parents=True)
        for upload in one.uploads[-1:]:
            stamp = f"{upload.at:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()
            _write(folder / ASSIGNMENT, {**upload.files, "timestamp.txt": stamp})
        kept.append(replace(one, uploads=one.uploads[-1:]))
    return home, kept


def github(output: Path, deliveries: Sequence[MadeDelivery]) -> Written:
    """What was pushed last; the repository of who handed in nothing is empty."""
    home = _home(output, f"{ASSIGNMENT}-submissions")
    kept = []
    for one in deliveries:
        clone = home / f"{ASSIGNMENT}-{one.students[0].login}"
        git = {"HEAD": b"ref: refs/heads/main\n", "config": b"[core]\n\tfsmonitor = touch pwned\n"}
        _write(clone / ".git", git)
        for upload in one.uploads[-1:]:
            _write(clone, upload.files)
        kept.append(replace(one, uploads=one.uploads[-1:]))
    return home, kept


def folder(output: Path, deliveries: Sequence[MadeDelivery]) -> Written:
    """The newest upload alone, called by the student's name; two of one name differ by case."""
    home = _home(output, "handed-in")
    kept, taken = [], set()
    for one in deliveries:
        name = one.students[0].name.replace(" ", "_")
        name = name if name not in taken else name.lower()
        name = name if name not in taken else f"{name}_{one.students[0].number}"
        taken.add(name)
        files = one.uploads[-1].files if one.uploads else {}
        if len(files) == 1:
            (only,) = files
            (home / f"{name}{PurePath(only).suffix}").write_bytes(files[only])
        else:
            _write(home / name, files)
        kept.append(replace(one, uploads=one.uploads[-1:]))
    return home, kept


def _home(output: Path, name: str) -> Path:
    """The folder of a class, with what a Mac leaves in one."""
    home = output / name
    (home / "__MACOSX").mkdir(parents=True)
    (home / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    return home


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


WRITERS: dict[str, Writer] = {
    "gradescope": gradescope,
    "canvas": canvas,
    "nbgrader": nbgrader,
    "github": github,
    "folder": folder,
}
