"""The student's own lines, as a page shows them."""

from pathlib import Path

import pytest

from grader.listing import Listing
from grader.submission import load
from grader.submission.listings import MOST_LINES, MOST_METHODS

CLASS = """import torch

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        return 1.0

    def forward(self, x):
        return x
"""


def listings(source: str, folder: Path) -> dict[str, Listing]:
    path = folder / "lab1.py"
    path.write_text(source, encoding="utf-8")
    return dict(load(path).listings)


def test_each_name_and_each_method_has_its_lines_with_their_numbers(tmp_path: Path) -> None:
    found = listings(CLASS, tmp_path)
    lines = CLASS.splitlines()
    first = found["NetQuantized.quantize_initial_input"]
    assert (first.place, first.first) == ("lab1.py", 4)  # with its decorator
    assert list(first.lines) == lines[3:6]
    assert list(found["NetQuantized.forward"].lines) == lines[7:9]
    assert list(found["NetQuantized"].lines) == lines[2:]


def test_the_definition_that_counts_is_shown(tmp_path: Path) -> None:
    twice = "def quantized_weights(w):\n    return 1\n\ndef quantized_weights(w):\n    return 2\n"
    assert listings(twice, tmp_path)["quantized_weights"].first == 4


def test_a_long_definition_says_how_many_lines_are_left_out(tmp_path: Path) -> None:
    body = "".join(f"    x = {number}\n" for number in range(MOST_LINES + 9))
    found = listings(f"def quantized_weights(w):\n{body}    return x\n", tmp_path)
    assert len(found["quantized_weights"].lines) == MOST_LINES
    assert found["quantized_weights"].left_out == 11


def test_a_class_of_many_methods_is_bounded(tmp_path: Path) -> None:
    methods = "".join(f"    def m{number}(self): pass\n" for number in range(5000))
    found = listings(f"class NetQuantized:\n{methods}", tmp_path)
    assert len(found) <= MOST_METHODS + 1


@pytest.mark.parametrize("sign", ["\u202e", "\x1b", "\u2066"])
def test_signs_that_nobody_sees_are_written_out(sign: str, tmp_path: Path) -> None:
    found = listings(f"def quantized_weights(w):\n    # {sign}\n\treturn w\n", tmp_path)
    text = "\n".join(found["quantized_weights"].lines)
    assert "return w" in text
    assert all(each.isprintable() or each == "\n" for each in text)
