"""Whatever comes through the pipe of answers, the trusted side raises only what has a name."""

from random import Random

import pytest

from tests.mangled_frames import drawn, flaw


@pytest.mark.parametrize("number", range(0, 600, 60))
def test_mangled_frames_raise_nothing_unforeseen(number: int) -> None:
    for each in range(number, number + 60):
        assert flaw(drawn(Random(each))) is None, each
