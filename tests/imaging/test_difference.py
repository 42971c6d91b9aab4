"""What changed between two masks, against a count that looks at every pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.faces.classes import ALL_BITS, CLASS_BY_NAME, LAYER_CLASSES, bits_of
from app.imaging.difference import difference
from app.imaging.raster import Rect

SMALL = arrays.arrays(np.uint32, (4, 5), elements=st.sampled_from([0, 1, 3, 1 << 17, ALL_BITS]))
NOSE, SKIN = CLASS_BY_NAME["nose"].id, CLASS_BY_NAME["skin"].id


@given(SMALL, SMALL)
def test_gains_and_losses_are_counted_per_class(before, after) -> None:
    found = difference(before, after)
    for face_class in LAYER_CLASSES:
        had, has = before & face_class.bit != 0, after & face_class.bit != 0
        assert found.gained.get(face_class.id, 0) == np.count_nonzero(has & ~had)
        assert found.lost.get(face_class.id, 0) == np.count_nonzero(had & ~has)
    assert found.gained.get(0, 0) == np.count_nonzero((after == 0) & (before != 0))
    assert found.lost.get(0, 0) == np.count_nonzero((before == 0) & (after != 0))
    assert found.pixels == np.count_nonzero(before != after)
    turned = difference(after, before)
    assert (turned.gained, turned.lost, turned.region) == (found.lost, found.gained, found.region)


@given(SMALL, SMALL)
def test_nothing_changed_outside_the_region_and_something_on_each_of_its_sides(before, after) -> None:
    region = difference(before, after).region
    changed = before != after
    if region.is_empty:
        assert not changed.any()
        return
    inside = changed[region.slices]
    assert np.count_nonzero(inside) == np.count_nonzero(changed)
    assert all(side.any() for side in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))


def test_a_nose_painted_over_skin_is_all_gain() -> None:
    before = np.full((8, 8), bits_of("skin"), np.uint32)
    after = before.copy()
    after[2:4, 3:6] |= bits_of("nose")
    after[7, 7] = 0
    found = difference(before, after)
    assert (found.pixels, found.region) == (7, Rect(3, 2, 5, 6))
    assert found.gained == {NOSE: 6, 0: 1}
    assert found.lost == {SKIN: 1}
    assert found.classes == (NOSE, SKIN, 0)


def test_masks_of_different_sizes_are_not_compared() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        difference(np.zeros((2, 2), np.uint32), np.zeros((2, 3), np.uint32))
