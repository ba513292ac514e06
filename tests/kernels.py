"""A notebook that runs, cell by cell, in a real kernel of the Python that runs the tests."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbformat import v4

from grader.template import CHECKOUT

IMPORT = "from grader.self_check.notebook import check"


class Notebook:
    """The cells that were executed so far, with their outputs."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    @property
    def saved(self) -> Any:
        """The notebook, as a student would save it."""
        return self._client.nb

    def run(self, source: str) -> Any:
        """Execute a cell, whatever comes of it; the executed cell."""
        cell = v4.new_code_cell(source)
        self.saved.cells.append(cell)
        self._client.execute_cell(cell, len(self.saved.cells) - 1)
        return cell

    def shown(self, source: str) -> dict[str, str]:
        """What the last line of a cell is shown as, by media type; all that is executed holds."""
        outputs = self.run(source).outputs
        assert [each for each in outputs if each.output_type == "error"] == [], outputs
        found: dict[str, str] = outputs[-1].data
        return found

    def text(self, source: str) -> str:
        """The same as text."""
        return self.shown(source)["text/plain"]

    def value(self, expression: str) -> Any:
        """The value of an expression of plain data."""
        (output,) = self.run(f"import json\nprint(json.dumps({expression}))").outputs
        return json.loads(output.text)

    def restart(self) -> None:
        """Begin with an empty memory, as by the menu."""
        run_sync(self._client.km.restart_kernel)(now=True)
        run_sync(self._client.kc.wait_for_ready)()
        self._client.code_cells_executed = 0


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Notebook]:
    """A notebook in a folder, which can import the grader; `PYTHONPATH=""` undoes that."""
    found = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    place = {"metadata": {"path": str(folder)}}
    client = NotebookClient(found, timeout=None, allow_errors=True, resources=place)
    variables = {**os.environ, "PYTHONPATH": str(CHECKOUT), **environment}
    variables.pop("OPENBLAS_NUM_THREADS", None)  # that of the tests
    with client.setup_kernel(env=variables):
        yield Notebook(client)


def is_green(card: dict[str, str]) -> bool:
    """Whether a card is edged as right; it is edged as wrong otherwise."""
    edge = re.search(r"border-left: 0\.3em solid (#\w+)", card["text/html"])
    assert edge is not None
    assert edge[1] in {"#2f9e44", "#e03131"}
    return edge[1] == "#2f9e44"
