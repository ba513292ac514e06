"""Plays the platforms: lays an upload out as each does, starts the grader, reads what it left."""

from __future__ import annotations

import base64
import html
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.cli import run
from grader.template import CHECKOUT

CONTRACTS = CHECKOUT / "docs" / "contracts"
Files = Mapping[str, str | bytes]
Points = dict[str, float]


class Player:
    """One platform, with a folder of its own."""

    name: str
    command: tuple[str, ...]
    inbox: str

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.monkeypatch = monkeypatch

    def lay_out(self, files: Files) -> None:
        """The folders as the platform makes them for every upload."""
        (self.root / self.inbox).mkdir(parents=True)
        for name, content in files.items():
            path = self.root / self.inbox / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def start(self, *options: str) -> int:
        """Grade; returns the exit status."""
        return run([*self.command, "--root", str(self.root), *options])

    def left(self) -> bool:
        """Whether there is a result."""
        raise NotImplementedError  # each platform that plays it says how

    def document(self) -> Any:
        """The result, which keeps to the contract."""
        raise NotImplementedError  # each platform that plays it says how

    def points(self) -> Points:
        """Of each question."""
        raise NotImplementedError  # each platform that plays it says how

    def words(self) -> str:
        """All that a student may come to see."""
        raise NotImplementedError  # each platform that plays it says how

    def ended(self) -> bool:
        """Whether it says that the grade did not run to its end."""
        return "did not run to its end" in self.words()

    def kept(self, found: Any) -> Any:
        """The same, once it has been held against the contract."""
        schema = json.loads((CONTRACTS / f"{self.name}.json").read_text("utf-8"))
        jsonschema.Draft202012Validator(schema).validate(found)
        return found


class Gradescope(Player):
    """An autograder."""

    name, command, inbox = "gradescope", ("autograder",), "submission"

    def left(self) -> bool:
        return (self.root / "results" / "results.json").exists()

    def document(self) -> Any:
        return self.kept(_json(self.root / "results" / "results.json"))

    def points(self) -> Points:
        return summed((test["number"], test["score"]) for test in self.document()["tests"])

    def words(self) -> str:
        found = self.document()
        seen = (test["output"] for test in found["tests"] if test["visibility"] == "visible")
        return "\n".join((html.unescape(found["output"]), *seen))

    def ended(self) -> bool:
        said = super().ended()
        assert said != self.document()["extra_data"]["complete"]
        return said


class PrairieLearn(Player):
    """An external grader."""

    name, command, inbox = "prairielearn", ("platform", "prairielearn"), "student"

    def lay_out(self, files: Files) -> None:
        super().lay_out(files)
        (self.root / "data").mkdir()
        (self.root / "data" / "data.json").write_text('{"params": {}, "submitted_answers": {}}')
        (self.root / "tests").mkdir()

    def left(self) -> bool:
        return (self.root / "results" / "results.json").exists()

    def document(self) -> Any:
        path = self.root / "results" / "results.json"
        assert path.stat().st_size <= 1_000_000
        return self.kept(_json(path))

    def points(self) -> Points:
        found = self.document()
        tests = found["tests"] if found["gradable"] else []
        points = summed((test["name"].split()[0], test["points"]) for test in tests)
        if tests:
            most = sum(test["max_points"] for test in tests)
            assert found["score"] == pytest.approx(min(1, sum(points.values()) / most))
        return points

    def words(self) -> str:
        found = self.document()
        for test in found.get("tests", []):
            test.pop("images", None)
        return json.dumps(found, ensure_ascii=False)


class Codabench(Player):
    """A scoring program."""

    name, command, inbox = "codabench", ("platform", "codabench"), "input/res"

    def lay_out(self, files: Files) -> None:
        super().lay_out(files)
        (self.root / "input" / "ref").mkdir()
        (self.root / "output").mkdir()

    def left(self) -> bool:
        return any((self.root / "output").iterdir())

    def document(self) -> Any:
        return self.kept(_json(self.root / "output" / "scores.json"))

    def points(self) -> Points:
        found = self.document()
        questions = {key: value for key, value in found.items() if key.startswith("question_")}
        assert found["score"] == pytest.approx(sum(questions.values()))
        return summed(
            (key.removeprefix("question_").replace("_", "."), value)
            for key, value in questions.items()
        )

    def words(self) -> str:
        return (self.root / "output" / "detailed_results.html").read_text("utf-8")

    def ended(self) -> bool:
        said = "The grade ended before all was judged." in self.words()
        assert said == (self.document()["complete"] == 0)
        return said


class GitHub(Player):
    """A step of a workflow, in a student's repository."""

    name, command, inbox = "github", ("platform", "github"), "workspace/own"
    before = "words of an earlier command of this step\n"

    def lay_out(self, files: Files) -> None:
        super().lay_out(files)
        self.monkeypatch.setenv("GITHUB_WORKSPACE", str(self.root / "workspace"))
        for name in ("summary", "output"):
            (self.root / name).write_text(self.before if name == "summary" else "")
        self.monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(self.root / "summary"))
        self.monkeypatch.setenv("GITHUB_OUTPUT", str(self.root / "output"))

    def start(self, *options: str) -> int:
        status = run([*self.command, str(self.root / self.inbox), *options])
        if status in (0, 1):
            assert (status == 0) == (self.document()["status"] == "pass")
            return 0
        return status

    def left(self) -> bool:
        assert self.summary().startswith(self.before)
        return bool((self.root / "output").read_text()) or self.summary() != self.before

    def summary(self) -> str:
        return (self.root / "summary").read_text("utf-8")

    def document(self) -> Any:
        name, _, value = (self.root / "output").read_text("ascii").partition("=")
        assert (name, value.count("\n")) == ("result", 1)
        return self.kept(json.loads(base64.b64decode(value, validate=False)))

    def points(self) -> Points:
        tests = self.document()["tests"]
        return summed((test["name"].split()[0], test["score"]) for test in tests)

    def words(self) -> str:
        return self.summary() + json.dumps(self.document(), ensure_ascii=False)


FURTHER = (PrairieLearn, Codabench, GitHub)


def summed(each: Iterable[tuple[str, float]]) -> Points:
    """The points of each question that has some."""
    points: Points = defaultdict(float)
    for question, earned in each:
        points[question] += earned
    return {question: earned for question, earned in points.items() if earned}


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"), parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
