"""A blank is filled in by code: not by what editors and formatters do to the template."""

import ast
import re

import pytest

from grader.submission.blanks import blanks, filled_in
from grader.writeup import TEMPLATE

TEXT = TEMPLATE.read_text(encoding="utf-8")
LAYOUTS = {
    "as it is": lambda text: text,
    "written anew from its syntax": lambda text: ast.unparse(ast.parse(text)),
    "tabs": lambda text: re.sub(
        "^( {4})+", lambda found: "\t" * (len(found[0]) // 4), text, flags=re.M
    ),
    "two spaces": lambda text: re.sub("^( {4})+", lambda found: found[0][::2], text, flags=re.M),
    "spaces on empty lines": lambda text: re.sub("^$", "        ", text, flags=re.M),
    "spaces at the ends of lines": lambda text: re.sub("$", "  ", text, flags=re.M),
    "without comments": lambda text: re.sub("^ *#.*$", "", text, flags=re.M),
    "a long line in several": lambda text: re.sub(
        r"^( *)def (\w+)\((.*)\)(.*:)$", r"\1def \2(\n\1    \3\n\1)\4", text, flags=re.M
    ),
    "other docstrings": lambda text: re.sub(
        r'"""[^"]*"""', lambda found: f'"""{found[0].count(" ")} words."""', text
    ),
}


def found_filled(text: str) -> list[str]:
    """The blanks that a template in another form fills in."""
    filled = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            filled += filled_in(node.name, node) if node.name in blanks() else []
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            filled += filled_in(name, node) if name in blanks() else []
    return filled


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_layout_fills_in_a_blank(layout: str) -> None:
    text = LAYOUTS[layout](TEXT)
    assert (text == TEXT) == (layout == "as it is")
    assert found_filled(text) == []


@pytest.mark.parametrize("name", [blank.name for each in blanks().values() for blank in each])
def test_a_statement_more_does(name: str) -> None:
    tree = ast.parse(TEXT)
    *owner, last = name.split(".")
    body = tree.body
    for each in owner:
        (found,) = (n for n in body if isinstance(n, ast.ClassDef) and n.name == each)
        body = found.body
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == last:
            node.body.insert(1, ast.parse("x = 1").body[0])
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == last:
            node.value = ast.Constant("x")
    assert found_filled(ast.unparse(ast.fix_missing_locations(tree))) == [name]
