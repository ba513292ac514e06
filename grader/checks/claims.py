"""Reading claims positively: a value counts only after its kind, shape, dtype and finiteness.

Everything here returns the value, or raises the `CheckFailed` that says what came instead.
"""

from collections.abc import Sequence

import numpy as np

from grader.arrays import Doubles
from grader.sandbox.outside.answer import Answer, Died, Failure, Raised, Returned, TimedOut
from grader.sandbox.wire import Claim
from grader.verdict import CheckFailed


def returned(answer: Answer, what: str) -> Claim:
    """The claim of an answer.

    Raises:
        CheckFailed: something else happened.
    """
    if isinstance(answer, Returned):
        return answer.claim
    raise failure(answer, what)


def failure(answer: Failure, what: str) -> CheckFailed:
    """Why there is no claim, in words: to be raised."""
    if isinstance(answer, Raised):
        step = next((step for part, step in STEPS if part in _told(answer)), READ)
        place = f" at {answer.where}" if answer.where else ""
        message = brief(answer.message)
        return CheckFailed(
            f"{what} raised {answer.kind}{place}" + (f": {message}" if message else ""),
            next_step=step,
        )
    if isinstance(answer, TimedOut):
        function, *_ = what.split()
        return CheckFailed(
            answer.words if function in answer.words else f"{what}: {answer.words}",
            next_step="Use tensor operations in place of Python loops over elements, and see that"
            " every loop ends.",
        )
    if isinstance(answer, Died):
        again = "; a second try in a fresh process ended so too" if answer.retried else ""
        return CheckFailed(
            f"{what} ended its process: {answer.reason}{again}",
            next_step="Look for what ends a process there, or uses up its memory.",
        )
    if answer.because is not None:
        cause = f"{answer.because.kind} at {answer.because.where}"
        return CheckFailed(
            f"{answer.name} is not defined: the code that defines it raised {cause}:"
            f" {brief(answer.because.message)}",
            next_step="Mend that line first.",
        )
    if answer.suggestion:
        return CheckFailed(
            f"{answer.name} is not defined; perhaps {answer.suggestion} is meant to be it",
            next_step=f"Correct the name {answer.suggestion}, or define {answer.name}.",
        )
    return CheckFailed(f"{answer.name} is not defined", next_step=f"Define {answer.name}.")


RETURNED = "Return a number that was computed from the argument."
KEPT = "The scale must be left there, by the constructor or what it calls, as in the template."
READ = "Run it on its own with the same kind of input and read the error."
STEPS = (
    ("another net than yours", "Keep the template's Net, or ask the course for an exam of yours."),
    ("out of bounds for an 8-bit", "Clamp to -128..127 whatever you give to a layer, every time."),
    ("has values that are not integers", "Round whatever you give to a layer, every time."),
    ("NotImplementedError", "Write your own code in place of that line."),
    ("SystemExit", "Return a result: nothing that is called may end the program."),
    ("No module named", "Do without it; if it is a file of yours, hand it in with the others."),
    ("is not defined (", "Mend that line first."),
    ("NameError", "Use the arguments and what your file defines, and look at the spelling."),
    (
        "AssertionError",
        "The lab allows what came in: the assertion asks too much of it, or the result is wrong.",
    ),
    (
        "ZeroDivisionError",
        "A scale may be far below 1: do not round it, or cut it to an integer. And most activations"
        " may be 0: take a range that some value other than 0 has.",
    ),
    ("floating point", "Return tensors of floats: the net computes with no other type."),
    ("DoubleTensor", "Return tensors of the type that came in, float32: the net computes in it."),
    ("same dtype", "Return tensors of the type that came in, float32: the net computes in it."),
)
"""What to do next, by a part of an error's type or message; the first that fits."""


def _told(answer: Raised) -> str:
    return f"{answer.kind}: {answer.message}"


def brief(message: str) -> str:
    """A message in one line, shortened in the middle."""
    line = " ".join(message.split()).removesuffix(".")
    return line if len(line) <= 300 else f"{line[:200]} ... {line[-80:]}"


def tensor(
    claim: Claim, shape: Sequence[int], what: str, step: str = "", *, finite: bool = True
) -> Doubles:
    """A tensor of real numbers of exactly this shape, as float64; finite ones unless told so.

    `step` is what a student does next if it is none.

    Raises:
        CheckFailed: it is something else.
    """
    wanted = f"a tensor of {'x'.join(map(str, shape))} finite numbers"
    if claim.kind != "tensor" or claim.array is None:
        raise CheckFailed(f"{what} is {claim.words}", wanted, step)
    if claim.array.shape != tuple(shape) or claim.array.dtype.kind not in "fiu":
        raise CheckFailed(f"{what} is {claim.words}", wanted, step)
    values: Doubles = claim.array.astype(np.float64)
    infinite = int((~np.isfinite(values)).sum())
    if finite and infinite:
        raise CheckFailed(f"{what} holds {infinite} values that are NaN or infinite", wanted, step)
    return values


def kept_scale(claim: Claim, where: str) -> float:
    """A scale that a net keeps as an attribute.

    Raises:
        CheckFailed: it is no positive finite real number.
    """
    return scale(claim, where, KEPT)


def scale(claim: Claim, what: str, step: str = RETURNED) -> float:
    """A positive finite real number: Python's, NumPy's or a tensor of one element.

    Args:
        claim: the number.
        what: how a person calls it.
        step: what to do where it is no number at all.

    Raises:
        CheckFailed: it is something else.
    """
    wanted = "one positive number"
    array = claim.array
    if array is not None and array.size > 1:
        one = "Use one scale for the whole tensor, not one for each channel or row."
        raise CheckFailed(f"{what} is {claim.words}", wanted, one)
    if array is None or array.size != 1 or array.ndim > 1 or array.dtype.kind not in "fiu":
        raise CheckFailed(f"{what} is {claim.words}", wanted, step)
    value = float(array.reshape(-1)[0])
    if value == 0:
        small = "A scale may be far below 1: do not round it, do not convert it to an integer."
        raise CheckFailed(f"{what} became 0", wanted, small)
    if not (np.isfinite(value) and value > 0):
        sign = "A scale is positive and finite: look at signs, and at what you divide by."
        raise CheckFailed(f"{what} is {value:g}", wanted, sign)
    return value


def pair(claim: Claim, what: str) -> tuple[Claim, Claim]:
    """A tuple (or list) of two.

    Raises:
        CheckFailed: it is something else.
    """
    if claim.kind not in ("tuple", "list") or len(claim.items) != 2:
        raise CheckFailed(
            f"{what} is {claim.words}",
            "a pair: the integers and the scale",
            "Return both: the integers, then the scale.",
        )
    return claim.items[0], claim.items[1]
