"""How checks are written down and judged: a tree of properties for each question.

A question first collects its *evidence* (the claims of the student's code on some inputs), then
its checks judge that evidence, one property each. A check whose parent failed is *not reached*.
Nothing is earned in a question until its core property holds, because a blank that returns a
constant has lucky properties too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from grader.checks.bench import Bench
from grader.finding import Finding

Evidence = TypeVar("Evidence")
Status = Literal["passed", "failed", "not reached", "by hand"]


@dataclass(frozen=True)
class Check(Generic[Evidence]):
    """One property of one question."""

    name: str
    question: str
    sentence: str
    """What the property is, in the words a student reads: the judge's docstring."""
    judge: Callable[[Evidence, Bench], Finding]
    after: str | None
    core: bool


@dataclass(frozen=True)
class Outcome:
    """What became of one check."""

    check: Check[Any]
    status: Status
    finding: Finding


@dataclass
class Question(Generic[Evidence]):
    """A question of the lab: how its evidence is collected, and its checks, parents first."""

    number: str
    title: str
    collect: Callable[[Bench], Evidence]
    checks: list[Check[Evidence]] = field(default_factory=list)

    def check(
        self, name: str, *, after: str | None = None, core: bool = False
    ) -> Callable[[Callable[[Evidence, Bench], Finding]], Callable[[Evidence, Bench], Finding]]:
        """Register a judge as the check `name`; its docstring is the sentence students read."""

        def register(
            judge: Callable[[Evidence, Bench], Finding],
        ) -> Callable[[Evidence, Bench], Finding]:
            if after is not None and after not in {check.name for check in self.checks}:
                raise ValueError(f"{name}: its parent {after} must be registered before it")
            sentence = " ".join((judge.__doc__ or "").split())
            self.checks.append(Check(name, self.number, sentence, judge, after, core))
            return judge

        return register

    def judge(self, bench: Bench) -> Iterator[Outcome]:
        """Collect the evidence and yield the outcome of every check, in order."""
        yield from settle_core(list(self._walk(self.collect(bench), bench)))

    def _walk(self, evidence: Evidence, bench: Bench) -> Iterator[Outcome]:
        passed: set[str] = set()
        for check in self.checks:
            if check.after is not None and check.after not in passed:
                why = f"Comes after {check.after}, which has not passed."
                yield Outcome(check, "not reached", Finding.not_reached(why))
                continue
            finding = check.judge(evidence, bench)
            if finding.passed:
                passed.add(check.name)
            missed: Status = "failed" if finding.reached else "not reached"
            yield Outcome(check, "passed" if finding.passed else missed, finding)


def settle_core(outcomes: list[Outcome]) -> list[Outcome]:
    """Take back what was passed in a question whose core property does not hold."""
    core = [outcome for outcome in outcomes if outcome.check.core]
    if all(outcome.status == "passed" for outcome in core):
        return outcomes
    why = f"Holds, and counts as soon as {core[0].check.name} has passed."
    return [
        Outcome(outcome.check, "not reached", Finding.not_reached(why))
        if outcome.status == "passed"
        else outcome
        for outcome in outcomes
    ]
