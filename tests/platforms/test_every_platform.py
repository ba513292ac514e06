"""The same submission gets the same points on every platform, and each gets what it can read."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader import grade
from grader.errors import WallError
from grader.grade import Options, Terms, checks
from grader.platforms import deadline
from grader.rubric import Rubric
from grader.sandbox.outside.wall import Wall
from grader.template import REFERENCE, TEMPLATE
from grader.validation.composition import planted
from tests.front.uploads import PLAIN, notebook
from tests.platforms.players import FURTHER, Files, Gradescope, Player, Points, PrairieLearn

SOLVED = REFERENCE.read_text("utf-8")
TRUNCATES = """
print("<i>&amp;</i>")
scale = 127 / float(weights.abs().max())
return (weights * scale).int().float(), scale
"""


def printing(body: str) -> str:
    return f"print('x' * 10_000_000)\n{body}"


UPLOADS: dict[str, Files] = {
    "mistaken": {"lab1.py": planted(SOLVED, {"quantized_weights": TRUNCATES})},
    "template": {"lab1.py": (TEMPLATE / "lab1.py").read_text("utf-8")},
    "unreadable": {"lab1.py": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"},
    "reference": {"lab1.py": SOLVED},
    "notebook": {"lab1.ipynb": notebook(PLAIN)},
    "printing": {"lab1.py": planted(SOLVED, {"value_range": printing})},
}
QUICK = frozenset({"1.2", "2.1", "4.1a", "5.1"})
"""Questions that take a fraction of a second."""
WHOLE = ("reference", "notebook")
"""With these all questions are asked, which takes longer."""

Play = Callable[[type[Player], Files], Player]
_gradescopes: dict[str, Points] = {}


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Have a platform lay an upload out."""

    def lay_out(platform: type[Player], files: Files) -> Player:
        player = platform(tmp_path / platform.name, monkeypatch)
        player.lay_out(files)
        return player

    return lay_out


@pytest.fixture
def quick(play: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """The same, and only some questions are asked."""
    all_questions = grade.terms

    def some(options: Options) -> Terms:
        return replace(all_questions(options), questions=QUICK)

    monkeypatch.setattr(grade, "terms", some)
    return play


def on_gradescope(play: Play, upload: str) -> Points:
    if upload not in _gradescopes:
        player = play(Gradescope, UPLOADS[upload])
        assert player.start() == 0
        _gradescopes[upload] = player.points()
    return _gradescopes[upload]


def same_points(play: Play, platform: type[Player], upload: str) -> Points:
    expected = on_gradescope(play, upload)
    player = play(platform, UPLOADS[upload])
    assert player.start("--deadline", "3000") == 0
    assert player.points() == expected
    assert not player.ended()
    return expected


each = pytest.mark.parametrize("platform", FURTHER, ids=lambda platform: platform.name)
behind_one_wall = pytest.mark.usefixtures("wall_stands")


@behind_one_wall
@each
@pytest.mark.parametrize(
    ("upload", "total"),
    [("mistaken", None), ("template", 0), ("unreadable", 0), ("printing", 30)],
)
def test_the_points_are_those_of_gradescope(
    platform: type[Player], upload: str, total: float | None, quick: Play
) -> None:
    points = same_points(quick, platform, upload)
    if total is not None:
        assert sum(points.values()) == total
    else:
        assert 0 < points["2.1"] < 18


@behind_one_wall
@pytest.mark.rest
@each
@pytest.mark.parametrize("upload", WHOLE)
def test_all_questions_have_the_points_of_gradescope(
    platform: type[Player], upload: str, play: Play
) -> None:
    points = same_points(play, platform, upload)
    assert sum(points.values()) >= 84  # a notebook may have been written before names were added


@behind_one_wall
@each
def test_at_the_deadline_what_was_judged_counts(
    platform: type[Player], quick: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the file is valid at each step."""
    player = quick(platform, UPLOADS["mistaken"])
    told, seen = deadline._tell, []

    def tell(step: str) -> None:
        told(step)
        if step[0].isdigit():
            seen.append(player.points())
            assert player.ended()
        if step.startswith("5.1"):
            signal.raise_signal(signal.SIGALRM)

    monkeypatch.setattr(deadline, "_tell", tell)
    assert player.start("--deadline", "3000") == 0
    assert (seen[0], seen[-1]) == ({}, player.points())
    assert {*player.points()} == {"1.2", "2.1", "4.1a"}
    assert player.ended()


@pytest.mark.rest
def test_a_submission_that_hangs_is_ended_on_each_platform_alike(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deadline is brought forward to where it never ends; the wall is cut short, too."""
    endless = planted(SOLVED, {"NetQuantized.forward": "while True: pass"})
    told = deadline._tell

    def tell(step: str) -> None:
        told(step)
        if step.startswith("4.3"):
            left, _ = signal.setitimer(signal.ITIMER_REAL, 0.5)
            assert 0 < left <= 3000

    monkeypatch.setattr(deadline, "_tell", tell)
    found = {}
    for platform in (Gradescope, *FURTHER):
        player = play(platform, {"lab1.py": endless})
        assert player.start("--deadline", "3000", "--call-seconds", "200") == 0
        assert player.ended()
        found[platform.name] = player.points()
    expected = found["gradescope"]
    assert {*expected} == {"1.2", "2.1", "2.2", "4.1a", "4.1b", "4.2a", "4.2b"}
    assert found == dict.fromkeys(found, expected)


@behind_one_wall
@each
def test_nothing_stands_where_the_grader_cannot_work(
    platform: type[Player], quick: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even what was judged before it turned out."""
    player = quick(platform, UPLOADS["template"])
    assert player.start("--exam", str(player.root / "nowhere")) == 2
    assert not player.left()
    left: list[bool] = []

    def broken(_: Wall) -> None:
        left.append(player.left())
        raise WallError("the canary fails")

    monkeypatch.setattr(Wall, "require_canary", broken)
    assert player.start() == 3
    assert left == [True]
    assert not player.left()


@behind_one_wall
@each
def test_a_check_that_is_held_back_has_points_and_no_words(
    platform: type[Player], quick: Play, rubric: Rubric
) -> None:
    held = [name for name, rule in rubric.checks.items() if rule.visibility != "visible"]
    words = [about[2] for name, about in checks().items() if name in held]
    assert words
    player = quick(platform, UPLOADS["mistaken"])
    assert player.start("--deadline", "3000") == 0
    told = player.words()
    assert [sentence for sentence in words if sentence in told] == []


@behind_one_wall
def test_the_printed_text_is_text(quick: Play) -> None:
    """What a student prints, PrairieLearn shows; it comes as text."""
    player = quick(PrairieLearn, UPLOADS["mistaken"])
    assert player.start("--deadline", "3000") == 0
    assert "<i>&amp;</i>" in player.document()["output"]
