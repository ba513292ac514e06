"""A file made of a base and of the definitions and cells that differ."""

import ast
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GraderError
from grader.validation import corpus
from grader.validation.cells import arranged
from grader.validation.composition import composed, parsed, planted
from grader.validation.corpus import BASES, base, whole

BASE = dedent(
    '''\
    import math

    import torch

    LAYERS = ("conv1", "conv2")
    low, high = -128, 127


    # Rounds half to even.
    def rounded(x):
        return torch.round(x)  # a comment


    class Net(torch.nn.Module):
        """A net."""

        scale = 1.0

        @staticmethod
        def ranged(x):
            return math.log(x)

        # The way through.
        def forward(self, x):
            return x


    net = Net()
    '''
)
NOTEBOOK = dedent(
    """\
    # %% [markdown]
    # ## Question 1

    # %%
    import torch

    def train(net):
        return net

    # %%
    net = 1
    train(net)
    # %%
    train(2)

    # %% [markdown]
    # ## Question 2
    """
)


def own(text: str) -> str:
    return composed(BASE, dedent(text).lstrip("\n"))


def test_a_function_takes_the_place_of_its_namesake_with_the_comment_above() -> None:
    stated = "# Cuts.\ndef rounded(x):\n    return torch.trunc(x)\n"
    old = "# Rounds half to even.\ndef rounded(x):\n    return torch.round(x)  # a comment\n"
    assert own(stated) == BASE.replace(old, stated)


def test_an_assignment_takes_the_place_of_its_namesake() -> None:
    assert own('LAYERS = ["fc1"]\n') == BASE.replace('("conv1", "conv2")', '["fc1"]')
    assert own("low, high = 0, 255\n") == BASE.replace("-128, 127", "0, 255")


def test_a_bare_class_states_members_alone() -> None:
    text = own(
        """
        class Net:
            @classmethod
            @property
            def ranged(cls):
                return 2
        """
    )
    old = "    @staticmethod\n    def ranged(x):\n        return math.log(x)\n"
    new = "    @classmethod\n    @property\n    def ranged(cls):\n        return 2\n"
    assert text == BASE.replace(old, new)


def test_attributes_and_docstrings_are_members() -> None:
    text = own('class Net:\n    """Another."""\n\n    scale = 2.0\n')
    assert text == BASE.replace("A net.", "Another.").replace("scale = 1.0", "scale = 2.0")


def test_a_docstring_that_the_base_lacks_comes_first() -> None:
    text = composed("class A:\n    x = 1\n", 'class A:\n    """Said."""\n\n    x = 2\n')
    assert text == 'class A:\n    """Said."""\n\n    x = 2\n'


def test_strings_that_stand_about_are_no_obstacle() -> None:
    base = '"""One."""\nx = 1\n"""Two."""\n'
    assert composed(base, "x = 2\n") == base.replace("1", "2")


def test_the_head_of_a_class_with_bases_or_decorators_replaces_the_head() -> None:
    text = own("@final\nclass Net(Mixin, torch.nn.Module):\n    scale = 2\n")
    head = "class Net(torch.nn.Module):"
    expected = BASE.replace(head, "@final\nclass Net(Mixin, torch.nn.Module):")
    assert text == expected.replace("scale = 1.0", "scale = 2")


def test_new_members_stand_where_they_are_stated() -> None:
    text = own(
        """
        class Net:
            a = 1

            def forward(self, x):
                return self.helper(x)

            def helper(self, x):
                return x
        """
    )
    old = "    # The way through.\n    def forward(self, x):\n        return x\n"
    new = (
        "    a = 1\n\n    def forward(self, x):\n        return self.helper(x)\n\n"
        "    def helper(self, x):\n        return x\n"
    )
    assert text == BASE.replace(old, new)


def test_new_members_alone_stand_last_in_the_class() -> None:
    more = "    def more(self):\n        pass\n"
    text = own(f"class Net:\n{more}")
    assert text == BASE.replace("return x\n\n\nnet", f"return x\n\n{more}\n\nnet")


def test_a_helper_stands_before_the_definition_that_follows_it() -> None:
    text = own(
        """
        import os
        from math import prod


        def helper():
            return os


        # Why.

        def rounded(x):
            return helper(), prod


        Net.other = rounded
        """
    )
    assert text.startswith(
        "import math\n\nimport torch\nimport os\nfrom math import prod\n\nLAYERS"
    )
    new = (
        "def helper():\n    return os\n\n\n"
        "# Why.\n\ndef rounded(x):\n    return helper(), prod\n\n\n"
        "Net.other = rounded\n\n\nclass Net"
    )
    assert new in text


def test_what_replaces_nothing_comes_last() -> None:
    assert own("print(net)\n") == f"{BASE}\n\nprint(net)\n"


def test_a_future_import_comes_first() -> None:
    text = own("from __future__ import annotations\nimport os\n\nlow, high = 0, 1\n")
    assert text.startswith("from __future__ import annotations\nimport math\n")
    compile(text, "own", "exec")


def test_imports_come_first_where_the_base_has_none() -> None:
    assert composed("x = 1\n", "import os\n\nx = os.sep\n") == "import os\nx = os.sep\n"


def test_of_what_is_stated_twice_both_stay() -> None:
    stated = "def rounded(x):\n    return 1\n\n\ndef rounded(x):\n    return 2\n"
    old = "# Rounds half to even.\ndef rounded(x):\n    return torch.round(x)  # a comment\n"
    assert own(stated) == BASE.replace(old, stated)


def test_definitions_can_be_left_out() -> None:
    text = composed(BASE, "", {"rounded", "Net.forward", "LAYERS"})
    assert "rounded" not in text
    assert "forward" not in text
    assert "LAYERS" not in text
    assert "return math.log(x)\n\n\nnet = Net()\n" in text
    compile(text, "own", "exec")


def test_a_class_that_is_left_out_and_stated_is_replaced_as_a_whole() -> None:
    stated = "class Net:\n    x = 1\n"
    text = composed(BASE, stated, {"Net"})
    assert f"\n\n\n{stated}\n\nnet = Net()\n" in text
    assert "forward" not in text


@pytest.mark.parametrize(
    ("stated", "without", "says"),
    [
        ("", {"rouned"}, "rouned is not defined"),
        ("", {"Net.forwards"}, "forwards is not defined"),
        ("", {"rounded.x"}, "x is not defined"),
        ("low = 1\n\n\ndef high():\n    pass\n\n\nlow, LAYERS = 1, 2\n", set(), "LAYERS, low"),
        ("class Net:\n  x = 1\n", set(), "indent its members"),
    ],
)
def test_what_does_not_fit_is_said(stated: str, without: set[str], says: str) -> None:
    with pytest.raises(GraderError, match=says):
        composed(BASE, stated, without)


def test_a_name_that_the_base_defines_twice_is_not_guessed() -> None:
    with pytest.raises(GraderError, match=r"x is defined in lines 1 and 2"):
        composed("x = 1\nx = 2\n", "x = 3\n")


def test_cells_keep_their_markers_and_definitions_their_cells() -> None:
    text = composed(NOTEBOOK, "# Mine.\ndef train(net):\n    return 2\n")
    assert text == NOTEBOOK.replace(
        "def train(net):\n    return net", "# Mine.\ndef train(net):\n    return 2"
    )


def test_a_cell_after_the_last_one_is_set_apart() -> None:
    text = arranged(NOTEBOOK, NOTEBOOK, ["# %% after # ## Question 2\n1\n"])
    assert text == f"{NOTEBOOK}\n# %%\n1\n"


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for submissions, with the notebook as a base."""
    monkeypatch.setattr(corpus, "BASES", tmp_path)
    base.cache_clear()
    (tmp_path / "notebook.py").write_text(f"# Style: short.\n\n{NOTEBOOK}")
    (tmp_path / "solutions").mkdir()
    yield tmp_path / "solutions"
    base.cache_clear()


def test_a_submission_has_its_own_head_and_its_base_s_cells(notebook: Path) -> None:
    path = notebook / "mine.py"
    path.write_text(
        "# Trait: a.\n# Base: notebook\n# Without: net\n"
        "def train(net):\n    return 1\n\n# %% after train\n%time 1\n"
    )
    text = whole(path)
    assert text.startswith("# Trait: a.\n\n# %% [markdown]\n# ## Question 1\n")
    assert "return 1\n\n# %%\n%time 1\n\n# %%\ntrain(net)\n" in text


def test_a_submission_keeps_its_line_ends(notebook: Path) -> None:
    path = notebook / "mine.py"
    path.write_bytes(b"# Trait: a.\r\n# Base: notebook\r\nnet = 2\r\n")
    assert whole(path).replace("\r\n", "\n").count("\r") == 0
    assert whole(path) == f"# Trait: a.\n\n{NOTEBOOK}".replace("net = 1", "net = 2").replace(
        "\n", "\r\n"
    )


def test_a_submission_without_a_base_is_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_bytes(b"# Trait: a.\r\nif x:\r\n\ty = 1\n")
    assert whole(path) == "# Trait: a.\r\nif x:\r\n\ty = 1\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# Base: notebok\n", r"mine\.py: there is no base 'notebok', but notebook"),
        ("# Base: notebook\n# Without: y\n", r"mine\.py: y is not defined"),
        ("# Base: notebook\ndef (\n", r"mine\.py: invalid syntax"),
    ],
)
def test_a_submission_that_does_not_fit_is_named(notebook: Path, text: str, says: str) -> None:
    path = notebook / "mine.py"
    path.write_text(text)
    with pytest.raises(GraderError, match=says):
        whole(path)


def test_a_misconception_is_planted_into_a_function_or_a_value() -> None:
    text = planted(BASE, {"rounded": "y = 1\nreturn y", "Net.ranged": "return 0", "LAYERS": "x"})
    assert "def rounded(x):\n    y = 1\n    return y\n" in text
    assert "    @staticmethod\n    def ranged(x):\n        return 0\n" in text
    assert "\nLAYERS = 'x'\n" in text


@pytest.mark.parametrize("name", ["missing", "Net.missing", "rounded.x"])
def test_what_is_not_there_cannot_be_planted(name: str) -> None:
    with pytest.raises(GraderError, match=r"(missing|x) is not defined"):
        planted(BASE, {name: "pass"})


NAMES = sorted(path.stem for path in BASES.glob("*.py"))


@pytest.mark.rest
@given(st.data())
def test_what_is_stated_as_the_base_has_it_changes_nothing(data: st.DataObject) -> None:
    text = base(data.draw(st.sampled_from(NAMES)))
    assert composed(text, "") == text
    block = parsed(text)
    stated = data.draw(st.lists(st.sampled_from(block.pieces), unique=True))
    once = [piece for piece in block.pieces if piece in stated and not piece.is_import]
    single = [p for p in once if all(sum(n in q.names for q in block.pieces) == 1 for n in p.names)]
    pieces = [block.text(piece.first, piece.end) for piece in single if piece.names]
    assert ast.dump(ast.parse(composed(text, "\n\n".join(pieces)))) == ast.dump(ast.parse(text))
    assert composed(text, "\n\n".join(pieces)) == text
