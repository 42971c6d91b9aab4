"""A stroke closes the holes it made, and leaves those of others alone."""

from __future__ import annotations

import numpy as np

from app.imaging.enclosing import holes_beside


def drawn(text: str) -> np.ndarray:
    return np.array([[c != "." for c in row] for row in text.split()])


def test_only_holes_beside_what_was_touched_are_found() -> None:
    covered = drawn("####### #.##..# #######")
    touching = np.zeros(covered.shape, bool)
    touching[1, 2] = True
    assert np.array_equal(np.argwhere(holes_beside(covered, touching, 9)), [[1, 1]])
    touching[2, 5] = True
    assert holes_beside(covered, touching, 9).sum() == 3
    assert np.array_equal(np.argwhere(holes_beside(covered, touching, 1)), [[1, 1]])
    assert not holes_beside(np.zeros_like(covered), touching, 9).any()


def test_a_corner_is_no_side() -> None:
    covered = drawn("##### #.### ##### #####")
    touching = np.zeros(covered.shape, bool)
    touching[2, 2] = True
    assert not holes_beside(covered, touching, 9).any()
