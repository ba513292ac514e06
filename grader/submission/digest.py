"""What the graded slice is, as a digest: the same for the same code, whatever it is wrapped in."""

import hashlib
import io
import tokenize
from collections.abc import Iterator, Sequence
from itertools import accumulate

from grader.errors import UnreadableSubmissionError
from grader.submission.program import Program
from grader.submission.source import decode

MOST_READ = 200_000
"""Bytes of helper modules: half a second's work."""
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
LAYOUT = {tokenize.NEWLINE: "\n", tokenize.INDENT: ">", tokenize.DEDENT: "<"}
"""Which layout it is counts, not how many spaces it has."""


def digest_of(program: Program) -> str:
    """The digest of a slice without comments, white space, cell numbers and file names.

    Helper modules count with their content alone, in whatever order they lie. Beyond so many bytes
    of them, comments and white space count as well.
    """
    pieces = [piece.text for cell in program.cells for piece in cell.pieces]
    modules = sorted(digests_of_modules([data for _, data in program.modules]))
    return digest_of_text("\n".join(pieces), *modules)


def digests_of_modules(modules: Sequence[bytes]) -> list[str]:
    """The digest of each helper module; of the largest ones, beyond so many bytes, as they are."""
    numbers = range(len(modules))
    by_size = sorted(numbers, key=lambda number: (len(modules[number]), modules[number]))
    ends = accumulate(len(modules[number]) for number in by_size)
    found = {
        number: digest_of_text(_text(modules[number]))
        if end <= MOST_READ
        else hashlib.sha256(modules[number]).hexdigest()
        for number, end in zip(by_size, ends, strict=True)
    }
    return [found[number] for number in numbers]


def _text(data: bytes) -> str:
    try:
        return decode(data, "a helper module")
    except UnreadableSubmissionError:
        return data.hex()  # its import will raise; here it is told from others all the same


def digest_of_text(text: str, *more: str) -> str:
    """The digest of the tokens of some code, and of more texts as they are."""
    digest = hashlib.sha256()
    for token in _tokens(text):
        digest.update(token.encode("utf-8", "surrogatepass") + b"\0")
    for each in more:
        digest.update(each.encode())
    return digest.hexdigest()


def _tokens(text: str) -> Iterator[str]:
    """The tokens of some code, or all that is left of it where this Python finds none."""
    lines = io.StringIO(text).readline
    try:
        for token in tokenize.generate_tokens(lines):
            if token.type not in NO_CODE:
                yield LAYOUT.get(token.type, token.string)
    except (tokenize.TokenError, SyntaxError):  # a helper module that cannot be imported
        yield text
