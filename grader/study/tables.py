"""The rows of the study as CSV and as Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import msgspec

from grader.study.measure import Row

COLUMNS = Row.__struct_fields__


def as_csv(rows: Sequence[Row]) -> str:
    """One line a net, and a head."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    for row in rows:
        lines.writerow(_rounded(value) for value in msgspec.structs.astuple(row))
    return written.getvalue()


def as_markdown(rows: Sequence[Row], head: str) -> str:
    """The same for people."""
    lines = [
        "# What bits, scales and ranges cost",
        "",
        head,
        "",
        "| question | series | at | accuracy, % | drop | at least | at most | bytes of weights |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.question} | {row.series} | {row.at} | {row.accuracy:.2f} | {row.drop:+.2f} |"
        f" {row.at_least:+.2f} | {row.at_most:+.2f} | {row.weight_bytes:,} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _rounded(value: str | float) -> str | float:
    return f"{value:.4f}" if isinstance(value, float) else value
