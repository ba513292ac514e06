"""Every layer carries weight, and a grade is official only where enough of them hold."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli import run
from grader.errors import WallError
from grader.sandbox.outside import verify
from grader.sandbox.outside.isolation import (
    LAYERS,
    ONE_BY_ONE,
    ONE_OF,
    Act,
    Isolation,
    judge,
    listener,
)
from grader.sandbox.outside.limits import Limits
from grader.sandbox.outside.wall import Wall
from grader.submission.program import Program
from grader.template import REFERENCE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall needs Linux")
ROOT = os.getuid() == 0
HERE = Path(__file__).resolve()
Tried = Callable[[str, list[str]], list[Act]]


@pytest.fixture(scope="module")
def open_wall() -> Iterator[Wall]:
    """A wall whose workers stay in the machine's namespaces."""
    with Wall(without=["namespaces"]) as wall:
        yield wall


def tried(wall: Wall, layer: str, without: list[str]) -> list[Act]:
    zygote = wall._up()
    with listener() as port:
        return verify._attempts(zygote, zygote.target(port, []), [layer], without)[1]


@pytest.mark.parametrize("layer", ONE_BY_ONE)
def test_what_a_layer_stops_succeeds_without_it(wall: Wall, open_wall: Wall, layer: str) -> None:
    off = open_wall if layer == "namespaces" else wall
    found = tried(off, layer, list(verify.OPTIONAL_LAYERS))
    assert found
    for act in found:
        hardly = act.act in {
            "set up an io_uring",  # a kernel may be built without it
            "become root",  # a worker that is root becomes it, one that is not does not
            *((a.act for a in found) if layer == "user" and not ROOT else ()),
        }
        assert not act.held or hardly, act


@pytest.mark.parametrize("layer", ONE_BY_ONE)
def test_a_layer_alone_stops_what_it_is_there_for(wall: Wall, layer: str, tmp_path: Path) -> None:
    isolation = wall.verify([HERE], tmp_path)
    if not isolation.layers[layer].on:
        pytest.skip(isolation.layers[layer].why)
    found = tried(wall, layer, [other for other in verify.OPTIONAL_LAYERS if other != layer])
    assert found
    assert all(act.held for act in found)


def test_as_root_on_this_machine_every_layer_is_proven(tmp_path: Path) -> None:
    with Wall() as wall:
        isolation = wall.verify([HERE, HERE.parent], tmp_path)
        wall.require_canary()
    assert {name for name, layer in isolation.layers.items() if not layer.on} <= (
        {"user", "namespaces"} if not ROOT else {"namespaces"}
    )
    assert isolation.word in ("full", "reduced")
    assert len(isolation.secrets) == 2
    assert list(tmp_path.iterdir())  # that honest code passes is remembered


@pytest.mark.parametrize("layer", ["seccomp", pytest.param("limits", marks=pytest.mark.rest)])
def test_without_a_mandatory_layer_there_is_no_official_grade(
    layer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    weaker = lambda limits=None, without=(): Wall(limits, without=[layer])  # noqa: E731
    monkeypatch.setattr("grader.grade.Wall", weaker)
    path, output = tmp_path / "lab1.py", tmp_path / "results.json"
    path.write_text("def value_range(values):\n    return float(values.max() - values.min())\n")
    arguments = ["grade", str(path), "--output", str(output)]
    assert run(arguments) == 3
    assert not output.exists()
    error = " ".join(capsys.readouterr().err.split())
    assert f"{LAYERS[layer]} is missing (left out)" in error
    assert "Docker image" in error or layer == "limits"
    assert run([*arguments, "--unofficial", "--quiet"]) == (0 if layer == "seccomp" else 3)
    if layer == "seccomp":
        text = output.read_text()
        assert '"word": "unprotected"' in text
        assert '"official": false' in text
        assert "Unofficial: 2 of 100 points." in text


def test_without_any_layer_round_the_files_there_is_no_official_grade(tmp_path: Path) -> None:
    with Wall(without=["user", "landlock", "namespaces"]) as wall:
        isolation = wall.verify([HERE], tmp_path)
        with pytest.raises(WallError, match="one of L3 user, L5 files, L6 namespaces is needed"):
            isolation.require_official()
        isolation.require_basic()


def test_a_file_of_the_grader_s_that_can_be_read_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "exam"
    secret.mkdir()
    (secret / "labels").touch()
    for folder in (secret, *secret.parents):
        if folder != Path("/") and folder.owner() != "root":
            pytest.skip("only root's folders can be opened up here")
    with Wall(without=["user", "landlock"]) as wall:
        isolation = wall.verify([secret], tmp_path)
    assert isolation.word == "unprotected"
    assert f"student code could read {secret}" in isolation.problem or not ROOT


@pytest.mark.rest
def test_a_wall_that_stops_honest_code_grades_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow = Limits(file_bytes=100)
    monkeypatch.setattr("grader.grade.Wall", lambda _limits: Wall(narrow))
    monkeypatch.setenv("GRADER_CACHE", os.environ.get("GRADER_CACHE", ""))
    monkeypatch.setattr("grader.grade.cache_folder", lambda: tmp_path / "cache")
    output = tmp_path / "results.json"
    assert run(["grade", str(REFERENCE), "--output", str(output)]) == 3
    assert not output.exists()
    assert "the wall stops honest code" in capsys.readouterr().err


DRAWING = Program((), packages=("matplotlib.pyplot",))


def recorded(cache: Path, *programs: Program, limits: Limits | None = None) -> set[str]:
    """What is remembered once honest code has passed for these programs, in one wall."""
    with Wall(limits) as wall:
        wall.verify([HERE], cache)
        for program in programs:
            wall.admit(program)
            wall.require_canary()
    return {path.name for path in cache.iterdir()}


@pytest.mark.rest
def test_honest_code_that_has_passed_a_wall_is_not_run_at_the_next_alike(tmp_path: Path) -> None:
    first = recorded(tmp_path, Program(()))
    assert len(first) == 1
    assert recorded(tmp_path, Program(())) == first
    assert len(recorded(tmp_path, Program(()), limits=replace(Limits(), file_bytes=50 << 20))) == 2


@pytest.mark.rest
def test_a_figure_is_drawn_once_where_a_submission_may_draw_one(wall: Wall, tmp_path: Path) -> None:
    def passed(name: str, *programs: Program, whole: bool = False) -> set[str]:
        """As `recorded`, behind the wall of all tests."""
        assert wall.isolation is not None
        canary = verify.Canary(wall._up(), tmp_path / name, wall.isolation)
        for program in programs:
            canary.start_for(program.packages, whole)
            canary.require()
        return {path.name for path in (tmp_path / name).iterdir()}

    without, with_one = passed("a", Program(())), recorded(tmp_path / "b", DRAWING)
    assert (len(without), len(with_one)) == (1, 2)
    assert without < with_one
    assert passed("c", Program(()), DRAWING, DRAWING) == with_one
    assert passed("a", Program(()), DRAWING) == with_one  # the other part is known
    assert passed("d", Program(()), whole=True) == with_one


@pytest.mark.rest
def test_a_wall_that_stops_figures_alone_stops_those_who_draw(tmp_path: Path) -> None:
    """A second submission behind a wall that let the first pass is tried by itself."""
    narrow = Limits(file_bytes=6000)  # weights of a small layer take less, a figure more
    with Wall(narrow) as wall:
        wall.verify([HERE], tmp_path)
        wall.admit(Program(()))
        wall.require_canary()
        for _ in range(2):  # what failed is not taken for passed afterwards
            wall.admit(DRAWING)
            with pytest.raises(WallError, match="the wall stops honest code"):
                wall.require_canary()
        wall.admit(Program(()))
        wall.require_canary()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.rest
def test_a_submission_that_draws_is_not_graded_where_no_figure_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("grader.grade.Wall", lambda _limits: Wall(Limits(file_bytes=6000)))
    monkeypatch.setattr("grader.grade.cache_folder", lambda: tmp_path / "cache")
    path, output = tmp_path / "lab1.py", tmp_path / "results.json"
    plain = "def value_range(values):\n    return float(values.max() - values.min())\n"
    path.write_text(plain)
    assert run(["grade", str(path), "--output", str(output), "--quiet"]) == 0
    path.write_text(f"import matplotlib.pyplot as plt\n{plain}    plt.figure()\n")
    assert run(["grade", str(path), "--output", str(output)]) == 3
    assert not output.exists()
    assert "the wall stops honest code" in capsys.readouterr().err


def holding(*missing: str) -> Isolation:
    reported = {name: (name not in missing, "so it is") for name in LAYERS}
    return judge(reported, {}, [], ended=True)


@pytest.mark.parametrize(
    ("missing", "word"),
    [
        ((), "full"),
        (("namespaces",), "reduced"),
        (("user",), "reduced"),
        (("landlock", "namespaces"), "reduced"),
        (ONE_OF, "unprotected"),
        (("seccomp",), "unprotected"),
        (("limits",), "unprotected"),
        (("clean",), "unprotected"),
    ],
)
def test_the_word_follows_from_the_layers(missing: tuple[str, ...], word: str) -> None:
    assert holding(*missing).word == word


def test_a_layer_that_was_switched_on_and_does_not_hold_is_off() -> None:
    reported = dict.fromkeys(LAYERS, (True, "on"))
    leak = Act("landlock", "read /etc/passwd", False, "")
    found = judge(reported, {"landlock": [leak]}, [], ended=True)
    assert found.layers["landlock"].why == "it does not hold: a worker could read /etc/passwd"
    assert judge(reported, {}, [], ended=False).missing == ("limits",)


def test_the_command_shows_the_layers_and_what_is_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox"]) == 0
    shown = capsys.readouterr().out
    for layer in LAYERS.values():
        assert layer in shown
    for nothing in ("readable (0)", "writable (0)", "reachable (0)"):
        assert f"{nothing}: nothing" in shown
    assert shown.strip().splitlines()[-1] in ("full", "reduced")
