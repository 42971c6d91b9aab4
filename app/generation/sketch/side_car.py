"""The side-car of a network: the small JSON beside ``NAME.onnx`` that says how pixels go in and come out.

channels   1 or 3; what the model says itself where it does
order      "RGB" or "BGR"
scale      what 8-bit values are multiplied by first (1/255)
mean, std  subtracted, then divided by; one number or one per channel
multiple   the sides are padded to multiples of this, and cropped again (8)
size       the photo is resized to this side first; null: as it is
out_range  the output's values for black and for white
out_channel of a model that gives several: the one with the lines, from 0
dark_lines (true: low values are lines), stage1 "photo" | "sobel" | "photocopy"
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from app.faces.errors import DamagedFileError, InvalidEditError

STAGES = ("photo", "sobel", "photocopy")
"""What a network may be shown of a photo."""

WORDS = {
    "channels": "1 or 3", "order": '"RGB" or "BGR"', "scale": "a number other than 0",
    "mean": "a number, or one per channel", "std": "a number other than 0, or one per channel",
    "multiple": "a whole number from 1 to 512", "size": "null, or a whole number from 1 to 4096",
    "out_range": "the values for black and for white, as [0, 1]", "out_channel": "a whole number from 0",
    "dark_lines": "true or false", "stage1": '"photo", "sobel" or "photocopy"',
}  # fmt: skip
"""What a side-car may say, and what each may be, for people."""

_SIZE_LIMIT = 64 * 1024
_LARGEST_SIDE = 4096
_SMALLEST_NUMBER, _LARGEST_NUMBER = 1e-12, 1e12
"""What networks can reckon with in 32 bits, and divide by."""


@dataclass(frozen=True, slots=True)
class Feeding:
    """How pixels go in and come out; see the module."""

    channels: int = 1
    order: str = "RGB"
    scale: float = 1 / 255
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    multiple: int = 8
    size: int | None = None
    out_range: tuple[float, float] = (0.0, 1.0)
    out_channel: int | None = None
    dark_lines: bool = True
    stage1: str = "photo"


def read_side_car(path: Path) -> dict[str, Any]:
    """What the file says, nothing where there is none. Raises DamagedFileError or InvalidEditError."""
    if not path.exists():
        return {}
    if path.stat().st_size > _SIZE_LIMIT:
        raise DamagedFileError(f"{path.name} is too large for what it has to say")
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"{path.name} is no JSON ({error})") from None
    if not isinstance(told, dict):
        raise DamagedFileError(f'{path.name} is no JSON object; write e.g. {{"channels": 1}}')
    unknown = sorted(told.keys() - {field.name for field in fields(Feeding)})
    if unknown:
        raise InvalidEditError(
            f"{path.name} says {unknown[0]!r}, which means nothing here; there are {', '.join(WORDS)}"
        )
    return told


def feeding_of(told: Mapping[str, Any], name: str) -> Feeding:
    """The words of the side-car ``name`` as values. Raises InvalidEditError naming the word that makes no sense."""
    values: dict[str, Any] = {word: tuple(value) if isinstance(value, list) else value for word, value in told.items()}
    for word in ("mean", "std"):
        if word in values and not isinstance(values[word], tuple):
            values[word] = (values[word],)
    feeding = Feeding(**values)
    good: dict[str, bool] = {
        "channels": _is_count(feeding.channels, 3) and feeding.channels != 2,
        "order": feeding.order in ("RGB", "BGR"),
        "scale": _is_number(feeding.scale) and feeding.scale != 0,
        "mean": len(feeding.mean) in (1, feeding.channels) and all(map(_is_number, feeding.mean)),
        "std": len(feeding.std) in (1, feeding.channels)
        and all(_is_number(s) and abs(s) >= _SMALLEST_NUMBER for s in feeding.std),
        "multiple": _is_count(feeding.multiple, 512),
        "size": feeding.size is None or _is_count(feeding.size, _LARGEST_SIDE),
        "out_range": isinstance(feeding.out_range, tuple)
        and len(feeding.out_range) == 2
        and all(map(_is_number, feeding.out_range))
        and abs(feeding.out_range[1] - feeding.out_range[0]) >= _SMALLEST_NUMBER,
        "out_channel": feeding.out_channel is None or _is_count(feeding.out_channel, 1024, least=0),
        "dark_lines": isinstance(feeding.dark_lines, bool),
        "stage1": feeding.stage1 in STAGES,
    }
    wrong = next((word for word, is_good in good.items() if not is_good), None)
    if wrong:
        raise InvalidEditError(f"{name}: {wrong} cannot be {getattr(feeding, wrong)!r}; it is {WORDS[wrong]}")
    return feeding


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER


def _is_count(value: object, largest: int, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= largest
