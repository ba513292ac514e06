"""What a killed grader leaves in the temporary directory the next removes, and nothing else."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from grader.errors import WallError
from grader.sandbox.outside.fork import Forker
from grader.sandbox.outside.home import LOCK, new_home, sweep
from grader.sandbox.outside.wall import Wall
from grader.validation.composition import planted

ROOT = Path(__file__).parents[2]
GRADE = [sys.executable, "-m", "grader", "grade", "--quiet"]


@pytest.mark.rest
def test_what_killed_graders_leave_is_swept_and_what_lives_stays(
    reference: str, temporary: Path, tmp_path: Path
) -> None:
    """The zygote is killed as well, since it would remove the folder itself."""
    endless = tmp_path / "endless.py"
    endless.write_text(planted(reference, {"quantized_weights": "while True: pass"}))
    environment = {**os.environ, "TMPDIR": str(temporary)}

    def begun(name: str) -> psutil.Popen:
        output = tmp_path / f"{name}.json"
        command = [*GRADE, str(endless), "--output", str(output), "--call-seconds", "200"]
        process = psutil.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        while not output.exists():  # the first file is written before student code starts
            assert process.poll() is None
        return process

    with begun("killed") as killed:
        (left,) = temporary.iterdir()
        everything = [*killed.children(recursive=True), killed]
        for process in everything:
            process.suspend()  # so that none notices that another has ended
        for process in everything:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(everything)
    assert left.is_dir()
    with begun("living") as living:
        (lives,) = temporary.iterdir()
        assert lives != left
        sweep(temporary)  # as another grader does
        assert list(temporary.iterdir()) == [lives]
        living.terminate()
        living.wait()
    assert list(temporary.iterdir()) == []


def left_behind(where: Path) -> Path:
    """A folder as a killed grader leaves it, with what a student put into it."""
    home = new_home(str(where))
    assert home.lock is not None
    os.close(home.lock)
    box = home.path / "box-1"
    box.mkdir(mode=0o000)
    (home.path / "link").symlink_to(where)
    return home.path


def test_a_folder_left_behind_is_removed_without_following_links(temporary: Path) -> None:
    (temporary / "kept").write_text("kept")
    path = left_behind(temporary)
    sweep(temporary)
    assert not path.exists()
    assert [each.name for each in temporary.iterdir()] == ["kept"]


def _unlocked(path: Path) -> None:
    (path / LOCK).unlink()


def _linked_lock(path: Path) -> None:
    (path / LOCK).unlink()
    (path / LOCK).symlink_to(path.parent / "own.lock")
    (path.parent / "own.lock").touch(0o600)


def _hard_linked_lock(path: Path) -> None:
    (path.parent / "own.lock").hardlink_to(path / LOCK)


def _piped_lock(path: Path) -> None:
    (path / LOCK).unlink()
    os.mkfifo(path / LOCK, 0o600)


def _renamed(path: Path) -> None:
    path.rename(path.with_name("grader-of-mine"))


def _opened(path: Path) -> None:
    path.chmod(0o755)


def _linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize(
    "change",
    [_unlocked, _linked_lock, _hard_linked_lock, _piped_lock, _renamed, _opened, _linked],
)
def test_what_is_not_the_graders_own_stays(change: Callable[[Path], None], temporary: Path) -> None:
    change(left_behind(temporary))
    before = sorted(temporary.rglob("*"))
    sweep(temporary)
    assert sorted(temporary.rglob("*")) == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give something to another user")
@pytest.mark.parametrize("which", ["folder", "lock"])
def test_what_belongs_to_another_user_stays(which: str, temporary: Path) -> None:
    path = left_behind(temporary)
    os.chown(path if which == "folder" else path / LOCK, 12345, 12345)
    sweep(temporary)
    assert path.exists()


def test_the_lock_is_held_until_the_folder_is_gone(temporary: Path) -> None:
    home = new_home(str(temporary))
    sweep(temporary)
    with (home.path / LOCK).open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    home.remove()
    assert list(temporary.iterdir()) == []


def test_a_worker_has_no_hold_on_the_lock(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever had it could keep a folder from being swept."""
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with Wall() as wall:
        kinds = {each.partition(": ")[2] for each in wall.inventory().descriptors}
    assert kinds == {"device", "folder", "pipe"}  # the lock would be another


def test_a_zygote_holds_the_lock_where_the_grader_is_gone(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take a while to end its workers, and then removes the folder itself."""
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with Wall() as wall, Path(os.devnull).open() as nothing:
        launcher = wall._launcher
        assert isinstance(launcher, Forker)
        assert launcher._home.lock is not None
        os.dup2(nothing.fileno(), launcher._home.lock)
        sweep(temporary)
        assert wall.inventory().descriptors
        assert list(temporary.iterdir()) == [launcher.folder]
    assert list(temporary.iterdir()) == []


def test_where_there_are_no_locks_nothing_is_swept(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", refuse)
    home = new_home(str(temporary))
    assert home.lock is None
    assert list(home.path.iterdir()) == []
    monkeypatch.undo()
    sweep(temporary)
    assert home.path.exists()


def test_a_temporary_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WallError, match="no scratch folder can be made"):
        new_home(str(tmp_path / "none"))
