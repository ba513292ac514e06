"""What was given to student code and what it claimed, as arrays and texts with names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from grader.regrade.recorder import (
    Asked,
    Builds,
    Calls,
    Forwards,
    QuantizesLayers,
    Reads,
    Reply,
    Request,
)
from grader.sandbox.outside.answer import Built, Died, Forwarded, Missing, Raised, Returned
from grader.sandbox.wire import Array, Claim, Number, Tensor, claim_of, clean

Shown: TypeAlias = "Array | str"
"""A number is an array without dimensions; a text stands for what is no array."""

LONGEST = 400
"""Characters of a text."""
SCALES_SO_FAR = ("n_w", "n_initial_input", "ns")
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "value_range": ("values",),
    "three_sigma_range": ("values",),
    "quantized_weights": ("weights",),
    "NetQuantized.quantize_initial_input": ("pixels",),
    "NetQuantized.quantize_activations": ("activations", *SCALES_SO_FAR),
    "NetQuantizedWithBias.quantized_bias": ("bias", *SCALES_SO_FAR),
    "power_of_two_scale": ("scale",),
    "quantize_multiplier": ("scale",),
    "requantize": ("accumulator", "multiplier", "shift"),
    "quantized_weights_nbit": ("weights", "bits"),
    "quantized_bias_nbit": ("bias", "bits", *SCALES_SO_FAR),
    "quantized_weights_per_channel": ("weights",),
}
"""What the lab calls the arguments of each function."""
RESULTS: Mapping[str, tuple[str, ...]] = {
    "value_range": ("range",),
    "three_sigma_range": ("range",),
    "quantized_weights": ("integers", "scale"),
    "NetQuantized.quantize_initial_input": ("scale",),
    "NetQuantized.quantize_activations": ("scale",),
    "NetQuantizedWithBias.quantized_bias": ("integers",),
    "power_of_two_scale": ("scale",),
    "quantize_multiplier": ("multiplier", "shift"),
    "requantize": ("integers",),
    "quantized_weights_nbit": ("integers", "scale"),
    "quantized_bias_nbit": ("integers",),
    "quantized_weights_per_channel": ("integers", "scales"),
}
"""What to call what each of them returns, part by part."""


def function_of(request: Request) -> str:
    """What of a submission was asked, as a student calls it."""
    if isinstance(request, Calls | Reads):
        return request.name
    if isinstance(request, Builds):
        return request.plan.cls
    if isinstance(request, Forwards):
        return f"{request.built.plan.cls}.forward"
    return "quantize_layer_weights"


def given(request: Request) -> dict[str, Shown]:
    """What was passed in."""
    if isinstance(request, Calls):
        names = PARAMETERS.get(request.name, ())
        every = [*names, *(f"argument {at + 1}" for at in range(len(names), 9))]
        return {name: _of_value(each) for name, each in zip(every, request.arguments, strict=False)}
    if isinstance(request, Reads):
        return {}
    if isinstance(request, Builds):
        return _of_plan(request)
    if isinstance(request, QuantizesLayers):
        weights = {f"{layer}.weight": values for layer, values in request.weights.items()}
        return {**weights, "images": request.images}
    return {"images": request.images, "batch": np.asarray(request.batch)}


def _of_plan(request: Builds) -> dict[str, Shown]:
    plan = request.plan
    found: dict[str, Shown] = {"input_activations": plan.input_activations}
    found |= {f"{layer}.activations": values for layer, values in plan.activations.items()}
    if plan.quantized_weights is None:
        found |= {f"{layer}.weight": values for layer, values in plan.weights.items()}
    else:
        for layer, (integers, scale) in plan.quantized_weights.items():
            found |= {f"{layer}.weight": integers.array, f"{layer}.weight.scale": _number(scale)}
    found |= {f"{layer}.bias": values for layer, values in plan.biases.items()}
    if plan.input_scale is not None:
        found["input_scale"] = _number(plan.input_scale)
    for layer, scale in zip(plan.architecture.names, plan.output_scales or (), strict=False):
        found[f"{layer}.output_scale"] = _number(scale)
    if plan.bias is not None:
        found["quantized bias"] = plan.bias.array
    return found


def _of_value(value: Any) -> Shown:
    if isinstance(value, Tensor):
        return value.array
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, list | tuple):
        rows = [[float(_of_value(each)) for each in pair] for pair in value]
        return np.asarray(rows, np.float64).reshape(-1, 2)  # the lab's ns: pairs of scales
    claim = claim_of(value)
    return str(value) if claim.array is None else claim.array


def _number(number: Number) -> Array:
    array = claim_of(number).array
    return np.asarray(number.value) if array is None else array


def claimed(asked: Asked) -> dict[str, Shown]:
    """What came back; nothing where there is no claim."""
    answer = asked.answer
    if isinstance(answer, Returned):
        return _of_result(answer.claim, function_of(asked.request))
    if isinstance(answer, Forwarded):
        return _shown_parts({"outputs": answer.outputs} | into(answer.inputs))
    if isinstance(answer, Built):
        return _shown_parts({"input_scale": answer.input_scale} | _of_layers(answer))
    return {}


def into(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """By what to call them, what layers were given."""
    return {f"into {layer}": each for layer, each in inputs.items()}


def _of_layers(built: Built) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for layer, each in built.layers.items():
        found |= {
            f"{layer}.weight": each.weight,
            f"{layer}.weight.scale": each.scale,
            f"{layer}.output_scale": each.output_scale,
        }
        if each.bias.kind != "none":
            found[f"{layer}.bias"] = each.bias
    return found


def _of_result(claim: Claim, function: str) -> dict[str, Shown]:
    names = RESULTS.get(function, ())
    if is_unpacked(claim, names):
        return _shown_parts(dict(zip(names, claim.items, strict=True)))
    return _shown_parts({names[0] if len(names) == 1 else "result": claim})


def is_unpacked(claim: Claim, names: Sequence[str]) -> bool:
    """Whether a result has a part for each of several names."""
    return len(names) > 1 and claim.kind in ("tuple", "list") and len(claim.items) == len(names)


def _shown_parts(parts: Mapping[str, Claim]) -> dict[str, Shown]:
    return {name: value for key, claim in parts.items() for name, value in _flattened(key, claim)}


def _flattened(name: str, claim: Claim) -> Iterator[tuple[str, Shown]]:
    if claim.array is not None:
        yield name, claim.array
    elif claim.items and claim.kind != "dict":
        for at, item in enumerate(claim.items):
            yield from _flattened(f"{name}[{at}]", item)
    elif claim.kind == "dict":
        yield (
            name,
            ", ".join(": ".join(_brief(each) for each in item.items) for item in claim.items),
        )
    else:
        yield name, claim.text if claim.kind == "str" else claim.words


def _brief(claim: Claim) -> str:
    if claim.array is not None and claim.array.size == 1:
        return f"{claim.array.item()}"
    return claim.text or claim.words


def with_right(asked: Asked, expected: Mapping[str, Shown]) -> Reply | None:
    """The answer with what is right in place of what was claimed; None where that is not known."""
    answer, right = asked.answer, {name: _right_claim(each) for name, each in expected.items()}
    if isinstance(answer, Forwarded):
        if "outputs" not in right:
            return None
        inputs = {n: right.get(f"into {n}", each) for n, each in answer.inputs.items()}
        return replace(answer, outputs=right["outputs"], inputs=inputs)
    if not isinstance(asked.request, Calls):
        return None
    names = RESULTS.get(asked.request.name, ())
    if isinstance(answer, Returned) and is_unpacked(answer.claim, names):  # one may do as it is
        right = {**dict(zip(names, answer.claim.items, strict=True)), **right}
    if not names or not expected or not all(name in right for name in names):
        return None
    parts = tuple(right[name] for name in names)
    return Returned(parts[0] if len(parts) == 1 else Claim("tuple", items=parts))


def _right_claim(value: Shown) -> Claim:
    if isinstance(value, str):
        return Claim("str", text=value)
    return Claim("tensor" if value.ndim else "float", value.astype(np.float64))


def failure(asked: Asked) -> str:
    """Why there is no claim, in words; empty where there is one."""
    answer = asked.answer
    if isinstance(answer, Returned | Forwarded | Built):
        return ""
    if isinstance(answer, Raised):
        place = f" at {answer.where}" if answer.where else ""
        return f"raised {answer.kind}{place}: {' '.join(answer.message.split())}"
    if isinstance(answer, Missing):
        return f"{answer.name} is not defined"
    return answer.reason if isinstance(answer, Died) else answer.words


def brief(value: Shown) -> str:
    """A number or a text as it is, bounded; of an array what it is."""
    if isinstance(value, str):
        return clean(value, LONGEST)
    if value.size == 1 and value.dtype.kind in "fiub":
        return f"{value.item():.9g}"
    return f"{value.dtype} {'x'.join(map(str, value.shape))}"


def like(claimed: Array, right: Array) -> Array | None:
    """What was claimed in the shape of what is right; None where it does not fit."""
    return claimed.reshape(right.shape) if claimed.size == right.size else None
