"""A session whose answers come from functions, and nets, of the test's own process."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from grader.architecture import Layer
from grader.checks.context import BATCH, Context, Tolerances
from grader.checks.question import Question
from grader.exam import Exam, open_exam
from grader.grade import ADDED
from grader.oracle import accumulate, max_pool, settle
from grader.rubric import load_rubric
from grader.sandbox.outside.answer import Built, BuiltLayer, Forwarded, Missing, Raised, Returned
from grader.sandbox.outside.plan import NetPlan
from grader.sandbox.wire import Claim, Number, Tensor, claim_of
from grader.verdict import CheckFailed, Verdict
from tests.few import first
from tests.sessions import StandIn

FEW = 200


class OfTorch(np.ndarray):
    """An array that arrived as a tensor."""


def plain(value: Any) -> Any:
    """What a function is given: a copy of its own; numbers of any type arrive as Python's."""
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Tensor):
        return np.array(value.array).view(OfTorch)
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(plain(each) for each in value)
    return value


def _same(x: np.ndarray) -> np.ndarray:
    return x


def _clamp(x: np.ndarray) -> np.ndarray:
    return x.clip(-128, 127)


@dataclass
class Forward:
    """A forward pass in float32, right unless a part is replaced; by step, `input` or a layer."""

    observed: bool = True
    """Whether its layers are called as modules."""
    round: dict[str, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    clamp: dict[str, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    scale: dict[str, Callable[[dict[str, float]], float]] = field(default_factory=dict)
    """What a step makes of all scales."""
    before: dict[str, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    """What is done to a layer's sums before they are scaled."""
    bare: tuple[str, ...] = ()
    """The layers without their ReLU."""
    pool: Callable[[np.ndarray, int], np.ndarray] = max_pool
    bias: Callable[[np.ndarray], np.ndarray] = _same
    last: Callable[[np.ndarray], np.ndarray] = _same
    sizes: tuple[int, ...] = ()
    """The batch sizes that raise."""

    def settle(self, step: str, x: np.ndarray, scales: dict[str, float]) -> np.ndarray:
        x = self.before.get(step, _same)(x)
        x = x * np.float32(self.scale[step](scales) if step in self.scale else scales[step])
        return self.clamp.get(step, _clamp)(self.round.get(step, np.rint)(x))

    def layer(self, layer: Layer, x: np.ndarray, weight: np.ndarray, bias: Any) -> np.ndarray:
        sums = accumulate(layer, x, weight, None if bias is None else self.bias(bias))
        if layer.activation == "relu" and layer.name not in self.bare:
            sums = np.maximum(sums, 0)
        return self.pool(sums, layer.pool) if layer.pool else sums

    def __call__(self, built: Built, x: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        if len(x) in self.sizes:
            raise ValueError(f"no batch of {len(x)}")
        inputs: dict[str, np.ndarray] = {}
        scales = {n: float(one.output_scale.array) for n, one in built.layers.items()}
        scales["input"] = float(built.input_scale.array)
        x = self.settle("input", x, scales)
        for layer in built.plan.architecture.layers:
            x = x.reshape(len(x), -1) if layer.kind == "linear" else x
            one, inputs[layer.name] = built.layers[layer.name], x
            sums = self.layer(layer, x, one.weight.array, one.bias.array)
            x = self.settle(layer.name, sums, scales)
        return self.last(x), inputs


class Functions(StandIn):
    """Answers calls with functions, by the last part of the name, and builds nets of them.

    Nets are built as the lab's constructor builds them, with a forward pass of one's own.
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        forward: Forward | None = None,
        **constants: str,
    ) -> None:
        self.functions, self.constants = functions, constants
        self.forward_pass = forward or Forward()
        self.asked: Counter[str] = Counter()
        self.arguments: list[tuple[Any, ...]] = []

    @contextmanager
    def group(self, name: str = "") -> Iterator[None]:
        self.asked["group"] += 1
        yield

    def call(self, name: str, *arguments: Any, again: bool = False) -> Any:
        self.asked[name] += 1
        self.arguments.append(arguments)
        function = self.functions.get(name.rpartition(".")[2])
        if function is None:
            return Missing(name, None, None)

        def second() -> Any:
            given = [plain(each) for each in arguments]
            if again:
                function(*given)
                fresh = [plain(each) for each in arguments]
                pairs = zip(given, fresh, strict=True)
                given = [one if isinstance(one, list) else new for one, new in pairs]
            return Returned(claim_of(function(*given)))

        return _or_raised(second)

    def value(self, name: str) -> Any:
        self.asked[name] += 1
        if name not in self.constants:
            return Missing(name, None, None)
        return Returned(claim_of(self.constants[name]))

    def build(self, plan: NetPlan) -> Any:
        return _or_raised(lambda: self._built(plan))

    def _built(self, plan: NetPlan) -> Built:
        get = self.functions
        pairs = plan.quantized_weights or {
            name: get["quantized_weights"](values) for name, values in plan.weights.items()
        }
        n_input = plain(plan.input_scale or get["quantize_initial_input"](plan.input_activations))
        ns: list[tuple[float, float]] = []
        layers = {}
        for index, (name, (integers, n_w)) in enumerate(pairs.items()):
            bias = None
            if name in plan.biases:
                bias = plan.bias or get["quantized_bias"](
                    plan.biases[name], plain(n_w), n_input, ns
                )
            output = (
                plan.output_scales[index]
                if plan.output_scales
                else get["quantize_activations"](plan.activations[name], plain(n_w), n_input, ns)
            )
            ns = [*ns, (plain(n_w), plain(output))]
            layers[name] = BuiltLayer(
                claim_of(Tensor(np.asarray(integers.array, np.float32))),
                claim_of(n_w),
                claim_of(output),
                claim_of(bias),
            )
        return Built(plan, claim_of(n_input), layers, "student", False, ())

    def quantize_layers(self, architecture: Any, weights: Any, images: Any) -> Any:
        def logits() -> Returned:
            x = images
            for layer in architecture.layers:
                given = weights[layer.name].view(OfTorch)
                integers, _ = self.functions["quantized_weights"](given)
                if integers.array.dtype.kind != "f":
                    raise RuntimeError("float pixels times integers of an integer type")
                x = settle(layer, accumulate(layer, x, integers.array.astype(np.float64), None))
            return Returned(claim_of(Tensor(x.astype(np.float32))))

        return _or_raised(logits)

    def forward(
        self,
        built: Built,
        images: Any,
        batch: int,
        observe: bool = False,
        other_mode: bool = False,
    ) -> Any:
        forward_pass = self.in_other_mode if other_mode else self.forward_pass
        return _or_raised(lambda: self._forwarded(forward_pass, built, images, batch, observe))

    @property
    def in_other_mode(self) -> Forward:
        """The forward pass of the other mode: the same, unless a test replaces it."""
        return self.forward_pass

    def _forwarded(
        self, forward_pass: Forward, built: Built, images: Any, batch: int, observe: bool
    ) -> Forwarded:
        batches = [images[start : start + batch] for start in range(0, len(images), batch)]
        passes = [forward_pass(built, x) for x in batches]
        outputs = Claim("tensor", np.concatenate([logits for logits, _ in passes]))
        names = built.plan.architecture.names
        if not observe:
            return Forwarded(outputs, {}, ())
        if not forward_pass.observed:
            return Forwarded(outputs, {}, names)
        seen = {name: np.concatenate([inputs[name] for _, inputs in passes]) for name in names}
        return Forwarded(outputs, {name: Claim("tensor", x) for name, x in seen.items()}, ())


def _or_raised(answer: Callable[[], Any]) -> Any:
    try:
        return answer()
    except Exception as error:  # noqa: BLE001 - so does a session
        return Raised(type(error).__name__, str(error), "line 1", "")


def weights(values: np.ndarray) -> tuple[Tensor, float]:
    scale = 127 / float(np.abs(values).max())
    return Tensor(np.clip(np.rint(np.asarray(values) * np.float32(scale)), -128, 127)), scale


def carried(n_w: float, n_input: float, ns: list[tuple[float, float]]) -> float:
    return n_w * n_input * float(np.prod(ns))


RIGHT: dict[str, Callable[..., Any]] = {
    "quantized_weights": weights,
    "quantize_initial_input": lambda pixels: 127 / float(np.abs(pixels).max()),
    "quantize_activations": lambda values, *scales: (
        127 / float(np.abs(values).max()) / carried(*scales)
    ),
    "quantized_bias": lambda bias, *scales: Tensor(
        np.rint(np.asarray(bias, np.float64) * carried(*scales)).clip(-(2.0**31), 2.0**31 - 1)
    ),
    "value_range": lambda values: float(values.max() - values.min()),
    "three_sigma_range": lambda values: 6 * float(values.std()),
}


@cache
def small_exam() -> Exam:
    """The default exam with a tenth of its images."""
    return first(FEW, open_exam())


def context_of(forward: Forward | None = None, **functions: Callable[..., Any]) -> Context:
    """A context with right functions, some of them replaced."""
    exam = small_exam()
    session = Functions(RIGHT | functions, forward)
    tolerances = Tolerances(load_rubric().thresholds)
    return Context(exam, session, tolerances, exam.seed, ADDED, handed_on={"4.3": BATCH})


def failed_checks(question: Question[Any], context: Context) -> set[str]:
    """The checks that fail, without the name of their question; what is not reached is not told."""
    found = {outcome.check.name: outcome.verdict.status for outcome in question.judge(context)}
    return {name.rpartition(".")[2] for name, status in found.items() if status == "failed"}


def failure(judge: Callable[..., Any], *given: Any) -> Verdict | None:
    """What one judge finds to be wrong, or None."""
    try:
        judge(*given)
    except CheckFailed as failed:
        return failed.verdict
    return None
