"""What of a submission is compared: all that graded names need, and nothing of the lab's."""

from pathlib import Path

import pytest

from grader.submission import Fingerprints, Reader
from grader.submission.comparable import MOST_MARKS, MOST_PARTS
from grader.template import blanked, read_reference

OWN = "    return (weights * 2).sort().values.cumsum(0).median(), weights.argsort().prod()\n"
CODE = f"import torch\n\n\ndef quantized_weights(weights):\n{OWN}"


def read(reader: Reader, folder: Path, **files: str) -> Fingerprints:
    handed_in = folder / "handed_in"
    handed_in.mkdir()
    for name, text in files.items():
        (handed_in / f"{name}.py").write_text(text, encoding="utf-8")
    return reader.fingerprints(handed_in)


def names(found: Fingerprints) -> list[str]:
    return [part.name for part in found.parts]


def digests(found: Fingerprints) -> set[int]:
    return {mark.digest for part in found.parts for mark in part.marks}


def test_the_template_has_nothing_of_its_own(reader: Reader, tmp_path: Path) -> None:
    assert read(reader, tmp_path, lab1=blanked(read_reference())).parts == ()


def test_what_the_graded_names_need_is_compared_and_nothing_else(
    reader: Reader, tmp_path: Path
) -> None:
    code = CODE.replace("weights * 2", "top(weights)")
    more = "".join(f"def {name}(weights):\n{OWN}\n" for name in ("top", "unused", "copy_model"))
    assert sorted(names(read(reader, tmp_path, lab1=code + more))) == ["quantized_weights", "top"]


def test_a_class_is_compared_method_by_method(reader: Reader, tmp_path: Path) -> None:
    body = OWN.replace("    ", "        ")
    methods = (f"    def {name}(self, weights):\n{body}" for name in ("forward", "f"))
    code = "class NetQuantized:\n" + "".join(methods)
    assert names(read(reader, tmp_path, lab1=code)) == ["NetQuantized.forward", "NetQuantized.f"]


@pytest.mark.parametrize(
    "imports",
    [
        "from helpers import top",
        "from helpers import top as first",
        "from helpers import *",
        "import helpers",
        "from .helpers import top",
        "%%writefile helpers.py",
    ],
)
def test_a_helper_in_another_file_counts_like_one_in_the_same(
    imports: str, reader: Reader, tmp_path: Path
) -> None:
    helper = f"import torch\n\n\ndef top(weights):\n{OWN}"
    name = {"from helpers import top as first": "first", "import helpers": "helpers.top"}
    code = f"def quantized_weights(weights):\n    return {name.get(imports, 'top')}(weights), 1\n"
    if imports.startswith("%"):
        notebook = tmp_path / "lab1.ipynb"
        cells = [f"{imports}\n{helper}", f"from helpers import top\n{code}"]
        notebook.write_text(_notebook(cells), encoding="utf-8")
        found = reader.fingerprints(notebook)
    else:
        found = read(reader, tmp_path, lab1=f"{imports}\n{code}", helpers=helper)
    assert "top" in names(found)
    assert digests(found)


def _notebook(cells: list[str]) -> str:
    import nbformat

    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    return str(nbformat.writes(made))


def test_it_shows_the_lines_where_they_stand(reader: Reader, tmp_path: Path) -> None:
    (part,) = read(reader, tmp_path, lab1=CODE).parts
    assert (part.listing.place, part.listing.first) == ("lab1.py", 4)
    assert part.listing.lines[-1] == OWN.rstrip("\n")
    assert {(mark.first, mark.last) for mark in part.marks} == {(5, 5)}


def test_too_much_is_left_out_and_counted(reader: Reader, tmp_path: Path) -> None:
    many = "".join(f"def f{n}(w):\n    return w.f{n}().g{n}().h{n}().i{n}()\n" for n in range(300))
    calls = " + ".join(f"f{n}(w)" for n in range(300))
    found = read(reader, tmp_path, lab1=f"{many}def quantized_weights(w):\n    return {calls}\n")
    assert len(found.parts) == MOST_PARTS
    assert found.left_out == 301 - MOST_PARTS


def test_one_function_beyond_all_bounds_is_left_out_and_counted(
    reader: Reader, tmp_path: Path
) -> None:
    lines = "".join(f"    w = w.f{n}().g{n}().h{n}().i{n}()\n" for n in range(MOST_MARKS + 1))
    found = read(reader, tmp_path, lab1=f"def quantized_weights(w):\n{lines}    return w\n")
    assert (found.parts, found.left_out) == ((), 1)
