"""`grade --run`: a whole notebook, from top to bottom, behind the wall."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jupytext
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


@pytest.mark.rest
def test_the_unfilled_template_is_run_to_where_it_stops(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    path = TEMPLATE / "lab1.ipynb"
    assert run(["grade", str(path), "--run", "--output", str(output)]) == 0
    results = json.loads(output.read_text())
    found = checks(results)["notebook.completes"]
    assert (found["status"], found["max_score"]) == ("passed", 0)
    assert results["extra_data"]["run"]["accuracies"]
    assert (tmp_path / "lab1-executed.ipynb").exists()


@pytest.mark.rest
def test_a_script_is_run_as_the_notebook_it_was(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--run", "--output", str(output)]) == 0
    results = json.loads(output.read_text())
    assert results["score"] == 100
    assert checks(results)["notebook.figures"]["status"] == "passed"
    accuracies = [float(value) for _, value in results["extra_data"]["run"]["accuracies"]]
    assert len(accuracies) == 8
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
        "%cd /content/drive/MyDrive\nopen('/content/drive/MyDrive/x.csv', 'w').close()",
        "open('x.csv').close()",
        "import torch\ntorch.zeros(1).cuda()\nassert '__main__' == __name__\n" + Q,
        "# Question 1\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "# Question 3\nplt.plot([1, 2])\nplt.show()\nprint('Accuracy: 61.5 %')",
    )
    found = checks(results)
    assert found["notebook.completes"]["status"] == "passed", found["notebook.completes"]
    assert found["notebook.figures"]["status"] == "passed", found["notebook.figures"]
    assert results["extra_data"]["run"]["accuracies"] == [["cell 8", "61.5"]]


def test_an_error_under_a_magic_that_hides_it_is_shown_and_ends_nothing(ran: Ran) -> None:
    """As in Jupyter: `%%capture` takes what is printed, and the cells after it go on."""
    results, copy = ran(Q, "%%capture\nprint('mine')\nraise ValueError('hidden')\n", "print('on')")
    outputs = [cell["outputs"] for cell in copy["cells"]]
    assert [(each["ename"], each["evalue"]) for each in outputs[1]] == [("ValueError", "hidden")]
    assert outputs[2][0]["text"] == ["on\n"]
    assert checks(results)["notebook.completes"]["status"] == "passed"


@pytest.mark.rest
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


@pytest.mark.rest
def test_a_copy_that_is_no_notebook_is_not_kept(ran: Ran) -> None:
    results, copy = ran(
        Q, "import nbformat\nnbformat.writes = lambda *_, **__: '{\"cells\": 1' * 100\n"
    )
    assert "it left no notebook behind" in checks(results)["notebook.completes"]["output"]
    assert copy == {}
    assert results["extra_data"]["run"]["executed"] is None


COMMENTS = {
    "like a file command": "# copy of the weights, for question 2\n# rm old files\n# ls -l",
    "like a shell line": "# !ls\n#!pip install torch\n# !",
    "like a magic": "# %x\n# %matplotlib notebook\n#%timeit f()\n# % of the images",
    "like a cell magic": "# %%bash\n# exit 1",
    "one word that asks": "# why?\n# ?\n# really??\n# torch.clamp?",
    "in a function": "def f():\n    # cat and dog\n    # %x\n    # cd back\n    return 1\nf()",
    "like an assignment": "# files = !ls\n# x = %env HOME\n# mv = 1",
    "like an alias": "# cp, mv and rm\n# mkdir data\n# more of it\n# man",
}
"""Comments that a notebook which was saved as a script would have for commands."""


ALL = "\n".join(COMMENTS.values())


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(ALL, id="all of them"),
        *(pytest.param(text, id=name, marks=pytest.mark.rest) for name, text in COMMENTS.items()),
    ],
)
@pytest.mark.parametrize("marked", [True, False])
def test_a_comment_of_a_script_stays_one(comment: str, marked: bool, tmp_path: Path) -> None:
    begin = "# %%\n" if marked else ""
    text = f"{begin}{Q}{begin}{comment}\nprint('Accuracy: 61.5 %')\n"
    results, copy = executed(tmp_path / "lab1.py", text)
    found = checks(results)["notebook.completes"]
    assert found["status"] == "passed", found["output"]
    assert [value for _, value in results["extra_data"]["run"]["accuracies"]] == ["61.5"]
    sources = "\n".join(cell["source"] for cell in copy["cells"])
    lines = set(comment.splitlines()) - {"# %%bash"}  # begins a cell, and is its name
    assert all(line in sources for line in lines)


def executed(path: Path, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Grade a file with --run; returns the results and the executed copy."""
    path.write_text(text, encoding="utf-8")
    output, copy = path.with_suffix(".json"), path.with_name(f"{path.stem}-executed.ipynb")
    assert run(["grade", str(path), "--run", "--output", str(output)]) == 0
    return json.loads(output.read_text()), nbformat.reads(copy.read_text("utf-8"), as_version=4)


SCRIPT = f"""\
# %% [markdown]
# # Question 1
# copy of the lab, 100 % mine
# %%
# cp why?
import sys
from pathlib import Path
{Q}
here = Path(__file__).resolve().parent
assert here == Path.cwd()
assert sys.argv == [__file__]
display(1)
# %%
# Question 1
import matplotlib.pyplot as plt
_ = plt.plot([1, 2])
# %%
# %time is not what it seems
Path("/content/drive/MyDrive/out.txt").write_text("Accuracy: 61.5 %")
print(open("/content/drive/MyDrive/out.txt").read())
# %%
import os
os.makedirs("/content/models/one")
open("/content/models/one/x", "w").close()
os.chdir("/content/models")
print("models" in os.listdir("/content"), os.listdir())
# %%
print(open("/content/nothing").read())
"""


@pytest.mark.rest
def test_script_and_notebook_of_the_same_content_give_the_same_outcome(tmp_path: Path) -> None:
    percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    notebook = nbformat.writes(jupytext.reads(SCRIPT, fmt=percent))
    one, from_script = executed(tmp_path / "a.py", SCRIPT)
    other, from_notebook = executed(tmp_path / "b.ipynb", notebook)
    assert one["extra_data"]["run"] == {
        **other["extra_data"]["run"],
        "executed": "a-executed.ipynb",
    }
    stopped = checks(one)["notebook.completes"]["output"]
    assert "stopped at cell 6, line 1: FileNotFoundError: " in stopped
    assert "No such file or directory: '/content/nothing'" in stopped
    assert stopped == checks(other)["notebook.completes"]["output"]
    assert one["extra_data"]["run"]["accuracies"] == [["cell 4", "61.5"]]
    printed = [shown(copy) for copy in (from_script, from_notebook)]
    assert printed[0] == printed[1]
    assert printed[0][1:] == [
        ["<Figure size 640x480 with 1 Axes>"],
        ["Accuracy: 61.5 %\n"],
        ["True ['one']\n"],
        ["FileNotFoundError"],
    ]


def shown(notebook: Any) -> list[list[str]]:
    """What each code cell shows, as text."""
    return [
        [each.get("text") or each.get("ename") or each.data["text/plain"] for each in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


NEWER = """\
# %%
%time one = 1
def first[T](many: list[T]) -> T:
    return many[0]
names = {"a": "1"}
print(f"of {names["a"]}", first([2]))
# %%
class Pair[T]:
    def __init__(self, one: T) -> None:
        self.one = one
type Pairs = list[Pair[int]]
print(Pair(3).one, f"{'\\n'.join(["x"])}")
"""


@pytest.mark.rest
@pytest.mark.parametrize("form", ["script", "notebook"])
def test_what_a_newer_python_reads_is_executed_and_kept_as_it_was(
    tmp_path: Path, form: str
) -> None:
    text = NEWER if form == "notebook" else NEWER.replace("%time one = 1\n", "")
    cells = [nbformat.v4.new_code_cell(cell) for cell in text.split("# %%\n")[1:]]
    cells.append(nbformat.v4.new_code_cell(Q))
    name, written = "mine.py", f"{text}# %%\n{Q}"
    if form == "notebook":
        name, written = "mine.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    results, copy = executed(tmp_path / name, written)
    assert checks(results)["notebook.completes"]["status"] == "passed"
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    assert [cell.source.strip() for cell in code] == [cell.source.strip() for cell in cells]
    printed = ["".join(each.get("text", "") for each in cell.outputs) for cell in code]
    assert printed[0].endswith("of 1 2\n")
    assert printed[1] == "3 x\n"
