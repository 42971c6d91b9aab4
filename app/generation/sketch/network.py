"""Sketches by a network the user brings: an ONNX file and a side-car that says how to feed it (``side_car.py``).

No weights come with this program: the published ones may not be passed on. A model is looked at before any runtime
opens it (``onnx_file.py``) and runs by OpenCV, or by onnxruntime where that is installed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.errors import DamagedFileError, InvalidEditError
from app.faces.sample import Photo
from app.generation.sketch.drawing import Drawing
from app.generation.sketch.onnx_file import FLOAT, OnnxFacts, read_facts
from app.generation.sketch.photocopy import photocopy
from app.generation.sketch.side_car import Feeding, feeding_of, read_side_car
from app.imaging.cv import cv2

Tensor = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """A model that was looked at and can be run."""

    path: Path
    feeding: Feeding
    facts: OnnxFacts


def read_network(path: Path) -> NetworkFile:
    """The model and its side-car, checked. Raises DamagedFileError, UnsafeFileError, InvalidEditError or OSError."""
    facts = read_facts(path)
    if len(facts.inputs) != 1 or not facts.outputs:
        raise InvalidEditError(f"{path.name} takes {len(facts.inputs)} inputs; a model for sketches takes one picture")
    port = facts.inputs[0]
    if len(port.dims) != 4 or port.element != FLOAT:
        raise InvalidEditError(f"{path.name} takes no float picture (N, C, H, W) but {port.dims}; export it with one")
    told = read_side_car(path.with_suffix(".json"))
    if port.dims[1] is not None:
        if told.get("channels", port.dims[1]) != port.dims[1]:
            raise InvalidEditError(f"{path.name} takes {port.dims[1]} channels, its JSON says {told['channels']}")
        told["channels"] = port.dims[1]
    if port.dims[2] is not None and "size" not in told:
        if port.dims[2] != port.dims[3]:
            raise InvalidEditError(
                f"{path.name} takes {port.dims[3]}×{port.dims[2]} pixels only; export it for any size"
            )
        told["size"] = port.dims[2]
    feeding = feeding_of(told, path.with_suffix(".json").name)
    given = facts.outputs[0].dims
    if len(given) == 4 and given[1] is not None:
        _require_one_channel(path, feeding, given[1])
    return NetworkFile(path, feeding, facts)


def runner(network: NetworkFile) -> Callable[[Photo], Drawing]:
    """A function from a photo (H, W, 3) to a sketch of its size, for one thread.

    Raises DamagedFileError when the model cannot be loaded; the function raises InvalidEditError when it does not fit.
    """
    forward = _forward_of(network)
    feeding = network.feeding

    def draw(photo: Photo) -> Drawing:
        tensor, (height, width) = _tensor(photo, feeding)
        output = np.asarray(forward(tensor), np.float32)
        if not np.isfinite(output).all():
            raise InvalidEditError(
                f"{network.path.name} gives values that are no numbers; do scale, mean and std fit it?"
            )
        if output.ndim != 4:
            raise InvalidEditError(f"{network.path.name} gives {output.shape}, no picture (N, C, H, W)")
        _require_one_channel(network.path, feeding, output.shape[1])
        lines = output[0, feeding.out_channel or 0]
        if lines.size and lines.min() == lines.max() and photo.min() < photo.max():
            raise InvalidEditError(
                f"{network.path.name} gives the same value everywhere; do scale, mean and std fit it?"
            )
        return _sketch(lines, feeding, tensor.shape[2:], (height, width), photo.shape[:2])

    return draw


def _require_one_channel(path: Path, feeding: Feeding, channels: int) -> None:
    """Raises InvalidEditError: the classes of a parser, say, are no sketch."""
    if feeding.out_channel is None and channels != 1:
        raise InvalidEditError(
            f"{path.name} gives {channels} channels, and a sketch has one: it is no model for sketches, or"
            f' {path.stem}.json beside it has to say which one has the lines, as in {{"out_channel": 0}}'
        )
    if feeding.out_channel is not None and feeding.out_channel >= channels:
        raise InvalidEditError(
            f"{path.name} gives {channels} channels, counted from 0; {path.stem}.json asks for {feeding.out_channel}"
        )


def _forward_of(network: NetworkFile) -> Callable[[Tensor], Any]:
    try:
        runtime = import_module("onnxruntime")
    except ImportError:
        return _forward_by_opencv(network)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = max(1, (os.cpu_count() or 2) // 2)
    try:
        session = runtime.InferenceSession(str(network.path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has a tree of its own, which is not ours to import
        raise DamagedFileError(f"{network.path.name} cannot be loaded: {str(error)[:200]}") from None
    name = network.facts.inputs[0].name

    def forward(tensor: Tensor) -> Any:
        try:
            return session.run(None, {name: tensor})[0]
        except Exception as error:
            raise _does_not_run(network, tensor, str(error)[:200]) from None

    return forward


def _forward_by_opencv(network: NetworkFile) -> Callable[[Tensor], Any]:
    try:
        net = cv2.dnn.readNetFromONNX(str(network.path))
    except cv2.error as error:
        raise DamagedFileError(
            f"{network.path.name} cannot be loaded by OpenCV ({error.err}); try it with onnxruntime installed"
        ) from None

    def forward(tensor: Tensor) -> Any:
        try:
            net.setInput(tensor)
            return net.forward()
        except cv2.error as error:
            raise _does_not_run(network, tensor, error.err) from None

    return forward


def _does_not_run(network: NetworkFile, tensor: Tensor, why: str) -> InvalidEditError:
    size = f"{tensor.shape[3]}×{tensor.shape[2]}"
    return InvalidEditError(f"{network.path.name} does not run on a picture of {size} ({why})")


def _tensor(photo: Photo, feeding: Feeding) -> tuple[Tensor, tuple[int, int]]:
    """The photo as the model wants it, (1, C, H, W) padded by its edges, and the unpadded (H, W)."""
    picture = _staged(photo, feeding)
    if feeding.size:
        picture = np.asarray(cv2.resize(picture, (feeding.size,) * 2, interpolation=cv2.INTER_AREA), np.uint8)
    planes = picture.reshape(*picture.shape[:2], -1).astype(np.float32) * np.float32(feeding.scale)
    planes = np.asarray((planes - np.array(feeding.mean)) / np.array(feeding.std), np.float32)
    height, width = planes.shape[:2]
    down, right = -height % feeding.multiple, -width % feeding.multiple
    padded = np.pad(planes, ((0, down), (0, right), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32), (height, width)


def _staged(photo: Photo, feeding: Feeding) -> npt.NDArray[np.uint8]:
    """What the model is shown of the photo: (H, W) or (H, W, 3)."""
    if feeding.stage1 == "photo":
        if feeding.channels == 1:
            return np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), np.uint8)
        return photo if feeding.order == "RGB" else np.ascontiguousarray(photo[..., ::-1])
    grey = photocopy(photo) if feeding.stage1 == "photocopy" else sobel_stage(photo)
    return grey if feeding.channels == 1 else np.repeat(grey[..., None], 3, axis=2)


def sobel_stage(photo: Photo) -> Drawing:
    """The first stage of the released dataset's own script: half-wave Sobel of photo and negative, on white."""
    grey = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), (3, 3), 0)
    sides = []
    for horizontal in (1, 0):
        rising = cv2.Sobel(grey, cv2.CV_8U, horizontal, 1 - horizontal)
        falling = cv2.Sobel(cv2.bitwise_not(grey), cv2.CV_8U, horizontal, 1 - horizontal)
        sides.append(cv2.bitwise_or(rising, falling))
    return np.asarray(cv2.bitwise_not(cv2.addWeighted(sides[0], 0.75, sides[1], 0.75, 0)), np.uint8)


def _sketch(
    output: Tensor, feeding: Feeding, fed: tuple[int, ...], used: tuple[int, int], shape: tuple[int, ...]
) -> Drawing:
    """The output as grey at the photo's size; a model that gives another size than it was fed is scaled."""
    low, high = feeding.out_range
    paper = np.clip((output - low) / (high - low), 0, 1)
    grey = np.rint(255 * (paper if feeding.dark_lines else 1 - paper)).astype(np.uint8)
    if grey.shape != tuple(fed):
        grey = np.asarray(cv2.resize(grey, (fed[1], fed[0]), interpolation=cv2.INTER_CUBIC), np.uint8)
    grey = grey[: used[0], : used[1]]
    if grey.shape != tuple(shape[:2]):
        grey = np.asarray(cv2.resize(grey, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.ascontiguousarray(grey)
