"""Areas as runs and polygons: what is encoded comes back, what strangers wrote is bounded."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.faces.errors import DamagedFileError, UnsafeFileError
from app.imaging.cv import cv2
from app.imaging.regions import (
    add_runs,
    cropped,
    filled,
    outlines,
    packed_runs,
    run_lengths,
    unpacked_runs,
)

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))
AREAS = SHAPES.flatmap(lambda shape: arrays(np.bool_, shape))


def blob(seed: int = 0, side: int = 128) -> np.ndarray:
    """Smooth shapes with holes and islands."""
    noise = np.random.default_rng(seed).random((side, side)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 4)
    return np.pad((soft > soft.mean())[4:-4, 4:-4], 4)


def area(runs: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Where the runs are inside."""
    bits = np.full(shape, 4, np.uint32)
    add_runs(bits.reshape(-1), runs, 2)
    assert set(np.unique(bits)) <= {4, 6}
    return bits == 6


@given(AREAS)
def test_runs_of_an_area_are_the_area(covered: np.ndarray) -> None:
    assert np.array_equal(area(run_lengths(covered), covered.shape), covered)
    assert np.array_equal(area(run_lengths(covered.T), covered.T.shape).T, covered)


@given(st.lists(st.integers(0, 2**26), max_size=40))
def test_packed_runs_are_the_runs(runs: list[int]) -> None:
    assert unpacked_runs(packed_runs(np.array(runs, np.int64))).tolist() == runs


@given(AREAS)
def test_outlines_filled_are_the_area(covered: np.ndarray) -> None:
    assert np.array_equal(filled(outlines(covered), covered.shape), covered)


@given(AREAS)
def test_no_two_outlines_share_a_pixel_and_each_is_one_part(covered: np.ndarray) -> None:
    rings = outlines(covered)
    assert len(rings) == cv2.connectedComponents(covered.view(np.uint8), connectivity=4)[0] - 1
    assert sum(int(filled([ring], covered.shape).sum()) for ring in rings) == covered.sum()


@pytest.mark.parametrize("tolerance", [0.75, 1.0, 2.0])
def test_simpler_outlines_stay_within_their_tolerance(tolerance: float) -> None:
    covered = blob()
    rings = outlines(covered, tolerance)
    wrong = filled(rings, covered.shape) != covered
    edge = cv2.distanceTransform(covered.view(np.uint8), cv2.DIST_L2, 5) + cv2.distanceTransform(
        (~covered).view(np.uint8), cv2.DIST_L2, 5
    )
    assert float(edge[wrong].max()) <= tolerance + 0.5
    assert sum(map(len, rings)) < 0.5 * sum(map(len, outlines(covered)))


def test_a_hole_is_kept_by_both_rules_of_filling() -> None:
    covered = np.ones((20, 20), np.bool_)
    covered[5:9, 5:9] = False
    (ring,) = outlines(covered)
    x, y = ring[:, 0], ring[:, 1]
    signed = np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))
    assert abs(signed) / 2 == 400 - 16
    assert np.array_equal(filled([ring], (20, 20)), covered)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of numpy, by pycocotools 2.0.11
def test_the_official_decoder_reads_both() -> None:
    coco = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed (facewright[test])")
    for seed in range(5):
        covered = blob(seed)
        text = packed_runs(run_lengths(covered.T))
        assert coco.encode(np.asfortranarray(covered.view(np.uint8)))["counts"].decode() == text
        assert np.array_equal(coco.decode({"size": list(covered.shape), "counts": text}), covered)
        polygons = [ring.ravel().tolist() for ring in outlines(covered)]
        merged = coco.merge(coco.frPyObjects(polygons, *covered.shape))
        assert np.array_equal(coco.decode(merged), covered)


def test_a_crop_is_the_bounding_box() -> None:
    covered = np.zeros((9, 9), np.bool_)
    covered[2:5, 3:8] = True
    crop = cropped(covered)
    assert (crop.x, crop.y, crop.width, crop.height) == (3, 2, 5, 3)
    assert cropped(np.zeros((4, 4), np.bool_)).covered.size == 0
    assert outlines(np.zeros((4, 4), np.bool_)) == []


@pytest.mark.parametrize(
    "runs", [[3], [5], [-1, 5], [2, 2, 2], [2**62, 2**62, 2**62, 2**62, 4], []], ids=lambda runs: str(len(runs))
)
def test_runs_that_do_not_fill_the_picture_are_refused(runs: list[int]) -> None:
    with pytest.raises(DamagedFileError):
        area(np.array(runs, np.int64), (2, 2))


@pytest.mark.parametrize("shape", [(0, 3), (-2, -2), (2**20, 2**20), (2**62, 4), (1, 2**40)])
def test_sizes_that_would_exhaust_the_machine_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(UnsafeFileError):
        filled([], shape)


@given(st.text(max_size=30))
def test_any_text_for_packed_runs_is_read_or_refused(text: str) -> None:
    with suppress(DamagedFileError):
        assert unpacked_runs(text).dtype == np.int64


@pytest.mark.parametrize("text", ["P", "oooooooo0", "é", "\x7f"])
def test_a_cut_text_of_packed_runs_is_refused(text: str) -> None:
    with pytest.raises(DamagedFileError):
        unpacked_runs(text)


@pytest.mark.parametrize("value", [np.nan, np.inf, -1e300])
def test_coordinates_that_are_no_numbers_are_refused(value: float) -> None:
    with pytest.raises(DamagedFileError, match="outside"):
        filled([np.array([[0, 0], [4, 0], [value, 4.0]])], (8, 8))


def test_a_polygon_far_outside_is_clipped() -> None:
    assert filled([np.array([[-1e6, -1e6], [1e6, -1e6], [1e6, 1e6], [-1e6, 1e6]])], (5, 7)).all()


def test_a_zigzag_over_all_rows_is_refused() -> None:
    zigzag = np.zeros((200_000, 2))
    zigzag[::2, 1] = 4000
    with pytest.raises(UnsafeFileError, match="edges"):
        filled([zigzag], (4000, 4000))
