"""Masks at the size of thumbnails: the same colours as on the canvas, fewer pixels."""

from __future__ import annotations

import numpy as np

from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.palettes import SAFE
from app.imaging.overlay import OverlayStyle, fill_table, premultiplied
from app.imaging.small_overlay import small_fill, small_outlines

HAIR, SKIN = bits_of("hair"), bits_of("skin")


def halves(side: int) -> np.ndarray:
    """Hair on the left, skin on the right."""
    bits = np.full((side, side), SKIN, np.uint32)
    bits[:, : side // 2] = HAIR
    return bits


def test_one_class_has_its_colour_and_an_edge_the_mean_of_both() -> None:
    style = OverlayStyle(opacity=1.0)
    bits = np.full((4, 8), SKIN, np.uint32)
    bits[:, :3] = HAIR
    hair, skin = (premultiplied(CLASS_BY_NAME[name].colour, 1.0) for name in ("hair", "skin"))
    made = small_fill(bits, style)
    assert made.shape == (2, 4)
    assert made[:, 0].tolist() == [hair, hair]
    assert made[:, 2:].tolist() == [[skin, skin], [skin, skin]]
    channels = [[word >> shift & 255 for shift in (24, 16, 8, 0)] for word in (hair, skin, int(made[0, 1]))]
    assert all(abs(mean - (one + other) / 2) <= 1 for one, other, mean in zip(*channels, strict=True))


def test_a_hidden_class_leaves_nothing() -> None:
    assert not small_fill(halves(8), OverlayStyle(visible=0)).any()
    assert not small_outlines(halves(8), OverlayStyle(visible=0), 1).any()


def test_outlines_run_along_the_border_only() -> None:
    made = small_outlines(halves(8), OverlayStyle(), 1)
    assert (made[:, [3, 4]] != 0).all()
    assert not made[:, [0, 1, 2, 5, 6, 7]].any()


def test_colours_are_those_of_the_canvas() -> None:
    style = OverlayStyle(opacity=0.3, palette=SAFE)
    assert small_fill(np.full((2, 2), HAIR | SKIN, np.uint32), style)[0, 0] == fill_table(style)[HAIR | SKIN]
