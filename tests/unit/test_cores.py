"""Each process of a pool has a core of its own, and a new one that of one that has ended."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection

import pytest

from grader.cores import Cores, usable


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
    cores = Cores(usable())
    takers = [Taker(cores) for _ in range(usable())]
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


@pytest.mark.parametrize("processes", [usable() + 1, usable() - 1])
def test_nobody_has_one_where_processes_are_more_or_fewer_than_cores(processes: int) -> None:
    taker = Taker(Cores(processes))
    assert taker.has == taker.before
    taker.kill()


def test_one_is_handed_to_a_process_that_is_being_spawned_alone() -> None:
    with pytest.raises(RuntimeError):
        Cores(usable()).__getstate__()
