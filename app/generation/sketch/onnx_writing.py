"""A chain of convolutions as an ONNX file: the few messages of the format that takes, written by hand.

ONNX's own package would be a dependency of 15 MB for one converter. Fields by number as in onnx.proto3; opset 13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

_IR_VERSION, _OPSET = 7, 13
_FLOAT = 1
_INT, _INTS = 2, 7


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operator after the other: its ONNX name, its weights after the picture, and whole-number attributes."""

    kind: str
    weights: tuple[npt.NDArray[np.float32], ...] = ()
    attributes: Mapping[str, int | Sequence[int]] = field(default_factory=dict)


def chain_model(operations: Sequence[Operation], channels: int, *, domain: str = "") -> bytes:
    """A model with the input ``image`` (1, C, H, W) and the output ``sketch``, both of any height and width."""
    graph = b""
    value = "image"
    initialisers = b""
    for number, operation in enumerate(operations):
        names = [f"w{number}_{k}" for k in range(len(operation.weights))]
        result = "sketch" if number == len(operations) - 1 else f"v{number}"
        node = b"".join(_text(1, name) for name in (value, *names)) + _text(2, result) + _text(4, operation.kind)
        node += b"".join(_message(5, _attribute(name, what)) for name, what in operation.attributes.items())
        graph += _message(1, node + (_text(7, domain) if domain else b""))
        initialisers += b"".join(map(_tensor, names, operation.weights))
        value = result
    graph += _text(2, "sketch") + initialisers
    graph += _message(11, _port("image", channels)) + _message(12, _port("sketch", None))
    opset = _message(8, _text(1, "") + _number(2, _OPSET))
    return _number(1, _IR_VERSION) + _text(2, "facewright") + _message(7, graph) + opset


def _tensor(name: str, values: npt.NDArray[np.float32]) -> bytes:
    dims = b"".join(_number(1, size) for size in values.shape)
    raw = np.ascontiguousarray(values, "<f4").tobytes()
    return _message(5, dims + _number(2, _FLOAT) + _text(8, name) + _message(9, raw))


def _attribute(name: str, what: int | Sequence[int]) -> bytes:
    if isinstance(what, int):
        return _text(1, name) + _number(3, what) + _number(20, _INT)
    return _text(1, name) + b"".join(_number(8, value) for value in what) + _number(20, _INTS)


def _port(name: str, channels: int | None) -> bytes:
    batch, open_ends = _message(1, _number(1, 1)), [_message(1, _text(2, end)) for end in ("height", "width")]
    planes = _message(1, _number(1, channels) if channels else _text(2, "channels"))
    shape = batch + planes + b"".join(open_ends)
    return _text(1, name) + _message(2, _message(1, _number(1, _FLOAT) + _message(2, shape)))


def _text(number: int, text: str) -> bytes:
    return _message(number, text.encode())


def _message(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
