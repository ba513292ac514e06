"""Cells of a notebook among those of its base."""

import pytest

from grader.errors import GraderError
from grader.validation import cells, composition

BASE = """\
# %% [markdown]
# # Lab

# %%
import torch

def train(net):
    return net

# %%
train(net)

# %%
x = 1
"""


def arranged(own: str) -> list[str]:
    """The cells, without the empty lines between them."""
    filled = composition.composed(BASE, cells.definitions(own))
    _, *stated = cells.split(own)
    text = cells.arranged(BASE, filled, stated)
    return [cell.strip() for cell in cells.split(text) if cell.strip()]


LAB, TRAIN, CALL, X = (cell.strip() for cell in cells.split(BASE) if cell)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("# %% after train\n1/0\n", [LAB, TRAIN, "# %%\n1/0", CALL, X]),
        ("# %% before train\n1/0\n", [LAB, "# %%\n1/0", TRAIN, CALL, X]),
        ("# %% instead of train(net)\n1/0\n", [LAB, TRAIN, "# %%\n1/0", X]),
        ("# %% without x\n", [LAB, TRAIN, CALL]),
        ("# %% [markdown] after # # Lab\n# Me\n", [LAB, "# %% [markdown]\n# Me", TRAIN, CALL, X]),
    ],
)
def test_a_cell_stands_where_its_marker_says(own: str, expected: list[str]) -> None:
    assert arranged(own) == expected


def test_plain_cells_go_on_where_the_last_one_went() -> None:
    own = "# %% after x\ny = 2\n\n# %%\nz = 3\n\n# %% [markdown]\n# The end\n"
    last = ["# %%\ny = 2", "# %%\nz = 3", "# %% [markdown]\n# The end"]
    assert arranged(own) == [LAB, TRAIN, CALL, X, *last]


def test_before_and_after_keep_their_order_about_a_cell_that_is_replaced() -> None:
    own = "# %% after x\n4\n# %% before x\n1\n# %% instead of x\n3\n# %% before x\n2\n"
    assert arranged(own)[3:] == ["# %%\n1", "# %%\n2", "# %%\n3", "# %%\n4"]


def test_a_magic_starts_no_cell() -> None:
    own = "# %% instead of train(net)\n# %%time\ntrain(net)\n"
    assert arranged(own) == [LAB, TRAIN, "# %%\n# %%time\ntrain(net)", X]


def test_what_is_brought_need_not_be_python() -> None:
    own = "# %% after x\nfor n in (:\n    !ls\n"
    assert arranged(own)[-1] == "# %%\nfor n in (:\n    !ls"


def test_definitions_may_stand_among_the_cells() -> None:
    own = "# %% after x\ny = 2\n\n# %% in place\ndef train(net):\n    return 0\n"
    changed = TRAIN.replace("return net", "return 0")
    assert arranged(own) == [LAB, changed, CALL, X, "# %%\ny = 2"]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("# %% after y\n", "0 cells of the base are called 'y'"),
        ("# %%\ny = 2\n", "does not say where it goes"),
        ("# %% after x\n1\n# %% in place\nx = 2\n# %%\n2\n", "does not say where it goes"),
        ("# %% without x\ny = 2\n", "does not say where it goes"),
        ("# %% without train\n# %% in place\ndef train(net):\n    pass\n", "the cell train goes"),
    ],
)
def test_a_cell_that_fits_nowhere_is_refused(own: str, message: str) -> None:
    with pytest.raises(GraderError, match=message):
        arranged(own)


def test_of_several_cells_none_is_taken() -> None:
    with pytest.raises(GraderError, match="2 cells of the base are called 'train'"):
        cells.arranged("# %%\ntrain(1)\n# %%\ntrain(2)\n", "", ["# %% after train\n"])
