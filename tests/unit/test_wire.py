"""Frames: what is sent arrives, and nothing else is ever accepted."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.sandbox import wire
from grader.sandbox.wire import Caps, Claim, Frame, Number, Tensor, WireError


def reader(data: bytes) -> Callable[[memoryview], None]:
    rest = memoryview(data)

    def fill(view: memoryview) -> None:
        nonlocal rest
        if len(rest) < len(view):
            raise EOFError
        view[:] = rest[: len(view)]
        rest = rest[len(view) :]

    return fill


def sent(frame: Frame) -> bytes:
    return b"".join(wire.pack(frame))


def framed(header: object, arrays: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + arrays


def same(a: Claim, b: Claim) -> bool:
    if (a.kind, a.text, len(a.items)) != (b.kind, b.text, len(b.items)):
        return False
    if (a.array is None) != (b.array is None):
        return False
    if a.array is not None and b.array is not None:
        if (a.array.dtype, a.array.shape) != (b.array.dtype, b.array.shape):
            return False
        if a.array.tobytes() != b.array.tobytes():
            return False
    return all(map(same, a.items, b.items))


dtypes = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype)
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(st.characters(categories=["L", "N", "P"]), max_size=20),
    arrays,
    arrays.map(Tensor),
    st.builds(Number, st.floats(-100, 100), st.sampled_from(["float", "tensor.float32"])),
)
values = st.recursive(leaves, lambda v: st.lists(v, max_size=4) | st.tuples(v, v), max_leaves=20)


@given(values)
def test_a_value_arrives_bit_for_bit(value: Any) -> None:
    claim = wire.claim_of(value)
    arrived = wire.receive(reader(sent(Frame({"id": 7}, claim))))
    assert arrived.fields == {"id": 7}
    assert same(arrived.claim, claim)


@given(st.text(st.characters(categories=["Cs", "Lu", "So"])))
def test_a_text_arrives_but_for_surrogates_which_no_text_can_hold(text: str) -> None:
    received = wire.receive(reader(sent(Frame({"message": text}, wire.claim_of(text)))))
    told = text.encode(errors="replace").decode()
    assert (received.fields, received.claim.text) == ({"message": told}, told)


@given(values, st.data())
def test_a_cut_frame_is_no_frame(value: Any, data: st.DataObject) -> None:
    whole = sent(Frame({"id": 7}, wire.claim_of(value)))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises((EOFError, WireError)):
        wire.receive(reader(whole[:cut]))


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_raise(data: bytes) -> None:
    for text in (data, framed(data)):
        try:
            wire.receive(reader(text))
        except (EOFError, WireError):
            continue


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda v: (
        st.lists(v, max_size=4)
        | st.dictionaries(
            st.sampled_from(["claim", "kind", "dtype", "shape", "items", "text", "words"]), v
        )
    ),
    max_leaves=20,
)


@given(json_values, st.binary(max_size=100))
def test_no_header_does_more_than_raise(header: Any, blob: bytes) -> None:
    try:
        wire.receive(reader(framed(header, blob)))
    except (EOFError, WireError):
        return


TENSOR = {"kind": "tensor", "dtype": "float32", "shape": [2]}


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "tensor", "dtype": "float32", "shape": [2], "more": 1},
        {"kind": "tensor", "dtype": "float32"},
        {"kind": "tensor", "dtype": "object", "shape": [1]},
        {"kind": "tensor", "dtype": "O8", "shape": [1]},
        {"kind": "tensor", "dtype": ["float32"], "shape": [1]},
        {"kind": "tensor", "dtype": "float32", "shape": [-1]},
        {"kind": "tensor", "dtype": "float32", "shape": [True]},
        {"kind": "tensor", "dtype": "float32", "shape": [1] * 9},
        {"kind": "tensor", "dtype": "float32", "shape": [0, 10**18]},
        {"kind": "tensor", "dtype": "float32", "shape": [0, 2**28, 2**28, 2**28]},
        {"kind": "tensor", "dtype": "float32", "shape": [1 << 20, 1 << 20]},
        {
            "kind": "tuple",
            "items": [{"kind": "tensor", "dtype": "float32", "shape": [1 << 25]}] * 3,
        },
        {"kind": "float", "dtype": "float32", "shape": []},
        {"kind": "float", "dtype": "float64", "shape": [1]},
        {"kind": "numpy.float32", "dtype": "float64", "shape": []},
        {"kind": "numpy.object", "dtype": "object", "shape": []},
        {"kind": "dict", "dtype": "float64", "shape": []},
        {"kind": "none", "text": ""},
        {"kind": "str", "text": 5},
        {"kind": "other", "text": "a dict"},
        {"kind": 5},
        {"kind": "list", "items": {}},
        {"kind": "dict", "items": [{"kind": "none"}]},
        {"kind": "dict", "items": [{"kind": "tuple", "items": [{"kind": "none"}]}]},
        {"kind": "dict", "items": [{"kind": "list", "items": [{"kind": "none"}] * 2}]},
        {"kind": "list", "items": [{"kind": "none"}] * 2001},
        {},
        None,
        [],
    ],
    ids=lambda claim: json.dumps(claim)[:60],
)
def test_a_claim_that_breaks_a_rule_is_refused_before_its_bytes_are_read(claim: object) -> None:
    with pytest.raises(WireError):
        wire.receive(reader(framed({"id": 1, "claim": claim})))


def test_a_claim_that_is_too_deep_is_refused() -> None:
    node: dict[str, object] = {"kind": "none"}
    for _ in range(Caps().depth + 1):
        node = {"kind": "list", "items": [node]}
    with pytest.raises(WireError):
        wire.receive(reader(framed({"claim": node})))


@pytest.mark.parametrize(
    "text",
    [
        b'{"id": NaN}',
        b'{"id": Infinity}',
        b'{"id": 1.5}',
        b'{"id": 1e3}',
        b'{"id": 1, "id": 1}',
        b'{"id": 99999999999999999999}',
        b"[1]",
        b"\xff\xfe",
        b'{"id": 1',
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_json_is_read_strictly(text: bytes) -> None:
    with pytest.raises(WireError):
        wire.receive(reader(framed(text)))


def test_a_header_over_the_cap_is_refused_before_it_is_read() -> None:
    with pytest.raises(WireError):
        wire.receive(reader(struct.pack("<I", Caps().header + 1)))


def test_a_bool_of_another_byte_is_refused() -> None:
    claim = {"kind": "ndarray", "dtype": "bool", "shape": [2]}
    with pytest.raises(WireError):
        wire.receive(reader(framed({"claim": claim}, b"\x01\x02")))


def test_texts_over_the_cap_are_refused() -> None:
    text = {"kind": "str", "text": "x" * 60_000}
    with pytest.raises(WireError):
        wire.receive(reader(framed({"claim": {"kind": "list", "items": [text, text]}})))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Tensor(np.zeros((6, 3, 5, 5), np.int8)), "a tensor of int8, 6x3x5x5"),
        (Number(2.5, "tensor.float32"), "a tensor of float32, 0-d"),
        (np.zeros(3), "an array of float64, 3"),
        (np.float32(1), "a numpy.float32"),
        (1.5, "a float"),
        (3, "an int"),
        (None, "None"),
        ((1, 2), "a tuple of 2"),
        ("text", "a str"),
    ],
)
def test_a_claim_has_words_for_a_person(value: Any, words: str) -> None:
    assert wire.receive(reader(sent(Frame({}, wire.claim_of(value))))).claim.words == words


@pytest.mark.parametrize("kind", ["float", "numpy.float32", "numpy.float64", "tensor.float32"])
def test_a_number_goes_back_as_the_kind_it_came(kind: str) -> None:
    claim = wire.claim_of(Number(2.5, kind))
    assert claim.number == Number(2.5, kind)


@pytest.mark.parametrize("value", [Tensor(np.zeros(2)), np.zeros(()), "2.5", None, (1.0,)])
def test_other_values_are_no_number(value: Any) -> None:
    assert wire.claim_of(value).number is None


@given(st.text(), st.integers(50, 200))
def test_cleaned_text_is_bounded_and_shows_what_it_says(text: str, limit: int) -> None:
    shown = wire.clean(text, limit)
    assert len(shown) <= limit + 50
    assert not set(shown) & {"\x1b", "\x00", "\r", "\u202e", "\u200b", "\u2066", "\ud800"}


def test_cleaning_keeps_honest_text() -> None:
    text = "line 1\n\tn_W · W ≈ 2½ — naïve, 量化\n"
    assert wire.clean(text, 100) == text
