"""Uids for workers, which no other grader on this machine has."""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import Iterator

from grader.errors import WallError

USERS = range(61184, 65520)
"""Uids kept for processes that nobody owns (systemd's DynamicUser); user namespaces have them."""
BLOCK = 64
"""Uids of one grader; they are taken in turn, and each is free again before it is reused."""


@contextlib.contextmanager
def own_users() -> Iterator[range]:
    """A block of uids that no other grader on this machine has: all their processes may be killed.

    The claim is the name of an abstract socket, which goes away with this process however it ends.

    Raises:
        WallError: all are claimed.
    """
    blocks = [range(first, first + BLOCK) for first in USERS[::BLOCK] if first + BLOCK in USERS]
    secrets.SystemRandom().shuffle(blocks)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as claim:
        free = next((block for block in blocks if _claimed(claim, block)), None)
        if free is None:
            raise WallError(f"{len(blocks)} graders run on this machine; wait for one to end")
        yield free


def _claimed(claim: socket.socket, block: range) -> bool:
    try:
        claim.bind(f"\0quantization-grader-users-{block.start}")
    except OSError:
        return False
    return True
