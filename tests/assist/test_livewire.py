"""Live wires: exact along class borders, on the edges of a photo elsewhere, and quick enough for a hand."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assist.livewire import WINDOW, Terrain, Wire, nearest_corner, snapped, straight, terrain
from app.imaging.regions import filled

SHAPE = (96, 120)


def disk(shape: tuple[int, int] = SHAPE, x: float = 60, y: float = 45, radius: float = 30) -> np.ndarray:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 < radius**2


def around(over: Terrain, points: list[tuple[float, float]]) -> np.ndarray:
    corners = [snapped(over, point, 4) for point in points]
    ways = [Wire(over, a).to(b) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    return filled([np.concatenate(ways).astype(np.float64)], over.shape)


def is_connected(path: np.ndarray) -> bool:
    return bool((np.abs(np.diff(path, axis=0)).sum(axis=1) == 1).all())


QUARTERS = [(60.0, 15.0), (90.0, 45.0), (60.0, 75.0), (30.0, 45.0)]


def test_a_wire_along_a_class_border_shares_it_to_the_pixel() -> None:
    covered = disk()
    assert np.array_equal(around(terrain(None, covered.astype(np.uint8)), QUARTERS), covered)


def test_neighbours_drawn_by_wire_leave_no_slit_and_do_not_overlap() -> None:
    classes = disk().astype(np.uint8)
    classes[:, 60:] *= 2  # the disk's halves are two classes
    over = terrain(None, classes)
    left = around(over, [(60.0, 15.0), (30.0, 45.0), (60.0, 75.0), (60.0, 45.0)])
    right = around(over, [(60.0, 15.0), (90.0, 45.0), (60.0, 75.0), (60.0, 45.0)])
    assert np.array_equal(left, classes == 1)
    assert np.array_equal(right, classes == 2)


def test_a_wire_follows_the_edges_of_a_photo() -> None:
    photo = np.full((*SHAPE, 3), (205, 150, 130), np.uint8)
    photo[disk()] = (160, 60, 70)
    found = around(terrain(photo, None), QUARTERS)
    assert np.count_nonzero(found != disk()) <= 0.02 * np.count_nonzero(disk())


def test_a_class_border_outdoes_the_contrast_of_the_photo_beside_it() -> None:
    photo = np.full((*SHAPE, 3), (205, 150, 130), np.uint8)
    photo[disk(radius=29)] = (160, 60, 70)
    covered = disk()
    wire = Wire(terrain(photo, covered.astype(np.uint8)), (60, 15))
    path = wire.to((60, 75))
    border = {tuple(corner) for corner in path.tolist()}
    assert sum(abs(np.hypot(x - 60, y - 45) - 30) < 1 for x, y in border) > 0.9 * len(border)


@given(
    x0=st.integers(-3, 125), y0=st.integers(-3, 100), x1=st.integers(-3, 125), y1=st.integers(-3, 100)
)  # fmt: skip
def test_straight_ways_are_stairs_from_end_to_end(x0: int, y0: int, x1: int, y1: int) -> None:
    path = straight((x0, y0), (x1, y1))
    assert tuple(path[0]) == (x0, y0)
    assert tuple(path[-1]) == (x1, y1)
    assert len(path) == abs(x1 - x0) + abs(y1 - y0) + 1
    assert is_connected(path)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), x=st.integers(0, 40), y=st.integers(0, 30))
def test_a_way_leads_from_seed_to_target_by_single_steps(seed: int, x: int, y: int) -> None:
    classes = np.random.default_rng(seed).integers(0, 3, (30, 40), dtype=np.uint8)
    path = Wire(terrain(None, classes), (20, 15)).to((x, y))
    assert tuple(path[0]) == (20, 15)
    assert tuple(path[-1]) == (x, y)
    assert is_connected(path)
    assert path.min() >= 0
    assert path.max(axis=0).tolist() <= [40, 30]


def test_beyond_its_reach_a_wire_goes_straight_on() -> None:
    classes = np.zeros((8, 3 * WINDOW), np.uint8)
    classes[4:] = 1
    path = Wire(terrain(None, classes), (10, 4)).to((2 * WINDOW, 4))
    assert is_connected(path)
    assert set(path[:, 1].tolist()) == {4}
    assert len(path) == 2 * WINDOW - 10 + 1


def test_over_even_ground_a_wire_leads_nearly_straight_on() -> None:
    path = Wire(terrain(np.full((200, 200, 3), 128, np.uint8), None), (20, 20)).to((180, 80))
    beside = np.abs((path[:, 0] - 20) * 60 - (path[:, 1] - 20) * 160) / np.hypot(160, 60)
    assert beside.max() < 10


def test_a_click_is_drawn_to_the_edge_beside_it_and_no_further() -> None:
    over = terrain(None, disk().astype(np.uint8))
    assert snapped(over, (60.2, 17.4), 3) == (60, 15)
    assert snapped(over, (60.2, 22.4), 3) == (60, 22)
    assert snapped(over, (-5.0, 200.0), 3) == nearest_corner((-5.0, 200.0), SHAPE) == (0, 96)


def test_nothing_to_follow_is_refused() -> None:
    with pytest.raises(ValueError, match="photo or a mask"):
        terrain(None, None)


def test_following_the_mouse_takes_less_than_a_millisecond() -> None:
    photo = np.random.default_rng(3).integers(0, 255, (512, 512, 3), dtype=np.uint8)
    wire = Wire(terrain(photo, None), (100, 100))
    times = []
    for x in range(10, 512, 10):
        start = time.thread_time()
        wire.to((x, 512 - x))
        times.append(time.thread_time() - start)
    assert np.median(times) < 1e-3
