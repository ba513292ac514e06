"""Which files of a submission its code imports."""

import json
import subprocess
import sys

import pytest

from grader.submission.modules import PACKAGE, Modules, helpers, imported, is_taken

IMPORTS = """
import json, sys
import matplotlib.pyplot, numpy, scipy.optimize, torch, torch.optim, tqdm
print(json.dumps(sorted({
    name.partition(".")[0]
    for name, module in list(sys.modules.items())
    if "site-packages" in (getattr(module, "__file__", None) or "")
})))
"""


@pytest.mark.rest
def test_no_helper_takes_a_name_that_the_student_s_process_needs() -> None:
    command = [sys.executable, "-I", "-c", IMPORTS]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    needed = [name for name in json.loads(done.stdout) if not name.startswith("_")]
    assert {"torch", "numpy", "matplotlib"} <= set(needed)
    assert [name for name in needed if not is_taken(name)] == []


@pytest.mark.parametrize("name", ["tests", "exam", "build", "reference", "docs", "pytest", "rich"])
def test_what_the_grader_needs_for_itself_takes_no_name(name: str) -> None:
    assert not is_taken(name)


PATHS = (
    *("a/lab.ipynb", "a/one.py", "a/pack/__init__.py", "a/pack/deep/two.py", "src/three.py"),
    *("b/four.py", "b/five.py", "c/five.py", "five/__init__.py", "b/book.ipynb"),
)
FILES = dict.fromkeys(PATHS, b"")


@pytest.mark.parametrize(
    ("module", "level", "file"),
    [
        ("one", 0, "a/one.py"),
        ("pack", 0, "a/pack/__init__.py"),
        ("pack.deep.two", 0, "a/pack/deep/two.py"),
        ("three", 0, "src/three.py"),
        ("four", 0, "b/four.py"),
        ("five", 0, "five/__init__.py"),  # in a folder above, so not one of the other two
        ("six", 0, None),
        ("book", 0, None),  # nothing in the importer lets it import notebooks
        ("json", 0, None),
        ("one", 1, "a/one.py"),
        ("", 1, None),
        ("pack.deep.two", 1, "a/pack/deep/two.py"),
        ("src.three", 2, "src/three.py"),
        ("src.three", 3, None),
    ],
)
def test_a_module_is_found_where_an_import_would(module: str, level: int, file: str | None) -> None:
    assert Modules(FILES).find(module, "a/lab.ipynb", level) == file


def test_folders_that_are_put_on_the_path_come_before_those_above() -> None:
    modules = Modules(FILES, {"a/lab.ipynb": ["c"]})
    assert modules.find("five", "a/lab.ipynb") == "c/five.py"
    assert modules.find("five", "a/one.py") == "five/__init__.py"


def test_modules_are_laid_out_as_they_are_imported() -> None:
    files = {**FILES, "a/lab.ipynb": b"import three\nfrom four import x\nfrom .one import y"}
    found = helpers(Modules(files), "a/lab.ipynb", 1)
    laid = dict(found.modules)
    assert laid["one.py"] == laid[f"{PACKAGE}/one.py"] == "a/one.py"
    assert laid["three.py"] == "src/three.py"
    assert laid["four.py"] == "b/four.py"
    assert "five.py" not in laid
    assert found.package == PACKAGE
    assert helpers(Modules(files), "a/lab.ipynb", 2).package == f"{PACKAGE}.a"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a", {"a"}),
        ("import a.b as c, d", {"a.b", "d"}),
        ("from a import b, c as d", {"a", "a.b", "a.c"}),
        ("if x:\n\tfrom a import (\n  b)", {"a", "a."}),
        ('{"source": ["import a\\n", "from b import c"]}', {"a", "b", "b.c"}),
        ("important = 1\n# import a\nx = 'import a'", set()),
    ],
)
def test_what_a_file_imports_is_seen_without_parsing_it(text: str, names: set[str]) -> None:
    assert imported(text.encode()) == names
