"""Starts workers on Linux: forks of a zygote that has imported torch once."""

import sys
import sysconfig
from collections.abc import Collection
from pathlib import Path
from typing import Any

from grader.sandbox.outside.fork import READABLE
from grader.sandbox.outside.fork import Forker as House
from grader.sandbox.outside.launch import installed
from grader.sandbox.outside.limits import Limits


class Forker(House):
    """Workers that are forked from a zygote: its process, and the socket it is asked through."""

    def _config(self, limits: Limits, without: Collection[str]) -> dict[str, Any]:
        # The kit may lie where student code can read: it is the student's, and holds no answer.
        sites, paths = installed(), sysconfig.get_paths()
        libraries = [paths["stdlib"], paths["platstdlib"], str(Path(sys.base_prefix, "lib"))]
        self._readable = (*libraries, *sites, *READABLE, str(self._practice))
        return {
            "folder": str(self.folder),
            "sites": sites,
            "readable": list(self._readable),
            "practice": str(self._practice),
            "limits": limits.resources(),
            "users": [self._users.start, self._users.stop],
            "without": list(without),
        }
