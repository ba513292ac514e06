"""Content decides what a file is; what is no submission is called by what it is."""

import json
import re
from pathlib import Path

import pytest

from tests.front.conftest import Graded, loses_nothing
from tests.front.uploads import (
    ALL,
    EACH_FORM,
    FORMS,
    IMPORTS,
    PLAIN,
    TEMPLATE_NOTEBOOK,
    as_tar,
    as_zip,
    indented,
    notebook,
    part,
)

NOTEBOOK = notebook(IMPORTS, "%matplotlib inline", part(*ALL))
PERCENT = f"# %% [markdown]\n# # Lab 1\n\n# %%\n{IMPORTS}\n# %%\n%matplotlib inline\n{part(*ALL)}"
DATABRICKS = f"""# Databricks notebook source
# MAGIC %md
# MAGIC # Lab 1

# COMMAND ----------

# MAGIC %pip install torch

# COMMAND ----------

{IMPORTS}
# COMMAND ----------

{part(*ALL)}"""


MARIMO = f"""import marimo

__generated_with = "0.17.0"
app = marimo.App(width="medium")


@app.cell
def _({", ".join(("F", "deepcopy", "nn", "np", "torch"))}):
{indented(part(*ALL))}
    return {", ".join(ALL)}


@app.cell(hide_code=True)
def _(mo):
    mo.md(r\"\"\"
# Lab 1
    \"\"\")
    return


@app.cell
def _():
    import marimo as mo
{indented(IMPORTS)}
    return F, deepcopy, mo, nn, np, torch


if __name__ == "__main__":
    app.run()
"""
WITH_FUNCTIONS = f"""import marimo

app = marimo.App()

with app.setup:
{indented(IMPORTS)}

@app.function
{part("value_range")}

@app.class_definition
{part("Net")}

@app.cell
def _():
{indented(part(*(name for name in ALL if name not in ("value_range", "Net"))))}
    return
"""
CONVERTED = f"""import marimo

app = marimo.App()

with app.setup:
{indented(IMPORTS)}

app._unparsable_cell(
    r\"\"\"
    files = !ls
{indented(part(*ALL))}
    \"\"\",
    name="_"
)

app._unparsable_cell(
    r\"\"\"
    print(
    \"\"\",
    name="_"
)
"""
CONTENTS = {
    "lab1.ipynb.txt": NOTEBOOK,
    "lab1.ipynb.json": NOTEBOOK,
    "lab1.json": NOTEBOOK,
    "lab1.ipynb (1)": NOTEBOOK,
    "lab1": NOTEBOOK,
    "lab1.py": NOTEBOOK,
    "lab1.txt": PERCENT,
    "lab1.py.txt": PLAIN,
    "lab1_py": PLAIN,
    "lab1.ipynb": PLAIN,
    "export.py": DATABRICKS,
    "export.txt": DATABRICKS,
    "marimo_lab.py": MARIMO,
    "functions.py": WITH_FUNCTIONS,
    "converted.py": CONVERTED,
    "percent.md": PERCENT,
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_name_decides_nothing(name: str, tmp_path: Path, graded: Graded) -> None:
    path = tmp_path / name
    path.write_text(CONTENTS[name], encoding="utf-8")
    assert loses_nothing(graded(path))


@pytest.mark.parametrize("form", EACH_FORM)
@pytest.mark.parametrize("name", ["lab1.ipynb.txt", "lab1.txt", "lab1", "marimo_lab.py"])
def test_nor_does_it_among_others(name: str, form: str, tmp_path: Path, graded: Graded) -> None:
    files = {
        "photo.png": b"\x89PNG\r\n",
        "data.csv": "a,b\n1,2\n",
        "lab1_template.ipynb": TEMPLATE_NOTEBOOK,
        "README": "My lab. See quantized_weights.",
        f"work/{name}": CONTENTS[name],
    }
    result = graded(FORMS[form](tmp_path / "in", files))
    assert loses_nothing(result)
    assert result.notes[0].startswith(f"work/{name} is graded")


@pytest.mark.parametrize("name", ["lab1.ipynb", "lab1.py", "upload", "lab1.rar"])
@pytest.mark.parametrize("pack", [as_zip, as_tar])
def test_an_archive_is_one_whatever_it_is_called(
    name: str, pack, tmp_path: Path, graded: Graded
) -> None:
    packed = pack(tmp_path / "in", {"lab1.ipynb": NOTEBOOK})
    assert loses_nothing(graded(packed.rename(tmp_path / name)))


def test_a_marimo_notebook_keeps_its_lines_and_its_texts(tmp_path: Path, graded: Graded) -> None:
    line = "    def quantized_weights(weights):\n"
    broken = MARIMO.replace(line, f"{line}        raise ValueError('''\nas it is''')\n")
    path = tmp_path / "lab1.py"
    path.write_text(broken, encoding="utf-8")
    result = graded(path)
    number = broken.splitlines().index("        raise ValueError('''") + 1
    [entry] = [entry for entry in result.entries if entry.check == "weights.form"]
    assert "ValueError" in entry.verdict.actual
    assert "as it is" in entry.verdict.actual
    assert f"line {number}" in entry.verdict.actual
    assert result.graded["quantized_weights"] == f"lab1.py, cell 1, line {number - 1}"


def test_of_a_name_that_marimo_has_renamed_the_first_counts_and_that_is_said(
    tmp_path: Path, graded: Graded
) -> None:
    later = "\n\n@app.cell\ndef _():\n    def quantized_weights_1(weights):\n        return 1\n"
    path = tmp_path / "lab1.py"
    path.write_text(MARIMO + later, encoding="utf-8")
    result = graded(path)
    assert any("marimo has renamed a later definition" in note for note in result.notes)
    path.write_text(MARIMO, encoding="utf-8")
    assert not any("renamed" in note for note in graded(path).notes)
    # Where marimo has saved nothing, such a name is another function.
    path.write_text(PLAIN + "\ndef quantized_weights_1(weights):\n    return 1\n", encoding="utf-8")
    assert not any("renamed" in note for note in graded(path).notes)


TWICE = """\
import marimo

app = marimo.App()


@app.cell
def _():
    def _quantized_weights(weights):
        return weights, 1.0
    print(_quantized_weights(1))
    return


@app.cell
def _():
    def _quantized_weights(weights):
        return weights, 2.0
    print(_quantized_weights(1))
    return
"""
"""What `marimo convert` makes of two cells that each define a name and use it."""


@pytest.mark.parametrize("more", [False, True])
def test_of_a_name_that_marimo_has_given_to_its_cells_it_is_said_where_it_is(
    more: bool, tmp_path: Path, graded: Graded
) -> None:
    path = tmp_path / "lab1.py"
    rest = f"\n\n@app.cell\ndef _():\n{indented(part('value_range'))}\n    return value_range\n"
    path.write_text(TWICE + rest * more, encoding="utf-8")
    line = next(note for note in graded(path).notes if "quantized_weights is not defined" in note)
    assert "but _quantized_weights is (lab1.py, cell 2, line 16), which in marimo" in line
    assert "Take away the underscore where it is meant" in line


def test_what_marimo_could_not_convert_is_said(tmp_path: Path, graded: Graded) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(CONVERTED, encoding="utf-8")
    [line] = graded(path).notes
    number = CONVERTED.splitlines().index("    print(") + 1
    assert line.startswith(f"lab1.py, cell 3, line {number}: '(' was never closed")
    assert line.endswith("this cell is left out")


CONFLICT = """\
<<<<<<< HEAD
  "metadata": {},
=======
  "metadata": {"a": 1},
>>>>>>> 1f2e3d4 (mine)
"""
REFUSED = {
    # A name, a content, what is said of it.
    "an export as a page": ("lab1.html", "<!DOCTYPE html>\n<html>", "is a web page"),
    "a page of XML": ("lab1.xhtml", '<?xml version="1.0"?>\n<html>', "is a web page"),
    "an export as a PDF": ("lab1.pdf", "%PDF-1.7 \n", "is a PDF document"),
    "a RAR": ("lab1.rar", b"Rar!\x1a\x07\x01\0", "is a RAR archive"),
    "a 7z": ("lab1.7z", b"7z\xbc\xaf\x27\x1c\0\4", "is a 7z archive"),
    "a renamed 7z": ("lab1.ipynb", b"7z\xbc\xaf\x27\x1c\0\4", "is a 7z archive"),
    "a picture": ("lab1.png", b"\x89PNG\r\n\x1a\n", "is a picture"),
    "weights": ("net.pth", b"\x80\x02\x8a\n", "is a pickle"),
    "a Google shortcut": (
        "lab1.gdoc",
        '{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": "a@b.c"}',
        "is a shortcut to a file in a cloud drive",
    ),
    "a shortcut of Windows": ("lab1.lnk", b"L\0\0\0\x01\x14\x02\0", "is a shortcut of Windows"),
    "an address of Windows": (
        "lab1.url",
        "[InternetShortcut]\r\nURL=https://colab.research.google.com/drive/1\r\n",
        "is a shortcut to a web page",
    ),
    "an address of macOS": (
        "lab1.webloc",
        '<?xml version="1.0"?><plist><dict><key>URL</key><string>https://a.b</string></dict></plist>',
        "is a shortcut of macOS",
    ),
    "a link": (
        "lab1.txt",
        "https://colab.research.google.com/drive/1a2b3c?usp=sharing\n",
        "is a text with a link to colab.research.google.com",
    ),
    "a link with words": (
        "lab1.py",
        "Hi, here is my notebook: https://drive.google.com/file/d/1/view (Ann)\n",
        "is a text with a link to drive.google.com",
    ),
    "a comment with a link": (
        "submission.py",
        "# Lab 1\n# https://github.com/me/lab1\n",
        "is a text with a link to github.com",
    ),
    "conflict marks in a notebook": (
        "lab1.ipynb",
        NOTEBOOK.replace('"nbformat"', f'\n{CONFLICT}"nbformat"', 1),
        r"has conflict marks of git \(line \d+: <<<<<<< HEAD\)",
    ),
    "Windows' letters": (
        "lab1.py",
        "# Größe der Übung, für später geändert – naïve Überlegung, déjà vu\n".encode("cp1252"),
        "most likely in cp125",
    ),
    "Cyrillic letters": (
        "lab1.py",
        ("# Квантование весов нейронной сети в восемь бит\n" * 4 + PLAIN).encode("cp1251"),
        "most likely in cp1251",
    ),
    "Japanese letters": (
        "lab1.py",
        ("# 重みを八ビットの整数に量子化する。これは課題の解答です。\n" * 4).encode("shift_jis"),
        "most likely in (cp932|shift-jis)",
    ),
    "nothing": ("lab1.txt", "I could not finish.\n", "Nothing that the lab asks for is defined"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_submission_says_what_it_is(name: str, tmp_path: Path, graded: Graded) -> None:
    upload, content, words = REFUSED[name]
    path = tmp_path / upload
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = graded(path)
    [line] = result.notes
    assert re.search(words, line), line
    assert "\n" not in line
    assert all(entry.status == "not reached" for entry in result.entries)


def test_a_folder_names_what_it_holds_instead_of_code(tmp_path: Path, graded: Graded) -> None:
    files = {"report.pdf": b"%PDF-1.7", "lab1.html": "<html>", "old/lab1.7z": b"7z\xbc\xaf"}
    [line] = graded(FORMS["folder"](tmp_path / "in", files)).notes
    assert "holds no .py and no .ipynb file" in line
    for words in ("report.pdf is a PDF document.", "lab1.html is a web page.", "a 7z archive."):
        assert words in line


def test_a_conflict_in_a_script_costs_its_own_definitions(tmp_path: Path, graded: Graded) -> None:
    ranges = part("value_range")
    conflict = f"\n<<<<<<< HEAD\n{ranges}=======\n{ranges}>>>>>>> theirs\n\n"
    path = tmp_path / "lab1.py"
    path.write_text(PLAIN.replace(part("value_range").strip(), conflict), encoding="utf-8")
    result = graded(path)
    assert {entry.check for entry in result.entries if entry.status != "passed"} == {"ranges.value"}
    assert any(
        "conflict marks of git" in note and "with value_range" in note for note in result.notes
    )


def test_json_that_only_looks_like_a_notebook(tmp_path: Path, graded: Graded) -> None:
    path = tmp_path / "cells.json"
    path.write_text(json.dumps({"cells": 5, "text": "def quantized_weights"}), encoding="utf-8")
    [line] = graded(path).notes
    assert line.startswith("cells.json is damaged or not a notebook")
