"""What students hand in becomes a program, or one clear line."""

import ast
import gc
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping

import pytest

from grader.errors import GraderError, UnreadableSubmissionError, UsageError
from grader.submission import Reader, choice, load, serving
from grader.submission.program import Whole
from grader.submission.reader import read
from grader.submission.source import read_source
from tests.hasty import hasty_reader

Q = "def quantized_weights(weights):\n    return (weights, 1.0)\n"
NET = "class NetQuantized:\n    pass\n"


def notebook(*cells, **more):
    saved = [
        {"cell_type": "code", "source": cell} if isinstance(cell, str) else cell for cell in cells
    ]
    return json.dumps({"nbformat": 4, "cells": saved, **more})


def markdown(text):
    return {"cell_type": "markdown", "source": text}


def written(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def graded(reading):
    """The kept code, cell by cell: (label, line numbers, code)."""
    found = []
    for cell in reading.program.cells:
        trees = [ast.parse("\n" * (piece.line - 1) + piece.text) for piece in cell.pieces]
        lines = [tree.body[0].lineno for tree in trees]
        assert lines == sorted(lines)
        assert {len(tree.body) for tree in trees} == {1}
        found.append((cell.label, lines, "\n".join(map(ast.unparse, trees))))
    return found


def refusal(path):
    with pytest.raises(UnreadableSubmissionError) as raised:
        read(path)
    line = str(raised.value)
    assert "\n" not in line
    assert path.name in line or "Nothing that the lab asks for" in line
    return line


# One file ------------------------------------------------------------------------------------


def test_a_py_file_is_one_cell(tmp_path):
    path = written(tmp_path, "mine.py", f"'''Lab 1'''\nimport math\nprint(1)\n{Q}")
    submission = load(path)
    assert (submission.path, submission.kind, submission.notes) == (path, "py", ())
    [(label, lines, code)] = graded(submission)
    assert (label, lines, code) == ("mine.py", [4], Q.strip())


def test_a_notebook_and_its_py_twin_have_the_same_slice(tmp_path):
    cells = ["import math\nTOP = 127", "TOP += 1\nprint(TOP)", Q.replace("1.0", "math.e, TOP")]
    saved = load(written(tmp_path, "lab1.ipynb", notebook(*cells)))
    twin = load(written(tmp_path, "lab1.py", "\n# %%\n".join(cells)))
    assert saved.kind == "ipynb"
    assert "\n".join(code for _, _, code in graded(saved)) == graded(twin)[0][2]


def test_cells_are_counted_as_a_person_counts(tmp_path):
    path = written(tmp_path, "lab1.ipynb", notebook(markdown("# Lab"), "import math", Q, "1 / 0"))
    assert [label for label, _, _ in graded(read(path))] == ["cell 3"]


def test_a_cell_that_is_no_python_is_left_out_by_name(tmp_path):
    path = written(tmp_path, "lab1.ipynb", notebook("x = 1\ny = (", "print 'two'", Q))
    reading = read(path)
    assert [label for label, _, _ in graded(reading)] == ["cell 3"]
    assert re.fullmatch(
        r"cell 1, line 2: '\(' was never closed, says Python 3\.\d+; this cell is left out",
        reading.notes[0],
    )
    assert reading.notes[1].startswith("cell 2, line 1: Missing parentheses in call to 'print'.")


def test_what_is_left_out_with_a_cell_or_a_block_is_told(tmp_path):
    broken = "def helper():\n    return (\n\nclass NetQuantized:\n    x = 1\n"
    path = written(tmp_path, "lab1.ipynb", notebook(broken, Q))
    assert read(path).notes[0].endswith("; this cell is left out, with helper, NetQuantized")
    path = written(tmp_path, "lab1.py", f"{Q}\n\nclass Late:\n    x = )\n")
    assert read(path).notes[0].endswith(" are left out, with Late")


@pytest.mark.parametrize(
    ("magic", "name"),
    [
        ("%%writefile own.py", "own"),
        ("%%writefile ./own.py", "own"),
        ("%%file own.py", "own"),
        ("%%writefile '/content/own.py'", "own"),
        ("\n # mine\n%%writefile tools/own.py ", "tools/own"),
    ],
)
def test_a_module_that_a_cell_writes_can_be_imported(tmp_path, magic, name):
    cells = notebook(f"{magic}\ntop = 1", f"%%writefile -a {name}.py\nlow = 2", Q)
    reading = read(written(tmp_path, "lab1.ipynb", cells))
    assert reading.program.modules == ((f"{name}.py", b"top = 1\nlow = 2\n"),)
    assert reading.notes[0] == f"{name}.py, which a cell writes, can be imported"


@pytest.mark.parametrize(
    "name", ["../own.py", "/etc/own.py", "torch.py", "own.txt", "0.py", "..py", ".py", ""]
)
def test_only_a_module_of_its_own_can_be_written(tmp_path, name):
    reading = read(written(tmp_path, "lab1.ipynb", notebook(f"%%writefile {name}\ntop = 1", Q)))
    assert reading.program.modules == ()
    assert not any("which a cell writes" in note for note in reading.notes)


def test_a_module_that_is_written_again_is_the_last_one(tmp_path):
    cells = notebook("%%writefile own.py\na = 1", "%%writefile own.py\r\na = 2", Q)
    reading = read(written(tmp_path, "lab1.ipynb", cells))
    assert reading.program.modules == (("own.py", b"a = 2\n"),)


def test_magics_keep_line_numbers(tmp_path):
    path = written(
        tmp_path, "lab1.ipynb", notebook("%matplotlib inline\n!pip \\\n install x\n" + Q)
    )
    assert graded(read(path)) == [("cell 1", [4], Q.strip())]


def test_the_last_definition_counts_and_the_student_is_told(tmp_path):
    path = written(tmp_path, "lab1.ipynb", notebook(Q, f"\n{Q}", "quantized_weights(1)"))
    reading = read(path)
    assert graded(reading) == [("cell 2", [2], Q.strip())]
    assert reading.notes == (
        "quantized_weights is defined 2 times: the last counts (cell 2, line 2)",
    )


@pytest.mark.parametrize(
    ("head", "holds"),
    [
        ("", False),
        ("# %%\n", True),
        ("# In[3]:\n", True),
        ('"""lab1.ipynb\n\nAutomatically generated by Colab.\n"""\n', True),
        ('"""Like what is automatically generated by Colab."""\n', False),
    ],
)
def test_the_main_guard_holds_in_a_notebook_that_was_saved_as_a_script(tmp_path, head, holds):
    source = f"""{head}{Q}
if __name__ == "__main__":
    def quantized_weights(weights): return 7
"""
    reading = read(written(tmp_path, "lab1.py", source))
    assert ("return 7" in graded(reading)[-1][2]) == holds


def test_a_script_that_a_cell_runs_is_the_main_one(tmp_path):
    path = written(tmp_path, "lab1.ipynb", notebook("%run own.py", Q))
    written(tmp_path, "own.py", f"if __name__ == '__main__':\n    top = 1\n{Q}")
    source = read_source(
        path.read_bytes(), path.name, {"own.py": (tmp_path / "own.py").read_bytes()}
    )
    assert source.binds("top")


def test_the_main_guard_is_out_and_future_imports_are_in(tmp_path):
    source = f"""'''Lab.'''
from __future__ import annotations
{Q}
if __name__ == "__main__":
    quantized_weights = None
"""
    reading = read(written(tmp_path, "lab1.py", source))
    assert graded(reading)[0][1] == [2, 3]


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code", "source": Q},
        {"cell_type": "code", "source": Q.splitlines(keepends=True)},
        {"cell_type": "code", "source": Q, "outputs": None, "execution_count": float("nan")},
        {"cell_type": "code", "source": Q, "outputs": [{"text": "\ud83d"}], "id": 5, "x": {}},
    ],
)
def test_stray_and_missing_keys_do_not_matter(tmp_path, cell):
    path = written(tmp_path, "lab1.ipynb", json.dumps({"cells": [cell], "metadata": 5}))
    assert graded(read(path)) == [("cell 1", [1], Q.strip())]


def test_old_notebooks_have_worksheets(tmp_path):
    sheets = [
        {"cells": [{"cell_type": "heading", "source": "Lab"}, {"cell_type": "code", "input": Q}]}
    ]
    path = written(tmp_path, "lab1.ipynb", json.dumps({"nbformat": 3, "worksheets": sheets}))
    assert graded(read(path)) == [("cell 2", [1], Q.strip())]


def test_a_damaged_cell_is_left_out_by_name(tmp_path):
    cells = [{"cell_type": "code", "source": 5}, None, {"source": "x"}, Q]
    reading = read(written(tmp_path, "lab1.ipynb", notebook(*cells)))
    assert [label for label, _, _ in graded(reading)] == ["cell 4"]
    assert [note[:17] for note in reading.notes] == [f"cell {n} is damaged" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + Q.encode(),
        b"# coding: latin-1\n# \xe9\n" + Q.encode(),
        f"# é\n{Q}".encode("utf-16"),
        f"# é\r\n{Q}".replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8 with mark", "latin-1", "utf-16", "windows"],
)
def test_declared_codings_are_read(tmp_path, data):
    assert graded(read(written(tmp_path, "lab1.py", data)))[0][2] == Q.strip()


# What cannot be read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.py", "x = 1\ndef quantized_weights(:\n", "a.py, line 2: "),
        ("a.py", b"", "Nothing that the lab asks for is defined: quantized_weights, "),
        ("a.py", b"\xff\xff", "no text in UTF-8"),
        ("a.py", b"# coding: zlib\n", "no text in UTF-8"),
        ("a.py", Q + "\0", "null bytes"),
        ("a.py", "x = " + "-" * 200_000 + "1", "nested too deeply"),
        ("a.py", "# " + "x" * 1_000_001, "more than 1,000,000 characters"),
        ("a.ipynb", "", "a.ipynb is empty"),
        ("a.ipynb", "%PDF-1.7 ...", "a PDF document"),
        ("a.ipynb", "<!DOCTYPE html>", "a web page"),
        ("a.ipynb", "PK\3\4", "damaged or not an archive"),
        ("a.ipynb", notebook(Q)[:-9], "damaged or not a notebook ("),
        ("a.ipynb", "[1]", "damaged or not a notebook (Expected `object`, got `array`)"),
        ("a.ipynb", "[" * 100_000, "nested too deeply"),
        ("a.ipynb", notebook(*["x"] * 5_001), "more than 5,000 cells"),
        ("a.ipynb", notebook("x = (", "y"), "cell 1, line 1: '(' was never closed"),
        ("a.ipynb", notebook(*["#" * 999_999] * 5), "more than 4,000,000 characters"),
        ("a.ipynb", b"[" * (32 * 2**20 + 1), "more than 32 MiB"),
        ("a.pdf", "%PDF-1.7 ...", "a.pdf is a PDF document"),
        ("a.zip", b"PK\5\6" + bytes(18), "holds no .py and no .ipynb"),
        ("a.zip", "%PDF-1.7 ...", "damaged or not an archive"),
        ("a.tar.gz", "%PDF-1.7 ...", "damaged or not an archive"),
    ],
)
def test_one_clear_line(tmp_path, name, data, words):
    assert words in refusal(written(tmp_path, name, data))


def test_the_line_arrives_through_the_process(tmp_path):
    with pytest.raises(UnreadableSubmissionError, match=r"^a.ipynb is empty\. Hand in the .ipynb"):
        load(written(tmp_path, "a.ipynb", ""))


def test_a_path_that_cannot_be_opened_is_the_callers_mistake(tmp_path):
    for path in (tmp_path / "missing.py", tmp_path / "nul\0.py", tmp_path / "a" / "b.py"):
        with pytest.raises(UsageError, match="cannot be opened"):
            load(path)
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        load(tmp_path / "pipe.py")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "".join(f"x{i} = x{i - 1}\n" for i in range(50_000)) + Q.replace("1.0", "x49999"),
            id="time",
            marks=pytest.mark.rest,
        ),
        pytest.param('{"cells": [' + "[]," * 9_000_000 + "[]]}", id="memory"),
    ],
)
def test_the_reader_has_limits(tmp_path, source):
    name = "a.ipynb" if source.startswith("{") else "a.py"
    with pytest.raises(UnreadableSubmissionError, match=r"takes too long|needs more than 512 MiB"):
        load(written(tmp_path, name, source))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("ROOT", "missing", "ended with 1"), ("WAIT_SECONDS", 0, "got no time within 0 seconds")],
)
def test_a_reader_that_does_not_work_is_not_the_students_fault(
    tmp_path, monkeypatch, name, value, words
):
    (tmp_path / "missing").mkdir()
    new = tmp_path / value if name == "ROOT" else value
    monkeypatch.setattr(serving, name, new)
    with pytest.raises(GraderError, match=words):
        load(written(tmp_path, "lab1.py", Q))


def test_a_reader_goes_on_after_what_it_could_not_read(tmp_path):
    long = "".join(f"x{i} = x{i - 1}\n" for i in range(50_000)) + Q.replace("1.0", "x49999")
    with hasty_reader(written(tmp_path, "lab1.py", Q)) as reader:
        first = reader.load(tmp_path / "lab1.py")
        for name, source in (("a.py", long), ("b.py", "nothing = 0\n")):
            with pytest.raises(UnreadableSubmissionError, match=r"takes too long|Nothing that"):
                reader.load(written(tmp_path, name, source))
        assert reader.load(tmp_path / "lab1.py") == first
        assert reader.load_whole(tmp_path / "lab1.py") == Whole("lab1.py", Q.encode())
        reader._server._process.kill()  # by whoever needs memory
        reader._server._process.wait()
        assert reader.load(tmp_path / "lab1.py") == first


def test_the_process_that_reads_ends_with_its_reader(tmp_path):
    path = written(tmp_path, "lab1.py", Q)
    with Reader() as reader:
        reader.load(path)
        process = reader._server._process
        assert process.poll() is None
    assert process.returncode == 0
    left = Reader()
    left.load(path)
    process = left._server._process
    del left
    gc.collect()
    assert process.returncode == 0


def test_a_reader_that_gets_no_time_leaves_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "WAIT_SECONDS", 0)
    reader = Reader()
    with pytest.raises(GraderError, match="got no time"):
        reader.load(written(tmp_path, "lab1.py", Q))
    assert reader._server._process.wait() == -signal.SIGKILL
    monkeypatch.undo()
    assert reader.load(tmp_path / "lab1.py").program.cells


def test_loading_brings_no_parser_into_the_graders_process(tmp_path):
    path = written(tmp_path, "lab1.ipynb", notebook("!ls", Q))
    code = (
        f"import sys, pathlib; from grader.submission import load\n"
        f"assert load(pathlib.Path({str(path)!r})).program.cells\n"
        f"assert not {{'torch', 'IPython', 'grader.submission.source'}} & {{*sys.modules}}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_nothing_of_the_student_is_executed(tmp_path):
    mark = tmp_path / "mark"
    evil = f"open({str(mark)!r}, 'w')\nimport evil\n{Q}"
    written(tmp_path, "in/evil.py", evil)
    written(tmp_path, "in/sitecustomize.py", evil)
    written(tmp_path, "in/lab1.ipynb", notebook(evil, f"!touch {mark}", NET))
    load(tmp_path / "in")
    assert not mark.exists()


# Folders and archives ------------------------------------------------------------------------


def packed_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def packed_tar(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return path


def unpacked(path, files):
    for name, content in files.items():
        written(path, name, content)
    return path


@pytest.fixture(params=[unpacked, packed_zip, packed_tar], ids=["folder", "zip", "tar.gz"])
def pack(request, tmp_path):
    """Hand in several files as a folder, as a zip and as a tar."""
    suffix = {unpacked: "", packed_zip: ".zip", packed_tar: ".tar.gz"}[request.param]
    return lambda files: request.param(tmp_path / f"all{suffix}", files)


def test_the_file_is_found_by_what_it_defines(pack):
    reading = read(
        pack(
            {
                "README.txt": Q,
                "lab1.py": "import torch\nx = 1\n",
                "test_lab1.py": "from copy of quantized_weights import *",
                "tests/check.py": "from final import quantized_weights, NetQuantized",
                "work/final.ipynb": notebook(Q, NET),
                "work/old.ipynb": notebook(Q),
                ".ipynb_checkpoints/final-checkpoint.ipynb": notebook(Q, NET),
                "__MACOSX/final.ipynb": notebook(Q, NET),
            }
        )
    )
    assert [code for _, _, code in graded(reading)] == [Q.strip(), NET.strip()]
    assert reading.kind in {"folder", "archive"}
    assert reading.notes[0].startswith("work/final.ipynb is graded: it fills in 1 of the 10 blanks")
    held = "it fills in 1 of the 10 blanks (quantized_weights)"
    assert f"work/old.ipynb is not graded: {held}" in reading.notes
    assert any(note.startswith("test_lab1.py, line 1: ") for note in reading.notes)


def test_a_notebook_goes_before_its_twin(pack):
    assert read(pack({"a.py": Q, "b.ipynb": notebook(Q)})).notes[0].startswith("b.ipynb is graded")


def test_helper_modules_stay_importable_and_shadow_nothing(pack):
    reading = read(
        pack(
            {
                "in/lab1.py": "from quant.core import q\n" + Q,
                "in/quant/__init__.py": "",
                "in/quant/core.py": "q = 1",
                "in/helpers.py": "x = (",
                "in/json.py": "",
                "in/torch/__init__.py": "",
                "in/numpy.py": "",
                "in/sitecustomize.py": "",
                "in/conftest.py": "",
                "in/grader/errors.py": "",
                "in/not-a-module.py": "",
                "beside.py": "",
            }
        )
    )
    modules = dict(reading.program.modules)
    assert modules == {"quant/__init__.py": b"", "quant/core.py": b"q = 1", "helpers.py": b"x = ("}
    shadows = [note.split()[0] for note in reading.notes if "cannot be imported" in note]
    assert sorted(shadows) == sorted(
        f"in/{name}.py"
        for name in (
            "conftest",
            "grader/errors",
            "json",
            "numpy",
            "sitecustomize",
            "torch/__init__",
        )
    )


def test_a_folder_without_code_is_one_clear_line(pack):
    assert "holds no .py and no .ipynb file" in refusal(
        pack({"lab1.pdf": "%PDF", "lab1.zip": "PK"})
    )


def test_a_broken_file_is_named_when_nothing_else_is_there(pack):
    line = refusal(pack({"lab1.py": "x = (", "helper.py": "x = 1"}))
    assert "lab1.py, line 1: '(' was never closed" in line


def test_too_many_bytes_of_modules_are_left_out(pack, monkeypatch):
    monkeypatch.setattr("grader.submission.reader.MOST_MODULES", 2**20)
    large = "#" * 800_000
    reading = read(pack({"lab1.ipynb": notebook(Q), "a.py": large, "b.py": large, "c.py": ""}))
    assert [name for name, _ in reading.program.modules] == ["a.py", "c.py"]
    assert "b.py cannot be imported: more than 1 MiB of modules" in reading.notes


def test_too_many_files_are_one_clear_line(pack):
    assert "files" in refusal(pack({f"{number}.py": "" for number in range(600)}))


def test_paths_do_not_lead_outside(tmp_path):
    names = ["../a.py", "/a.py", "x/../../a.py", "/".join("abcdefghijkl") + "/a.py"]
    path = packed_zip(tmp_path / "slip.zip", {**dict.fromkeys(names, Q), "b.py": NET})
    reading = read(path)
    assert reading.program.modules == ()
    assert [note for note in reading.notes if "left out" in note] == [
        f"{name} is left out: it lies outside, or too deep" for name in names
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_links_are_not_followed(tmp_path):
    secret = written(tmp_path, "secret.py", Q)
    folder = tmp_path / "in"
    written(folder, "b.py", NET)
    (folder / "a.py").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        link = zipfile.ZipInfo("a.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, str(secret))
        archive.writestr("b.py", NET)
    with tarfile.open(tmp_path / "in.tar.gz", "w:gz") as archive:
        archive.add(folder, "in")
    for path in (folder, tmp_path / "in.zip", tmp_path / "in.tar.gz"):
        reading = read(path)
        assert [code for _, _, code in graded(reading)] == [NET.strip()]
        assert reading.program.modules == ()


def test_bombs_are_one_clear_line(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lab1.ipynb", b"[" * 100_000_000)
    assert "lab1.ipynb is left out: it has more than 32 MiB" in refusal(tmp_path / "bomb.zip")
    member = tarfile.TarInfo("lab1.py")
    member.size = 10**12
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as archive:
        archive.fileobj.write(member.tobuf())
    assert "unpacks to more than 512 MiB" in refusal(tmp_path / "bomb.tar.gz")


def test_an_encrypted_zip_is_one_clear_line(tmp_path):
    path = packed_zip(tmp_path / "a.zip", {"lab1.py": Q})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag in the file's own header, and in the directory
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in refusal(path)


def test_names_that_are_no_text_are_shown_escaped(tmp_path):
    written(tmp_path, "in/\udcff.py", Q)
    reading = load(tmp_path / "in")
    assert reading.notes == ("\\udcff.py is graded",)
    assert re.fullmatch(r"\\udcff\.py", graded(reading)[0][0])


def test_an_archive_among_the_files_is_unpacked_once(pack, tmp_path):
    inner = packed_zip(tmp_path / "inner.zip", {"mine/lab1.py": Q, "/abs.py": Q, "../up.py": Q})
    packed_tar(tmp_path / "again.tar.gz", {"lab1.py": Q})
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "handed/in.zip")
        archive.writestr("broken.tgz", "no archive")
    reading = read(outer)
    assert reading.notes[0] == "handed/in.zip/mine/lab1.py is graded"
    assert {note for note in reading.notes if "left out" in note} == {
        "/abs.py is left out: it lies outside, or too deep",
        "../up.py is left out: it lies outside, or too deep",
    }
    assert any(note.startswith("broken.tgz is damaged") for note in reading.notes)
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.write(outer, "outer.zip")
    assert "holds no .py and no .ipynb file" in refusal(tmp_path / "twice.zip")


@pytest.mark.parametrize(
    ("broken", "left_out"),
    [
        ("# %%\nx = (\n\n# %% more\n", "lines 4 to 6"),
        ("# In[3]:\nx = (\n\n# In[4]:\n", "lines 4 to 6"),
        ("\nx = )\ny = 1\n\n", "lines 5 to 7"),
    ],
)
def test_what_is_no_python_in_a_script_is_left_out_by_itself(tmp_path, broken, left_out):
    path = written(tmp_path, "lab1.py", f"import math\r\n\n\n{broken}{Q}")
    reading = read(path)
    assert [code for _, _, code in graded(reading)] == [Q.strip()]
    [note] = reading.notes
    assert re.match(rf"lab1.py, line [56]: .*; {left_out} are left out", note)


HUGE = "0x" + "f" * 5_000
"""A number that Python reads, and refuses to write."""


@pytest.mark.parametrize(
    "line",
    [
        f"if False:\n    x = table[{HUGE}]",
        f"if x:\n    sys.modules[{HUGE}].NetQuantized = None",
        f"vars(sys.modules[-{HUGE}])['y'] = {HUGE}",
        f"%time sys.modules[{HUGE}].y = {HUGE}",
        f"get_ipython().run_line_magic('time', 'z = {HUGE}')",
        f"match x:\n    case {HUGE}: pass",
        f"def f(x={HUGE}): return f'{{{HUGE}}}'",
        f"try: exec({HUGE})\nexcept {HUGE}: pass",
    ],
    ids=range(8),
)
def test_a_number_that_cannot_be_written_stops_no_reading(tmp_path, line):
    for name, text in (("lab1.py", f"{Q}{line}\n"), ("lab1.ipynb", notebook(line, Q))):
        found = load(written(tmp_path, name, text))
        assert (list(found.graded), found.notes) == (["quantized_weights"], ())


def stumbling(*, over: bytes):
    """A `read_source` with a fault of its own."""

    def read(data: bytes, name: str, files: Mapping[str, bytes]) -> object:
        if over in data:
            raise KeyError("unforeseen\x1b[31m\nof two lines")
        return read_source(data, name, files)

    return read


def test_what_the_reader_does_not_foresee_costs_that_file_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(choice, "read_source", stumbling(over=b"odd"))
    for name in ("odd.py", "odd.ipynb"):
        path = written(tmp_path, name, f"{Q}odd = 1\n")
        with pytest.raises(UnreadableSubmissionError, match=f"^{name} cannot be read: .*the staff"):
            read(path)
    assert capsys.readouterr().err.count("KeyError: ") == 2
    written(tmp_path, "lab1.py", Q)
    found = read(tmp_path)
    assert found.graded == {"quantized_weights": "lab1.py, line 1"}
    assert [note.partition(":")[0] for note in found.notes[1:]] == [
        "odd.ipynb cannot be read",
        "odd.py cannot be read",
    ]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("raise KeyError('of two\\nlines')", "cannot be read: it holds something that the grader"),
        ("raise SystemExit", "cannot be read: it holds something that the grader"),
        ("import os; os.abort()", "cannot be read. Hand in the lab's code only"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGBUS)", "cannot be read. Hand in"),
    ],
)
def test_a_reader_that_stumbles_refuses_the_file_and_tells_the_staff(
    tmp_path, monkeypatch, capsys, act, words
):
    stumbles = f"def read(path): {act}\nreader.read = read\nreader.main()\n"
    code = f"import sys\nfrom grader.submission import reader\n{stumbles}"
    started = [sys.executable, "-E", "-s", "-c", code]
    popen = serving.subprocess.Popen
    monkeypatch.setattr(serving.subprocess, "Popen", lambda _, **options: popen(started, **options))
    with Reader() as stumbling:
        for _ in range(2):
            with pytest.raises(UnreadableSubmissionError) as raised:
                stumbling.load(written(tmp_path, "lab1.py", Q))
            assert words in str(raised.value)
            assert len(str(raised.value).splitlines()) == 1
        assert stumbling.load_whole(tmp_path / "lab1.py") == Whole("lab1.py", Q.encode())
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if line.startswith("reader: Traceback")] == [
        "reader: Traceback (most recent call last):"
    ] * (2 if "raise" in act else 0)


CHALLENGE = "def power_of_two_scale(scale):\n    return helper(scale)\n"
HELPER = "def helper(scale):\n    return 2.0\n"


def definitions(program):
    """The functions that the kept statements define."""
    pieces = [piece.text for cell in program.cells for piece in cell.pieces]
    return [name for text in pieces for name in re.findall(r"def (\w+)", text)]


def test_what_is_answered_of_question_c_has_a_slice_of_its_own(tmp_path):
    alone = load(written(tmp_path, "lab1.py", Q))
    found = load(written(tmp_path, "lab2.py", Q + HELPER + CHALLENGE))
    assert alone.challenges is None
    assert found.digest == alone.digest
    assert definitions(found.program) == ["quantized_weights"]
    assert found.challenges is not None
    assert found.challenges.graded == {"power_of_two_scale": "lab2.py, line 5"}
    kept = definitions(found.challenges.program)
    assert kept == ["quantized_weights", "helper", "power_of_two_scale"]
    assert found.challenges.digest != found.digest


@pytest.mark.parametrize(
    "source",
    [
        "def requantize(x, scale):\n    return x * scale\n",
        "def power_of_two_scale(scale):\n    pass\n",
        "def power_of_two_scale(scale):\n    raise NotImplementedError\n",
        "power_of_two = 2\n",
        "from elsewhere import power_of_two_scale\n",
    ],
)
def test_what_is_no_answer_to_question_c(tmp_path, source):
    assert load(written(tmp_path, "lab1.py", Q + source)).challenges is None


def test_a_helper_of_that_name_belongs_to_an_answer(tmp_path):
    source = (
        "def requantize(x, m, s):\n    return x\ndef quantize_multiplier(x):\n    return 1, 2\n"
    )
    found = load(written(tmp_path, "lab1.py", Q + source)).challenges
    assert found is not None
    assert set(found.graded) == {"requantize", "quantize_multiplier"}


def test_of_two_files_that_fill_in_as_much_the_one_with_challenges_counts(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder, "a.py", Q)
    written(folder, "b.py", Q + HELPER + CHALLENGE)
    found = load(folder)
    assert found.notes[0].startswith("b.py is graded")
    assert found.challenges is not None
