"""Question 4.3: `NetQuantized.forward`, with public weights and scales.

The forward pass is judged stage by stage: the integers that a stage gave, beside the products of
those that it was given. Where a stage is wrong, later stages are still judged from their own
inputs.
"""

from dataclasses import replace

from grader.checks.context import BATCH, Context
from grader.checks.forward import (
    BATCHES,
    Evidence,
    _build_and_forward,
    _follows_little,
    _forward,
    _probed,
    _right_where_unsaturated,
)
from grader.checks.stages import ForwardCall
from grader.kit.key import integers_text
from grader.kit.own.checks import public
from grader.oracle import INT8
from grader.sandbox.outside.answer import Died, TimedOut
from grader.verdict import CheckFailed


def collect(context: Context) -> Evidence:
    """Execute whole nets; where their stages stay unseen or come to nothing, probe nets as well."""
    first, *others = public.stimuli(context.exam)
    images = first.pixels
    with context.session.group():
        built, call = _build_and_forward(context, first)
        calls = [call, *(_build_and_forward(context, each)[1] for each in others)]
        begin = replace(first, pixels=images[: 2 * BATCH])
        later = {"another net was built": _forward(context, built, begin, BATCH)}
        other_mode = _forward(context, built, begin, BATCH, other_mode=True)
        if call.unobserved or _follows_little(call, context.tolerances):
            calls += _probed(context, public.probes(context.exam))
            calls.append(_build_and_forward(context, public.overflowing(context.exam))[1])
    with context.session.group():
        batches = {
            size: _forward(context, built, replace(first, pixels=images[:count]), size)
            for size, count in BATCHES.items()
        }
        # A forward that was ended in a batch of another size is not called again: no point is lost.
        if not any(isinstance(each.answer, TimedOut | Died) for each in batches.values()):
            later["batches of other sizes"] = _forward(context, built, begin, BATCH)
    return Evidence(
        built,
        [each for each in calls if not each.stimulus.saturates],
        [each for each in calls if each.stimulus.saturates],
        batches,
        later,
        other_mode,
        context.tolerances,
    )


def _require_right_together(evidence: Evidence, calls: list[ForwardCall]) -> None:
    """What each stage does alone, it also does within the net.

    A probe net cannot tell rounding after every layer from rounding once at the end. Where layers
    are not called as modules, the output of a whole net can, of which the key has a digest. It says
    nothing where a stage alone is already wrong, which loses its own points.
    """
    stages = {"input", *evidence.baseline.stimulus.net.architecture.names}
    if _right_where_unsaturated(evidence) != stages:
        return
    for call in calls:
        if not call.unobserved or not call.stimulus.exact:
            continue
        try:
            outputs = call.outputs
        except CheckFailed:
            continue
        within = outputs.clip(-INT8[1], INT8[1])
        if not public.key().is_same(call.stimulus.name, integers_text(within)):
            raise CheckFailed(
                f"{call.stimulus.name}: each layer is right where the others only pass values on,"
                " but the outputs of the whole net are not",
                "the outputs of integer arithmetic, of which the kit has only a digest",
                "Look for a step after which values are not scaled, rounded and clamped at once.",
            )
