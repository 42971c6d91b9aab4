"""What an ONNX file says of itself, read without running any of it.

Models come from strangers. An ONNX file is data, but it may name other files (external tensors), ask for operators that
load code (custom domains), or want an input we cannot give; all three are to be known before a runtime opens it. The
format is protocol buffers, of which a few fields are enough (onnx.proto3, IR version 3 to 10).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.faces.errors import DamagedFileError, UnsafeFileError

SIZE_LIMIT = 1 << 30
STANDARD_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
FLOAT = 1

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DEPTH_LIMIT = 8
_MOST_VALUES = 1 << 40


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: its dimensions, None where they are open, and the number of its element type (1: float)."""

    name: str
    dims: tuple[int | None, ...]
    element: int


@dataclass(frozen=True, slots=True)
class OnnxFacts:
    """The inputs that are no weights, the outputs, the operators and how many weights there are."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    operators: frozenset[str]
    parameters: int


def read_facts(path: Path) -> OnnxFacts:
    """Look at a model. Raises DamagedFileError when it is none, UnsafeFileError when it asks for files or code."""
    if path.stat().st_size > SIZE_LIMIT:
        raise UnsafeFileError(f"{path.name} has more than {SIZE_LIMIT >> 30} GB; this is no model for sketches")
    try:
        # A message may come in pieces, which count together: looking at the first alone would not do.
        pieces = []
        for field, value in _fields(memoryview(path.read_bytes())):
            if field == 7 and isinstance(value, memoryview):
                pieces.append(value)
            elif field == 25 and isinstance(value, memoryview):
                _require_standard_function(value, path.name)
        if not any(pieces):
            raise ValueError("there is no graph in it")
        return _graph_facts(pieces, path.name)
    except (ValueError, IndexError, struct.error, UnicodeDecodeError) as error:
        raise DamagedFileError(f"{path.name} is no ONNX model, or only a part of one; choose another file") from error


def _graph_facts(pieces: Iterable[memoryview], name: str) -> OnnxFacts:
    inputs, outputs, operators = [], [], set()
    weights: dict[str, int] = {}
    for field, value in chain.from_iterable(map(_fields, pieces)):
        if not isinstance(value, memoryview):
            continue
        if field == 1:
            operators |= _operators(value, name)
        elif field == 5:
            weight, count = _weight(value, name)
            weights[weight] = count
        elif field == 15:
            _sparse_weight(value, name)
        elif field == 11:
            inputs.append(_port(value))
        elif field == 12:
            outputs.append(_port(value))
    wanted = tuple(port for port in inputs if port.name not in weights)
    return OnnxFacts(wanted, tuple(outputs), frozenset(operators), sum(weights.values()))


def _require_standard_function(function: memoryview, name: str) -> None:
    for field, value in _fields(function):
        if field == 7 and isinstance(value, memoryview):
            _operators(value, name)


def _operators(node: memoryview, name: str, depth: int = 0) -> set[str]:
    """A node's operator and those of the graphs in its attributes."""
    if depth > _DEPTH_LIMIT:
        raise UnsafeFileError(f"{name} nests its graphs too deeply")
    kind, domain, found = "", "", set()
    for field, value in _fields(node):
        if field == 4 and isinstance(value, memoryview):
            kind = str(value, "utf-8")
        elif field == 7 and isinstance(value, memoryview):
            domain = str(value, "utf-8")
        elif field == 5 and isinstance(value, memoryview):
            for part, inner in _fields(value):
                if not isinstance(inner, memoryview):
                    continue
                if part in (5, 10):
                    _weight(inner, name)
                elif part in (22, 23):
                    _sparse_weight(inner, name)
                elif part in (6, 11):
                    for graph_field, nested in _fields(inner):
                        if graph_field == 1 and isinstance(nested, memoryview):
                            found |= _operators(nested, name, depth + 1)
                        elif graph_field == 5 and isinstance(nested, memoryview):
                            _weight(nested, name)
                        elif graph_field == 15 and isinstance(nested, memoryview):
                            _sparse_weight(nested, name)
    if domain not in STANDARD_DOMAINS:
        raise UnsafeFileError(
            f"{name} uses the operator {kind[:40]!r} of {domain[:40]!r}, which would need foreign code"
        )
    return found | {kind}


def _weight(tensor: memoryview, name: str) -> tuple[str, int]:
    """A tensor's name and number of values; one that lies in another file is refused."""
    label, count = "", 1
    for field, value in _fields(tensor):
        if field == 1:
            for dim in _integers(value):
                count *= dim
                if count > _MOST_VALUES:
                    raise ValueError("a tensor of more values than there can be")
        elif field == 8 and isinstance(value, memoryview):
            label = str(value, "utf-8")
        elif field == 13 or (field == 14 and value):
            raise UnsafeFileError(f"{name} keeps weights in another file; save the model as one file")
    return label, count


def _sparse_weight(tensor: memoryview, name: str) -> None:
    """A sparse tensor's values and places are tensors themselves."""
    for field, value in _fields(tensor):
        if field in (1, 2) and isinstance(value, memoryview):
            _weight(value, name)


def _port(value_info: memoryview) -> Port:
    name, element = "", 0
    dims: list[int | None] = []
    for field, value in _fields(value_info):
        if field == 1 and isinstance(value, memoryview):
            name = str(value, "utf-8")
        elif field == 2 and isinstance(value, memoryview):
            for kind, tensor in _fields(value):
                if kind != 1 or not isinstance(tensor, memoryview):
                    continue
                for part, what in _fields(tensor):
                    if part == 1 and isinstance(what, int):
                        element = what
                    elif part == 2 and isinstance(what, memoryview):
                        dims += [_dimension(dim) for n, dim in _fields(what) if n == 1 and isinstance(dim, memoryview)]
    return Port(name, tuple(dims), element)


def _dimension(dim: memoryview) -> int | None:
    fixed = next((value for field, value in _fields(dim) if field == 1), None)
    return fixed if isinstance(fixed, int) and fixed > 0 else None


def _integers(value: memoryview | int) -> Iterator[int]:
    """Repeated integers, packed or one by one."""
    if isinstance(value, int):
        yield value
        return
    at = 0
    while at < len(value):
        number, at = _varint(value, at)
        yield number


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """The fields of a message by number, not copied: weights take a gigabyte. Raises ValueError or IndexError."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key >> 32:
            raise ValueError("the number of a field is too large")
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield key >> 3, value
        elif kind == _BYTES:
            size, at = _varint(data, at)
            if at + size > len(data):
                raise ValueError("a part is longer than the whole")
            yield key >> 3, data[at : at + size]
            at += size
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {kind}")


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number without an end")
