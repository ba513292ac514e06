"""What passes between the trusted process and a worker: frames of plain values, never an object.

A frame is the length of its header (4 bytes), a JSON header and the raw bytes of its arrays. The
header carries a few fields and one tree of claims; each number, array and tensor of the tree is a
dtype, a shape and that many bytes behind the header, in the order of the tree. Both sides use this
file (standard library and numpy only). The trusted process trusts nothing of what it reads:
everything is checked against `Caps` before any memory is reserved for it.
"""

from __future__ import annotations

import functools
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

DTYPES = frozenset(
    np.dtype(code).name
    for code in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
)
SEQUENCES = ("tuple", "list", "dict")
"""The kinds of claims that hold others; a dict holds its pairs, and comes from students alone."""
NUMBERS = {"float": "float64", "int": "int64", "bool": "bool"}
"""Python's numbers, and the dtype that each travels in."""
_LENGTH = struct.Struct("<I")


class WireError(Exception):
    """A frame that is not what a frame must be."""


@dataclass(frozen=True)
class Caps:
    """What a frame may hold; an exporter keeps to it, a reader insists on it."""

    header: int = 2 << 20
    """Bytes of the JSON header."""
    bytes: int = 64 << 20
    """Bytes of all arrays together."""
    claims: int = 2000
    depth: int = 8
    rank: int = 8
    text: int = 100_000
    """Characters of all texts together."""


CAPS = Caps()


@dataclass(frozen=True, eq=False)
class Tensor:
    """An array that arrives in the student's process as a `torch.Tensor` of that dtype."""

    array: Array


@dataclass(frozen=True)
class Number:
    """A number that arrives as exactly its kind.

    `float`, `int`, `bool`, `numpy.float32` (any numpy scalar), `tensor.float32` (a 0-d tensor).
    """

    value: float
    kind: str = "float"


Value: TypeAlias = (
    "Tensor | Array | Number | Sequence[Value] | str | bool | int | float | np.generic | None"
)


@dataclass(frozen=True, eq=False)
class Claim:
    """A value as it crossed the wire."""

    kind: str
    """`tensor`, `ndarray`, `float`, `int`, `bool`, `numpy.float32`..., `tuple`, `list`, `dict`,
    `str`, `none`, or `other` for everything else."""
    array: Array | None = None
    """The raw values of a tensor, an array or a number (0-d), in their true dtype and shape."""
    items: tuple[Claim, ...] = ()
    """Of a tuple or a list; of a dict its pairs, as tuples."""
    text: str = ""
    """Of a `str`."""
    words: str = ""
    """What a person reads in its place: `a tensor of int8, 6x3x5x5`, `a dict`, `None`."""

    @property
    def number(self) -> Number | None:
        """The same number as a value to send back, or None where this is no real number."""
        if self.array is None or self.array.ndim or self.kind == "ndarray":
            return None
        if self.array.dtype.kind == "c":
            return None
        kind = f"tensor.{self.array.dtype}" if self.kind == "tensor" else self.kind
        return Number(self.array.item(), kind)


def claim_of(value: Value) -> Claim:
    """The claim that carries a value of the trusted side.

    Raises:
        WireError: the value is of a type that does not travel.
    """
    if value is None:
        return Claim("none")
    if isinstance(value, Tensor):
        return Claim("tensor", np.asarray(value.array))
    if isinstance(value, np.ndarray):
        return Claim("ndarray", value)
    if isinstance(value, Number):
        return _claim_of_number(value)
    if isinstance(value, np.generic):
        return Claim(f"numpy.{value.dtype}", np.asarray(value))
    if isinstance(value, str):
        return Claim("str", text=value)
    for kind, dtype in NUMBERS.items():
        if type(value).__name__ == kind:
            return Claim(kind, np.asarray(value, dtype))
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return Claim(kind, items=tuple(claim_of(item) for item in value))
    raise WireError(f"a value of type {type(value).__name__} does not travel")


def _claim_of_number(number: Number) -> Claim:
    family, _, dtype = number.kind.partition(".")
    if family == "tensor" and dtype in DTYPES:
        return Claim("tensor", np.asarray(number.value).astype(dtype))
    if _dtype_of(number.kind) not in DTYPES:
        raise WireError(f"no number is of kind {number.kind!r}")
    return Claim(number.kind, np.asarray(number.value).astype(_dtype_of(number.kind)))


def _dtype_of(kind: str) -> str:
    """The dtype that numbers of a kind travel in; empty if there is no such kind."""
    family, _, dtype = kind.partition(".")
    return dtype if family == "numpy" else NUMBERS.get(kind, "")


@dataclass(frozen=True)
class Frame:
    """One message: a few plain fields and at most one tree of claims."""

    fields: dict[str, Any]
    claim: Claim = field(default_factory=lambda: Claim("none"))


Place = Callable[[Array], "int | None"]
"""Tells where an array lies in the memory that both sides map; None if it lies elsewhere."""
Look = Callable[[int, int], Any]
"""Gives so many bytes of that memory, from an offset on, as a buffer of the reader's own."""


def pack(frame: Frame, place: Place = lambda _array: None) -> list[memoryview]:
    """The frame as buffers to be written one after the other; arrays are not copied.

    Args:
        frame: the message.
        place: an array that it finds is not sent; the header says where the array lies.
    """
    arrays: list[Array] = []
    header = {**frame.fields, "claim": _node(frame.claim, arrays, place)}
    # A student's text may hold half a pair of surrogates, which the other side would refuse.
    text = json.dumps(header, allow_nan=False, ensure_ascii=False).encode(errors="replace")
    return [memoryview(_LENGTH.pack(len(text)) + text), *map(_bytes_of, arrays)]


def receive(
    fill: Callable[[memoryview], None], caps: Caps = CAPS, look: Look | None = None
) -> Frame:
    """Read one frame.

    Args:
        fill: fills a whole buffer or raises.
        caps: what the frame may hold.
        look: gives the bytes of arrays that were not sent; None: all arrays must have been sent.

    Raises:
        WireError: the frame breaks a rule of this file or exceeds a cap.
    """
    prefix = bytearray(_LENGTH.size)
    fill(memoryview(prefix))
    (length,) = _LENGTH.unpack(prefix)
    if length > caps.header:
        raise WireError(f"a header of {length} bytes")
    text = bytearray(length)
    fill(memoryview(text))
    header = _strict_json(text)
    reader = _Reader(caps, look)
    claim = reader.claim(header.pop("claim", None), depth=0)
    for array in reader.arrays:
        fill(_bytes_of(array))
        if array.dtype == bool and (array.view(np.uint8) > 1).any():
            raise WireError("a bool that is neither 0 nor 1")
    return Frame(header, claim)


def clean(text: str, limit: int) -> str:
    """Text from a student for a person: bounded, without control, bidi and invisible signs."""
    if len(text) > limit:
        half = limit // 2
        text = (
            f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] == "C" or category in ("Zl", "Zp")  # separators of lines and paragraphs


def _bytes_of(array: Array) -> memoryview:
    return memoryview(np.ascontiguousarray(array).reshape(-1).view(np.uint8))  # type: ignore[arg-type]


@functools.cache
def _name_of(dtype: np.dtype[Any]) -> str:
    """The name of a dtype, which NumPy makes up anew whenever it is asked."""
    return dtype.name


def _node(claim: Claim, arrays: list[Array], place: Place) -> dict[str, Any]:
    """The claim as plain data for the header; arrays to be sent are appended to `arrays`."""
    node: dict[str, Any] = {"kind": claim.kind}
    if claim.array is not None:
        node |= {"dtype": _name_of(claim.array.dtype), "shape": claim.array.shape}
        if (offset := place(claim.array)) is not None:
            node["at"] = offset
        else:
            arrays.append(claim.array)
    elif claim.kind in SEQUENCES:
        node["items"] = [_node(item, arrays, place) for item in claim.items]
    elif claim.kind == "str":
        node["text"] = claim.text
    elif claim.kind == "other":
        node["words"] = claim.words
    return node


class _Reader:
    """Reads the tree of claims of one header, counting against the caps."""

    def __init__(self, caps: Caps, look: Look | None) -> None:
        self.caps, self.look = caps, look
        self.arrays: list[Array] = []
        self.claims = self.bytes = self.characters = 0

    def claim(self, node: object, depth: int) -> Claim:
        self.claims += 1
        if self.claims > self.caps.claims or depth > self.caps.depth:
            raise WireError("a claim with too many parts")
        if not isinstance(node, dict) or not isinstance(node.get("kind"), str):
            raise WireError("a claim without a kind")
        kind = node["kind"]
        if kind in SEQUENCES:
            _only(node, "items", list)
            items = tuple(self.claim(item, depth + 1) for item in node["items"])
            if kind == "dict" and any(
                (each.kind, len(each.items)) != ("tuple", 2) for each in items
            ):
                raise WireError("a dict of other parts than pairs")
            words = "a dict" if kind == "dict" else f"a {kind} of {len(items)}"
            return Claim(kind, items=items, words=words)
        if kind == "str":
            text = self._text(_only(node, "text", str))
            return Claim(kind, text=text, words="a str")
        if kind == "other":
            return Claim(kind, words=clean(self._text(_only(node, "words", str)), 200))
        if kind == "none":
            _only(node)
            return Claim(kind, words="None")
        return self._array(node)

    def _array(self, node: dict[str, Any]) -> Claim:
        if node.keys() - ({"at"} if self.look else ()) != {"kind", "dtype", "shape"}:
            raise WireError("a claim with other fields than its kind has")
        kind, dtype, shape = node["kind"], node["dtype"], node["shape"]
        if not isinstance(dtype, str) or dtype not in DTYPES:
            raise WireError("an array of a dtype that does not travel")
        if not isinstance(shape, list) or len(shape) > self.caps.rank:
            raise WireError("an array of too high a rank")
        size = np.dtype(dtype).itemsize
        for side in shape:
            if type(side) is not int or side < 0:
                raise WireError("an array with an impossible shape")
            size *= max(side, 1)  # NumPy multiplies the sides of an empty array as well
        if kind not in ("tensor", "ndarray") and (shape or _dtype_of(kind) != dtype):
            raise WireError("a number that is none")
        words = describe(kind, dtype, shape)
        if self.look is not None and "at" in node:
            array = np.frombuffer(self.look(node["at"], size), dtype).reshape(shape)
            return Claim(kind, array, words=words)
        self.bytes += size
        if self.bytes > self.caps.bytes:
            raise WireError(f"arrays of more than {self.caps.bytes} bytes")
        try:
            array = np.empty(shape, dtype)
        except MemoryError as error:
            raise WireError(f"arrays of {self.bytes} bytes, for which there is no room") from error
        self.arrays.append(array)
        return Claim(kind, array, words=words)

    def _text(self, text: str) -> str:
        self.characters += len(text)
        if self.characters > self.caps.text:
            raise WireError(f"texts of more than {self.caps.text} characters")
        return clean(text, len(text))


def describe(kind: str, dtype: str, shape: Sequence[int]) -> str:
    """What a person reads in place of a tensor, an array or a number."""
    if kind not in ("tensor", "ndarray"):
        return f"an {kind}" if kind == "int" else f"a {kind}"
    name = "a tensor" if kind == "tensor" else "an array"
    return f"{name} of {dtype}, {'x'.join(map(str, shape)) or '0-d'}"


def _only(node: dict[str, Any], key: str = "", kind: type = object) -> Any:
    """The one value that a node has beside its kind."""
    if node.keys() != ({"kind", key} if key else {"kind"}):
        raise WireError("a claim with other fields than its kind has")
    value = node.get(key)
    if not isinstance(value, kind):
        raise WireError(f"a claim whose {key} is no {kind.__name__}")
    return value


SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""Half of a pair, as JSON escapes it."""


def _strict_json(text: bytes | bytearray) -> dict[str, Any]:
    """A JSON object without NaN, Infinity, fractions, long integers, duplicate keys, surrogates."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(found)
        if len(fields) != len(found):
            raise WireError("a header with a key given twice")
        return fields

    def integer(digits: str) -> int:
        if len(digits) > 19:
            raise WireError("a header with a number of too many digits")
        return int(digits)

    def refuse(number: str) -> None:
        raise WireError(f"a header with the number {number[:20]}")

    try:
        header = json.loads(
            text.decode(),
            object_pairs_hook=pairs,
            parse_int=integer,
            parse_float=refuse,
            parse_constant=refuse,
        )
        if SURROGATE.search(text):  # alone it is no character, and cannot be written anywhere
            json.dumps(header, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise WireError("a header that is no JSON") from error
    if not isinstance(header, dict):
        raise WireError("a header that is no object")
    return header
