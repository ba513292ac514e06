"""How checks are written down and judged: the properties of each question of the lab.

A question first collects its *evidence*: what the student's code answers to some inputs. Then its
checks judge that evidence, one property each. A check is a function that returns nothing, or a
remark, where its property holds, and raises `CheckFailed` where it does not. A check whose parent
failed is *not reached*. Nothing is earned in a question until its core property holds, because a
blank that returns a constant has lucky properties too.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, TypeVar

from grader.checks.context import Context
from grader.pictures import Picture
from grader.verdict import CheckFailed, NotReached, Verdict

Evidence = TypeVar("Evidence")
NeededBy = Mapping[str, str]
"""Why a probe is there: words of the probe's name, or the field of the evidence that holds it, and
the wrong submission of the corpora that passes a check which it must fail, where the probe is left
out. A test says so when that is no longer true."""
SparedBy = Mapping[str, str]
"""Why a probe is made as it is: the function that makes it so, and the submission of the corpora
that fails a check which it must pass, without."""
Judge = Callable[[Evidence], str | None]
JudgeWho = Callable[[Evidence, bool], str | None]
"""A judge that is told whether another property holds."""


@dataclass(frozen=True)
class Check(Generic[Evidence]):
    """One property of one question."""

    name: str
    question: str
    sentence: str
    """What the property is, in the words a student reads: the judge's docstring."""
    judge: Callable[..., str | None]
    after: str | None
    """The property that must hold for this one to be looked at."""
    told: str | None
    """The property of which the judge is told whether it holds."""
    core: bool


@dataclass(frozen=True)
class Outcome:
    """What became of one check."""

    check: Check[Any]
    verdict: Verdict


@dataclass
class Question(Generic[Evidence]):
    """A question of the lab: how its evidence is collected, and its checks, parents first."""

    number: str
    title: str
    collect: Callable[[Context], Evidence]
    names: tuple[str, ...] = ()
    """The names of a submission that it is about; of a method, `NetQuantized.forward`."""
    depends_on: tuple[Question[Any], ...] = ()
    """The questions that are judged before it: it needs what they hand on, and what has lost points
    there is not charged again."""
    asks: tuple[str, ...] = ()
    """What else it asks a submission for: whose types of numbers it uses, and what a net is built
    with."""
    hands_on: Callable[[Evidence], Any] | None = None
    """What questions that depend on it need of its evidence."""
    by_hand: bool = False
    """The original lab has no such names: a submission with none of them is graded by hand."""
    optional: bool = False
    """Judged only where the whole notebook is executed."""
    challenge: bool = False
    """Judged only where something of its `names` is filled in."""
    publishes: Mapping[str, Callable[[Evidence], Mapping[str, float]]] = field(default_factory=dict)
    """By check, what it tells a leaderboard: a core check in any case, others once they pass."""
    shows: Callable[[Evidence], Picture | None] | None = None
    """A picture of the evidence once the core property holds, where one is asked for."""
    checks: list[Check[Evidence]] = field(default_factory=list)

    @property
    def function(self) -> str:
        """The one function that it is about, as students call it."""
        return self.names[0].rpartition(".")[2]

    @property
    def needs(self) -> frozenset[str]:
        """All top-level names of a submission on which its verdicts depend."""
        own = (name.partition(".")[0] for name in (*self.names, *self.asks))
        return frozenset(own).union(*(each.needs for each in self.depends_on))

    def check(
        self, name: str, *, after: str | None = None, core: bool = False
    ) -> Callable[[Judge[Evidence]], Judge[Evidence]]:
        """Register a judge as the check `name`; its docstring is the sentence students read."""

        def register(judge: Judge[Evidence]) -> Judge[Evidence]:
            self._add(name, judge, after, None, core)
            return judge

        return register

    def check_told(
        self, name: str, *, after: str, told: str
    ) -> Callable[[JudgeWho[Evidence]], JudgeWho[Evidence]]:
        """Register a judge that is told whether the property `told` holds, and judges either way.

        Where it must hold for this one to be judged at all, it is a parent: `after`.
        """

        def register(judge: JudgeWho[Evidence]) -> JudgeWho[Evidence]:
            self._add(name, judge, after, told, core=False)
            return judge

        return register

    def _add(
        self,
        name: str,
        judge: Callable[..., str | None],
        after: str | None,
        told: str | None,
        core: bool,
    ) -> None:
        for parent in {after, told} - {None}:
            if parent not in {check.name for check in self.checks}:
                raise ValueError(f"{name}: {parent} must be registered before it")
        sentence = " ".join((judge.__doc__ or "").split())
        self.checks.append(Check(name, self.number, sentence, judge, after, told, core))

    def judge(self, context: Context) -> Iterator[Outcome]:
        """Collect the evidence, hand on what others need, and yield the outcome of every check."""
        evidence = context.collector(self.number, self.collect, context)
        if self.hands_on is not None:
            context.handed_on[self.number] = self.hands_on(evidence)
        yield from without_core(list(self.outcomes(evidence, context.is_illustrated)))

    def outcomes(
        self, evidence: Evidence, is_illustrated: Callable[[str], bool] = lambda _check: False
    ) -> Iterator[Outcome]:
        """The outcome of every check, in order, each by itself.

        Args:
            evidence: what was collected.
            is_illustrated: whether a picture of a check is asked for, by its name.
        """
        held: set[str] = set()
        for check in self.checks:
            if check.after is not None and check.after not in held:
                verdict = NotReached(f"Comes after {check.after}, which has not passed.").verdict
            else:
                verdict, draw = _verdict(check, evidence, held)
                if check.core and verdict.passed and self.shows is not None:
                    draw = partial(self.shows, evidence)
                if draw is not None and is_illustrated(check.name):
                    verdict = replace(verdict, picture=_drawn(draw))
                if check.name in self.publishes and (check.core or verdict.passed):
                    verdict = replace(verdict, published=self.publishes[check.name](evidence))
            if verdict.passed:
                held.add(check.name)
            yield Outcome(check, verdict)


Draw = Callable[[], Picture | None]


def _verdict(
    check: Check[Evidence], evidence: Evidence, held: set[str]
) -> tuple[Verdict, Draw | None]:
    """What a check says, and what makes a picture of it."""
    told = () if check.told is None else (check.told in held,)
    try:
        remark = check.judge(evidence, *told)
    except CheckFailed as failed:
        return failed.verdict, failed.draw
    return Verdict(True, remark or ""), None


def _drawn(draw: Draw) -> Picture | None:
    """The picture; None where part of what it would show cannot be read.

    Nobody loses points because a picture cannot be made: the traceback is for the staff.
    """
    try:
        return draw()
    except CheckFailed:
        return None
    except Exception:  # noqa: BLE001 - see above
        traceback.print_exc()
        return None


def without_core(outcomes: list[Outcome]) -> list[Outcome]:
    """Take back what was passed in a question whose core property does not hold."""
    core = [outcome for outcome in outcomes if outcome.check.core]
    if all(outcome.verdict.passed for outcome in core):
        return outcomes
    why = NotReached(f"Holds, and counts as soon as {core[0].check.name} has passed.").verdict
    return [
        replace(outcome, verdict=why) if outcome.verdict.passed else outcome for outcome in outcomes
    ]
