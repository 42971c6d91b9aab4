"""The small picture of a step: the right pixels, in the right colours, however thin or far out."""

from __future__ import annotations

import numpy as np
import pytest

from app.faces.classes import CLASS_BY_NAME, CLASSES
from app.imaging.raster import Rect
from app.imaging.step_picture import step_picture

COLOURS = np.array([c.colour for c in CLASSES], np.uint8)
HAIR, SKIN = CLASS_BY_NAME["hair"], CLASS_BY_NAME["skin"]


def piece(x: int, y: int, width: int, height: int, bits: int) -> tuple[Rect, np.ndarray]:
    return Rect(x, y, width, height), np.full((height, width), bits, np.uint32)


def test_what_changed_is_in_the_middle_in_the_colour_of_the_class_that_changed_most() -> None:
    rect, bits = piece(100, 200, 96, 96, SKIN.bit)
    bits[:30, :30] |= HAIR.bit
    made = step_picture([(rect, bits)], (512, 512), COLOURS, 36)
    assert made.shape == (36, 36, 3)
    assert tuple(made[18, 18]) == SKIN.colour
    assert tuple(made[0, 0]) == (128, 128, 128)
    assert int((made == SKIN.colour).all(axis=2).sum()) == 24 * 24


def test_of_two_classes_that_changed_alike_the_one_beneath_was_painted() -> None:
    made = step_picture([piece(100, 200, 96, 96, HAIR.bit | SKIN.bit)], (512, 512), COLOURS, 36)
    assert tuple(made[18, 18]) == SKIN.colour


def test_a_line_one_pixel_wide_is_seen() -> None:
    made = step_picture([piece(10, 300, 400, 1, SKIN.bit)], (512, 512), COLOURS, 34)
    assert np.abs(made.astype(int) - 128).max() > 5


def test_a_single_pixel_in_the_corner_is_shown_with_its_surroundings() -> None:
    made = step_picture([piece(511, 511, 1, 1, HAIR.bit)], (512, 512), COLOURS, 48)
    assert tuple(made[47, 47]) == HAIR.colour
    assert tuple(made[46, 46]) == (128, 128, 128)


@pytest.mark.parametrize("shape", [(30, 512), (512, 30), (4, 4), (1024, 1024)])
def test_masks_of_any_shape_have_pictures(shape: tuple[int, int]) -> None:
    made = step_picture([piece(1, 1, 2, 2, HAIR.bit)], shape, COLOURS, 34, np.full((20, 20, 4), 200, np.uint8))
    assert made.shape == (34, 34, 3)
    assert (made == HAIR.colour).all(axis=2).any()


def test_a_step_without_a_pixel_shows_the_photo_dimmed() -> None:
    made = step_picture([], (64, 64), COLOURS, 8, np.full((32, 32, 3), 200, np.uint8))
    assert set(made[1:-1, 1:-1].ravel()) == {140}


def test_the_photo_lies_under_the_mask_whatever_its_size() -> None:
    photo = np.zeros((1024, 1024, 3), np.uint8)
    photo[512:, :] = 250
    made = step_picture([piece(0, 0, 512, 1, 0), piece(0, 0, 1, 1, HAIR.bit), piece(511, 511, 1, 1, HAIR.bit)],
                        (512, 512), COLOURS, 32, photo)  # fmt: skip
    assert made[4, 16, 0] == 20
    assert made[28, 16, 0] == 170
