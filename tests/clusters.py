"""Dask clusters of processes on this machine, which tests start, kill and start again."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).resolve().parents[1]
UP, REGISTERED = "Scheduler at:", "Registered to:"
"""What a scheduler and a worker say once they are there."""


class Nodes:
    """A scheduler and its workers, each a process group of its own, until the end."""

    def __init__(self, folder: Path, tls: dict[str, Path] | None = None) -> None:
        self.folder, self._tls = folder, tls
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        self.address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{self._port}"
        self.scheduler: subprocess.Popen[str] | None = None
        self.workers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> "Nodes":
        self.start_scheduler()
        return self

    def __exit__(self, *_: object) -> None:
        scheduler = [] if self.scheduler is None else [self.scheduler]
        for process in [*self.workers, *scheduler]:
            kill(process)

    def processes(self) -> list[psutil.Process]:
        """All that there is of it now, with what workers have started."""
        scheduler = [] if self.scheduler is None else [self.scheduler]
        found = [psutil.Process(each.pid) for each in [*self.workers, *scheduler]]
        return [process for each in found for process in (each, *each.children(recursive=True))]

    def start_scheduler(self) -> None:
        """Start it, at the same address as before, and wait for it."""
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", self._port)
        _wait_for(self.scheduler, UP)

    def start_workers(self, count: int, threads: int = 1) -> None:
        """Start workers with their nannies, and wait for them."""
        started = [
            self._start("worker", self.address, "--nthreads", str(threads)) for _ in range(count)
        ]
        self.workers += started
        for process in started:
            _wait_for(process, REGISTERED)

    def _start(self, kind: str, *arguments: str) -> "subprocess.Popen[str]":
        files = {} if self._tls is None else self._tls
        options = [text for name, path in files.items() for text in (f"--tls-{name}", str(path))]
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, *options]
        return subprocess.Popen(
            [*command, "--no-dashboard"],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.folder)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


def kill(process: "subprocess.Popen[str]") -> None:
    """End a node as a power cut would, with what it has in its process group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    """Wait until it has said something; what it says later is read, and goes nowhere."""
    said = process.stderr
    assert said is not None
    before = []
    for line in said:
        before.append(line)
        if words in line:
            threading.Thread(target=_drain, args=(said,), daemon=True).start()
            return
    said.close()
    raise AssertionError("".join(before))


def _drain(said: IO[str]) -> None:
    with said:
        for _ in said:
            pass
