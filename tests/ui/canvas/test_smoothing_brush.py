"""The smoothing brush: what it covers becomes even when the button comes up; nothing else, and nothing before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mask_studio import HAIR, Studio

from app.imaging.cleanup import OPERATOR_BY_NAME, clean
from app.ui.canvas.tools.smooth import HELD, SmoothTool

WAY = [(30.0, 12.0), (62.0, 31.0), (47.0, 52.0)]


@pytest.fixture
def studio(qapp, tmp_path: Path) -> Iterator[Studio]:
    made = Studio(tmp_path, exclusive=False)
    made.session.brush_size = 16
    yield made
    made.close()


def drawn(tool: SmoothTool) -> None:
    tool.press(WAY[0])
    for point in WAY[1:]:
        tool.move(point)


def test_the_mask_changes_when_the_button_comes_up_as_one_step(studio: Studio) -> None:
    tool = studio.tool(SmoothTool)
    drawn(tool)
    assert not tool.preview.is_empty
    assert np.array_equal(studio.bits, studio.before)
    tool.release()
    assert not np.array_equal(studio.bits, studio.before)
    assert studio.document.undo_label(studio.sample) == "Smooth borders"
    studio.document.undo(studio.sample)
    assert np.array_equal(studio.bits, studio.before)


def test_cancelling_leaves_nothing(studio: Studio) -> None:
    tool = studio.tool(SmoothTool)
    drawn(tool)
    tool.cancel()
    tool.release()
    assert np.array_equal(studio.bits, studio.before)
    assert tool.preview.is_empty
    assert not tool.is_active


def test_what_it_covers_is_what_the_operator_makes_of_the_whole_mask(studio: Studio) -> None:
    studio.session.set_option(SmoothTool.classes.key, HELD)
    studio.session.face_class = HAIR.id
    tool = studio.tool(SmoothTool)
    drawn(tool)
    covered = tool._covered.copy()
    tool.release()
    rules = studio.session.rules()
    operator = OPERATOR_BY_NAME["smooth.median"]
    expected = clean(operator, studio.before, [HAIR.id], rules, given={"radius": 3}, within=covered)
    assert np.array_equal(studio.bits, expected)


def test_a_locked_class_in_hand_is_refused_only_when_it_is_smoothed_alone(studio: Studio) -> None:
    studio.session.face_class, studio.session.locked = HAIR.id, HAIR.bit
    tool = studio.tool(SmoothTool)
    tool.press(WAY[0])
    assert tool.is_active
    tool.cancel()
    studio.session.set_option(SmoothTool.classes.key, HELD)
    tool.press(WAY[0])
    assert not tool.is_active
