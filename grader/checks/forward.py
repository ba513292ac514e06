"""Question 4.3: `NetQuantized.forward`, with the exam's weights and scales.

Nothing here depends on the student's other functions: the integers and scales are given. The
forward pass is judged stage by stage. Where a stage is wrong, later stages are still judged from
their own inputs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from grader.arrays import Doubles, Mask
from grader.checks import illustrations
from grader.checks.context import ASKED_FOR_TYPES, BATCH, BUILT_WITH, Context, Tolerances
from grader.checks.nets import injected
from grader.checks.probe_nets import (
    Stimulus,
    hardly_saturated,
    ladder,
    overflowing,
    probe_nets,
    real_output,
    saturated,
    unsaturated,
    with_factor,
    with_ties,
)
from grader.checks.question import NeededBy, Question, SparedBy
from grader.checks.rounding import scales_that_explain
from grader.checks.stages import ForwardCall, Stage
from grader.oracle import INT8
from grader.pictures import Picture
from grader.sandbox.outside.answer import Built, Died, Failure, Raised, TimedOut
from grader.verdict import CheckFailed, Diagnosis

IMAGES = 64
SAME_FLOATS = 1e-4
"""Of the largest output: by no more may floats differ from batch to batch."""
ROUGH = 4
"""Digits told of a sum of fractions: how the last ones come out depends on the processor."""
BATCHES = {1: 6, 3: 8, 64: IMAGES}
"""Other batch sizes, each with a number of images; the last batch of three holds two."""
NEEDED_BY: NeededBy = {
    "a net with many exact ties": "forward_one_layer_unrounded",
    "a net whose layers pass the image on (": "functional_image_truncated",
    "a net with conv2 alone (": "functional_conv2_without_relu",
    "a net with fc3 alone, saturated": "functional_logits_unrounded",
    "a net of whole numbers, saturated": "functional_rounded_once",
    "another net was built": "forward_scales_on_the_class",
}
SPARED_BY: SparedBy = {"_own_factor": "forward_image_only_rounded"}


@dataclass(frozen=True)
class Evidence:
    """What the student's forward made of whole nets, of probe nets, and in other batches."""

    built: Built | Failure
    unsaturated: list[ForwardCall]
    """Nothing is clamped; first of all the exam's own net and images."""
    saturated: list[ForwardCall]
    """Much is clamped."""
    batches: Mapping[int, ForwardCall]
    """The first images again, by batch size."""
    later: Mapping[str, ForwardCall]
    """The first images once more, in the lab's batches, by what came between."""
    other_mode: ForwardCall
    """The first images, while the net is in the other mode: training, or evaluation."""
    tolerances: Tolerances

    @property
    def baseline(self) -> ForwardCall:
        """The exam's net, its images, and scales under which nothing is clamped."""
        return self.unsaturated[0]

    @property
    def mixed(self) -> bool:
        """Whether an image has another result in a batch of another size."""
        readable = [size for size, call in self.batches.items() if _readable(call)]
        return any(not self._same_in(size) for size in readable)

    @property
    def largest_batch(self) -> int:
        """The largest batch in which images have the result they have in the lab's batches."""
        return max([BATCH, *(size for size in BATCHES if self._same_in(size))])

    def _same_in(self, size: int) -> bool:
        try:
            return bool(_same_results(self.batches[size].outputs, self.baseline.outputs).all())
        except CheckFailed:
            return False


def _readable(call: ForwardCall) -> bool:
    try:
        _ = call.outputs
    except CheckFailed:
        return False
    return True


def collect(context: Context) -> Evidence:
    """Execute whole nets; where their stages stay unseen or come to nothing, probe nets as well."""
    rng = context.rng("forward")
    images = context.exam.pixels[:IMAGES]
    net = unsaturated(context.plain.net, images)
    first = Stimulus("the exam's net", net, images)
    ties = with_ties(rng, net.architecture, IMAGES // 4)
    few = images[: IMAGES // 4]
    strong = Stimulus("the exam's net, saturated", saturated(net), few, saturates=True)
    strong = replace(strong, milder=hardly_saturated(net, few))
    with context.session.group():
        built, call = _build_and_forward(context, first)
        calls = [call, *(_build_and_forward(context, each)[1] for each in (ties, strong))]
        begin = replace(first, pixels=images[: 2 * BATCH])
        later = {"another net was built": _forward(context, built, begin, BATCH)}
        other_mode = _forward(context, built, begin, BATCH, other_mode=True)
        if call.unobserved or _follows_little(call, context.tolerances):
            calls += _probed(context, probe_nets(rng, net.architecture, IMAGES // 4))
            calls.append(_build_and_forward(context, overflowing(ties))[1])
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


def _follows_little(call: ForwardCall, tolerances: Tolerances) -> bool:
    """Whether the output has little to do with the image."""
    try:
        return call.correlation < tolerances.thresholds.follows_net
    except CheckFailed:
        return False


def _probed(context: Context, stimuli: Iterable[Stimulus]) -> Iterator[ForwardCall]:
    """Execute the probe nets; images of the later ones arrive whole even if the input is wrong."""
    factor = 0.0
    for stimulus in stimuli:
        of_input = stimulus.target == "input"
        arriving = with_factor(stimulus, factor) if factor and not of_input else stimulus
        call = _build_and_forward(context, arriving)[1]
        if of_input and not stimulus.saturates:
            factor = _own_factor(context, call)
        yield call


def _own_factor(context: Context, call: ForwardCall) -> float:
    """What the image is multiplied by where it is not the input scale; 0 where that is unknown."""
    try:
        if all(stage.followed.all() for stage in call.stages):
            return 0.0
        stimulus = ladder(call.stimulus)
        outputs = _build_and_forward(context, stimulus)[1].outputs
    except CheckFailed:
        return 0.0
    interval = scales_that_explain(real_output(stimulus) / stimulus.factor, outputs)
    return float(np.mean(interval)) if interval and interval[0] > 0 and interval[1] < 1e6 else 0.0


def _same_results(some: Doubles, baseline: Doubles) -> Mask:
    """Where results are those of the first images: integers exactly, floats but for roundings."""
    first = baseline[: len(some)]
    largest = np.abs(first).max(initial=0.0)
    whole = all(bool((each == np.rint(each)).all()) for each in (some, first))
    same: Mask = np.abs(some - first) <= (0 if whole and largest < 2**24 else SAME_FLOATS * largest)
    return same


def _build_and_forward(context: Context, stimulus: Stimulus) -> tuple[Built | Failure, ForwardCall]:
    """Build a net and give it images; where student code raises, less is clamped.

    A student's own check, such as that few values saturate, is no mistake.
    """
    weight_scales = dict(context.plain.weight_scales)
    built = context.session.build(injected(context, "plain", stimulus.net, weight_scales))
    call = _forward(context, built, stimulus, BATCH)
    if isinstance(call.answer, Raised) and stimulus.milder is not None:
        name = stimulus.name.replace("saturate", "hardly saturate", 1)
        milder = replace(stimulus, name=name, net=stimulus.milder, milder=None)
        again, second = _build_and_forward(context, milder)
        if not isinstance(second.answer, Raised):
            return again, second
    return built, call


def _forward(
    context: Context,
    built: Built | Failure,
    stimulus: Stimulus,
    batch: int,
    other_mode: bool = False,
) -> ForwardCall:
    if not isinstance(built, Built):
        return ForwardCall(stimulus, built)
    observe = not other_mode
    answer = context.session.forward(built, stimulus.pixels, batch, observe, other_mode)
    return ForwardCall(stimulus, answer)


QUESTION = Question(
    "4.3",
    "The quantized forward pass",
    collect,
    names=("NetQuantized.forward",),
    asks=(*ASKED_FOR_TYPES, *BUILT_WITH),
    hands_on=lambda evidence: evidence.largest_batch,
    shows=lambda evidence: illustrations.of_flow(evidence.baseline),
)


@QUESTION.check("forward.form")
def form(evidence: Evidence) -> None:
    """`NetQuantized` maps a batch of images to one row of numbers for each image."""
    _ = evidence.baseline.outputs


@QUESTION.check("forward.follows_net", after="forward.form", core=True)
def follows_net(evidence: Evidence) -> None:
    """The output follows the image: it varies as the trained net's does."""
    correlation = evidence.baseline.correlation
    tolerances = evidence.tolerances
    if _most_stages_right(evidence) or tolerances.within("follows_net", correlation):
        return
    first, constant = _first_wrong(evidence.baseline), _constant(evidence.baseline.outputs)
    seen = f"; the first values that are not right are {_place(first)}" if first else constant
    if first:
        step = "Begin with the first values that are not right: print them beside what you expect."
    elif constant:
        step = "Pass x through the layers at each call, and return what comes of it: keep nothing."
    else:
        step = (
            "Pass x through the layers in the order of `Net.forward`, and scale, round and clamp"
            " after each."
        )
    raise CheckFailed(
        f"over {len(evidence.baseline.stimulus.pixels)} images the outputs and the right ones"
        f" correlate by {correlation:.2f}{seen}",
        f"at least {tolerances.thresholds.follows_net:g} (1 is right)",
        step,
        _diagnosis(evidence, evidence.unsaturated, first) if first else None,
        partial(_drawn, evidence, first) if first else None,
    )


def _drawn(evidence: Evidence, first: Stage) -> Picture:
    """The first wrong stage of the exam's net."""
    every = [*evidence.unsaturated, *evidence.saturated]
    wrong = ~first.rounded.nearest
    return illustrations.of_stage(every, evidence.baseline, first, wrong)


def _constant(outputs: Doubles) -> str:
    """What stays the same whatever the images are, in words; empty if nothing does."""
    if (outputs == outputs[0]).all():
        return "; all images get the same outputs"
    batches = outputs[: len(outputs) // BATCH * BATCH].reshape(-1, BATCH, outputs.shape[1])
    if (batches == batches[0]).all():
        return f"; all batches of {BATCH} images get the same outputs"
    return ""


def _most_stages_right(evidence: Evidence) -> bool:
    """Whether most stages are right alone, although what they make together is not.

    One wrong scale can leave nothing of an image. Only where probe nets were executed.
    """
    alone = [
        bool(stage.followed.all())
        for call in evidence.unsaturated
        if call.stimulus.target
        for stage in call.stages_seen
    ]
    return 2 * sum(alone) > len(alone)


def _first_wrong(call: ForwardCall) -> Stage | None:
    """The first stage that is wrong."""
    return next((each for each in call.stages_seen if not each.rounded.nearest.all()), None)


def _place(stage: Stage) -> str:
    return "those of the input" if stage.name == "input" else f"those after {stage.name}"


@QUESTION.check("forward.input", after="forward.follows_net")
def input_quantized(evidence: Evidence) -> None:
    """The image is multiplied by `input_scale` and made whole before the first layer."""
    _require_each_stage(
        evidence,
        evidence.unsaturated,
        lambda name, _last: name == "input",
        lambda stage: stage.followed & stage.whole,
        "Multiply x by self.input_scale, round it and clamp it, before anything else.",
    )


@QUESTION.check("forward.scale", after="forward.follows_net")
def scale(evidence: Evidence) -> None:
    """Each layer's output is multiplied by that layer's own `output_scale`."""
    _require_each_stage(
        evidence,
        evidence.unsaturated,
        lambda name, last: name not in ("input", last),
        lambda stage: stage.scaled,
        "Multiply by the output_scale of the layer that was just computed, in float32 or wider.",
    )


@QUESTION.check("forward.relu", after="forward.follows_net")
def relu(evidence: Evidence) -> None:
    """Where the float net applies ReLU, negative values become zero."""
    _require_each_stage(
        evidence,
        evidence.unsaturated,
        lambda name, last: name not in ("input", last),
        lambda stage: (stage.rounded.products != 0) | (stage.rounded.claimed == 0) | stage.beyond,
        "Keep the ReLU of every layer that has one in `Net.forward`.",
    )


@QUESTION.check("forward.pool", after="forward.follows_net")
def pool(evidence: Evidence) -> None:
    """After each convolution the largest value of every window is kept."""
    layers = evidence.baseline.stimulus.net.architecture.layers
    pooled = {layer.name for layer in layers if layer.pool}
    _require_each_stage(
        evidence,
        evidence.unsaturated,
        lambda name, _last: name in pooled,
        lambda stage: stage.pooled,
        "Apply self.pool after each convolution, as `Net.forward` does.",
    )


@QUESTION.check("forward.rounding", after="forward.follows_net")
def rounding(evidence: Evidence) -> None:
    """Every step rounds to the nearest integer, a tie to the even one."""
    _require_each_stage(
        evidence,
        evidence.unsaturated,
        lambda _name, _last: True,
        lambda stage: (
            stage.rounded.nearest | stage.rounded.clamped_closer if stage.followed.all() else None
        ),
        "Scale in float32 or wider (half precision has too few digits), then round to the nearest"
        " integer, a tie to the even one.",
    )
    _require_right_together(evidence, evidence.unsaturated)


@QUESTION.check("forward.clamp", after="forward.follows_net")
def clamp(evidence: Evidence) -> None:
    """What lies beyond -128..127 becomes the bound, at the input and after every layer."""
    right = _right_where_unsaturated(evidence)

    def clamped(stage: Stage) -> Mask | None:
        seen = stage.rounded
        inside = (seen.claimed >= INT8[0]) & (seen.claimed <= INT8[1])
        if stage.name in right:
            inside &= seen.scaled
        elif not (seen.scaled | seen.saturated).all() and inside.all():
            return None
        as_asked: Mask = inside & (~seen.saturated | seen.nearest)
        return as_asked

    _require_each_stage(
        evidence,
        evidence.saturated,
        lambda _name, _last: True,
        clamped,
        "Clamp after rounding, every time.",
    )
    _require_right_together(evidence, evidence.saturated)


def _right_where_unsaturated(evidence: Evidence) -> set[str]:
    """The stages that are right but for roundings as long as nothing saturates."""
    stages = [stage for call in evidence.unsaturated for stage in call.stages_seen]
    # Here and there a value lies beyond the range all the same: that tells of the bound.
    wrong = {
        stage.name
        for stage in stages
        if not (stage.followed | stage.rounded.saturated | stage.beyond).all()
    }
    return {stage.name for stage in stages} - wrong


def _require_right_together(evidence: Evidence, calls: list[ForwardCall]) -> None:
    """What each stage does alone, it also does within the net.

    A probe net cannot tell rounding after every layer from rounding once at the end. Where layers
    are not called as modules, the output of a whole net with exact products can. It says nothing
    where a stage alone is already wrong, which loses its own points.
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
        correct = call.stimulus.net.forward(call.stimulus.pixels).astype(np.float64)
        wrong = outputs.clip(-INT8[1], INT8[1]) != correct.clip(-INT8[1], INT8[1])
        if wrong.any():
            raise CheckFailed(
                f"{call.stimulus.name}: each layer is right where the others only pass values on,"
                f" but {int(wrong.sum())} of {wrong.size} outputs of the whole net are not",
                "the outputs of integer arithmetic",
                "Look for a step after which values are not scaled, rounded and clamped at once.",
            )


@QUESTION.check("forward.last_layer", after="forward.follows_net")
def last_layer(evidence: Evidence) -> None:
    """The last layer's output is scaled and made whole like any other."""
    _require_each_stage(
        evidence,
        evidence.unsaturated,
        lambda name, last: name == last,
        lambda stage: stage.followed & stage.whole,
        "Treat the last layer like the others, only without ReLU.",
    )


@QUESTION.check("forward.batches", after="forward.follows_net")
def batches(evidence: Evidence) -> str | None:
    """An image's result depends on it and its net alone: not on its batch, not on other calls."""
    refused = []
    for size, call in evidence.batches.items():
        try:
            changed = _changed(call.outputs, evidence.baseline.outputs)
        except CheckFailed:
            refused.append(str(size))
            continue
        if changed:
            raise CheckFailed(
                f"in batches of {size}, {changed} have another result than in batches of {BATCH}",
                "the same result",
                MIXED,
            )
    for between, call in evidence.later.items():
        changed = _changed(call.outputs, evidence.baseline.outputs)
        if changed:
            raise CheckFailed(
                f"after {between}, {changed} have another result than before",
                "the same result",
                "Keep what belongs to a net in that net: not in its class, not in a global.",
            )
    remarks = [_remark_on_mode(evidence)]
    if refused:
        remarks.append(
            f"Works in batches of {BATCH}, but not of {', '.join(refused)}: no points lost."
        )
    return " ".join(filter(None, remarks)) or None


def _remark_on_mode(evidence: Evidence) -> str:
    """A net counts in the mode in which it was built: the lab never calls eval()."""
    try:
        same = not _changed(evidence.other_mode.outputs, evidence.baseline.outputs)
    except CheckFailed:
        same = False
    if same:
        return ""
    return "After eval() or train() the net has another result than as it was built."


def _changed(outputs: Doubles, baseline: Doubles) -> str:
    """How many images have another result than before, in words; empty if none has."""
    same = _same_results(outputs, baseline)
    return "" if same.all() else f"{int((~same).any(axis=1).sum())} of {len(outputs)} images"


MIXED = "Let no step mix images or draw by chance, and keep nothing from one call to the next."
WIDE = "Add up products, and scale them, in float32 or wider, or in 32 bits: here sums pass 2**16."


def _require_each_stage(
    evidence: Evidence,
    calls: list[ForwardCall],
    concerned: Callable[[str, str], bool],
    holds: Callable[[Stage], Mask | None],
    next_step: str,
) -> None:
    """A property holds for every value of the stages that are concerned.

    `holds` is None for a stage that does not show the property, since it is wrong in another way;
    at least one stage must show it.
    """
    seen_any = False
    for call in calls:
        last = call.stimulus.net.architecture.names[-1]
        for stage in call.stages:
            as_asked = holds(stage) if concerned(stage.name, last) else None
            if as_asked is None:
                continue
            seen_any = True
            if not as_asked.all():
                diagnosis = _diagnosis(evidence, calls, stage)
                if evidence.mixed:
                    next_step = MIXED
                elif call.stimulus.wide:
                    next_step = WIDE
                every = [*evidence.unsaturated, *evidence.saturated]
                draw = partial(illustrations.of_stage, every, call, stage, ~as_asked)
                raise _at_first(call, stage, ~as_asked, next_step, diagnosis, draw)
    if not seen_any:
        raise CheckFailed("no step is right enough to show it", "at least one", next_step)


def _at_first(
    call: ForwardCall,
    stage: Stage,
    wrong: Mask,
    next_step: str,
    diagnosis: Diagnosis | None,
    draw: Callable[[], Picture],
) -> CheckFailed:
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    seen = stage.rounded
    product, claimed = float(seen.products[where]) + 0.0, float(seen.claimed[where]) + 0.0
    place = "the input" if stage.name == "input" else f"after {stage.name}"
    given = stage.case.given
    exact = stage.name == "input" or (
        claimed == np.rint(claimed) and (given == np.rint(given)).all()
    )
    digits = 6 if exact else ROUGH
    return CheckFailed(
        f"{call.stimulus.name}, {place}, image {where[0]}, element {list(where[1:])}:"
        f" {product:.{digits}g} after scaling became {claimed:.{digits}g}"
        f" ({int(wrong.sum())} of {wrong.size} values)",
        f"{np.rint(np.clip(product, *INT8)) + 0.0:g}",
        next_step,
        diagnosis,
        draw,
    )


def _diagnosis(evidence: Evidence, calls: list[ForwardCall], wrong: Stage) -> Diagnosis | None:
    """What explains a wrong stage, in this call or in another that shows more of it.

    Where it is wrong in other calls, the same must explain that: a scale so large that nothing
    but bounds are left, or one of each batch, may look like another mistake in one call. And where
    it is right, the mistake must make no difference.
    """
    same = _wrong_stages(calls, wrong.name)
    if all(stage.only_bounds for stage in same):
        same += _wrong_stages(evidence.saturated, wrong.name)
    # First what explains the stage where nothing is clamped, for there more of it can be seen.
    stages = [*_wrong_stages(evidence.unsaturated, wrong.name), wrong, *same]
    found = [stage.diagnosis for stage in stages if stage.diagnosis]
    judged = [*same, *_right_stages(evidence.unsaturated, wrong.name)]
    return next((one for one in found if all(stage.explained_by(one) for stage in judged)), None)


def _right_stages(calls: list[ForwardCall], name: str) -> list[Stage]:
    """The stage in each call of the exam's net where it is right."""
    return [
        stage
        for call in calls
        if not call.stimulus.target
        for stage in call.stages_seen
        if stage.name == name and stage.rounded.nearest.all()
    ]


def _wrong_stages(calls: list[ForwardCall], name: str) -> list[Stage]:
    """A wrong stage in each call; in probe nets, where others may spoil it, only if need be."""
    found: dict[bool, list[Stage]] = {False: [], True: []}
    for call in calls:
        for stage in call.stages_seen:
            if stage.name == name and not stage.rounded.nearest.all():
                found[bool(call.stimulus.target)].append(stage)
    return found[False] or found[True]
