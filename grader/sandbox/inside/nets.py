"""Builds the student's quantized nets and gives them images (in the student's process)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

if TYPE_CHECKING:
    from grader.sandbox.inside import labnet
    from grader.sandbox.inside.loading import StudentModule
else:
    import labnet


def copy_model(model: nn.Module) -> nn.Module:
    """The lab's helper: a copy of a net that keeps the attributes set on its layers."""
    result = copy.deepcopy(model)
    for name, layer in model.named_modules():
        twin = result.get_submodule(name)
        for attribute in ("activations", "input_activations", "output_scale", "input_scale"):
            if attribute in vars(layer):
                setattr(twin, attribute, copy.deepcopy(vars(layer)[attribute]))
        weight = getattr(layer, "weight", None)
        if hasattr(weight, "scale"):
            twin.weight.scale = weight.scale  # type: ignore[union-attr]
    return result


@dataclass
class Built:
    """A quantized net and how it came about."""

    model: Any
    layers: dict[str, Any]
    """Where it keeps each layer; None where that cannot be told."""
    given: nn.Module
    """The float net with quantized weights that it was made from."""
    net: str
    bypassed: bool
    injected: bool
    """Whether it was given the exam's weights in place of its own."""
    notes: list[str] = field(default_factory=list)


@dataclass
class ReceivedPlan:
    """What arrived of a `NetPlan`, field by field; lists are in the order of the layers."""

    weights: list[torch.Tensor]
    biases: list[torch.Tensor | None]
    input_activations: Any
    activations: list[Any]
    quantized_weights: list[tuple[torch.Tensor, Any]] | None
    input_scale: Any
    output_scales: list[Any] | None
    bias: torch.Tensor | None
    from_float: bool = False

    def in_float32(self) -> ReceivedPlan:
        """With the same weights and bias in float32."""
        sent = self.quantized_weights
        return replace(
            self,
            quantized_weights=sent and [(weights.float(), scale) for weights, scale in sent],
            bias=None if self.bias is None else self.bias.float(),
        )


def build(student: StudentModule, fields: dict[str, Any], sent: Sequence[tuple[str, Any]]) -> Built:
    """A net of the student's class `fields["cls"]`, made from the plan's float net.

    Args:
        student: the student's module.
        fields: what the request says beside the plan: the class, and the layers in order.
        sent: the plan, as (name of a field, value).

    Raises:
        MissingError: the class is not defined, or a function it needs that is not injected.
        BaseException: whatever student code raises.
    """
    layers, cls, plan = fields["layers"], student.find(fields["cls"]), ReceivedPlan(**dict(sent))
    names = [layer["name"] for layer in layers]
    notes: list[str] = []
    net = _own_net(student, layers, plan, notes)
    whose = "lab" if net is None else "student"
    net = labnet.LabNet(layers) if net is None else net
    plan = _prepare(student, net, names, plan)
    if not student.has("copy_model"):
        vars(student.module)["copy_model"] = copy_model
        notes.append("copy_model is not defined: the lab's was used")
    with _injected(student, cls, plan) as asked:
        model = cls(net)
    found = _layers(model, layers)
    biased = [layer["name"] for layer in layers if layer["bias"]]
    # A constructor that has been handed the bias may keep it where it likes, and not twice.
    biased = [] if "quantized_bias" in asked else biased[-1:]
    bypassed = _insist(model, found, biased, plan, notes)
    injected = plan.quantized_weights is not None
    return Built(model, found, net, whose, bypassed, injected, notes)


def describe(built: Built) -> tuple[Any, tuple[Any, ...]]:
    """What the net carries: input scale, and per layer weight, its scale, output scale, bias.

    The weights of a layer that is not found are those that it was made from.
    """
    parts = []
    for name, layer in built.layers.items():
        weight = getattr(getattr(built.given, name) if layer is None else layer, "weight", None)
        scales = getattr(weight, "scale", None), getattr(layer, "output_scale", None)
        parts.append((weight, *scales, getattr(layer, "bias", None)))
    return getattr(built.model, "input_scale", None), tuple(parts)


def quantize_layers(
    student: StudentModule,
    layers: Sequence[dict[str, Any]],
    weights: Sequence[torch.Tensor],
    images: np.ndarray[Any, Any],
) -> Any:
    """What the lab does in Question 2: copy a float net, quantize its weights, give it images.

    The student's own `quantize_layer_weights` may take other arguments than the lab's, which is
    then tried.

    Returns:
        The logits of the images (n, c, h, w), in the types that come of it.

    Raises:
        MissingError: `quantized_weights` is not defined.
        BaseException: whatever student code raises, or torch where the types do not fit.
    """
    plan = ReceivedPlan(list(weights), [None] * len(layers), None, [], None, None, None, None)
    names = [layer["name"] for layer in layers]
    own, lab = _own_net(student, layers, plan, []), labnet.LabNet(layers)
    ways = [partial(_quantize_layer_weights, student.find("quantized_weights"), names)]
    if student.has("quantize_layer_weights"):
        ways.insert(0, student.find("quantize_layer_weights"))

    def logits(net: nn.Module, way: Callable[[nn.Module], Any]) -> Any:
        for name, weight in zip(names, weights, strict=True):
            layer: Any = getattr(net, name)
            layer.weight.data = weight
        model = copy_model(net)
        way(model)
        kind = next(model.parameters()).dtype
        # In float64 throughout, images are, too.
        given = torch.from_numpy(images).to(kind if kind.is_floating_point else torch.float32)
        with torch.no_grad():
            return model(given)

    # What is given may have been changed, or be there in part: then the lab's counts.
    *tries, last = [(net, way) for net in (own, lab) if net is not None for way in ways]
    for net, way in tries:
        with suppress(Exception):
            return logits(net, way)
    return logits(*last)


def _quantize_layer_weights(
    quantized_weights: Callable[..., Any], names: Sequence[str], model: nn.Module
) -> None:
    """The lab's helper: replaces the weights of each layer, and keeps their scale beside them."""
    for name in names:
        layer: Any = getattr(model, name)
        weights, scale = quantized_weights(layer.weight.data)
        layer.weight.data = weights
        layer.weight.scale = scale


def forward(
    built: Built,
    images: np.ndarray[Any, Any],
    batch: int,
    observe: Sequence[str],
    other_mode: bool,
) -> tuple[Any, tuple[Any, ...]]:
    """Give images (n, c, h, w) to the net, `batch` at a time, in the mode in which it was built.

    With `other_mode` it is given them in training instead of evaluation, or the other way round.

    Returns:
        The outputs of all batches in one tensor. Where an output does not fit its batch, it is that
        output alone. Then what each layer of `observe` was given: None for a layer that was not
        called as a module exactly once for each batch.
    """
    outputs = _Rows(len(images))
    inputs = [_Rows(len(images)) for _ in observe]
    layers = [built.layers[name] for name in observe]
    with torch.no_grad(), _mode(built.model, other_mode):
        kind = _type_of_images(built, torch.from_numpy(images[:batch]))
    with torch.no_grad(), _observed(layers, inputs), _mode(built.model, other_mode):
        for start in range(0, len(images), batch):
            part = torch.from_numpy(images[start : start + batch]).to(kind)
            for rows in inputs:
                rows.start, rows.size = start, len(part)
            outputs.start, outputs.size = start, len(part)
            outputs.add(built.model(part))
            if outputs.odd:
                return outputs.odd[0], tuple(None for _ in observe)
    return outputs.whole(), tuple(rows.whole() for rows in inputs)


def _type_of_images(built: Built, images: torch.Tensor) -> torch.dtype:
    """That of images as they are.

    With injected weights of float64, what refuses such images is given float64: that a net of a
    student's own weights refuses what the lab gives it costs its accuracy, and no more.
    """
    held = (*built.given.parameters(), *built.given.buffers()) if built.injected else ()
    if any(each.dtype == torch.float64 for each in held):
        try:
            built.model(images)
        except RuntimeError:
            return torch.float64
    return images.dtype


@contextmanager
def _mode(model: nn.Module, other: bool) -> Iterator[None]:
    """The other mode than the one it is in, if asked for."""
    modes = [(module, module.training) for module in model.modules()] if other else []
    if other:
        model.train(not model.training)
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


class _Rows:
    """The tensors of all batches, gathered in one."""

    def __init__(self, count: int) -> None:
        self.count, self.filled = count, 0
        self.start = self.size = 0
        """The rows of the present batch."""
        self.tensor: torch.Tensor | None = None
        self.odd: list[Any] = []
        """Outputs without a row for each image, or of another shape or dtype than those before."""

    def add(self, part: Any) -> None:
        """Gather the tensor of one batch."""
        if not self._fits(part) or self.start != self.filled:
            self.odd.append(part)
            return
        if self.tensor is None:
            self.tensor = torch.empty((self.count, *part.shape[1:]), dtype=part.dtype)
        if part.shape[1:] != self.tensor.shape[1:] or part.dtype != self.tensor.dtype:
            self.odd.append(part)
            return
        self.tensor[self.start : self.start + self.size] = part.detach()
        self.filled += self.size

    def whole(self) -> torch.Tensor | None:
        """All rows, if each came exactly once."""
        return self.tensor if self.filled == self.count and not self.odd else None

    def _fits(self, part: Any) -> bool:
        if type(part) not in (torch.Tensor, nn.Parameter) or part.layout != torch.strided:
            return False
        plain = part.device.type == "cpu" and not part.is_quantized
        return plain and part.dim() > 0 and len(part) == self.size


@contextmanager
def _observed(layers: Sequence[Any], inputs: Sequence[_Rows]) -> Iterator[None]:
    """Gather what these layers are given."""
    handles = []
    for layer, rows in zip(layers, inputs, strict=True):
        if isinstance(layer, nn.Module):
            watch = partial(_watch, rows)
            handles.append(layer.register_forward_pre_hook(watch))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _watch(rows: _Rows, _: nn.Module, arguments: tuple[Any, ...]) -> None:
    rows.add(arguments[0] if arguments else None)


def _own_net(
    student: StudentModule, layers: Sequence[dict[str, Any]], plan: ReceivedPlan, notes: list[str]
) -> nn.Module | None:
    """The student's `Net` or `NetWithBias`, if its parameters are the exam's."""
    name = "Net" if all(bias is None for bias in plan.biases) else "NetWithBias"
    if not student.has(name):
        return None
    net, why = labnet.own(student.find(name), layers)
    if net is None:
        notes.append(f"{name}{why}: the lab's net was used")
        student.other_net = (
            f"{name}{why}. So this exam is for another net than yours. The course can build an exam"
            " for yours, with `grader exam build`; what does not depend on the net is judged here."
        )
    return net


def _prepare(
    student: StudentModule, net: nn.Module, names: Sequence[str], plan: ReceivedPlan
) -> ReceivedPlan:
    """Give the net the plan's weights, quantized as the lab does it or float, and activations.

    Returns:
        The plan, with weights and bias in the type that the student's net has.
    """
    net.input_activations = plan.input_activations
    vars(net)["profile_activations"] = False  # what the lab's profiling leaves
    for i, name in enumerate(names):
        layer: Any = getattr(net, name)
        layer.weight.data = plan.weights[i]
        if plan.biases[i] is not None:
            layer.bias.data = plan.biases[i]
        layer.activations = plan.activations[i]
    if plan.from_float:
        return plan
    sent = plan.quantized_weights
    if (sent is None or sent[0][0].dtype == torch.float64) and _quantized_by_own(
        student, net, names
    ):
        if sent is None:
            return plan
        # What `quantized_weights` returns in float64 may have been cast for the layers.
        if getattr(getattr(net, names[0]).weight, "dtype", None) != torch.float64:
            plan = plan.in_float32()
    for i, name in enumerate(names):
        layer = getattr(net, name)
        if plan.quantized_weights is None:
            weights, scale = student.find("quantized_weights")(layer.weight.data)
            weights = weights if weights.is_floating_point() else weights.float()
        else:
            weights, scale = plan.quantized_weights[i]
        layer.weight.data = weights
        layer.weight.scale = scale
    return plan


def _quantized_by_own(student: StudentModule, net: nn.Module, names: Sequence[str]) -> bool:
    """Whether the student's own `quantize_layer_weights` has quantized a float net.

    It may take other arguments than the lab's, or be there in part: then the net is as before.
    """
    if not student.has("quantize_layer_weights"):
        return False
    layers: list[Any] = [getattr(net, name) for name in names]
    before = [layer.weight.data for layer in layers]
    with suppress(Exception):
        student.find("quantize_layer_weights")(net)
        if all(hasattr(getattr(net, name).weight, "scale") for name in names):
            return True
    for layer, weight in zip(layers, before, strict=True):
        layer.weight.data = weight
    return False


def _bias_like(injected: torch.Tensor, *given: Any, **named: Any) -> torch.Tensor:
    """The injected bias, in float64 where the argument is: a student's net may be all float64."""
    bias = next((x for x in (*given, *named.values()) if isinstance(x, torch.Tensor)), injected)
    return injected.to(torch.float64) if bias.dtype == torch.float64 else injected


@contextmanager
def _injected(student: StudentModule, cls: Any, plan: ReceivedPlan) -> Iterator[set[str]]:
    """Let the static methods return what is injected, wherever they are looked up.

    Yields:
        The names of those that have been called.
    """
    asked: set[str] = set()
    given: dict[str, Callable[..., Any]] = {}
    if plan.input_scale is not None:
        given["quantize_initial_input"] = lambda *_, **__: plan.input_scale
    if plan.output_scales is not None:
        scales = iter(plan.output_scales)
        given["quantize_activations"] = lambda *_, **__: next(scales)
    if plan.bias is not None:
        given["quantized_bias"] = partial(_bias_like, plan.bias)
    named = [vars(student.module).get(name) for name in ("NetQuantized", "NetQuantizedWithBias")]
    classes = {
        c for c in (*cls.__mro__, *named) if isinstance(c, type) and issubclass(c, nn.Module)
    }
    classes.discard(nn.Module)
    before = [(c, name, vars(c).get(name)) for c in classes for name in given]
    try:
        for c, name, _ in before:
            setattr(c, name, staticmethod(_noted(given[name], name, asked)))
        yield asked
    finally:
        for c, name, method in before:
            if method is None:
                delattr(c, name)
            else:
                setattr(c, name, method)


def _noted(function: Callable[..., Any], name: str, asked: set[str]) -> Callable[..., Any]:
    def noted(*given: Any, **named: Any) -> Any:
        asked.add(name)
        return function(*given, **named)

    return noted


def _layers(model: Any, layers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Where the net keeps each layer; None where that cannot be told.

    An attribute of the layer's name counts if its weight has the layer's shape. For other layers
    the modules of the net are searched: where as many modules as layers have a weight of a shape,
    they are these layers, in the same order.
    """
    found: dict[str, Any] = {}
    shapes = {layer["name"]: tuple(layer["weight"]) for layer in layers}
    for name, shape in shapes.items():
        named = getattr(model, name, None)
        found[name] = named if _shape(named) == shape else None
    if all(layer is not None for layer in found.values()):
        return found
    within = _within(model)
    for shape in set(shapes.values()):
        names = [name for name in shapes if shapes[name] == shape]
        alike = [module for module in within if _shape(module) == shape]
        if any(found[name] is None for name in names) and len(alike) == len(names):
            found |= dict(zip(names, alike, strict=True))
    return found


def _within(model: Any) -> list[nn.Module]:
    """All modules of a net, also those in lists and dicts, of which PyTorch does not know."""
    tops = [model]
    for value in vars(model).values():
        if isinstance(value, list | tuple | dict):
            tops += value.values() if isinstance(value, dict) else value
    modules = (nn.Module.modules(top) for top in tops if isinstance(top, nn.Module))
    return list({id(module): module for each in modules for module in each}.values())


def _shape(layer: Any) -> tuple[int, ...] | None:
    weight = getattr(layer, "weight", None)
    if not isinstance(weight, torch.Tensor) or is_lazy(weight):
        return None
    return tuple(weight.shape)


def _insist(
    model: Any, layers: dict[str, Any], biased: Sequence[str], plan: ReceivedPlan, notes: list[str]
) -> bool:
    """Set injected values that the built net does not show; returns whether there were any."""
    bypassed = False
    wanted: list[tuple[Any, str, Any]] = []
    if plan.input_scale is not None:
        wanted.append((model, "input_scale", plan.input_scale))
    for i, (name, layer) in enumerate(layers.items()):
        if layer is None:
            notes.append(f"the quantized net has no layer {name}")
            continue
        if plan.quantized_weights is not None:
            weights, scale = plan.quantized_weights[i]
            wanted += [(layer.weight, "data", weights), (layer.weight, "scale", scale)]
        if plan.output_scales is not None:
            wanted.append((layer, "output_scale", plan.output_scales[i]))
        if plan.bias is not None and name in biased and layer.bias is not None:
            wanted.append((layer.bias, "data", plan.bias))
    for owner, attribute, value in wanted:
        if not _same(getattr(owner, attribute, None), value):
            setattr(owner, attribute, value)
            bypassed = True
    return bypassed


def _same(found: Any, value: Any) -> bool:
    """Whether a number or tensor has exactly the wanted values."""
    if found is None:
        return False
    found, value = torch.as_tensor(found), torch.as_tensor(value)
    return found.shape == value.shape and bool((found == value).all())
