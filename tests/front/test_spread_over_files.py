"""A solution that is spread over modules is followed to where its names are defined."""

from pathlib import Path

import pytest

from tests.front.conftest import Graded, loses_nothing
from tests.front.uploads import (
    ALL,
    EQUATIONS,
    FORMS,
    IMPORTS,
    NETS,
    PLAIN,
    QUANTIZED,
    RANGES,
    TEMPLATE_NOTEBOOK,
    WEIGHTS,
    as_zip,
    module,
    notebook,
    part,
)

REST = module(*NETS, *EQUATIONS, *QUANTIZED)
STAR = "from quant.weights import *\nfrom quant.ranges import value_range, three_sigma_range"
LAYOUTS: dict[str, dict[str, str]] = {
    # The first file is the one that is graded.
    "a package with relative imports": {
        "lab1.ipynb": notebook(IMPORTS, "import quant\nfrom quant import *", "print(quant)"),
        "quant/__init__.py": "from .weights import *\nfrom .nets import *\nfrom .ranges import *",
        "quant/weights.py": module(*WEIGHTS),
        "quant/ranges.py": module(*RANGES),
        "quant/nets.py": f"{IMPORTS}from .base import *\n{part(*EQUATIONS, *QUANTIZED)}",
        "quant/base.py": module(*NETS),
    },
    "a package of packages": {
        "main.py": "from lab.a.weights import quantized_weights\nfrom lab.b import *\n" + REST,
        "lab/__init__.py": "",
        "lab/a/__init__.py": "",
        "lab/a/weights.py": module(*WEIGHTS),
        "lab/b/__init__.py": "from ..c.ranges import value_range, three_sigma_range",
        "lab/c/ranges.py": module(*RANGES),
    },
    "a src layout": {
        "lab1.ipynb": notebook(STAR, REST),
        "src/quant/weights.py": module(*WEIGHTS),
        "src/quant/ranges.py": module(*RANGES),
    },
    "../src on the path of a notebook": {
        "notebooks/lab1.ipynb": notebook(
            'import sys\nsys.path.append("../src")', "from core import *", REST
        ),
        "src/core.py": module(*RANGES, *WEIGHTS),
        "old/core.py": module(),
    },
    "a joined path": {
        "work/nb/lab1.py": "import os, sys\nsys.path.insert(0, os.path.join(os.getcwd(), '..', "
        f"'code'))\nfrom core import *\n{REST}",
        "work/code/core.py": module(*RANGES, *WEIGHTS),
        "old/core.py": module(),
    },
    "the folder above, by pathlib": {
        "work/nb/lab1.py": "import sys\nfrom pathlib import Path\n"
        f"sys.path.append(str(Path('nb').parent / 'code'))\nfrom core import *\n{REST}",
        "work/code/core.py": module(*RANGES, *WEIGHTS),
    },
    "a path of Colab": {
        "lab1.ipynb": notebook(
            "import sys\nsys.path.append('/content/drive/MyDrive/lab1/lib')",
            "import core as c",
            "quantized_weights = c.quantized_weights\nfrom core import value_range as value_range",
            "from core import three_sigma_range",
            REST,
        ),
        "drive/lib/core.py": module(*RANGES, *WEIGHTS),
    },
    "another name there": {
        "lab1.py": f"from core import q as quantized_weights, r as value_range\n{REST}"
        "from more import three_sigma_range\n",
        "core.py": f"{IMPORTS}from more import *\nq = quantized_weights\nr = value_range\n",
        "more.py": module(*RANGES, *WEIGHTS),
    },
    "a script that is part of a package": {
        "lab/lab1.py": f"from .weights import *\nfrom .ranges import *\n{REST}",
        "lab/weights.py": module(*WEIGHTS),
        "lab/ranges.py": module(*RANGES),
    },
    "a script that looks at the package above": {
        "lab/tasks/lab1.py": f"from ..core.weights import *\nfrom .ranges import *\n{REST}",
        "lab/core/weights.py": module(*WEIGHTS),
        "lab/tasks/ranges.py": module(*RANGES),
    },
    "a helper that imports the script": {
        "lab1.py": f"{IMPORTS}LIMIT = 127\nimport core\n{REST}{part(*RANGES)}\n"
        "quantized_weights = core.quantized_weights\n",
        "core.py": "from lab1 import LIMIT\n"
        + module(*WEIGHTS).replace("scale = 127", "scale = LIMIT"),
    },
    "names that a checkout of the grader has": {
        "lab1.py": "import exam, build, docs\nfrom tests.weights import *\n"
        f"from reference import *\n{REST}",
        "tests/weights.py": module(*WEIGHTS),
        "reference.py": module(*RANGES),
        "exam.py": "",
        "build/__init__.py": "",
        "docs.py": "",
    },
    "names of packages that only tests need": {
        "lab1.py": f"from hypothesis import *\nfrom psutil import *\n{REST}",
        "hypothesis.py": module(*WEIGHTS),
        "psutil.py": module(*RANGES),
    },
    "%run of a notebook": {
        "lab1.ipynb": notebook("%matplotlib inline", "%run helper.ipynb", REST),
        "helper.ipynb": notebook("!pip install torch", module(*WEIGHTS), part(*RANGES)),
    },
    "%run in the middle of a cell": {
        "lab1.ipynb": notebook(f"value_range = 5\n%run -i './my helpers.py'\n{REST}"),
        "my helpers.py": module(*RANGES, *WEIGHTS),
    },
    "%run of another folder, without a suffix": {
        "nb/lab1.ipynb": notebook("%run ../src/helper", REST),
        "src/helper.py": f"{module(*RANGES, *WEIGHTS)}\nif __name__ == '__main__':\n    1 / 0\n",
    },
    "%run of what runs another": {
        "lab1.ipynb": notebook("%run a.ipynb", REST),
        "a.ipynb": notebook("%run b.py", part(*RANGES)),
        "b.py": f"%run a.ipynb\n{IMPORTS}{part(*WEIGHTS)}",
    },
    "%run as nbconvert writes it": {
        "lab1.py": f"# In[1]:\n\n\nget_ipython().run_line_magic('run', 'helper.py')\n\n\n{REST}",
        "helper.py": module(*RANGES, *WEIGHTS),
    },
    "%run as Databricks writes it": {
        "lab1.py": "# Databricks notebook source\n# MAGIC %run ./helper\n\n"
        f"# COMMAND ----------\n\n{REST}",
        "helper.py": module(*RANGES, *WEIGHTS),
    },
    "a notebook that is imported": {
        "lab1.ipynb": notebook("import import_ipynb", "from helper import *", REST),
        "helper.ipynb": notebook(module(*WEIGHTS), part(*RANGES)),
    },
    "a script that a cell executes": {
        "lab1.ipynb": notebook("exec(open('helper.py').read())", REST),
        "helper.py": module(*RANGES, *WEIGHTS),
    },
}


USED_WITHOUT_A_TRACE = {"core.py", "helper.py"}
"""By an attribute, `core.quantized_weights`, or by `exec`: what they hold is not followed."""


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_name_is_followed_to_its_definition(name: str, tmp_path: Path, graded: Graded) -> None:
    files = LAYOUTS[name]
    result = graded(FORMS["folder"](tmp_path / "in", files))
    main = next(iter(files))
    assert result.notes[0].startswith(f"{main} is graded")
    assert loses_nothing(result)
    unused = [note.split(" is not graded")[0] for note in result.notes if "is not graded" in note]
    assert set(unused) <= USED_WITHOUT_A_TRACE


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_archives_are_folders(form: str, tmp_path: Path, graded: Graded) -> None:
    files = {f"Lab 1 by us/{path}": text for path, text in LAYOUTS["a src layout"].items()}
    result = graded(FORMS[form](tmp_path / "in", files), frozenset())
    assert result.score == 100
    assert result.graded["quantized_weights"] == "Lab 1 by us/src/quant/weights.py, line 9"
    assert result.graded["Q4_1A"].startswith("cell 2, line ")


def test_names_of_a_zip_may_have_backslashes(tmp_path: Path, graded: Graded) -> None:
    files = {path.replace("/", "\\"): text for path, text in LAYOUTS["a src layout"].items()}
    assert loses_nothing(graded(as_zip(tmp_path / "in", {"src\\": "", **files})))


@pytest.mark.parametrize("helper", ["json", "torch", "scipy", "typing", "handed_in", "conftest"])
def test_a_helper_shadows_nothing_that_its_process_needs(
    helper: str, tmp_path: Path, graded: Graded
) -> None:
    files = {"lab1.py": PLAIN, f"{helper}.py": "raise SystemExit"}
    result = graded(FORMS["folder"](tmp_path / "in", files))
    assert loses_nothing(result)
    why = "cannot be imported: Python or a package has that name"
    assert f"{helper}.py {why}" in result.notes


def test_the_template_is_not_followed(tmp_path: Path, graded: Graded) -> None:
    files = {"lab1.ipynb": TEMPLATE_NOTEBOOK, "all.py": "from core import *", "core.py": PLAIN}
    result = graded(FORMS["folder"](tmp_path / "in", files))
    assert loses_nothing(result)
    assert result.notes[0] == "all.py is graded: it fills in 10 of the 10 blanks"
    assert result.graded.keys() >= {*RANGES, *WEIGHTS, *EQUATIONS, *QUANTIZED}


def test_what_is_missing_is_named(tmp_path: Path, graded: Graded) -> None:
    files = {"lab1.ipynb": notebook("%run nowhere.ipynb", PLAIN), "more.py": "x = 1"}
    result = graded(FORMS["folder"](tmp_path / "in", files))
    assert loses_nothing(result)
    assert "cell 1, line 1: there is no file nowhere.ipynb" in result.notes
    assert len(ALL) == 11
