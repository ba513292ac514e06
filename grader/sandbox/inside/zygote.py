"""The process that has imported torch once, and forks a worker whenever it is asked to.

It never sees a submission, an exam or an answer: a worker's pipes come with the request to fork and
are closed here at once. It kills and reaps a worker only when the trusted process says so (until
then its pid can mean no other process), with every descendant the worker left. When the trusted
process ends, so does the socket, and this process takes everything with it.

Run as `python -I -S -B zygote.py FD`; standard library, numpy and torch only.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

HERE = Path(__file__).parent
if TYPE_CHECKING:
    from grader.sandbox import scratch
    from grader.sandbox.inside import lockdown, seccomp
else:
    sys.path.insert(0, str(HERE))
    import lockdown
    import scratch
    import seccomp


def main() -> None:
    """Import torch, say so, and serve until the trusted process is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.environ.pop("GLIBC_TUNABLES", None)  # it has had its effect
    config = json.loads(control.recv(1 << 16))
    try:
        package_folders = _open_package_folders(config["sites"])
        with _here_to_stay():
            if TYPE_CHECKING:
                from grader.sandbox.inside import vision, worker
            else:
                import vision
                import worker  # and with it torch, which costs seconds
        sys.path.remove(str(HERE))
        lockdown.adopt_orphans()
        seccomp.prepare()
        zygote = Zygote(control, config, package_folders, worker.work, vision.import_torchvision)
        zygote.reply(threads=_threads())
        zygote.serve()
    finally:
        scratch.remove(Path(config["folder"]))


@contextlib.contextmanager
def _here_to_stay() -> Iterator[None]:
    """What is made here is kept for good, and never looked through for what nobody needs.

    That would take a tenth of the time of importing torch; and the first time in a worker, which
    would look at everything, would copy every page.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Worker(NamedTuple):
    """What a fork becomes."""

    box: Path
    user: int | None
    parent: int
    without: list[str]


class Zygote:
    """Serves the requests of the trusted process, one after the other."""

    def __init__(
        self,
        control: socket.socket,
        config: dict[str, Any],
        package_folders: list[int],
        work: Callable[[Path, Path, int, int, lockdown.Layers, int | None], None],
        import_torchvision: Callable[[], Any],
    ) -> None:
        self.control, self.config, self.work = control, config, work
        self.package_folders = package_folders
        self.import_torchvision = import_torchvision
        self.boxes: dict[int, Path] = {}
        """Pid of a worker -> its scratch folder."""
        self.owners: dict[int, int | None] = {}
        """Pid of a worker -> the user that it has become; None: the same as this process."""
        self.forks = 0
        self.namespaces = lockdown.enter_namespaces(config["without"])

    def serve(self) -> None:
        """Fork and end workers until the socket closes; then end those that are left."""
        try:
            while True:
                message, given, _, _ = socket.recv_fds(self.control, 1 << 10, 4)
                if not message:
                    return
                request = json.loads(message)
                if request["do"] == "fork":
                    self.reply(pid=self._fork(given, request["without"]), box=self.forks)
                elif request["do"] == "import":
                    self._import(request["module"])
                    self.reply(threads=_threads())
                else:
                    box, status = self.boxes.pop(request["pid"]), self._end(request["pid"])
                    scratch.remove(box)
                    self.owners.pop(request["pid"])
                    self.reply(status=status)
        finally:
            for pid in self.boxes:
                self._end(pid)

    def reply(self, **fields: int) -> None:
        """Answer the trusted process."""
        self.control.send(json.dumps(fields).encode())

    def _import(self, module: str) -> None:
        """Import a package that costs seconds once, not in every worker."""
        with _here_to_stay():
            if module.partition(".")[0] == "torchvision":
                self.import_torchvision()
            importlib.import_module(module)

    def _fork(self, given: list[int], without: list[str]) -> int:
        self.forks += 1
        box = Path(self.config["folder"]) / f"box-{self.forks}"
        users = range(*self.config["users"])
        free = [uid for uid in users if uid not in self.owners.values()] or users
        user = free[self.forks % len(free)] if users else None
        scratch.make(box, user)
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._become_worker(Worker(box, user, zygote, without), *given)
            except BaseException:  # noqa: BLE001 - whatever it is, this copy must not serve on
                traceback.print_exc()
            finally:
                os._exit(1)
        for descriptor in given:
            os.close(descriptor)
        self.boxes[pid], self.owners[pid] = box, user
        return pid

    def _become_worker(
        self, worker: Worker, request: int, answer: int, output: int, shared: int | None = None
    ) -> None:
        """In the fork: leave everything of the zygote behind, lock itself in, and work."""
        os.setsid()
        os.dup2(output, 1)
        os.dup2(output, 2)
        # Opened again: a position, or a flag, would pass from one worker to the next.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if shared is not None:
            os.dup2(os.open(f"/proc/self/fd/{shared}", os.O_RDONLY), shared)
        kept = {0, 1, 2, request, answer, shared, *self.package_folders}
        for entry in list(Path("/proc/self/fd").iterdir()):
            if int(entry.name) not in kept:
                with contextlib.suppress(OSError):  # the one that listed them is closed already
                    os.close(int(entry.name))
        box = worker.box
        os.chdir(box)
        os.environ.update(HOME=str(box), TMPDIR=str(box), MPLCONFIGDIR=str(box / ".matplotlib"))
        os.environ.pop("TORCHINDUCTOR_CACHE_DIR", None)  # torch sets it once, and for good
        tempfile.tempdir = None  # found anew, in the box
        limits, readable = self.config["limits"], self.config["readable"]
        without = (*self.config["without"], *worker.without)
        layers = lockdown.lock(box, worker.user, limits, readable, worker.parent, without)
        layers["namespaces"] = self.namespaces
        self.work(box, Path(self.config["practice"]), request, answer, layers, shared)

    def _end(self, pid: int) -> int:
        """Kill and reap a worker and all that it left; returns its exit code (or -signal)."""
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        while (self.boxes or _has_children()) and (strays := _children() - self.boxes.keys()):
            for stray in strays:
                os.kill(stray, signal.SIGKILL)
            for stray in strays:
                os.waitpid(stray, 0)
        return os.waitstatus_to_exitcode(status)


def _threads() -> int:
    """Threads of this process: a fork of more than one would hang."""
    return len(list(Path("/proc/self/task").iterdir()))


def _has_children() -> bool:
    """Whether any child is left: asked first, since to go through all processes is slow."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _children() -> set[int]:
    """Pids of this process's children; orphans of a worker are among them."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text(errors="replace")
        except OSError:  # it ended meanwhile
            continue
        if int(stat.rpartition(")")[2].split()[1]) == os.getpid():
            found.add(int(process.name))
    return found


def _open_package_folders(sites: list[str]) -> list[int]:
    """Put the folders of packages on `sys.path`, so that a worker of another user can import, too.

    A worker that has become another user cannot enter root's home, where the packages may lie. But
    a folder that is open stays open. So `sys.path` names the descriptor of such a folder.

    Returns:
        The descriptors that a worker keeps.
    """
    folders: dict[str, int] = {}
    sys.path += [scratch.HELPERS, *sites]
    for path in filter(os.path.isdir, sys.path):
        if os.getuid() == 0 and not scratch.enterable(Path(path)):
            folders[path] = os.open(path, os.O_PATH | os.O_DIRECTORY)
    by_descriptor = {path: f"/proc/self/fd/{number}" for path, number in folders.items()}
    sys.path[:] = [by_descriptor.get(path, path) for path in sys.path]
    for module in list(sys.modules.values()):
        for i, path in enumerate(getattr(module, "__path__", ())):
            site = max(
                (folder for folder in folders if path.startswith(f"{folder}/")),
                default=None,
                key=len,
            )
            if site is not None:
                module.__path__[i] = by_descriptor[site] + path.removeprefix(site)
    sys.path_importer_cache.clear()
    return list(folders.values())


if __name__ == "__main__":
    main()
