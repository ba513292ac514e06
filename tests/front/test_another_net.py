"""A course with another net: its own folder of nets, and everything else as before."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli import run
from grader.exam import Exam, open_exam
from grader.grade import Terms
from grader.template import REFERENCE
from grader.validation.composition import planted
from grader.validation.validate import fitted, grade_cases
from tests.conftest import Judge, lost

WIDE = REFERENCE.parent / "nets" / "wide"


def build(nets: Path, output: Path) -> int:
    arguments = ["--dataset", "shapes10", "--nets", str(nets), "--images", "300", "--seed", "7"]
    return run(["exam", "build", *arguments, "--output", str(output)])


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("exams") / "wide"
    assert build(WIDE, folder) == 0
    return open_exam(str(folder))


@pytest.fixture(scope="module")
def terms(terms: Terms, wide: Exam) -> Terms:
    return replace(terms, exam=wide, seed=wide.seed, known={})


def test_the_exam_has_the_layers_of_its_nets(wide: Exam) -> None:
    layers = wide.nets["plain"].architecture.layers
    assert [layer.weight for layer in layers[:3]] == [(12, 3, 5, 5), (32, 12, 3, 3), (120, 1152)]


def test_the_reference_gets_every_point(judge: Judge, reference: str) -> None:
    assert judge(reference).score == 100


def test_a_mistake_loses_its_own_question(judge: Judge, reference: str) -> None:
    scale = "return 127 / np.max(np.abs(activations)) / (n_w * n_initial_input)"
    wrong = planted(reference, {"NetQuantized.quantize_activations": scale})
    assert lost(judge(wrong)) == {"4.2b"}


def test_a_submission_is_fitted_to_the_net(wide: Exam, exam: Exam) -> None:
    source = "x = x.view(-1, 16 * 5 * 5)"
    assert fitted(source, wide) == "x = x.view(-1, 1152)"
    assert fitted(source, exam) == source


@pytest.mark.rest
def test_a_validation_leaves_out_what_brings_the_lab_s_own_net(wide: Exam, exam: Exam) -> None:
    def left_out(folder: Path) -> set[str]:
        going = grade_cases(str(folder), None, None, 1, corpora=True)
        going.rows.close()  # none of them was begun
        return set(going.left_out)

    assert {"correct/functional_by_torch_int_mm", "wrong/other_course_wider_net"} <= left_out(
        wide.directory
    )
    assert left_out(exam.directory) == set()


@pytest.mark.usefixtures("built_here")
def test_nets_that_are_not_there_are_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "nets").mkdir()
    assert build(tmp_path / "nets", tmp_path / "exam") == 2
    assert "nets.py is not here" in capsys.readouterr().err
    shutil.copy(WIDE / "nets.py", tmp_path / "nets")
    assert build(tmp_path / "nets", tmp_path / "exam") == 2
    assert "shapes10.safetensors is not there" in capsys.readouterr().err


@pytest.mark.usefixtures("built_here")
def test_weights_of_another_net_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for path in WIDE.glob("*.safetensors"):
        shutil.copy(path, tmp_path)
    (tmp_path / "nets.py").write_text((WIDE / "nets.py").read_text().replace("12, 32", "12, 30"))
    assert build(tmp_path, tmp_path / "exam") == 2
    assert "is of another net" in capsys.readouterr().err
    assert not (tmp_path / "exam").exists()
