"""The tables of the corpora; `python -m tests.tables` writes them anew."""

from pathlib import Path

from grader.validation.corpus import CORRECT, WRONG, correct, wrong


def of_correct() -> str:
    """What is special about each right submission."""
    rows = ["| submission | trait |", "|---|---|"]
    rows += [f"| `{one.path.relative_to(CORRECT)}` | {_cell(one.sentence)} |" for one in correct()]
    return "\n".join(rows) + "\n"


def of_wrong() -> str:
    """What is wrong with each wrong one, what it must lose, and what it is called."""
    rows = ["| submission | mistake | loses | named |", "|---|---|---|---|"]
    for one in wrong():
        loses, named = ", ".join(sorted(one.loses)), ", ".join(sorted(one.named))
        path = one.path.relative_to(WRONG)
        rows.append(f"| `{path}` | {_cell(one.sentence)} | {loses} | {named} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("_", r"\_").replace("*", r"\*").replace("<", "&lt;")


def _write(path: Path, table: str) -> None:
    path.write_text(path.read_text("utf-8").partition("| submission |")[0] + table, "utf-8")


if __name__ == "__main__":
    _write(CORRECT / "README.md", of_correct())
    _write(WRONG / "README.md", of_wrong())
