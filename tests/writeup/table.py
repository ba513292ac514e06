"""The table of made reports in README.md; `python -m tests.writeup.table` writes it anew."""

from pathlib import Path

from tests.blocks import with_block
from tests.writeup.made import MADE

PAGE = Path(__file__).parent / "README.md"


def written() -> str:
    """The page with the table as it must be."""
    rows = ["| report | made by | what it is | missing | cannot tell |", "|---|---|---|---|---|"]
    for name, made in MADE.items():
        points = ("; ".join(made.missing), "; ".join(made.untold))
        rows.append(f"| `{name}` | {made.producer} | {made.what} | {points[0]} | {points[1]} |")
    return with_block(PAGE.read_text("utf-8"), "made", "\n".join(rows) + "\n")


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
