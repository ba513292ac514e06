"""A class that never was: its students are invented, what they hand in is from the corpora.

`python -m tests.course.made_class --layout gradescope --students 24 --seed 1 OUTPUT` writes
OUTPUT/NAME, as the platform hands it out, and beside it OUTPUT/made.json, which tells who has got
what. The same arguments write the same bytes.
"""

import argparse
import ast
import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from grader.template import REFERENCE, TEMPLATE
from grader.validation.corpus import BASES, Solution, correct, wrong
from tests.hostile import attack

DUE = datetime(2026, 10, 2, 6, 59, tzinfo=timezone.utc)
"""23:59 in California, where this class is."""
LONGEST = 9_000
"""Bytes of a script and its base: a plain solution has half of that."""
BY_CHANCE = {"weights_cached_by_id"}
"""Where an object lies in memory decides what these do: no two grades of them are the same."""
ATTACKS = ("error_in_markup", "exit_at_once", "printed_report", "scale_nan", "stdin_read")
"""Hostile ones that take no time: a class has few of them."""
UNREADABLE = {
    "lab1.ipynb": b"%PDF-1.7\nThe report, saved under the wrong name.\n",
    "lab1.zip": b"PK\x03\x04 the connection was lost here",
    "lab1.py": b"def value_range(values:\n",
}
FIRST = ("Bre", "Ola", "Tin", "Vex", "Mor", "Quil", "Zan", "Fen", "Oré", "Lum", "Ska", "Wim")
SECOND = ("da", "ri", "tho", "la", "nek", "wyn", "bert", "zo")
LAST = ("Thistle", "Moss", "Pebble", "Quince", "Bramble", "Ember", "Sorrel", "Drizzle")
LAST_ENDS = ("wick", "bottom", "berry", "moor", "gate", "thorpe", "worth", "fiddle")


@dataclass(frozen=True)
class Plan:
    """What one delivery is like."""

    content: str
    """`right`, `wrong`, `hostile`, `blank`, `copy`, `unreadable` or `nothing`."""
    form: str = "py"
    """`py`, `ipynb`, `zip`, or `files` for a script with other files beside it."""
    late: bool = False
    uploads: int = 1
    pair: bool = False


PLANS = (
    *(Plan("right"), Plan("wrong"), Plan("right", "ipynb"), Plan("wrong", "ipynb")),
    *(Plan("copy"), Plan("hostile"), Plan("blank", "ipynb"), Plan("nothing")),
    *(Plan("unreadable"), Plan("wrong", late=True), Plan("right", uploads=3), Plan("right", "zip")),
    *(Plan("wrong", "files"), Plan("right", pair=True), Plan("copy", "ipynb", late=True)),
    *(Plan("wrong", uploads=2, late=True), Plan("wrong", pair=True)),
)
"""Each at least once, where the class is large enough; beyond them most are ordinary."""
ORDINARY = 5
"""How many times likelier than all others the first two are."""


@dataclass(frozen=True)
class MadeStudent:
    """One person who was invented."""

    number: str
    name: str
    email: str
    login: str


@dataclass(frozen=True)
class MadeUpload:
    """One thing that was handed in."""

    corpus: str
    """`correct/range_max_to_127`, `hostile/exit_at_once`, `template` and the like."""
    files: dict[str, bytes]
    at: datetime
    there: bool = True
    """Whether its files come along in the download of this layout."""

    @property
    def late(self) -> bool:
        return self.at > DUE


@dataclass(frozen=True)
class MadeDelivery:
    """What one student handed in, or a pair."""

    plan: Plan
    students: tuple[MadeStudent, ...]
    uploads: tuple[MadeUpload, ...]
    """Oldest first."""
    copy_of: str = ""
    """The number of the student who handed the same code in."""


@dataclass(frozen=True)
class MadeClass:
    """A class on the disk."""

    path: Path
    """What a platform would let one download."""
    layout: str
    deliveries: tuple[MadeDelivery, ...]


def made_class(
    output: Path,
    layout: str,
    students: int = 24,
    seed: int = 1,
    *,
    small: bool = False,
    distinct: bool = False,
    packed: bool = False,
) -> MadeClass:
    """Make a class.

    Args:
        output: an empty folder.
        layout: as `grader.course.layouts` calls it.
        students: how many people.
        seed: decides all of it.
        small: short scripts alone, most of them ordinary: for classes of many thousands.
        distinct: no two, but for copies, are the same code.
        packed: as a zip.
    """
    from tests.course.made_layouts import PAIRS, WRITERS

    random = Random(f"{seed} {students} {small}")
    plans = [*_plans(random, students, pairs=layout in PAIRS, small=small)]
    random.shuffle(plans)
    people = _people(random, students)
    deliveries: list[MadeDelivery] = []
    for plan in plans:
        members = tuple(people.pop() for _ in range(1 + plan.pair))
        deliveries.append(_delivery(random, plan, members, deliveries, distinct=distinct))
    output.mkdir(parents=True, exist_ok=True)
    path, deliveries = WRITERS[layout](output, deliveries)
    (output / "made.json").write_text(
        json.dumps(_told(layout, seed, deliveries), indent=1), "utf-8"
    )
    return MadeClass(_packed(path) if packed else path, layout, tuple(deliveries))


def _plans(random: Random, students: int, *, pairs: bool, small: bool) -> Iterator[Plan]:
    kinds = [replace(plan, pair=plan.pair and pairs) for plan in PLANS]
    if small:
        kinds = [replace(plan, form="py", uploads=1) for plan in kinds if plan.content != "hostile"]
    weights = [ORDINARY * len(kinds)] * 2 + [1] * (len(kinds) - 2)
    left, first = students, iter(kinds)
    while left:
        plan = next(first, None) or random.choices(kinds, weights)[0]
        plan = replace(plan, pair=plan.pair and left > 1)
        left -= 1 + plan.pair
        yield plan


def _people(random: Random, count: int) -> list[MadeStudent]:
    """So many people; the second has the name of the first."""
    people: list[MadeStudent] = []
    logins: set[str] = set()
    for at in range(count):
        name = f"{random.choice(FIRST)}{random.choice(SECOND)} "
        name += f"{random.choice(LAST)}{random.choice(LAST_ENDS)}"
        name = people[0].name if at == 1 else name
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        login = plain.replace(" ", "-")
        login = login if login not in logins else f"{login}-{at}"
        logins.add(login)
        email = f"{login.replace('-', '.')}@example.edu"
        people.append(MadeStudent(str(3_030_000_000 + at), name, email, login))
    return people


def _delivery(
    random: Random,
    plan: Plan,
    members: tuple[MadeStudent, ...],
    before: Sequence[MadeDelivery],
    *,
    distinct: bool,
) -> MadeDelivery:
    at = DUE - timedelta(seconds=random.randrange(5, 4 * 86_400))
    if plan.late:
        at = DUE + timedelta(seconds=random.randrange(60, 3 * 86_400))
    at = at.replace(microsecond=random.randrange(10**6))
    if plan.content == "nothing":
        return MadeDelivery(plan, members, ())
    origin = _origin(random, before) if plan.content == "copy" else None
    if origin is None:
        content = "right" if plan.content == "copy" else plan.content
        mark = members[0].number if distinct else ""
        last = MadeUpload(*_work(random, content, plan.form, mark), at)
    else:
        last = _copied(random, origin.uploads[-1], at)
    earlier = [
        MadeUpload(*_work(random, "wrong", plan.form, ""), at - timedelta(hours=9 * (number + 1)))
        for number in reversed(range(plan.uploads - 1))
    ]
    copy_of = origin.students[0].number if origin else ""
    return MadeDelivery(plan, members, (*earlier, last), copy_of)


def _origin(random: Random, before: Sequence[MadeDelivery]) -> MadeDelivery | None:
    """Somebody whose script can be copied, if anybody came before."""
    for _ in range(20):
        one = random.choice(before) if before else None
        if one and one.plan.content in ("right", "wrong") and one.plan.form == "py":
            return one
    return None


def _copied(random: Random, upload: MadeUpload, at: datetime) -> MadeUpload:
    """The same code with other comments and empty lines."""
    text = upload.files["lab1.py"].decode()
    said = f"# Written by myself on the {random.randrange(1, 29)}th.\n\n\n"
    return replace(upload, files={"lab1.py": f"{said}{text}\n\n# The end\n".encode()}, at=at)


def _work(random: Random, content: str, form: str, mark: str) -> tuple[str, dict[str, bytes]]:
    """Where something is from, and the files that it is handed in as."""
    if content == "unreadable":
        name = random.choice(sorted(UNREADABLE))
        return f"unreadable/{name}", {name: UNREADABLE[name]}
    if content == "hostile":
        one = attack.read(attack.FOLDER / f"{random.choice(ATTACKS)}.py", {})
        files = {name: text.encode() for name, text in one.modules.items()}
        return f"hostile/{one.name}", {"lab1.py": one.source(_text(REFERENCE)).encode(), **files}
    if content == "blank":
        name = f"lab1.{'ipynb' if form == 'ipynb' else 'py'}"
        return "template", {name: (TEMPLATE / name).read_bytes()}
    one_of = _notebooks() if (content, form) == ("right", "ipynb") else _scripts(content)
    solution = random.choice(one_of)
    text = _source(solution.path, solution)
    return solution.name, _formed(marked(text, mark) if mark else text, form)


def _formed(text: str, form: str) -> dict[str, bytes]:
    if form == "ipynb":
        return {"lab1.ipynb": as_notebook(text)}
    if form == "zip":
        return {"lab1.zip": _zipped({"lab1/lab1.py": text.encode(), "lab1/notes.txt": b"None."})}
    beside = {"notes.txt": b"I worked alone.\n"} if form == "files" else {}
    return {"lab1.py": text.encode(), **beside}


@cache
def _scripts(content: str) -> list[Solution]:
    """Short ones: what is special about a submission is no matter here."""
    found = correct() if content == "right" else wrong()
    return [
        one
        for one in found
        if one.path.parent.name == "solutions" and _size(one) < LONGEST
        if one.path.stem not in BY_CHANCE
    ]


def _size(solution: Solution) -> int:
    """Bytes of a submission and its base, which is quicker told than how long both are together."""
    paths = [solution.path]
    if solution.base is not None:
        paths.append(BASES / f"{solution.base}.py")
    return sum(path.stat().st_size for path in paths)


@cache
def _notebooks() -> list[Solution]:
    return [one for one in correct() if one.path.parent.name == "notebooks"]


_SOURCES: dict[Path, str] = {}


def _source(path: Path, solution: Solution) -> str:
    if path not in _SOURCES:
        _SOURCES[path] = solution.source.replace("\r\n", "\n")
    return _SOURCES[path]


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


def marked(source: str, mark: str) -> str:
    """The same code with a local variable of its own, so that no other's is the same."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == "quantized_weights":
            lines, first = source.split("\n"), node.body[0]
            own = f"{' ' * first.col_offset}mine = {mark}"
            return "\n".join([*lines[: first.lineno - 1], own, *lines[first.lineno - 1 :]])
    return f"{source}\nmine = {mark}\n"


def as_notebook(source: str) -> bytes:
    """A script whose cells begin with `# %%` as a notebook."""
    cells: list[dict[str, Any]] = []
    for at, part in enumerate(f"\n{source}".split("\n# %%")):
        head, _, text = part.partition("\n")
        common = {"id": f"cell-{at}", "metadata": {}}
        if "[markdown]" in head:
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.split("\n"))
            cells.append({"cell_type": "markdown", **common, "source": text.strip()})
        elif text.strip():
            code = {"cell_type": "code", **common, "execution_count": None, "outputs": []}
            cells.append({**code, "source": text.strip("\n")})
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 10, 1, 12, 0, 0)), data)
    return held.getvalue()


def _packed(folder: Path) -> Path:
    """The folder as a zip beside it, in whose root it stands."""
    path = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.rglob("*")):
            name = each.relative_to(folder.parent).as_posix()
            info = zipfile.ZipInfo(f"{name}/" if each.is_dir() else name, (2026, 10, 5, 9, 0, 0))
            archive.writestr(info, b"" if each.is_dir() else each.read_bytes())
    return path


def _told(layout: str, seed: int, deliveries: Sequence[MadeDelivery]) -> dict[str, Any]:
    """Who has got what, as JSON."""
    return {
        "layout": layout,
        "seed": seed,
        "due": DUE.isoformat(),
        "deliveries": [
            {
                "content": one.plan.content,
                "form": one.plan.form,
                "copy_of": one.copy_of,
                "students": [vars(student) for student in one.students],
                "uploads": [
                    {
                        "corpus": upload.corpus,
                        "files": sorted(upload.files),
                        "at": upload.at.isoformat(),
                        "late": upload.late,
                        "there": upload.there,
                    }
                    for upload in one.uploads
                ],
            }
            for one in deliveries
        ],
    }


def _main() -> None:
    from tests.course.made_layouts import WRITERS

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--layout", choices=sorted(WRITERS), default="gradescope")
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true", help="short scripts alone")
    parser.add_argument("--distinct", action="store_true", help="no two are the same code")
    parser.add_argument("--packed", action="store_true", help="a zip as well")
    given = parser.parse_args()
    made = made_class(
        given.output,
        given.layout,
        given.students,
        given.seed,
        small=given.small,
        distinct=given.distinct,
        packed=given.packed,
    )
    print(made.path)


if __name__ == "__main__":
    _main()
