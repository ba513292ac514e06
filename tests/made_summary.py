"""The summary of a made class, and a picture of it for docs.

`python -m tests.made_summary FOLDER PICTURE [STUDENTS]` writes both.
"""

import sys
from pathlib import Path

from PIL import Image

from grader.course.summary import SUMMARY
from grader.course.written import Wanted, write_class
from tests.browser import open_browser
from tests.outcomes import HOSTILE, made

HEIGHT = 2620
"""Of the picture: down to the first mistakes."""


def main(folder: Path, picture: Path, students: int = 300) -> None:
    """Write the class, without the students whose names are there to be escaped."""
    folder.mkdir(parents=True, exist_ok=True)
    some = (
        each
        for each in made(students + len(HOSTILE))
        if not any(person.name in HOSTILE for person in each.delivery.students)
    )
    write_class(some, folder, Wanted(pages=True))
    with open_browser() as browser:
        browser.screenshot(folder / SUMMARY, picture, 900)
    with Image.open(picture) as image:
        image.crop((0, 0, image.width, HEIGHT)).save(picture, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
