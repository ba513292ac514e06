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
        self.bytes, self.claims, self.text = CAPS.bytes, CAPS.claims, CAPS.text

    def claim(self, value: Any, depth: int = 0) -> Claim:
        """Make the claim of one object; what does not travel becomes `other`, with its name."""
        kind = type(value)
        if value is None:
            return Claim("none")
        if kind in (torch.Tensor, torch.nn.Parameter):
            return self._tensor(value)
        if kind is np.ndarray:
            return self._array("ndarray", "array", value)
        if isinstance(value, np.generic):
            name = f"numpy.{value.dtype.name}"
            return self._array(name, name, np.asarray(value))
        if isinstance(value, bool | int | float):
            return self._number(value)
        if kind is str and len(value) <= self.text:
            self.text -= len(value)
            return Claim("str", text=value)
        if isinstance(value, dict):
            return self._sequence(dict, dict.items(value), depth)
        for base in (tuple, list):
            if isinstance(value, base):  # a named tuple is a tuple
                return self._sequence(base, value, depth)
        too_large = " that is too large" if kind is str else ""
        return self._other(f"{kind.__name__}{too_large}")

    def _number(self, value: bool | int | float) -> Claim:
        """The claim of the plain number, whatever a student's own subclass makes of it."""
        if isinstance(value, float):
            return Claim("float", np.asarray(float.__pos__(value)))
        plain = int.__pos__(value)
        if not -(2**63) <= plain < 2**63:
            return self._other("int that is too large")
        if isinstance(value, bool):
            return Claim("bool", np.asarray(value))
        return Claim("int", np.asarray(plain))

    def _sequence(self, base: type[Any], value: Any, depth: int) -> Claim:
        kind = base.__name__
        parts = tuple(value if base is dict else base.__iter__(value))
        if len(parts) >= self.claims or depth == CAPS.depth:
            return self._other(f"{kind} of {len(parts)} parts, too many or too deep")
        self.claims -= len(parts)
        return Claim(kind, items=tuple(self.claim(x, depth + 1) for x in parts))

    def _tensor(self, value: torch.Tensor) -> Claim:
        if value.layout != torch.strided:
            return self._other("sparse tensor")
        if value.device.type != "cpu":
            return self._other(f"tensor on {value.device.type}")
        if value.is_quantized:
            return self._other("quantized tensor")
        if value.numel() * value.element_size() > self.bytes:  # before anything is copied
            return self._other("tensor that is too large")
        plain = value.detach().resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:
            plain = plain.float()  # NumPy has none; float32 holds every value
        if str(plain.dtype).removeprefix("torch.") not in DTYPES:
            return self._other(f"tensor of {plain.dtype}")
        return self._array("tensor", "tensor", plain.numpy())

    def _array(self, kind: str, name: str, array: Array) -> Claim:
        if array.dtype.name not in DTYPES:
            return self._other(f"{name} of {array.dtype.name}")
        if array.nbytes > self.bytes or array.ndim > CAPS.rank:
            return self._other(f"{name} that is too large")
        self.bytes -= array.nbytes
        return Claim(kind, array.astype(array.dtype.newbyteorder("="), order="C", copy=False))

    def _other(self, words: str) -> Claim:
        words = words[: min(80, self.text)]
        self.text -= len(words)
        article = "an" if words[:1].lower() in tuple("aeiou") else "a"
        return Claim("other", words=f"{article} {words}")
