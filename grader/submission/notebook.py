"""The code cells of a notebook, of any format from 3 on.

Saved notebooks lack ids, metadata or outputs, and carry keys of other tools. Only what is
executed is read, so that none of this stops a grade.
"""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from grader.errors import UnreadableSubmissionError

MOST_CELLS = 5_000

LOOKS = {b"%PDF": "a PDF document", b"PK": "a zip archive", b"<": "a web page"}
"""First bytes of what is uploaded under the name of a notebook."""


@dataclass(frozen=True)
class CodeCell:
    """One code cell as it was saved."""

    label: str
    source: str


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""
    input: str | list[str] = ""  # until format 4


class _Sheet(msgspec.Struct):
    cells: list[Any] = []


class _Notebook(msgspec.Struct):
    cells: list[Any] = []
    worksheets: list[_Sheet] = []  # until format 4


def code_cells(data: bytes, name: str) -> tuple[list[CodeCell], list[str]]:
    """Read the code cells of a notebook, in order, and name the cells that cannot be read.

    Raises:
        UnreadableSubmissionError: `data` is no notebook.

    """
    cells = _cells(data, name)
    if len(cells) > MOST_CELLS:
        raise UnreadableSubmissionError(f"{name} has more than {MOST_CELLS:,} cells.")
    code, damaged = [], []
    for number, saved in enumerate(cells, start=1):
        try:
            cell = msgspec.convert(saved, _Cell)
        except (msgspec.ValidationError, UnicodeError) as error:
            damaged.append(f"cell {number} is damaged ({error}) and left out")
            continue
        if cell.cell_type == "code":
            source = cell.source or cell.input
            text = source if isinstance(source, str) else "".join(source)
            code.append(CodeCell(f"cell {number}", text))
    return code, damaged


def _cells(data: bytes, name: str) -> list[Any]:
    advice = "Hand in the .ipynb file (in Colab: File > Download > Download .ipynb)."
    if not data.strip():
        raise UnreadableSubmissionError(f"{name} is empty. {advice}")
    for start, looks in LOOKS.items():
        if data.lstrip().startswith(start):
            raise UnreadableSubmissionError(f"{name} is {looks}, not a notebook. {advice}")
    try:
        notebook = msgspec.convert(json.loads(data), _Notebook)
    except RecursionError:
        problem = f"{name} is nested too deeply to be a notebook. {advice}"
        raise UnreadableSubmissionError(problem) from None
    except (ValueError, msgspec.ValidationError) as error:
        problem = f"{name} is damaged or not a notebook ({error}). {advice}"
        raise UnreadableSubmissionError(problem) from None
    return [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]
