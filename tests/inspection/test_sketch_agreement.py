"""A sketch is told from another photo's, and what was done to it is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.generation.portrait.portrait import draw_portrait
from app.generation.sketch.linemap import draw_line_map
from app.inspection.sketch_agreement import SUSPICIOUS, SketchState, sketch_agreement
from app.workbench.demo import demo_people
from tests.benchmarks import measure_sketches as measuring

Picture = np.ndarray


def scene(seed: int, size: int = 256) -> Picture:
    """A photo of a few shapes that is like no turning of itself."""
    rng = np.random.default_rng(seed)
    picture = np.full((size, size, 3), 200, np.uint8)
    for _ in range(9):
        x, y = (int(v) for v in rng.integers(0, size, 2))
        axes = tuple(int(v) for v in rng.integers(size // 12, size // 4, 2))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        cv2.ellipse(picture, (x, y), axes, int(rng.integers(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
    return picture


def shifted(sketch: Picture, x: int, y: int) -> Picture:
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return cv2.warpAffine(sketch, matrix, sketch.shape[::-1], borderValue=254)


def test_a_sketch_agrees_with_its_photo_and_not_with_another() -> None:
    right = sketch_agreement(scene(1), draw_line_map(scene(1)))
    wrong = sketch_agreement(scene(2), draw_line_map(scene(1)))
    assert (right.state, right.is_suspicious) == (SketchState.AGREES, False)
    assert right.score > 0.9
    assert (wrong.state, wrong.is_suspicious) == (SketchState.FOREIGN, True)
    assert wrong.score < SUSPICIOUS


@pytest.mark.parametrize(
    ("done", "state"),
    [
        (lambda sketch: sketch[:, ::-1], SketchState.MIRRORED),
        (lambda sketch: sketch[::-1, ::-1], SketchState.UPSIDE_DOWN),
        (lambda sketch: shifted(sketch, 30, -14), SketchState.SHIFTED),
        (lambda sketch: np.full_like(sketch, 254), SketchState.EMPTY),
        (np.zeros_like, SketchState.EMPTY),
    ],
)
def test_what_was_done_to_a_sketch_is_named(done: Callable[[Picture], Picture], state: SketchState) -> None:
    found = sketch_agreement(scene(3), np.ascontiguousarray(done(draw_line_map(scene(3)))))
    assert found.state is state
    assert found.is_suspicious
    if state is not SketchState.EMPTY:
        assert found.straightened > 0.8


def test_a_shift_is_measured_in_parts_of_the_picture() -> None:
    found = sketch_agreement(scene(4), shifted(draw_line_map(scene(4)), 32, -16))
    assert found.shift == (pytest.approx(-32 / 512, abs=0.006), pytest.approx(16 / 512, abs=0.006))


def test_light_lines_on_dark_are_told_and_still_compared() -> None:
    found = sketch_agreement(scene(5), 255 - draw_line_map(scene(5)))
    assert (found.state, found.is_inverted, found.is_suspicious) == (SketchState.AGREES, True, True)


def test_sizes_and_channels_need_not_be_the_same() -> None:
    sketch = cv2.resize(draw_line_map(scene(6)), (333, 333), interpolation=cv2.INTER_AREA)
    assert sketch_agreement(scene(6, 300), cv2.merge([sketch] * 3)).state is SketchState.AGREES
    wide = scene(7)[:128]
    assert sketch_agreement(wide, draw_line_map(wide, size=256)).state is SketchState.AGREES


def test_drawn_people_have_their_own_sketches() -> None:
    people = demo_people(2, 0)
    portraits = [draw_portrait(person) for person in people]
    own = [sketch_agreement(portrait.photo, portrait.sketch) for portrait in portraits]
    foreign = [sketch_agreement(portraits[k].photo, portraits[k - 1].sketch) for k in range(2)]
    assert [found.state for found in own] == [SketchState.AGREES] * 2
    assert [found.state for found in foreign] == [SketchState.FOREIGN] * 2


def test_real_sketches_are_told_from_those_of_other_photos(real_data: Path) -> None:
    pairs = [measuring.raw_pair(real_data, number) for number in (3, 9, 13, 21, 29, 35)]
    right = np.array([sketch_agreement(photo, sketch).score for photo, sketch in pairs])
    wrong = np.array([sketch_agreement(pairs[k][0], pairs[k - 1][1]).score for k in range(6)])
    assert measuring.area_under_curve(right, wrong) == 1
    assert wrong.max() < SUSPICIOUS < right.min()
