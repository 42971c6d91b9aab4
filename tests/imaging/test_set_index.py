"""A mask survives being kept as sets and index, and nothing else is taken for one."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.faces.classes import ALL_BITS
from app.faces.errors import DamagedFileError
from app.faces.mask import Bits
from app.imaging import inflate as inflating
from app.imaging.inflate import inflate
from app.imaging.set_index import decode, decode_indexed, encode, indexed

MASKS = hnp.arrays(np.uint32, st.tuples(st.integers(0, 9), st.integers(0, 9)), elements=st.integers(0, ALL_BITS))


@given(MASKS)
def test_decoding_gives_back_every_pixel(bits: Bits) -> None:
    again = decode(encode(bits))
    assert again.dtype == np.uint32
    assert np.array_equal(again, bits)


@given(MASKS)
def test_sets_are_distinct_ascending_and_all_used(bits: Bits) -> None:
    sets, index = indexed(bits)
    assert sets.tolist() == sorted({int(value) for value in bits.ravel()})
    assert np.array_equal(sets[index], bits)


@pytest.mark.parametrize(("count", "kind"), [(256, np.uint8), (257, np.uint16), (65_537, np.uint32)])
def test_many_sets_take_a_wider_index(count: int, kind: type[np.generic]) -> None:
    bits = np.arange(count, dtype=np.uint32)[None]
    sets, index = decode_indexed(encode(bits))
    assert index.dtype == kind
    assert np.array_equal(sets[index], bits)


@given(st.binary(max_size=200))
def test_any_other_blob_is_refused(blob: bytes) -> None:
    with pytest.raises(DamagedFileError):
        decode(blob)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_noticed_or_changes_nothing_but_the_shape(place: int, flip: int) -> None:
    bits = np.kron(np.array([[1, 3], [7, 1 << 17]], np.uint32), np.ones((8, 8), np.uint32))
    blob = bytearray(encode(bits))
    blob[place % len(blob)] ^= flip
    try:
        again = decode(bytes(blob))
    except DamagedFileError:
        return
    assert np.array_equal(again.ravel(), bits.ravel())


def test_a_header_that_asks_for_too_much_is_refused_before_anything_is_made() -> None:
    blob = bytearray(encode(np.zeros((2, 2), np.uint32)))
    blob[4:12] = (2**31 - 1).to_bytes(4, "little") * 2
    with pytest.raises(DamagedFileError):
        decode(bytes(blob))


@pytest.mark.parametrize("fast", [True, False])
def test_inflating_gives_the_promised_bytes_and_nothing_else(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not fast:
        monkeypatch.setattr(inflating, "_fast", None)
    content = bytes(range(256)) * 40
    stream = zlib.compress(content)
    assert inflate(stream, len(content)) == content
    for wrong, size, word in (
        (stream, len(content) - 1, "more"),
        (stream, len(content) + 1, "fewer"),
        (stream[:-1], len(content), "fewer"),
        (stream[:-1] + b"\0", len(content), "corrupt"),
        (b"", 4, "fewer"),
        (b"\x78\x9c\xff\xff", 4, "corrupt"),
    ):
        with pytest.raises(DamagedFileError, match=word):
            inflate(wrong, size)


@given(st.binary(max_size=600), st.integers(0, 700), st.integers(1, 255), st.booleans())
def test_both_inflaters_accept_the_same_streams(content: bytes, place: int, flip: int, flipped: bool) -> None:
    stream = bytearray(zlib.compress(content))
    if flipped:
        stream[place % len(stream)] ^= flip
    quick = _outcome(bytes(stream), len(content))
    fast, inflating._fast = inflating._fast, None
    try:
        assert quick == _outcome(bytes(stream), len(content))
    finally:
        inflating._fast = fast


def _outcome(stream: bytes, size: int) -> bytes | str:
    try:
        return inflate(stream, size)
    except DamagedFileError as error:
        return str(error)
