"""From the published Torch7 file of the sketch network, for those who have it, to ONNX and a side-car.

Its licence forbids passing the weights on, so neither they nor a converted file come with this program. The file is a
Lua object written by ``torch.save``: only tables, numbers, text and tensors are read; Lua code in it is refused. The
network is a chain of convolutions, transposed convolutions, ReLU and a sigmoid; anything else is named and refused.
The layer table and the file's shape are public; without the weights this was tested on files of the same shape.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.errors import DamagedFileError, InvalidEditError, UnsafeFileError
from app.generation.sketch.onnx_writing import Operation, chain_model

_SIZE_LIMIT = 1 << 30
_MOST_LAYERS = 500
_DEPTH_LIMIT = 64
_STORAGES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "LongStorage": "<i8", "IntStorage": "<i4"}

Array = npt.NDArray[Any]


@dataclass(slots=True, eq=False)
class _Module:
    """A Lua object: the class it claims and its fields."""

    kind: str
    values: dict[Any, Any]


def convert_torch7(source: Path, target: Path) -> int:
    """``target`` (.onnx) and its side-car beside it are the network in ``source``; returns how many weights it has.

    Raises DamagedFileError, UnsafeFileError, InvalidEditError or OSError; nothing is written then.
    """
    if source.stat().st_size > _SIZE_LIMIT:
        raise UnsafeFileError(f"{source.name} has more than {_SIZE_LIMIT >> 30} GB; this is not the sketch network")
    try:
        told = _Reader(source.read_bytes()).value()
    except (struct.error, IndexError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise DamagedFileError(f"{source.name} is no Torch7 file, or it is cut short ({error})") from None
    table = told if isinstance(told, dict) else {"model": told}
    model, mean, std = table.get("model"), table.get("mean", 0.0), table.get("std", 1.0)
    if not isinstance(model, _Module) or not (_is_number(mean) and _is_number(std) and std):
        raise InvalidEditError(f"{source.name} holds no network with a mean and a deviation; is it sketch_gan.t7?")
    operations: list[Operation] = []
    count = 0
    for module in _flat(model, source.name):
        operations.append(_operation(module, source.name))
        count += sum(weight.size for weight in operations[-1].weights)
        if count * 4 > _SIZE_LIMIT:
            raise UnsafeFileError(f"{source.name} says the same weights over and over; this is not the sketch network")
    if not operations or not operations[0].weights:
        raise InvalidEditError(f"{source.name} holds a network that does not begin with a convolution")
    channels = operations[0].weights[0].shape[1]
    side_car = {
        "channels": channels, "mean": mean, "std": std, "multiple": 8, "dark_lines": True, "stage1": "sobel",
    }  # fmt: skip
    try:
        target.write_bytes(chain_model(operations, channels))
        target.with_suffix(".json").write_text(json.dumps(side_car, indent=2) + "\n", encoding="utf-8")
    except OSError:
        target.unlink(missing_ok=True)
        target.with_suffix(".json").unlink(missing_ok=True)
        raise
    return count


def _flat(model: _Module, name: str) -> Iterator[_Module]:
    """The modules of nested sequences in their order; a sequence that holds itself has no end."""
    left, passed = [model], 0
    while left:
        module = left.pop()
        passed += 1
        if passed > _MOST_LAYERS:
            raise InvalidEditError(
                f"{name} holds more than {_MOST_LAYERS} layers; the sketch network has 23 with weights"
            )
        if not module.kind.endswith(".Sequential"):
            yield module
            continue
        inner = module.values.get("modules")
        if not isinstance(inner, dict):
            raise InvalidEditError(f"{name} holds a sequence without modules")
        modules = [inner[key] for key in sorted(key for key in inner if isinstance(key, float))]
        if not all(isinstance(one, _Module) for one in modules):
            raise InvalidEditError(f"{name} holds a sequence with something else than modules")
        left += reversed(modules)


def _operation(module: _Module, name: str) -> Operation:
    kind = module.kind.rpartition(".")[2]
    if kind in ("ReLU", "Sigmoid"):
        return Operation("Relu" if kind == "ReLU" else kind)
    if kind not in ("SpatialConvolution", "SpatialConvolutionMM", "SpatialFullConvolution"):
        raise InvalidEditError(f"{name} has a layer {module.kind[:60]!r}; only plain convolutions can be converted")

    def whole(word: str, otherwise: int | None = None, least: int = 0) -> int:
        value = module.values.get(word, otherwise)
        if not isinstance(value, int | float) or not least <= value < 1 << 16 or value != int(value):
            raise InvalidEditError(f"{name}: a convolution's {word} is {value!r}")
        return int(value)

    inputs, outputs = whole("nInputPlane", least=1), whole("nOutputPlane", least=1)
    height, width = whole("kH", least=1), whole("kW", least=1)
    padding = (whole("padH", 0), whole("padW", 0))
    transposed = kind == "SpatialFullConvolution"
    shape = (inputs, outputs, height, width) if transposed else (outputs, inputs, height, width)
    weight, bias = module.values.get("weight"), module.values.get("bias")
    if not isinstance(weight, np.ndarray) or weight.size != inputs * outputs * height * width:
        raise InvalidEditError(f"{name}: the weights of a convolution do not fit its size {shape}")
    weights: list[npt.NDArray[np.float32]] = [weight.reshape(shape).astype(np.float32)]
    if isinstance(bias, np.ndarray) and bias.size == outputs:
        weights.append(bias.reshape(outputs).astype(np.float32))
    attributes: dict[str, Any] = {
        "kernel_shape": (height, width),
        "strides": (whole("dH", 1, least=1), whole("dW", 1, least=1)),
        "pads": (*padding, *padding),
    }
    if transposed:
        attributes["output_padding"] = (whole("adjH", 0), whole("adjW", 0))
    return Operation("ConvTranspose" if transposed else "Conv", tuple(weights), attributes)


def _is_number(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


class _Reader:
    """Reads what ``torch.save`` writes in its binary mode, little-endian with 64-bit longs."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._seen: dict[int, Any] = {}

    def value(self, depth: int = 0) -> Any:
        """The next value. Tables become dicts, tensors arrays."""
        if depth > _DEPTH_LIMIT:
            raise ValueError("it is nested too deeply")
        kind = self._integer()
        match kind:
            case 0:
                return None
            case 1:
                return self._unpacked("<d")
            case 2:
                return self._text()
            case 3:
                return self._table(depth)
            case 4:
                return self._object(depth)
            case 5:
                return bool(self._integer())
            case 6 | 7 | 8:
                raise UnsafeFileError("the Torch7 file holds Lua code; it is not read")
        raise ValueError(f"kind {kind} at byte {self._at - 4}")

    def _table(self, depth: int) -> dict[Any, Any]:
        index = self._integer()
        if index in self._seen:
            found: dict[Any, Any] = self._seen[index]
            return found
        table: dict[Any, Any] = {}
        self._seen[index] = table
        for _ in range(self._integer()):
            key = self.value(depth + 1)
            table[key] = self.value(depth + 1)
        return table

    def _object(self, depth: int) -> Any:
        index = self._integer()
        if index in self._seen:
            return self._seen[index]
        version = self._text()
        kind = self._text() if version.startswith("V ") else version
        plain = kind.rpartition(".")[2].replace("Cuda", "Float", 1)
        if plain in _STORAGES:
            found: Any = self._storage(_STORAGES[plain])
        elif plain.endswith("Tensor"):
            found = self._tensor(depth)
        else:
            found = _Module(kind, {})
            self._seen[index] = found
            values = self.value(depth + 1)
            if isinstance(values, dict):
                found.values.update(values)
            return found
        self._seen[index] = found
        return found

    def _tensor(self, depth: int) -> Array:
        count = self._integer()
        if not 0 <= count <= 8:
            raise ValueError(f"a tensor of {count} dimensions")
        sizes = [self._unpacked("<q") for _ in range(count)]
        strides = [self._unpacked("<q") for _ in range(count)]
        first = self._unpacked("<q") - 1
        storage = self.value(depth + 1)
        if storage is None or not count:
            return np.zeros(0, np.float32)
        last = first + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
        if not isinstance(storage, np.ndarray) or min(sizes) < 1 or min(strides) < 0 or not 0 <= first <= last:
            raise ValueError("a tensor that is none")
        if last >= storage.size or math.prod(sizes) > storage.size:
            raise ValueError("a tensor beyond its storage")
        steps = [stride * storage.itemsize for stride in strides]
        return np.lib.stride_tricks.as_strided(storage[first:], sizes, steps, writeable=False)

    def _storage(self, kind: str) -> Array:
        count = self._unpacked("<q")
        size = count * np.dtype(kind).itemsize
        if not 0 <= size <= len(self._data) - self._at:
            raise ValueError("a storage is longer than the file")
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += size
        return found

    def _integer(self) -> int:
        return int(self._unpacked("<i"))

    def _text(self) -> str:
        size = self._integer()
        if not 0 <= size <= len(self._data) - self._at:
            raise ValueError("a text is longer than the file")
        text = self._data[self._at : self._at + size]
        self._at += size
        return text.decode("latin-1")

    def _unpacked(self, form: str) -> Any:
        found = struct.unpack_from(form, self._data, self._at)[0]
        self._at += struct.calcsize(form)
        return found
