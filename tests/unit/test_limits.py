"""How much memory a submission may use: what this machine, or the group of this process, has."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.sandbox.outside.limits import Limits

MB = 1 << 20


def limited(groups: Path, group: str, limit: str) -> None:
    """Give a group a limit."""
    path = groups / group
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{limit}\n")


@pytest.mark.parametrize(
    ("own", "file"),
    [
        ("0::/\n", "memory.max"),
        ("0::/slurm/job_7/step\n", "slurm/job_7/step/memory.max"),
        ("0::/slurm/job_7/step\n", "slurm/job_7/memory.max"),
        ("0::/slurm/job_7/step\n", "memory.max"),
        ("5:cpu:/a\n4:memory:/a/b\n0::/\n", "memory/a/b/memory.limit_in_bytes"),
        ("4:cpu,memory:/a/b\n", "memory/memory.limit_in_bytes"),
    ],
)
def test_memory_is_what_the_group_has_or_one_around_it(groups: Path, own: str, file: str) -> None:
    (groups.parent / "own").write_text(own)
    limited(groups, file, str(300 * MB))
    assert Limits().memory_bytes == 200 * MB


def test_the_least_of_all_groups_counts_and_none_that_is_another_s(groups: Path) -> None:
    (groups.parent / "own").write_text("4:memory:/a\n0::/a\n")
    limited(groups, "a/memory.max", str(600 * MB))
    limited(groups, "memory/memory.limit_in_bytes", str(450 * MB))
    limited(groups, "b/memory.max", str(30 * MB))
    limited(groups, "memory/b/memory.limit_in_bytes", str(30 * MB))
    assert Limits().memory_bytes == 300 * MB


@pytest.mark.parametrize("own", ["0::/\n", ""])
def test_without_a_limit_it_is_what_the_machine_has(groups: Path, own: str) -> None:
    (groups.parent / "own").write_text(own)
    limited(groups, "memory.max", "max")
    without = Limits().memory_bytes
    (groups.parent / "own").unlink()
    assert Limits().memory_bytes == without > 450 * MB
