"""`make mutants`: does every line of the checks and of the oracle decide about some verdict?

Each mutant changes one place. It is killed if a verdict on the corpora (the status of a check, the
name given to a mistake, what came, what was expected, what is to be done) is no longer what it was.
Judged are recorded answers of the submissions, and live ones where the mutant asks what was never
asked. What the first submissions do not kill meets the unit test of the changed module,
`tests/unit/test_<module>.py`, if there is one: the functions that run the changed lines, then the
other submissions, then the whole test. `equivalent.toml` names the
survivors that cannot be killed, and says why: they meet all submissions, but the unit test only
with `--doubt`.
"""

import gc
import hashlib
import importlib
import importlib.abc
import importlib.util
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
import typer
from rich.console import Console
from rich.progress import track

from grader.exam import Exam, open_exam
from grader.grade import CHALLENGES
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.submission import load
from grader.validation.validate import cases
from tests.mutants import products
from tests.mutants.changes import FILES, ROOT, Change, changes
from tests.mutants.record import Record, Recording, Verdicts, context_for, verdicts_of
from tests.mutants.recorded import DIGESTS, Replay, UnrecordedError
from tests.mutants.tested import OPTIONS, Tested, test_of, traced

KILLED = "killed.jsonl"
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
SHARE = 0.99
"""Of the mutants that are not equivalent, so many must be killed."""
SECONDS = 15
"""A mutant that judges one question longer than this never ends: killed."""
TEST_SECONDS = 300
"""The same of a unit test, which takes a tenth of it."""
PAIRS = 60
"""A mutant meets so many submissions in each question, of those that answered differently: half of
them lose points there, half do not."""
FIRST = 12
"""So many before the unit test, which takes as long as some dozens."""
LIVE = 12
"""So many submissions are run live against a mutant that asks what was never asked."""
ORACLE = "grader.oracle"
FRESH = (
    "grader.checks",
    "grader.polynomial",
    "grader.misconceptions",
    "grader.grade",
)
"""What a mutant's process imports anew; the oracle only if it is the mutant."""


@dataclass(frozen=True)
class Corpus:
    """What mutants are judged with; forked processes inherit it, for it is large."""

    exam: Exam
    records: dict[str, Record]
    """By submission."""
    known: dict[bytes, Any]
    """`Recording.known`, of all of them."""
    lines: dict[str, dict[int, set[tuple[str, str]]]]
    """`Recording.lines`, of all of them."""
    alike: dict[tuple[str, str], bytes]
    """(submission, question) -> the same for all that answered alike in it."""
    tests: dict[Path, Tested]
    """What runs which lines, of each unit test."""
    spared: frozenset[str]
    """Digests of the mutants that no unit test is tried on."""


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed source."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != self._change.module:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(ROOT / self._change.file))

    def exec_module(self, module: Any) -> None:
        code = compile(self._change.source, str(ROOT / self._change.file), "exec")
        exec(code, module.__dict__)


def main(
    every: Annotated[int, typer.Option(help="Only every so many mutants.")] = 1,
    sample: Annotated[int, typer.Option(help="Only every so many submissions.")] = 1,
    only: Annotated[str, typer.Option(help="Only files whose name holds this.")] = "",
    doubt: Annotated[bool, typer.Option(help="Also try unit tests on what is listed.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="Where recordings are kept, and which mutants were killed.")
    ] = None,
) -> None:
    """Record the corpora, judge them with every mutant, list the survivors."""
    console = Console(width=200, highlight=False)
    todo = [change for file in FILES if only in file for change in changes(file)][::every]
    reasons = msgspec.toml.decode(EQUIVALENT.read_text("utf-8")).get("equivalent", [])
    if every == 1 and not only:
        _refuse_stale(reasons, todo)
    with tempfile.TemporaryDirectory() as folder:
        kept = (keep or Path(folder)) / _digest(sample)
        recordings = _recordings(kept, sample)
    killed = _killed(kept) if keep else {}
    spared = [] if doubt else [c.digest for c in todo if _why(reasons, c) is not None]
    corpus = _corpus(recordings, traced(change.file for change in todo), frozenset(spared))
    console.print(f"{len(corpus.records)} submissions recorded, {len(todo)} mutants")
    products.remember()
    shown = Console(stderr=True)
    tally: Counter[str] = Counter()
    # A collection would walk through all recordings, in each process anew.
    gc.collect()
    gc.freeze()
    again = [change for change in todo if change.digest not in killed]
    tally.update(killed[change.digest] for change in todo if change.digest in killed)
    results = track(_judged(corpus, again), "Judging", total=len(again), console=shown)
    for change, result in results:
        tally[_told(change, result["how"], reasons, console)] += 1
        if keep and result["how"] != "survived":
            with (kept / KILLED).open("a") as file:
                file.write(json.dumps([change.digest, result["how"]]) + "\n")
    sys.exit(_report(tally, console))


def _digest(sample: int) -> str:
    """Of all that recordings depend on: the grader, where it lies, and the submissions."""
    digest = hashlib.sha256(f"{sample} {ROOT}".encode())
    corpora = ("tests/bases", "tests/correct/solutions", "tests/wrong/solutions")
    digest.update(Path(__file__).with_name("record.py").read_bytes())
    for folder in ("grader", "reference", *corpora):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _killed(folder: Path) -> dict[str, str]:
    """How the mutants ended that an earlier run with the same recordings killed."""
    path = folder / KILLED
    return dict(map(json.loads, path.read_text().splitlines())) if path.exists() else {}


def _told(change: Change, how: str, reasons: list[dict[str, Any]], console: Console) -> str:
    """Print a survivor; what became of the mutant, in a word or three."""
    if how != "survived":
        return how
    why = _why(reasons, change)
    if why is None:
        console.print(f"SURVIVED    {change.words}", markup=False)
        return how
    console.print(f"equivalent  {change.words}  ({why})", markup=False)
    return "equivalent"


def _report(tally: Counter[str], console: Console) -> bool:
    """Print how many were killed; True if too few."""
    every, equivalent, survived = tally.total(), tally["equivalent"], tally["survived"]
    console.print(", ".join(f"{how}: {count}" for how, count in tally.most_common()))
    killed, rest = every - equivalent - survived, every - equivalent
    console.print(
        f"{every} mutants, {equivalent} equivalent; of the other {rest}, {killed} were"
        f" killed: {100 * killed / max(rest, 1):.1f} % (at least {100 * SHARE:g})"
    )
    return killed < SHARE * rest


def _why(reasons: list[dict[str, Any]], change: Change) -> str | None:
    """The reason that is listed for a change."""
    return next((reason["why"] for reason in reasons if _matches(reason, change)), None)


def _refuse_stale(reasons: list[dict[str, Any]], todo: list[Change]) -> None:
    """End where a reason is listed for what is no mutant any more."""
    firsts = [next((r for r in reasons if _matches(r, change)), None) for change in todo]
    for reason in reasons:
        if not any(reason is first for first in firsts):
            sys.exit(f"{EQUIVALENT}: delete what is the reason of no mutant: {reason}")


def _matches(reason: dict[str, Any], change: Change) -> bool:
    """Whether a reason speaks of this change; what it does not name may be anything."""
    return (
        change.file.endswith(reason.get("file", ""))
        and change.function in reason.get("functions", [change.function])
        and reason.get("before", "") in change.before
        and reason.get("after", "") in change.after
        and change.operator.startswith(reason.get("operator", ""))
    )


def _recordings(folder: Path, sample: int) -> list[Recording]:
    """Two processes grade one half each; the recordings are kept where a folder is named."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "first.pickle", folder / "second.pickle"]
    if not all(path.exists() for path in paths):
        names = [case.name for case in cases(corpora=True)][::sample]
        files = [str(ROOT / file) for file in FILES]
        running = []
        for path, half in zip(paths, (names[::2], names[1::2]), strict=True):
            command = [sys.executable, "-m", "tests.mutants.record"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
            process.stdin.write(pickle.dumps((str(path), files, frozenset(half))))
            process.stdin.close()
            running.append(process)
        if any(status != 0 for status in [process.wait() for process in running]):
            raise RuntimeError("a recording failed; run python -m tests.mutants.record by hand")
    return [pickle.loads(path.read_bytes()) for path in paths]


def _corpus(
    recordings: list[Recording], tests: dict[Path, Tested], spared: frozenset[str]
) -> Corpus:
    records = {one.name: one for recording in recordings for one in recording.records}
    known: dict[bytes, Any] = {}
    for recording in recordings:
        known.update(recording.known)
    alike = {
        (name, number): one.answers.digest(number) + DIGESTS.of(one.states[number])
        for name, one in records.items()
        for number in one.verdicts
    }
    return Corpus(open_exam(), records, known, _merged(recordings), alike, tests, spared)


def _merged(recordings: list[Recording]) -> dict[str, dict[int, set[tuple[str, str]]]]:
    merged: dict[str, dict[int, set[tuple[str, str]]]] = {}
    for recording in recordings:
        for file, lines in recording.lines.items():
            known = merged.setdefault(str(Path(file).relative_to(ROOT)), {})
            for line, found in lines.items():
                known.setdefault(line, set()).update(found)
    return merged


def _judged(corpus: Corpus, todo: list[Change]) -> Iterator[tuple[Change, dict[str, str]]]:
    """How each mutant ended, as soon as it has: a process for each processor judges them.

    Raises:
        RuntimeError: one of these processes ended by itself.
    """
    context, left = multiprocessing.get_context("fork"), iter(todo)
    busy: dict[Connection, Change] = {}
    for change in islice(left, os.cpu_count()):
        pipe, other = context.Pipe()
        context.Process(target=_judge_all, args=(corpus, other), daemon=True).start()
        other.close()
        pipe.send(change)
        busy[pipe] = change
    while busy:
        for pipe in wait(list(busy)):
            try:
                result = pipe.recv()
            except EOFError:
                raise RuntimeError(f"no answer to the mutant {busy[pipe].words}") from None
            yield busy.pop(pipe), result
            following = next(left, None)
            pipe.send(following)
            if following is not None:
                busy[pipe] = following


def _judge_all(corpus: Corpus, pipe: Connection) -> None:
    """In a process of its own: judge each mutant that comes, until None does."""
    with Judge(corpus) as judging:
        while (change := pipe.recv()) is not None:
            pipe.send(judging.outcome(change))


class Judge:
    """Judges mutants, one after the other, each in a fork of this process."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._standing = ExitStack()

    def __enter__(self) -> "Judge":
        self._raise_wall()
        return self

    def __exit__(self, *_: object) -> None:
        self._standing.close()

    def _raise_wall(self) -> None:
        """The wall that all mutants use; what it learns at its first call, forks must know."""
        self._wall = self._standing.enter_context(Wall(Limits()))
        session = self.session(ROOT / "reference" / "lab1.py")
        session.value("Q4_1A")
        session.end()

    def session(self, path: Path, beyond: bool = False) -> Session:
        """A session for a submission, or for what it answers of Question C."""
        found = load(path)
        program = found.challenges.program if beyond else found.program
        return self._wall.admit(program, self.corpus.exam.practice)

    def outcome(self, change: Change) -> dict[str, str]:
        """How a mutant ended, and on which submission."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            os.setsid()
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1), os.dup2(null, 2)
            try:
                found = self._tried(change)
            except BaseException as error:  # noqa: BLE001 - a grader that raises gives no score
                found = {"how": "raised", "by": repr(error)[:200]}
            os.write(writing, json.dumps(found).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        if text:
            return json.loads(text)
        # It may have left a call behind the wall.
        self._standing.close()
        self._raise_wall()
        return {"how": "never ended", "by": ""}

    def _tried(self, change: Change) -> dict[str, str]:
        """Judge a few submissions, run what tests these lines, judge the others, run the rest."""
        with _Trial(change, self) as trial:
            pairs = _pairs(change, self.corpus)
            found = trial.judged(pairs[:FIRST]) or self._fails(change, of_it=True)
            found = found or trial.judged(pairs[FIRST:]) or self._fails(change, of_it=False)
            return found or {"how": "survived", "by": ""}

    def _fails(self, change: Change, of_it: bool) -> dict[str, str] | None:
        """How the unit test kills it, by the functions that run its lines or by the others."""
        test = test_of(change.file)
        if change.digest in self.corpus.spared or test not in self.corpus.tests:
            return None
        tested = self.corpus.tests[test]
        signal.alarm(TEST_SECONDS)
        chosen = _Chosen(tested, tested.functions(change), of_it)
        status = pytest.main(["-x", *OPTIONS, str(test)], [chosen])
        failed = status == pytest.ExitCode.TESTS_FAILED
        return {"how": "killed by its unit test", "by": change.module} if failed else None


class _Chosen:
    """Runs the functions that run a mutant's lines, or those that do not.

    Each once before any has its second parameters, the quickest first: one fails the sooner.
    """

    def __init__(self, tested: Tested, functions: frozenset[str], of_it: bool) -> None:
        self._tested, self._functions, self._of_it = tested, functions, of_it

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        """Drop the others, and sort."""
        turns: Counter[str] = Counter()

        def turn(item: pytest.Function) -> tuple[int, float]:
            turns[item.originalname] += 1
            return turns[item.originalname], self._tested.seconds[item.originalname]

        items[:] = [
            item
            for item in items
            if (not self._functions or item.originalname in self._functions) == self._of_it
        ]
        items.sort(key=turn)


class _Trial:
    """Judges submissions with a mutant in the place of its module."""

    def __init__(self, change: Change, judging: Judge) -> None:
        fresh = (*FRESH, ORACLE) if change.module == ORACLE else FRESH
        for name in [name for name in sys.modules if name.startswith(fresh)]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Mutated(change))
        checks = importlib.import_module("grader.checks")
        self._questions = {question.number: question for question in checks.QUESTIONS}
        self._corpus = judging.corpus
        self._known = {} if change.module == ORACLE else dict(judging.corpus.known)
        self._live = Live(judging)

    def __enter__(self) -> "_Trial":
        return self

    def __exit__(self, *_: object) -> None:
        self._live.close()

    def judged(self, pairs: list[tuple[str, str]]) -> dict[str, str] | None:
        """How the mutant is killed by one of these questions of submissions, if by any."""
        for name, number in pairs:
            if self._live.count > LIVE:
                return None
            record = self._corpus.records[name]
            signal.alarm(SECONDS)
            try:
                verdict = self._verdict(record, number, Replay(record.answers, number))
            except UnrecordedError:
                verdict = self._verdict(record, number, self._live.session(record, number))
            if verdict != record.verdicts[number]:
                how = "killed live" if self._live.count else "killed"
                return {"how": how, "by": f"{name} {number}"}
        return None

    def _verdict(self, record: Record, number: str, session: Any) -> Verdicts:
        context = context_for(self._corpus.exam, session, self._known)
        for field, value in record.states[number].items():  # as it was before the question
            setattr(context, field, type(value)(value))
        return verdicts_of(self._questions[number], context)


def _pairs(change: Change, corpus: Corpus) -> list[tuple[str, str]]:
    """Which questions of which submissions the changed statement had a part in.

    The reference first, then one that loses points there, one that does not, and so on.
    """
    lines = corpus.lines.get(change.file, {})
    found = set().union(*(lines.get(line, set()) for line in change.lines))
    found = found or set().union(*lines.values())  # run at the import
    different: dict[bytes, tuple[str, str]] = {}
    for pair in sorted(found, key=lambda pair: DIGESTS.of(*pair)):
        different.setdefault(corpus.alike[pair], pair)
    turns: Counter[tuple[str, bool]] = Counter()
    ranked = []
    for name, number in different.values():
        failing = any(check[1] != "passed" for check in corpus.records[name].verdicts[number])
        turns[number, failing] += 1
        if name == "reference" or turns[number, failing] <= PAIRS // 2:
            ranked.append((name != "reference", turns[number, failing], failing, name, number))
    return [(name, number) for *_, name, number in sorted(ranked)]


class Live:
    """Runs student code again, where something is asked that never was."""

    def __init__(self, judging: Judge) -> None:
        self.count = 0
        self._judging = judging
        self._session: Session | None = None
        self._folder = tempfile.TemporaryDirectory()

    def session(self, record: Record, number: str) -> Session:
        self._end()
        self.count += 1
        path = Path(self._folder.name) / "lab1.py"
        path.write_bytes(record.source.encode())
        self._session = self._judging.session(path, number in CHALLENGES)
        return self._session

    def _end(self) -> None:
        if self._session is not None:
            self._session.end()

    def close(self) -> None:
        self._end()
        self._folder.cleanup()


if __name__ == "__main__":
    typer.run(main)
