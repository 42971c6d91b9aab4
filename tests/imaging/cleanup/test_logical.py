"""Logic of classes, the threshold on the photo, and the presets."""

from __future__ import annotations

import numpy as np
import pytest

from app.faces.errors import InvalidEditError
from app.imaging.cleanup import OPERATOR_BY_NAME, clean
from app.imaging.compose import Rules
from app.imaging.intensity import Channel
from tests.imaging.cleanup.drawn import HAIR, NOSE, SKIN, drawn, same

EXCLUSIVE = Rules(exclusive=True)
LAYERS = "..hhSSss"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("copy", "..hhSSss".replace("h", "S").replace("s", ".")),
        ("add", "..SSSSss"),
        ("subtract", "..hhhhss"),
        ("intersect", "..hhSS.."),
        ("clear", "..hhhh.."),
        ("invert", "ssSShh.."),
    ],
)
def test_logic_on_layers_changes_the_target_alone(name: str, expected: str) -> None:
    given = {} if name in ("clear", "invert") else {"other": HAIR}
    assert same(clean(OPERATOR_BY_NAME[f"logic.{name}"], drawn(LAYERS), [SKIN], Rules(), given=given), expected)


def test_adding_can_follow_the_rule_for_others() -> None:
    after = clean(
        OPERATOR_BY_NAME["logic.add"], drawn(LAYERS), [SKIN], Rules(), given={"other": HAIR, "others": "rule"}
    )
    assert same(after, "..ssSSss")


def test_the_other_class_may_be_the_background() -> None:
    assert same(clean(OPERATOR_BY_NAME["logic.add"], drawn("..hh"), [SKIN], EXCLUSIVE, given={"other": 0}), "sshh")


def test_logic_on_an_index_map_replaces() -> None:
    assert same(clean(OPERATOR_BY_NAME["logic.add"], drawn("..hhss"), [SKIN], EXCLUSIVE), "..ssss")


RAMP = np.repeat(np.array([[[0], [100], [150], [255]]], np.uint8), 3, axis=2)


@pytest.mark.parametrize(
    ("mode", "expected"), [("keep", ".hh."), ("remove", "h..s"), ("add", "hhhs"), ("replace", ".hhs")]
)
def test_threshold_follows_the_photo(mode: str, expected: str) -> None:
    values = {"mode": mode, "channel": Channel.RED.value, "low": 90, "high": 200, "freed": "background"}
    row = "hh.s" if mode != "keep" else "hhhh"
    after = clean(OPERATOR_BY_NAME["threshold.range"], drawn(row), [HAIR], EXCLUSIVE, given=values, rgb=RAMP)
    assert same(after, expected)


def test_a_range_from_above_to_below_is_what_lies_outside() -> None:
    values = {"channel": Channel.RED.value, "low": 200, "high": 90, "freed": "background"}
    after = clean(OPERATOR_BY_NAME["threshold.range"], drawn("hhhh"), [HAIR], EXCLUSIVE, given=values, rgb=RAMP)
    assert same(after, "h..h")


def test_threshold_without_a_photo_says_so() -> None:
    with pytest.raises(InvalidEditError, match="this sample has none"):
        clean(OPERATOR_BY_NAME["threshold.range"], drawn("hh"), [HAIR], Rules())


FACE = """
    hhhhhhhh
    hssssssh
    hsee.nsh
    hssssnsh
    h......h
"""


def test_skin_reaches_under_the_features_and_into_the_slits() -> None:
    assert same(
        clean(OPERATOR_BY_NAME["preset.amodal_skin"], drawn(FACE), [], Rules()),
        FACE.replace("ee.n", "EEsN").replace("ssnsh", "ssNsh"),
    )


def test_presets_on_an_index_map_say_why_not() -> None:
    with pytest.raises(InvalidEditError, match="one class per pixel"):
        clean(OPERATOR_BY_NAME["preset.amodal_skin"], drawn(FACE), [], EXCLUSIVE)


def test_locked_skin_is_not_filled_and_locked_features_hinder_nothing() -> None:
    operator = OPERATOR_BY_NAME["preset.amodal_skin"]
    assert np.array_equal(clean(operator, drawn(FACE), [], Rules(locked=1 << (SKIN - 1))), drawn(FACE))
    expected = clean(operator, drawn(FACE), [], Rules())
    assert np.array_equal(clean(operator, drawn(FACE), [], Rules(locked=1 << (NOSE - 1))), expected)


def test_the_neck_ends_at_the_necklace() -> None:
    bits = drawn("kkKKkk")
    after = clean(OPERATOR_BY_NAME["preset.neck_without_necklace"], bits, [], Rules())
    assert after.tolist() == [[int(v) & ~(1 << 16) if v & (1 << 15) else int(v) for v in bits[0]]]
