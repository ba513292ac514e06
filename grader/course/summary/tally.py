"""What a class has shown, counted one submission at a time: no more is kept than is told.

A pair has made its mistakes once, so submissions are counted here, and not students. Those count
that tell something about what was understood: graded to the end, each question judged, and
something of the upload could be read.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from grader.course.gradebook import lab_order
from grader.course.names import Names
from grader.course.outcome import Outcome
from grader.course.state import State, is_empty, state_of, told
from grader.report.cells import clean
from grader.report.wording import told as words_of
from grader.result import Entry, Result

EXAMPLES = 3
LONGEST = 300
"""Characters of an example's line."""
FEWEST = 5
"""Submissions that must pass a check, and that must fail it, before it is said what it splits."""
BINS = 20
"""Of the distribution of points; those with all points have one more."""


Example = tuple[str, str]
"""What a student was told, without a name: what they got, and what was expected."""


@dataclass
class Mistake:
    """A misconception that explains failed checks, or a check that fails unexplained."""

    name: str
    sentence: str
    hint: str
    explained: bool
    submissions: int = 0
    lost: float = 0.0
    """Points, by the checks that failed because of it."""
    questions: Counter[str] = field(default_factory=Counter)
    """In how many submissions it was found in each."""
    _examples: dict[Example, str] = field(default_factory=dict)
    """With a digest each, by which they are chosen: not by anything that a student chooses, nor by
    the order in which a class is graded."""

    def show(self, got: str, expected: str, nameless: Callable[[str], str]) -> None:
        """Keep it as an example, if it is one of the first by its digest."""
        digest = hashlib.sha256(f"{got}\n{expected}".encode("utf-8", "replace")).hexdigest()
        if len(self._examples) == EXAMPLES and digest >= max(self._examples.values()):
            return
        example = nameless(got), nameless(expected)
        self._examples[example] = min(digest, self._examples.get(example, digest))
        if len(self._examples) > EXAMPLES:
            del self._examples[max(self._examples, key=self._examples.__getitem__)]

    @property
    def examples(self) -> list[Example]:
        """Some of what students were told."""
        return sorted(self._examples, key=self._examples.__getitem__)


@dataclass
class Correlation:
    """Whether a check goes along with a share of points, as sums alone."""

    passed: int = 0
    failed: int = 0
    total: float = 0.0
    squares: float = 0.0
    of_passed: float = 0.0
    """The sum of the shares where the check passed."""

    def add(self, passed: bool, share: float) -> None:
        """Enter a submission."""
        self.passed += passed
        self.failed += not passed
        self.total += share
        self.squares += share * share
        self.of_passed += share * passed

    @property
    def value(self) -> float | None:
        """The point-biserial correlation; None: too few on a side, or all shares are alike."""
        if min(self.passed, self.failed) < FEWEST:
            return None
        count = self.passed + self.failed
        spread = count * self.squares - self.total**2
        if spread <= 1e-9 * count * count:
            return None
        together = count * self.of_passed - self.passed * self.total
        return together / math.sqrt(self.passed * self.failed * spread)


@dataclass
class CheckTally:
    """One check in all submissions."""

    question: str
    check: str
    sentence: str
    place: int
    """Within its question."""
    held_back: bool
    not_reached: int = 0
    split: Correlation = field(default_factory=Correlation)
    """Against the points of all other questions: those of its own hang together with it."""


@dataclass
class QuestionTally:
    """One question in all submissions that were judged on it."""

    number: str
    title: str
    bonus: bool
    most: float = 0.0
    submissions: int = 0
    all_of_it: int = 0
    nothing: int = 0
    lost: float = 0.0
    """Points, of all submissions together."""
    share: float = 0.0
    """The sum of the shares that were earned."""

    @property
    def some_of_it(self) -> int:
        """Submissions that earned some of the question, but not all."""
        return self.submissions - self.all_of_it - self.nothing

    @property
    def mean(self) -> float:
        """The share earned on the mean, in percent."""
        return 100 * self.share / self.submissions if self.submissions else 0.0


@dataclass
class Tally:
    """All that is counted."""

    students: int = 0
    deliveries: int = 0
    states: Counter[State] = field(default_factory=Counter)
    """Of deliveries."""
    late: Counter[int] = field(default_factory=Counter)
    late_unknown: int = 0
    counted: int = 0
    """Submissions that the figures are made of."""
    unread: int = 0
    """Graded, but nothing of them could be judged at all."""
    overridden: int = 0
    scores: Counter[float] = field(default_factory=Counter)
    most: Counter[float] = field(default_factory=Counter)
    """What they are out of."""
    bins: list[int] = field(default_factory=lambda: [0] * (BINS + 1))
    questions: dict[str, QuestionTally] = field(default_factory=dict)
    checks: dict[str, CheckTally] = field(default_factory=dict)
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    seconds: Counter[float] = field(default_factory=Counter)
    isolation: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    """Layers of the wall that were not there."""
    cut_short: int = 0
    versions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Digests of grader, exam and rubric."""

    def add(self, outcome: Outcome) -> None:
        """Count a delivery."""
        state, _ = state_of(outcome)
        self.deliveries += 1
        self.students += len(outcome.delivery.students) or 1
        self.states[state] += 1
        if outcome.late_days is None:
            self.late_unknown += 1
        elif outcome.late_days:
            self.late[outcome.late_days] += 1
        result = told(outcome)
        if result is None:
            return
        self._circumstances(result)
        if is_empty(result):
            self.unread += 1
        elif state in ("graded", "unofficial"):
            self._counted(result, outcome)

    def _circumstances(self, result: Result) -> None:
        self.seconds[round(result.seconds, 1)] += 1
        self.cut_short += result.cut_short
        self.overridden += any(entry.override is not None for entry in result.entries)
        versions = result.versions
        self.versions[versions.grader.sha256, versions.exam.sha256, versions.rubric.sha256] += 1
        proven = result.isolation or {}
        self.isolation[str(proven.get("word", "not known"))] += 1
        for name, layer in proven.get("layers", {}).items():
            self.missing[name] += not layer["on"]

    def _counted(self, result: Result, outcome: Outcome) -> None:
        self.counted += 1
        self.scores[round(result.score, 2)] += 1
        self.most[result.max_score] += 1
        share = result.score / result.max_score if result.max_score > 0 else 0.0
        self.bins[max(0, min(BINS, math.floor(share * BINS + 1e-9)))] += 1
        elsewhere = _elsewhere(result)
        for question, group in groupby(result.entries, key=lambda entry: entry.question):
            entries = list(group)
            if not all(entry.status == "by hand" for entry in entries):
                self._question(entries, elsewhere(question))
        self._mistakes(result, lambda text: _short(outcome, text))

    def _question(self, entries: list[Entry], elsewhere: float) -> None:
        first = entries[0]
        tally = self.questions.setdefault(
            first.question,
            QuestionTally(first.question, first.title, all(entry.bonus for entry in entries)),
        )
        most = sum(entry.max_score for entry in entries)
        earned = sum(entry.score for entry in entries)
        if most <= 0:  # what a course gives no points for is told by its checks
            most, earned = len(entries), sum(entry.status == "passed" for entry in entries)
        else:
            tally.lost += max(0.0, most - earned)
            tally.most = max(tally.most, most)
        tally.submissions += 1
        tally.share += max(0.0, min(1.0, earned / most))
        tally.all_of_it += earned >= most - 1e-9
        tally.nothing += earned <= 1e-9
        for place, entry in enumerate(entries):
            self._check(entry, place, elsewhere)

    def _check(self, entry: Entry, place: int, elsewhere: float) -> None:
        tally = self.checks.setdefault(
            entry.check,
            CheckTally(
                entry.question,
                entry.check,
                entry.sentence,
                place,
                entry.visibility != "visible",
            ),
        )
        if entry.status in ("passed", "failed"):
            tally.split.add(entry.status == "passed", elsewhere)
        else:
            tally.not_reached += 1

    def _mistakes(self, result: Result, nameless: Callable[[str], str]) -> None:
        """Count each mistake once a submission, and once a question of it."""
        found: dict[str, set[str]] = {}
        for entry in result.entries:
            if entry.status == "failed":
                mistake = self._mistake(entry)
                found.setdefault(mistake.name, set()).add(entry.question)
                mistake.lost += 0.0 if entry.bonus else max(0.0, entry.max_score - entry.score)
                words = words_of(entry, staff=True)
                mistake.show(words.got, words.expected, nameless)
        for name, questions in found.items():
            self.mistakes[name].submissions += 1
            self.mistakes[name].questions.update(questions)

    def _mistake(self, entry: Entry) -> Mistake:
        why = entry.verdict.diagnosis
        if why is not None:
            new = Mistake(why.name, why.sentence, why.hint, explained=True)
        else:
            new = Mistake(f"check {entry.check}", entry.sentence, "", explained=False)
        return self.mistakes.setdefault(new.name, new)

    def in_order(self) -> list[QuestionTally]:
        """The questions as the lab has them."""
        return sorted(self.questions.values(), key=lambda each: lab_order(each.number))

    def checks_in_order(self) -> list[CheckTally]:
        """The checks as the lab has them."""
        return sorted(
            self.checks.values(),
            key=lambda each: (lab_order(each.question), each.place, each.check),
        )

    def commonest(self) -> list[Mistake]:
        """The mistakes, by how many submissions make them."""
        return sorted(
            self.mistakes.values(),
            key=lambda each: (-each.submissions, -round(each.lost, 6), each.name),
        )

    def to_reteach(self) -> list[QuestionTally]:
        """The questions that cost the class points, the dearest first; challenges are extra."""
        dear = [each for each in self.in_order() if each.lost > 0 and not each.bonus]
        return sorted(dear, key=lambda each: -round(each.lost, 6))


def names_of_mistakes(result: Result) -> Iterator[str]:
    """By the name of its mistake, as `Mistake` has it, every failed check."""
    for entry in result.entries:
        if entry.status == "failed":
            why = entry.verdict.diagnosis
            yield why.name if why else f"check {entry.check}"


def quantile(counts: Counter[float], share: float) -> float:
    """The smallest value that at least this share of all values do not exceed; 0 where none is."""
    below, least = 0, share * counts.total()
    for value in sorted(counts):
        below += counts[value]
        if below >= least:
            return value
    return 0.0


def _elsewhere(result: Result) -> Callable[[str], float]:
    """The share of the points of all questions but one; challenges left out, for few try them."""
    earned: dict[str, float] = {}
    most: dict[str, float] = {}
    for entry in result.entries:
        if not entry.bonus:
            earned[entry.question] = earned.get(entry.question, 0.0) + entry.score
            most[entry.question] = most.get(entry.question, 0.0) + entry.max_score
    all_earned, all_most = sum(earned.values()), sum(most.values())

    def share(question: str) -> float:
        rest = all_most - most.get(question, 0.0)
        return (all_earned - earned.get(question, 0.0)) / rest if rest > 0 else 0.0

    return share


def _short(outcome: Outcome, text: str) -> str:
    """A text for an example; names are looked for in the few that become one."""
    text = clean(Names(outcome, lambda _: "the student").replaced(text))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
