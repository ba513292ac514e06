"""A grade whose workers have no layer but a process of their own: what the wall is compared with.

Run as `python -m tests.benchmarks.unwalled ARGUMENTS`, like `python -m grader`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from grader import cli
from grader.sandbox.outside import wall
from grader.sandbox.outside.isolation import Isolation
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.verify import OPTIONAL_LAYERS


class Unwalled(wall.Wall):
    """Neither locks a worker nor verifies anything."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, without=[*OPTIONAL_LAYERS, "no_new_privs", "namespaces"])

    def verify(self, secrets: Sequence[Path], cache: Path) -> Isolation:
        """Take every layer for missing."""
        del secrets, cache
        return Isolation({}, ())


if __name__ == "__main__":
    # A bench may replace what the product must not: mypy is right to object.
    wall.Wall = Unwalled  # type: ignore[misc]
    Isolation.require_basic = Isolation.require_official = lambda _: None  # type: ignore[method-assign]
    sys.exit(cli.run(sys.argv[1:]))
