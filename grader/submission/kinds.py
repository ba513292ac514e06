"""What a file is, told by what it holds: a browser saves `lab1.ipynb` as `lab1.ipynb.txt`."""

import json
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Literal

from grader.submission.interface import GRADED

HEAD = 4096
"""Bytes from which it is told whether a file may hold code."""

TarMode = Literal["r:", "r:gz", "r:bz2", "r:xz"]
"""How `tarfile` opens an archive."""
ArchiveMode = Literal["zip"] | TarMode

PACKED: dict[bytes, ArchiveMode] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
    b"\x1f\x8b": "r:gz",
    b"BZh": "r:bz2",
    b"\xfd7zXZ": "r:xz",
}
TAR_AT, TAR = 257, b"ustar"

LOOKS = {
    b"%PDF": "a PDF document",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"L\0\0\0\x01\x14\x02\0": "a shortcut of Windows",
    b"bplist00": "a shortcut or settings of macOS",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"\x80\x02": "a pickle, such as torch.save writes",
    b"\x89HDF": "data in HDF5",
    b"\x93NUMPY": "an array of NumPy",
    b"[InternetShortcut]": "a shortcut to a web page",
    b"[Desktop Entry]": "a shortcut",
    b"<?xml": "a file of XML",
    b"<": "a web page",
}
"""First bytes of what is handed in in place of code."""

ARCHIVE = "an archive"
OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
"""Near the start of a zip that is a document."""

LINK = re.compile(r"https?://([\w.-]+)\S*")
CODE = re.compile(r"^\s*(import|from|def|class|for|if)\b|\w\s*=|\w\(.*\)\s*$", re.MULTILINE)
"""What makes a text more than a link and some words."""
LONGEST_NOTE = 2_000
"""Characters of a text that is a link and some words, rather than a lost file."""

CONFLICT = re.compile(rb"^<<<<<<< .*$(?=[\s\S]*?^=======\s*$[\s\S]*?^>>>>>>> )", re.MULTILINE)
"""The first mark of a conflict of git, with the others behind it."""

DEFINES = re.compile(
    rb"^[ \t]*(?:def|class)[ \t]+(?:%b)\b|^(?:%b)[ \t]*(?::[^=\n]*)?="
    % (("|".join(GRADED).encode(),) * 2),
    re.MULTILINE,
)
"""A definition of what the lab asks for, in a script."""

CODINGS = [
    *("utf_16_le", "utf_16_be", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "mac_roman"),
]
"""Those in which students' editors save; the many others only make guesses worse."""

ADVICE = "Hand in the .ipynb file (in Colab: File > Download > Download .ipynb)."


def archive_mode(head: bytes) -> ArchiveMode | None:
    """How to open an archive, from its first bytes; None for what is none."""
    for start, mode in PACKED.items():
        if head.startswith(start):
            return mode
    return "r:" if head[TAR_AT:].startswith(TAR) else None


def is_notebook(data: bytes) -> bool:
    """Whether it is the JSON of a notebook, of any format, as far as that can be seen."""
    text = data.removeprefix(BOM_UTF8).lstrip()
    return text.startswith(b"{") and (b'"cells"' in text or b'"worksheets"' in text)


def may_hold_code(head: bytes) -> bool:
    """Whether a file that begins so may be a notebook or a script."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return True
    return bool(head) and b"\0" not in head and what_it_is(head) is None


def holds_code(data: bytes) -> bool:
    """Whether it is a notebook, or a script that defines something that the lab asks for."""
    return is_notebook(data) or DEFINES.search(data) is not None


def names_graded(data: bytes) -> bool:
    """Whether something that the lab asks for may be defined or imported in it."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return True
    return any(name.encode() in data for name in GRADED) or b"import *" in data


def what_it_is(data: bytes) -> str | None:
    """What a file is that cannot be code, such as `a PDF document`; None where it may be code."""
    text = data.removeprefix(BOM_UTF8).lstrip()
    mode = archive_mode(data)
    if mode is not None:
        office = mode == "zip" and any(mark in data[:HEAD] for mark in OFFICE)
        return "an Office document" if office else ARCHIVE
    for start, words in LOOKS.items():
        if (text.startswith(start) or data.startswith(start)) and not text.startswith(b"<<<<<<<"):
            return _of_xml(text) if start == b"<?xml" else words
    return None


def _of_xml(text: bytes) -> str:
    if b"<html" in text[:HEAD].lower():
        return "a web page"
    return "a shortcut of macOS" if b"<key>URL</key>" in text else "a file of XML"


def conflict(data: bytes) -> str:
    """Where the first conflict of git stands; empty where there is none."""
    found = CONFLICT.search(data)
    if found is None:
        return ""
    line = data.count(b"\n", 0, found.start()) + 1
    return f"conflict marks of git (line {line}: {found[0].decode(errors='replace').strip()[:40]})"


def link_in(text: str) -> str:
    """The host that a text links to, if it is a link and little else; empty where it is not."""
    short = text.strip()
    found = LINK.search(short)
    if found is None or len(short) > LONGEST_NOTE:
        return ""
    without = LINK.sub("", short)
    return "" if CODE.search(without) else found[1]


def drive_shortcut(data: bytes) -> bool:
    """Whether it is what a cloud drive puts in place of a document: JSON with an address."""
    if len(data) > LONGEST_NOTE or not data.lstrip().startswith(b"{"):
        return False
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and bool(found.keys() & {"url", "doc_id", "resource_id"})


def likely_coding(data: bytes) -> str:
    """The coding that a text most likely has; empty where nothing is likely."""
    from charset_normalizer import from_bytes  # 50 ms, seldom needed

    best = from_bytes(data[: 1 << 16], cp_isolation=CODINGS).best()
    return "" if best is None else best.encoding.replace("_", "-")
