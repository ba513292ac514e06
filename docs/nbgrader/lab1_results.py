"""For nbgrader: the points of this lab from results files, in place of executing a notebook."""

import json
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

GRADED = "lab1_"
"""The ids of cells with points begin with it; the question follows, as in `lab1_2_1`."""


class Lab1Results(NbGraderPreprocessor):
    """Stands for `Execute` where a lab is graded: no code of the student's runs."""

    results = Unicode(help="The folder of a batch's results, a file for each student.").tag(
        config=True
    )

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], _index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Give a cell with points the output that nbgrader reads as so many."""
        identity = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "code" and identity.startswith(GRADED):
            question = identity.removeprefix(GRADED).replace("_", ".")
            path = Path(self.results, f"{resources['nbgrader']['student']}.json")
            shown = {"text/plain": repr(points(path, question))}
            cell.outputs = [new_output("execute_result", shown, execution_count=1)]
        return cell, resources


def points(path: Path, question: str) -> float:
    """Of one question; a plain float, whose text is a number and nothing more."""
    tests = json.loads(path.read_text(encoding="utf-8"))["tests"]
    if question not in {test["number"] for test in tests}:
        raise ValueError(f"{path}: there is no question {question}")
    return float(sum(test["score"] for test in tests if test["number"] == question))
