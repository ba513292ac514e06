"""For otter-grader: a plugin that lets this project judge the lab; otter executes nothing."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from otter.plugins import AbstractOtterPlugin


class Lab1(AbstractOtterPlugin):
    """Its configuration has `command`, which starts the grader, and `folder`, where that is."""

    def before_execution(self, submission: Any) -> Any:
        """Grade before otter executes anything; hand otter a notebook, or a script, of nothing."""
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder, "results.json")
            command = [*self.plugin_config["command"], "grade", self.submission_path, "--quiet"]
            subprocess.run(
                [*command, "--output", str(output)], check=True, cwd=self.plugin_config["folder"]
            )
            self._tests = json.loads(output.read_text(encoding="utf-8"))["tests"]
        if isinstance(submission, str):
            return ""
        submission["cells"] = []
        return submission

    def after_grading(self, results: Any) -> None:
        """Give each of otter's tests that is named as a question, such as `q2_1`, its points."""
        for name in results.results:
            question = name.removeprefix("q").replace("_", ".")
            graded = [test for test in self._tests if test["number"] == question]
            if graded:
                results.update_score(name, float(sum(test["score"] for test in graded)))
                said = [f"{test['name']}\n{test['output']}" for test in graded]
                results.set_output("\n\n".join([results.output or "", *said]).strip())
