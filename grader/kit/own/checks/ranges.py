"""Questions 1.2 and 3.2: `value_range(values)` and `three_sigma_range(values)`."""

from grader.checks.ranges import NEXT, QUESTION, Evidence, Probe
from grader.kit.own.checks.public import key
from grader.verdict import CheckFailed


@QUESTION.check("ranges.value")
def value(evidence: Evidence) -> None:
    """`value_range` is the difference between the largest and the smallest value."""
    for probe in evidence.value:
        _require(probe)


@QUESTION.check("ranges.three_sigma")
def three_sigma(evidence: Evidence) -> None:
    """`three_sigma_range` is the difference between mu + 3 sigma and mu - 3 sigma."""
    for probe in evidence.sigma:
        _require(probe)


def _require(probe: Probe) -> None:
    """The claimed range is a right one."""
    claimed = probe.claimed
    if key().is_near(f"{probe.function} of {probe.name}", claimed):
        return
    raise CheckFailed(
        f"{probe.name} ({'x'.join(map(str, probe.values.shape))}), from {probe.values.min():.4g} to"
        f" {probe.values.max():.4g}: {probe.function} is {claimed:.6g}",
        "another number, of which the kit has only a digest",
        NEXT[probe.function],
    )
