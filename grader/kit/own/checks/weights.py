"""Question 2.1: `quantized_weights(weights) -> (integers, scale)`."""

import numpy as np

from grader.checks import probes
from grader.checks.context import FIRST, LATER, Context
from grader.checks.weights import (
    MAGNIFIED,
    Evidence,
    _cut,
    _farther,
    ask,
    magnified,
    of_second_net,
)
from grader.misconceptions.scales import LIMITS


def collect(context: Context) -> Evidence:
    """Quantize the exam's layers in one process and the probes in another."""
    layers = {
        layer if name == "plain" else of_second_net(layer): weights
        for name in ("plain", "biased")
        for layer, weights in context.exam.nets[name].weights.items()
    }
    both = list(layers.items())
    first, second = dict(both[:2]), dict(both[len(both) // 2 :][:2])
    rng = context.rng("weights")
    ties = {
        f"multiples of 1/4 up to {limit:g}": probes.ties_of_maximum(rng, 400, limit)
        for limit in LIMITS
    } | {
        f"multiples of 1/2 with 3 sigma = {limit:g} (ddof={ddof})": probes.ties_of_deviation(
            rng, limit, ddof=ddof
        )
        for ddof in (0, 1)
        for limit in LIMITS
    }
    outliers = probes.with_outliers(rng, 1200).astype(np.float32).reshape(30, 40)
    with context.session.group(FIRST):
        on_layers = ask(context, layers)
        again = ask(context, first)
    with context.session.group(LATER):
        # Scales that are kept by shape, or as long as they fit, are now those of other tensors.
        large = ask(context, {magnified(name): MAGNIFIED * w for name, w in first.items()})
        again += ask(context, second | first)
        on_ties = ask(context, {name: v.reshape(-1, 1) for name, v in ties.items()})
        on_outliers = ask(context, {"a tensor with outliers": outliers})
        cut = list(_cut(on_layers + on_ties + on_outliers))
        negated = ask(context, {f"{call.name}, negated": -call.values for call in cut})
        farther = ask(
            context, {f"{call.name}, with a value far out": _farther(call) for call in cut}
        )
    names = [call.name for call in cut]
    return Evidence(
        on_layers,
        again,
        large,
        on_ties,
        on_outliers,
        dict(zip(names, negated, strict=True)),
        dict(zip(names, farther, strict=True)),
        context.tolerances,
    )
