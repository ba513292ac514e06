"""`grade --run`: a whole notebook, from top to bottom, behind the wall."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.cli import run
from grader.template import REFERENCE, TEMPLATE

pytestmark = pytest.mark.usefixtures("wall_stands")
Ran = Callable[..., tuple[dict[str, Any], dict[str, Any]]]
Q = "def quantized_weights(weights):\n    return weights, 1.0\n"


@pytest.fixture
def ran(tmp_path: Path) -> Ran:
    """Grade cells with --run; returns the results and the executed copy."""

    def grade(*cells: str, options: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        path, output = tmp_path / "mine.ipynb", tmp_path / "results.json"
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        assert run(["grade", str(path), "--run", "--output", str(output), *options]) == 0
        copy = tmp_path / "mine-executed.ipynb"
        return json.loads(output.read_text()), json.loads(copy.read_text()) if copy.exists() else {}

    return grade


def checks(results: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {test["extra_data"]["check"]: test for test in results["tests"]}


def test_the_unfilled_template_is_run_to_where_it_stops(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    path = TEMPLATE / "lab1.ipynb"
    assert run(["grade", str(path), "--run", "--output", str(output)]) == 0
    results = json.loads(output.read_text())
    found = checks(results)["notebook.completes"]
    assert (found["status"], found["max_score"]) == ("passed", 0)
    assert results["extra_data"]["run"]["accuracies"]
    assert (tmp_path / "lab1-executed.ipynb").exists()


def test_a_script_is_run_as_the_notebook_it_was(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--run", "--output", str(output)]) == 0
    results = json.loads(output.read_text())
    assert results["score"] == 100
    assert checks(results)["notebook.figures"]["status"] == "passed"
    accuracies = [float(value) for _, value in results["extra_data"]["run"]["accuracies"]]
    assert len(accuracies) == 5
    assert min(accuracies) > 85  # the exam's trained nets stand in


def test_the_first_cell_that_fails_is_named_with_its_line(ran: Ran) -> None:
    results, copy = ran(Q, "x = 1\nif x:\n    1 / 0\n", "print('never')")
    found = checks(results)["notebook.completes"]
    assert found["status"] == "failed"
    assert "stopped at cell 2, line 3: ZeroDivisionError: division by zero" in found["output"]
    assert checks(results)["notebook.figures"]["status"] == "failed"
    outputs = [cell["outputs"] for cell in copy["cells"]]
    assert outputs[1][0]["ename"] == "ZeroDivisionError"
    assert outputs[2] == []


def test_magics_shell_lines_and_colab_stop_nothing(ran: Ran) -> None:
    results, _ = ran(
        "%matplotlib inline\n%pip install nothing\n!ls\nfiles = !ls\n%load_ext autoreload\n",
        "%%bash\nexit 1\n",
        "from google.colab import drive\ndrive.mount('/content/drive')\ninput('name? ')\n",
        "import torch\ntorch.zeros(1).cuda()\nassert '__main__' == __name__\n" + Q,
        "# Question 1\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "# Question 3\nplt.plot([1, 2])\nplt.show()\nprint('Accuracy: 61.5 %')",
    )
    found = checks(results)
    assert found["notebook.completes"]["status"] == "passed", found["notebook.completes"]
    assert found["notebook.figures"]["status"] == "passed", found["notebook.figures"]
    assert results["extra_data"]["run"]["accuracies"] == [["cell 6", "61.5"]]


def test_a_notebook_that_never_ends_is_interrupted_where_it_is(ran: Ran) -> None:
    results, _ = ran(Q, "while True:\n    pass\n", options=("--run-seconds", "2"))
    output = checks(results)["notebook.completes"]["output"]
    assert "stopped at cell 2" in output
    assert "TimeoutError: the whole notebook may run for 2 s" in output


def test_a_notebook_that_ends_its_process_costs_the_run_only(ran: Ran) -> None:
    results, copy = ran(Q, "import os\nos._exit(0)\n")
    assert "ended its process" in checks(results)["notebook.completes"]["output"]
    assert "Holds, and counts" in checks(results)["weights.form"]["output"]
    assert copy == {}


def test_points_for_a_run_run_it_unasked(tmp_path: Path) -> None:
    course = tmp_path / "course.toml"
    course.write_text('total = 102\n[checks."notebook.completes"]\npoints = 2\n')
    path, output = tmp_path / "mine.py", tmp_path / "results.json"
    path.write_text(Q)
    arguments = ["grade", str(path), "--rubric", str(course), "--output", str(output)]
    assert run(arguments) == 0
    assert checks(json.loads(output.read_text()))["notebook.completes"]["score"] == 2


def test_without_run_nothing_is_said_of_it(tmp_path: Path) -> None:
    path, output = tmp_path / "mine.py", tmp_path / "results.json"
    path.write_text(Q)
    assert run(["grade", str(path), "--output", str(output)]) == 0
    results = json.loads(output.read_text())
    assert results["extra_data"]["run"] is None
    assert not any(name.startswith("notebook.") for name in checks(results))


def test_a_copy_that_is_no_notebook_is_not_kept(ran: Ran) -> None:
    results, copy = ran(
        Q, "import nbformat\nnbformat.writes = lambda *_, **__: '{\"cells\": 1' * 100\n"
    )
    assert "it left no notebook behind" in checks(results)["notebook.completes"]["output"]
    assert copy == {}
    assert results["extra_data"]["run"]["executed"] is None
