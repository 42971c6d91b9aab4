"""The axis halves drawn faces exactly, however they are turned, and leaves nothing out of place when mirrored twice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.faces.classes import bits_of
from app.faces.mask import MaskLayers
from app.imaging.face_axis import FaceAxis, face_axis

SHAPE = (256, 256)
_PLACES = {
    "l_eye": (40, -30, 12),
    "r_eye": (-40, -30, 12),
    "l_brow": (42, -50, 14),
    "r_brow": (-42, -50, 14),
    "nose": (0, 0, 16),
    "mouth": (0, 40, 18),
}


def face(tilt: float, centre: tuple[float, float], *names: str) -> MaskLayers:
    """Discs where the parts of a face are, turned clockwise by ``tilt`` degrees around ``centre``."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    layers = {}
    for name in names or _PLACES:
        across, down, radius = _PLACES[name]
        middle = centre[0] + cos * across - sin * down, centre[1] + sin * across + cos * down
        layers[name] = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2
    return MaskLayers.from_binaries(layers)


@settings(deadline=None, max_examples=40)
@given(st.floats(-45, 45), st.floats(110, 140), st.floats(110, 140))
def test_the_axis_of_a_drawn_face_is_found(tilt: float, x: float, y: float) -> None:
    axis = face_axis(face(tilt, (x, y)).bits)
    assert axis is not None
    found = math.degrees(math.atan2(axis.normal[1], axis.normal[0]))
    assert found == pytest.approx(tilt, abs=0.5)
    assert axis.distance((x, y)) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("names", [("l_eye", "r_eye"), ("nose", "mouth"), ("l_brow", "r_brow", "nose")])
def test_a_few_classes_suffice(names: tuple[str, ...]) -> None:
    axis = face_axis(face(20, (128, 128), *names).bits)
    assert axis is not None
    assert math.degrees(math.atan2(axis.normal[1], axis.normal[0])) == pytest.approx(20, abs=1)


def test_a_single_middle_class_gives_an_upright_axis() -> None:
    axis = face_axis(face(20, (128, 128), "nose").bits)
    assert axis is not None
    assert axis.normal == (1.0, 0.0)
    assert axis.offset == pytest.approx(128, abs=0.2)


def test_without_a_face_there_is_no_axis() -> None:
    assert face_axis(np.full(SHAPE, bits_of("hair", "cloth"), np.uint32)) is None
    assert face_axis(face(0, (128, 128), "l_eye").bits) is None


def test_an_ear_half_hidden_hardly_moves_the_axis() -> None:
    mask = face(0, (128, 128))
    bits = mask.bits.copy()
    bits[120:150, 40:52] |= bits_of("r_ear")
    bits[120:123, 205:207] |= bits_of("l_ear")
    axis = face_axis(bits)
    assert axis is not None
    assert axis.distance((128, 128)) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("wrong", ["l_brow", "mouth", "nose"])
def test_one_class_that_is_wrong_does_not_draw_the_axis_aside(wrong) -> None:
    mask = face(10, (128, 128))
    bits = np.where(mask.layer(wrong), mask.bits & ~np.uint32(bits_of(wrong)), mask.bits)
    bits[150:170, 200:240] |= bits_of(wrong)
    axis = face_axis(bits)
    assert axis is not None
    assert math.degrees(math.atan2(axis.normal[1], axis.normal[0])) == pytest.approx(10, abs=1)
    assert axis.distance((128, 128)) == pytest.approx(0, abs=1)


@given(st.floats(-math.pi / 2, math.pi / 2), st.floats(0, 200), st.floats(-50, 300), st.floats(-50, 300))
def test_a_point_mirrored_twice_is_where_it_was(turn: float, offset: float, x: float, y: float) -> None:
    axis = FaceAxis((math.cos(turn), math.sin(turn)), offset)
    mirrored = axis.mirrored((x, y))
    assert axis.distance(mirrored) == pytest.approx(-axis.distance((x, y)), abs=1e-6)
    assert axis.mirrored(mirrored) == pytest.approx((x, y), abs=1e-6)


def test_an_upright_axis_mirrors_pixels_exactly() -> None:
    rng = np.random.default_rng(0)
    covered = rng.random((40, 60)) < 0.4
    axis = FaceAxis((1.0, 0.0), 25.0)
    mirrored = axis.mirrored_area(covered)
    assert np.array_equal(mirrored[:, :50], covered[:, :50][:, ::-1])
    assert not mirrored[:, 50:].any()


def test_a_tilted_axis_carries_one_side_of_a_face_to_the_other() -> None:
    mask = face(12, (128, 128))
    axis = face_axis(mask.bits)
    assert axis is not None
    mirrored = axis.mirrored_area(mask.layer("l_eye"))
    other = mask.layer("r_eye")
    assert (mirrored & other).sum() > 0.95 * (mirrored | other).sum()


@pytest.mark.parametrize(
    ("normal", "offset", "expected"),
    [
        ((1.0, 0.0), 30.0, ((30.0, 0.0), (30.0, 50.0))),
        ((0.0, 1.0), 20.0, ((0.0, 20.0), (80.0, 20.0))),
        ((0.6, 0.8), 40.0, ((200 / 3, 0.0), (0.0, 50.0))),
        ((1.0, 0.0), 90.0, None),
    ],
)
def test_the_segment_ends_at_the_borders_of_the_picture(normal, offset, expected) -> None:
    segment = FaceAxis(normal, offset).segment((50, 80))
    if expected is None:
        assert segment is None
    else:
        assert segment is not None
        assert np.allclose(segment, expected)


def test_real_faces_have_an_axis_between_their_eyes(real_data) -> None:
    from app.workbench.dataset import open_dataset

    with open_dataset(real_data / "CelebAMask-HQ") as dataset:
        found = 0
        for sample in dataset:
            mask = dataset[sample].mask if isinstance(sample, str) else sample.mask
            layers = {name: np.argwhere(mask.layers[name]) for name in ("l_eye", "r_eye")}
            axis = face_axis(sum(mask.layers[n].astype(np.uint32) * bits_of(n) for n in _PLACES))
            if axis is not None and all(len(found) for found in layers.values()):
                left, right = (layers[name].mean(axis=0)[::-1] for name in ("l_eye", "r_eye"))
                assert axis.distance(tuple(left)) > 10
                assert axis.distance(tuple(right)) < -10
                found += 1
    assert found >= 15
