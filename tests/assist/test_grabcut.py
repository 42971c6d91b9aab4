"""Objects cut out in a box: what is found, what is known beforehand, and cancelling."""

from __future__ import annotations

import numpy as np
import pytest

from app.assist.grabcut import cut_out
from app.imaging.raster import Rect
from app.jobs import Cancelled

SHAPE = (160, 200)


def rows_columns(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return rows, columns


def lip(scale: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """A photo with grain, and where its red ellipse is."""
    shape = SHAPE[0] * scale, SHAPE[1] * scale
    rows, columns = rows_columns(shape)
    covered = ((columns - 100 * scale) / (40 * scale)) ** 2 + ((rows - 80 * scale) / (22 * scale)) ** 2 < 1
    photo = np.full((*shape, 3), (200, 150, 130), np.int16)
    photo[covered] = (170, 60, 70)
    photo += np.random.default_rng(1).integers(-6, 7, photo.shape, dtype=np.int16)
    return photo.clip(0, 255).astype(np.uint8), covered


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("scale", [1, 4])
def test_what_differs_in_colour_is_cut_out(scale: int) -> None:
    photo, covered = lip(scale)
    box = Rect(50 * scale, 48 * scale, 100 * scale, 64 * scale)
    found = cut_out(photo, box)
    assert found.shape == (box.height, box.width)
    assert iou(found, covered[box.slices]) > 0.97


def test_the_same_question_has_the_same_answer() -> None:
    photo, _ = lip()
    box = Rect(45, 50, 110, 60)
    assert np.array_equal(cut_out(photo, box), cut_out(photo, box))


def test_scribbles_are_kept_to() -> None:
    photo, _ = lip()
    box = Rect(50, 48, 100, 64)
    foreground, background = np.zeros(SHAPE, np.bool_), np.zeros(SHAPE, np.bool_)
    foreground[52:56, 60:70] = True  # skin, and yet
    background[78:82, 70:90] = True
    found = cut_out(photo, box, foreground=foreground, background=background)
    assert found[foreground[box.slices]].all()
    assert not found[background[box.slices]].any()


def test_a_scribble_in_a_large_picture_is_kept_to() -> None:
    photo, _ = lip(4)
    box = Rect(200, 192, 400, 256)
    foreground = np.zeros(photo.shape[:2], np.bool_)
    foreground[200:203, 220:300] = True
    assert cut_out(photo, box, foreground=foreground)[foreground[box.slices]].all()


def test_where_all_is_alike_there_is_still_an_answer() -> None:
    flat = np.full((*SHAPE, 3), 128, np.uint8)
    assert cut_out(flat, Rect(10, 10, 40, 30)).shape == (30, 40)
    everything = np.ones(SHAPE, np.bool_)
    assert not cut_out(flat, Rect(10, 10, 40, 30), background=everything).any()
    assert cut_out(flat, Rect(0, 0, 200, 160), foreground=everything).all()


@pytest.mark.parametrize("box", [Rect(0, 0, 2, 30), Rect(190, 10, 30, 30), Rect(-1, 0, 20, 20)])
def test_a_box_too_small_or_outside_is_refused(box: Rect) -> None:
    with pytest.raises(ValueError, match="no box"):
        cut_out(lip()[0], box)


def test_it_can_be_cancelled_between_rounds() -> None:
    class Impatient:
        asked = 0

        def report(self, done: int, total: int, note: str = "") -> None:
            self.asked += 1
            if self.asked == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        cut_out(lip()[0], Rect(50, 48, 100, 64), progress=Impatient())
