"""Whatever a submission is given is the same bits on every machine.

The digests are those of one machine. Where another has others, the cause is arithmetic that depends
on the processor, in `grader/exam` or in the probes; a change of exams or probes changes them too.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, is_dataclass
from typing import Any

import msgspec
import numpy as np
import pytest

from grader.checks import QUESTIONS, accuracy
from grader.checks.context import BATCH, Context, Tolerances
from grader.checks.probe_nets import ladder, probe_nets
from grader.exam import open_exam
from grader.exam.manifest import FILE
from grader.grade import ADDED
from grader.rubric import load_rubric
from grader.sandbox.outside.plan import NetPlan
from grader.submission.interface import ALSO_ASKED, CHALLENGES
from tests.unit.functions import RIGHT, Forward, Functions, small_exam

DIGITS = 32
EXAM = {
    "manifest.json": "8429404e9a2fe86d7b4d8dceb0e56b44",
    "images.safetensors": "50708092fd78ff2eaf86585d37987724",
    "plain.safetensors": "de960db1b2911603b26b3ac5d4088fd6",
    "plain-activations.safetensors": "c80d6d98bb50f7636c70af13d7ca0b5b",
    "biased.safetensors": "7aa5d85e7cf2f79da8c0bb614235e73c",
    "biased-activations.safetensors": "84cd76819c128ced028da427b0620630",
}

PROBES = {
    "1.2": "c343551d112c83de69fd3bd1acf5e2bc",
    "2.1": "266f53931e9f74c11cef0c00c0b9b8a7",
    "4.2a": "6dfa383cb0ec743afe3b0d389cbf946e",
    "4.2b": "7014297b5383f640d6b87c7906715acc",
    "4.3": "d7a3c8e8d972fd3443d02bf22f657030",
    "5.2": "88371a30442c141784a0484c29143fc9",
    "C.1": "e455e8046667372a4554a502afb480b3",
    "C.2": "b2767a2fcfd170074f8b9c81ca3dee33",
    "C.3": "c0937d1984f8196e52266acd1bcaa7b2",
    "C.4": "a82dfa85370792703005b87dcd85af27",
    "C.5": "e1584f90a9d66c530b40d24e2825651d",
}
BIAS_SHIFT = "a3fb7e443ee41b716a8745c4b526a65b"
LADDER = "76be64ad2908ae263f1d30a6de2e9b48"


def test_the_default_exam_has_one_digest_everywhere() -> None:
    exam = open_exam()
    manifest = hashlib.sha256((exam.directory / FILE).read_bytes()).hexdigest()
    found = {FILE: manifest, **exam.manifest.checksums}
    assert {name: digest[:DIGITS] for name, digest in found.items()} == EXAM


def content(value: Any) -> Iterator[bytes]:
    """Yield all that a value is made of, to the last bit."""
    if isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, NetPlan):
        names = [*NetPlan.__dataclass_fields__][: None if value.from_float else -1]
        yield from (part for name in names for part in content(getattr(value, name)))
    elif isinstance(value, msgspec.Struct):
        yield msgspec.json.encode(value)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from content(astuple(value))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield key.encode()
            yield from content(one)
    elif isinstance(value, list | tuple):
        yield f"{len(value)}".encode()
        for one in value:
            yield from content(one)
    else:
        yield (value.hex() if isinstance(value, float) else repr(value)).encode()


class Digested(Functions):
    """Right functions that make a digest of what they are given."""

    def __init__(self) -> None:
        super().__init__(RIGHT, Forward(observed=False))
        self.digest = hashlib.sha256()

    def note(self, *given: Any) -> None:
        for part in content(given):
            self.digest.update(part)

    def call(self, name: str, *arguments: Any, again: bool = False) -> Any:
        self.note(name, arguments)
        return super().call(name, *arguments, again=again)

    def build(self, plan: NetPlan) -> Any:
        self.note(plan)
        return super().build(plan)

    def forward(self, built: Any, images: Any, batch: int, *options: bool, **named: bool) -> Any:
        self.note(images, batch)
        return super().forward(built, images, batch, *options, **named)


def digest_of(collect: Callable[[Context], Any]) -> str:
    """A digest of all that right functions are given; those of Question C are not there."""
    exam, session = small_exam(), Digested()
    tolerances = Tolerances(load_rubric().thresholds)
    context = Context(exam, session, tolerances, exam.seed, ADDED, handed_on={"4.3": BATCH})
    context.challenges = frozenset((*CHALLENGES, *ALSO_ASKED))
    with np.errstate(all="ignore"):
        collect(context)
    return session.digest.hexdigest()[:DIGITS]


@pytest.mark.parametrize("number", PROBES)
def test_what_a_question_asks_with_has_one_digest_everywhere(number: str) -> None:
    (question,) = (one for one in QUESTIONS if one.number == number)
    assert digest_of(question.collect) == PROBES[number]


def test_the_bias_that_is_to_show_has_one_digest_everywhere() -> None:
    assert digest_of(accuracy._shift) == BIAS_SHIFT


def test_the_images_that_show_any_factor_have_one_digest_everywhere() -> None:
    exam = small_exam()
    rng = np.random.Generator(np.random.PCG64(exam.seed))
    first = next(probe_nets(rng, exam.nets["plain"].architecture, 4))
    digest = hashlib.sha256(b"".join(content(ladder(first).pixels)))
    assert digest.hexdigest()[:DIGITS] == LADDER
