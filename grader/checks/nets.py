"""Plans of quantized nets for the student's classes to build."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from grader.checks.context import BATCH, Context
from grader.exam import Exam, NetName
from grader.oracle import QuantizedNet
from grader.sandbox.outside.plan import ClassName, NetPlan
from grader.sandbox.wire import Number

FROM_FLOAT = ("NetQuantizedPow2", "NetQuantizedMixed")
"""The classes that are given the float net itself."""
FINE = {"numpy.float32": "numpy.float64", "tensor.float32": "tensor.float64"}
"""Types of numbers in which a scale of 31 bits loses none."""


def own(context: Context, name: NetName, cls: ClassName | None = None) -> NetPlan:
    """The exam's net `plain` or `biased`, quantized wholly by the student's own functions."""
    net = context.exam.nets[name]
    return NetPlan(
        cls=cls or ("NetQuantizedWithBias" if name == "biased" else "NetQuantized"),
        architecture=net.architecture,
        weights=net.weights,
        biases=net.biases,
        input_activations=context.exam.input_activations,
        activations=net.activations,
        from_float=cls in FROM_FLOAT,
    )


def injected(
    context: Context,
    name: NetName,
    net: QuantizedNet,
    weight_scales: dict[str, float],
    cls: ClassName | None = None,
    kinds: Mapping[str, str] = MappingProxyType({}),
) -> NetPlan:
    """The student's class for the net `plain` or `biased`, with all of these integers and scales.

    Numbers arrive in the type that the student's own functions return, so that a forward which
    relies on it still works; `kinds` names another type in place of some of these.
    """

    def number(function: str, value: float) -> Number:
        plain = context.number(function, value)
        return replace(plain, kind=kinds.get(plain.kind, plain.kind))

    names = net.architecture.names
    bias = net.biases.get(names[-1])
    return replace(
        _brief(own(context, name, cls), context.exam),
        quantized_weights={
            layer: (
                context.integers(net.weights[layer]),
                number("quantized_weights", weight_scales[layer]),
            )
            for layer in names
        },
        input_scale=number("NetQuantized.quantize_initial_input", net.input_scale),
        output_scales=tuple(
            number("NetQuantized.quantize_activations", net.scales[layer]) for layer in names
        ),
        bias=None if bias is None else context.integers(bias),
    )


def _brief(plan: NetPlan, exam: Exam) -> NetPlan:
    """The activations of one batch: a constructor whose scales are injected only passes them on."""
    batch = BATCH * exam.images[0].size
    batches = max(plan.input_activations.size // batch, 1)
    sizes = {layer: values.size // batches for layer, values in plan.activations.items()}
    return replace(
        plan,
        input_activations=plan.input_activations[:batch],
        activations={layer: plan.activations[layer][:size] for layer, size in sizes.items()},
    )
