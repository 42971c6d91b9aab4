"""Level tracing outlines what an edge goes around, dark or bright, within its window."""

from __future__ import annotations

import numpy as np
import pytest

from app.imaging.cv import cv2
from app.imaging.level import lightness_of, traced
from app.imaging.raster import Rect


def blob(inside: float, outside: float, centre: tuple[int, int] = (100, 100), radius: int = 20) -> np.ndarray:
    """A soft disk of one lightness on another, 200 × 200."""
    disk = np.zeros((200, 200), np.float32)
    cv2.circle(disk, centre, radius, 1.0, -1)
    soft = cv2.GaussianBlur(disk, (0, 0), 2)
    return (outside + (inside - outside) * soft).astype(np.float32)


@pytest.mark.parametrize(("inside", "outside"), [(20, 70), (90, 30)])
def test_the_edge_of_a_disk_outlines_the_disk(inside: float, outside: float) -> None:
    region, covered = traced(blob(inside, outside), (120, 100))
    assert abs(region.x - 80) <= 1
    assert abs(region.width - 41) <= 2
    assert abs(int(covered.sum()) - np.pi * 20**2) < 0.06 * np.pi * 20**2


def test_the_line_runs_through_the_pixel() -> None:
    lightness = blob(20, 70)
    for pixel in ((118, 100), (120, 104), (100, 81)):
        region, covered = traced(lightness, pixel)
        x, y = pixel[0] - region.x, pixel[1] - region.y
        assert covered[y, x]
        around = np.pad(covered, 1)[y : y + 3, x : x + 3]
        assert not around.all()


def test_what_is_inside_counts_whatever_it_looks_like() -> None:
    lightness = blob(20, 70)
    lightness[95:105, 95:105] = 95  # a glint in the eye
    _, covered = traced(lightness, (120, 100))
    assert abs(int(covered.sum()) - np.pi * 20**2) < 0.06 * np.pi * 20**2


def test_nothing_beyond_the_window_is_looked_at() -> None:
    flat = np.full((200, 200), 50, np.float32)
    assert traced(flat, (100, 100))[0] == Rect(52, 52, 96, 96)
    assert traced(flat, (0, 199))[0] == Rect(0, 151, 48, 49)
    assert traced(flat, (100, 100), window=32)[0] == Rect(84, 84, 32, 32)


def test_the_edge_of_the_picture_is_no_cut() -> None:
    region, _ = traced(blob(20, 70, centre=(100, 190)), (120, 185))
    assert region.y + region.height == 200
    assert region.width < 50


def test_lightness_is_cie_lightness() -> None:
    grey = np.full((4, 4, 3), 119, np.uint8)
    assert lightness_of(grey, 0)[0, 0] == pytest.approx(50, abs=0.3)
