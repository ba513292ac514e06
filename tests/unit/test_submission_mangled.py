"""Damaged and hostile notebooks, sources and archives: a program or one line, nothing else.

`python -m tests.benchmarks.fuzz` reads thousands of them.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from grader.errors import UnreadableSubmissionError
from tests.fixed_slice import some
from tests.mangled import KINDS, drawn, flaw, read_or_refused

CASES = 150
SHORT = ("lab.ipynb", "lab.zip")
"""What `make test` mangles: a notebook, alone and packed."""


@pytest.mark.parametrize("name", some(SHORT, KINDS))
@settings(
    max_examples=CASES // len(KINDS),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**63))
def test_anything_is_read_or_refused_in_one_line(tmp_path, name, seed):
    data = drawn(Random(seed), name)
    note(repr(data[:100_000]))
    path = tmp_path / name
    path.write_bytes(data)
    _, lines = read_or_refused(path)
    for line in lines:
        assert flaw(line) is None, line[:1000]


@pytest.mark.parametrize("name", some(SHORT, KINDS))
@settings(
    max_examples=CASES // len(KINDS),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**63))
def test_anything_is_compared_or_refused_in_one_line(tmp_path, reader, name, seed):
    data = drawn(Random(seed), name)
    note(repr(data[:100_000]))
    path = tmp_path / name
    path.write_bytes(data)
    try:
        lines = [part.name for part in reader.fingerprints(path).parts]
    except UnreadableSubmissionError as error:
        lines = [str(error)]
    for line in lines:
        assert flaw(line) is None, line[:1000]
