"""The wheel: what pip installs, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping

from grader.platforms.zips import write_zip

NAME = "ee290-lab1-kit"
COMMAND = "lab-kit"
PYTHONS = ">=3.10,<3.14"

REQUIRED = (
    "torch",  # as it is there: Colab brings its own
    "charset-normalizer",
    "ipython",
    "jinja2",
    "libcst",
    "msgspec",
    "numpy",
    "platformdirs",
    "pygments",
    "rich",
    "safetensors",
    "tomli; python_version < '3.11'",
    "typer",
)
"""None is pinned: the kit is a guest where a student works."""


def file_name(version: str) -> str:
    """What the wheel is called."""
    return f"{NAME.replace('-', '_')}-{version}-py3-none-any.whl"


def wheel(members: Mapping[str, bytes], version: str, licence: bytes, readme: str) -> bytes:
    """The bytes of a wheel.

    Args:
        members: files by their path where packages are installed.
        version: of the kit.
        licence: its text.
        readme: what it says of itself.
    """
    about = f"{NAME.replace('-', '_')}-{version}.dist-info"
    files = {
        **members,
        f"{about}/METADATA": _metadata(version, readme).encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: grader\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n",
        f"{about}/entry_points.txt": (
            f"[console_scripts]\n{COMMAND} = lab_kit.__main__:main\n\n"
            "[pytest11]\nlab_kit = lab_kit_pytest\n"
        ).encode(),
        f"{about}/licenses/LICENSE": licence,
    }
    record = f"{about}/RECORD"
    lines = [f"{name},{_digest(data)},{len(data)}" for name, data in sorted(files.items())]
    files[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    written = io.BytesIO()
    write_zip(written, files.items())
    return written.getvalue()


def _metadata(version: str, readme: str) -> str:
    required = "".join(f"Requires-Dist: {each}\n" for each in REQUIRED)
    return (
        f"Metadata-Version: 2.4\nName: {NAME}\nVersion: {version}\n"
        "Summary: Checks a student's work on EE 290-2, Lab 1, without its answers\n"
        f"License-Expression: MIT\nLicense-File: LICENSE\nRequires-Python: {PYTHONS}\n{required}"
        f"Description-Content-Type: text/markdown\n\n{readme}"
    )


def _digest(data: bytes) -> str:
    digest = hashlib.sha256(data).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
