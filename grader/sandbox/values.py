"""Claims to Python objects and back (runs in the student's process)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from grader.sandbox.wire import CAPS, DTYPES, Array, Claim
else:
    from wire import CAPS, DTYPES, Claim


def value_of(claim: Claim) -> Any:
    """The object that a claim of the trusted side stands for."""
    if claim.kind in ("tuple", "list"):
        items = [value_of(item) for item in claim.items]
        return items if claim.kind == "list" else tuple(items)
    if claim.array is None:
        return claim.text if claim.kind == "str" else None
    if claim.kind == "tensor":
        return torch.from_numpy(claim.array)
    if claim.kind == "ndarray":
        return claim.array
    return claim.array[()] if claim.kind.startswith("numpy.") else claim.array.item()


class Exporter:
    """Makes claims of whatever student code returned, within the caps of one frame."""

    def __init__(self) -> None:
        self.bytes = CAPS.bytes
        self.claims = CAPS.claims

    def claim(self, value: object, depth: int = 0) -> Claim:
        """The claim of one object; what does not travel becomes `other`, with its name."""
        self.claims -= 1
        kind = type(value)
        if value is None:
            return Claim("none")
        if kind in (torch.Tensor, torch.nn.Parameter):
            return self._tensor(value)  # type: ignore[arg-type]
        if kind is np.ndarray:
            return self._array("ndarray", value)  # type: ignore[arg-type]
        if isinstance(value, np.generic):
            return self._array(f"numpy.{value.dtype.name}", np.asarray(value))
        if kind is bool or kind is float or (kind is int and -(2**63) <= value < 2**63):  # type: ignore[operator]
            return Claim(kind.__name__, np.asarray(value))
        if kind is str and len(value) <= CAPS.text:  # type: ignore[arg-type]
            return Claim("str", text=value)  # type: ignore[arg-type]
        if kind in (tuple, list):
            return self._sequence(value, depth)  # type: ignore[arg-type]
        return _other(f"{kind.__name__[:80]}{' that is too large' if kind in (int, str) else ''}")

    def _sequence(self, value: tuple[object, ...] | list[object], depth: int) -> Claim:
        kind = type(value).__name__
        if len(value) > self.claims or depth == CAPS.depth:
            return _other(f"{kind} of {len(value)} parts, too many or too deep")
        self.claims -= len(value)  # reserved, so that the parts of a part cannot use them up
        items = []
        for item in value:
            self.claims += 1
            items.append(self.claim(item, depth + 1))
        return Claim(kind, items=tuple(items))

    def _tensor(self, value: torch.Tensor) -> Claim:
        if value.layout != torch.strided:
            return _other("sparse tensor")
        if value.device.type != "cpu":
            return _other(f"tensor on {value.device.type}")
        if value.is_quantized:
            return _other("quantized tensor")
        if value.numel() * 4 > self.bytes:  # before anything is copied
            return _other("tensor that is too large")
        plain = value.detach().resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:
            plain = plain.float()  # NumPy has none; float32 holds every value
        if str(plain.dtype).removeprefix("torch.") not in DTYPES:
            return _other(f"tensor of {plain.dtype}")
        return self._array("tensor", plain.numpy())

    def _array(self, kind: str, array: Array) -> Claim:
        name = "tensor" if kind == "tensor" else "array"
        if array.dtype.name not in DTYPES:
            return _other(f"{name} of {array.dtype.name[:40]}")
        if array.nbytes > self.bytes or array.ndim > CAPS.rank:
            return _other(f"{name} that is too large")
        self.bytes -= array.nbytes
        return Claim(kind, array.astype(array.dtype.newbyteorder("="), order="C", copy=False))


def _other(words: str) -> Claim:
    article = "an" if words[:1].lower() in "aeiou" else "a"
    return Claim("other", words=f"{article} {words}")
