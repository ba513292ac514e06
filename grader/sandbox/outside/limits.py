"""What a submission may use, and how much of that this machine has."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

from grader.control_groups import limits

NOTEBOOK_SECONDS = 120
"""Of a whole notebook, unless another deadline is given; the template's takes a tenth of it."""


def _memory() -> int:
    """Bytes of memory that this machine, or its container, has."""
    if sys.platform == "win32":
        return 8 << 30
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in limits("memory", "memory.max", "memory.limit_in_bytes"):
        text = path.read_text().strip()
        found += [int(text)] if text.isdigit() else []
    return min(found)


@dataclass(frozen=True)
class Limits:
    """What a submission may use."""

    call_seconds: float = 20
    submission_seconds: float = 240
    """Of all calls together."""
    loading_seconds: float = 40
    """Of processor time, to load the submission, in all of its processes together."""
    forward_seconds: float = 80
    """Of processor time, for all calls of one net's forward."""
    function_seconds: float = 30
    """Of processor time, for all calls of one other function, or to build one class's nets."""
    output_bytes: int = 1 << 16
    """Kept of what is printed: half from the beginning, half from the end."""
    memory_bytes: int = field(default_factory=lambda: min(4 << 30, _memory() * 2 // 3))
    """Private memory of one process: 4 GiB, or what a smaller machine can spare."""
    file_bytes: int = 64 << 20
    """Size of one file in the scratch folder."""
    scratch_bytes: int = 256 << 20
    """Of all files in the scratch folder together."""
    scratch_files: int = 10_000
    claims_bytes: int = 256 << 20
    """Of all claims of one submission together, for they are kept to the end."""

    def resources(self) -> dict[str, int]:
        """The resource limits of a worker's process."""
        return {
            "CORE": 1,  # 0 would not keep the kernel from piping a core to a program; 1 does
            "DATA": self.memory_bytes,
            # Also shared memory, and the addresses of libraries: torch alone takes a GiB.
            "AS": self.memory_bytes + (4 << 30),
            "FSIZE": self.file_bytes,
            "NOFILE": 256,
        }
