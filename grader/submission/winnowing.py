"""Fingerprints of code: hashes of a few tokens in a row, of which winnowing keeps some.

Winnowing (Schleimer, Wilkerson, Aiken: Local algorithms for document fingerprinting, 2003) keeps of
every `WINDOW` hashes in a row the least one. So where `TOKENS + WINDOW - 1` tokens are the same in
two places, the same fingerprint is kept of both, whatever stands around them.

Of the libraries that do this, copydetect (0.5.0 of 2024, MIT) is the best known for Python. It
takes a file's lexical tokens in their order, by Pygments, and not its syntax tree: statements that
changed places break every hash across them. To it all names are one, those of PyTorch's functions
as well, which are most of what tells two solutions of this lab apart. And it reads files where it
is called, while student text is read in the limited process alone. What would remain of it is the
few lines below.
"""

import hashlib
from collections.abc import Iterator, Sequence

from grader.submission.normal import Unit
from grader.submission.program import Mark

TOKENS = 3
"""In a row, of a syntax tree, which are some ten of the text: `.max() .abs() _`."""
WINDOW = 2
BYTES = 6
"""Of a hash: among 10,000 different ones two are the same in one class of millions."""


def fingerprints(unit: Unit) -> Iterator[Mark]:
    """Yield what winnowing keeps of one statement."""
    found = marks(unit)
    kept = -1
    for start in range(max(len(found) - WINDOW + 1, min(len(found), 1))):
        window = range(start, min(start + WINDOW, len(found)))
        least = min(window, key=lambda at: (found[at].digest, -at))
        if least != kept:
            kept = least
            yield found[least]


def marks(unit: Unit) -> Sequence[Mark]:
    """All hashes of one statement, in their order; one of fewer tokens is in any code."""
    return [_mark(unit[start : start + TOKENS]) for start in range(len(unit) - TOKENS + 1)]


def _mark(tokens: Unit) -> Mark:
    text = "\0".join(word for word, _ in tokens)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=BYTES).digest()
    lines = [line for _, line in tokens]
    return Mark(int.from_bytes(digest, "big"), min(lines), max(lines))
