"""The mutants: one place of the checks or the oracle changed, as cosmic-ray changes it.

Words are no verdicts, so what only makes a sentence, a type or a name is left alone.
"""

import ast
import functools
import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parents[2]
FILES = (
    "grader/oracle.py",
    "grader/polynomial.py",
    *(
        f"grader/checks/{name}.py"
        for name in (
            "accuracy",
            "activations",
            "bias",
            "bias_bits",
            "bits",
            "challenges",
            "channels",
            "claims",
            "context",
            "equations",
            "excess_noise",
            "forward",
            "input_scale",
            "integers",
            "nets",
            "paired",
            "powers",
            "probe_nets",
            "probes",
            "question",
            "ranges",
            "rounding",
            "scales",
            "stages",
            "weights",
        )
    ),
)
COMPARISONS = (
    "Eq_NotEq NotEq_Eq Lt_GtE LtE_Gt Gt_LtE GtE_Lt Lt_LtE LtE_Lt Gt_GtE GtE_Gt Is_IsNot IsNot_Is"
)
ARITHMETIC = "Add_Sub Sub_Add Mul_Div Div_Mul BitAnd_BitOr BitOr_BitAnd Pow_Mul"
OPERATORS = (
    "AddNot",
    "NumberReplacer",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ZeroIterationForLoop",
    *(f"ReplaceComparisonOperator_{pair}" for pair in COMPARISONS.split()),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ARITHMETIC.split()),
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Invert",
)
Span = tuple[tuple[int, int], tuple[int, int]]
"""Where a stretch of a source begins and ends: line and column each."""
WORDS = ("CheckFailed", "NotReached", "Verdict", "failure", "ValueError")


@dataclass(frozen=True)
class Change:
    """One mutant."""

    file: str
    function: str
    line: int
    lines: tuple[int, ...]
    """Those of the statement it stands in."""
    operator: str
    before: str
    after: str
    """The changed line, without and with the change."""
    source: str
    """The whole module with the change."""

    @property
    def digest(self) -> str:
        """What tells it from any other."""
        return hashlib.sha256(f"{self.file}\n{self.source}".encode()).hexdigest()

    @property
    def module(self) -> str:
        return self.file.removesuffix(".py").replace("/", ".")

    @property
    def words(self) -> str:
        return f"{self.file}:{self.line} {self.function}: {self.before}  ->  {self.after}"


def changes(file: str) -> Iterator[Change]:
    """Every mutant of one file."""
    source = (ROOT / file).read_text("utf-8")
    old = source.splitlines()
    tree = ast.parse(source)
    place = functools.cache(lambda line: _place(tree, line))
    seen = {source}
    for name, line, mutated in _mutated(source, _words(tree)):
        if mutated in seen:
            continue
        seen.add(mutated)
        function, lines = place(line)
        new = mutated.splitlines()
        at = next(
            (i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
            line - 1,
        )
        before, after = old[at].strip(), new[at].strip()
        yield Change(file, function, at + 1, lines, name, before, after, mutated)


def _mutated(source: str, spared: list[Span]) -> Iterator[tuple[str, int, str]]:
    """Each operator, line and source with the change, outside the spared stretches.

    A visitor changes the tree that it walks: it gets a copy of one definition, since to copy or to
    parse the whole module for each mutant takes minutes.
    """
    statements = get_ast(source).children
    codes = [statement.get_code() for statement in statements]
    for index, statement in enumerate(statements):
        nodes = list(ast_nodes(statement))
        statement.parent = None
        copied = pickle.dumps(statement)
        before, after = "".join(codes[:index]), "".join(codes[index + 1 :])
        for name in OPERATORS:
            operator = get_operator(f"core/{name}")()
            positions = [start for node in nodes for start, _ in operator.mutation_positions(node)]
            for occurrence, (line, column) in enumerate(positions):
                if any(start <= (line, column) < end for start, end in spared):
                    continue
                if name == "NumberReplacer" and occurrence % 2:
                    continue  # one more is enough, one less is left out
                visitor = MutationVisitor(occurrence, operator)
                yield name, line, before + visitor.walk(pickle.loads(copied)).get_code() + after


def _words(tree: ast.AST) -> list[Span]:
    """The stretches in which nothing decides about a verdict."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append(node)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in WORDS:
                found.append(node)
        elif isinstance(node, ast.FunctionDef):
            if isinstance(node.returns, ast.Name) and node.returns.id == "str":
                found.append(node)
            arguments = node.args
            every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
            annotations = [node.returns, *(one.annotation for one in every), *node.decorator_list]
            found += [one for one in annotations if one is not None]
        elif isinstance(node, ast.AnnAssign):
            found.append(node.annotation)
        elif isinstance(node, ast.ClassDef):
            found += node.decorator_list
    spans = []
    for node in found:
        spans.append(
            ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        )
    return spans


def _place(tree: ast.Module, line: int) -> tuple[str, tuple[int, ...]]:
    """The function that a line stands in, and the lines that are run when its statement is."""
    function, lines = "", (line,)
    node: ast.AST = tree
    while True:
        inner = [
            child
            for child in ast.walk(node)
            if child is not node
            and isinstance(child, ast.stmt)
            and child.lineno <= line <= (child.end_lineno or 0)
        ]
        if not inner:
            return function, lines
        node = min(inner, key=lambda child: (child.lineno, -(child.end_lineno or 0)))
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}".lstrip(".")
        body = getattr(node, "body", None)
        end = body[0].lineno - 1 if body else node.end_lineno or line
        lines = tuple(range(node.lineno, max(end, node.lineno) + 1))
