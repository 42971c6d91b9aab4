"""A network of the user's own: looked at before it runs, fed as its side-car says, converted from Torch7."""

from __future__ import annotations

import json
import math
import struct
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from app.faces.errors import DamagedFileError, FaceDataError, InvalidEditError, UnsafeFileError
from app.generation.sketch.network import read_network, runner, sobel_stage
from app.generation.sketch.onnx_file import read_facts
from app.generation.sketch.onnx_writing import Operation, _message, _number, _text, chain_model
from app.generation.sketch.side_car import WORDS, Feeding
from app.generation.sketch.torch7 import convert_torch7

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)[None, None] / 8
SAME = {"kernel_shape": (3, 3), "strides": (1, 1), "pads": (1, 1, 1, 1)}


def photo(height: int = 61, width: int = 50) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 4 % 256, columns * 5 % 256, (rows + columns) * 2 % 256], axis=2).astype(np.uint8)


def written(folder: Path, model: bytes, **told: Any) -> Path:
    path = folder / "net.onnx"
    path.write_bytes(model)
    if told:
        (folder / "net.json").write_text(json.dumps(told))
    return path


def test_a_sobel_network_gives_what_sobel_gives_on_a_picture_of_odd_size(tmp_path: Path) -> None:
    path = written(tmp_path, chain_model([Operation("Conv", (SOBEL,), SAME)], 1), out_range=[-0.5, 0.5], multiple=16)
    network = read_network(path)
    assert (network.feeding.channels, network.facts.parameters) == (1, 9)
    found = runner(network)(photo())
    grey = cv2.cvtColor(photo(), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    expected = np.clip(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8) + 0.5, 0, 1) * 255
    assert found.shape == (61, 50)
    assert np.abs(found[1:-1, 1:-1] - expected[1:-1, 1:-1]).max() <= 0.51


def test_the_side_car_decides_channels_order_and_polarity(tmp_path: Path) -> None:
    first_of_three = np.array([1, 0, 0], np.float32).reshape(1, 3, 1, 1)
    model = chain_model([Operation("Conv", (first_of_three,), {"kernel_shape": (1, 1)})], 3)
    as_rgb = runner(read_network(written(tmp_path, model)))(photo())
    as_bgr = runner(read_network(written(tmp_path, model, order="BGR", dark_lines=False)))(photo())
    assert np.array_equal(as_rgb, photo()[..., 0])
    assert np.array_equal(as_bgr, 255 - photo()[..., 2])


def test_of_several_channels_the_side_car_names_the_one_with_the_lines(tmp_path: Path) -> None:
    weights = np.array([0.5, 1, 0.25], np.float32).reshape(3, 1, 1, 1)
    model = chain_model([Operation("Conv", (weights,), {"kernel_shape": (1, 1)})], 1)
    with pytest.raises(InvalidEditError, match=r'net\.onnx gives 3 channels.* net\.json .* \{"out_channel": 0\}'):
        runner(read_network(written(tmp_path, model)))(photo())
    with pytest.raises(InvalidEditError, match=r"gives 3 channels, counted from 0; net\.json asks for 3"):
        runner(read_network(written(tmp_path, model, out_channel=3)))(photo())
    found = runner(read_network(written(tmp_path, model, out_channel=1)))(photo())
    assert np.array_equal(found, cv2.cvtColor(photo(), cv2.COLOR_RGB2GRAY))


def test_the_same_value_everywhere_is_no_sketch(tmp_path: Path) -> None:
    model = chain_model([Operation("Conv", (np.zeros((1, 1, 1, 1), np.float32),), {"kernel_shape": (1, 1)})], 1)
    with pytest.raises(InvalidEditError, match=r"net\.onnx gives the same value everywhere"):
        runner(read_network(written(tmp_path, model)))(photo())


def test_a_fixed_size_is_fed_and_scaled_back(tmp_path: Path) -> None:
    model = chain_model([Operation("Relu")], 1)
    found = runner(read_network(written(tmp_path, model, size=32)))(photo())
    assert found.shape == (61, 50)


def test_the_sobel_stage_is_white_where_nothing_is() -> None:
    stage = sobel_stage(np.full((20, 20, 3), 90, np.uint8))
    assert (stage == 255).all()


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"mean": [1, 2]}, "mean"),
        ({"std": 0}, "std"),
        ({"order": "GBR"}, "order"),
        ({"multiple": 0}, "multiple"),
        ({"size": True}, "size"),
        ({"scale": "a lot"}, "scale"),
        ({"out_range": [1, 1]}, "out_range"),
        ({"stage1": "canny"}, "stage1"),
        ({"channels": 3}, "channels"),
        ({"colour": 1}, "colour"),
        ({"scale": 10**400}, "scale"),
        ({"scale": 1e300}, "scale"),
        ({"std": 1e-300}, "std"),
        ({"out_range": [1e-320, 0]}, "out_range"),
        ({"out_channel": 0.0}, "out_channel"),
        ({"out_channel": False}, "out_channel"),
    ],
)
def test_a_side_car_that_makes_no_sense_is_named(tmp_path: Path, told: dict[str, Any], word: str) -> None:
    with pytest.raises(InvalidEditError, match=word):
        read_network(written(tmp_path, chain_model([Operation("Relu")], 1), **told))


def test_every_word_of_a_side_car_is_explained(tmp_path: Path) -> None:
    assert set(WORDS) == {field.name for field in fields(Feeding)}
    with pytest.raises(InvalidEditError, match=r"net\.json: order cannot be 'GBR'; it is \"RGB\" or \"BGR\"$"):
        read_network(written(tmp_path, chain_model([Operation("Relu")], 1), order="GBR"))
    with pytest.raises(InvalidEditError, match=r"'colour', which means nothing here; there are channels, order, scale"):
        read_network(written(tmp_path, chain_model([Operation("Relu")], 1), colour=1))


def test_code_and_files_of_others_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeFileError, match="foreign code"):
        read_network(written(tmp_path, chain_model([Operation("Relu")], 1, domain="evil.ops")))
    external = _message(
        5, _text(8, "w") + _message(13, _text(1, "location") + _text(2, "/etc/passwd")) + _number(14, 1)
    )
    with pytest.raises(UnsafeFileError, match="another file"):
        read_network(written(tmp_path, _message(7, external)))


@pytest.mark.parametrize("text", ["[" * 30_000, '{"scale":' + "[" * 30_000, "null", "\udcff"])
def test_a_side_car_that_is_no_json_object_is_damaged(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, chain_model([Operation("Relu")], 1))
    (tmp_path / "net.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DamagedFileError, match=r"net\.json"):
        read_network(path)


def test_a_side_car_of_another_editor_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, chain_model([Operation("Relu")], 1))
    (tmp_path / "net.json").write_text('{"multiple": 4}', encoding="utf-8-sig")
    assert read_network(path).feeding.multiple == 4


class Runtime(ModuleType):
    """Stands for onnxruntime: its sessions give, or raise, what they are told."""

    def __init__(self, answer: np.ndarray | Exception) -> None:
        super().__init__("onnxruntime")
        self.answer = answer

    def SessionOptions(self) -> SimpleNamespace:
        return SimpleNamespace()

    def InferenceSession(self, *_args: Any, **_options: Any) -> Runtime:
        return self

    def run(self, *_args: Any) -> list[np.ndarray]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (np.full((1, 1, 64, 56), np.nan, np.float32), r"net\.onnx gives values that are no numbers"),
        (np.zeros((1, 64, 56), np.float32), r"net\.onnx gives \(1, 64, 56\), no picture"),
        (RuntimeError("[ONNXRuntimeError] bad shape"), r"net\.onnx does not run on a picture of 56×64 \(.*bad shape"),
    ],
)
def test_what_another_runtime_makes_of_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: np.ndarray | Exception, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", Runtime(answer))
    with pytest.raises(InvalidEditError, match=message):
        runner(read_network(written(tmp_path, chain_model([Operation("Relu")], 1))))(photo())


SAFE = chain_model([Operation("Relu")], 1)
FOREIGN = _text(4, "Relu") + _text(7, "evil.ops")
EXTERNAL = _number(1, 1) + _message(13, _text(1, "location") + _text(2, "/etc/passwd"))


@pytest.mark.parametrize(
    "model",
    [
        SAFE + chain_model([Operation("Relu")], 1, domain="evil.ops"),
        SAFE + _message(25, _text(1, "f") + _message(7, FOREIGN)),
        SAFE + _message(7, _message(1, _text(4, "If") + _message(5, _message(11, _message(1, FOREIGN))))),
        SAFE + _message(7, _message(1, _text(4, "If") + _message(5, _message(10, EXTERNAL)))),
        SAFE + _message(7, _message(1, _text(4, "If") + _message(5, _message(22, _message(1, EXTERNAL))))),
        SAFE + _message(7, _message(15, _message(2, EXTERNAL))),
    ],
    ids=["second piece", "function", "graphs of a node", "tensors of a node", "sparse of a node", "sparse"],
)
def test_code_and_files_of_others_are_found_wherever_they_hide(tmp_path: Path, model: bytes) -> None:
    with pytest.raises(UnsafeFileError):
        read_facts(written(tmp_path, model))


def test_numbers_that_readers_take_for_others_are_refused(tmp_path: Path) -> None:
    graph = chain_model([Operation("Relu")], 1, domain="evil.ops")
    cut_to_32_bits = b"\xba\x80\x80\x80\x10\x00"  # field 7 + 2^29: C++ readers drop what is above 32 bits
    for data in (SAFE + cut_to_32_bits, _message(7, _message(5, _message(1, b"\xff" * 8 + b"\x7f") * 100_000)), graph):
        with pytest.raises((DamagedFileError, UnsafeFileError)):
            read_facts(written(tmp_path, data))


@pytest.mark.parametrize("data", [b"", b"no model", b"\x00" * 40, chain_model([Operation("Relu")], 1)[:50]])
def test_what_is_no_model_is_damaged(tmp_path: Path, data: bytes) -> None:
    with pytest.raises((DamagedFileError, InvalidEditError), match=r"net\.onnx"):
        read_network(written(tmp_path, data))


def test_cut_models_never_end_in_anything_but_our_errors(tmp_path: Path) -> None:
    model = chain_model([Operation("Conv", (SOBEL,), SAME), Operation("Sigmoid")], 1)
    for end in range(0, len(model) - 1, 3):
        path = written(tmp_path, model[:end])
        try:
            read_facts(path)
        except FaceDataError:
            continue


def test_a_real_parser_is_read_but_is_no_sketch_network_of_one_channel(real_data: Path) -> None:
    facts = read_facts(real_data / "models" / "face_parser19.onnx")
    assert [(port.name, port.dims[1]) for port in facts.inputs] == [("image", 3)]
    assert facts.parameters > 2_000_000
    with pytest.raises(InvalidEditError, match="gives 19 channels, and a sketch has one"):
        read_network(real_data / "models" / "face_parser19.onnx")


class Lua:
    """Writes what torch.save writes."""

    def __init__(self) -> None:
        self.count = 0

    def value(self, value: Any) -> bytes:
        if isinstance(value, str):
            return struct.pack("<i", 2) + self.text(value)
        if isinstance(value, int | float):
            return struct.pack("<id", 1, value)
        self.count += 1
        index = self.count
        if isinstance(value, dict):
            inside = b"".join(self.value(key) + self.value(item) for key, item in value.items())
            return struct.pack("<iii", 3, index, len(value)) + inside
        head = struct.pack("<ii", 4, index) + self.text("V 1")
        if isinstance(value, np.ndarray):
            steps = [stride // 4 for stride in value.strides]
            sizes = struct.pack(f"<i{2 * value.ndim}qq", value.ndim, *value.shape, *steps, 1)
            self.count += 1
            storage = struct.pack("<ii", 4, self.count) + self.text("V 1") + self.text("torch.FloatStorage")
            storage += struct.pack("<q", value.size) + value.tobytes()
            return head + self.text("torch.FloatTensor") + sizes + storage
        kind, fields = value
        return head + self.text(kind) + self.value(fields)

    @staticmethod
    def text(text: str) -> bytes:
        return struct.pack("<i", len(text)) + text.encode()


def layer(kind: str, weight: np.ndarray, inputs: int, outputs: int, **more: int) -> tuple[str, dict[str, Any]]:
    sides = {"kH": weight.shape[2], "kW": weight.shape[3], "nInputPlane": inputs, "nOutputPlane": outputs}
    bias = np.linspace(-0.1, 0.1, outputs).astype(np.float32)
    return f"nn.{kind}", {**sides, "weight": weight, "bias": bias, **more}


def sequence(*modules: Any) -> tuple[str, dict[str, Any]]:
    return "nn.Sequential", {"modules": {number + 1: module for number, module in enumerate(modules)}}


def test_a_torch7_network_becomes_an_onnx_one_that_computes_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    down = rng.normal(0, 0.4, (4, 1, 3, 3)).astype(np.float32)
    up = rng.normal(0, 0.4, (4, 1, 4, 4)).astype(np.float32)
    steps = {"dH": 2, "dW": 2, "padH": 1, "padW": 1}
    net = sequence(
        layer("SpatialConvolution", down, 1, 4, **steps), ("nn.ReLU", {}),
        sequence(layer("SpatialFullConvolution", up, 4, 1, **steps, adjH=0, adjW=0), ("nn.Sigmoid", {})),
    )  # fmt: skip
    source = tmp_path / "sketch_gan.t7"
    source.write_bytes(Lua().value({"model": net, "mean": 0.966, "std": 0.0858}))
    assert convert_torch7(source, tmp_path / "net.onnx") == down.size + 4 + up.size + 1
    network = read_network(tmp_path / "net.onnx")
    assert (network.feeding.stage1, network.feeding.mean, network.feeding.std) == ("sobel", (0.966,), (0.0858,))
    found = runner(network)(photo(64, 48))
    assert np.abs(found.astype(float) - 255 * by_hand(sobel_stage(photo(64, 48)), down, up)).max() <= 1


def by_hand(stage: np.ndarray, down: np.ndarray, up: np.ndarray) -> np.ndarray:
    """The same network by plain loops over the kernels."""
    picture = (stage / 255 - 0.966) / 0.0858
    padded = np.pad(picture, 1)
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    inner = np.zeros((4, height, width))
    for y in range(3):
        for x in range(3):
            part = padded[y : y + 2 * height : 2, x : x + 2 * width : 2]
            inner += down[:, 0, y, x, None, None] * part
    inner = np.maximum(0, inner + np.linspace(-0.1, 0.1, 4)[:, None, None])
    whole = np.zeros((2 * height + 2, 2 * width + 2))
    for y in range(4):
        for x in range(4):
            whole[y : y + 2 * height : 2, x : x + 2 * width : 2] += (up[:, 0, y, x, None, None] * inner).sum(0)
    return 1 / (1 + np.exp(-(whole[1:-1, 1:-1] - 0.1)))


KERNEL = np.ones((1, 1, 3, 3), np.float32)
OBJECT, TABLE, NUMBER = 4, 3, 1
A_SEQUENCE = struct.pack("<ii", OBJECT, 1) + Lua.text("V 1") + Lua.text("nn.Sequential")
ITSELF = Lua().value("modules") + struct.pack("<iii", TABLE, 3, 1) + struct.pack("<idii", NUMBER, 1, OBJECT, 1)
WITHOUT_END = A_SEQUENCE + struct.pack("<iii", TABLE, 2, 1) + ITSELF
A_TENSOR = struct.pack("<ii", OBJECT, 1) + Lua.text("V 1") + Lua.text("torch.FloatTensor")
A_STORAGE = struct.pack("<ii", OBJECT, 2) + Lua.text("V 1") + Lua.text("torch.FloatStorage")
ONE_VALUE_OFTEN = A_TENSOR + struct.pack("<iqqq", 1, 1 << 40, 0, 1) + A_STORAGE + struct.pack("<qf", 1, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x01\x02", DamagedFileError),
        (struct.pack("<i", 8), UnsafeFileError),
        (Lua().value({"model": sequence(("nn.Dropout", {})), "mean": 0.5, "std": 1.0}), InvalidEditError),
        (Lua().value({"weights": 3.0}), InvalidEditError),
        (Lua().value({"model": sequence(layer("SpatialConvolution", KERNEL, float("nan"), 1))}), InvalidEditError),
        (Lua().value({"model": sequence(layer("SpatialConvolution", KERNEL, 1, 1, dH=0))}), InvalidEditError),
        (
            Lua().value({"model": sequence(layer("SpatialConvolution", KERNEL, 1, 1)), "std": math.inf}),
            InvalidEditError,
        ),
        (WITHOUT_END, InvalidEditError),
        (ONE_VALUE_OFTEN, DamagedFileError),
    ],
)
def test_other_torch7_files_are_refused_and_nothing_is_written(tmp_path: Path, data: bytes, error: type) -> None:
    source = tmp_path / "other.t7"
    source.write_bytes(data)
    with pytest.raises(error):
        convert_torch7(source, tmp_path / "net.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["other.t7"]
