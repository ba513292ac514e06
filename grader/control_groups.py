"""What the control groups of this process (those of a container, or of a cluster's job) limit."""

from collections.abc import Iterator
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def limits(controller: str, new: str, old: str) -> Iterator[Path]:
    """Where a limit of this process stands: of its own group, and of each around it that has one.

    A container sees its own group as the root of all; a job of a cluster may be far below that.

    Args:
        controller: what limits it, such as `memory`.
        new: the limit's file in version 2 of control groups.
        old: the same in version 1.
    """
    lines = OWN.read_text().splitlines() if OWN.exists() else ["0::/"]
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            root, name = GROUPS, new
        elif controller in controllers.split(","):
            root, name = GROUPS / controller, old
        else:
            continue
        group = root / path.lstrip("/")
        around = [each / name for each in (group, *group.parents) if each.is_relative_to(root)]
        yield from (each for each in around if each.exists())
