"""A made class with reports, the page to grade them by hand on, and a picture of it for docs.

`python -m tests.made_reports FOLDER PICTURE [STUDENTS]` writes all of them.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image

from grader.cli import run
from tests.browser import open_browser
from tests.writeup.made import FOLDER, MADE

NAMES = ("ada", "bob", "cleo", "dan", "eve", "finn", "gus", "hana", "ivo", "june")
WHOLE = [name for name in MADE if not name.startswith("scan")]
SHOWN = [WHOLE[7 * number % len(WHOLE)] for number in range(len(WHOLE))]
"""Of one producer after the other."""
RIGHT = "Q5_1 = '(n_W * W * n_In * In + n_W * n_In * beta) * n_Out = n_W * n_In * n_Out * Out'\n"
WRONG = "Q5_1 = '(n_W * W * n_In * In + beta) * n_Out = n_W * n_In * n_Out * Out'\n"
RUBRIC = """
total = 103
[checks."report.5.1"]
points = 3
"""
QUESTION = "5.1"
SIZE = (1280, 1080)


def made_reports(folder: Path, students: int, *, code: bool = False) -> Path:
    """A folder of students, each with a made report; where asked for, with code beside it."""
    handed_in = folder / "reports"
    handed_in.mkdir(parents=True)
    for number in range(students):
        name = f"{NAMES[number % len(NAMES)]}{number // len(NAMES) or ''}"
        shutil.copyfile(FOLDER / f"{SHOWN[number % len(SHOWN)]}.pdf", handed_in / f"{name}.pdf")
        if code:
            text = WRONG if number % 4 == 1 else RIGHT
            (handed_in / f"{name}.py").write_text(text, encoding="utf-8")
    return handed_in


def main(folder: Path, picture: Path, students: int = 10) -> None:
    """Grade the class, write its page and take a picture of it."""
    source = made_reports(folder, students, code=True)
    rubric, batch, page = folder / "course.toml", folder / "out", folder / "by_hand.html"
    rubric.write_text(RUBRIC, encoding="utf-8")
    run(["batch", str(source), "--output", str(batch), "--rubric", str(rubric), "--quiet"])
    run(["writeup", str(source), "--summary", str(page), "--batch", str(batch)])
    with open_browser() as browser, browser.page(page, width=SIZE[0]) as shown:
        shown.ask(
            f"[...document.querySelectorAll('#questions button')].find((each) =>"
            f" each.textContent === '{QUESTION}').click()"
        )
        shown.press("a", "m")
        shown.ask("Promise.all([...document.images].map((each) => each.decode().catch(() => 0)))")
        shown.ask("document.getElementById('question').scrollIntoView()")
        shown.picture(picture, *SIZE)
    with Image.open(picture) as image:
        image.quantize(256).save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
