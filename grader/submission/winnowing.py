"""Fingerprints of code: hashes of a few tokens in a row, of which winnowing keeps some.

Winnowing (Schleimer, Wilkerson, Aiken: Local algorithms for document fingerprinting, 2003) keeps of
every `WINDOW` hashes in a row the least one. So where `TOKENS + WINDOW - 1` tokens are the same in
two places, the same fingerprint is kept of both, whatever stands around them.

Of the libraries that do this the best known for Python, copydetect, takes the text's lexical tokens
in the order of the file: two statements that changed places break every hash across them, and a
helper that was inlined all of its own. It also reads files where it is called, and student text is
read in the limited process alone. What remains is the twenty lines below.
"""

import hashlib
from collections.abc import Iterator, Sequence

from grader.submission.normal import Unit
from grader.submission.program import Mark

TOKENS = 3
"""In a row, of a syntax tree, which are some ten of the text: `.max() .abs() _`."""
WINDOW = 2
BYTES = 6
"""Of a hash: of 10,000 different ones it takes 5,000 such classes until two are the same."""


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
