"""A script that makes a call of the grader's again, in plain PyTorch, for a student to run at home.

All that it takes from a student's words is written as comments, line by line; names and numbers in
its code are the grader's own.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from textwrap import dedent, wrap
from typing import Any

import numpy as np

from grader.architecture import Architecture
from grader.regrade.calls import Call
from grader.regrade.recorder import Asked, Builds, Calls, Forwards, QuantizesLayers, Reads
from grader.regrade.values import PARAMETERS, RESULTS, is_unpacked
from grader.sandbox.outside.answer import Returned
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Array, Number, Tensor, clean

INLINE = 32
"""An array of so many numbers stands in the script itself; larger ones lie beside it."""
WIDE = 96
SHOW = '''
def show(what, got, right=None):
    """Print what came beside what is right for it."""
    got = got.detach().cpu() if isinstance(got, torch.Tensor) else got
    got = np.asarray(got, dtype=np.float64)
    right = None if right is None else np.asarray(right, dtype=np.float64)
    if got.size == 1 or right is None:
        words = "" if right is None else f", right is {right.reshape(-1)[0]:.9g}"
        first = ", ".join(f"{value:.9g}" for value in got.reshape(-1)[:10])
        print(f"{what}: got {first}{words}")
    elif got.size != right.size:
        print(f"{what}: got the shape {got.shape}, right is {right.shape}")
    else:
        off = np.argwhere(got.reshape(right.shape) != right)
        print(f"{what}: {len(off)} of {got.size} values differ from what is right")
        for at in map(tuple, off[:20].tolist()):
            print(f"  {list(at)}: got {got.reshape(right.shape)[at]:.9g}, right is {right[at]:.9g}")
'''
BUILD = '''
def build(cls, net, key, scales, input_scale=None, output_scales=None, bias=None):
    """The net as the grader has it built: what is given stands in for your own functions."""
    net.input_activations = ARRAYS[f"{key}/input_activations"].astype(np.float64)
    net.profile_activations = False
    for name in LAYERS:
        layer = getattr(net, name)
        layer.activations = ARRAYS[f"{key}/{name}.activations"].astype(np.float64)
        layer.weight.data = torch.from_numpy(ARRAYS[f"{key}/{name}.weight"])
        if f"{key}/{name}.bias" in ARRAYS:
            layer.bias.data = torch.from_numpy(ARRAYS[f"{key}/{name}.bias"])
        if scales is None:
            layer.weight.data, layer.weight.scale = quantized_weights(layer.weight.data)
            if not layer.weight.data.is_floating_point():
                layer.weight.data = layer.weight.data.float()
        elif scales:
            layer.weight.scale = scales[name]
    given = {}
    if input_scale is not None:
        given["quantize_initial_input"] = lambda *_, **__: input_scale
    if output_scales is not None:
        queue = iter(output_scales)
        given["quantize_activations"] = lambda *_, **__: next(queue)
    if bias is not None:
        given["quantized_bias"] = lambda *_, **__: bias
    classes = [each for each in cls.__mro__ if issubclass(each, torch.nn.Module)]
    classes = [each for each in classes if each is not torch.nn.Module]
    before = [(each, name, vars(each).get(name)) for each in classes for name in given]
    for each, name, _ in before:
        setattr(each, name, staticmethod(given[name]))
    model = cls(net)
    for each, name, own in before:
        if own is None:
            delattr(each, name)
        else:
            setattr(each, name, own)
    return model
'''
FORWARD = '''
def forward(model, images, size):
    """The outputs for the images, so many at a time, and what each layer was given."""
    seen = {name: [] for name in LAYERS}
    hooks = [
        getattr(model, name).register_forward_pre_hook(
            lambda _, inputs, name=name: seen[name].append(inputs[0].detach())
        )
        for name in LAYERS
        if isinstance(getattr(model, name, None), torch.nn.Module)
    ]
    with torch.no_grad():
        outputs = [model(images[i : i + size]) for i in range(0, len(images), size)]
    for hook in hooks:
        hook.remove()
    return torch.cat(outputs), {name: torch.cat(parts) for name, parts in seen.items() if parts}
'''
COPY_MODEL = '''
def copy_model(model):
    """The lab's, which your file does not define."""
    copied = copy.deepcopy(model)
    for name in LAYERS:
        layer, twin = getattr(model, name), getattr(copied, name)
        twin.weight.scale = layer.weight.scale
        twin.activations = layer.activations
    return copied
'''


@dataclass(frozen=True)
class Script:
    """A script, and the arrays that it loads from the file beside it."""

    text: str
    arrays: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """What a script is about, and where it will lie."""

    check: str
    question: str
    told: Sequence[str]
    """What the student was told, line by line."""
    submission: str
    """The name of the student's file."""
    name: str
    """Of the script's file."""
    arrays: str
    """Of the file beside it."""

    @property
    def module(self) -> str:
        """What the student's file is imported as; empty where it cannot be."""
        path = PurePosixPath(self.submission)
        name = path.stem
        importable = name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
        return name if path.suffix == ".py" and importable else ""


def script_of(sequence: Sequence[Asked], call: Call, about: About) -> Script:
    """The script.

    Args:
        sequence: what is asked, in this order, all in one process; at last the call itself.
        call: what is shown.
        about: where it will lie.
    """
    writer = _Writer(call, sequence)
    body = [line for each in sequence for line in writer.asked(each)]
    helpers = "".join(f"\n{each}" for each in writer.helpers())
    code = f"{helpers}\n\n" + "\n".join(body).strip("\n") + "\n"
    parts = [
        '"""A call that the grader made, made again with your own code."""',
        *_comments(about, bool(writer.arrays)),
        "",
        *_imports(code, bool(writer.arrays)),
        *_own_names(writer.names, about),
    ]
    if writer.arrays:
        parts += ["", f"ARRAYS = np.load({about.arrays!r})"]
    if writer.architecture is not None:
        parts.append(f"LAYERS = {writer.architecture.names!r}")
    return Script("\n".join(parts) + "\n" + code, writer.arrays)


def _comments(about: About, with_arrays: bool) -> Iterator[str]:
    """What it is about, and how to run it."""
    yield "#"
    for line in (f"{about.question}, {about.check}", *about.told):
        for each in wrap(clean(line, 2000), WIDE, break_long_words=False) or [""]:
            # `wrap` leaves no line break in it: nothing of a student's stands outside of a comment.
            yield f"# {' '.join(each.split())}".rstrip()
    beside = f" and {about.arrays}" if with_arrays else ""
    yield "#"
    if about.module:
        yield f"# Beside your {about.module}.py{beside}:  python {about.name}"
    yield f"# In a notebook that has executed your answers{beside and ', beside ' + about.arrays}:"
    yield f"#     %run -i {about.name}"


def _imports(code: str, with_arrays: bool) -> Iterator[str]:
    if "copy.deepcopy" in code:
        yield from ("import copy", "")
    if "np." in code or with_arrays:
        yield "import numpy as np"
    if "torch." in code:
        yield "import torch"
    if "np." in code or with_arrays or "torch." in code:
        yield ""


def _own_names(names: Sequence[str], about: About) -> Iterator[str]:
    """Take the student's names from where they are."""
    yield "try:"
    yield f"    {', '.join(names)}  # where a notebook has them"
    yield "except NameError:"
    if about.module:
        yield f"    from {about.module} import {', '.join(names)}"
    else:
        yield "    raise SystemExit("
        yield f'        "Define {", ".join(names)} first: %run -i {about.name} in your notebook"'
        yield "    ) from None"


class _Writer:
    """Writes the code of one call after the other, and remembers what that needs."""

    def __init__(self, shown: Call, sequence: Sequence[Asked]) -> None:
        self._shown = shown
        beside = None if shown.beside is None else shown.beside.asked
        self._beside = beside if beside in sequence else None
        self.arrays: dict[str, Array] = {}
        self._keys: dict[int, tuple[str, Array]] = {}
        self.names: list[str] = []
        """Of the student's."""
        self.architecture: Architecture | None = None
        self.copies = False
        """Whether the lab's `copy_model` stands in."""
        self._lab_nets: list[str] = []
        self._builds = self._forwards = self._shows = False
        self._models: dict[int, str] = {}

    def helpers(self) -> Iterator[str]:
        """The functions that are needed."""
        if self._shows:
            yield SHOW
        if self.copies:
            yield COPY_MODEL
        yield from self._lab_nets
        if self._builds:
            yield BUILD
        if self._forwards:
            yield FORWARD

    def asked(self, each: Asked) -> Iterator[str]:
        """The lines of one call."""
        shown, request = each is self._shown.asked, each.request
        if shown:
            yield from ("", f"# {self._shown.name}")
        if isinstance(request, Calls):
            yield from self._call(each, request, shown)
        elif isinstance(request, Reads):
            yield from self._read(request, shown)
        elif isinstance(request, Builds):
            yield from self._build(each, request.plan)
        elif isinstance(request, Forwards):
            yield from self._forward(request, shown)
        else:
            yield from self._quantize(request)

    def _name(self, name: str) -> str:
        top = name.partition(".")[0]
        if top not in self.names:
            self.names.append(top)
        return name

    def _key(self, name: str, array: Array) -> str:
        """Where an array lies in the file: once, however often it is used."""
        if id(array) not in self._keys:
            unique, number = name, 2
            while unique in self.arrays:
                unique, number = f"{name} {number}", number + 1
            self._keys[id(array)] = unique, array
            self.arrays[unique] = array
        return self._keys[id(array)][0]

    def _array(self, name: str, array: Array, tensor: bool = False) -> str:
        """An expression of an array."""
        if array.size <= INLINE and bool(np.isfinite(array).all()):
            numbers, shape = array.reshape(-1).tolist(), array.shape
            make = f"torch.tensor({numbers}, dtype=torch.{array.dtype})"
            if not tensor:
                make = f'np.array({numbers}, dtype="{array.dtype}")'
            return make if len(shape) == 1 else f"{make}.reshape({shape})"
        found = f'ARRAYS["{self._key(name, array)}"]'
        return f"torch.from_numpy({found})" if tensor else found

    def _value(self, name: str, value: Any) -> str:
        """An expression of an argument."""
        if isinstance(value, Tensor):
            return self._array(name, np.asarray(value.array), tensor=True)
        if isinstance(value, np.ndarray):
            return self._array(name, value)
        if isinstance(value, Number):
            return _number(value)
        if isinstance(value, list):
            return f"[{', '.join(self._value(name, each) for each in value)}]"
        if isinstance(value, tuple):
            return f"({', '.join(self._value(name, each) for each in value)})"
        if isinstance(value, float):
            return _float(float(value))
        return repr(value)

    def _call(self, each: Asked, request: Calls, shown: bool) -> Iterator[str]:
        function = self._name(request.name)
        parameters = PARAMETERS.get(request.name, ())
        values = [
            (parameters[at] if at < len(parameters) else f"argument_{at + 1}", value)
            for at, value in enumerate(request.arguments)
        ]
        arguments = []
        for name, value in values:
            if shown or (request.again and isinstance(value, list)):
                yield f"{name} = {self._value(name, value)}"
                arguments.append(name)
            else:
                arguments.append(self._value(name, value))
        call = f"{function}({', '.join(arguments)})"
        if request.again:
            fresh = [n if isinstance(v, list | Number) else f"{n}.copy()" for n, v in values]
            yield f"{function}({', '.join(fresh)})  # a first time, with the same list"
        if shown:
            yield from self._shown_result(each, request.name, call)
        elif each is self._beside:
            yield f"first = {call}"
        elif isinstance(each.answer, Returned):
            yield call
        else:
            yield from ("try:", f"    {call}", "except Exception as error:", "    print(error)")

    def _shown_result(self, each: Asked, function: str, call: str) -> Iterator[str]:
        names = RESULTS.get(function, ("result",))
        claim = each.answer.claim if isinstance(each.answer, Returned) else None
        if claim is None or (len(names) > 1 and not is_unpacked(claim, names)):
            names = ("result",)
        yield f"{', '.join(names)} = {call}"
        claimed = self._shown.claimed
        for name in names:
            value = claimed.get(name)
            if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
                self._shows = True
                yield f"show({name!r}, {name}{self._expected(name)})"
            else:
                yield f"print({name!r}, type({name}), {name})"
        if self._beside is not None and isinstance(self._beside.answer, Returned):
            yield from self._compared(names)

    def _expected(self, name: str) -> str:
        right = self._shown.expected.get(name)
        if not isinstance(right, np.ndarray):
            return ""
        if right.ndim == 0:
            return f", {_float(float(right))}"
        return f", {self._array(f'right {name}', right)}"

    def _compared(self, names: Sequence[str]) -> Iterator[str]:
        """The numbers beside those of the call that this one is compared with."""
        earlier = [f"first_{name}" for name in names]
        yield f"{', '.join(earlier)} = first"
        for name, first in zip(names, earlier, strict=True):
            value = self._shown.claimed.get(name)
            if not isinstance(value, np.ndarray):
                continue
            if value.size == 1:
                ratio = self._right_ratio(name)
                yield f'print("{name} over the {name} before:", float({name}) / float({first}))'
                if ratio is not None:
                    yield f'print("right is:", {_float(ratio)})'
            else:
                differ = f"(torch.as_tensor({name}) != torch.as_tensor({first})).sum().item()"
                yield f'print("{name} that differ from those before:", {differ})'

    def _right_ratio(self, name: str) -> float | None:
        right = self._shown.expected.get(name)
        before = None if self._shown.beside is None else self._shown.beside.claimed.get(name)
        if not isinstance(right, np.ndarray) or not isinstance(before, np.ndarray):
            return None
        if right.size != 1 or before.size != 1 or float(before.reshape(-1)[0]) == 0:
            return None
        return float(right.reshape(-1)[0]) / float(before.reshape(-1)[0])

    def _read(self, request: Reads, shown: bool) -> Iterator[str]:
        name = self._name(request.name)
        if not shown:
            return
        yield f"print({name})"
        if self._shown.expected and name.startswith("Q"):
            yield from dedent(EQUATION.format(name=name)).strip("\n").split("\n")

    def _build(self, each: Asked, plan: NetPlan) -> Iterator[str]:
        self.architecture, self._builds = plan.architecture, True
        model = f"model_{len(self._models) + 1}"
        self._models[id(each.answer)] = model
        self._name(plan.cls)
        net, notes = self._net(each, plan)
        yield from notes
        arguments = [plan.cls, f"{net}()", repr(model), self._plan(model, plan)]
        if plan.input_scale is not None:
            arguments.append(f"input_scale={_number(plan.input_scale)}")
        if plan.output_scales is not None:
            numbers = ", ".join(map(_number, plan.output_scales))
            arguments.append(f"output_scales=[{numbers}]")
        if plan.bias is not None:
            arguments.append(f"bias={self._array(f'{model} bias', plan.bias.array, tensor=True)}")
        yield f"{model} = build("
        yield from (f"    {argument}," for argument in arguments)
        yield ")"
        if getattr(each.answer, "bypassed", False):
            yield from self._insisted(model, plan)

    def _net(self, each: Asked, plan: NetPlan) -> tuple[str, list[str]]:
        """The float net's class: the student's, or the lab's where that has no such layers."""
        name = "NetWithBias" if plan.biases else "Net"
        lines = []
        if any(note.startswith("copy_model") for note in getattr(each.answer, "notes", ())):
            self.copies = True
            lines.append(f'{plan.cls}.__init__.__globals__["copy_model"] = copy_model')
        if getattr(each.answer, "net", "lab") == "student":
            return self._name(name), lines
        own = f"Lab{name}"
        if own not in "".join(self._lab_nets):
            self._lab_nets.append(_lab_net(own, plan.architecture))
        return own, lines

    def _plan(self, model: str, plan: NetPlan) -> str:
        """Keep the arrays of a plan; returns an expression of the scales of its weights."""
        integers = plan.quantized_weights
        self.arrays[f"{model}/input_activations"] = _small(plan.input_activations)
        for layer in plan.architecture.names:
            self.arrays[f"{model}/{layer}.activations"] = _small(plan.activations[layer])
            weight = plan.weights[layer] if integers is None else integers[layer][0].array
            self.arrays[f"{model}/{layer}.weight"] = weight
            if layer in plan.biases:
                self.arrays[f"{model}/{layer}.bias"] = plan.biases[layer]
        if plan.from_float:
            return "{}"
        if integers is None:
            self._name("quantized_weights")
            return "None"
        return f"{{{', '.join(f'{layer!r}: {_number(n)}' for layer, (_, n) in integers.items())}}}"

    def _insisted(self, model: str, plan: NetPlan) -> Iterator[str]:
        """What the student's constructor has not kept is set afterwards."""
        if plan.input_scale is not None:
            yield f"{model}.input_scale = {_number(plan.input_scale)}"
        for at, layer in enumerate(plan.architecture.names):
            if plan.quantized_weights is not None:
                scale = _number(plan.quantized_weights[layer][1])
                key = f'ARRAYS["{model}/{layer}.weight"]'
                yield f"{model}.{layer}.weight.data = torch.from_numpy({key})"
                yield f"{model}.{layer}.weight.scale = {scale}"
            if plan.output_scales is not None:
                yield f"{model}.{layer}.output_scale = {_number(plan.output_scales[at])}"

    def _forward(self, request: Forwards, shown: bool) -> Iterator[str]:
        self._forwards = True
        model = self._models[id(request.built)]
        if request.other_mode:
            yield f"{model}.train(not {model}.training)"
        images = self._array("images", request.images, tensor=True)
        yield f"outputs, into = forward({model}, {images}, {request.batch})"
        if request.other_mode:
            yield f"{model}.train(not {model}.training)"
        if not shown:
            return
        self._shows = True
        for name in self._shown.expected:
            layer = name.removeprefix("into ")
            if layer != name:
                yield f"if {layer!r} in into:"
                yield f"    show({name!r}, into[{layer!r}]{self._expected(name)})"
        yield f"show('outputs', outputs{self._expected('outputs')})"
        if self._shown.remark:
            yield from self._float_net(request.built.plan, model, images)

    def _float_net(self, plan: NetPlan, model: str, images: str) -> Iterator[str]:
        """The classes beside those of the float net, from which the accuracy is reckoned."""
        self._lab_nets.append(_lab_net("FloatNet", plan.architecture, forward=True))
        yield "float_net = FloatNet()"
        for layer in plan.architecture.names:
            parts = {"weight": plan.weights[layer], "bias": plan.biases.get(layer)}
            for part, value in parts.items():
                if value is None:
                    continue
                key = f"{model}/{layer}.{part}"
                if self.arrays.get(key) is not value:
                    key = self._key(f"float {layer}.{part}", value)
                yield f'float_net.{layer}.{part}.data = torch.from_numpy(ARRAYS["{key}"])'
        yield "with torch.no_grad():"
        yield f"    classes = float_net({images}).argmax(1)"
        yield "other = int((classes != outputs.argmax(1)).sum())"
        yield 'print(f"{other} of {len(classes)} images get another class than by the float net")'

    def _quantize(self, request: QuantizesLayers) -> Iterator[str]:
        self.architecture = request.architecture
        function = self._name("quantized_weights")
        self._lab_nets.append(_lab_net("LabNet", request.architecture, forward=True))
        for layer, weight in request.weights.items():
            self.arrays[f"{layer}.weight"] = weight
        images = self._array("images", request.images, tensor=True)
        yield "net = LabNet()"
        yield "for name in LAYERS:"
        yield f'    weights, scale = {function}(torch.from_numpy(ARRAYS[f"{{name}}.weight"]))'
        yield "    print(name, weights.dtype, scale)"
        yield "    getattr(net, name).weight.data = weights"
        yield "with torch.no_grad():"
        yield f"    print(net({images}))"


EQUATION = """
# Each side for some numbers, with every output replaced by what it is made of.
letters = dict(W_conv1=3, W_conv2=5, In=2, W=3, beta=7, n_In=4, n_W_conv1=6, n_W_conv2=8)
letters |= dict(n_Out_conv1=9, n_Out_conv2=10, n_W=6, n_Out=9)
letters |= dict(Out_conv1=3 * 2, Out_conv2=5 * 3 * 2, Out=3 * 2 + 7)
for side in str({name}).replace("==", "=").split("="):
    print(" ".join(side.split()), "=", eval(" ".join(side.split()), {{}}, letters))
"""


def _lab_net(name: str, architecture: Architecture, *, forward: bool = False) -> str:
    """The lab's float net, as the exam has its layers."""
    pool = max(layer.pool for layer in architecture.layers) or 1
    lines = [
        "",
        f"class {name}(torch.nn.Module):",
        f'    """The lab\'s float net{"" if forward else ": yours has other layers"}."""',
        "",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.pool = torch.nn.MaxPool2d({pool})",
    ]
    for layer in architecture.layers:
        outputs, inputs, *kernel = layer.weight
        made = f"Linear({inputs}, {outputs}, bias={layer.bias})"
        if layer.kind == "conv":
            size = f"{inputs}, {outputs}, {tuple(kernel)}, {layer.stride}, {layer.padding}"
            made = f"Conv2d({size}, bias={layer.bias})"
        lines.append(f"        self.{layer.name} = torch.nn.{made}")
    if forward:
        lines += ["", "    def forward(self, x):", *_passes(architecture), "        return x"]
    return "\n".join([*lines, ""])


def _passes(architecture: Architecture) -> Iterator[str]:
    for layer in architecture.layers:
        given = "x.flatten(1)" if layer.kind == "linear" else "x"
        passed = f"self.{layer.name}({given})"
        passed = f"torch.relu({passed})" if layer.activation == "relu" else passed
        yield f"        x = {f'self.pool({passed})' if layer.pool else passed}"


def _small(values: Array) -> Array:
    """The values as float32 where that holds them, which halves a file."""
    single = values.astype(np.float32)
    return single if np.array_equal(single, values) else values


def _number(number: Number) -> str:
    """A number of exactly its kind."""
    family, _, dtype = number.kind.partition(".")
    if number.kind == "bool":
        return repr(bool(number.value))
    if number.kind == "int":
        return repr(int(number.value))
    if family == "numpy":
        return f"np.{dtype}({_float(float(number.value))})"
    if family == "tensor":
        return f"torch.tensor({_float(float(number.value))}, dtype=torch.{dtype})"
    return _float(float(number.value))


def _float(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'
