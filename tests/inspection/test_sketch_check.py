"""A sketch that is not its photo's is a finding; what it is, is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.faces.finding import Finding
from app.faces.sample import Photo, SampleId
from app.inspection.case import Case
from app.inspection.check import inspect
from app.inspection.checks import BUILT_IN


def found(photo: Photo, sketch: Photo) -> list[Finding]:
    return list(inspect(Case(SampleId("7"), photo=photo, sketch=sketch), BUILT_IN))


def rings(at: tuple[int, int], side: int = 256) -> tuple[Photo, Photo]:
    """A photo of rings around a point (x, y), and its sketch."""
    y, x = np.mgrid[:side, :side]
    distance = np.hypot(x - at[0], 0.7 * (y - at[1]))
    grey = np.where((distance // 23) % 2 == 0, 90, 180)
    ink = (np.abs((distance + 0.5) % 23) < 1.5) & (distance > 10)
    sketch = np.where(ink, 0, 255)
    return np.dstack([grey] * 3).astype(np.uint8), np.dstack([sketch] * 3).astype(np.uint8)


def test_a_sketch_of_its_photo_is_fine() -> None:
    assert found(*rings((90, 120))) == []


def test_an_empty_sketch_is_told() -> None:
    photo, _ = rings((90, 120))
    (finding,) = found(photo, np.full((256, 256, 3), 255, np.uint8))
    assert finding.message == "The sketch is empty."


def test_a_light_sketch_on_dark_is_told() -> None:
    photo, sketch = rings((90, 120))
    (finding,) = found(photo, 255 - sketch)
    assert finding.message == "The sketch is light on dark."


def test_a_mirrored_sketch_is_told() -> None:
    photo, sketch = rings((60, 120))
    (finding,) = found(photo, np.ascontiguousarray(sketch[:, ::-1]))
    assert finding.evidence["state"] in {"mirrored", "shifted"}  # rings are their own mirror image elsewhere


@pytest.mark.parametrize(("dx", "dy", "words"), [(20, 0, "too far to the right"), (0, -16, "too high")])
def test_a_shift_is_told_in_the_direction_the_sketch_went(dx: int, dy: int, words: str, real_data: Path) -> None:
    photo, sketch = (np.asarray(Image.open(path).convert("RGB")) for path in _pair(real_data, 0))
    (finding,) = found(photo, np.roll(sketch, (dy, dx), (0, 1)))
    assert words in finding.message


def test_the_sketch_of_another_photo_is_told(real_data: Path) -> None:
    photo, _ = _pair(real_data, 0)
    _, sketch = _pair(real_data, 1)
    (finding,) = found(*(np.asarray(Image.open(path).convert("RGB")) for path in (photo, sketch)))
    assert finding.message.startswith("The sketch seems to be another photo's: its lines agree by 0.")
    assert finding.score > 0.7


def _pair(real_data: Path, number: int) -> tuple[Path, Path]:
    photos, sketches = sorted(folder for folder in (real_data / "sketch-pairs").iterdir() if folder.is_dir())
    return sorted(photos.iterdir())[number], sorted(sketches.iterdir())[number]
