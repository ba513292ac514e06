"""The picture of a result that README shows; `python -m tests.picture` grades and draws it anew."""

import io
import re
from pathlib import Path

from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.terminal_theme import MONOKAI

from grader.misconceptions import REGISTRY
from grader.report import staff
from grader.result import Result
from grader.template import CHECKOUT, REFERENCE
from grader.validation.composition import planted

PICTURE = CHECKOUT / "docs" / "pictures" / "result.svg"
MISTAKES = ("truncates", "product-without-output-scales")
"""Planted into the reference: the first hardly shows in an accuracy, the second spoils two."""
COMMAND = "make grade SUBMISSION=lab1.py"
COLUMNS = 104
FRAME = re.sub(r"@font-face {{.*?}}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""Rich's own, without fonts from the network."""


def submission() -> str:
    """The source of a submission that is slightly wrong, and leaves Question C out."""
    source = REFERENCE.read_text("utf-8").partition("# %% [markdown]\n# ## Question C")[0]
    for known in REGISTRY:
        if known.diagnosis.name in MISTAKES:
            source = planted(source, known.code)
    return source


def drawn(result: Result) -> str:
    """What a terminal shows of a result, as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), emoji=False)
    staff.show(result, console)
    return console.export_svg(title=COMMAND, code_format=FRAME, theme=MONOKAI, unique_id="result")


def graded(folder: Path) -> Result:
    """Grade the submission as `make grade` does."""
    from grader.grade import Options, grade

    path = folder / "lab1.py"
    path.write_text(submission(), "utf-8")
    return grade(path, Options(), lambda _: None, lambda _: None)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(drawn(graded(Path(folder))), "utf-8")
