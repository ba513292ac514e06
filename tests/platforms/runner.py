"""Plays a runner of GitHub: starts the steps of a workflow and of a composite action, one by one.

It does what is documented of workflow commands, of the files that a step writes, and of an action's
metadata, and knows no more of workflow and action than a runner does. Anything else is an error.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from grader.template import CHECKOUT

SHELLS = {"bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}
COMMAND = re.compile(r"::([a-z-]+)(?: (.*?))?::(.*)")
OLDER_COMMAND = re.compile(r"##\[([a-z-]+)(?: (.*?))?\](.*)")
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
CONDITION = re.compile(r"always\(\) && ([\w.-]+) != ''")
MOST_SUMMARY = 1024 * 1024
"""Bytes of one step's summary."""
MOST_VARIABLE = 128 * 1024
"""Bytes of one variable of a process with its name, on Linux."""

Outputs = dict[str, str]


@dataclass
class Annotation:
    """What stands at a line of a change, or above all of them."""

    level: str
    message: str
    about: dict[str, str]


@dataclass
class Job:
    """What a job has come to."""

    workspace: Path
    folder: Path
    """For the runner's own files."""
    dry: bool = True
    """Whether `make` only says what it would do, which needs neither a network nor minutes."""
    failed: bool = False
    log: str = ""
    summary: str = ""
    annotations: list[Annotation] = field(default_factory=list)
    reported: tuple[float, float] | None = None
    """Points and the most that there are, as the reporter of GitHub Classroom adds them up."""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A job's environment holds nothing that an earlier step has not put there."""
        kept = ("HOME", "LANG", "PATH", "GRADER_CACHE", "XDG_CACHE_HOME")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.environment |= {"CI": "true", "GITHUB_WORKSPACE": str(self.workspace)}

    def run(self, workflow: Path) -> None:
        """All steps of the one job of a workflow."""
        (job,) = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
        self._steps(job["steps"], {}, self.environment)

    def _steps(
        self, steps: Iterable[dict[str, Any]], known: dict[str, str], environment: dict[str, str]
    ) -> dict[str, str]:
        """Each in turn; once one has failed, those alone that are to run always."""
        for step in steps:
            wanted = CONDITION.fullmatch(step.get("if", ""))
            assert wanted or "if" not in step, step
            if not known.get(wanted[1], "") if wanted else self.failed:
                continue
            outputs = self._step(step, known, environment)
            if "id" in step:
                known |= {f"steps.{step['id']}.outputs.{key}": it for key, it in outputs.items()}
        return known

    def _step(
        self, step: dict[str, Any], known: Mapping[str, str], environment: dict[str, str]
    ) -> Outputs:
        with_, env = (
            {key: evaluated(value, known) for key, value in step.get(part, {}).items()}
            for part in ("with", "env")
        )
        if "uses" not in step:
            return self._script(step, environment, env)
        name, _, version = step["uses"].partition("@")
        assert version, f"{name} names no version"
        return ACTIONS[name](self, with_, {**environment, **env})

    def _script(
        self, step: dict[str, Any], environment: dict[str, str], env: Mapping[str, str]
    ) -> Outputs:
        """A step's own lines in its shell; what it has written and printed is read as they are."""
        files = {name: self.folder / name for name in ("OUTPUT", "STEP_SUMMARY", "ENV", "PATH")}
        for path in files.values():
            path.write_text("")
        script = self.folder / "script.sh"
        assert "${{" not in step["run"], "whoever writes the value would write the script"
        script.write_text(step["run"], "utf-8")
        own = {f"GITHUB_{name}": str(path) for name, path in files.items()}
        done = subprocess.run(
            [*SHELLS[step["shell"]], str(script)],
            cwd=self.workspace,
            env={**environment, **env, **own, **({"MAKEFLAGS": "Bn"} if self.dry else {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._read(done.stdout.decode())
        self.failed = self.failed or done.returncode != 0
        summary = files["STEP_SUMMARY"].read_bytes()
        assert len(summary) <= MOST_SUMMARY
        self.summary += summary.decode()
        environment |= assignments(files["ENV"])
        for path in files["PATH"].read_text("utf-8").splitlines():
            environment["PATH"] = f"{path}:{environment['PATH']}"
        return assignments(files["OUTPUT"])

    def _read(self, printed: str) -> None:
        """Whatever is printed may be a command, in either form and on either stream."""
        self.log += printed
        for line in printed.splitlines():
            found = COMMAND.match(line.strip()) or OLDER_COMMAND.search(line)
            if found:
                level, about, message = found.groups(default="")
                assert level in ("notice", "warning", "error"), line
                pairs = (pair.partition("=") for pair in about.split(",") if pair)
                told = {key.strip(): plain(value, ":,") for key, _, value in pairs}
                self.annotations.append(Annotation(level, plain(message), told))

    def check_out(self, _with: Mapping[str, str], _environment: dict[str, str]) -> Outputs:
        """The workspace is there already."""
        return {}

    def set_up_python(self, with_: Mapping[str, str], environment: dict[str, str]) -> Outputs:
        """The Python of the tests, whichever is asked for, as long as it could be that one."""
        assert (CHECKOUT / "constraints" / f"py{with_['python-version']}.txt").exists()
        folder = self.folder / "python"
        folder.mkdir()
        (folder / "python").symlink_to(sys.executable)
        self.environment["PATH"] = f"{folder}:{self.environment['PATH']}"
        return {}

    def grade(self, with_: Mapping[str, str], environment: dict[str, str]) -> Outputs:
        """The action of this project."""
        action = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
        assert action["runs"]["using"] == "composite"
        assert {"name", "description"} <= action.keys()
        assert with_.keys() <= action["inputs"].keys()
        known = {
            f"inputs.{name}": with_.get(name, about.get("default", ""))
            for name, about in action["inputs"].items()
        }
        self.environment["GITHUB_ACTION_PATH"] = str(CHECKOUT)
        known = self._steps(action["runs"]["steps"], known, self.environment)
        return {key: evaluated(it["value"], known) for key, it in action["outputs"].items()}

    def report(self, with_: Mapping[str, str], environment: dict[str, str]) -> Outputs:
        """The reporter, in a process of its own, which each of the variables lets start."""
        names = [f"{runner.upper()}_RESULTS" for runner in with_["runners"].split(",")]
        assert all(len(f"{name}={environment[name]}") < MOST_VARIABLE for name in names)
        program = "import json, os, sys; print(json.dumps([os.environ[n] for n in sys.argv[1:]]))"
        started = [sys.executable, "-c", program, *names]
        done = subprocess.run(started, env=environment, capture_output=True, check=True)
        results = [json.loads(base64.b64decode(each)) for each in json.loads(done.stdout)]
        points = sum(test["score"] for result in results for test in result["tests"])
        self.reported = points, sum(result["max_score"] for result in results)
        self.failed = self.failed or any(each["status"] != "pass" for each in results)
        return {}


ACTIONS: dict[str, Callable[[Job, Mapping[str, str], dict[str, str]], Outputs]] = {
    "actions/checkout": Job.check_out,
    "actions/setup-python": Job.set_up_python,
    "your-course/lab1-grader": Job.grade,
    "classroom-resources/autograding-grading-reporter": Job.report,
}


def evaluated(text: str, known: Mapping[str, str]) -> str:
    """With the value of each expression; what is not known is empty, as it is there."""
    return EXPRESSION.sub(lambda found: known.get(found[1], ""), str(text))


def assignments(path: Path) -> dict[str, str]:
    """`name=value` lines; what has several lines is written otherwise, which nobody needs here."""
    lines = path.read_text("utf-8").splitlines()
    assert all(re.match(r"[A-Za-z_][\w-]*=", line) for line in lines), lines
    return dict(line.split("=", 1) for line in lines)


def plain(text: str, also: str = "") -> str:
    """What was written as `%0A` and such is read as it was meant."""
    for sign in f"{also}\n\r%":  # % last
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text
