"""`python -m grader check --watch`: from a save to a verdict."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.cli import run
from grader.template import REFERENCE
from grader.validation.composition import planted

ROOT = Path(__file__).parents[2]
BIAS, RANGE = "NetQuantizedWithBias.quantized_bias", "value_range"
WRONG = {BIAS: "return torch.round(bias)"}
SHORT = ("--question", "2.1", "--question", "5.2", "--question", "1.2")


class Watcher:
    """A watch that is under way, read one line after the other."""

    def __init__(self, process: psutil.Popen) -> None:
        self.process = process

    def line(self) -> str:
        found: str = self.process.stdout.readline()
        assert found, self.process.stderr.read()
        return found.rstrip("\n")

    def page(self) -> list[str]:
        """The lines of one check."""
        found = [self.line()]
        while not found[-1].startswith("Waiting for"):
            found.append(self.line())
        return found[:-1]

    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.line())
        return found

    def until(self, *kept: str) -> dict[str, Any]:
        """The first document that keeps these: half a save may be a check as well."""
        found = self.document()
        while found["kept"] != [*kept]:
            found = self.document()
        return found

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Exit status and errors."""
        self.process.send_signal(number)
        _, errors = self.process.communicate()
        return self.process.returncode, errors


@contextmanager
def watching(path: Path, *options: str, temporary: Path | None = None) -> Iterator[Watcher]:
    moved = {} if temporary is None else {"TMPDIR": str(temporary)}
    with psutil.Popen(
        [sys.executable, "-m", "grader", "check", str(path), "--watch", *options],
        cwd=ROOT,
        env={**os.environ, **moved},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Watcher(process)
        finally:
            if process.poll() is None:
                process.kill()


def renamed(path: Path, text: str) -> None:
    """Saved as many editors do."""
    other = path.with_name(f".{path.name}.new")
    other.write_text(text, encoding="utf-8")
    other.replace(path)


@pytest.mark.rest
def test_what_is_shown_from_save_to_save(reference: str, tmp_path: Path) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(planted(reference, WRONG), encoding="utf-8")
    with watching(path, *SHORT) as watcher:
        first = watcher.page()
        assert first[:2] == [
            "✓ 1.2 Ranges of weights and activations",
            "✓ 2.1 Quantize the weights",
        ]
        assert first[2].startswith("✗ 5.2 Quantize the bias (")
        assert first[-1] == "6 checks are not passed yet."
        renamed(path, reference)
        assert watcher.page() == [
            "",
            "Saved: asked again: 5.2.",
            "✓ 1.2 Ranges of weights and activations (kept)",
            "✓ 2.1 Quantize the weights (kept)",
            "✓ 5.2 Quantize the bias",
            "",
            "Everything is right.",
        ]
        path.unlink()
        renamed(path, "x = (\n")
        (unread,) = watcher.page()
        assert unread.startswith("✗ lab1.py, line 1: '(' was never closed")
        path.unlink()
        path.write_text(f"# As before.\n{reference}", encoding="utf-8")
        page = watcher.page()
        while page[0].startswith("✗"):  # the file was read while it was being written
            page = watcher.page()
        assert page == ["", "Saved: nothing that is judged has changed. Everything is right."]
        assert watcher.stop() == (0, "")


@pytest.mark.rest
def test_a_folder_in_documents(reference: str, tmp_path: Path, temporary: Path) -> None:
    """A helper module counts for what imports it; whatever is stopped leaves nothing behind."""
    folder = tmp_path / "mine"
    folder.mkdir()
    helped = planted(reference, {RANGE: "from spans import span\nreturn span(values)"})
    folder.joinpath("lab1.py").write_text(helped, encoding="utf-8")
    helper = folder / "spans.py"
    helper.write_text("def span(values):\n    return 2 * values.max()\n", encoding="utf-8")
    with watching(folder, "--json", *SHORT, temporary=temporary) as watcher:
        first = watcher.document()
        assert first["kept"] == []
        assert statuses(first)["1.2"] != {"passed"}
        helper.write_text(
            "def span(values):\n    return max(abs(values.min()), abs(values.max()))\n", "utf-8"
        )
        second = watcher.until("2.1", "5.2")
        assert {"1.2", "2.1", "5.2"} == statuses(second).keys()
        children = watcher.process.children(recursive=True)
        assert children
        expected = int(any(found != {"passed"} for found in statuses(second).values()))
        assert watcher.stop() == (expected, "")
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert list(temporary.iterdir()) == []


def statuses(document: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for test in document["tests"]:
        found.setdefault(test["extra_data"]["question"], set()).add(test["status"])
    return found


@pytest.mark.rest
def test_in_one_line_a_check_that_is_ended_as_a_platform_does(
    reference: str, tmp_path: Path
) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(planted(reference, WRONG), encoding="utf-8")
    with watching(path, "--quiet", *SHORT) as watcher:
        assert watcher.line() == "6 checks are not passed yet."
        renamed(path, planted(reference, {RANGE: "return 1.0"}))
        assert watcher.line() == "1 check is not passed yet."
        status, errors = watcher.stop(signal.SIGTERM)
    assert (status, errors) == (128 + signal.SIGTERM, "Stopped; nothing was left behind.\n")


@pytest.mark.rest
def test_ctrl_c_while_something_is_wrong_ends_in_1(reference: str, tmp_path: Path) -> None:
    path = tmp_path / "lab1.py"
    path.write_text(planted(reference, WRONG), encoding="utf-8")
    with watching(path, "--quiet", "--question", "5.2") as watcher:
        assert watcher.line() == "6 checks are not passed yet."
        assert watcher.stop() == (1, "")


def test_a_file_that_is_not_there_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(tmp_path / "none.py"), "--watch"]) == 2
    assert "none.py cannot be opened" in capsys.readouterr().err


def test_a_whole_notebook_is_not_executed_at_every_save(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["check", str(REFERENCE), "--watch", "--run"]) == 2
    assert "leave out --run" in capsys.readouterr().err
