"""Uploads that are put together from the parts of a right solution."""

import ast
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import nbformat
import pytest

from grader.template import TEMPLATE

PLAIN = (Path(__file__).parents[1] / "bases" / "plain.py").read_text(encoding="utf-8")
TEMPLATE_SCRIPT = (TEMPLATE / "lab1.py").read_text(encoding="utf-8")
TEMPLATE_NOTEBOOK = (TEMPLATE / "lab1.ipynb").read_text(encoding="utf-8")
IMPORTS = """\
from copy import deepcopy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
"""
RANGES = ("value_range", "three_sigma_range")
WEIGHTS = ("quantized_weights",)
EQUATIONS = ("Q4_1A", "Q4_1B", "Q5_1")
NETS = ("Net", "NetWithBias", "copy_model")
QUANTIZED = ("NetQuantized", "NetQuantizedWithBias")
ALL = (*NETS, *RANGES, *WEIGHTS, *EQUATIONS, *QUANTIZED)


@cache
def definitions(of: str) -> dict[str, str]:
    """The text of each definition."""
    found = {}
    for node in ast.parse(of).body:
        segment = ast.get_source_segment(of, node) or ""
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = segment
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = segment
    return found


def part(*names: str, of: str = PLAIN) -> str:
    """The definitions of these names, without imports."""
    return "\n\n\n".join(definitions(of)[name] for name in names) + "\n"


def module(*names: str) -> str:
    """A script with the definitions of these names."""
    return f"{IMPORTS}\n\n{part(*names)}"


def notebook(*cells: str) -> str:
    """A notebook of code cells."""
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    return str(nbformat.writes(written))


def indented(text: str) -> str:
    """The text as it stands in a function."""
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


def filled(*names: str) -> str:
    """The template as a notebook, in whose last cells these names are filled in."""
    saved = json.loads(TEMPLATE_NOTEBOOK)
    written = {"cell_type": "code", "id": "own", "metadata": {}, "source": module(*names)}
    cell = {**written, "outputs": [], "execution_count": None}
    return json.dumps({**saved, "cells": [*saved["cells"], cell]})


def as_folder(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """The files in a folder."""
    for name, content in files.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_zip(path: Path, files: Mapping[str, str | bytes], years: Mapping[str, int] = {}) -> Path:
    """The files in a zip, each changed at the start of a year."""
    path = path.with_name(f"{path.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (years.get(name, 2026), 1, 1, 0, 0, 0)), content)
    return path


def as_tar(path: Path, files: Mapping[str, str | bytes], years: Mapping[str, int] = {}) -> Path:
    """The files in a tar, each changed at the start of a year."""
    path = path.with_name(f"{path.name}.tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), (years.get(name, 2026) - 1970) * 31_556_952
            archive.addfile(member, io.BytesIO(data))
    return path


FORMS = {"folder": as_folder, "zip": as_zip, "tar": as_tar}
EACH_FORM = [
    "folder",
    pytest.param("zip", marks=pytest.mark.rest),
    pytest.param("tar", marks=pytest.mark.rest),
]
"""An archive is read as a folder is: a few tests show that, the rest repeats it."""
