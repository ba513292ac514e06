"""From what is written to files to saves."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from grader.self_check.saves import MOST_LOOKS, Saves

Act = Callable[[], object]


class QuietError(Exception):
    """Nothing more is going to happen."""


def saves(path: Path, *acts: Act | None) -> list[int]:
    """After how many acts there was a save; in each pause of the watch comes one; None: nothing."""
    found: list[int] = []
    done = 0

    def pause(_: float) -> None:
        nonlocal done
        if done == len(acts):
            raise QuietError
        act = acts[done]
        done += 1
        if act is not None:
            act()

    waiting = iter(Saves(path, pause))
    with suppress(QuietError):
        while True:
            next(waiting)
            found.append(done)
    return found


class Lab:
    """A file, and ways to save it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "work" / "lab1.py"
        self.path.parent.mkdir()
        self.path.write_text("", "utf-8")
        self._length = 0

    def write(self) -> None:
        self._length += 1
        self.path.write_text("x" * self._length, "utf-8")

    def rename(self) -> None:
        self._length += 1
        other = self.path.with_name(".new")
        other.write_text("x" * self._length, "utf-8")
        other.replace(self.path)

    def delete(self) -> None:
        self.path.unlink()

    def move_folder(self) -> None:
        self.path.parent.rename(self.path.parent.with_name("old"))

    def make_folder(self) -> None:
        self.path.parent.mkdir()


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_without_a_save_there_is_none(lab: Lab) -> None:
    assert saves(lab.path, None, None) == []


def test_each_save_that_is_followed_by_quiet_is_one(lab: Lab) -> None:
    assert saves(lab.path, lab.write, None, None, lab.write, None) == [2, 5]


def test_a_burst_of_saves_is_one(lab: Lab) -> None:
    assert saves(lab.path, lab.write, lab.write, lab.rename, lab.write, None) == [5]


def test_a_file_that_is_written_without_end_is_checked_all_the_same(lab: Lab) -> None:
    first, *_ = saves(lab.path, *[lab.write] * (2 * MOST_LOOKS))
    assert first == 1 + MOST_LOOKS


def test_what_is_saved_while_nobody_waits_is_not_lost(lab: Lab) -> None:
    waiting = iter(Saves(lab.path, lambda _: None))
    lab.write()
    next(waiting)
    lab.write()  # while it is checked
    lab.write()
    next(waiting)
    assert saves(lab.path, None) == []


def test_a_save_by_renaming_is_one(lab: Lab) -> None:
    assert saves(lab.path, lab.rename, None, lab.rename, None) == [2, 4]


def test_a_file_that_is_gone_is_not_checked_before_it_is_back(lab: Lab) -> None:
    assert saves(lab.path, lab.delete, None, None, lab.write, None, lab.write, None) == [5, 7]


def test_a_file_is_found_again_in_another_folder(lab: Lab) -> None:
    acts = (lab.move_folder, None, lab.make_folder, lab.write, None, lab.write, None)
    assert saves(lab.path, *acts) == [5, 7]


def test_what_a_link_leads_to_is_watched(lab: Lab, tmp_path: Path) -> None:
    link = tmp_path / "link.py"
    link.symlink_to(lab.path)
    assert saves(link, lab.write, None, lab.rename, None) == [2, 4]


def test_of_a_file_its_neighbours_do_not_count(lab: Lab) -> None:
    beside = lab.path.with_name("helper.py")
    assert saves(lab.path, lambda: beside.write_text("", "utf-8"), None) == []


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("helper.py", True),
        ("src/helper.py", True),
        (".lab1.py.swp", False),
        (".ipynb_checkpoints/lab1.ipynb", False),
        ("__pycache__/lab1.pyc", False),
    ],
)
def test_of_a_folder_all_counts_that_is_read(name: str, counts: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    tmp_path.joinpath("lab1.py").write_text("", "utf-8")
    found = saves(
        tmp_path,
        lambda: path.write_text("1", "utf-8"),
        None,
        lambda: path.write_text("22", "utf-8"),
        None,
        path.unlink,
        None,
    )
    assert found == ([2, 4, 6] if counts else [])


def test_a_folder_that_comes_back_is_watched(lab: Lab) -> None:
    acts = (lab.move_folder, None, lab.make_folder, lab.write, None, lab.write, None)
    assert saves(lab.path.parent, *acts) == [5, 7]
