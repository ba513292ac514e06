"""Whatever is uploaded: graded, or 0 with a line that says what is wrong and what to do.

Through the command line. Nothing here waits: what takes long is the grader's fault
(`pytest --durations=0`).
"""

import bz2
import gzip
import json
import os
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader import grade
from grader.cli import run
from grader.submission import Reader
from grader.submission.files import LARGEST
from grader.template import REFERENCE
from tests.fixed_slice import some
from tests.hasty import hasty_reader
from tests.mangled import flaw
from tests.overview import text_of

Q = """\
def quantized_weights(weights):
    scale = 127 / weights.abs().max()
    return (weights * scale).round().clamp(-128, 127), scale
"""
BROKEN = "x = (\n"
DEEP = 10_000
MB = 10**6

pytestmark = pytest.mark.usefixtures("wall_stands")

ADVICE = re.compile(r"Hand in|Pack it|Save it|Clear its outputs|Until that is mended")
"""A refusal says what to do."""

MOST_LINES = 6


@dataclass(frozen=True)
class Graded:
    """What came of one upload."""

    score: float
    output: str
    """What the student reads first."""


HandIn = Callable[[Path], Graded]
Refused = Callable[[Path, str], None]


@pytest.fixture
def hand_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> HandIn:
    """Grade an upload, and see to what holds of any upload."""

    def handed_in(path: Path) -> Graded:
        results = tmp_path / "results.json"
        before = sorted(each for each in tmp_path.iterdir() if each != results)
        capsys.readouterr()
        assert run(["grade", str(path), "--output", str(results)]) == 0
        printed = "".join(capsys.readouterr())
        text = results.read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        overview = text_of(found["output"])
        assert sorted(tmp_path.iterdir()) == sorted([*before, results])
        assert found["extra_data"]["complete"] is True
        assert len(text) < 500_000
        for said in (printed, text, *(test["output"] for test in found["tests"])):
            assert "Traceback" not in said
        for line in [*printed.splitlines(), *overview.splitlines()]:
            assert not line or flaw(line) is None
        assert len(overview.partition("What was graded")[0].splitlines()) <= MOST_LINES
        assert found["score"] == sum(test["score"] for test in found["tests"])
        return Graded(found["score"], overview)

    return handed_in


@pytest.fixture
def refused(hand_in: HandIn) -> Refused:
    """Expect 0, and one line with the words and an advice."""

    def check(path: Path, words: str) -> None:
        graded = hand_in(path)
        assert graded.score == 0
        _, line = graded.output.splitlines()
        assert re.search(words, line), line[:1000]
        assert ADVICE.search(line), line[:1000]

    return check


def cell(text: str, *outputs: object) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": list(outputs)}


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("read") / "lab1.py"
    path.write_text(Q, encoding="utf-8")
    with hasty_reader(path) as reader:
        yield reader


@pytest.fixture
def hurried(wall_stands: None, hasty: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read submissions with a reader that gives up soon."""
    terms = grade.terms
    monkeypatch.setattr(grade, "terms", lambda options: replace(terms(options), reader=hasty))


def notebook(*cells: dict[str, object]) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.fixture
def solved(reference: str) -> list[dict[str, object]]:
    """The reference, cell by cell."""
    return [cell(f"# %%{text}") for text in reference.split("\n# %%")]


# Archives, byte by byte -----------------------------------------------------------------------


@dataclass
class Member:
    """One file of a zip that need not be true."""

    name: bytes
    data: bytes
    """As packed."""
    size: int
    """As unpacked, or so it says."""
    method: int = 8
    start: int | None = None
    """Where its header lies; None: where it comes."""
    checksum: int = 0

    def header(self) -> bytes:
        """Its own header, which stands before its data."""
        sizes = (self.checksum, len(self.data), self.size, len(self.name), 0)
        return struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, self.method, 0, 33, *sizes) + self.name

    def entry(self, start: int) -> bytes:
        """Its line in the directory."""
        sizes = (self.checksum, len(self.data), self.size, len(self.name), 0, 0, 0, 0, 0, start)
        head = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, self.method, 0, 33, *sizes)
        return head + self.name


def zip_of(*members: Member, body: bytes = b"") -> bytes:
    """A zip of members; those that know where they start lie in `body`."""
    data, directory = bytearray(body), bytearray()
    for member in members:
        directory += member.entry(len(data) if member.start is None else member.start)
        if member.start is None:
            data += member.header() + member.data
    counts = (0, 0, len(members), len(members), len(directory), len(data), 0)
    return bytes(data + directory + struct.pack("<4s4H2IH", b"PK\5\6", *counts))


def plain(name: bytes, text: str) -> Member:
    data = text.encode()
    return Member(name, data, len(data), method=0, checksum=zlib.crc32(data))


def zeros(megabytes: int) -> bytes:
    """Deflated zeros, without an end: a thousandth of their size."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (pack.compress(bytes(MB)) + pack.flush(zlib.Z_FULL_FLUSH)) * megabytes


def quoted(count: int) -> bytes:
    """A zip whose files each hold the headers of all that follow, and share what unpacks."""
    members, body = [], b"\3\0"
    body = zeros(40) + body
    for number in range(count):
        member = Member(b"%d.py" % number, body, 40 * MB)
        header = member.header()
        members.append((member, len(header) + len(body)))
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        body = quote + header + body
    for member, from_end in members:
        member.start = len(body) - from_end
    return zip_of(*(member for member, _ in members), body=body)


def tar_header(name: str, size: int, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, link
    return member.tobuf(tarfile.GNU_FORMAT)


def tar_of(*files: tuple[str, str]) -> bytes:
    parts = [
        tar_header(name, len(text)) + text.encode() + bytes(-len(text) % 512)
        for name, text in files
    ]
    return gzip.compress(b"".join([*parts, bytes(1024)]))


def gzipped_zeros(megabytes: int) -> bytes:
    return gzip.compress(bytes(8 * MB)) * (megabytes // 8)


def many_in_a_zip() -> bytes:
    return zip_of(*(Member(b"%d.txt" % number, b"", 0, method=0) for number in range(50_000)))


def bzipped_gigabytes() -> bytes:
    """Four hundred files of a hundred bytes, each of them 100 MB of zeros."""
    packed, checksum = bz2.compress(bytes(100 * MB)), zlib.crc32(bytes(100 * MB))
    members = [Member(b"%d.py" % n, packed, 100 * MB, 12, None, checksum) for n in range(400)]
    return zip_of(*members)


DAMAGED_LZMA = b"\x09\x04\x05\x00\x5d\x00\x00\x01\x00" + b"\xff" * 50

BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "one file of a gigabyte": (
        "lab1.zip",
        lambda: zip_of(Member(b"lab1.ipynb", zeros(1000), 1000 * MB)),
        r"lab1\.ipynb is left out: it has more than 32 MiB",
    ),
    "kilobytes that become gigabytes": (
        "lab1.zip",
        bzipped_gigabytes,
        r"takes too long to be read|needs more than 512 MiB",
    ),
    "files in files": ("lab1.zip", lambda: quoted(300), r"takes too long to be read|Overlapped"),
    "files in one place": (
        "lab1.zip",
        lambda: zip_of(
            plain(b"a.py", "x = 1"), *(Member(b"%d.py" % n, b"x = 1", 5, 0, 0) for n in range(600))
        ),
        r"500 of code|Overlapped|damaged",
    ),
    "a size that is too small": (
        "lab1.zip",
        lambda: zip_of(Member(b"lab1.py", zeros(1000), 10)),
        r"lab1\.zip is damaged",
    ),
    "a size that is too large": (
        "lab1.zip",
        lambda: zip_of(Member(b"lab1.py", zlib.compress(b"x = 1")[2:-4], 2**32 - 2)),
        r"lab1\.zip is damaged",
    ),
    "a tar of 600 MB": (
        "lab1.tar.gz",
        lambda: gzip.compress(tar_header("data.bin", 600 * MB)) + gzipped_zeros(600),
        r"unpacks to more than 512 MiB",
    ),
    "a tar with one file of 400 MB": (
        "lab1.tar.gz",
        lambda: gzip.compress(tar_header("lab1.py", 400 * MB)) + gzipped_zeros(400),
        r"lab1\.py is left out: it has more than 32 MiB",
    ),
    "a tar with a name of 600 MB": (
        "lab1.tar.gz",
        lambda: gzip.compress(tar_header("x", 600 * MB, b"L")) + gzipped_zeros(600),
        r"needs more than 512 MiB|damaged|unpacks to more than 512 MiB",
    ),
    "a tar with a name that cannot be": (
        "lab1.tar.gz",
        lambda: gzip.compress(tar_header("x", 2**70, b"L") + bytes(1024)),
        r"lab1\.tar\.gz is damaged",
    ),
    "a plain tar with attributes that cannot be": (
        "lab1.tar",
        lambda: tar_header("x", 2**40, b"x") + bytes(1024),
        r"needs more than 512 MiB|damaged|unpacks to more than 512 MiB",
    ),
    "50,000 files": ("lab1.zip", many_in_a_zip, r"lab1\.zip has more than 20,000 files"),
    "a member packed with damaged lzma": (
        "lab1.zip",
        lambda: zip_of(Member(b"lab1.py", DAMAGED_LZMA, 50, method=14)),
        r"lab1\.zip is damaged|cannot be unpacked",
    ),
}


SLOW_BOMBS = ("files in files", "kilobytes that become gigabytes")


@pytest.mark.parametrize("name", some(BOMBS.keys() - {"a tar with one file of 400 MB"}, BOMBS))
def test_a_bomb_is_put_out_with_one_line(
    name: str, tmp_path: Path, refused: Refused, request: pytest.FixtureRequest
) -> None:
    if name in SLOW_BOMBS:
        request.getfixturevalue("hurried")
    upload, content, words = BOMBS[name]
    path = tmp_path / upload
    path.write_bytes(content())
    refused(path, words)


# Paths and links ------------------------------------------------------------------------------


def slipping(outside: Path) -> list[tuple[str, str]]:
    return [("../../slip.py", Q), (str(outside), Q), ("a/../../../slip.py", Q)]


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_no_path_leads_out_of_an_archive(
    suffix: str, tmp_path: Path, hand_in: HandIn, refused: Refused
) -> None:
    home, outside = tmp_path / "a" / "b", tmp_path / "outside.py"
    home.mkdir(parents=True)
    path = home / f"lab1{suffix}"
    files = slipping(outside)
    for also in ([], [("lab1.py", Q)]):
        if suffix == ".zip":
            members = [plain(name.encode(), text) for name, text in [*files, *also]]
            path.write_bytes(zip_of(*members))
        else:
            path.write_bytes(tar_of(*files, *also))
        if also:
            assert hand_in(path).score > 0
        else:
            refused(path, r"\.\./\.\./slip\.py is left out: it lies outside")
    assert list(tmp_path.rglob("*.py")) == []
    assert list(home.iterdir()) == [path]


SECRETS = ["/etc/passwd", str(REFERENCE / "lab1.py" if REFERENCE.is_dir() else REFERENCE)]


@pytest.mark.parametrize("target", SECRETS, ids=["passwd", "the solution"])
@pytest.mark.parametrize("kind", ["zip", "tar", "hard link in a tar", "folder"])
def test_a_link_is_left_out_by_name(
    kind: str, target: str, tmp_path: Path, refused: Refused
) -> None:
    path = tmp_path / {"zip": "in.zip", "folder": "in"}.get(kind, "in.tar")
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            link = zipfile.ZipInfo("lab1.py")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    elif kind == "folder":
        path.mkdir()
        (path / "lab1.py").symlink_to(target)
    else:
        how = tarfile.SYMTYPE if kind == "tar" else tarfile.LNKTYPE
        path.write_bytes(tar_header("lab1.py", 0, how, target) + bytes(1024))
    refused(path, r"lab1\.py is left out: it is a link")


def test_a_folder_in_itself_is_graded_once(tmp_path: Path, hand_in: HandIn) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "lab1.py").write_text(Q, encoding="utf-8")
    (folder / "again").symlink_to(folder)
    (folder / "grader").symlink_to(Path(__file__).parents[2])
    graded = hand_in(folder)
    assert graded.score > 0
    assert "lab1.py is graded" in graded.output


@pytest.mark.rest
def test_a_folder_of_too_many_files_is_refused(tmp_path: Path, refused: Refused) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(20_001):
        os.mknod(folder / str(number))
    refused(folder, r"in has more than 20,000 files")


@pytest.fixture
def deep_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in a folder, 1,500 times; pytest itself could not remove it."""
    folder = tmp_path / "in"
    made = [folder]
    for _ in range(1500):
        made.append(made[-1] / "d")
    for each in made:
        each.mkdir()
    yield folder
    for each in reversed(made):
        for file in each.glob("*.py"):
            file.unlink()
        each.rmdir()


def test_folders_may_be_as_deep_as_they_like(deep_folder: Path, hand_in: HandIn) -> None:
    (deep_folder / "lab1.py").write_text(Q, encoding="utf-8")
    assert hand_in(deep_folder).score > 0


# Notebooks ------------------------------------------------------------------------------------


FIGURE = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["<Figure>"]}}


def figure(size: int) -> dict[str, object]:
    return {**FIGURE, "data": {"image/png": "A" * size, "text/plain": ["<Figure size 640x480>"]}}


@pytest.mark.rest
def test_a_right_solution_just_under_the_cap_is_graded(
    tmp_path: Path, solved: list[dict[str, object]], hand_in: HandIn
) -> None:
    lines = ["[1,  2000] loss: 2.302\n"] * 200_000
    stream = {"output_type": "stream", "name": "stdout", "text": lines}
    saved = [*solved, cell("print()", stream), cell("plt.show()")]
    saved[-1]["outputs"] = [figure(LARGEST - len(notebook(*saved)) - 500)]
    path = tmp_path / "lab1.ipynb"
    path.write_bytes(notebook(*saved))
    assert LARGEST - 500 < path.stat().st_size < LARGEST
    assert hand_in(path).score == 100


def test_200_mb_of_outputs_are_to_be_cleared(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "lab1.ipynb"
    before, after = notebook(cell(Q), cell("plt.show()", figure(0))).split(b'"image/png": "')
    with path.open("wb") as file:
        file.write(before + b'"image/png": "')
        for _ in range(200):
            file.write(b"A" * MB)
        file.write(after)
    refused(path, r"lab1\.ipynb .*more than 32 MiB.*Clear its outputs")


def test_hostile_cells_cost_nothing_but_themselves(
    tmp_path: Path, solved: list[dict[str, object]], hand_in: HandIn
) -> None:
    hostile = [
        cell("x = " + "(" * DEEP + ")" * DEEP),
        cell("x = 1\0"),
        cell("\ud800 = 1", figure(100)),
    ]
    path = tmp_path / "lab1.ipynb"
    path.write_bytes(notebook(*hostile, *solved))
    graded = hand_in(path)
    assert graded.score == 100
    for number in (1, 2, 3):
        assert re.search(rf"cell {number}\b.*this cell is left out", graded.output)


COLAB_LOGIN = '<!doctype html><html lang="en"><head><title>Sign in - Google Accounts</title>'
DOCX = zip_of(plain(b"[Content_Types].xml", "<?xml?>"), plain(b"word/document.xml", "<w/>"))
PAGE = r"lab1\.ipynb is a web page, not a notebook"
NOT_A_NOTEBOOK = r"lab1\.ipynb is damaged or not a notebook"

CONTENTS: dict[str, tuple[str, bytes, str]] = {
    "an empty .py": ("lab1.py", b"", r"lab1\.py is empty|Nothing that the lab asks for"),
    "an empty .ipynb": ("lab1.ipynb", b"", r"lab1\.ipynb is empty"),
    "an empty .zip": ("lab1.zip", b"", r"lab1\.zip is damaged or not an archive"),
    "an empty .tar.gz": ("lab1.tar.gz", b"", r"lab1\.tar\.gz is damaged or not an archive"),
    "a zip without files": ("lab1.zip", zip_of(), r"holds no \.py and no \.ipynb file"),
    "a tar without files": ("lab1.tar.gz", tar_of(), r"holds no \.py and no \.ipynb file"),
    "a notebook without cells": ("lab1.ipynb", notebook(), r"Nothing that the lab asks for"),
    "null bytes": ("lab1.py", Q.encode() + bytes(10), r"lab1\.py.*null bytes"),
    "a truncated notebook": ("lab1.ipynb", notebook(cell(Q))[:-20], NOT_A_NOTEBOOK),
    "a PDF": ("lab1.ipynb", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", r"lab1\.ipynb is a PDF document"),
    "a PDF as Python": ("lab1.py", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", r"lab1\.py "),
    "a PDF as a zip": ("lab1.zip", b"%PDF-1.7\n", r"lab1\.zip is damaged or not an archive"),
    "a .docx": ("lab1.docx", DOCX, r"lab1\.docx is an Office document"),
    "a .docx as a notebook": ("lab1.ipynb", DOCX, r"lab1\.ipynb is an Office document"),
    "a .docx as Python": ("lab1.py", DOCX, r"lab1\.py"),
    "a .docx as a zip": ("lab1.zip", DOCX, r"holds no \.py and no \.ipynb file"),
    "a login page": ("lab1.ipynb", COLAB_LOGIN.encode(), PAGE),
    "a login page with a mark": ("lab1.ipynb", b"\xef\xbb\xbf" + COLAB_LOGIN.encode(), PAGE),
    "a login page as Python": ("lab1.py", COLAB_LOGIN.encode(), r"lab1\.py is a web page"),
    "a list": ("lab1.ipynb", b"[1, 2]", NOT_A_NOTEBOOK),
    "a number": ("lab1.ipynb", b"5", NOT_A_NOTEBOOK),
    "a string": ("lab1.ipynb", b'"quantized_weights"', NOT_A_NOTEBOOK),
    "null": ("lab1.ipynb", b"null", NOT_A_NOTEBOOK),
    "cells that are none": ("lab1.ipynb", b'{"cells": {"a": 1}}', NOT_A_NOTEBOOK),
    "6,000 cells": ("lab1.ipynb", notebook(*[cell("x")] * 6000), r"more than 5,000 cells"),
    "a huge number": (
        "lab1.ipynb",
        b'{"cells": [], "metadata": ' + b"1" * 5000 + b"}",
        NOT_A_NOTEBOOK + r"|Nothing that the lab asks for",
    ),
    "nested lists": ("lab1.ipynb", b"[" * DEEP + b"]" * DEEP, r"lab1\.ipynb is nested too deeply"),
    "nested objects": (
        "lab1.ipynb",
        b'{"cells": [], "metadata": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
        r"lab1\.ipynb is nested too deeply",
    ),
    "a coding of 20,000 letters": (
        "lab1.py",
        b"# coding: " + b"c" * 20_000 + b"\n",
        r"lab1\.py is no text in UTF-8",
    ),
    "a number of 5,000 digits behind a magic": (
        "lab1.py",
        b"%time x = 0x" + b"f" * 5000 + b"\n",
        r"Nothing that the lab asks for|lab1\.py",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_no_submission_is_called_by_its_name(
    name: str, tmp_path: Path, refused: Refused
) -> None:
    upload, content, words = CONTENTS[name]
    path = tmp_path / upload
    path.write_bytes(content)
    refused(path, words)


def test_an_empty_folder_is_called_so(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "in"
    path.mkdir()
    refused(path, r"in holds no \.py and no \.ipynb file")


# Python ---------------------------------------------------------------------------------------


def f_strings(depth: int) -> str:
    return 'x = f"' + "{f'{f\"" * (depth // 2) + "1" + "\"}'}" * (depth // 2) + '"'


def indented(line: str, depth: int) -> str:
    return "".join(f"{' ' * level}{line}\n" for level in range(depth)) + " " * depth + "pass"


NESTED: dict[str, str] = {
    "parentheses": "x = " + "(" * DEEP + "1" + ")" * DEEP,
    "lists": "x = " + "[" * DEEP + "]" * DEEP,
    "unary minus": "x = " + "-" * DEEP + "1",
    "not": "x = " + "not " * DEEP + "1",
    "lambdas": "x = " + "lambda: " * DEEP + "1",
    "conditions": "x = " + "1 if 1 else " * DEEP + "1",
    "f-strings": f_strings(DEEP),
    "sums": "x = 1" + " + 1" * DEEP,
    "powers": "x = 1" + " ** 1" * DEEP,
    "attributes": "x = x" + ".x" * DEEP,
    "calls": "x = x" + "()" * DEEP,
    "elif": "if x: pass\n" + "elif x: pass\n" * DEEP,
    "functions": indented("def f():", 1000),
    "ifs": indented("if x:", 1000),
    "patterns": "match x:\n case " + "[" * DEEP + "]" * DEEP + ": pass",
    "decorators": "@" + "x(" * DEEP + ")" * DEEP + "\ndef f(): pass",
}


@pytest.mark.parametrize(
    "name",
    some(
        {"parentheses", "unary minus", "f-strings", "sums", "elif", "functions", "decorators"},
        NESTED,
    ),
)
def test_code_that_is_nested_too_deeply_is_refused(
    name: str, tmp_path: Path, refused: Refused
) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(f"{NESTED[name]}\n", encoding="utf-8")
    refused(path, r"lab1\.py.*(nested|too many levels of indentation|closed|takes too long)")


def test_code_beside_what_is_nested_too_deeply_is_graded(tmp_path: Path, hand_in: HandIn) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(f"{NESTED['parentheses']}\n\n\n{Q}", encoding="utf-8")
    graded = hand_in(path)
    assert graded.score > 0
    assert "line 1" in graded.output
    assert "left out" in graded.output


UNCOMPILED = {
    "sums": "x = 1" + " + 1" * 900,
    "loops": "\n".join(" " * level + "for x in []:" for level in range(25)) + "\n" + " " * 25 + "0",
}


@pytest.mark.parametrize("name", UNCOMPILED)
def test_code_that_can_be_read_but_not_compiled_costs_no_grade(
    name: str, tmp_path: Path, hand_in: HandIn
) -> None:
    body = "".join(f"    {line}\n" for line in UNCOMPILED[name].splitlines())
    path = tmp_path / "lab1.py"
    path.write_text(f"{Q}\n\ndef value_range(x):\n{body}", encoding="utf-8")
    assert "lab1.py" in hand_in(path).output


LARGE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a cell of 3 MB of parentheses": (
        "lab1.ipynb",
        lambda: notebook(cell("(" * 3 * MB)),
        r"cell 1: more than 1,000,000 characters",
    ),
    "a million lines": ("lab1.py", lambda: b"x\n" * MB, r"more than 1,000,000 characters"),
    "a line of 30 MB": ("lab1.py", lambda: b"x" * 30 * MB, r"more than 1,000,000 characters"),
    "a cell line of 30 MB": (
        "lab1.ipynb",
        lambda: notebook(cell("x" * 30 * MB)),
        r"lab1\.ipynb has more than 4,000,000 characters",
    ),
    "spaces behind a magic": (
        "lab1.py",
        lambda: b"%%time" + b" " * 900_000 + b"x",
        r"Nothing that the lab asks for",
    ),
    "spaces before a magic": (
        "lab1.py",
        lambda: (b" " * 5000 + b"\n") * 180 + b" " * 5000 + b"%%time\n(",
        r"lab1\.py, line 1\d*: ",
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_is_refused(name: str, tmp_path: Path, refused: Refused) -> None:
    upload, content, words = LARGE[name]
    path = tmp_path / upload
    path.write_bytes(content())
    refused(path, words)


SLOW: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "cells of parentheses": (
        "lab1.ipynb",
        lambda: notebook(*[cell("(" * 900_000)] * 4),
        r"nested|takes too long|too many",
    ),
    "half a million lines": (
        "lab1.py",
        lambda: b"x\n" * (MB // 2 - 1),
        r"Nothing that the lab asks for|takes too long",
    ),
    "magic in magic": ("lab1.py", lambda: b"%%time\n" * 100_000, r"takes too long|Nothing that"),
    "5,000 shell lines": ("lab1.py", lambda: b"!ls\n" * 5000, r"500 magics|takes too long"),
    "5,000 timed lines": (
        "lab1.py",
        lambda: b"%time x = 1\n" * 5000,
        r"500 magics|takes too long",
    ),
    "20,000 calls of IPython": (
        "lab1.py",
        lambda: b"get_ipython().system('ls')\n" * 20_000,
        r"takes too long|Nothing that the lab asks for",
    ),
    "5,000 cells of magics": (
        "lab1.ipynb",
        lambda: notebook(*[cell("%time x = 1\n!ls")] * 5000),
        r"takes too long|Nothing that the lab asks for",
    ),
}
"""These use up whatever time there is."""


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "name",
    some({"half a million lines", "magic in magic"}, SLOW),
)
def test_what_is_hard_to_read_is_refused(name: str, tmp_path: Path, refused: Refused) -> None:
    upload, content, words = SLOW[name]
    path = tmp_path / upload
    path.write_bytes(content())
    refused(path, words)


# Names ----------------------------------------------------------------------------------------

NAMES = {
    "no UTF-8": b"lab\xff1.py",
    "a new line": b"lab\n1.py",
    "a carriage return": b"lab\r1.py",
    "a colour": b"\x1b[31mlab1\x1b[0m.py",
    "right to left": "\u202elab1\u2066.py".encode(),
    "a line separator": "lab\u20281.py".encode(),
    "markup": b"[red]lab[1].py",
    "255 bytes": b"n" * 252 + b".py",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["file", "folder", "zip", "tar.gz"])
def test_a_name_is_shown_as_what_it_is(
    kind: str, name: str, tmp_path: Path, refused: Refused
) -> None:
    raw = NAMES[name]
    path = tmp_path / f"in.{kind}"
    match kind:
        case "file":
            path = tmp_path / os.fsdecode(raw)
            path.write_text(BROKEN, encoding="utf-8")
        case "folder":
            path.mkdir()
            (path / os.fsdecode(raw)).write_text(BROKEN, encoding="utf-8")
        case "zip":
            path.write_bytes(zip_of(plain(raw, BROKEN)))
        case _:
            path.write_bytes(tar_of((os.fsdecode(raw), BROKEN)))
    refused(path, r"\.py, line 1: '\(' was never closed")


LIMITS: dict[str, tuple[bytes, Callable[[], bytes], str]] = {
    "no UTF-8": (b".ipynb", lambda: b'{"cells": [' + b"[]," * 9 * MB + b"[]]}", "than 512 MiB"),
    "a new line": (b".py", lambda: b"%%time\n" * 100_000, "takes too long"),
    "right to left": (b".ipynb", lambda: b"[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", some({"a new line", "right to left"}, LIMITS))
def test_what_breaks_the_reader_is_shown_as_what_it_is(
    name: str, tmp_path: Path, refused: Refused, request: pytest.FixtureRequest
) -> None:
    suffix, content, words = LIMITS[name]
    if "too long" in words:
        request.getfixturevalue("hurried")
    path = tmp_path / os.fsdecode(NAMES[name].removesuffix(b".py") + suffix)
    path.write_bytes(content())
    refused(path, words)


def test_names_in_an_archive_do_not_flood_the_line(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "lab1.zip"
    names = [b"../" + b"%d" % number + b"n" * 60_000 + b".py" for number in range(30)]
    path.write_bytes(zip_of(*(plain(name, Q) for name in names)))
    refused(path, r"lab1\.zip holds no \.py and no \.ipynb file")
