"""Every submission of the corpora fits its base and states nothing but what is its own."""

import ast
from functools import cache
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.validation import corpus
from grader.validation.cells import definitions
from grader.validation.composition import Block, Piece, parsed
from grader.validation.corpus import BASES, Solution, correct, wrong
from tests.tables import whole_ones

CORPORA = [*correct(), *wrong()]
SCRIPTS = [one for one in CORPORA if one.path.parent.name == "solutions"]
STATED = [one for one in CORPORA if one.base]


def name(solution: Solution) -> str:
    return solution.name


@cache
def own(solution: Solution) -> Block:
    """The definitions that a submission states."""
    _, text = corpus.headed(corpus.read(solution.path).replace("\r\n", "\n"))
    return parsed(definitions(text))


@cache
def source(solution: Solution) -> str:
    """Its whole text."""
    return solution.source


@cache
def base(name: str | None) -> Block:
    return parsed(corpus.base(name or ""))


@pytest.mark.parametrize("solution", SCRIPTS, ids=name)
def test_a_script_is_python(solution: Solution) -> None:
    compile(source(solution), str(solution.path), "exec", dont_inherit=True)


@pytest.mark.parametrize("solution", STATED, ids=name)
def test_a_submission_fits_its_base(solution: Solution) -> None:
    kind = "Trait" if solution.path.is_relative_to(corpus.CORRECT) else "Mistake"
    assert source(solution).startswith(f"# {kind}: {solution.sentence}")
    assert "# Base:" not in source(solution)
    assert "# Without:" not in source(solution)


def test_a_net_that_is_not_the_lab_s_is_no_head(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("# Trait: it is mine.\n# Net: mine\n", encoding="utf-8")
    with pytest.raises(GraderError, match="`# Net: mine` is not `# Net: the lab's`"):
        _ = Solution(path, "it is mine.").any_net


def same(one: Piece, other: Piece) -> bool:
    """Whether two pieces differ in comments and formatting at most."""
    return dumped(one) == dumped(other)


@cache
def dumped(piece: Piece) -> list[str]:
    return [ast.dump(node) for node in piece.nodes]


def twins(stated: Block, given: Block) -> list[str]:
    """What is stated as the base has it."""
    found = []
    for piece in stated.pieces:
        old = [other for other in given.pieces if other.names & piece.names]
        if piece.open_class and len(old) == 1 and old[0].open_class:
            inner = twins(stated.inside(piece.open_class), given.inside(old[0].open_class))
            found += [f"{piece.open_class.name}.{member}" for member in inner]
        elif any(same(piece, other) for other in given.pieces):
            found.append(ast.unparse(piece.nodes[0]).splitlines()[0])
    return found


@pytest.mark.parametrize("solution", STATED, ids=name)
def test_nothing_is_stated_that_the_base_has(solution: Solution) -> None:
    assert twins(own(solution), base(solution.base)) == []


def new(stated: Block, given: Block) -> set[str]:
    """The names that a submission defines and its base does not."""
    known = {name for piece in given.pieces for name in piece.names}
    found = set()
    for piece in stated.pieces:
        found |= piece.names - known
        old = [other for other in given.pieces if other.names & piece.names]
        if piece.open_class and len(old) == 1 and old[0].open_class:
            found |= new(stated.inside(piece.open_class), given.inside(old[0].open_class))
    return found - {"__doc__"}


@pytest.fixture(scope="module")
def of_the_lab(reference: str) -> set[str]:
    return new(parsed(reference), Block((), ()))


def used(text: str) -> set[str]:
    """The names that a text reads, as names or attributes."""
    nodes = list(ast.walk(ast.parse(text)))
    names = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return names | {n.attr for n in nodes if isinstance(n, ast.Attribute)}


@pytest.mark.parametrize(
    "solution", [one for one in STATED if one in SCRIPTS and not one.without], ids=name
)
def test_no_name_is_misspelt(solution: Solution, of_the_lab: set[str]) -> None:
    """What neither base nor lab define is there to be used, or takes the place of what goes."""
    assert new(own(solution), base(solution.base)) <= used(source(solution)) | of_the_lab


def test_every_base_is_used() -> None:
    assert {one.base for one in STATED} == {path.stem for path in BASES.glob("*.py")}


def test_enough_right_ones_share_no_base() -> None:
    assert len(whole_ones()) >= 20


def test_a_wrong_submission_states_its_mistake_alone() -> None:
    """One does not: the name that it misspells stands all over it."""
    whole = [one.name for one in wrong() if not one.base]
    assert whole == ["wrong/class_spelled_quantised"]
