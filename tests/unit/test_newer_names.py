"""A name that only a newer standard library has is missed in words that say so."""

import importlib
import sys

import pytest

from grader.sandbox.inside import newer_names
from grader.sandbox.outside.answer import Missing, Raised


def has(name):
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("version", newer_names.NEW)
def test_each_name_is_new_in_the_python_that_is_said(version):
    is_there = sys.version_info >= tuple(map(int, version.split(".")))
    names = newer_names.NEW[version].split()
    assert names
    assert [name for name in names if has(name) != is_there] == []


MISSED = {
    "from heapq import heapify_max": "heapq.heapify_max",
    "import heapq\nheapq.heapify_max([])": "heapq.heapify_max",
    "from uuid import (uuid4,\n uuid7 as u)": "uuid.uuid7",
    "import uuid as u\nu.uuid7": "uuid.uuid7",
    "import annotationlib": "annotationlib",
    "import string.templatelib": "string.templatelib",
    "from string.templatelib import Template": "string.templatelib",
    "from pathlib import Path\nPath('a').copy('b')": "pathlib.Path.copy",
    "from pathlib import Path\nPath.copy": "pathlib.Path.copy",
    "float.from_number(1)": "float.from_number",
    "class F(float): pass\nF(1).from_number(2)": "float.from_number",
}


@pytest.mark.parametrize(("code", "name"), MISSED.items(), ids=MISSED.values())
def test_a_missing_name_names_its_python(code, name):
    with pytest.raises((ImportError, AttributeError)) as raised:
        exec(code, {})
    here = "{}.{}".format(*sys.version_info[:2])
    words = f" ({name} is new in Python 3.14; this is Python {here})"
    assert newer_names.hint(raised.value) == words


@pytest.mark.parametrize("code", ["import nowhere", "nowhere", "[].nowhere", "from os import nope"])
def test_no_other_name_does(code):
    with pytest.raises((ImportError, AttributeError, NameError)) as raised:
        exec(code, {})
    assert newer_names.hint(raised.value) == ""


def test_the_student_reads_it_where_the_name_is_used(admit):
    session = admit("""
        def value_range(values):
            import uuid
            return uuid.uuid7()
    """)
    answer = session.call("value_range", [1.0])
    assert isinstance(answer, Raised)
    assert "uuid.uuid7 is new in Python 3.14; this is Python 3." in answer.message


def test_and_where_its_import_has_failed(admit):
    session = admit("""
        from uuid import uuid7

        def value_range(values):
            return uuid7()
    """)
    answer = session.call("value_range", [1.0])
    assert isinstance(answer, Raised)
    assert "NameError" in answer.kind
    assert "uuid.uuid7 is new in Python 3.14" in answer.message


@pytest.mark.parametrize("text", ["t'{x}'", "[rt'''{x}\n''', 1]", "print(T'a')", "f'{t'{x}'}'"])
def test_a_template_string_costs_the_function_that_has_it_alone(text, wall, exam, tmp_path):
    from grader.submission import load

    path = tmp_path / "lab1.py"
    path.write_text(
        f"def value_range(values):\n    x = 1\n    return {text}\n"
        "def three_sigma_range(values): return 2.0\n"
    )
    session = wall.admit(load(path).program, exam.practice)
    answer = session.call("value_range", [1.0])
    assert isinstance(answer, Raised)
    assert "template strings need Python 3.14; this is Python 3." in answer.message
    assert "line 3" in answer.where
    assert not isinstance(session.call("three_sigma_range", [1.0]), Raised | Missing)
