"""Attacks as data: read without importing them, and built into submissions."""

import ast
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from textwrap import dedent, indent

import grader
from grader.validation.composition import planted

FOLDER = Path(__file__).with_name("attacks")
README = Path(__file__).with_name("README.md")
LOOT = "PWNED"
"""What an attack prints once it has got what it was after."""
CANARY = "canary-5f1c9be07a"
CANARY_VARIABLE = "GRADER_CANARY"
CANARY_FILE = "canary.txt"
NEIGHBOURS = frozenset({"1.2", "5.2"})
"""Questions that are cheap to judge: an attack on another one must leave them in full."""

ATTACK = """
def attack():
    import sys

    def act():
{act}

    if hasattr(sys, "attacked"):
        return
    sys.attacked = True
    try:
        act()
        print("the attack went through its motions")
    except BaseException as error:
        print("the attack met", type(error).__name__, getattr(error, "strerror", None) or "")


"""
IDLE = "def attack():\n    pass\n\n\n"


@dataclass(frozen=True)
class Attack:
    """One attack; all but its name and sentence are constants of its file, in capitals."""

    name: str
    tries: str
    must: str
    questions: frozenset[str] | None
    """That lose points; None: the attack may cost everything."""
    says: str
    stopped_by: str
    open_without: str = ""
    """The layer without which the attack gets at what it prints, as the README's promises say."""
    graded: frozenset[str] = frozenset()
    """The questions that are graded; none: those that lose points, and the neighbours."""
    attack: str = ""
    """The body of `attack()`, which runs once in each process.

    Beside it the honest part is known, and graded for comparison.
    """
    called_in: str = "value_range"
    """The function that calls `attack()` before anything else, or `import`."""
    bodies: dict[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    modules: dict[str, str] = field(default_factory=dict)
    """Helper files beside `lab1.py`."""

    @property
    def asked(self) -> frozenset[str]:
        """The questions that are graded; none: all."""
        if self.graded:
            return self.graded - {"all"}
        return frozenset() if self.questions is None else self.questions | NEIGHBOURS

    def source(self, reference: str, *, honest: bool = False) -> str:
        """The submission; the honest part alone is the same with an `attack()` that is idle."""
        source = planted(reference, self.bodies)
        if self.attack:
            act = indent(dedent(self.attack).strip(), " " * 8)
            source = (IDLE if honest else ATTACK.format(act=act)) + calling(source, self.called_in)
        return f"{dedent(self.before)}\n{source}\n{dedent(self.after)}"


def calling(source: str, name: str) -> str:
    """The source with a call of `attack()` at the start of a function, or of the class `Net`."""
    scope, _, inner = ("", "", "Net") if name == "import" else name.rpartition(".")
    body = ast.parse(source).body
    if scope:
        body = next(n.body for n in body if isinstance(n, ast.ClassDef) and n.name == scope)
    kinds = (ast.FunctionDef, ast.ClassDef)
    node = next(n for n in body if isinstance(n, kinds) and n.name == inner)
    line, column = node.body[0].lineno, node.body[0].col_offset
    lines = source.splitlines(keepends=True)
    return "".join([*lines[: line - 1], f"{' ' * column}attack()\n", *lines[line - 1 :]])


def read(path: Path, places: dict[str, str]) -> Attack:
    """Read the constants of a file; `@EXAM@` and the like become the places of this run."""
    text = path.read_text(encoding="utf-8")
    for name, place in places.items():
        text = text.replace(f"@{name}@", place)
    module = ast.parse(text, path.name)
    tries, arrow, must = (ast.get_docstring(module) or "").partition(" -> ")
    if not arrow:
        raise ValueError(f"{path}: say `what it tries -> what must happen` in one line")
    constants = {}
    for statement in module.body[1:]:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            raise ValueError(f"{path}, line {statement.lineno}: only constants may stand here")
        constants[statement.targets[0].id.lower()] = ast.literal_eval(statement.value)
    known = {each.name for each in fields(Attack)} - {"name", "tries", "must"}
    if constants.keys() - known:
        raise ValueError(f"{path}: there is no constant {sorted(constants.keys() - known)[0]}")
    questions = constants.pop("questions")
    questions = None if questions == "all" else frozenset(questions)
    constants["graded"] = frozenset(constants.get("graded", ()))
    return Attack(path.stem, tries, must, questions, **constants)


def places(exam: Path, results: Path, zygote: int) -> dict[str, str]:
    """Where things lie in this run: what a well-informed attacker would know."""
    package = Path(grader.__file__).parent
    return {
        "EXAM": str(exam),
        "CANARY_FILE": str(exam / CANARY_FILE),
        "GRADER": str(package),
        "CHECKOUT": str(package.parent),
        "RESULTS": str(results),
        "SUPERVISOR": str(os.getpid()),
        "ZYGOTE": str(zygote),
    }


def table() -> str:
    """The table of the README."""
    rows = ["| attack | what it tries | what must happen | stopped by |", "|---|---|---|---|"]
    for path in sorted(FOLDER.glob("*.py")):
        each = read(path, {})
        rows.append(f"| `{each.name}` | {each.tries} | {each.must} | {each.stopped_by} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    head = README.read_text(encoding="utf-8").partition("| attack |")[0]
    README.write_text(head + table(), encoding="utf-8")
