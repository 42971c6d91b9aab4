"""Line maps: strokes where a photo has edges, the same each time, at any size."""

from __future__ import annotations

import time
from pathlib import Path
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.faces.mask import MaskLayers
from app.generation.sketch.drawing import LineMap, Stroke, as_svg, drawn
from app.generation.sketch.linemap import (
    PRESETS,
    SIZES,
    draw_line_map,
    face_gain,
    line_map,
    looked_at,
    scaled_shape,
)
from app.generation.sketch.smoothing import smoothed
from app.generation.sketch.strokes import joined, paths_in
from app.generation.sketch.thinning import connected_to, thinned

CENTRE, RADIUS = 256, 150


def disc(size: int = 512) -> np.ndarray:
    """A light disc on grey, in RGB."""
    picture = np.full((size, size, 3), 70, np.uint8)
    cv2.circle(picture, (size // 2, size // 2), round(RADIUS * size / 512), (190, 180, 170), -1, cv2.LINE_AA)
    return picture


def drawn_lines(*lines: tuple[tuple[int, int], tuple[int, int]]) -> np.ndarray:
    plane = np.zeros((64, 64), np.uint8)
    for begin, end in lines:
        cv2.line(plane, begin, end, 1)
    return thinned(plane)


def test_strokes_lie_on_the_edge_and_go_all_the_way_round() -> None:
    strokes = line_map(disc()).strokes
    distances = np.concatenate([np.hypot(*(stroke.points - CENTRE).T) for stroke in strokes])
    assert np.abs(distances - RADIUS).max() < 2
    assert line_map(disc()).length_px == pytest.approx(2 * np.pi * RADIUS, rel=0.03)


@pytest.mark.parametrize("size", SIZES)
def test_a_line_map_has_the_same_lines_at_every_size(size: int) -> None:
    sketch = draw_line_map(disc(), size=size)
    assert sketch.shape == (size, size)
    assert sketch.max() == 254
    rows, columns = np.nonzero(sketch < 128)
    distances = np.hypot(rows - size / 2 + 0.5, columns - size / 2 + 0.5) * 512 / size
    assert np.abs(distances - RADIUS).max() < 4
    assert (sketch < 128).mean() == pytest.approx((draw_line_map(disc()) < 128).mean(), rel=0.15)


def test_the_same_photo_gives_the_same_sketch() -> None:
    assert np.array_equal(draw_line_map(disc()), draw_line_map(disc()))


def test_the_size_of_the_photo_matters_little() -> None:
    photo = disc(1024)
    reduced = cv2.resize(photo, (512, 512), interpolation=cv2.INTER_AREA)
    large, small = (draw_line_map(picture, size=256) < 128 for picture in (photo, reduced))
    assert np.count_nonzero(large != small) < 0.1 * np.count_nonzero(small)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_where_nothing_is_nothing_is_drawn(level: int) -> None:
    assert (draw_line_map(np.full((200, 300, 3), level, np.uint8)) == 254).all()


def test_a_picture_keeps_its_proportions() -> None:
    assert draw_line_map(disc()[:256], size=512).shape == (256, 512)
    assert scaled_shape((218, 178, 3), 512) == (512, 418)
    assert looked_at(disc()[:, :100]).shape == (512, 100)


def test_noise_ends_in_reasonable_time() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (512, 512, 3)).astype(np.uint8)
    began = time.process_time()
    draw_line_map(noise)
    assert time.process_time() - began < 3


def test_presets_differ_as_their_names_say() -> None:
    rng = np.random.default_rng(1)
    texture = cv2.GaussianBlur(rng.integers(0, 256, (512, 512)).astype(np.float32), (0, 0), 5)
    picture = np.clip((texture - 127) * 5 + 127, 0, 255).astype(np.uint8)
    length = {preset.name: line_map(picture, preset.options).length_px for preset in PRESETS}
    assert length["sparse"] < length["released"] < length["detailed"]
    assert length["mask-guided"] == length["released"]  # without a mask there is nothing to be guided by


def test_a_mask_draws_more_of_the_eyes_and_less_of_the_background() -> None:
    mask = MaskLayers.empty((512, 512))
    mask.bits[100:140, 100:160] = MaskLayers.from_binaries({"l_eye": np.ones((40, 60), bool)}).bits
    mask.bits[300:, :] = MaskLayers.from_binaries({"skin": np.ones((212, 512), bool)}).bits
    gain = face_gain(mask)
    assert (gain[120, 130], gain[450, 256]) == (pytest.approx(1.5, abs=0.01), pytest.approx(1.0))
    assert gain[10, 400] == pytest.approx(0.7, abs=0.01)
    assert np.allclose(face_gain(mask, 0.0), 1)
    half = np.ones((64, 64), np.float32)
    half[:, :32] = 0
    assert min(stroke.points[:, 0].min() for stroke in line_map(disc(), gain=half).strokes) > 250


def test_crossing_lines_are_two_strokes_that_go_straight_on() -> None:
    strokes = joined(paths_in(drawn_lines(((5, 30), (58, 30)), ((30, 5), (30, 58)))))
    assert len(strokes) == 2
    for points, closed in strokes:
        assert not closed
        spread = np.ptp(points, axis=0)
        assert sorted(spread.round().astype(int).tolist())[0] <= 1
        assert max(spread) > 50


def test_a_gap_between_ends_that_point_at_each_other_is_bridged_and_others_are_not() -> None:
    aligned = joined(paths_in(drawn_lines(((3, 20), (25, 20)), ((33, 20), (60, 20)))))
    aside = joined(paths_in(drawn_lines(((3, 20), (25, 20)), ((33, 29), (60, 29)))))
    assert [len(aligned), len(aside)] == [1, 2]


def test_a_ring_is_one_closed_stroke() -> None:
    plane = np.zeros((64, 64), np.uint8)
    cv2.circle(plane, (32, 32), 20, 1)
    ((points, closed),) = joined(paths_in(thinned(plane)))
    assert closed
    ((curve),) = smoothed([points], [closed], 2.5)
    assert np.array_equal(curve[0], curve[-1])
    assert np.abs(np.hypot(*(curve - 32).T) - 20).max() < 1.5


def test_smoothing_leaves_the_ends_in_their_place_and_evens_the_rest() -> None:
    steps = np.array([[x, 10 + x // 4] for x in range(60)], np.float32)
    short = np.array([[0, 0], [3, 0]], np.float32)
    line, stub = smoothed([steps, short], [False, False], 2.5)
    assert np.allclose(line[[0, -1]], steps[[0, -1]], atol=1e-3)
    assert np.allclose(stub[[0, -1]], short, atol=0.05)
    turns = np.abs(np.diff(np.arctan2(*np.diff(line, axis=0).T[::-1])))
    assert turns[3:-3].max() < 0.15


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, (24, 20), elements=st.integers(0, 1)))
def test_thinning_keeps_pieces_apart_and_together(plane: np.ndarray) -> None:
    plane[[0, -1]] = 0
    plane[:, [0, -1]] = 0
    thin = thinned(plane)
    assert not (thin & ~plane & 1).any()
    assert cv2.connectedComponents(thin, connectivity=8)[0] <= cv2.connectedComponents(plane, connectivity=8)[0]
    assert np.array_equal(thinned(thin), thin)
    total = sum(len(path.points) for path in paths_in(thin))
    assert total <= 3 * max(1, int(thin.sum()))
    for points, _ in joined(paths_in(thin)):
        assert np.isfinite(points).all()
        assert len(points) > 1


def test_only_pieces_with_something_strong_stay() -> None:
    weak = drawn_lines(((3, 10), (60, 10)), ((3, 40), (60, 40)))
    strong = np.zeros_like(weak)
    strong[10, 30] = 1
    assert np.array_equal(np.unique(np.nonzero(connected_to(strong, weak))[0]), [10])


def test_svg_has_the_strokes_inside_its_frame() -> None:
    strokes = line_map(disc())
    root = ET.fromstring(as_svg(strokes, (1024, 1024)))
    paths = root.findall(".//{http://www.w3.org/2000/svg}path")
    assert (root.get("width"), root.get("viewBox")) == ("1024", "0 0 512 512")
    assert len(paths) == len(strokes.strokes)
    numbers = [float(n) for path in paths for n in path.get("d", "").strip("MZ").replace("L", " ").split()]
    assert min(numbers) > 95
    assert max(numbers) < 417


def test_a_stroke_is_as_wide_as_its_pen() -> None:
    points = np.array([[x, 50] for x in range(10, 90)], np.float32)
    sheet = drawn(LineMap((Stroke(points, np.full(80, 4, np.float32)),), (100, 100)), (100, 100), softness_px=0)
    assert (254 - sheet[:, 50].astype(float)).sum() / 254 == pytest.approx(4, abs=0.3)


def test_real_sketches_are_met_better_than_by_canny(real_data: Path) -> None:
    from tests.benchmarks import measure_sketches as measuring

    pairs = [measuring.pair(real_data, number) for number in (3, 11, 19, 27)]
    ours = [measuring.f_measure(measuring.centre_lines(draw_line_map(photo)), truth)[0] for photo, truth in pairs]
    canny = [measuring.f_measure(measuring.canny(photo), truth)[0] for photo, truth in pairs]
    assert np.mean(ours) > 0.76
    assert np.mean(ours) > np.mean(canny) + 0.03
