"""Plans of quantized nets for the student's classes to build."""

from dataclasses import replace

import numpy as np

from grader.checks.context import BATCH, Context
from grader.exam import Exam, NetName
from grader.oracle import QuantizedNet
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Number, Tensor


def own(context: Context, name: NetName) -> NetPlan:
    """The exam's net `plain` or `biased`, quantized wholly by the student's own functions."""
    net = context.exam.nets[name]
    return NetPlan(
        cls="NetQuantizedWithBias" if name == "biased" else "NetQuantized",
        architecture=net.architecture,
        weights=net.weights,
        biases=net.biases,
        input_activations=context.exam.input_activations,
        activations=net.activations,
    )


def injected(
    context: Context, name: NetName, net: QuantizedNet, weight_scales: dict[str, float]
) -> NetPlan:
    """The student's class for the net `plain` or `biased`, with all of these integers and scales.

    Numbers arrive in the type that the student's own functions return, so that a forward which
    relies on it still works.
    """
    names = net.architecture.names
    bias = net.biases.get(names[-1])
    return replace(
        _brief(own(context, name), context.exam),
        quantized_weights={
            layer: (
                Tensor(net.weights[layer].astype(np.float32)),
                context.number("quantized_weights", weight_scales[layer]),
            )
            for layer in names
        },
        input_scale=context.number("NetQuantized.quantize_initial_input", net.input_scale),
        output_scales=output_scales(context, net),
        bias=None if bias is None else Tensor(bias.astype(np.float32)),
    )


def output_scales(context: Context, net: QuantizedNet) -> tuple[Number, ...]:
    """The output scales of a net, in the student's number type."""
    return tuple(
        context.number("NetQuantized.quantize_activations", net.scales[layer])
        for layer in net.architecture.names
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
