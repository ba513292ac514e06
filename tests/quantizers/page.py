"""docs/quantizers.md with the tables as they come out now.

They are made in a process of their own that uses only instructions which every processor has: so
they are the same everywhere. A row takes its last two cells from the corpora, which are judged.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from grader.errors import GraderError
from grader.template import CHECKOUT
from grader.validation.corpus import CORRECT, WRONG
from tests.blocks import with_block

PAGE = CHECKOUT / "docs" / "quantizers.md"
PLAIN = {
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "ATEN_CPU_CAPABILITY": "default",
    "OMP_NUM_THREADS": "1",
}
Cells = Sequence[str]


def measured() -> str:
    """The line of versions, and the tables."""
    command = [sys.executable, "-m", "tests.quantizers.measured"]
    return subprocess.run(
        command, env={**os.environ, **PLAIN}, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE
    ).stdout.decode("utf-8")


def written(inside: str) -> str:
    """The page with this between the marks."""
    return with_block(PAGE.read_text("utf-8"), "quantizers", inside)


def table(head: Cells, rows: Sequence[tuple[Cells, str]]) -> str:
    """Rows of cells, each with the name of the submission that shows whether it is right."""
    heads = [*head, "right here", "shown by"]
    lines = [heads, ["---"] * len(heads)]
    for cells, name in rows:
        where = _shown_by(name)
        lines.append([*cells, "yes" if where.startswith("correct") else "**no**", f"`{name}`"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _shown_by(name: str) -> str:
    """The corpus that a submission belongs to.

    Raises:
        GraderError: it is in neither, or in both.
    """
    found = [path.name for path in (CORRECT, WRONG) if (path / "solutions" / f"{name}.py").exists()]
    if len(found) != 1:
        raise GraderError(f"{name} is a submission of {found or 'no corpus'}, not of one")
    return found[0]
