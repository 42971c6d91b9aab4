"""Drawn faces: what their masks, poses and attributes claim is what was painted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import Binary
from app.faces.sample import Pose
from app.generation.portrait.briefs import BRIEFS
from app.generation.portrait.casting import cast_people, make_person
from app.generation.portrait.facts import attributes_of
from app.generation.portrait.head import make_head, rotation_of
from app.generation.portrait.people import Beard, Earring, Garment, Glasses, Hairstyle, Hat, Necklace
from app.generation.portrait.portrait import Portrait, draw_portrait

PEOPLE = cast_people(len(BRIEFS), 0)
DRESSED_UP = 2
"""A woman with glasses, necklace and hair to the shoulders."""
HATTED = 8
"""A woman with a hat, earrings and an open mouth."""


@pytest.fixture(scope="module")
def portraits() -> dict[int, Portrait]:
    return {number: draw_portrait(PEOPLE[number]) for number in (DRESSED_UP, HATTED)}


def middle(layer: Binary) -> tuple[float, float]:
    """(x, y) of a layer's centroid."""
    y, x = np.argwhere(layer).mean(axis=0)
    return float(x), float(y)


def share(part: Binary, whole: Binary) -> float:
    """How much of a part lies in the whole."""
    return float((part & whole).sum() / part.sum())


@pytest.mark.parametrize("number", [DRESSED_UP, HATTED])
def test_features_lie_where_anatomy_puts_them(portraits: dict[int, Portrait], number: int) -> None:
    layers = portraits[number].layers
    at = {name: middle(layer) for name, layer in layers.items()}
    assert at["l_eye"][0] > at["nose"][0] > at["r_eye"][0]
    assert at["l_brow"][0] > at["r_brow"][0]
    for side in "lr":
        assert at[f"{side}_brow"][1] < at[f"{side}_eye"][1] < at["nose"][1]
    assert at["nose"][1] < at["u_lip"][1] < at["l_lip"][1] < at["neck"][1] < at["cloth"][1]


@pytest.mark.parametrize("number", [DRESSED_UP, HATTED])
def test_skin_runs_under_the_features(portraits: dict[int, Portrait], number: int) -> None:
    layers = portraits[number].layers
    for name in ("l_eye", "r_eye", "l_brow", "r_brow", "nose", "u_lip", "l_lip"):
        assert share(layers[name], layers["skin"]) > 0.98, name
    assert 0.01 < share(layers["hair"], layers["skin"]) < 0.5


def test_worn_things_have_their_layers(portraits: dict[int, Portrait]) -> None:
    assert {"eye_g", "neck_l"} <= set(portraits[DRESSED_UP].layers)
    assert share(portraits[DRESSED_UP].layers["l_eye"], portraits[DRESSED_UP].layers["eye_g"]) > 0.9
    assert {"hat", "ear_r", "mouth"} <= set(portraits[HATTED].layers)
    assert (portraits[HATTED].layers["hat"] & portraits[HATTED].layers["hair"]).any()


def test_layers_are_named_binary_and_never_empty(portraits: dict[int, Portrait]) -> None:
    for portrait in portraits.values():
        for name, layer in portrait.layers.items():
            assert name in CLASS_BY_NAME
            assert (layer.dtype, layer.shape) == (np.dtype(bool), (512, 512))
            assert layer.any()


def test_the_hair_layer_fits_the_painted_hair(portraits: dict[int, Portrait]) -> None:
    # Black hair on a light wall: the layer's pixels are dark, those just outside the person are not.
    portrait = portraits[HATTED]
    grey = portrait.photo[::2, ::2].mean(axis=2)
    hair = portrait.layers["hair"] & ~portrait.layers["hat"] & ~portrait.layers["skin"]
    nothing = ~np.logical_or.reduce(list(portrait.layers.values()))
    assert np.percentile(grey[hair], 90) < np.percentile(grey[nothing], 10)


def test_the_sketch_is_dark_lines_on_light_paper(portraits: dict[int, Portrait]) -> None:
    sketch = portraits[DRESSED_UP].sketch
    assert (sketch.dtype, sketch.shape) == (np.dtype(np.uint8), (512, 512))
    assert np.percentile(sketch, 60) > 220
    assert 0.005 < (sketch < 110).mean() < 0.15


def test_the_same_person_is_drawn_the_same() -> None:
    first, second = draw_portrait(PEOPLE[DRESSED_UP]), draw_portrait(PEOPLE[DRESSED_UP])
    assert np.array_equal(first.photo, second.photo)
    assert np.array_equal(first.sketch, second.sketch)


def test_another_seed_is_another_person() -> None:
    assert make_person(BRIEFS[0], seed=1) != make_person(BRIEFS[0], seed=2)


def test_pose_turns_the_nose_as_the_pose_table_says() -> None:
    person = PEOPLE[DRESSED_UP]
    nose = np.array([(0.0, 0.6, 1.2)], np.float32)

    def tip(yaw: float = 0, pitch: float = 0) -> tuple[float, float]:
        head = make_head(person.build, Pose(yaw, pitch, 0), unit_px=200, centre_px=(512, 480))
        x, y, _ = head.project(nose)[0]
        return float(x), float(y)

    assert tip(yaw=20)[0] < tip()[0] < tip(yaw=-20)[0]
    assert tip(pitch=10)[1] < tip()[1] < tip(pitch=-10)[1]


@given(st.floats(-60, 60), st.floats(-60, 60), st.floats(-60, 60))
@settings(max_examples=40)
def test_rotations_keep_lengths(yaw: float, pitch: float, roll: float) -> None:
    matrix = rotation_of(Pose(yaw, pitch, roll))
    assert np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-5)
    assert np.linalg.det(matrix) > 0


@pytest.mark.parametrize("yaw", [-25.0, 0.0, 25.0])
def test_seen_points_lie_on_the_head_that_is_projected(yaw: float) -> None:
    person = replace(PEOPLE[0], pose=Pose(yaw, 4.0, 3.0))
    head = make_head(person.build, person.pose, unit_px=200, centre_px=(512, 480))
    surface = head.surface(256, 1024)
    # Away from nose and outline, going from pixel to chart and back again must end at the pixel.
    forehead = (surface.inside > 0.2) & (np.abs(surface.x) < 0.4) & (surface.y < -0.5) & (surface.y > -1.0)
    rows, columns = np.nonzero(forehead)
    assert len(rows) > 500
    chart = np.stack([surface.x[forehead], surface.y[forehead]], axis=1)
    pixels = head.place(chart)
    assert np.abs(pixels - (np.stack([columns, rows], axis=1) * 4 + 1.5)).max() < 3.0


@pytest.mark.parametrize(
    ("kinds", "used"),
    [
        (Hairstyle, {brief.style for brief in BRIEFS}),
        (Beard, {brief.beard for brief in BRIEFS}),
        (Hat, {brief.hat for brief in BRIEFS}),
        (Glasses, {brief.glasses for brief in BRIEFS}),
        (Garment, {brief.garment for brief in BRIEFS}),
        (Earring, {brief.earring for brief in BRIEFS}),
        (Necklace, {brief.necklace for brief in BRIEFS}),
    ],
)
def test_every_kind_is_worn_by_somebody(kinds: type, used: set[object]) -> None:
    assert set(kinds) == used


def test_attributes_never_contradict_each_other() -> None:
    for seed in range(3):
        for person in cast_people(len(BRIEFS), seed):
            facts = attributes_of(person)
            assert None not in facts.values_
            assert sum(bool(facts[name]) for name in ("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair")) <= 1
            assert not (facts["Straight_Hair"] and facts["Wavy_Hair"])
            assert not (facts["No_Beard"] and (facts["Goatee"] or facts["5_o_Clock_Shadow"]))
            assert not (facts["Bald"] and (facts["Bangs"] or facts["Black_Hair"]))
            assert not (facts["Wearing_Necktie"] and not facts["Male"])
