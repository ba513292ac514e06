"""The code cells of a notebook, of any format from 3 on.

Saved notebooks lack ids, metadata or outputs, and carry keys of other tools: none of this stops a
grade.
"""

import json
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Any

import msgspec

from grader.errors import UnreadableSubmissionError
from grader.writeup import LONGEST, Passage

MOST_CELLS = 5_000

LOOKS = {b"%PDF": "a PDF document", b"PK": "a zip archive", b"<": "a web page"}
"""First bytes of what is uploaded under the name of a notebook."""


CARD = "quantization_grader_card"
"""In the metadata of an output: a card of the notebook's own check, and no result of the lab."""

OLD_IMAGES = frozenset({"png", "jpeg", "svg"})
"""Keys of pictures until format 4."""


@dataclass(frozen=True)
class CodeCell:
    """One code cell as it was saved."""

    label: str
    source: str


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""
    input: str | list[str] = ""  # until format 4
    outputs: Any = None
    attachments: Any = None


class _Sheet(msgspec.Struct):
    cells: list[Any] = []


class _Notebook(msgspec.Struct):
    cells: list[Any] = []
    worksheets: list[_Sheet] = []  # until format 4


def read_cells(data: bytes, name: str) -> tuple[list[CodeCell], list[Passage], list[str]]:
    """Read the code cells of a notebook, and all cells for the write-up, in order.

    Returns:
        Beside both a remark for each cell that cannot be read.

    Raises:
        UnreadableSubmissionError: `data` is no notebook.

    """
    cells = _cells(data, name)
    if len(cells) > MOST_CELLS:
        problem = f"{name} has more than {MOST_CELLS:,} cells."
        raise UnreadableSubmissionError(f"{problem} Hand in the lab's code only.")
    code, passages, damaged = [], [], []
    for number, saved in enumerate(cells, start=1):
        label = f"cell {number}"
        try:
            cell = msgspec.convert(saved, _Cell)
        except (msgspec.ValidationError, UnicodeError) as error:
            damaged.append(f"{label} is damaged ({error}) and left out")
            continue
        is_code = cell.cell_type == "code"
        text = _text(cell.source) or _text(cell.input)
        if is_code:
            code.append(CodeCell(label, text))
        images, printed = _outputs(cell.outputs)
        if not is_code:
            images += text.count("](data:image/")
            images += len(cell.attachments) if isinstance(cell.attachments, dict) else 0
        passages.append(Passage(label, is_code, text[:LONGEST], images, printed))
    return code, passages, damaged


def _text(value: Any) -> str:
    """Join what a notebook saves as one string or as lines."""
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))


def _outputs(saved: Any) -> tuple[int, str]:
    """Count the pictures among a cell's outputs, and gather the text; any format, any damage."""
    images, printed = 0, []
    for output in saved if isinstance(saved, list) else []:
        if not isinstance(output, dict) or _is_card(output.get("metadata")):
            continue
        data = output.get("data")
        shown = data if isinstance(data, dict) else output  # until format 4: in the output itself
        images += any(str(key).startswith("image/") or key in OLD_IMAGES for key in shown)
        printed.append(_text(output.get("text")) or _text(shown.get("text/plain")))
    return images, "\n".join(printed)[:LONGEST]


def _is_card(metadata: Any) -> bool:
    return isinstance(metadata, dict) and CARD in metadata


def _cells(data: bytes, name: str) -> list[Any]:
    advice = "Hand in the .ipynb file (in Colab: File > Download > Download .ipynb)."
    if not data.removeprefix(BOM_UTF8).strip():
        raise UnreadableSubmissionError(f"{name} is empty. {advice}")
    for start, looks in LOOKS.items():
        if data.removeprefix(BOM_UTF8).lstrip().startswith(start):
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
