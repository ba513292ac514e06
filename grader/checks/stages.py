"""The stages of a forward pass, each seen beside what it should have made of its input.

A stage is what follows one product: scaling, rounding and clamping of the input, or of a layer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from grader.architecture import Layer
from grader.arrays import Doubles, Mask
from grader.checks import claims
from grader.checks.probe_nets import (
    Stimulus,
    behind_target,
    into_target,
    layer_products,
    real_output,
)
from grader.checks.rounding import Rounded, rounded
from grader.misconceptions import StageOutput, explain, explains
from grader.oracle import INT8, QuantizedNet
from grader.sandbox.outside.answer import Failure, Forwarded
from grader.sandbox.wire import Claim
from grader.verdict import CheckFailed, Diagnosis

ONE_ROW = "Return one row of numbers for each image: the last layer's quantized output."
UNORDERED = 2
"""By so much, and no more, may a rounding put a larger value below a smaller one."""


@dataclass(frozen=True)
class Stage:
    """What one stage made of what it was given, beside what it should have made of it."""

    name: str
    """`input`, or the layer's."""
    rounded: Rounded
    case: StageOutput
    """Everything that could explain it."""
    smallest: Callable[[], Doubles]
    """The products if each window were reduced to its smallest value, not to its largest."""
    behind: Callable[[Doubles], Doubles] = np.asarray
    """What is seen of the stage's output, where only a probe net's output is."""
    beyond: Mask | bool = False
    """Where a value beyond int8 is seen negated, so that ReLU should have made it 0: what came
    instead tells of the bound, not of ReLU."""

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The misconception that explains it, if any does."""
        return explain("4.3", self.case, self.rounded.claimed, self.behind)

    @property
    def only_bounds(self) -> bool:
        """Whether nothing but bounds and zeros came: any scale that is large enough does that."""
        return bool(np.isin(self.rounded.claimed, (*INT8, 0)).all())

    def explained_by(self, diagnosis: Diagnosis) -> bool:
        """Whether this misconception, found in another stage, explains this one as well."""
        return explains(diagnosis, self.case, self.rounded.claimed, self.behind)

    @cached_property
    def whole(self) -> Mask:
        """Where the claim is a whole number."""
        whole: Mask = self.rounded.claimed == np.rint(self.rounded.claimed)
        return whole

    @cached_property
    def followed(self) -> Mask:
        """Where the claim is the product in some rounding, or a bound; `clamp` judges which one."""
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
class ForwardCall:
    """One net, its images, and what the student's forward made of them."""

    stimulus: Stimulus
    answer: Forwarded | Failure

    @cached_property
    def outputs(self) -> Doubles:
        """The claimed int8 logits, (n, classes).

        Raises:
            CheckFailed: there are none.
        """
        if not isinstance(self.answer, Forwarded):
            raise claims.failure(self.answer, "NetQuantized")
        classes = self.stimulus.net.architecture.layers[-1].weight[0]
        shape = (len(self.stimulus.pixels), classes)
        return claims.tensor(self.answer.outputs, shape, "the output of the net", ONE_ROW)

    @cached_property
    def correlation(self) -> float:
        """How the claimed logits vary with the correct ones over the images: 1 is best.

        Raises:
            CheckFailed: there are none.
        """
        correct = self.stimulus.net.forward(self.stimulus.pixels).astype(np.float64)
        one, two = (each - each.mean(axis=0) for each in (self.outputs, correct))
        size = float(np.sqrt((one * one).sum() * (two * two).sum()))
        return float((one * two).sum()) / size if size > 0 else 0.0

    @property
    def unobserved(self) -> bool:
        """Whether there are outputs, but the layers were not called as modules."""
        return isinstance(self.answer, Forwarded) and bool(self.answer.unobserved)

    @cached_property
    def stages(self) -> list[Stage]:
        """Each stage that can be seen, in order.

        Raises:
            CheckFailed: the output, or what went into a layer, cannot be read.
        """
        if self.stimulus.target:
            return [self._shown(self.stimulus.target)]
        outputs = self.outputs
        if not isinstance(self.answer, Forwarded) or self.answer.unobserved:
            return []
        return list(self._observed(self.answer.inputs, outputs))

    @property
    def stages_seen(self) -> list[Stage]:
        """The same; none where something cannot be read."""
        try:
            return self.stages
        except CheckFailed:
            return []

    def _shown(self, target: str) -> Stage:
        """The one stage that a probe net shows."""
        outputs, products = self.outputs, real_output(self.stimulus)
        exact = np.ones(products.shape, dtype=np.bool_)
        layer = None if target == "input" else self.stimulus.net.architecture.layer(target)
        case = StageOutput(self.stimulus.net, layer, into_target(self.stimulus))
        seen = Rounded(products, outputs, exact)
        smallest = partial(real_output, self.stimulus, smallest=True)
        beyond = real_output(self.stimulus, unsigned=True) > INT8[1] + 0.5
        behind = partial(behind_target, self.stimulus)
        return Stage(target, seen, case, smallest, behind, beyond & (products == 0))

    def _observed(self, inputs: Mapping[str, Claim], outputs: Doubles) -> Iterator[Stage]:
        """Every stage of a whole net, from what went into each layer."""
        net = self.stimulus.net
        count = len(self.stimulus.pixels)
        shapes = {name: (count, *x.shape[1:]) for name, x in net.trace(self.stimulus.pixels[:1])}
        following = dict(zip(shapes, [*net.architecture.names, ""], strict=True))
        layers = {layer.name: layer for layer in net.architecture.layers}
        given, signless = self.stimulus.pixels.astype(np.float64), False
        for name, shape in shapes.items():
            after = following[name]
            claimed = _input_of(inputs[after], after, shape) if after else outputs
            layer = layers.get(name)
            products = layer_products(layer, net, given) if layer else given
            scale = net.scales[name] if layer else net.input_scale
            case = StageOutput(net, layer, given, signless)
            smallest = partial(_smallest, layer, net, given, scale)
            yield Stage(name, rounded(products, scale, claimed), case, smallest)
            if not layer:
                signless = bool((claimed >= 0).all())
            given = claimed


def _smallest(layer: Layer | None, net: QuantizedNet, given: Doubles, scale: float) -> Doubles:
    return (layer_products(layer, net, given, smallest=True) if layer else given) * scale


def _input_of(claim: Claim, layer: str, shape: tuple[int, ...]) -> Doubles:
    """What a layer was given, in the shape that the stage before it has."""
    flat = (shape[0], int(np.prod(shape[1:])))
    wanted = flat if claim.array is not None and claim.array.ndim == 2 else shape
    step = "Give each layer what the one before it made, in the shape that `Net.forward` gives it."
    return claims.tensor(claim, wanted, f"the input of {layer}", step).reshape(shape)
