"""Question 4.3: `NetQuantized.forward`, with the exam's weights and scales.

Nothing here depends on the student's other functions: the integers and scales are given. A view is
what one step made of what it was given; where a step is wrong, later steps are still judged from
their own inputs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from grader.checks.bench import BATCH, Bench
from grader.checks.nets import injected
from grader.checks.probe_nets import (
    Stimulus,
    calm,
    ladder,
    overflowing,
    probe_nets,
    real_output,
    saturating,
    with_factor,
    with_ties,
)
from grader.checks.rounding import Doubles, Mask, scales_that_explain
from grader.checks.steps import Trial, View
from grader.checks.tree import Question
from grader.finding import Diagnosis, Finding, failed, passed
from grader.oracle import INT8
from grader.sandbox.outside.answer import Built, Died, Failure, Forwarded, TimedOut

IMAGES = 64
SAME_FLOATS = 1e-4
"""Of the largest output: by no more may floats differ from batch to batch."""
ROUGH = 4
"""Digits told of a sum of fractions: how the last ones come out depends on the processor."""
BATCHES = {1: 6, 3: 8, 64: IMAGES}
"""Other batch sizes, each with a number of images; the last batch of three holds two."""


@dataclass(frozen=True)
class Evidence:
    """What the student's forward made of whole nets, of probe nets, and in other batches."""

    built: Built | Failure
    quiet: list[Trial]
    """Nothing saturates; first of all the exam's own net and images."""
    loud: list[Trial]
    """Much saturates."""
    batches: Mapping[int, Trial]
    """The first images again, by batch size."""
    later: Mapping[str, Trial]
    """The first images once more, in the lab's batches, by what came between."""

    @property
    def calm(self) -> Trial:
        """The exam's net, its images, and scales under which nothing is clamped."""
        return self.quiet[0]


def collect(bench: Bench) -> Evidence:
    """Run whole nets; where their layers stay unseen or come to nothing, probe nets as well."""
    rng = bench.rng("forward")
    images = bench.exam.pixels[:IMAGES]
    net = calm(bench.plain.net, images)
    first = Stimulus("the exam's net", net, images)
    ties = with_ties(rng, net.architecture, IMAGES // 4)
    loud = Stimulus("the exam's net, saturated", saturating(net), images[: IMAGES // 4])
    with bench.session.group():
        built, trial = _run(bench, first)
        quiet = [trial, _run(bench, ties)[1]]
        noisy = [_run(bench, loud)[1]]
        few = replace(first, pixels=images[: 2 * BATCH])
        later = {"another net was built": _forward(bench, built, few, BATCH)}
        correlation = trial.correlation
        lost = isinstance(correlation, float) and correlation < bench.thresholds.follows_net
        if lost or (isinstance(trial.answer, Forwarded) and trial.answer.unobserved):
            for one in _probed(bench, probe_nets(rng, net.architecture, IMAGES // 4)):
                (noisy if one.stimulus.saturates else quiet).append(one)
            noisy.append(_run(bench, overflowing(ties))[1])
    with bench.session.group():
        batches = {
            size: _forward(bench, built, replace(first, pixels=images[:count]), size)
            for size, count in BATCHES.items()
        }
        # A forward that was ended in a batch of another size is not called again: no point is lost.
        if not any(isinstance(one.answer, TimedOut | Died) for one in batches.values()):
            later["batches of other sizes"] = _forward(bench, built, few, BATCH)
    evidence = Evidence(built, quiet, noisy, batches, later)
    bench.batch = max(size for size in (BATCH, *BATCHES) if size == BATCH or _same(evidence, size))
    return evidence


def _probed(bench: Bench, stimuli: Iterable[Stimulus]) -> Iterator[Trial]:
    """Run the probe nets; images of the later ones arrive whole even if the input is wrong."""
    factor = 0.0
    for stimulus in stimuli:
        of_input = stimulus.target == "input"
        arriving = with_factor(stimulus, factor) if factor and not of_input else stimulus
        trial = _run(bench, arriving)[1]
        if of_input and not stimulus.saturates:
            factor = _own_factor(bench, trial)
        yield trial


def _own_factor(bench: Bench, trial: Trial) -> float:
    """What the image is multiplied by where it is not the input scale; 0 where that is unknown."""
    if not isinstance(trial.views, list) or all(v.followed.all() for v in trial.views):
        return 0.0
    stimulus = ladder(trial.stimulus)
    outputs = _run(bench, stimulus)[1].outputs
    if isinstance(outputs, Finding):
        return 0.0
    interval = scales_that_explain(real_output(stimulus) / stimulus.factor, outputs)
    return float(np.mean(interval)) if interval and interval[0] > 0 and interval[1] < 1e6 else 0.0


def _same(evidence: Evidence, size: int) -> bool:
    """Whether images in batches of this size have the result they have in the lab's batches."""
    one, two = evidence.calm.outputs, evidence.batches[size].outputs
    if isinstance(one, Finding) or isinstance(two, Finding):
        return False
    return bool(_alike(one[: len(two)], two).all())


def _alike(one: Doubles, two: Doubles) -> Mask:
    """Where two results are the same: integers exactly, floats but for what a sum may lose."""
    largest = np.abs(two).max(initial=0.0)
    integers = largest < 2**24 and bool((one == np.rint(one)).all() and (two == np.rint(two)).all())
    same: Mask = np.abs(one - two) <= (0 if integers else SAME_FLOATS * largest)
    return same


def _run(bench: Bench, stimulus: Stimulus) -> tuple[Built | Failure, Trial]:
    weight_scales = dict(bench.plain.weight_scales)
    built = bench.session.build(injected(bench, "plain", stimulus.net, weight_scales))
    return built, _forward(bench, built, stimulus, BATCH)


def _forward(bench: Bench, built: Built | Failure, stimulus: Stimulus, batch: int) -> Trial:
    if not isinstance(built, Built):
        return Trial(stimulus, built)
    return Trial(stimulus, bench.session.forward(built, stimulus.pixels, batch, observe=True))


QUESTION = Question("4.3", "The quantized forward pass", collect)


@QUESTION.check("forward.form")
def form(evidence: Evidence, bench: Bench) -> Finding:
    """`NetQuantized` maps a batch of images to one row of numbers for each image."""
    del bench
    outputs = evidence.calm.outputs
    return outputs if isinstance(outputs, Finding) else passed()


@QUESTION.check("forward.follows_net", after="forward.form", core=True)
def follows_net(evidence: Evidence, bench: Bench) -> Finding:
    """The output follows the image: it varies as the trained net's does."""
    correlation = evidence.calm.correlation
    if isinstance(correlation, Finding):
        return correlation
    if _most_steps_right(evidence) or bench.within("follows_net", correlation):
        return passed()
    first = _first_wrong(evidence.calm)
    return failed(
        f"over {len(evidence.calm.stimulus.pixels)} images the outputs and the right ones correlate"
        f" by {correlation:.2f}",
        f"at least {bench.thresholds.follows_net:g} (1 is right)",
        f"The first values that are not right are {_place(first.step)}: begin there."
        if first
        else "Pass x through the layers in the order of `Net.forward`.",
        _diagnosis(evidence, evidence.quiet, first) if first else None,
    )


def _most_steps_right(evidence: Evidence) -> bool:
    """Whether most steps are right alone, although what they make together is not.

    One wrong scale can leave nothing of an image. Only where probe nets were run.
    """
    alone = [
        bool(view.followed.all())
        for trial in evidence.quiet
        if trial.stimulus.target and isinstance(trial.views, list)
        for view in trial.views
    ]
    return 2 * sum(alone) > len(alone)


def _first_wrong(trial: Trial) -> View | None:
    """The first step that is wrong."""
    views = trial.views if isinstance(trial.views, list) else []
    return next((view for view in views if not view.rounded.nearest.all()), None)


def _place(step: str) -> str:
    return "those of the input" if step == "input" else f"those after {step}"


@QUESTION.check("forward.input", after="forward.follows_net")
def input_quantized(evidence: Evidence, bench: Bench) -> Finding:
    """The image is multiplied by `input_scale` and made whole before the first layer."""
    del bench
    return _steps(
        evidence,
        evidence.quiet,
        lambda step, _last: step == "input",
        lambda view: view.followed & view.whole,
        "Scale, round and clamp x first of all.",
    )


@QUESTION.check("forward.scale", after="forward.follows_net")
def scale(evidence: Evidence, bench: Bench) -> Finding:
    """Each layer's output is multiplied by that layer's own `output_scale`."""
    del bench
    return _steps(
        evidence,
        evidence.quiet,
        lambda step, last: step not in ("input", last),
        lambda view: view.scaled,
        "Multiply by the output_scale of the layer that was just computed.",
    )


@QUESTION.check("forward.relu", after="forward.follows_net")
def relu(evidence: Evidence, bench: Bench) -> Finding:
    """Where the float net applies ReLU, negative values become zero."""
    del bench
    return _steps(
        evidence,
        evidence.quiet,
        lambda step, last: step not in ("input", last),
        lambda view: (view.rounded.products != 0) | (view.rounded.claimed == 0),
        "Keep the ReLU of every layer that has one in `Net.forward`.",
    )


@QUESTION.check("forward.pool", after="forward.follows_net")
def pool(evidence: Evidence, bench: Bench) -> Finding:
    """After each convolution the largest value of every window is kept."""
    del bench
    layers = evidence.calm.stimulus.net.architecture.layers
    pooled = {layer.name for layer in layers if layer.pool}
    return _steps(
        evidence,
        evidence.quiet,
        lambda step, _last: step in pooled,
        lambda view: view.pooled,
        "Apply self.pool after each convolution, as `Net.forward` does.",
    )


@QUESTION.check("forward.rounding", after="forward.follows_net")
def rounding(evidence: Evidence, bench: Bench) -> Finding:
    """Every step rounds to the nearest integer, a tie to the even one."""
    del bench
    finding = _steps(
        evidence,
        evidence.quiet,
        lambda _step, _last: True,
        lambda view: (
            view.rounded.nearest | view.rounded.clamped_closer if view.followed.all() else None
        ),
        "Round after scaling, with the rounding rule of the handout.",
    )
    return _together(evidence, evidence.quiet) if finding.passed else finding


@QUESTION.check("forward.clamp", after="forward.follows_net")
def clamp(evidence: Evidence, bench: Bench) -> Finding:
    """What lies beyond -128..127 becomes the bound, at the input and after every layer."""
    del bench

    good = _right_where_quiet(evidence)

    def clamped(view: View) -> Mask | None:
        seen = view.rounded
        inside = (seen.claimed >= INT8[0]) & (seen.claimed <= INT8[1])
        if view.step in good:
            inside &= seen.scaled
        elif not (seen.scaled | seen.saturated).all() and inside.all():
            return None
        right: Mask = inside & (~seen.saturated | seen.nearest)
        return right

    finding = _steps(
        evidence,
        evidence.loud,
        lambda _step, _last: True,
        clamped,
        "Clamp after rounding, every time.",
    )
    return _together(evidence, evidence.loud) if finding.passed else finding


def _right_where_quiet(evidence: Evidence) -> set[str]:
    """The steps that are right but for roundings as long as nothing saturates."""
    views = [v for trial in evidence.quiet if isinstance(trial.views, list) for v in trial.views]
    wrong = {view.step for view in views if not view.followed.all()}
    return {view.step for view in views} - wrong


def _together(evidence: Evidence, trials: list[Trial]) -> Finding:
    """Whether what each layer does alone, it also does within the net.

    A probe net cannot tell rounding after every layer from rounding once at the end. Where layers
    are not called as modules, the output of a whole net with exact products can; it says nothing
    where a step alone is already wrong, which loses its own points.
    """
    steps = {"input", *evidence.calm.stimulus.net.architecture.names}
    if _right_where_quiet(evidence) != steps:
        return passed()
    for trial in trials:
        outputs = trial.outputs
        unseen = isinstance(trial.answer, Forwarded) and trial.answer.unobserved
        if not unseen or not trial.stimulus.exact or isinstance(outputs, Finding):
            continue
        right = trial.stimulus.net.forward(trial.stimulus.pixels).astype(np.float64)
        wrong = outputs.clip(-INT8[1], INT8[1]) != right.clip(-INT8[1], INT8[1])
        if wrong.any():
            return failed(
                f"{trial.stimulus.name}: each layer is right where the others only pass values on,"
                f" but {int(wrong.sum())} of {wrong.size} outputs of the whole net are not",
                "the outputs of integer arithmetic",
                "Look for a step after which values are not scaled, rounded and clamped at once.",
            )
    return passed()


@QUESTION.check("forward.last_layer", after="forward.follows_net")
def last_layer(evidence: Evidence, bench: Bench) -> Finding:
    """The last layer's output is scaled and made whole like any other."""
    del bench
    return _steps(
        evidence,
        evidence.quiet,
        lambda step, last: step == last,
        lambda view: view.followed & view.whole,
        "Treat the last layer like the others, only without ReLU.",
    )


@QUESTION.check("forward.batches", after="forward.follows_net")
def batches(evidence: Evidence, bench: Bench) -> Finding:
    """An image's result depends on it and its net alone: not on its batch, not on other calls."""
    del bench
    expected = evidence.calm.outputs
    if isinstance(expected, Finding):
        return expected
    refused = []
    for size, trial in evidence.batches.items():
        outputs = trial.outputs
        if isinstance(outputs, Finding):
            refused.append(str(size))
        elif not (same := _alike(outputs, expected[: len(outputs)])).all():
            rows = int((~same).any(axis=1).sum())
            return failed(
                f"in batches of {size}, {rows} of {len(outputs)} images have another result"
                f" than in batches of {BATCH}",
                "the same result",
                "Let no step mix images, and keep nothing from one call to the next.",
            )
    for between, trial in evidence.later.items():
        outputs = trial.outputs
        if isinstance(outputs, Finding):
            return outputs
        if not (same := _alike(outputs, expected[: len(outputs)])).all():
            rows = int((~same).any(axis=1).sum())
            return failed(
                f"after {between}, {rows} of {len(outputs)} images have another result than before",
                "the same result",
                "Keep what belongs to a net in that net: not in its class, not in a global.",
            )
    if refused:
        return passed(
            f"Works in batches of {BATCH}, but not of {', '.join(refused)}: no points lost."
        )
    return passed()


def _steps(
    evidence: Evidence,
    trials: list[Trial],
    concerned: Callable[[str, str], bool],
    right: Callable[[View], Mask | None],
    next_step: str,
) -> Finding:
    """Where a property of single values first fails, over these steps of these trials.

    `right` is None for a step that does not show the property, since it is wrong in another way;
    at least one step must show it.
    """
    seen_any = False
    for trial in trials:
        views = trial.views
        if isinstance(views, Finding):
            return views
        last = trial.stimulus.net.architecture.names[-1]
        for view in views:
            if not concerned(view.step, last):
                continue
            as_asked = right(view)
            if as_asked is None:
                continue
            seen_any = True
            if not as_asked.all():
                finding = _at_first(trial, view, ~as_asked, next_step)
                return replace(finding, diagnosis=_diagnosis(evidence, trials, view))
    if not seen_any:
        return failed("no step is right enough to show it", "at least one", next_step)
    return passed()


def _at_first(trial: Trial, view: View, wrong: Mask, next_step: str) -> Finding:
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    seen = view.rounded
    product, claimed = float(seen.products[where]), float(seen.claimed[where])
    step = "the input" if view.step == "input" else f"after {view.step}"
    given = view.case.given
    exact = view.step == "input" or (
        claimed == np.rint(claimed) and (given == np.rint(given)).all()
    )
    digits = 6 if exact else ROUGH
    return failed(
        f"{trial.stimulus.name}, {step}, image {where[0]}, element {list(where[1:])}:"
        f" {product:.{digits}g} after scaling became {claimed:.{digits}g}"
        f" ({int(wrong.sum())} of {wrong.size} values)",
        f"{np.rint(np.clip(product, *INT8)) + 0.0:g}",
        next_step,
    )


def _diagnosis(evidence: Evidence, trials: list[Trial], wrong: View) -> Diagnosis | None:
    """What explains a wrong step, in this trial or in another that shows more of it.

    Where it is wrong in other trials, the same must explain that: a scale so large that nothing
    but bounds are left, or one of each batch, may look like another mistake in one trial.
    """
    same = _wrong_views(trials, wrong.step)
    if all(view.only_bounds for view in same):
        same += _wrong_views(evidence.loud, wrong.step)
    found = [view.diagnosis for view in (wrong, *same) if view.diagnosis]
    return next((one for one in found if all(view.explained_by(one) for view in same)), None)


def _wrong_views(trials: list[Trial], step: str) -> list[View]:
    """A wrong step in each trial; in probe nets, where others may spoil it, only if need be."""
    found: dict[bool, list[View]] = {False: [], True: []}
    for trial in trials:
        for view in trial.views if isinstance(trial.views, list) else []:
            if view.step == step and not view.rounded.nearest.all():
                found[bool(trial.stimulus.target)].append(view)
    return found[False] or found[True]
