"""Makes a PDF of a notebook as it was saved: nbconvert draws it, and Chromium prints it.

nbconvert's own `webpdf` runs the scripts of what it prints, and takes no Chromium but one that
it downloads. So only its page is used here.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, NamedTuple

from grader.errors import GraderError, UsageError
from grader.handed_in_report.page import Head, page_of
from grader.report.file import replace
from grader.submission import printable, require_openable

LARGEST = 64 * 2**20
"""Bytes of a notebook with many plots."""
PRINT_SECONDS = 300
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"),
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no address is known to it
)


class Exported(NamedTuple):
    """What was made."""

    path: Path
    is_pdf: bool
    """Otherwise it is a page to print."""
    blank: tuple[str, ...]
    """What of its head is empty."""


def export(notebook: Path, output: Path | None, head: Head) -> Exported:
    """Make the report of a notebook.

    Raises:
        UsageError: the notebook cannot be read, or the report not be written.
        GraderError: the browser cannot print.
    """
    found = _read(notebook)
    browser = next((place for each in BROWSERS if (place := shutil.which(each))), None)
    suffix = ".pdf" if browser else ".html"
    named = output or notebook.with_name(f"{notebook.stem}-report.pdf")
    path = named.with_suffix(suffix)
    if path.resolve() == notebook.resolve() or path.is_dir():
        raise UsageError(f"{path} is the notebook or a folder; name another --output.")
    page = page_of(found, head, str(notebook.parent))
    data = page.encode() if browser is None else _printed(page, browser)
    replace(path, data)
    return Exported(path, browser is not None, head.blank)


def _read(path: Path) -> Any:
    """The notebook.

    Raises:
        UsageError: it is none.
    """
    import nbformat  # 0.2 seconds

    require_openable(path)
    name = printable(path.name)
    if path.is_dir() or path.stat().st_size > LARGEST:
        raise UsageError(f"{name} is a folder or too large; name the notebook, such as lab1.ipynb.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids, which nothing here needs
            text = path.read_text("utf-8")
            return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call] # has no types
    except Exception as error:  # noqa: BLE001 - nbformat raises whatever a damaged file leads to
        reason = printable(str(error).partition("\n")[0])[:200]
        told = f"{name} is no notebook: {reason}. Name the .ipynb file that you saved."
        raise UsageError(told) from None


def _printed(page: str, browser: str) -> bytes:
    """The page as a PDF.

    Raises:
        GraderError: the browser does not print.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, result = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, "utf-8")
        own = (f"--user-data-dir={folder}/profile", f"--print-to-pdf={result}")
        root = ("--no-sandbox",) if _is_root() else ()  # its sandbox does without root only
        command = [browser, *QUIET, *root, *own, source.as_uri()]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=PRINT_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GraderError(f"{browser} does not print: {error}") from None
        if not result.exists():
            said = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise GraderError(f"{browser} ended with {ended.returncode} and no PDF: {said}")
        return result.read_bytes()


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
