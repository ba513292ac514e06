"""The checks of a lab as tests of pytest: collected by question, and asked once a process.

`pytest_lab` brings it in where a lab is named. A node id has the lab's path, the question, and the
check with its sentence: `lab1.ipynb::2.1::weights.rounding: Every weight is rounded.`
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.result import Entry
    from grader.self_check.lab import Lab
else:
    Lab = object  # only the name of a key; to import it takes half a second

LAB: pytest.StashKey[Lab] = pytest.StashKey()
CHOSEN: pytest.StashKey[list[str]] = pytest.StashKey()
"""Node ids of the lab that were named on the command line."""
SAID: pytest.StashKey[dict[str, None]] = pytest.StashKey()
"""What is to be told at the end, once, by whichever process."""
UNREAD = "read: It can be read."
"""The one test of what cannot be read."""


class NotPassedError(Exception):
    """A check that has not passed, in the lines of a check."""


class LabFile(pytest.File):
    """The submission."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield its questions, or one item that says why it cannot be read."""
        lab = self.config.stash[LAB]
        if lab.unread:
            yield UnreadItem.from_parent(self, name=UNREAD)
        for number, entries in lab.questions():
            yield QuestionNode.from_parent(self, name=number, entries=entries)


class QuestionNode(pytest.Collector):
    """A question."""

    def __init__(self, *, entries: Sequence[Entry], **about: Any) -> None:
        super().__init__(**about)
        self._entries = entries

    def collect(self) -> Iterator[pytest.Item]:
        """Yield its checks."""
        for entry in self._entries:
            yield CheckItem.from_parent(
                self, name=_name(entry), check=entry.check, question=self.name
            )


class LabItem(pytest.Item):
    """A test of the lab."""

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """The lines of the check; of any other error what pytest says."""
        if isinstance(excinfo.value, NotPassedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What stands above a failure; as the end of a node id its dots would be lost."""
        return self.path, None, f"{self.parent.name if self.parent else ''} {self.name}"


class UnreadItem(LabItem):
    """A submission that cannot be read: nothing can be checked."""

    def runtest(self) -> None:
        """Fail with the one line that says why."""
        raise NotPassedError(self.config.stash[LAB].unread)


class CheckItem(LabItem):
    """A check."""

    def __init__(self, *, check: str, question: str, **about: Any) -> None:
        super().__init__(**about)
        self.check, self.question = check, question

    def runtest(self) -> None:
        """Ask what is not known yet, and say what came of this check, as `check` counts it."""
        from grader.report.student import is_left
        from grader.report.wording import lines

        entry = _asked(self)
        if is_left(entry):
            raise NotPassedError("\n".join(lines(entry)))
        # Graded by hand, or a bonus that is not there: `check` counts neither.
        if entry.status != "passed":
            pytest.skip(lines(entry)[-1])


def _asked(item: CheckItem) -> Entry:
    from grader.errors import GraderError

    try:
        return item.config.stash[LAB].entry(item.check)
    except GraderError as error:
        if _is_worker(item.config):  # of xdist: it cannot end the others
            raise NotPassedError(f"The grader could not work: {error}") from error
        pytest.exit(f"Error: {error}", returncode=error.exit_status)


def pytest_configure(config: pytest.Config) -> None:
    """Read the lab; where nothing else is named, it is all that is collected.

    Raises:
        pytest.UsageError: the lab or the exam cannot be opened.
    """
    from grader.errors import GraderError, UsageError
    from grader.self_check.lab import Lab

    path = config.invocation_params.dir / config.getoption("lab")
    try:
        lab = Lab(path, config.getoption("lab_exam"), _workers(config))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    except GraderError as error:
        pytest.exit(f"Error: {error}", returncode=error.exit_status)
    config.add_cleanup(lab.close)
    config.stash[LAB], config.stash[SAID] = lab, {}
    named = config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
    chosen = [arg for arg in named if _is(config, arg.partition("::")[0], path)]
    config.stash[CHOSEN] = [arg.partition("::")[2] for arg in chosen]
    config.args = [arg for arg in named if arg not in chosen]
    _require_found(config.stash[CHOSEN], lab)


def _require_found(chosen: list[str], lab: Lab) -> None:
    """See that there are such checks: a process of xdist finds out too late.

    Raises:
        pytest.UsageError: there is none.
    """
    ids = [f"{number}::{_name(entry)}" for number, its in lab.questions() for entry in its]
    for wanted in chosen:
        if wanted and not any(_matches(each, wanted) for each in ids or [UNREAD]):
            raise pytest.UsageError(f"not found: {lab.path}::{wanted}")


def _name(entry: Entry) -> str:
    """What the test of a check is called."""
    return f"{entry.check}: {entry.sentence}"


def _matches(inside: str, wanted: str) -> bool:
    """Whether it is that id, with its sentence or without, or is below it."""
    return inside.startswith(wanted) and inside.removeprefix(wanted)[:1] in ("", ":")


def _is(config: pytest.Config, name: str, path: Path) -> bool:
    return any((start / name).absolute() == path for start in (Path(), config.rootpath))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _workers(config: pytest.Config) -> int:
    """Between how many processes the questions are shared."""
    return int(getattr(config, "workerinput", {"workercount": 1})["workercount"])


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Add the lab to what the session holds: as a file of a folder it would be imported."""
    report = yield
    if isinstance(collector, pytest.Session) and report.result is not None:
        path, root = collector.config.stash[LAB].path, collector.config.rootpath
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        report.result.append(LabFile.from_parent(collector, path=path, nodeid=name))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not named, where single checks were."""
    chosen = config.stash[CHOSEN]
    if not chosen or not all(chosen):
        return
    left_out = [item for item in items if isinstance(item, LabItem) and not _chosen(item, chosen)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _chosen(item: LabItem, chosen: Sequence[str]) -> bool:
    inside = item.nodeid.partition("::")[2]
    return any(_matches(inside, wanted) for wanted in chosen)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Ask only the questions of which a check is left."""
    checks = [item.question for item in session.items if isinstance(item, CheckItem)]
    session.config.stash[LAB].select(checks)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process its share of the questions, unless another way was asked for."""
    if config.getoption("dist") != "load":
        return None
    from grader.self_check.shares import SharedQuestions

    return SharedQuestions(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what there is to say beside the checks."""
    said = session.config.stash[LAB].said()
    session.config.stash[SAID].update(dict.fromkeys(said))
    if _is_worker(session.config):
        # xdist adds this attribute to the configuration of its workers, untyped.
        session.config.workeroutput["lab"] = said  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect what another process has to say."""
    node.config.stash[SAID].update(dict.fromkeys(getattr(node, "workeroutput", {}).get("lab", ())))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what is not said of a single check: of the file, and what its code printed."""
    said = terminalreporter.config.stash[SAID]
    if said:
        terminalreporter.section(terminalreporter.config.stash[LAB].path.name)
        for line in said:
            terminalreporter.write_line(line)
