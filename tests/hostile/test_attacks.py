"""Every attack in `attacks/` is graded; it gains nothing, sees nothing and leaves nothing."""

import json
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import grader
from grader.exam import Exam, cache_folder, open_exam
from grader.grade import Terms, grade_in, secrets
from grader.platforms.gradescope import document as gradescope
from grader.result import Result
from grader.rubric import Rubric
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from tests.fixed_slice import ATTACKS, of_corpus
from tests.hostile.attack import (
    CANARY,
    CANARY_FILE,
    CANARY_VARIABLE,
    FOLDER,
    LOOT,
    README,
    Attack,
    places,
    read,
    table,
)
from tests.overview import text_of

SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/autograder")
CALL_SECONDS = float(os.environ.get("HOSTILE_CALL_SECONDS", "3"))
"""What a call may take: more, where the processor is slower."""
PATHS = sorted(FOLDER.glob("*.py"))
LONGEST_OUTPUT, LONGEST_OVERVIEW, LONGEST_RESULTS = 4_000, 90_100, 300_000
Known = dict[tuple[str, frozenset[str]], Result]


class Grader:
    """Grades attacks behind one wall, watching what they leave."""

    def __init__(
        self, wall: Wall, known: Known, exam: Exam, rubric: Rubric, reference: str, here: Path
    ) -> None:
        assert wall._launcher is not None
        self.wall, self.exam, self.rubric, self.reference = wall, exam, rubric, reference
        self.known = known
        self.here, self.results = here, here / "results" / "results.json"
        self.zygote, self.users = wall._launcher, wall._launcher._users

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that this machine does not have."""
        assert self.wall.isolation is not None
        return self.wall.isolation.missing

    def read(self, path: Path) -> Attack:
        pid = self.zygote._process.pid
        return read(path, places(self.exam.directory, self.results, pid))

    def submit(self, source: str, attack: Attack, folder: str) -> Path:
        """Write what a student hands in."""
        for name, text in {**attack.modules, "lab1.py": source}.items():
            path = self.here / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.here / folder if attack.modules else self.here / folder / "lab1.py"

    def grade(self, path: Path, attack: Attack) -> Result:
        terms = Terms(self.exam, self.rubric, self.exam.seed, attack.asked)

        def write(result: Result) -> None:
            gradescope.write(result, self.results)

        return grade_in(self.wall, path, terms, write, lambda _: None)

    def honest(self, attack: Attack) -> Result:
        """What the honest part earns."""
        source = self.reference
        if attack.attack:
            source = attack.source(self.reference, honest=True)
        key = (source, attack.asked)
        if key not in self.known:
            self.known[key] = self.grade(self.submit(source, attack, "honest"), attack)
        return self.known[key]

    def traces(self) -> dict[str, Any]:
        """Everything that must be the same before and after."""
        processes = list(psutil.process_iter(["pid", "uids"]))
        return {
            "children": {each.pid for each in psutil.Process().children(recursive=True)},
            "of the wall's users": {
                each.pid
                for each in processes
                if each.info["uids"].real in (self.users or {os.getuid()})
            },
            "boxes": sorted(self.zygote.folder.glob("box-*")),
            "descriptors": psutil.Process().num_fds(),
            "files": {
                str(path): (path.lstat().st_size, path.lstat().st_mtime_ns)
                for folder in (self.exam.directory.parent, self.here)
                for path in folder.rglob("*")
                if not path.is_relative_to(self.here / "results")
            },
            "results": {path.name for path in self.results.parent.iterdir()} - {self.results.name},
            "wall": sorted(path.name for path in self.zygote.folder.iterdir()),
            "shared": sorted(self._strays()),
        }

    def _strays(self) -> Iterator[str]:
        """What a process of the wall has made where everybody may write."""
        pending = [Path(place) for place in SHARED if Path(place).is_dir()]
        while pending:
            for path in _entries(pending.pop()):
                try:
                    found = path.lstat()
                except OSError:  # another program's, and gone meanwhile
                    continue
                if found.st_uid in self.users or "loot" in path.name:
                    yield str(path)
                elif stat.S_ISDIR(found.st_mode) and found.st_mode & 0o002:
                    pending.append(path)


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    """A copy of the default exam, with a file beside it that only its owner may read."""
    folder = tmp_path_factory.mktemp("exams") / "shapes10"
    shutil.copytree(open_exam().directory, folder)
    canary = folder / CANARY_FILE
    canary.write_text(CANARY, encoding="utf-8")
    canary.chmod(0o600)
    return open_exam(str(folder))


@pytest.fixture(scope="module")
def wall(exam: Exam) -> Iterator[Wall]:
    """A wall that is proven before any attack, started where the environment holds a secret."""
    limits = Limits(
        call_seconds=CALL_SECONDS,
        submission_seconds=10 * CALL_SECONDS,
        memory_bytes=min(1 << 30, Limits().memory_bytes * 3 // 4),  # the tests take some, too
        scratch_files=3_000,  # some disks take seconds to make 10,000
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CANARY_VARIABLE, CANARY)
        with Wall(limits) as wall:
            isolation = wall.verify(secrets(exam), cache_folder())
            if isolation.problem:
                pytest.skip(f"attacks run only behind a wall that holds them: {isolation.problem}")
            wall.require_canary()
            yield wall


@pytest.fixture(scope="module")
def known(wall: Wall) -> Known:
    """What honest parts earn behind this wall; the first has all made that a wall makes once."""
    return {}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the working directory; results go to `results` in it."""
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def watched(
    wall: Wall, known: Known, exam: Exam, rubric: Rubric, reference: str, here: Path
) -> Grader:
    return Grader(wall, known, exam, rubric, reference, here)


def shown(results: dict[str, Any]) -> dict[str, str]:
    """All that a student can read, by where it stands."""
    found = {"overview": text_of(results["output"])}
    for test in results["tests"]:
        found[test["extra_data"]["check"]] = test["output"]
        found[f"{test['extra_data']['check']}, name"] = test["name"]
    return found


def secrets_of(exam: Exam) -> list[str]:
    """What nobody may read, in the forms that it would have in print."""
    labels = [str(label) for label in exam.labels[:24].tolist()]
    rows = [separator.join(labels) for separator in ("", " ", ", ", ",", "\n")]
    package = str(Path(grader.__file__).parent)
    return [CANARY, str(exam.seed), *rows, f"{package}/", str(exam.directory)]


def unfit(text: str) -> set[str]:
    """Signs that no message may have."""
    return {sign for sign in text if sign not in "\n\t" and unicodedata.category(sign)[0] == "C"}


@pytest.mark.parametrize("path", of_corpus(PATHS, ATTACKS, lambda path: path.stem))
def test_an_attack_gains_nothing(path: Path, watched: Grader) -> None:
    attack = watched.read(path)
    honest = {entry.check: entry.score for entry in watched.honest(attack).entries}
    submission = watched.submit(attack.source(watched.reference), attack, "lab")
    before = watched.traces()
    result = watched.grade(submission, attack)
    after = watched.traces()
    results = json.loads(watched.results.read_text(encoding="utf-8"))
    texts = shown(results)
    lost = {entry.question for entry in result.entries if entry.status != "passed"}
    told = [texts["overview"], *(texts[entry.check] for entry in result.entries)]
    document = watched.results.read_text(encoding="utf-8")
    hidden = secrets_of(watched.exam)
    is_open = attack.open_without in watched.missing
    longest = {"overview": LONGEST_OVERVIEW, "results": LONGEST_RESULTS}
    sized = {**texts, "results": document}
    checked = {
        "gains": {each.check for each in result.entries if each.score > honest[each.check]},
        "loses elsewhere": attack.questions is not None and lost - attack.questions,
        "loses nothing": attack.questions is not None and attack.questions - lost,
        "ends early": not (results["extra_data"]["complete"] and result.entries),
        "adds up wrongly": results["score"] != sum(test["score"] for test in results["tests"]),
        "leaves": {key: (before[key], after[key]) for key in before if before[key] != after[key]},
        "leaks": {place for place, text in texts.items() if any(one in text for one in hidden)},
        "takes": not is_open and {place for place, text in texts.items() if LOOT in text},
        "looks bad": {place: unfit(text) for place, text in texts.items() if unfit(text)},
        "has no end": {p for p, t in sized.items() if len(t) > longest.get(p, LONGEST_OUTPUT)},
        "does not say": not any(re.search(attack.says, text) for text in told) and told,
    }
    problems = {what: found for what, found in checked.items() if found}
    assert not problems, problems


def test_there_are_enough_of_them() -> None:
    assert len(PATHS) >= 110


def test_the_readme_lists_every_attack() -> None:
    assert README.read_text(encoding="utf-8").endswith(table()), "python -m tests.hostile.attack"
