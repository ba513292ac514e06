"""A validation as one page of Markdown: the matrix, and all that students would read."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.report.wording import lines
from grader.result import Result
from grader.validation.matrix import Line, table


def write(path: Path, matrix: Sequence[Line], results: Iterable[tuple[str, Result]]) -> None:
    """Write the matrix, and the output of every check that was not passed, by submission.

    Raises:
        UsageError: the file cannot be written.
    """
    parts = [f"# Points lost\n\n{table(matrix)}", "\n# What students read\n"]
    for name, result in results:
        parts.append(f"\n## {name}\n\n{result.score:g} of {result.max_score:g} points\n")
        for entry in result.entries:
            if entry.status == "failed":
                text = "\n".join(f"> {_literal(line)}  " for line in lines(entry, staff=True))
                parts.append(f"\n**{entry.question} `{entry.check}`**\n\n{text}\n")
    try:
        path.write_text("".join(parts), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file that can be written") from error


def _literal(line: str) -> str:
    """Show what stands there, whatever it would mean in Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]()#+.!|<>&~=-])", r"\\\1", line)
