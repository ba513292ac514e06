"""A class is graded once, and again only as far as something has changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from grader.course import batch as batch_module
from grader.course import journal as journal_module
from grader.course import work
from grader.course.batch import MOST_ATTEMPTS, Batch, Counts
from grader.course.handed_in import Delivery, Download, Student, Upload
from grader.course.journal import Journal, Kept
from grader.course.told import numbers, outcomes
from grader.course.work import Done, Setup, Task
from grader.errors import GraderError, UsageError
from grader.grade import Terms, grade_in
from grader.result import Override, Result
from grader.sandbox.outside.wall import Wall
from grader.validation.composition import planted

SHORT = frozenset({"1.2", "2.1", "5.2"})
RAISES = "raise ValueError('mine')"
"""The body of a function that goes wrong on a line of its own."""


class InlinePool:
    """Does each task at once, behind the wall of all tests, and counts them."""

    workers = 1

    def __init__(self, does: Callable[[Task], Done] = work.done) -> None:
        self.does = does
        self.tasks: list[Task] = []

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, task: bytes) -> Future[bytes]:
        self.tasks.append(msgspec.json.decode(task, type=Task))
        future: Future[bytes] = Future()
        try:
            future.set_result(msgspec.json.encode(self.does(self.tasks[-1])))
        except OSError as error:  # as a process that has ended
            future.set_exception(error)
        return future


@pytest.fixture
def agreed(terms: Terms) -> Terms:
    return replace(terms, questions=SHORT)


@pytest.fixture(autouse=True)
def standing(wall: Wall, agreed: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "_standing", [work._Standing(wall, agreed)])


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "class", new=True) as journal:
        yield journal


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[..., list[Delivery]]:
    """Deliveries of one script each, or of several uploads."""

    def handed_in(**sources: str | list[str]) -> list[Delivery]:
        found = []
        for key, texts in sources.items():
            uploads = []
            for number, text in enumerate([texts] if isinstance(texts, str) else texts):
                path = tmp_path / "class" / "handed in" / key / str(number) / "lab1.py"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                uploads.append(Upload(path))
            found.append(Delivery(key, (Student(key),), tuple(uploads)))
        return found

    return handed_in


def graded(
    journal: Journal, deliveries: list[Delivery], terms: Terms, pool: InlinePool | None = None
) -> tuple[Counts, InlinePool]:
    pool = pool or InlinePool()
    entered = journal.enter(Download("folder", tuple(deliveries)))
    batch = Batch(journal, terms, Setup(), pool, lambda _: None)
    batch.run(entered, lambda each: numbers(each, "all"))
    return batch.counts, pool


def result_of(journal: Journal, key: str, number: int = 0) -> Result:
    kept = journal.kept(key, number)
    assert isinstance(kept, Kept)
    assert kept.graded.result is not None
    return kept.graded.result


def without_time(result: Result) -> Result:
    return replace(result, seconds=0.0, measured=())


def test_a_result_is_what_a_grade_alone_gives(
    journal: Journal,
    handed_in: Callable[..., list[Delivery]],
    agreed: Terms,
    wall: Wall,
    reference: str,
) -> None:
    deliveries = handed_in(ada=reference, bob=planted(reference, {"quantized_weights": RAISES}))
    graded(journal, deliveries, agreed)
    for delivery in deliveries:
        path = delivery.uploads[0].path
        alone = grade_in(wall, path, agreed, lambda _: None, lambda _: None)
        kept = result_of(journal, delivery.key)
        assert msgspec.json.encode(without_time(kept)) == msgspec.json.encode(without_time(alone))


def test_what_is_done_is_not_done_again(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    deliveries = handed_in(ada=reference)
    graded(journal, deliveries, agreed)
    counts, pool = graded(journal, deliveries, agreed)
    assert (counts.before, counts.graded, pool.tasks) == (1, 0, [])


def test_a_changed_upload_is_graded_anew(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    graded(journal, handed_in(ada=reference), agreed)
    deliveries = handed_in(ada=planted(reference, {"quantized_weights": RAISES}))
    counts, pool = graded(journal, deliveries, agreed)
    assert (counts.before, counts.graded, len(pool.tasks)) == (0, 1, 1)
    assert result_of(journal, "ada").score < 36


def test_the_same_code_is_graded_once_whatever_it_is_wrapped_in(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    deliveries = handed_in(ada=reference, bob="# my own\n\n" + reference, eve=reference)
    counts, pool = graded(journal, deliveries, agreed)
    assert (counts.graded, counts.same, len(pool.tasks)) == (1, 2, 1)
    places = [result_of(journal, key).graded["quantized_weights"] for key in ("ada", "bob", "eve")]
    assert places[0] == places[2] != places[1]


def test_a_line_is_told_as_it_stands_in_each(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    wrong = planted(reference, {"quantized_weights": RAISES})
    deliveries = handed_in(ada=wrong, bob="# my own\n\n" + wrong)
    _, pool = graded(journal, deliveries, agreed)
    assert [task.questions for task in pool.tasks] == [("1.2", "2.1", "5.2"), ("2.1",)]
    told = [
        next(e.verdict.actual for e in result_of(journal, key).entries if e.status == "failed")
        for key in ("ada", "bob")
    ]
    lines = [int(text.partition("line ")[2].split()[0].strip(":.,)")) for text in told]
    assert lines[1] - lines[0] == 2


def test_points_are_scored_anew_without_running_anything(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    deliveries = handed_in(ada=reference)
    graded(journal, deliveries, agreed)
    name = "weights.rounding"
    worth = msgspec.structs.replace(agreed.rubric.checks[name], points=50)
    rubric = msgspec.structs.replace(
        agreed.rubric, checks={**agreed.rubric.checks, name: worth}, total=147
    )
    changed = replace(agreed, rubric=rubric)
    _, pool = graded(journal, deliveries, changed)
    (outcome,) = outcomes(journal.deliveries(), journal, rubric, changed.versions, "latest")
    assert pool.tasks == []
    assert outcome.result is not None
    assert next(e.score for e in outcome.result.entries if e.check == name) == 50
    assert outcome.result.versions == changed.versions


def test_a_changed_check_is_asked_again_with_what_depends_on_it(
    journal: Journal,
    handed_in: Callable[..., list[Delivery]],
    agreed: Terms,
    reference: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deliveries = handed_in(ada=reference)
    graded(journal, deliveries, agreed)
    before = result_of(journal, "ada")
    usual = batch_module.bases
    monkeypatch.setattr(
        batch_module, "bases", lambda *arguments: {**usual(*arguments), "5.2": "another"}
    )
    _, pool = graded(journal, deliveries, agreed)
    assert [task.questions for task in pool.tasks] == [("5.2",)]
    assert without_time(result_of(journal, "ada")).entries == before.entries


def test_what_was_disturbed_serves_nobody_else(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    ends = "import os\nos._exit(3)"
    wrong = planted(reference, {"quantized_weights": ends})
    counts, pool = graded(journal, handed_in(ada=wrong, bob=wrong), agreed)
    assert (counts.graded, counts.same, len(pool.tasks)) == (2, 0, 2)


def test_a_submission_over_which_workers_die_is_set_aside(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    def dies(task: Task) -> Done:
        if "ada" in task.path:
            raise OSError("the process ended")
        return work.done(task)

    deliveries = handed_in(ada=planted(reference, {"quantized_weights": RAISES}), bob=reference)
    counts, pool = graded(journal, deliveries, agreed, InlinePool(dies))
    assert (counts.aside, counts.graded, len(pool.tasks)) == (1, 1, MOST_ATTEMPTS + 1)
    first, second = outcomes(
        journal.deliveries(), journal, agreed.rubric, agreed.versions, "latest"
    )
    assert first.result is None
    assert "the process ended" in first.problem
    assert second.result is not None
    counts, _ = graded(journal, deliveries, agreed)  # the next batch tries it again
    assert (counts.aside, counts.graded, counts.before) == (0, 1, 1)


def test_what_was_measured_as_infinite_costs_nobody_a_result(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    beyond = {"quantized_weights": "scale = 127 / weights.abs().max()\nreturn weights, 300 * scale"}
    counts, pool = graded(journal, handed_in(ada=planted(reference, beyond), bob=reference), agreed)
    assert (counts.graded, counts.aside, len(pool.tasks)) == (2, 0, 2)
    assert "failed" in {each.status for each in result_of(journal, "ada").entries}


def test_an_answer_that_cannot_be_read_is_tried_again_and_costs_nobody_else(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    def odd(task: Task) -> Done:
        done = work.done(task)
        return msgspec.structs.replace(done, fault=math.nan) if "ada" in task.path else done

    deliveries = handed_in(ada=planted(reference, {"quantized_weights": RAISES}), bob=reference)
    counts, pool = graded(journal, deliveries, agreed, InlinePool(odd))
    assert (counts.aside, counts.graded, len(pool.tasks)) == (1, 1, MOST_ATTEMPTS + 1)
    first, _ = outcomes(journal.deliveries(), journal, agreed.rubric, agreed.versions, "latest")
    assert "ValidationError" in first.problem


def test_a_pool_that_cannot_grade_ends_the_batch(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    pool = InlinePool(lambda _: Done(fault="there is no wall here", stands=False))
    with pytest.raises(GraderError, match="there is no wall here"):
        graded(journal, handed_in(ada=reference), agreed, pool)
    assert journal.kept("ada", 0) is None


def test_what_could_not_be_judged_is_tried_once_more(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    def unjudged(task: Task) -> Done:
        done = work.done(task)
        assert done.result is not None
        return msgspec.structs.replace(done, result=replace(done.result, unjudged={"2.1": "odd"}))

    counts, pool = graded(journal, handed_in(ada=reference), agreed, InlinePool(unjudged))
    assert (counts.unjudged, counts.graded, len(pool.tasks)) == (1, 1, 2)


def test_the_best_upload_counts_where_that_is_asked_for(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    deliveries = handed_in(ada=[reference, planted(reference, {"quantized_weights": RAISES})])
    graded(journal, deliveries, agreed)
    (best,) = outcomes(journal.deliveries(), journal, agreed.rubric, agreed.versions, "best")
    (latest,) = outcomes(journal.deliveries(), journal, agreed.rubric, agreed.versions, "latest")
    assert best.upload == deliveries[0].uploads[0]
    assert latest.upload == deliveries[0].uploads[1]


def test_an_unreadable_upload_has_a_result_of_0(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms
) -> None:
    counts, _ = graded(journal, handed_in(ada="%PDF-1.4"), agreed)
    assert counts.unreadable == 1
    assert (result_of(journal, "ada").score, result_of(journal, "ada").complete) == (0, True)


def test_a_decision_counts_until_it_is_taken_back(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    deliveries = handed_in(ada=planted(reference, {"quantized_weights": RAISES}))
    graded(journal, deliveries, agreed)

    def points() -> float:
        (outcome,) = outcomes(
            journal.deliveries(), journal, agreed.rubric, agreed.versions, "latest"
        )
        assert outcome.result is not None
        return outcome.result.score

    before = points()
    journal.decide([("ada", "weights.rounding", Override(2, "it was the machine"))])
    assert points() == before + 2
    graded(journal, handed_in(ada=reference), agreed)  # a later upload
    (outcome,) = outcomes(journal.deliveries(), journal, agreed.rubric, agreed.versions, "latest")
    assert outcome.result is not None
    assert [e.check for e in outcome.result.entries if e.override] == ["weights.rounding"]
    assert points() == 34
    journal.decide([("ada", "weights.rounding", None)])
    assert points() == 35


def test_who_is_forgotten_leaves_nothing_and_does_not_come_back(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    deliveries = handed_in(ada_lovelace=reference, bob=reference)
    graded(journal, deliveries, agreed)
    journal.forget("ada_lovelace")
    assert [each.key for each in journal.deliveries()] == ["bob"]
    assert journal.kept("ada_lovelace", 0) is None
    assert b"lovelace" not in (journal.folder / "journal.sqlite").read_bytes()
    graded(journal, deliveries, agreed)
    assert [each.key for each in journal.deliveries()] == ["bob"]


def test_of_a_pair_the_other_stays(journal: Journal, tmp_path: Path) -> None:
    pair = Delivery("pair", (Student("ada"), Student("bob")), (Upload(tmp_path),))
    journal.enter(Download("folder", (pair,)))
    journal.forget("ada")
    assert [each.students for each in journal.deliveries()] == [(Student("bob"),)]


def test_a_second_batch_in_the_same_folder_says_so(journal: Journal) -> None:
    with pytest.raises(UsageError, match="another batch is at work"), Journal(journal.folder):
        pass


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"not a data base" * 100)
    with pytest.raises(UsageError, match="no journal"), Journal(tmp_path):
        pass


def test_a_journal_that_was_made_by_half_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may be full after each of its tables."""
    half = f"{journal_module.TABLES} create table about (name text);"
    monkeypatch.setattr(journal_module, "TABLES", half)
    with pytest.raises(UsageError, match="make space"), Journal(tmp_path, new=True):
        pass
    monkeypatch.undo()
    with Journal(tmp_path, new=True) as journal:
        assert list(journal.deliveries()) == []


def test_a_full_disk_ends_it_and_it_goes_on_after_space_was_made(
    journal: Journal, handed_in: Callable[..., list[Delivery]], agreed: Terms, reference: str
) -> None:
    wrong = planted(reference, {"quantized_weights": RAISES})
    deliveries = handed_in(ada=reference, bob=wrong)
    graded(journal, deliveries[:1], agreed)
    (pages,) = journal._db.execute("pragma page_count").fetchone()
    journal._db.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(GraderError, match=r"full.*make space"):
        graded(journal, deliveries, agreed)
    assert result_of(journal, "ada").complete
    journal._db.execute("pragma max_page_count = 1000000")
    counts, _ = graded(journal, deliveries, agreed)
    assert (counts.before, counts.graded) == (1, 1)
