"""What nobody has foreseen costs one question, and a person is told to look at it."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.checks import bias, ranges
from grader.cli import run
from grader.errors import WallError
from grader.template import REFERENCE

pytestmark = pytest.mark.usefixtures("wall_stands")


def graded(path: Path, output: Path) -> dict[str, Any]:
    assert run(["grade", str(path), "--output", str(output)]) == 0
    results: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return results


def lost(results: dict[str, Any]) -> set[str]:
    return {test["number"] for test in results["tests"] if test["score"] < test["max_score"]}


@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [
        pytest.param(
            *(bias, "collect", OverflowError("int too large to convert to float")),
            marks=pytest.mark.rest,
        ),
        pytest.param(
            *(ranges, "collect", UnicodeEncodeError("utf-8", "\ud800", 0, 1, "not allowed")),
            marks=pytest.mark.rest,
        ),
        pytest.param(ranges, "claims", MemoryError(), marks=pytest.mark.rest),
        (ranges, "claims", ZeroDivisionError("float division by zero")),
    ],
)
def test_a_fault_while_a_question_is_judged_costs_that_question(
    module: Any,
    name: str,
    fault: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken:
        def __getattr__(self, _: str) -> Any:
            raise fault

        def __call__(self, *_: Any) -> Any:
            raise fault

    number = module.QUESTION.number
    if name == "collect":
        monkeypatch.setattr(module.QUESTION, name, Broken())
    else:
        monkeypatch.setattr(module, name, Broken())
    results = graded(REFERENCE, tmp_path / "results.json")
    assert lost(results) - {"5.3"} == {number}  # what is added to the net is not known then
    assert results["extra_data"]["complete"] is True
    assert set(results["extra_data"]["unjudged"]) == {number}
    assert type(fault).__name__ in results["extra_data"]["unjudged"][number]
    assert f"{number} could not be judged: a person has to look at it." in results["output"]
    shown = capsys.readouterr()
    assert "Traceback" in shown.err
    assert "Not judged" in shown.out


def test_a_wall_that_does_not_hold_is_no_matter_of_one_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> Any:
        raise WallError("no worker could be started")

    monkeypatch.setattr(ranges.QUESTION, "collect", broken)
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output)]) == 3
    assert not output.exists()


def test_nothing_is_unjudged_otherwise(tmp_path: Path) -> None:
    results = graded(REFERENCE, tmp_path / "results.json")
    assert results["extra_data"]["unjudged"] == {}


def test_what_is_printed_for_a_check_that_is_held_back_is_for_staff(tmp_path: Path) -> None:
    line = '    print(f"SIZE {weights.numel()} {float(weights.abs().max()):.6g}")\n'
    source = REFERENCE.read_text(encoding="utf-8")
    begins = "def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, float]:\n"
    assert begins in source
    path = tmp_path / "lab1.py"
    path.write_text(source.replace(begins, begins + line), encoding="utf-8")
    results = graded(path, tmp_path / "results.json")
    aside = results["extra_data"]["printed_aside"]
    assert "SIZE 864 " in aside  # 16 x 6 x 3 x 3: a drawn tensor, and no layer's
    assert "SIZE 864 " not in results["output"]
    assert "SIZE 450 " in results["output"]  # conv1
    assert "SIZE 450 " not in aside.replace("SIZE 450 ", "", 2)  # magnified: the exam's layer
    assert lost(results) == set()


def test_what_a_function_was_asked_for_a_check_that_is_held_back_it_cannot_tell_later(
    tmp_path: Path,
) -> None:
    source = REFERENCE.read_text(encoding="utf-8")
    begins = "def quantized_weights(weights: torch.Tensor) -> tuple[torch.Tensor, float]:\n"
    assert begins in source
    kept = "    seen.append(weights.numel())\n    print('SEEN', *seen, 'END')\n"
    path = tmp_path / "lab1.py"
    path.write_text(source.replace(begins, f"seen = []\n\n\n{begins}{kept}"), encoding="utf-8")
    results = graded(path, tmp_path / "results.json")
    assert " 864 " in results["extra_data"]["printed_aside"]  # a drawn tensor, and no layer's
    assert "SEEN 450 2400 " in results["output"]  # the exam's layers
    assert " 864 " not in results["output"]
    assert lost(results) == set()


def test_where_a_course_holds_nothing_back_all_is_shown(tmp_path: Path) -> None:
    rubric = tmp_path / "rubric.toml"
    names = ("weights.any_tensor", "input_scale.any_pixels", "activations.any_activations")
    rubric.write_text(
        "".join(f'[checks."{name}"]\nvisibility = "visible"\n' for name in names), encoding="utf-8"
    )
    path, output = tmp_path / "lab1.py", tmp_path / "results.json"
    prints = "    print('SIZE', weights.numel())\n    return weights, 1.0\n"
    path.write_text(f"def quantized_weights(weights):\n{prints}", encoding="utf-8")
    assert run(["grade", str(path), "--rubric", str(rubric), "--output", str(output)]) == 0
    results = json.loads(output.read_text(encoding="utf-8"))
    assert results["extra_data"]["printed_aside"] == ""
    assert "SIZE 864" in results["output"]
