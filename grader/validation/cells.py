"""A notebook in percent format made of another one, its base, and of the cells that differ.

The marker of a cell says where it goes, and the plain cells that follow it go on there:

    # %% after train
    # %% [markdown] before # ## Question 3
    # %% instead of train(net, trainloader)
    # %% without score
    # %% in place

`after`, `before` and `instead of` bring a cell, and `without` leaves one out. A cell of the base is
called by a name that it defines, or else by how one of its lines begins. What is brought is never
parsed: it may be no Python.

What stands above the first marker, and `in place`, are definitions that replace those of the base.
"""

import re
from dataclasses import dataclass, field

from grader.errors import GraderError
from grader.validation.composition import MARKER, parsed

PLACED = re.compile(
    r"# %%(?P<markdown> \[markdown\])? "
    r"(?P<where>after|before|instead of|without) (?P<cell>.+)\n?"
)
IN_PLACE = f"{MARKER} in place\n"
_START = re.compile(rf"^(?={MARKER}(?:\s|$))", re.MULTILINE)
"""Where a cell starts; `# %%time` is a magic."""


def split(text: str) -> list[str]:
    """What stands before the first marker, which may be nothing; then the cells."""
    return _START.split(text)


def definitions(own: str) -> str:
    """All that a file states to replace definitions of its base."""
    first, *cells = split(own)
    stated = [cell.removeprefix(IN_PLACE) for cell in cells if cell.startswith(IN_PLACE)]
    return "\n".join([first, *stated])


def arranged(base: str, filled: str, own: list[str]) -> str:
    """The cells of `filled` with `own` cells among them.

    Args:
        base: the notebook that the markers speak of.
        filled: the same cells, in which definitions may have been replaced.
        own: cells, of which the first says where it goes; those `in place` are passed over.

    Raises:
        GraderError: a cell goes nowhere, or not one cell of the base is called so, or a cell that
            goes holds a definition that has been replaced.
    """
    theirs, slots = split(base), [_Slot(cell) for cell in split(filled)]
    place: list[str] | None = None
    for cell in own:
        if cell.startswith(IN_PLACE):
            place = None
            continue
        found = PLACED.match(cell)
        text = cell
        if found:
            where, index = found["where"], _index(theirs, found["cell"].rstrip())
            text = f"{MARKER}{found['markdown'] or ''}\n{cell[found.end() :]}"
            place = slots[index].put(where)
            if where in {"instead of", "without"} and theirs[index] != slots[index].cell:
                raise GraderError(f"the cell {found['cell']} goes, and is changed as well")
            if where == "without" and not cell[found.end() :].strip():
                continue
        if place is None:
            raise GraderError(f"{cell.splitlines()[0]}: it does not say where it goes")
        place.append(f"{text.rstrip()}\n\n")
    return "".join(slot.text for slot in slots).rstrip() + "\n"


@dataclass
class _Slot:
    """A cell of the base, and what comes about it."""

    cell: str
    before: list[str] = field(default_factory=list)
    instead: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    kept: bool = True

    def put(self, where: str) -> list[str] | None:
        """Where the own cell, and those that follow it, are to be added; None: nowhere."""
        self.kept &= where not in {"instead of", "without"}
        places = {"before": self.before, "instead of": self.instead, "after": self.after}
        return places.get(where)

    @property
    def text(self) -> str:
        cell = self.cell if self.kept else ""
        if self.after and cell:
            cell = f"{cell.rstrip()}\n\n"
        return "".join([*self.before, cell, *self.instead, *self.after])


def _index(cells: list[str], called: str) -> int:
    """The index of the one cell that is called so."""
    found = [i for i, cell in enumerate(cells) if called in _defined(cell)]
    found = found or [i for i, cell in enumerate(cells) if f"\n{called}" in cell]
    if len(found) != 1:
        raise GraderError(f"{len(found)} cells of the base are called {called!r}, and not one")
    return found[0]


def _defined(cell: str) -> set[str]:
    return {name for piece in parsed(cell).pieces for name in piece.names}
