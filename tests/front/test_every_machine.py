"""The same exam and submission: the same result on every machine, byte for byte but for times.

Other processors are played by variables that cap which instructions torch, NumPy and their
libraries use of this one, on both sides of the wall. On an old processor both extremes may be one.
"""

import multiprocessing
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from grader.exam import build_exam
from grader.grade import Options, grade_in, terms
from grader.platforms.gradescope.document import encoded
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.validation.corpus import Solution, correct, wrong

LONG = pytest.mark.rest
Variables = Mapping[str, str]
EACH = 20
"""Right submissions, and wrong ones."""
ROUGH = ("forward_never_rounds", "forward_softmax_at_the_end")
"""Wrong ones that answer with sums of fractions, which do differ in their last bits."""

FEATURES = ",".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", ()))
PLAIN = {
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_CBWR": "COMPATIBLE",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": FEATURES,
}
"""What any processor of the last fifteen years can do, and no more."""
CAPS: list[Variables] = [
    {},
    PLAIN,
    *({"ONEDNN_MAX_CPU_ISA": most} for most in ("SSE41", "AVX2", "AVX512_CORE")),
    *({"ATEN_CPU_CAPABILITY": most} for most in ("default", "avx2")),
    *(
        dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        for threads in ("1", "2")
    ),
]


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of few images, so that a grade is quick."""
    folder = tmp_path_factory.mktemp("exams") / "small"
    build_exam("shapes10", folder, seed=290, images=200)
    return folder


@pytest.mark.rest
@pytest.mark.parametrize(
    "caps",
    [
        pytest.param(
            caps, id=" ".join(caps.values()) or "none", marks=() if caps == PLAIN else LONG
        )
        for caps in CAPS
    ],
)
def test_an_exam_is_the_same_on_every_machine(
    caps: Variables, exam: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in caps.items():
        monkeypatch.setenv(name, value)
    build_exam("shapes10", tmp_path / "exam", seed=290, images=200)
    for path in exam.iterdir():
        assert (tmp_path / "exam" / path.name).read_bytes() == path.read_bytes(), path.name


def spread(solutions: list[Solution]) -> list[Solution]:
    """So many of them, from the first to the last."""
    whole = [one for one in solutions if one.path.parent.name == "solutions"]
    return whole[:: len(whole) // EACH][:EACH]


def grade_all(exam: Path, sources: Mapping[str, str], caps: Variables) -> dict[str, bytes]:
    """The results of some submissions, without times, by name."""
    agreed, found = terms(Options(exam=str(exam))), {}
    with Wall(Limits(), instructions=caps) as wall, tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lab1.py")
        for name, source in sources.items():
            path.write_bytes(source.encode("utf-8"))
            result = grade_in(wall, path, agreed, lambda _: None, lambda _: None)
            found[name] = encoded(replace(result, seconds=0.0))
    return found


def start(
    exam: Path, sources: Mapping[str, str], caps: Variables, threads: int
) -> "Future[dict[str, bytes]]":
    """Have a process grade them with these caps on both sides of the wall."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {**caps, "OPENBLAS_NUM_THREADS": str(threads)}.items():
            patched.setenv(name, value)
        started = pool.submit(grade_all, exam, sources, caps)
    pool.shutdown(wait=False)
    return started


@LONG
def test_right_and_wrong_submissions_have_the_same_results_under_the_extremes(
    exam: Path,
) -> None:
    rough = [one for one in wrong() if one.path.stem in ROUGH]
    assert len(rough) == len(ROUGH)
    every = (*spread(correct()), *spread(wrong()), *rough)
    sources = {one.name: one.source for one in every}
    assert len(sources) >= 2 * EACH
    plain = start(exam, sources, PLAIN, threads=1)
    own = start(exam, sources, {}, threads=2)
    assert plain.result() == own.result()


@LONG
@pytest.mark.parametrize("most", ["SSE41", "AVX2"])
@pytest.mark.parametrize(
    "solution", [one for one in correct() if "_engine_" in one.name], ids=lambda one: one.path.stem
)
def test_layers_of_torch_ops_quantized_are_right_with_any_instructions(
    solution: Solution, most: str, exam: Path
) -> None:
    """Without VNNI some of them cut sums at 16 bits; no student can know."""
    (found,) = grade_all(exam, {"one": solution.source}, {"ONEDNN_MAX_CPU_ISA": most}).values()
    result = msgspec.json.decode(found)
    lost = [test["name"] for test in result["tests"] if test["score"] < test["max_score"]]
    assert (lost, result["score"]) == ([], 100)
