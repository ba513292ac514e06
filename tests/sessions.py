"""What checks ask of a session: whatever stands in for one in a test answers all of it.

`tests/unit/test_sessions.py` holds every stand-in against a session behind the wall.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.sandbox.outside.plan import NetPlan


class StandIn(ABC):
    """A session without a process: each method is that of `Session`, with the same arguments."""

    @contextmanager
    def group(self, name: str = "") -> Iterator[None]:
        yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        yield

    def end(self, *names: str) -> None:
        return

    @abstractmethod
    def call(self, name: str, *arguments: Any, again: bool = False) -> Any: ...

    @abstractmethod
    def value(self, name: str) -> Any: ...

    @abstractmethod
    def build(self, plan: NetPlan) -> Any: ...

    @abstractmethod
    def forward(
        self,
        built: Any,
        images: Any,
        batch: int,
        observe: bool = False,
        other_mode: bool = False,
    ) -> Any: ...

    @abstractmethod
    def quantize_layers(self, architecture: Any, weights: Any, images: Any) -> Any: ...
