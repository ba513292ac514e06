"""`pytest --lab`: the checks of a lab as tests."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader import grade
from grader.cli import run
from grader.errors import WallError
from grader.report.student import is_left
from grader.result import Entry
from grader.self_check.lab import shares
from grader.template import CHECKOUT, REFERENCE
from grader.validation.composition import planted
from tests.conftest import Judge
from tests.fixed_slice import some
from tests.wrong.test_mistakes import MISTAKES

BLANK = CHECKOUT / "student_template" / "lab1.py"
WRONG: Mapping[str, Mapping[str, str]] = {
    "bias": {"NetQuantizedWithBias.quantized_bias": "return torch.round(bias)"},
    "raises": {"quantized_weights": "raise ValueError('not yet')"},
    "truncated weights": MISTAKES["truncated weights"][0],
    "missing relu": MISTAKES["missing relu"][0],
}
NAMES = ["right", "blank", "by hand", *WRONG]


class Told:
    """What came of it, as a plugin of that pytest."""

    def __init__(self) -> None:
        self.status = -1
        self.found: dict[str, str] = {}
        """The outcome of each test, by node id."""
        self.texts: dict[str, str] = {}

    @property
    def checks(self) -> dict[str, str]:
        """The outcome of each check."""
        ids = (nodeid.rpartition("::")[2] for nodeid in self.found)
        return dict(
            zip((each.partition(": ")[0] for each in ids), self.found.values(), strict=True)
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.found[report.nodeid] = report.outcome
            told = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            self.texts[report.nodeid] = str(told or "")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.config.getoption("collectonly"):
            self.found = {item.nodeid: "collected" for item in session.items}


def outcome_of(path: Path, *options: str) -> Told:
    """In this process, and behind the wall of all tests."""
    told = Told()
    quiet = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "pytest_lab")
    told.status = int(pytest.main([*quiet, f"--lab={path}", *options], plugins=[told]))
    return told


@pytest.fixture
def source(reference: str) -> Callable[[str], str]:
    def find(name: str) -> str:
        if name == "blank":
            return BLANK.read_text("utf-8")
        if name == "by hand":
            return re.sub("value_range|three_sigma_range|Q4_1A|Q4_1B|Q5_1", "mine", reference)
        return planted(reference, WRONG.get(name, {}))

    return find


def expected(entry: Entry) -> str:
    if entry.status == "passed":
        return "passed"
    return "failed" if is_left(entry) else "skipped"


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("name", some({"blank"}, NAMES))
def test_it_agrees_with_check_on_every_check(
    name: str, source: Callable[[str], str], judge_beyond: Judge, tmp_path: Path
) -> None:
    text = source(name)
    result = judge_beyond(text)
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    told = outcome_of(path)
    assert told.checks == {entry.check: expected(entry) for entry in result.entries}
    assert told.status == run(["check", str(path)])
    assert set(told.found.values()) == {
        "right": {"passed"},
        "blank": {"failed"},
        "by hand": {"passed", "skipped"},
    }.get(name, set(told.found.values()))


@pytest.mark.usefixtures("wall_stands")
def test_a_failure_is_told_in_the_lines_of_the_check(
    source: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source("bias"), encoding="utf-8")
    told = outcome_of(path, "-k", "bias.scaled or C.4")
    failed = (
        "mine.py::5.2::bias.scaled: The result follows the bias, and how large it is depends on"
    )
    (nodeid,) = [each for each in told.found if each.startswith(failed)]
    first, got, *_ = told.texts[nodeid].splitlines()
    assert first == nodeid.partition("bias.scaled: ")[2]
    assert got.startswith("Got: every bias is multiplied by 1")
    skipped = {text for each, text in told.texts.items() if "::C.4::" in each and text}
    assert any("quantized_bias, which lost points above: begin there." in text for text in skipped)
    out = capsys.readouterr().out
    assert "pytest_plugin.py" not in out
    assert "Traceback" not in out


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize(
    ("options", "questions", "count"),
    [
        (["-k", "weights.rounding"], {"2.1"}, 1),
        pytest.param(["-k", "2.1 or 4.2a"], {"2.1", "4.2a"}, 14, marks=pytest.mark.rest),
        pytest.param(["-x"], None, 1, marks=pytest.mark.rest),
        pytest.param(["{lab}::1.2"], {"1.2"}, 2, marks=pytest.mark.rest),
        (["{lab}::2.1::weights.rounding", "{lab}::1.2::ranges.value"], {"1.2", "2.1"}, 2),
        (["--collect-only"], set(), None),
    ],
)
def test_only_the_questions_of_what_is_chosen_are_asked(
    options: list[str],
    questions: set[str] | None,
    count: int | None,
    tmp_path: Path,
    reference: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(planted(reference, {"value_range": "return 1.0"}), encoding="utf-8")
    asked: list[frozenset[str]] = []
    read = grade.grade_read

    def spy(wall: Any, submission: Any, terms: grade.Terms, *more: Any) -> Any:
        asked.append(terms.questions)
        return read(wall, submission, terms, *more)

    monkeypatch.setattr(grade, "grade_read", spy)
    told = outcome_of(path, *(option.format(lab=path) for option in options))
    if questions is not None:
        assert asked == ([frozenset(questions)] if questions else [])
    else:
        assert len(asked) == 1
    assert count is None or len(told.found) == count


@pytest.mark.usefixtures("wall_stands")
@pytest.mark.parametrize("what", ["terms", "grade_read"])
def test_a_fault_of_the_grader_s_is_no_failed_check(
    what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> Any:
        raise WallError("no worker could be started")

    monkeypatch.setattr(grade, what, broken)
    told = outcome_of(REFERENCE)
    assert (told.status, told.found) == (3, {})
    shown = capsys.readouterr()
    assert "Error: no worker could be started" in shown.out + shown.err


@pytest.mark.rest
def test_what_cannot_be_read_is_one_failure(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = (\n", encoding="utf-8")
    told = outcome_of(path)
    assert told.status == run(["check", str(path)]) == 1
    assert told.texts == {
        "mine.py::read: It can be read.": "mine.py, line 1: '(' was never closed, says Python"
        f" {sys.version_info[0]}.{sys.version_info[1]}. Until that is mended nothing in the file"
        " can be graded."
    }


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--lab=none.py"], r"ERROR: \S*none.py cannot be opened: No such file or directory\."),
        (["--lab={lab}", "--lab-exam=none"], r"ERROR: There is no exam none.*"),
        (["--lab={lab}", "{lab}::9.9"], r"ERROR: not found: \S*::9\.9"),
        (["--lab={lab}", "{lab}::9.9", "-n", "2"], r"ERROR: not found: \S*::9\.9"),
    ],
)
def test_what_cannot_be_opened_is_bad_usage(
    options: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [option.format(lab=REFERENCE) for option in options]
    assert pytest.main(["-p", "pytest_lab", "-p", "no:cacheprovider", *given]) == 4
    errors = [each for each in capsys.readouterr().err.splitlines() if each]
    assert len(errors) == 1
    assert re.fullmatch(line, errors[0])


def started(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_lab", "-p", "no:cacheprovider", *options],
        cwd=CHECKOUT,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "more", [pytest.param("", marks=pytest.mark.rest), "addopts = -c other.ini\n"]
)
def test_settings_beside_a_lab_are_not_taken(more: str, tmp_path: Path) -> None:
    """A submission may bring them, and they can have any file written over."""
    folder, precious = tmp_path / "handed_in", tmp_path / "precious.txt"
    folder.mkdir()
    precious.write_text("mine", encoding="utf-8")
    (folder / "other.ini").write_text(f"[pytest]\nlog_file = {precious}\n", encoding="utf-8")
    settings = folder / "pytest.ini"
    settings.write_text(f"[pytest]\n{more}log_file = {precious}\n", encoding="utf-8")
    (folder / "lab1.py").write_text("def value_range(v):\n    return 0.0\n", encoding="utf-8")
    done = started("--lab", str(folder / "lab1.py"), "-k", "ranges")
    assert done.returncode == 4
    assert "not taken, as it lies beside the lab; write --lab=" in done.stderr
    done = started(f"--lab={folder / 'lab1.py'}", "-k", "ranges")
    assert done.returncode == 1
    assert "the result of value_range became 0" in done.stdout
    assert precious.read_text("utf-8") == "mine"


@pytest.mark.parametrize("page", ["README.md", "docs/students.md"])
def test_pages_write_the_option_so_that_no_settings_beside_a_lab_are_read(page: str) -> None:
    """With a space they are, and `addopts = -p no:pytest_lab` then has a conftest.py executed."""
    text = (CHECKOUT / page).read_text("utf-8")
    assert "--lab=lab1.ipynb" in text
    assert "--lab " not in text


@pytest.mark.rest
def test_processes_share_the_questions(source: Callable[[str], str], tmp_path: Path) -> None:
    """As they share them by themselves: each question is asked by one of them."""
    path = tmp_path / "mine.py"
    path.write_text(source("bias"), encoding="utf-8")
    tmp_path.joinpath("conftest.py").write_text("raise SystemExit('executed')", "utf-8")
    done = started(f"--lab={path}", "-n", "2", "-vv", "-k", "1.2 or 2.1 or 5.1 or 5.2")
    assert done.returncode == 1, done.stderr
    by: dict[str, set[str]] = {}
    for worker, question in re.findall(r"^\[(gw\d)\].*?::(\d\.\d)::", done.stdout, re.MULTILINE):
        by.setdefault(question, set()).add(worker)
    one, other = by["1.2"], by["5.2"]
    assert by == {"1.2": one, "2.1": one, "5.1": other, "5.2": other}
    assert len(one | other) == 2
    assert re.search(r"6 failed, 12 passed in ", done.stdout)


def test_a_share_is_one_of_neighbours() -> None:
    assert shares(["2.1", "2.1", "2.2", "4.3", "4.3", "4.4"], 2) == {
        "2.1": 0,
        "2.2": 0,
        "4.3": 1,
        "4.4": 1,
    }
    assert set(shares(["1.2", "2.1", "4.3"], 5).values()) == {0, 1, 3}
    assert shares([], 2) == {}


def test_what_is_beside_a_lab_is_not_executed(tmp_path: Path) -> None:
    """Neither conftest.py nor the lab itself as a module of tests."""
    for name in ("conftest.py", "test_mine.py"):
        tmp_path.joinpath(name).write_text("raise SystemExit('executed')\n", encoding="utf-8")
    done = started("--lab", str(tmp_path / "test_mine.py"), "--collect-only")
    assert "read: It can be read." in done.stdout
    assert done.returncode == 0, done.stderr


IMPORTS = """
import sys
import {module}
print(sorted(name for name in sys.modules if name.split('.')[0] in ('grader', 'numpy', 'xdist')))
"""


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("pytest_lab", []),
        (
            "grader.self_check.pytest_plugin",
            ["grader", "grader.self_check", "grader.self_check.pytest_plugin"],
        ),
    ],
)
def test_it_costs_nothing_where_no_lab_is_named(module: str, imported: list[str]) -> None:
    code = IMPORTS.format(module=module)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(imported)
    project = msgspec.toml.decode((CHECKOUT / "pyproject.toml").read_bytes())["project"]
    assert project["entry-points"]["pytest11"] == {"pytest_lab": "pytest_lab"}


def test_without_a_lab_it_is_inert() -> None:
    done = started("tests/unit/test_words.py")
    assert done.returncode == 0, done.stderr


def test_elsewhere_it_says_where_to_start(tmp_path: Path) -> None:
    """All that is installed is one module; the grader is where its checkout is."""
    tmp_path.joinpath("pytest_lab.py").write_bytes((CHECKOUT / "pytest_lab.py").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_lab", f"--lab={REFERENCE}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 4
    (line,) = [each for each in done.stderr.splitlines() if each]
    assert line.startswith("ERROR: --lab: the grader cannot be imported (No module named 'grader'")
