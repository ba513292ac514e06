"""What a worker takes of the disk is counted, whether it has a name or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.sandbox.outside import disk
from grader.sandbox.outside.answer import Died, Returned
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.session import Session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open files are told on Linux")
MEGABYTE = 1 << 20
LARGEST = Limits().file_bytes
UNNAMED = {
    "named": ("file = open('x', 'wb'); file.write(bytes(MB)); file.flush()", 0),
    "unlinked while open": (
        "file = open('x', 'wb'); os.unlink('x'); file.write(bytes(MB)); file.flush()",
        MEGABYTE,
    ),
    "open twice": (
        "file = open('x', 'wb'); other = os.dup(file.fileno()); os.unlink('x');"
        " file.write(bytes(MB)); file.flush()",
        MEGABYTE,
    ),
    "renamed to what was deleted": (
        "file = open('x', 'wb'); file.write(bytes(MB)); file.flush();"
        " os.rename('x', 'x (deleted)')",
        0,
    ),
    "never named": (
        "file = tempfile.TemporaryFile('wb'); file.write(bytes(MB)); file.flush()",
        MEGABYTE,
    ),
    "mapped": (
        "file = open('x', 'wb+'); file.write(bytes(MB)); file.flush();"
        " file = np.memmap('x', mode='r'); os.unlink('x')",
        MEGABYTE,
    ),
    "mapped without a descriptor": (
        "file = open('x', 'wb+'); file.write(bytes(MB)); file.flush();"
        " file = torch.from_file('x', size=4, dtype=torch.uint8); os.unlink('x')",
        LARGEST,
    ),
    "mapped, and named": (
        "file = open('x', 'wb+'); file.write(bytes(MB)); file.flush();"
        " file = np.memmap('x', mode='r')",
        0,
    ),
    "closed": ("file = open('x', 'wb'); file.write(bytes(MB)); os.unlink('x'); file.close()", 0),
}


@pytest.mark.parametrize("act", UNNAMED)
def test_files_without_a_name_count(admit: Callable[..., Session], act: str) -> None:
    source, taken = UNNAMED[act]
    session = admit(
        f"""
        import os, tempfile
        import numpy as np
        import torch
        MB = {MEGABYTE}
        def f():
            global file, other
            {source}
            return 1
        """
    )
    with session.group():
        assert isinstance(session.call("f"), Returned)
        child = session._child
        assert child is not None
        found = child.bytes_without_name()
        assert taken <= found <= taken + MEGABYTE // 2


def test_the_main_thread_hides_nothing_by_its_end(admit: Callable[..., Session]) -> None:
    session = admit(
        f"""
        import ctypes, os, threading, time
        def g():
            return 1
        def f():
            file = os.open("x", os.O_RDWR | os.O_CREAT)
            os.unlink("x")
            os.write(file, bytes({MEGABYTE}))
            threading.Thread(target=time.sleep, args=(60,)).start()
            ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
        """
    )
    with session.group():
        assert isinstance(session.call("g"), Returned)
        child = session._child
        assert child is not None
        found: list[int] = []

        def look(pid: int | None) -> str:
            assert pid is not None
            found.append(child._disk.bytes_without_name(pid))
            return "enough is seen" if found[-1] else ""

        child._disk.exceeded = look  # type: ignore[method-assign]
        assert session.call("f") == Died("it was ended: enough is seen", retried=False)
    assert MEGABYTE <= found[-1] < 2 * MEGABYTE


def test_what_has_ended_has_nothing_open(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    watched = disk.Disk(tmp_path, Limits())
    watched._looked -= 2 * disk.LOOK_SECONDS
    assert watched.exceeded(pid) == ""
    os.waitpid(pid, 0)
    assert watched.exceeded(pid) == ""


def test_what_cannot_be_looked_at_counts_as_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    watched = disk.Disk(tmp_path, Limits())
    watched._looked -= 2 * disk.LOOK_SECONDS
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        assert watched.exceeded(os.getpid()) == "its open files cannot be looked at"
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert watched.exceeded(None) == disk.CLOSED
    assert watched.exceeded(os.getpid()) == ""


def test_files_and_folders_are_counted_without_following_links(tmp_path: Path) -> None:
    box = tmp_path / "box"
    (box / "deep" / "er").mkdir(parents=True)
    (box / "deep" / "file").write_bytes(bytes(5000))
    (tmp_path / "elsewhere").write_bytes(bytes(MEGABYTE))
    (box / "link").symlink_to(tmp_path / "elsewhere")
    (box / "folder").symlink_to(tmp_path)
    files, size = disk.usage(box, 100)
    assert files == 5
    assert 5000 <= size < MEGABYTE


def test_links_to_folders_and_folders_themselves_count(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"link-{number}").symlink_to("./" * 1000)
        (tmp_path / f"folder-{number}").mkdir()
    made = sum(512 * path.lstat().st_blocks for path in tmp_path.iterdir())
    assert disk.usage(tmp_path, 100) == (40, made)


def test_nothing_is_opened_that_took_a_folders_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "box" / "folder").mkdir(parents=True)
    os.mkfifo(tmp_path / "waits")  # to open it would wait for somebody who writes
    opened = os.open

    def swapped(name: str, flags: int, dir_fd: int | None = None) -> int:
        if name == "folder":
            (tmp_path / "box" / "folder").rmdir()
            (tmp_path / "box" / "folder").symlink_to(tmp_path / "waits")
        return opened(name, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swapped)
    assert disk.usage(tmp_path / "box", 100)[0] == 1


def test_what_lies_too_deep_counts_as_too_many(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (disk.DEEPEST + 1))
    deep.mkdir(parents=True)
    assert disk.usage(tmp_path, 1000)[0] > 1000
