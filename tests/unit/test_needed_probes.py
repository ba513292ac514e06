"""Each unusual probe is needed: without it, the submission named beside it is judged otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks import activations, bias, forward, input_scale, probe_nets, weights
from grader.checks.context import BATCH, Context, Tolerances
from grader.checks.question import Question
from grader.exam import Exam
from grader.grade import ADDED
from grader.rubric import Rubric
from grader.sandbox.outside.wall import Wall
from grader.submission import load
from grader.validation.corpus import CORRECT, WRONG, whole

QUICK = {
    "shared_range_without_abs",
    "weights_scale_cached_by_shape",
    "product_empties_ns",
    "functional_conv2_without_relu",
    "bias_never_rounded",
}
"""One for each question; the others are the rest."""


IN_PLACE: dict[str, Callable[[Any], Any]] = {
    "second": lambda evidence: evidence.flow[-1].answer,
    "ties": lambda evidence: evidence.exam,
}
"""What takes the place of a probe that is the only one of its field."""

PLAIN: dict[str, Callable[..., Any]] = {
    "_fits": lambda _context, _values, _answer: True,
    "_one_a_window": lambda _architecture, _target, side: np.arange(side),
    "forward._own_factor": lambda _context, _call: 0.0,
    "bias._own_factor": lambda call: call.factor,
    "_farther": lambda call: call.values,
}
"""What a function would be if its submission were not thought of."""


def cases(reasons: Mapping[Any, Mapping[str, str]]) -> list[Any]:
    return [
        pytest.param(
            module,
            probe,
            name,
            id=f"{module.__name__.rpartition('.')[2]}: {probe}",
            marks=[] if name in QUICK else [pytest.mark.rest],
        )
        for module, needed in reasons.items()
        for probe, name in needed.items()
    ]


NEEDED = {module: module.NEEDED_BY for module in (weights, input_scale, activations, forward, bias)}
SPARED = {module: module.SPARED_BY for module in (weights, activations, forward, probe_nets, bias)}


@pytest.fixture
def collector(
    wall: Wall, exam: Exam, rubric: Rubric, tmp_path: Path
) -> Callable[[str, Question[Any]], Any]:
    """Collects the evidence of a question from a submission of the corpora."""

    def collect(name: str, question: Question[Any]) -> Any:
        path = tmp_path / "lab1.py"
        (stated,) = [*WRONG.glob(f"solutions/{name}.py"), *CORRECT.glob(f"solutions/{name}.py")]
        path.write_text(whole(stated), encoding="utf-8")
        session = wall.admit(load(path).program, exam.practice)
        tolerances = Tolerances(rubric.thresholds)
        context = Context(exam, session, tolerances, exam.seed, ADDED, handed_on={"4.3": BATCH})
        try:
            return question.collect(context)
        finally:
            session.end()

    return collect


def statuses(question: Question[Any], evidence: Any) -> dict[str, str]:
    with np.errstate(all="ignore"):
        return {each.check.name: each.verdict.status for each in question.outcomes(evidence)}


def without(evidence: Any, probe: str) -> Any:
    """The evidence as if a probe had not been made."""
    less: dict[str, Any] = {}
    for field in fields(evidence):
        value = getattr(evidence, field.name)
        if field.name == probe:
            less[probe] = IN_PLACE[probe](evidence) if probe in IN_PLACE else []
        elif isinstance(value, list):
            less[field.name] = [each for each in value if probe not in named(each)]
        elif isinstance(value, dict):
            less[field.name] = {key: each for key, each in value.items() if probe != key}
        elif is_dataclass(value) and field.name == "scales":
            less[field.name] = without(value, probe)
    return replace(evidence, **less)


def named(call: Any) -> str:
    """What a call is called before a person, or the net that it was made with."""
    stimulus = getattr(call, "stimulus", None)
    return str(getattr(call if stimulus is None else stimulus, "name", ""))


@pytest.mark.parametrize(("module", "probe", "name"), cases(NEEDED))
def test_without_a_probe_its_submission_passes_what_it_must_fail(
    module: Any, probe: str, name: str, collector: Callable[[str, Question[Any]], Any]
) -> None:
    evidence = collector(name, module.QUESTION)
    found = statuses(module.QUESTION, evidence)
    less = statuses(module.QUESTION, without(evidence, probe))
    assert [each for each in found if (found[each], less[each]) == ("failed", "passed")], found


@pytest.mark.parametrize(("module", "function", "name"), cases(SPARED))
def test_without_care_for_it_a_submission_fails_what_it_must_pass(
    module: Any,
    function: str,
    name: str,
    collector: Callable[[str, Question[Any]], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    question = getattr(module, "QUESTION", forward.QUESTION)
    found = statuses(question, collector(name, question))
    short = f"{module.__name__.rpartition('.')[2]}.{function}"
    monkeypatch.setattr(module, function, PLAIN.get(function) or PLAIN[short])
    careless = statuses(question, collector(name, question))
    assert [each for each in found if (found[each], careless[each]) == ("passed", "failed")], found
