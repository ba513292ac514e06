"""Each process of a pool has a core of its own, and a new one that of one that has ended."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from grader.cores import Cores, usable

ALL = len(os.sched_getaffinity(0))


def take(cores: Cores, told: Connection) -> None:
    """Take a core, say which, and keep it until the other end is closed."""
    before = os.sched_getaffinity(0)
    cores.take()
    told.send((before, os.sched_getaffinity(0)))
    told.poll(None)


class Taker:
    """A process that has taken a core."""

    def __init__(self, cores: Cores) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.told, told = spawn.Pipe()
        self.process = spawn.Process(target=take, args=(cores, told))
        self.process.start()
        told.close()
        self.before, self.has = self.told.recv()

    def kill(self) -> None:
        """End it, and it alone knows nothing of it."""
        self.process.kill()
        self.process.join()
        self.told.close()


def test_each_process_has_a_core_and_leaves_it_to_another_when_it_is_killed() -> None:
    cores = Cores(ALL)
    takers = [Taker(cores) for _ in range(ALL)]
    taken = [taker.has for taker in takers]
    assert all(len(has) == 1 for has in taken)
    assert set.union(*taken) == os.sched_getaffinity(0)
    late = Taker(cores)  # there is none left
    assert late.has == late.before == os.sched_getaffinity(0)
    takers[0].kill()
    heir = Taker(cores)
    assert heir.has == taken[0]
    for taker in (*takers[1:], late, heir):
        taker.kill()


@pytest.mark.parametrize("processes", [ALL + 1, ALL - 1])
def test_nobody_has_one_where_processes_are_more_or_fewer_than_cores(processes: int) -> None:
    taker = Taker(Cores(processes))
    assert taker.has == taker.before
    taker.kill()


def test_one_is_handed_to_a_process_that_is_being_spawned_alone() -> None:
    with pytest.raises(RuntimeError):
        Cores(ALL).__getstate__()


@pytest.mark.parametrize(
    ("own", "files", "cores"),
    [
        ("0::/\n", {}, 8),
        ("0::/\n", {"cpu.max": "max 100000"}, 8),
        ("0::/\n", {"cpu.max": "200000 100000"}, 2),
        ("0::/\n", {"cpu.max": "120000 50000"}, 3),
        ("0::/\n", {"cpu.max": "50000 100000"}, 1),
        ("0::/\n", {"cpu.max": "6400000 100000"}, 8),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "400000 100000"}, 4),
        ("2:cpu,cpuacct:/a\n", {"cpu/a/cpu.cfs_quota_us": "-1"}, 8),
        (
            "2:cpu,cpuacct:/a\n0::/\n",
            {"cpu/a/cpu.cfs_quota_us": "150000", "cpu/a/cpu.cfs_period_us": "100000"},
            2,
        ),
    ],
)
def test_of_many_cores_a_container_uses_its_share(
    groups: Path, monkeypatch: pytest.MonkeyPatch, own: str, files: dict[str, str], cores: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)))
    (groups.parent / "own").write_text(own)
    for name, text in files.items():
        (groups / name).parent.mkdir(parents=True, exist_ok=True)
        (groups / name).write_text(f"{text}\n")
    assert usable() == cores
