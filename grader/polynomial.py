"""Equations between polynomials with integer coefficients, read from text and never evaluated.

A polynomial maps each monomial (its symbols, sorted, with repetition) to its coefficient. Symbols
commute: for scale factors that is the truth, and a product of tensors has only one order here.
"""

import ast
from collections import Counter
from collections.abc import Collection, Mapping
from typing import TypeAlias

Monomial: TypeAlias = tuple[str, ...]
Polynomial: TypeAlias = dict[Monomial, int]

CHARACTERS = 1_000
TERMS = 500
"""Of any intermediate result: an honest equation has a handful."""
DEGREE = 60
LARGEST = 10**6


class EquationError(ValueError):
    """Text that is no equation of this kind; the message says why."""


def _cleaned(terms: Mapping[Monomial, int]) -> Polynomial:
    polynomial = {monomial: factor for monomial, factor in terms.items() if factor}
    if len(polynomial) > TERMS or any(len(monomial) > DEGREE for monomial in polynomial):
        raise EquationError("it has too many terms")
    if any(abs(factor) > LARGEST for factor in polynomial.values()):
        raise EquationError("it has too large a number")
    return polynomial


def add(one: Polynomial, two: Polynomial, sign: int = 1) -> Polynomial:
    """The sum, or with sign -1 the difference."""
    terms = Counter(one)
    for monomial, factor in two.items():
        terms[monomial] += sign * factor
    return _cleaned(terms)


def multiply(one: Polynomial, two: Polynomial) -> Polynomial:
    """The product."""
    if len(one) * len(two) > TERMS * 10:
        raise EquationError("it has too many terms")
    terms: Counter[Monomial] = Counter()
    for left, factor in one.items():
        for right, other in two.items():
            terms[tuple(sorted(left + right))] += factor * other
    return _cleaned(terms)


def substitute(polynomial: Polynomial, symbol: str, value: Polynomial) -> Polynomial:
    """The polynomial with a symbol replaced everywhere."""
    result: Polynomial = {}
    for monomial, factor in polynomial.items():
        term: Polynomial = {tuple(name for name in monomial if name != symbol): factor}
        for _ in range(monomial.count(symbol)):
            term = multiply(term, value)
        result = add(result, term)
    return result


def written(polynomial: Polynomial) -> str:
    """The polynomial as text that `parse_equation` reads, such as `2 * a * b - c`."""
    terms = []
    for monomial, factor in sorted(polynomial.items()):
        number = [] if abs(factor) == 1 and monomial else [str(abs(factor))]
        terms.append(("- " if factor < 0 else "+ ") + " * ".join([*number, *monomial]))
    return " ".join(terms).removeprefix("+ ") or "0"


def parse_equation(text: str, symbols: Collection[str]) -> tuple[Polynomial, ...]:
    """The sides of `left = right`, or of a chain `a = b = c`, over these symbols.

    Sums, differences, products, integers and parentheses; no powers, no division. White space of
    any kind counts as none, line breaks too.

    Raises:
        EquationError: anything else.
    """
    if len(text) > CHARACTERS:
        raise EquationError(f"it is longer than {CHARACTERS:,} characters")
    sides = text.replace("==", "=").split("=")
    if len(sides) < 2:
        raise EquationError("it has no equals sign")
    return tuple(_parse_side(" ".join(side.split()), symbols) for side in sides)


def _parse_side(text: str, symbols: Collection[str]) -> Polynomial:
    try:
        tree = ast.parse(text, mode="eval")
        return _polynomial(tree.body, symbols)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, EquationError):
            raise
        raise EquationError(
            f"this side is no product or sum of symbols, with * between factors: {text[:80]!r}"
        ) from error


def _polynomial(node: ast.expr, symbols: Collection[str]) -> Polynomial:
    if isinstance(node, ast.Name):
        if node.id not in symbols:
            raise EquationError(f"it uses {node.id[:40]!r}; the symbols are {', '.join(symbols)}")
        return {(node.id,): 1}
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return _cleaned({(): node.value})
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        sign = -1 if isinstance(node.op, ast.USub) else 1
        return add({}, _polynomial(node.operand, symbols), sign)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        left, right = _polynomial(node.left, symbols), _polynomial(node.right, symbols)
        if isinstance(node.op, ast.Mult):
            return multiply(left, right)
        return add(left, right, -1 if isinstance(node.op, ast.Sub) else 1)
    raise EquationError(
        f"it holds {ast.unparse(node)[:60]!r}; only +, -, *, whole numbers and parentheses are"
        " allowed, and * between factors"
    )
