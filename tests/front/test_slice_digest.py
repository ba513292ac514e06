"""Probes are drawn by the seed and by what the graded code is, not by what it is wrapped in."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from grader.grade import Terms, grade_in
from grader.sandbox.outside.wall import Wall

Asked = Callable[[Path], tuple[str, list[str]]]

CODE = '''
import torch

def digest(weights):
    return float(weights.flatten().double() @ torch.arange(weights.numel()).double()).hex()

def quantized_weights(weights):
    """Of the lab."""
    print(f"given {digest(weights)}")
    scale = 127 / float(weights.abs().max())
    return (weights * scale).round().clamp(-128, 127), scale
'''
COMMENTED = '''# Question 2
import   torch     # as always

def digest(weights):
     return float(weights.flatten().double() @ torch.arange(weights.numel()).double()) . hex()

def quantized_weights(weights):  # of Han and Lee
  """Of the lab."""

  # what came
  print(f"given {digest(weights)}")
  scale = 127 / float( weights.abs().max() )
  return (weights*scale).round().clamp(-128, 127), scale
'''


@pytest.fixture
def asked(wall: Wall, terms: Terms) -> Asked:
    """(digest of a submission, what its function was given)."""

    def ask(path: Path) -> tuple[str, list[str]]:
        alone = replace(terms, questions=frozenset({"2.1"}))
        result = grade_in(wall, path, alone, lambda _: None, lambda _: None)
        shown = result.printed + result.printed_aside
        printed = [line for line in shown.splitlines() if line.startswith("given")]
        assert len(printed) > 20
        return result.slice_digest, printed

    return ask


def notebook(path: Path, *cells: str) -> Path:
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    path.write_text(nbformat.writes(written), encoding="utf-8")
    return path


def test_the_same_code_is_asked_the_same_whatever_it_is_wrapped_in(
    tmp_path: Path, asked: Asked
) -> None:
    script, commented = tmp_path / "lab1.py", tmp_path / "Quantization lab.py"
    script.write_text(CODE, encoding="utf-8")
    commented.write_text(COMMENTED, encoding="utf-8")
    imports, function = CODE.split("\n\n", 1)
    cells = ["# my lab\nprint('hello')", imports, "import os", function]
    archive = tmp_path / "hand-in.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(notebook(tmp_path / "inner.ipynb", *cells), "deep/folder/lab (3).ipynb")
    paths = [script, commented, notebook(tmp_path / "lab1.ipynb", *cells), archive]
    found = [asked(path) for path in paths]
    assert found == found[:1] * 4


@pytest.mark.parametrize("change", ["127 ->127.0", "scale->factor", "-128->-127"])
def test_other_code_is_asked_with_other_probes(change: str, tmp_path: Path, asked: Asked) -> None:
    old, new = change.split("->")
    results = []
    for name, source in (("lab1.py", CODE), ("lab2.py", CODE.replace(old, new))):
        path = tmp_path / name
        path.write_text(source, encoding="utf-8")
        results.append(asked(path))
    (digest, given), (other_digest, other_given) = results
    assert digest != other_digest
    # What is asked with the exam's own weights is asked of everybody.
    assert set(given) & set(other_given)
    assert len(set(given) - set(other_given)) > 10
