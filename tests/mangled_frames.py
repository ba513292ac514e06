"""Damaged and hostile frames, drawn from a `Random`, and what the trusted side makes of them.

The unit test draws a few hundred, and `tests.benchmarks.fuzz_frames` draws a hundred thousand.
"""

import copy
import json
import struct
import traceback
from random import Random
from typing import Any

import numpy as np

from grader.checks import claims
from grader.sandbox import wire
from grader.sandbox.outside import messages
from grader.sandbox.outside.child import GoneError
from grader.sandbox.wire import Caps, Claim, Number, Tensor, WireError
from grader.verdict import CheckFailed

CAPS = Caps(bytes=1 << 20)
TOLD = {"kind": "ValueError", "message": "x", "where": "cell 1", "text": ""}
REPLIES: list[dict[str, Any]] = [
    {"answer": "ready", "layers": {"user": [True, "its own"]}},
    {"answer": "loaded", "failures": [TOLD]},
    {"answer": "returned"},
    {"answer": "built", "net": "student", "bypassed": False, "notes": ["a note"]},
    {"answer": "forwarded"},
    {"answer": "executed", "failed": TOLD},
    {"answer": "raised", **TOLD},
    {"answer": "missing", "name": "f", "suggestion": None, "because": TOLD},
]
VALUES: list[Any] = [
    *(None, "text", 7, 0.5, True, Number(3.0, "numpy.float32"), Number(3.0, "tensor.float64")),
    (Tensor(np.arange(6, dtype=np.int8).reshape(2, 3)), 0.5),
    [np.zeros((0, 3)), Tensor(np.full(3, np.nan, np.float32)), [], ()],
    (Tensor(np.asarray(127.0)), (None, [Tensor(np.ones((1, 2, 2), np.float16))])),
]
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**70), 10**30, 0.5, 1e308),
    *(float("nan"), float("inf"), "", "tensor", "ndarray", "tuple", "list", "str", "none", "int"),
    *("float", "bool", "other", "numpy.float32", "numpy.", "float32", "int8", "object", "O", "<f4"),
    *("complex64", "\ud800", "\udfff\ud800", "\0", "\u202e", "x" * 3000, [], {}, [[]], {"": None}),
    *([2, 3], [-1], [2**40], [2**62, 2**62], [1] * 40, [True], ["3"], [0, 2**62], {"kind": "none"}),
]
TOKENS = [b"{", b"}", b"[" * 3000, b'"', b"\\", b"\\ud800", b"\xff", b"\xed\xa0\x80", b"NaN", b"\0"]
KEYS = ["id", "answer", "claim", "kind", "dtype", "shape", "items", "text", "words", "at", "\ud800"]


def drawn(random: Random) -> bytes:
    """One frame, and what follows it in the pipe."""
    frame = wire.Frame({"id": 1, **random.choice(REPLIES)}, wire.claim_of(random.choice(VALUES)))
    head, *arrays = (bytes(view) for view in wire.pack(frame))
    header = json.loads(head[4:])
    for _ in range(random.choice([0, 1, 1, 2, 4])):
        random.choice([_replaced, _removed, _added])(random, header)
    text = bytearray(json.dumps(header).encode())
    for _ in range(random.choice([0, 0, 0, 1, 3])):
        random.choice([_cut, _inserted, _flipped])(random, text)
    length = len(text) if random.random() < 0.9 else random.choice([0, 1, len(text) + 5, 2**32 - 1])
    data = bytearray(struct.pack("<I", length) + text + b"".join(arrays))
    if random.random() < 0.2:
        random.choice([_cut, _inserted, _flipped])(random, data)
    return bytes(data)


def flaw(data: bytes) -> str | None:
    """What goes wrong where the trusted side reads a frame; None: nothing but what has a name."""
    rest = memoryview(data)

    def fill(view: memoryview) -> None:
        nonlocal rest
        if len(rest) < len(view):
            raise GoneError
        view[:], rest = rest[: len(view)], rest[len(view) :]

    try:
        frame = wire.receive(fill, CAPS)
        reply = messages.parse(frame.fields)
        json.dumps(frame.fields, ensure_ascii=False).encode()
        messages.size(frame.claim)
        _judge(frame.claim)
        wire.clean(repr(reply), 300).encode()
    except (WireError, GoneError):
        return None
    except BaseException:  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc()
    return None


def _judge(claim: Claim) -> None:
    """Take a claim for all that a check may ask for; each either is it or fails the check."""
    asked = (
        lambda: claims.scale(claim, "it"),
        lambda: claims.tensor(claim, (2, 3), "it"),
        lambda: [claims.scale(part, "it") for part in claims.pair(claim, "it")],
        lambda: messages.parts(claim, 2),
    )
    for ask in asked:
        try:
            ask()
        except (CheckFailed, WireError) as error:
            str(error).encode()
    if (number := claim.number) is not None:
        wire.claim_of(number)
    claim.words.encode()
    claim.text.encode()
    for item in claim.items:
        _judge(item)


def _places(found: Any) -> list[tuple[Any, Any]]:
    """Every container with each key of it."""
    keys = list(found) if isinstance(found, dict) else range(len(found))
    here = [(found, key) for key in keys]
    inner = [found[key] for key in keys if isinstance(found[key], dict | list)]
    return here + [place for each in inner for place in _places(each)]


def _replaced(random: Random, header: Any) -> None:
    if places := _places(header):
        container, key = random.choice(places)
        container[key] = copy.deepcopy(random.choice(ODD))


def _removed(random: Random, header: Any) -> None:
    if places := _places(header):
        container, key = random.choice(places)
        del container[key]


def _added(random: Random, header: Any) -> None:
    container, key = random.choice([(header, ""), *_places(header)])
    value = copy.deepcopy(random.choice(ODD))
    if isinstance(container, dict):
        container[random.choice(KEYS)] = value
    else:
        container.insert(key, value)


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data) + 1) :]


def _inserted(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(TOKENS)


def _flipped(random: Random, data: bytearray) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
