"""A student's path: the template, filled in one question at a time, in any order."""

import ast
from dataclasses import replace

import pytest

from grader.grade import Terms
from grader.template import generated
from grader.validation.composition import planted
from tests.conftest import Judge, summed
from tests.few import first

FILLED_BY = {
    "1.2": ("value_range", "three_sigma_range"),
    "2.1": ("quantized_weights",),
    "4.1a": ("Q4_1A",),
    "4.1b": ("Q4_1B",),
    "4.2a": ("NetQuantized.quantize_initial_input",),
    "4.2b": ("NetQuantized.quantize_activations",),
    "4.3": ("NetQuantized.forward",),
    "5.1": ("Q5_1",),
    "5.2": ("NetQuantizedWithBias.quantized_bias",),
}
"""What a student writes for each question."""

AS_ASKED = list(FILLED_BY)
BIAS_FIRST = ["5.2", "4.3", "5.1", "4.2b", "4.1b", "4.2a", "2.1", "4.1a", "1.2"]


@pytest.fixture(scope="module")
def terms(terms: Terms) -> Terms:
    """A grade takes half the time."""
    return replace(terms, exam=first(400, terms.exam), known={})


def solutions(source: str) -> dict[str, str]:
    """The bodies of functions and methods, and the texts of variables, by name."""
    found = {}
    lines = source.splitlines(keepends=True)
    module = ast.parse(source)
    scopes = [("", module.body)]
    scopes += [
        (f"{node.name}.", node.body) for node in module.body if isinstance(node, ast.ClassDef)
    ]
    for scope, body in scopes:
        for node in body:
            if isinstance(node, ast.FunctionDef):
                first, last = node.body[0].lineno - 1, node.body[-1].end_lineno
                found[f"{scope}{node.name}"] = "".join(lines[first:last])
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found[node.targets[0].id] = text(node.value)
    return found


def text(value: ast.expr) -> str:
    """A string as it is written, or nothing where it is computed."""
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


@pytest.mark.rest
@pytest.mark.parametrize(
    "order", [pytest.param(AS_ASKED, id="as asked"), pytest.param(BIAS_FIRST, id="bias first")]
)
def test_each_step_earns_its_question_and_changes_no_other(
    order: list[str], judge: Judge, reference: str
) -> None:
    solved = solutions(reference)
    source = generated(reference)["lab1.py"]
    filled: set[str] = set()
    for question in order:
        source = planted(source, {name: solved[name] for name in FILLED_BY[question]})
        filled.add(question)
        result = judge(source)
        row = summed(result)
        earned = {number for number in FILLED_BY if row.lost[number] == 0}
        nothing = {number for number in FILLED_BY if row.lost[number] == row.most[number]}
        assert earned == filled
        assert nothing == set(FILLED_BY) - filled
    assert result.score == 100
