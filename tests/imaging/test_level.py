"""Level tracing outlines what an edge goes around, dark or bright, if its line closes near by."""

from __future__ import annotations

import numpy as np
import pytest

from app.imaging.cv import cv2
from app.imaging.level import Channel, levels_of, traced


def blob(inside: float, outside: float, centre: tuple[int, int] = (100, 100), radius: int = 20) -> np.ndarray:
    """A soft disk of one level on another, 200 × 200."""
    disk = np.zeros((200, 200), np.float32)
    cv2.circle(disk, centre, radius, 1.0, -1)
    soft = cv2.GaussianBlur(disk, (0, 0), 2)
    return (outside + (inside - outside) * soft).astype(np.float32)


def is_the_disk(area: tuple[tuple[int, int, int, int], np.ndarray] | None) -> bool:
    assert area is not None
    (x, y, width, height), covered = area
    around = abs(x - 80) <= 1 and abs(y - 80) <= 1 and abs(width - 41) <= 2 and abs(height - 41) <= 2
    return around and abs(int(covered.sum()) - np.pi * 20**2) < 0.06 * np.pi * 20**2


@pytest.mark.parametrize(("inside", "outside"), [(20, 70), (90, 30)])
@pytest.mark.parametrize("window", [48, 96])
def test_the_edge_of_a_disk_outlines_the_disk(inside: float, outside: float, window: int) -> None:
    assert is_the_disk(traced(blob(inside, outside), (120, 100), window))


def test_the_line_runs_through_the_pixel() -> None:
    levels = blob(20, 70)
    for pixel in ((118, 100), (120, 104), (100, 81)):
        area = traced(levels, pixel)
        assert area is not None
        region, covered = area
        x, y = pixel[0] - region.x, pixel[1] - region.y
        assert covered[y, x]
        assert not np.pad(covered, 1)[y : y + 3, x : x + 3].all()


def test_what_is_inside_counts_whatever_it_looks_like() -> None:
    levels = blob(20, 70)
    levels[95:105, 95:105] = 95  # a glint in the eye
    assert is_the_disk(traced(levels, (120, 100)))


def test_a_line_that_does_not_close_near_by_is_none() -> None:
    levels = blob(20, 70)
    assert traced(levels, (120, 100), window=44) is not None
    assert traced(levels, (120, 100), window=20) is None
    assert traced(np.full((300, 300), 50, np.float32), (150, 150)) is None


def test_of_two_closed_sides_the_smaller_one_is_taken() -> None:
    levels = blob(20, 70)
    levels[:70] = levels[130:] = 100
    levels[:, :70] = levels[:, 130:] = 100
    assert is_the_disk(traced(levels, (120, 100)))


def test_the_edge_of_the_picture_closes_a_line() -> None:
    area = traced(blob(20, 70, centre=(100, 190)), (120, 185))
    assert area is not None
    region, _ = area
    assert region.y + region.height == 200
    assert region.width < 50


def test_levels_are_those_of_cie_lab() -> None:
    grey, red = np.full((4, 4, 3), 119, np.uint8), np.full((4, 4, 3), (255, 0, 0), np.uint8)
    assert levels_of(grey, smoothing=0)[0, 0] == pytest.approx(50, abs=0.3)
    assert levels_of(grey, Channel.REDNESS)[0, 0] == pytest.approx(0, abs=0.1)
    assert levels_of(red, Channel.REDNESS, 0)[0, 0] == pytest.approx(80.1, abs=0.3)
