"""What a notebook's world provides is here, too; what is refused is refused in words that teach."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from grader.cli import run
from grader.grade import Terms, grade_in
from grader.result import Result
from grader.sandbox.outside.wall import Wall

Graded = Callable[[str, str], Result]

RIGHT = """\
def quantized_weights(weights):
    scale = {largest} / weights.abs().max().item()
    return (weights * scale).round(), scale
"""
NEEDS = f"{RIGHT.format(largest='LARGEST')}"
"""Right, where a constant is 127."""


@pytest.fixture
def graded(wall: Wall, terms: Terms, tmp_path: Path) -> Graded:
    """Grade question 2.1 of a text that is handed in by a name."""

    def grade(text: str, name: str) -> Result:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        asked = replace(terms, questions=frozenset({"2.1"}))
        return grade_in(wall, path, asked, lambda _: None, lambda _: None)

    return grade


def notebook(*cells: str) -> str:
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=made)))


def lost(result: Result) -> list[str]:
    return [entry.verdict.actual for entry in result.entries if entry.score < entry.max_score]


WORLD = {
    "display of a figure": "import matplotlib.pyplot as plt\n"
    "fig = plt.figure()\nLARGEST = 127 if display(fig) is None else 1",
    "display as an alias": "show = display\nLARGEST = show() or 127",
    "display among the built-ins": "import builtins\nbuiltins.display(1)\n"
    "LARGEST = 127 * hasattr(builtins, 'display')",
    "argparse with a default": "import argparse\np = argparse.ArgumentParser()\n"
    "p.add_argument('--largest', type=int, default=127)\nLARGEST = p.parse_args().largest",
    "argparse that is given what is known": "import argparse\np = argparse.ArgumentParser()\n"
    "p.add_argument('-f')\nknown, rest = p.parse_known_args()\nLARGEST = 127 - len(rest)",
    "optparse": "from optparse import OptionParser\n"
    "options, arguments = OptionParser().parse_args()\nLARGEST = 127 - len(arguments)",
    "getopt": "import getopt, sys\nLARGEST = 127 + len(getopt.getopt(sys.argv[1:], 'x')[0])",
    "an argument with a default": "import sys\n"
    "LARGEST = int(sys.argv[1]) if len(sys.argv) > 1 else 127",
    "the original arguments": "import sys\nLARGEST = 127 * (sys.orig_argv[1:] == sys.argv)",
    "the name of the program": "import sys\n"
    "LARGEST = 127 * (sys.argv[0] in ('lab1.py', 'lab1.ipynb') and sys.argv[0] == __file__)",
    "a file beside this one": "import os\nfrom pathlib import Path\n"
    "HERE = Path(__file__).resolve().parent\n"
    "LARGEST = 127 * (str(HERE) == os.getcwd() == os.path.dirname(os.path.abspath(__file__)))",
    "google.colab that is looked for": "import importlib.util\n"
    "IN_COLAB = importlib.util.find_spec('google.colab') is not None\n"
    "LARGEST = 127 if IN_COLAB else 127",
    "a constant of Colab": "import sys\nif 'google.colab' in sys.modules:\n    LARGEST = 127",
    "a constant of Colab, among others": "import sys\nif 'google.colab' in sys.modules:\n"
    "    ROOT, LARGEST = '/content', 127\nelse:\n    ROOT = '.'",
    "a constant of every other machine": "import google.colab, sys\n"
    "if 'google.colab' not in sys.modules:\n    LARGEST = 127",
    "a flag that an import sets": "try:\n    import google.colab\n    IN_COLAB = True\n"
    "except ImportError:\n    IN_COLAB = False\nif IN_COLAB:\n    LARGEST = 127",
    "a flag of the shell": "ON_COLAB = 'google.colab' in str(get_ipython())\n"
    "if ON_COLAB:\n    %cd /content\n    LARGEST = 127\nelse:\n    LOCAL = 1",
    "a constant after the import": "try:\n    from google.colab import drive\n    LARGEST = 127\n"
    "except ModuleNotFoundError:\n    drive = None",
    "a constant of Kaggle": "import os\nif 'KAGGLE_URL_BASE' in os.environ:\n    LARGEST = 127",
    "a constant of a GPU": "import torch\nif torch.cuda.is_available():\n"
    "    LARGEST = 127\nelse:\n    print('slow')",
    "an item of Colab": "import sys\nSETTINGS = {}\nif 'google.colab' in sys.modules:\n"
    "    SETTINGS['largest'] = 127\nLARGEST = SETTINGS['largest']",
    "an attribute of Kaggle": "import os\nclass Settings:\n    pass\n"
    "if os.path.isdir('/kaggle'):\n    Settings.largest = 127\nLARGEST = Settings.largest",
    "a function of Colab": "import os\nif os.getenv('COLAB_RELEASE_TAG'):\n"
    "    import math\n    def largest():\n        return math.floor(127.5) + LATER\n"
    "LATER = 0\nLARGEST = largest()",
    "a branch that stops on its way": "import google.colab, sys\n"
    "if 'google.colab' in sys.modules:\n    X = open('/content/no/such/file')\n    LARGEST = 127",
    "a folder that is made": "import os\ndef made(path):\n    os.makedirs(path, exist_ok=True)\n"
    "    return path\nOUT = made('/content/out/one')\n"
    "with open(OUT + '/x', 'w') as file:\n    LARGEST = 120 + file.write('1234567')",
    "a Drive": "from google.colab import drive\nimport torch\ndrive.mount('/content/drive')\n"
    "P = '/content/drive/MyDrive/lab1/x.pt'\ndef kept(x):\n    torch.save(x, P)\n"
    "    return torch.load(P)\nLARGEST = kept(127)",
    "a folder of Kaggle": "import numpy as np\ndef kept(x):\n"
    "    np.save(f'/kaggle/working/{x}.npy', x)\n    return np.load('/kaggle/working/127.npy')\n"
    "LARGEST = int(kept(127))",
    "a folder that is asked for": "import os\nfrom pathlib import Path\n"
    "there = os.path.exists('/content') or Path('/content').exists()\n"
    "LARGEST = 1 if there or os.path.isdir('/content/x') else 127",
    "a folder that one may be in": "import os\n"
    "there = '/content' in os.getcwd() or os.getcwd().startswith('/content')\n"
    "LARGEST = 1 if there else 127",
    "a pool of threads": "from multiprocessing.pool import ThreadPool\n"
    "with ThreadPool(2) as pool:\n    LARGEST = sum(pool.map(int, ['120', '7']))",
}


@pytest.mark.parametrize("code", WORLD.values(), ids=WORLD)
@pytest.mark.parametrize("name", ["lab1.py", "lab1.ipynb"])
def test_what_a_notebook_finds_is_found_here(code: str, name: str, graded: Graded) -> None:
    text = notebook(code, NEEDS) if name.endswith("ipynb") else f"{code}\n{NEEDS}"
    result = graded(text.replace("%cd", "# %cd") if name.endswith("py") else text, name)
    assert (lost(result), result.score) == ([], 18), result.notes


def test_what_is_set_for_another_machine_alone_is_said(graded: Graded) -> None:
    result = graded(
        f"import sys\nif 'google.colab' in sys.modules:\n    LARGEST = 127\n{NEEDS}", "a.py"
    )
    assert result.notes == ("a.py, line 3: LARGEST is set for another machine, and here, too",)


TRIES = "try:\n    LARGEST = SMALL\nexcept NameError:\n    LARGEST = 127"
UNTOUCHED = {
    "a way that is taken": "if 'google.colab' in sys.modules:\n    LARGEST = 3\n"
    "else:\n    LARGEST = 127",
    "a name that was there": "LARGEST = 127\nif 'COLAB_GPU' in os.environ:\n    LARGEST = 3",
    "a question of another kind": f"if len(sys.argv) > 1:\n    SMALL = 3\n{TRIES}",
    "an item that was there": "SETTINGS = {'largest': 127}\nif 'COLAB_GPU' in os.environ:\n"
    "    SETTINGS['largest'] = 3\nLARGEST = SETTINGS['largest']",
    "a loop": f"if torch.cuda.is_available():\n    for SMALL in range(3):\n        pass\n{TRIES}",
    "what else is bound on that way": "LARGEST = 127\nif torch.cuda.is_available():\n"
    "    LARGEST, SMALL = 3, 4\nLARGEST = LARGEST if SMALL else 0",
}


@pytest.mark.parametrize("code", UNTOUCHED.values(), ids=UNTOUCHED)
def test_nothing_else_is_bound(code: str, graded: Graded) -> None:
    result = graded(f"import os, sys, torch\n{code}\n{NEEDS}", "lab1.py")
    assert lost(result) == [], result.notes


# Cells that an export has written as calls ----------------------------------------------------


def call(magic: str, line: str, body: str) -> str:
    return f"get_ipython().run_cell_magic({magic!r}, {line!r}, {body!r})\n"


FUNCTION = RIGHT.format(largest=127)
EXPORTED = {
    "a timed cell": call("time", "", FUNCTION),
    "a captured cell": call("capture", "out --no-stderr", FUNCTION),
    "a profiled cell": call("prun", "-q", FUNCTION),
    "a debugged cell": call("debug", "", FUNCTION),
    "two magics": call("capture", "", f"%%time\n{FUNCTION}"),
    "a shell line in it": call("time", "", f"!ls\n%matplotlib inline\n{FUNCTION}"),
    "a written module": call("writefile", "mine.py", FUNCTION)
    + "from mine import quantized_weights\n",
    "an appended module": call("writefile", "mine.py", "LARGEST = 127\n")
    + call("writefile", "-a mine.py", NEEDS)
    + "import mine\nquantized_weights = mine.quantized_weights\n",
    "a timed line": f"get_ipython().run_line_magic('time', 'LARGEST = 127')\n{NEEDS}",
    "a timed line of old": f"get_ipython().magic(u'time LARGEST = 127')\n{NEEDS}",
    "a timed line in two": f"get_ipython().run_line_magic('time',\n    'LARGEST = 127')\n{NEEDS}",
    "the cell before it": f"LARGEST = 3\n{call('time', '', 'LARGEST = 126')}LARGEST += 1\n{NEEDS}",
}


@pytest.mark.parametrize("code", EXPORTED.values(), ids=EXPORTED)
def test_an_exported_cell_is_what_it_was(code: str, graded: Graded) -> None:
    result = graded(f"# coding: utf-8\n\n# In[1]:\n\n{code}", "lab1.py")
    assert lost(result) == [], result.notes


def test_an_error_in_an_exported_cell_is_placed_in_it(graded: Graded) -> None:
    body = "import math\n\ndef quantized_weights(weights):\n    return math.sqrt(-1)\n"
    result = graded(f"x = 1\n\n{call('time', '', body)}y = 2\n", "lab1.py")
    assert result.graded == {"quantized_weights": "lab1.py, the %%time cell on line 3, line 4"}
    raised = "ValueError at lab1.py, the %%time cell on line 3, line 5"
    assert lost(result)[0].startswith(f"quantized_weights raised {raised}")


HIDDEN = {
    "a timed loop": (call("timeit", "-n 1", FUNCTION), "%%timeit cell on line 3, line 2 "),
    "a shell": (call("bash", "", FUNCTION), "%%bash cell on line 3, line 2 "),
    "a module that nobody imports": (call("writefile", "mine.py", FUNCTION), "a %%writefile cell"),
    "a comment": (
        "".join(f"#{line}\n" for line in FUNCTION.splitlines()),
        "at line 3 it stands in a comment",
    ),
    "Colab's own comment": (
        "# Commented out IPython magic to ensure Python compatibility.\n# %%time\n"
        + "".join(f"# {line}\n" for line in FUNCTION.splitlines()),
        "at line 5 it stands in a comment",
    ),
    "a string": (f"'''\n{FUNCTION}'''\n", "at line 4 it stands in a string, inside"),
    "a main guard": (
        'if __name__ == "__main__":\n    def quantized_weights(weights):\n        return 1\n',
        "at line 4 it stands in a string, inside",
    ),
    "a dead block": (
        "if False:\n    def quantized_weights(weights):\n        return 1\n",
        "at line 4 it stands in a string, inside",
    ),
    "a class": (
        "class Lab:\n    def quantized_weights(self, weights):\n        return 1\n",
        "at line 4 it stands in a string, inside",
    ),
    "a cell of text": (
        "# %% [markdown]\n" + "".join(f"# {line}\n" for line in FUNCTION.splitlines()),
        "at line 4 it stands in a cell of text",
    ),
}


@pytest.mark.parametrize(("code", "words"), HIDDEN.values(), ids=HIDDEN)
def test_where_a_missing_definition_stands_is_said(code: str, words: str, graded: Graded) -> None:
    result = graded(f"class NetQuantized: pass\n\n{code}", "lab1.py")
    assert lost(result)[0] == "quantized_weights is not defined"
    told = [note for note in result.notes if note.startswith("quantized_weights is not defined: ")]
    assert len(told) == 1
    assert words in told[0]
    alone = graded(code, "lab1.py")  # then nothing at all can be graded
    assert "quantized_weights is not defined: at " in alone.notes[0]


@pytest.mark.parametrize("cell", ["%%script false\n", "%%timeit\n", "%%bash\n", "%%html\n"])
def test_a_skipped_cell_of_a_notebook_is_named(cell: str, graded: Graded) -> None:
    result = graded(notebook("class NetQuantized: pass", f"{cell}{FUNCTION}"), "lab1.ipynb")
    magic = cell.split()[0]
    assert (
        f"quantized_weights is not defined: at cell 2, line 2 it stands in a {magic} cell, "
        "which is not graded" in result.notes
    )


def test_of_a_name_that_is_defined_nothing_is_said(graded: Graded) -> None:
    old = "".join(f"# {line}\n" for line in FUNCTION.splitlines())
    result = graded(f"{old}\n'''\n{FUNCTION}'''\n{FUNCTION}\n# %% [markdown]\n{old}", "lab1.py")
    assert (lost(result), result.notes) == ([], ())


# Refusals that teach --------------------------------------------------------------------------

STARTS = {
    "a pool": "import multiprocessing as mp\nmp.Pool(2)",
    "a process": "import multiprocessing as mp\nmp.Process(target=print).start()",
    "a spawned process": "import multiprocessing as mp\n"
    "mp.get_context('spawn').Process(target=print).start()",
    "an executor": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(2) as pool:\n    list(pool.map(abs, [1]))",
    "a manager": "import multiprocessing as mp\nmp.Manager()",
    "a shared value": "import multiprocessing as mp\nmp.Value('i', 1)",
    "shared memory": "from multiprocessing import shared_memory as s\n"
    "s.SharedMemory(create=True, size=9)",
    "a fork": "import os\nif os.fork() == 0:\n    os._exit(0)",
    "a fork with a terminal": "import pty\npty.fork()",
    "a spawned program": "import os\nos.posix_spawn('/bin/ls', ['ls'], {})",
    "a program that is waited for": "import os\nos.spawnv(os.P_WAIT, '/bin/ls', ['ls'])",
    "another program instead": "import os\nos.execvp('ls', ['ls'])",
    "torch's processes": "import torch.multiprocessing as mp\nmp.spawn(print, nprocs=2)",
    "torch's shared memory": "weights.clone().share_memory_()",
    "a command": "import subprocess\nsubprocess.run(['ls'])",
    "a command line": "import os\nos.popen('ls').read()",
}


@pytest.mark.parametrize("code", STARTS.values(), ids=STARTS)
def test_another_process_is_refused_in_words_that_say_so(code: str, graded: Graded) -> None:
    body = "".join(f"    {line}\n" for line in code.splitlines())
    result = graded(f"def quantized_weights(weights):\n{body}    return weights, 1.0\n", "lab1.py")
    assert lost(result)[0].endswith("(here no other process can be started and no network reached)")


@pytest.mark.parametrize(
    "code", ["open('/etc/passwd')", "open('/etc/passwd') # fork it", "import os\nos.kill(1, 0)"]
)
def test_other_refusals_are_not_put_into_those_words(code: str, graded: Graded) -> None:
    body = "".join(f"    {line}\n" for line in code.splitlines())
    result = graded(f"def quantized_weights(weights):\n{body}    return weights, 1.0\n", "lab1.py")
    assert "PermissionError" in lost(result)[0]
    assert "process" not in lost(result)[0]


# Through the front door, in every form --------------------------------------------------------

TIMED = NEEDS.replace(
    "    scale", "    display(weights)\n    os.makedirs(OUT, exist_ok=True)\n    scale", 1
)
EVERYTHING = f"""\
import argparse, os, sys
arguments = argparse.ArgumentParser()
arguments.add_argument("--largest", type=int, default=127)
LARGEST = arguments.parse_args().largest
if "google.colab" in sys.modules:
    OUT = "/content/drive/MyDrive/out"
x = {{0: [0x{"f" * 5_000}]}} if LARGEST else sys.modules[0x{"f" * 5_000}]
{call("time", "", TIMED)}"""


def archived(members: Iterable[tuple[str, str]], kind: str) -> bytes:
    packed = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as zipped:
            for name, text in members:
                zipped.writestr(name, text)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, text in members:
                info = tarfile.TarInfo(name)
                info.size = len(text.encode())
                tar.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("form", ["lab1.py", "lab1.ipynb", "folder", "lab1.zip", "lab1.tar.gz"])
def test_every_form_gets_every_point(form: str, tmp_path: Path) -> None:
    path, output = tmp_path / form, tmp_path / "results.json"
    texts = [("lab1.ipynb", notebook(EVERYTHING)), ("notes.py", f"x = [0x{'f' * 5_000}]\n")]
    match form.rpartition(".")[2]:
        case "py":
            path.write_text(EVERYTHING)
        case "ipynb":
            path.write_text(texts[0][1])
        case "zip" | "gz" as kind:
            path.write_bytes(archived(texts, kind))
        case _:
            path.mkdir()
            for name, text in texts:
                (path / name).write_text(text)
    assert run(["grade", str(path), "--output", str(output), "--quiet"]) == 0
    results = json.loads(output.read_text())
    points = [test["score"] for test in results["tests"] if test["number"] == "2.1"]
    assert (sum(points), results["extra_data"]["complete"]) == (18, True), results
