"""Question C: what it costs those who left it out, and what it cannot do to Questions 1 to 5."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.grade import CHALLENGES, Terms, grade_in
from grader.platforms.gradescope.document import document
from grader.result import Result
from grader.rubric import load_rubric
from grader.sandbox.outside.session import Session
from grader.sandbox.outside.wall import Wall
from grader.template import TEMPLATE, blanked
from grader.validation.composition import planted
from grader.validation.corpus import CORRECT, base, whole
from tests.conftest import Judge, judging

START = "# ## Question C"


def without(source: str) -> str:
    """The file up to Question C."""
    before, found, _ = source.partition(f"# %% [markdown]\n{START}")
    assert found
    return before


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many processes were forked, and requests made."""
    count: Counter[str] = Counter()
    for name in ("_fork", "_exchange"):
        original = getattr(Session, name)

        def counting(
            self: Session, *given: Any, _name: str = name, _original: Any = original
        ) -> Any:
            count[_name] += 1
            return _original(self, *given)

        monkeypatch.setattr(Session, name, counting)
    return count


def told(result: Result) -> dict[str, Any]:
    """What a platform is told, but for what says where the code stands, and the time."""
    found = document(replace(result, seconds=0.0))
    found["extra_data"].pop("graded")
    return found


def test_a_file_without_question_c_costs_and_says_what_it_did(
    judge: Judge, judge_beyond: Judge, reference: str, counted: Counter[str]
) -> None:
    bare = without(reference)
    first = judge(bare)
    cost = dict(counted)
    counted.clear()
    second = judge_beyond(bare)
    assert dict(counted) == cost
    assert told(first) == told(second)
    assert not {entry.question for entry in second.entries} & CHALLENGES


def test_blanks_of_question_c_cost_nothing_either(
    judge_beyond: Judge, reference: str, counted: Counter[str]
) -> None:
    blank = blanked(reference).partition(f"# %% [markdown]\n{START}")
    half = without(reference) + f"# %% [markdown]\n{START}" + blank[2]
    result = judge_beyond(half)
    with_blanks = dict(counted)
    counted.clear()
    bare = judge_beyond(without(reference))
    assert dict(counted) == with_blanks
    assert told(result) == told(bare)


def test_whatever_question_c_does_the_others_keep_what_they_have(
    judge: Judge, judge_beyond: Judge, reference: str
) -> None:
    wild = planted(
        reference,
        {
            "power_of_two_scale": "import os\nos._exit(0)",
            "quantize_multiplier": "raise SystemExit",
            "NetQuantizedMixed.__init__": "NetQuantized.forward = lambda self, x: x",
            "quantized_bias_nbit": "return globals().clear()",
        },
    )
    wild += "\nLAYER_BITS = {name: 1 // 0 for name in ('conv1', 'fc1')}\n"
    alone, beside = judge(without(reference)), judge_beyond(wild)
    assert beside.score == 100
    required = [entry for entry in beside.entries if entry.question not in CHALLENGES]
    assert required == list(alone.entries)
    assert {entry.question for entry in beside.entries} >= CHALLENGES
    assert beside.slice_digest == alone.slice_digest
    assert beside.unjudged == {}


def test_only_the_parts_that_were_tried_are_in_the_results(judge_beyond: Judge) -> None:
    result = judge_beyond(whole(CORRECT / "solutions" / "channels_alone.py"))
    assert {entry.question for entry in result.entries} & CHALLENGES == {"C.5"}
    assert "quantized_weights_per_channel" in result.graded


def test_a_part_that_is_asked_for_and_not_there_is_told(
    wall: Wall, terms: Terms, reference: str, tmp_path: Path
) -> None:
    own = replace(terms, questions=frozenset({"C.1", "C.4"}))
    result = judging(wall, own, tmp_path)(without(reference))
    assert result.entries == ()
    assert result.notes == (
        "C.1: nothing of it is filled in (power_of_two_scale, NetQuantizedPow2)",
        "C.4: nothing of it is filled in (quantized_bias_nbit, BIAS_BITS)",
    )
    alone = judging(wall, own, tmp_path)(reference)
    assert {entry.question for entry in alone.entries} == {"C.1", "C.4"}
    assert {entry.status for entry in alone.entries} == {"passed"}


def test_a_helper_that_is_called_requantize_is_no_answer(judge_beyond: Judge) -> None:
    helper = "\n\ndef requantize(x, scale):\n    return x * scale\n"
    result = judge_beyond(base("plain") + helper)
    assert not {entry.question for entry in result.entries} & CHALLENGES
    assert "requantize" not in result.graded


def test_points_come_on_top_of_the_total(
    wall: Wall, terms: Terms, reference: str, tmp_path: Path
) -> None:
    path = tmp_path / "course.toml"
    path.write_text(
        '[checks."channels.form"]\npoints = 2\n[checks."channels.rounding"]\npoints = 3\n'
    )
    own = replace(terms, rubric=load_rubric(path), questions=frozenset({"1.2", "C.5"}))
    wrong = planted(
        reference,
        {
            "quantized_weights_per_channel": (
                "scales = 127 / weights.flatten(1).abs().max(dim=1).values\n"
                "shape = (-1,) + (1,) * (weights.dim() - 1)\n"
                "return (weights * scales.view(shape)).floor().clamp(-128, 127), scales"
            )
        },
    )
    right = judging(wall, own, tmp_path)(reference)
    assert (right.score, right.max_score) == (10, 5)
    result = judging(wall, own, tmp_path)(wrong)
    assert (result.score, result.max_score) == (7, 5)
    tests = {one["extra_data"]["check"]: one for one in document(result)["tests"]}
    assert sum(one["max_score"] for one in tests.values()) == 5
    assert sum(one["score"] for one in tests.values()) == document(result)["score"] == 7
    assert tests["channels.form"]["score"] == 2
    assert tests["channels.rounding"]["status"] == "failed"
    assert "A bonus: 3 points on top of the total." in tests["channels.rounding"]["output"]


@pytest.mark.rest
def test_the_template_is_not_told_of_question_c(wall: Wall, terms: Terms) -> None:
    for name in ("lab1.py", "lab1.ipynb"):
        result = grade_in(wall, TEMPLATE / name, terms, lambda _: None, lambda _: None)
        assert not {entry.question for entry in result.entries} & CHALLENGES
        assert not any("LAYER_BITS" in note for note in result.notes)
