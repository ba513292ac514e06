"""nbgrader reads this project's points as so many; `tests/other_tools` runs it beside nbgrader.

try_nbgrader.py RESULTS NOTEBOOK FOLDER
"""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

DOCS = Path(__file__).parents[2] / "docs" / "nbgrader"
sys.path.insert(0, str(DOCS))
from lab1_results import points  # noqa: E402 - it is found by the line above


def cell(question: str, most: float) -> nbformat.NotebookNode:
    """A cell with points, as a course has it in its source notebook."""
    told = {"grade_id": f"lab1_{question.replace('.', '_')}", "points": most, "grade": True}
    about = {**told, "solution": False, "locked": True, "schema_version": 3, "task": False}
    return new_code_cell("# Graded by the course.", metadata={"nbgrader": about})


def read_as(text: str) -> float:
    """What nbgrader makes of a result's text, in a cell of 18 points."""
    graded = cell("2.1", 18)
    graded.outputs = [new_output("execute_result", {"text/plain": text}, execution_count=1)]
    return determine_grade(graded)[0]


def course(folder: Path, results: Path, notebook: Path, most: dict[str, float]) -> None:
    """A course whose student Ada has handed the notebook in."""
    own = nbformat.read(notebook, as_version=4)
    cells = [cell(question, points) for question, points in most.items()]
    loud = new_code_cell("raise SystemExit('this was executed')")
    for place, shown in (
        ("source", new_notebook(cells=cells)),
        ("submitted/ada", new_notebook(cells=[loud, *own.cells, *cells])),
    ):
        (folder / place / "lab1").mkdir(parents=True)
        nbformat.write(shown, folder / place / "lab1" / "lab1.ipynb")
    shutil.copy(DOCS / "lab1_results.py", folder)
    shutil.copy(DOCS / "nbgrader_config.py", folder)
    (folder / "fall" / "results").mkdir(parents=True)
    shutil.copy(results, folder / "fall" / "results" / "ada.json")


def main() -> None:
    """Exit status 0: every question has its points."""
    results, notebook, folder = (Path(path).resolve() for path in sys.argv[1:])
    most = {"1.2": 5.0, "2.1": 18.0, "4.3": 18.0}
    expected = {question: points(results, question) for question in most}
    print("expected:", expected)
    assert 0 < expected["2.1"] < 18, "the submission must have lost a part of 2.1"
    assert read_as(repr(expected["2.1"])) == expected["2.1"]
    assert read_as("np.float64(2.5)") == 18, "it is no longer taken for everything: tell so in docs"
    course(folder, results, notebook, most)
    for command in (["generate_assignment", "lab1"], ["autograde", "lab1", "--create"]):
        subprocess.run([sys.executable, "-m", "nbgrader", *command], check=True, cwd=folder)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        (graded,) = book.find_submission("lab1", "ada").notebooks
        found = {
            grade.name.removeprefix("lab1_").replace("_", "."): grade.auto_score
            for grade in graded.grades
        }
    print("nbgrader:", found)
    assert found == expected


main()
