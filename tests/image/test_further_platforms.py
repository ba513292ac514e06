"""The image on the further platforms, also without root, rights and a disk to write to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.template import REFERENCE
from tests.image.conftest import in_container
from tests.platforms.players import Codabench, Player, PrairieLearn

WITHOUT_ROOT = (
    *("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"),
    *("--user", "65534", "--group-add", "2902"),
)


@pytest.mark.parametrize("without", [(), WITHOUT_ROOT], ids=["root", "without root"])
@pytest.mark.parametrize(
    ("platform", "place"), [(PrairieLearn, "/grade"), (Codabench, "/app")], ids=["pl", "codabench"]
)
def test_the_reference_gets_every_point(
    platform: type[Player],
    place: str,
    without: Sequence[str],
    image: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    player = platform(tmp_path, monkeypatch)
    player.lay_out({"lab1.py": REFERENCE.read_text("utf-8")})
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o777)
    command = ("grader", *player.command, "--deadline", "540")
    options = ("--volume", f"{tmp_path}:{place}", *without)
    told = in_container(image, *command, options=options)
    assert "Isolation: reduced" in told
    assert sum(player.points().values()) == 100
