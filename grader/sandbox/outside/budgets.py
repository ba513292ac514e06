"""Processor time by function: a slow one takes nothing from the others.

Processor time, since a busy machine or a class in parallel must change no score. Wall time counts
as well, but for a third: a function that only waits gets on no faster by waiting.
"""

from __future__ import annotations

from collections import defaultdict

from grader.sandbox.outside.limits import Limits

LOADING = "loading the submission"
PATIENCE = 3
"""So many seconds may pass for each second of processor time."""


class Budgets:
    """What each function of one submission may still use, and all of them together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._whole = 0.0

    def of(self, name: str) -> float:
        """Seconds of processor time that a function has at first."""
        if name == LOADING:
            return self._limits.loading_seconds
        if name.endswith(".forward"):
            return self._limits.forward_seconds
        return self._limits.function_seconds

    def left(self, name: str) -> float:
        """Seconds of processor time that it has left; 0 or less: it is not called any more."""
        return self.of(name) - self._spent[name]

    @property
    def used_up(self) -> bool:
        """Whether the whole submission has no time left."""
        return self._whole >= self._limits.submission_seconds

    def of_call(self, name: str) -> float:
        """Seconds of processor time that one call of a function may take now."""
        submission = self._limits.submission_seconds - self._whole
        return min(self._limits.call_seconds, self.left(name), submission)

    def spend(self, name: str, processor: float, wall: float) -> None:
        """Take what one exchange has used, or a wait that a function has brought about."""
        seconds = max(processor, wall / PATIENCE)
        self._spent[name] += seconds
        self._whole += seconds
