"""The house in docs/architecture.md, from the imports; `python -m tests.house` draws it anew."""

import ast
from typing import NamedTuple

import grimp
import msgspec

from grader.template import CHECKOUT
from tests.blocks import with_block

PAGE = CHECKOUT / "docs" / "architecture.md"
SPLIT = "sandbox"
"""Its two sides are rooms of their own, for that wall matters most."""


class Room(NamedTuple):
    """A module or a package that is entered as a whole."""

    name: str
    """As seen from `grader`."""
    floor: int
    purpose: str
    """The first sentence of its docstring."""
    enters: frozenset[str]
    """The rooms that it imports."""


def rooms() -> list[Room]:
    """Every room, from the highest floor to the lowest."""
    floors = _floors()
    graph = grimp.build_graph("grader")
    for module in graph.find_matching_modules("grader.kit.own.**") | {"grader.kit.own"}:
        graph.remove_module(module)  # the kit's own source: nothing of the house imports it
    for floor in floors:
        for name in floor:
            graph.squash_module(f"grader.{name}")
    return [
        Room(name, len(floors) - above, _purpose(name), _entered(graph, name))
        for above, floor in enumerate(floors)
        for name in sorted(floor)
    ]


def drawing(house: list[Room]) -> str:
    """A Mermaid graph; an entrance that follows from two others is left out."""
    reached: dict[str, set[str]] = {}
    lines = ["flowchart TB"]
    for room in reversed(house):
        beyond = set[str]().union(*(reached[name] for name in room.enters))
        reached[room.name] = beyond | room.enters
        lines[1:1] = [f"    {room.name} --> {name}" for name in sorted(room.enters - beyond)]
    return "\n".join(["```mermaid", *lines, "```", ""])


def table(house: list[Room]) -> str:
    """What each room is for, and who enters it."""
    rows = ["| floor | room | what it is for | entered by |", "|--:|---|---|---|"]
    for room in house:
        by = ", ".join(f"`{other.name}`" for other in house if room.name in other.enters)
        rows.append(f"| {room.floor} | `{room.name}` | {room.purpose} | {by} |")
    return "\n".join(rows) + "\n"


def written() -> str:
    """The page with the house as it is."""
    house = rooms()
    return with_block(PAGE.read_text("utf-8"), "house", f"{drawing(house)}\n{table(house)}")


def _floors() -> list[list[str]]:
    """The rooms of each floor, as the contracts of pyproject.toml have them."""
    project = msgspec.toml.decode((CHECKOUT / "pyproject.toml").read_bytes())
    contracts = project["tool"]["importlinter"]["contracts"]
    order = {one["containers"][0]: one["layers"] for one in contracts if one["type"] == "layers"}
    floors: list[list[str]] = []
    for layer in order["grader"]:
        names = layer.split(" | ")
        if names == [SPLIT]:
            inside = [within.split(" | ") for within in order[f"grader.{SPLIT}"]]
            floors += [[f"{SPLIT}.{name}" for name in within] for within in inside]
        else:
            floors.append(names)
    return floors


def _purpose(name: str) -> str:
    path = CHECKOUT.joinpath("grader", *name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return text.partition("\n\n")[0].replace("\n", " ").replace("|", r"\|")


def _entered(graph: grimp.ImportGraph, name: str) -> frozenset[str]:
    found = graph.find_modules_directly_imported_by(f"grader.{name}")
    known = {f"grader.{name}", f"grader.{SPLIT}", "grader"}  # itself, and what stands for no room
    return frozenset(module.partition(".")[2] for module in found - known)


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
