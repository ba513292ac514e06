"""`check("2.1")` in a notebook: the code of its cells, judged as by the command line."""

import signal
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from grader.cli import run
from grader.submission.notebook import read_cells
from grader.template import REFERENCE, TEMPLATE
from tests.kernels import IMPORT, Notebook, is_green, running
from tests.unit.test_template import IMPORT_TORCHVISION

RIGHT = """\
def quantized_weights(weights):
    scale = 127 / weights.abs().max().item()
    return (weights * scale).round(), scale
"""
CUTS_OFF = RIGHT.replace("round", "trunc")
ALL_RIGHT = "✓ 2.1 Quantize the weights\n\nEverything is right."


@pytest.fixture
def notebook(tmp_path: Path) -> Any:
    """A notebook in which `check` has been imported."""
    with running(tmp_path) as found:
        assert found.run(IMPORT).outputs == []
        yield found


def cells_of(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


SHORT = ("2.1", "4.1a", "C.4")
EACH = (
    *SHORT,
    "1.2",
    "4.3",
    "2.2",
    "4.1b",
    "4.2a",
    "4.2b",
    "4.4",
    "5.1",
    "5.2",
    "5.3",
    "C.1",
    "C.2",
    "C.3",
)

NEXT = ("Next: ", "This looks like: ", "mend those first", "begin there", "nothing of it is filled")
"""How the one step begins that a blank is answered with."""


@pytest.mark.rest
@pytest.mark.parametrize("asked", [pytest.param(SHORT, id="some"), pytest.param(EACH, id="each")])
def test_the_template_s_cells_are_red_when_blank_and_green_when_solved(
    asked: tuple[str, ...], tmp_path: Path
) -> None:
    """Nothing is trained: the data set is not there, and each cell that needs it raises."""
    blank = cells_of(nbformat.read(TEMPLATE / "lab1.ipynb", as_version=4))
    solved = cells_of(jupytext.read(REFERENCE, fmt="py:percent"))
    assert len(blank) == len(solved)
    checks = {f'check("{number}")' for number in asked}
    assert checks < set(blank)
    with running(tmp_path, LAB1_DATA_SET="nowhere", MPLBACKEND="Agg") as notebook:
        notebook.run(IMPORT_TORCHVISION)
        for cell in blank:
            if cell in checks:
                card = notebook.shown(cell)
                assert not is_green(card), card
                steps = [step for step in NEXT if step in card["text/plain"]]
                assert len(steps) == 1, card
            elif not cell.startswith("check("):
                notebook.run(cell)
        for before, cell in zip(blank, solved, strict=True):
            if before != cell:
                notebook.run(cell)
            if cell in checks:
                card = notebook.shown(cell)
                assert is_green(card), card


STATE = """
import os, random, signal, sys, threading, warnings
import numpy, torch

def state():
    own = {"after", "before", "card", "modules", "state"}
    return {
        "globals": {k: id(v) for k, v in globals().items() if k not in own and k[0] != "_"},
        "torch": (torch.get_rng_state().tolist(), torch.initial_seed(), torch.get_num_threads()),
        "torch_settings": (str(torch.get_default_dtype()), torch.is_grad_enabled()),
        "numpy": str(numpy.random.get_state()),
        "random": random.getstate(),
        "warnings": list(warnings.filters),
        "environment": dict(os.environ),
        "place": (os.getcwd(), sys.path[:], sys.argv[:]),
        "signals": [str(signal.getsignal(each)) for each in signal.valid_signals()],
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "streams": (id(sys.stdout), id(sys.stderr)),
        "hooks": (sys.meta_path[:], sys.path_hooks[:], {
            name: each[:] for name, each in get_ipython().events.callbacks.items()
        }),
    }

check = None
torch.manual_seed(7); numpy.random.seed(7); random.seed(7)
torch.rand(3); numpy.random.rand(3); random.random()
modules, before = set(sys.modules), state()
"""


@pytest.mark.rest
def test_everything_in_the_notebook_stays_as_it_was(tmp_path: Path) -> None:
    with running(tmp_path) as notebook:
        assert notebook.run(STATE).outputs == []
        notebook.run(CUTS_OFF)
        notebook.run(f"before['globals']['quantized_weights'] = id(quantized_weights)\n{IMPORT}")
        assert "✗ 2.1" in notebook.text('card = check("2.1")\ncard')
        notebook.run("after = state()\nbefore['globals']['check'] = after['globals']['check']")
        assert notebook.value("[name for name in before if before[name] != after[name]]") == []
        new = notebook.value("sorted(set(sys.modules) - modules - {*sys.stdlib_module_names})")
        assert {name for name in new if name.split(".")[0] == "grader"} == {
            "grader",
            "grader.self_check",
            "grader.self_check.card",
            "grader.self_check.notebook",
        }
        others = {name.split(".")[0] for name in new} - {"grader"}
        assert others <= {*notebook.value("sorted(sys.stdlib_module_names)")}


@pytest.mark.rest
def test_what_lives_only_in_memory_is_not_taken_and_is_named(notebook: Notebook) -> None:
    notebook.run(RIGHT.replace("127", "largest"))
    notebook.run("get_ipython().user_ns['largest'] = 127")
    assert notebook.value("largest") == 127
    card = notebook.shown('check("2.1")')
    assert not is_green(card)
    *_, last = card["text/plain"].splitlines()
    assert last.startswith("largest lives only in the notebook's memory")
    assert last in card["text/html"].replace("&#39;", "'")
    notebook.run("largest = 127")
    assert notebook.text('check("2.1")') == ALL_RIGHT


@pytest.mark.rest
def test_the_last_execution_counts_wherever_it_was(notebook: Notebook) -> None:
    notebook.run(RIGHT)
    notebook.run(CUTS_OFF)
    text = notebook.text('check("2.1")')
    assert "✗ 2.1" in text
    assert "defined 2 times" not in text
    notebook.run(RIGHT)
    assert notebook.text("check(2.1)") == ALL_RIGHT


@pytest.mark.rest
def test_a_cell_is_called_by_the_number_beside_it(notebook: Notebook) -> None:
    notebook.run("1 + 1")
    cell = notebook.run("\nraise_it = True\ndef quantized_weights(weights):\n    raise KeyError")
    expected = f"raised KeyError at cell {cell.execution_count}, line 4"
    assert expected in notebook.text('check("2.1")')


@pytest.mark.rest
def test_magics_are_what_they_are_in_a_notebook(notebook: Notebook) -> None:
    notebook.run(f"%%time\n{RIGHT}")
    notebook.run("%matplotlib inline\nfiles = !ls\n!true")
    notebook.run("%%bash\ntrue")
    notebook.run("%%timeit -n1 -r1\ndef quantized_weights(weights): pass")
    assert notebook.text('%time check("2.1")') == ALL_RIGHT


@pytest.mark.rest
def test_a_restarted_kernel_has_no_cells(notebook: Notebook) -> None:
    notebook.run(RIGHT)
    assert is_green(notebook.shown('check("2.1")'))
    notebook.restart()
    notebook.run(IMPORT)
    card = notebook.shown('check("2.1")')
    assert card["text/plain"] == (
        "No cell that was executed since the kernel started defines quantized_weights."
        " Execute the cells that do, and check again."
    )
    assert not is_green(card)
    notebook.run(RIGHT)
    assert is_green(notebook.shown('check("2.1")'))


@pytest.mark.rest
def test_without_a_number_all_that_was_executed_is_judged(notebook: Notebook) -> None:
    assert "No cell" in notebook.text("check()")
    notebook.run(RIGHT)
    notebook.run("Q5_1 = ''")
    first, second, third, *_, last = notebook.text("check()").splitlines()
    assert [first[:5], second[:5], third[:5]] == ["✓ 2.1", "✓ 2.2", "✗ 5.1"]
    assert last == "1 check is not passed yet."
    notebook.run("BIAS_BITS = 14")
    text = notebook.text("check()")
    assert "✓ 2.1" in text
    assert "· C.4" in text
    assert "C.5" not in text
    assert "defines quantized_bias_nbit. Execute" in notebook.text('check("C.4")')


def test_what_is_no_question_is_said_in_one_line(notebook: Notebook) -> None:
    (line,) = notebook.text('check("9.9")').splitlines()
    assert line.startswith("there is no question '9.9'; there are 1.2, 2.1")


@pytest.mark.rest
@pytest.mark.parametrize("source", [CUTS_OFF, RIGHT, f"print('<b>')\n{RIGHT}"])
def test_text_and_command_line_are_the_same(
    source: str, notebook: Notebook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.run(source)
    text = notebook.text('check("2")')
    path = tmp_path / "lab1.ipynb"
    path.write_text(nbformat.writes(notebook.saved), encoding="utf-8")
    run(["check", str(path), "--question", "2.1", "--question", "2.2"])
    out = capsys.readouterr().out
    assert text == out.rstrip("\n")


@pytest.mark.rest
def test_cards_that_were_saved_are_no_results_of_the_lab(notebook: Notebook) -> None:
    notebook.run(RIGHT.replace("127", "2"))
    assert " % on 2,000 images" in notebook.text('check("2")')
    notebook.run('check("9.9")')
    notebook.run("print('Accuracy: 61.5 %')")
    data = nbformat.writes(notebook.saved).encode()
    _, passages, _ = read_cells(data, "lab1.ipynb")
    printed = [passage.printed.strip() for passage in passages]
    assert [each for each in printed if each] == ["Accuracy: 61.5 %"]


@pytest.mark.rest
def test_modules_beside_the_notebook_are_taken(notebook: Notebook, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from deeper.most import round_it\n")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "most.py").write_text("def round_it(x): return x.round()\n")
    (tmp_path / "lab1.py").write_text(CUTS_OFF)
    notebook.run("import mine")
    notebook.run(RIGHT.replace("(weights * scale).round()", "mine.round_it(weights * scale)"))
    assert notebook.text('check("2.1")') == ALL_RIGHT


@pytest.mark.rest
def test_an_interrupted_check_leaves_nothing(notebook: Notebook) -> None:
    """The process that answers is stopped where it begins: it interrupts the kernel."""
    notebook.run(RIGHT)
    notebook.run(
        "import os, signal, subprocess\n"
        "def communicate(process, *_):\n"
        "    started.append(process)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    while True: pass\n"
        "started = []\n"
        "kept, subprocess.Popen.communicate = subprocess.Popen.communicate, communicate"
    )
    (output,) = notebook.run('check("2.1")').outputs
    assert output.ename == "KeyboardInterrupt"
    notebook.run("subprocess.Popen.communicate = kept")
    status = notebook.value("[process.poll() for process in started]")
    assert status in ([-signal.SIGTERM], [128 + signal.SIGTERM])
    assert notebook.text('check("2.1")') == ALL_RIGHT
    children = "[each.pid for each in psutil.Process().children(recursive=True)]"
    notebook.run("import psutil")
    assert notebook.value(children) == []


def test_without_the_grader_the_lab_runs_and_check_says_how_to_get_it(tmp_path: Path) -> None:
    blank = cells_of(nbformat.read(TEMPLATE / "lab1.ipynb", as_version=4))
    with running(tmp_path, PYTHONPATH="") as notebook:
        notebook.run(blank[0][blank[0].index("try:") :])
        for call in ('check("2.1")', "check()"):
            (output,) = notebook.run(call).outputs
            (line,) = output.text.splitlines()
            assert "PYTHONPATH" in line


@pytest.mark.rest
def test_a_python_without_the_grader_s_packages_is_named(
    notebook: Notebook, tmp_path: Path
) -> None:
    bare = tmp_path / "python"
    bare.write_text(
        "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'typer'\" >&2\nexit 1\n"
    )
    bare.chmod(0o755)
    notebook.run(f"import sys\nsys.executable = {str(bare)!r}")
    first, second = notebook.text('check("2.1")').splitlines()
    assert first.endswith("ModuleNotFoundError: No module named 'typer'")
    assert str(bare) in second


def test_in_a_script_there_is_nothing_to_check(tmp_path: Path) -> None:
    from grader.self_check.notebook import check

    assert "python -m grader check FILE" in repr(check("2.1"))
