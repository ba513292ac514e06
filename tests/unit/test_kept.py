"""Rows that wait on the disk: all come back, in order, and a full disk is said."""

import random
import tempfile
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from grader.course.kept import Kept
from grader.errors import GraderError


def test_all_come_back_by_their_keys_as_often_as_they_are_asked_for(tmp_path: Path) -> None:
    with closing(Kept(tmp_path, str)) as kept:
        keys = [f"{at:04}" for at in range(2000)]
        for key in random.Random(1).sample(keys, len(keys)):
            kept.add(key, key * 9)
        assert list(kept) == [key * 9 for key in keys]
        kept.add("0000", "later")
        assert list(kept)[:3] == ["0000" * 9, "later", "0001" * 9]
        assert kept.twice() == {"0000"}
        assert list(tmp_path.iterdir()) == []


def fill(kept: Kept[bytes], row: bytes) -> None:
    """A short row is found to have no place once it is looked for, a long one at once."""
    kept.add("a", row)
    list(kept)


@pytest.mark.parametrize("length", [10, 100_000])
def test_a_full_disk_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    def full(**_: object) -> IO[bytes]:
        return Path("/dev/full").open("r+b")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "TemporaryFile", full)
        kept = Kept(tmp_path, bytes)
    with closing(kept), pytest.raises(GraderError, match="No space left on device; make space"):
        fill(kept, b"x" * length)
