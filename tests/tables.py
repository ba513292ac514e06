"""The tables of the corpora; `python -m tests.tables` writes them anew."""

from pathlib import Path

from grader.validation.corpus import CORRECT, WRONG, Solution, correct, styles, wrong

START = "| submission |"


def of_correct() -> str:
    """What is special about each right submission, the bases, and which ones are whole."""
    rows = [f"{START} base | trait |", "|---|---|---|"]
    rows += [
        f"| {_path(one, CORRECT)} | {_base(one)} | {_cell(one.sentence)} |" for one in correct()
    ]
    rows += ["", "| base | style |", "|---|---|"]
    rows += [f"| `{name}` | {_cell(style)} |" for name, style in styles().items()]
    names = ", ".join(f"`{name}`" for name in whole_ones())
    listed = f"Scripts that are whole, and share no base with any other:\n{names}.\n"
    return "\n".join([*rows, "", listed])


def of_wrong() -> str:
    """What is wrong with each wrong one, what it must lose, and what it is called."""
    rows = [f"{START} base | mistake | loses | named |", "|---|---|---|---|---|"]
    for one in wrong():
        loses, named = ", ".join(sorted(one.loses)), ", ".join(sorted(one.named))
        cells = [_path(one, WRONG), _base(one), _cell(one.sentence), loses, named]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def whole_ones() -> list[str]:
    """The right scripts that are whole."""
    return [
        one.path.stem
        for one in correct()
        if one.base is None and one.path.parent.name == "solutions"
    ]


def _path(one: Solution, folder: Path) -> str:
    return f"`{one.path.relative_to(folder)}`"


def _base(one: Solution) -> str:
    return one.base or "**whole**"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("_", r"\_").replace("*", r"\*").replace("<", "&lt;")


def _write(path: Path, table: str) -> None:
    path.write_text(path.read_text("utf-8").partition(START)[0] + table, "utf-8")


if __name__ == "__main__":
    _write(CORRECT / "README.md", of_correct())
    _write(WRONG / "README.md", of_wrong())
