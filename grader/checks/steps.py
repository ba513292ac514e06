"""The steps of a forward pass, each seen beside what it should have made of its input."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from grader.architecture import Layer
from grader.checks import claims
from grader.checks.probe_nets import (
    Doubles,
    Stimulus,
    behind_target,
    into_target,
    layer_products,
    real_output,
)
from grader.checks.rounding import Mask, Rounded, rounded
from grader.finding import Diagnosis, Finding
from grader.misconceptions import StageOutput, explain, explains
from grader.oracle import INT8, QuantizedNet
from grader.sandbox.outside.answer import Failure, Forwarded
from grader.sandbox.wire import Claim

UNORDERED = 2
"""By so much, and no more, may a rounding put a larger value below a smaller one."""


@dataclass(frozen=True)
class View:
    """One step of the net, `input` or a layer, beside what it should have done."""

    step: str
    rounded: Rounded
    case: StageOutput
    """Everything that could explain it."""
    smallest: Callable[[], Doubles]
    """The products if each window were reduced to its smallest value, not to its largest."""
    behind: Callable[[Doubles], Doubles] = np.asarray
    """What is seen of the step's output, where only a probe net's output is."""

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The misconception that explains it, if any does."""
        return explain("4.3", self.case, self.rounded.claimed, self.behind)

    @property
    def only_bounds(self) -> bool:
        """Whether nothing but bounds and zeros came: any scale that is large enough does that."""
        return bool(np.isin(self.rounded.claimed, (*INT8, 0)).all())

    def explained_by(self, diagnosis: Diagnosis) -> bool:
        """Whether this misconception, found in another view, explains this one as well."""
        return explains(diagnosis, self.case, self.rounded.claimed, self.behind)

    @cached_property
    def whole(self) -> Mask:
        """Where the claim is a whole number."""
        whole: Mask = self.rounded.claimed == np.rint(self.rounded.claimed)
        return whole

    @cached_property
    def followed(self) -> Mask:
        """Where the claim is the product in some rounding, or a bound: which, is for `clamp`."""
        return self.rounded.scaled | self.rounded.clamped_closer

    @cached_property
    def pooled(self) -> Mask:
        """Where the claim is what pooling leaves, whatever became of each value afterwards.

        Then a larger value has no smaller claim, in any one image.
        """
        seen = self.rounded
        products, claimed = (each.reshape(len(each), -1) for each in (seen.products, seen.claimed))
        order = np.argsort(products, axis=1, kind="stable")
        ranked = np.take_along_axis(np.where(products < 1, claimed.min(), claimed), order, axis=1)
        below = np.maximum.accumulate(ranked, axis=1) - ranked
        wrong = np.zeros(products.shape, dtype=np.bool_)
        np.put_along_axis(wrong, order, below > UNORDERED, axis=1)
        return ~wrong.reshape(seen.products.shape) | seen.scaled

    @cached_property
    def scaled(self) -> Mask:
        """Where the claim is the product, or another value of a window that was pooled wrongly."""
        seen = self.rounded
        right: Mask = self.followed | (seen.products == 0)
        if right.all() or self.pooled.all():
            return right
        low, high = np.sort([self.smallest(), seen.products], axis=0)
        right |= (seen.claimed > low - 1) & (seen.claimed < high + 1)
        return right


@dataclass(frozen=True)
class Trial:
    """One net, its images, and what the student's forward made of them."""

    stimulus: Stimulus
    answer: Forwarded | Failure

    @cached_property
    def outputs(self) -> Doubles | Finding:
        """The claimed int8 logits, (n, classes)."""
        if not isinstance(self.answer, Forwarded):
            return claims.failure(self.answer, "NetQuantized")
        classes = self.stimulus.net.architecture.layers[-1].weight[0]
        shape = (len(self.stimulus.pixels), classes)
        return claims.tensor(self.answer.outputs, shape, "the output of the net")

    @cached_property
    def correlation(self) -> float | Finding:
        """How the claimed logits vary with the right ones over the images: 1 is right."""
        outputs = self.outputs
        if isinstance(outputs, Finding):
            return outputs
        right = self.stimulus.net.forward(self.stimulus.pixels).astype(np.float64)
        one, two = outputs - outputs.mean(axis=0), right - right.mean(axis=0)
        size = float(np.sqrt((one * one).sum() * (two * two).sum()))
        return float((one * two).sum()) / size if size > 0 else 0.0

    @cached_property
    def views(self) -> list[View] | Finding:
        """Each step that can be seen, in order."""
        outputs = self.outputs
        if isinstance(outputs, Finding):
            return outputs
        if self.stimulus.target:
            products = real_output(self.stimulus)
            exact = np.ones(products.shape, dtype=np.bool_)
            target = self.stimulus.target
            layer = None if target == "input" else self.stimulus.net.architecture.layer(target)
            case = StageOutput(self.stimulus.net, layer, into_target(self.stimulus))
            seen = Rounded(products, outputs, exact)
            smallest = partial(real_output, self.stimulus, smallest=True)
            behind = partial(behind_target, self.stimulus)
            return [View(target, seen, case, smallest, behind)]
        if not isinstance(self.answer, Forwarded) or self.answer.unobserved:
            return []
        return self._observed(self.answer.inputs, outputs)

    def _observed(self, inputs: Mapping[str, Claim], outputs: Doubles) -> list[View] | Finding:
        net, views = self.stimulus.net, []
        count = len(self.stimulus.pixels)
        shapes = {name: (count, *x.shape[1:]) for name, x in net.trace(self.stimulus.pixels[:1])}
        following = dict(zip(shapes, [*net.architecture.names, ""], strict=True))
        layers = {layer.name: layer for layer in net.architecture.layers}
        given, signless = self.stimulus.pixels.astype(np.float64), False
        for step, shape in shapes.items():
            after = following[step]
            claimed = _input_of(inputs[after], after, shape) if after else outputs
            if isinstance(claimed, Finding):
                return claimed
            layer = layers.get(step)
            products = layer_products(layer, net, given) if layer else given
            scale = net.scales[step] if layer else net.input_scale
            case = StageOutput(net, layer, given, signless)
            smallest = partial(_smallest, layer, net, given, scale)
            views.append(View(step, rounded(products, scale, claimed), case, smallest))
            if not layer:
                signless = bool((claimed >= 0).all())
            given = claimed
        return views


def _smallest(layer: Layer | None, net: QuantizedNet, given: Doubles, scale: float) -> Doubles:
    return (layer_products(layer, net, given, smallest=True) if layer else given) * scale


def _input_of(claim: Claim, layer: str, shape: tuple[int, ...]) -> Doubles | Finding:
    """What a layer was given, in the shape that the step before it has."""
    flat = (shape[0], int(np.prod(shape[1:])))
    wanted = flat if claim.array is not None and claim.array.ndim == 2 else shape
    values = claims.tensor(claim, wanted, f"the input of {layer}")
    return values if isinstance(values, Finding) else values.reshape(shape)
