"""Live wire, GrabCut and growing scribbles in the hand: proposed on a thread, committed as one step, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mouse
import numpy as np
import pytest
from conftest import Desk
from mask_studio import CLOTH, HAIR, NOSE, SIDE, SKIN, Studio
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from app.faces.sample import SampleId
from app.imaging.compose import Area, Operation, Others, apply
from app.imaging.raster import Rect
from app.ui.canvas.tools import BUILT_IN
from app.ui.canvas.tools.grabcut import GrabCutTool
from app.ui.canvas.tools.grow import SMOOTHING, GrowTool
from app.ui.canvas.tools.live_wire import BORDERS, PHOTO, SNAP, LiveWireTool
from app.ui.canvas.tools.scribbles import PEN
from app.ui.canvas.tools.tool import PLAIN, Hand

FREE, ERASING, DOUBLE = Hand(ctrl=True), Hand(erase=True), Hand(is_double=True)
BLOB, BESIDE = Rect(30, 62, 30, 14), Rect(10, 84, 10, 10)
AROUND = [(31.0, 62.0), (60.0, 62.0), (60.0, 76.0), (30.0, 76.0)]
Point = tuple[float, float]


@pytest.fixture
def studio(tmp_path: Path, qapp: Any) -> Iterator[Studio]:
    made = Studio(tmp_path)
    made.photo[BLOB.slices] = (40, 90, 160)
    made.photo = (made.photo + np.random.default_rng(0).integers(0, 5, made.photo.shape)).astype(np.uint8)
    yield made
    made.document.close()


@pytest.fixture
def answered(qtbot: Any) -> Callable[[Any], None]:
    return lambda tool: qtbot.waitUntil(lambda: not tool.is_waiting, timeout=10_000)


def only(rect: Rect) -> np.ndarray:
    covered = np.zeros((SIDE, SIDE), np.bool_)
    covered[rect.slices] = True
    return covered


def drag(tool: Any, *points: Point, hand: Hand = PLAIN) -> None:
    tool.press(points[0], hand)
    for point in points[1:]:
        tool.move(point, hand)
    tool.release()


def click(tool: Any, point: Point, hand: Hand = PLAIN) -> None:
    tool.hover(point, hand)
    drag(tool, point, hand=hand)


def changed(studio: Studio) -> np.ndarray:
    return studio.bits != studio.before


def is_nearly(studio: Studio, covered: np.ndarray) -> bool:
    """Whether clothing is these pixels, to one in twenty: the edge of a photo is blurred and has round corners."""
    cloth = (studio.bits & CLOTH.bit) != 0
    return bool((cloth & covered).sum() >= 0.95 * (cloth | covered).sum())


def painted(studio: Studio, covered: np.ndarray) -> bool:
    """Whether exactly these pixels are clothing now, and no other bit changed but by the gate."""
    return np.array_equal((studio.bits & CLOTH.bit) != 0, covered) and not changed(studio)[~covered].any()


# The live wire


def test_a_wire_takes_what_the_edge_goes_around(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(LiveWireTool)
    for point in AROUND:
        click(tool, point)
        answered(tool)
    assert tool.is_pending
    assert not changed(studio).any()
    click(tool, AROUND[0])
    answered(tool)
    assert is_nearly(studio, only(BLOB))
    assert studio.document.undo_label(studio.sample) == "Live wire cloth"
    studio.document.undo(studio.sample)
    assert not changed(studio).any()


def test_clicks_quicker_than_the_wire_end_in_the_same_area(studio: Studio, answered: Callable[[Any], None]) -> None:
    studio.session.set_option(SNAP.key, 0)
    tool = studio.tool(LiveWireTool)
    for point in ((30.0, 62.0), *AROUND[1:]):
        click(tool, point)
    assert tool.accept()
    assert tool.is_pending
    assert not changed(studio).any()
    answered(tool)
    assert not tool.is_pending
    assert is_nearly(studio, only(BLOB))


def test_a_wire_along_a_class_border_leaves_no_slit(studio: Studio, answered: Callable[[Any], None]) -> None:
    studio.session.set_option(PHOTO.key, False)
    tool = studio.tool(LiveWireTool)
    for point in ((44.0, 40.0), (52.0, 40.0), (52.0, 60.0), (44.0, 60.0)):
        click(tool, point)
        answered(tool)
    tool.accept()
    answered(tool)
    assert painted(studio, (studio.before & NOSE.bit) != 0)


def test_ctrl_frees_the_line(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(LiveWireTool)
    for point in ((10.0, 84.0), (20.0, 84.0), (20.0, 94.0), (10.0, 94.0)):
        click(tool, point, FREE)
    tool.press((10.0, 84.0), FREE)
    answered(tool)
    assert painted(studio, only(BESIDE))


def test_dragged_with_ctrl_the_line_is_drawn_freehand(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(LiveWireTool)
    drag(tool, (10.0, 84.0), (15.0, 84.0), (20.0, 84.0), (20.0, 94.0), hand=FREE)
    click(tool, (10.0, 94.0), FREE)
    tool.press((10.0, 84.0), FREE)
    answered(tool)
    assert painted(studio, only(BESIDE))


def test_backspace_takes_back_corner_by_corner(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(LiveWireTool)
    for point in AROUND[:3]:
        click(tool, point)
    assert [tool.step_back() for _ in range(4)] == [True, True, True, False]
    assert not tool.is_pending
    answered(tool)
    assert tool.preview.is_empty


def test_after_a_corner_is_taken_back_the_wire_hangs_on_the_one_before(
    studio: Studio, answered: Callable[[Any], None], qtbot: Any
) -> None:
    tool = studio.tool(LiveWireTool)
    for point in AROUND[:2]:
        click(tool, point)
        answered(tool)
    click(tool, (80.0, 10.0))
    assert tool.step_back()
    qtbot.wait(300)
    tool.hover(AROUND[2])
    assert len(tool._tail) > 2


def test_an_answer_for_another_sample_is_dropped(studio: Studio, answered: Callable[[Any], None], qtbot: Any) -> None:
    tool = studio.tool(LiveWireTool)
    for point in AROUND:
        click(tool, point)
    tool.accept()
    studio.session.sample = SampleId("1")
    tool.forget()
    qtbot.wait(300)
    assert not tool.is_pending
    assert not changed(studio).any()
    studio.session.sample = studio.sample
    assert studio.document.undo_label(studio.sample) is None


def test_with_nothing_to_follow_the_wire_says_so(studio: Studio) -> None:
    studio.session.set_option(PHOTO.key, False)
    studio.session.set_option(BORDERS.key, False)
    tool = studio.tool(LiveWireTool)
    click(tool, AROUND[0])
    assert not tool.is_pending
    assert "nothing to follow" in studio.refused[0]


def test_unticked_half_way_the_rest_is_straight(studio: Studio, answered: Callable[[Any], None]) -> None:
    studio.session.set_option(SNAP.key, 0)
    tool = studio.tool(LiveWireTool)
    for point in ((10.0, 84.0), (20.0, 84.0), (20.0, 94.0)):
        click(tool, point)
    studio.session.set_option(PHOTO.key, False)
    studio.session.set_option(BORDERS.key, False)
    assert not tool.is_waiting
    click(tool, (10.0, 94.0))
    tool.accept()
    assert not tool.is_pending
    assert painted(studio, only(BESIDE))


# GrabCut


def test_what_is_in_the_box_is_proposed_and_accepted(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(GrabCutTool)
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    answered(tool)
    assert tool.is_pending
    assert not changed(studio).any()
    assert not tool.preview.is_empty
    assert tool.accept()
    assert painted(studio, only(BLOB))
    assert studio.document.undo_label(studio.sample) == "GrabCut cloth"
    assert tool.preview.is_empty


def test_enter_before_the_answer_takes_it_when_it_comes(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(GrabCutTool)
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    assert tool.accept()
    answered(tool)
    assert painted(studio, only(BLOB))


def test_scribbles_correct_the_proposal(studio: Studio, answered: Callable[[Any], None]) -> None:
    studio.session.set_option(PEN.key, 3)
    tool = studio.tool(GrabCutTool)
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    answered(tool)
    drag(tool, (35.0, 68.5), (50.0, 68.5))
    drag(tool, (55.0, 64.5), (55.0, 72.5), hand=ERASING)
    answered(tool)
    tool.accept()
    cloth = (studio.bits & CLOTH.bit) != 0
    assert cloth[68, 35:51].all()
    assert not cloth[64:73, 55].any()


def test_backspace_takes_back_scribbles_and_then_the_box(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(GrabCutTool)
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    drag(tool, (40.0, 60.0), (42.0, 60.0), hand=ERASING)
    assert tool.step_back()
    assert tool.is_pending
    assert tool.step_back()
    assert not tool.is_pending
    answered(tool)
    assert tool.preview.is_empty
    assert not changed(studio).any()


def test_a_double_click_accepts_and_is_no_scribble(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(GrabCutTool)
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    answered(tool)
    click(tool, (27.0, 59.0))
    click(tool, (27.0, 59.0), DOUBLE)
    answered(tool)
    assert painted(studio, only(BLOB))


def test_a_drag_beside_the_box_draws_another(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(GrabCutTool)
    drag(tool, (80.0, 80.0), (94.0, 94.0))
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    tool.accept()
    answered(tool)
    assert painted(studio, only(BLOB))


def test_a_click_is_no_box(studio: Studio) -> None:
    tool = studio.tool(GrabCutTool)
    click(tool, (40.0, 70.0))
    assert not tool.is_pending


# Growing


def test_scribbles_of_several_classes_grow_until_they_meet_as_one_step(
    studio: Studio, answered: Callable[[Any], None]
) -> None:
    studio.session.set_option(PEN.key, 2)
    studio.session.set_option(SMOOTHING.key, 0)
    tool = studio.tool(GrowTool)
    drag(tool, (35.0, 70.0), (55.0, 68.0))
    studio.session.face_class = HAIR.id
    drag(tool, (26.0, 59.0), (64.0, 59.0), (64.0, 79.0), (26.0, 79.0), (26.0, 60.0))
    answered(tool)
    assert not changed(studio).any()
    assert tool.accept()
    after = studio.bits
    assert is_nearly(studio, only(BLOB))
    assert (after[77:79, 28:62] & HAIR.bit).all()
    assert not (after[64:74, 32:58] & HAIR.bit).any()
    assert studio.document.undo_label(studio.sample) == f"Grow {CLOTH.name}, {HAIR.name}" or (
        studio.document.undo_label(studio.sample) == f"Grow {HAIR.name}, {CLOTH.name}"
    )
    studio.document.undo(studio.sample)
    assert not changed(studio).any()


def test_what_is_marked_to_stay_stays(studio: Studio, answered: Callable[[Any], None]) -> None:
    studio.session.set_option(PEN.key, 2)
    studio.session.set_option(SMOOTHING.key, 0)
    tool = studio.tool(GrowTool)
    drag(tool, (35.0, 70.0), (55.0, 68.0))
    drag(tool, (26.0, 59.0), (64.0, 59.0), (64.0, 79.0), (26.0, 79.0), (26.0, 60.0), hand=ERASING)
    tool.accept()
    answered(tool)
    assert is_nearly(studio, only(BLOB))


def test_while_erasing_what_grows_is_erased(studio: Studio, answered: Callable[[Any], None]) -> None:
    studio.session.set_option(PEN.key, 2)
    studio.session.set_option(SMOOTHING.key, 0)
    studio.session.erasing = True
    tool = studio.tool(GrowTool)
    drag(tool, (35.0, 70.0), (55.0, 68.0))
    drag(tool, (26.0, 59.0), (64.0, 59.0), (64.0, 79.0), (26.0, 79.0), (26.0, 60.0), hand=ERASING)
    tool.accept()
    answered(tool)
    gone = (studio.before & ~studio.bits & SKIN.bit) != 0
    assert (gone & only(BLOB)).sum() >= 0.95 * (gone | only(BLOB)).sum()
    assert studio.document.undo_label(studio.sample) == "Grow erasing"


def test_a_double_click_accepts_the_growth(studio: Studio, answered: Callable[[Any], None]) -> None:
    tool = studio.tool(GrowTool)
    drag(tool, (35.0, 70.0), (55.0, 68.0))
    answered(tool)
    click(tool, (45.0, 69.0))
    click(tool, (45.0, 69.0), DOUBLE)
    answered(tool)
    assert not tool.is_pending
    assert (studio.bits[69, 36:54] & CLOTH.bit).all()


def test_esc_leaves_nothing_of_scribbles(studio: Studio, qtbot: Any) -> None:
    tool = studio.tool(GrowTool)
    drag(tool, (35.0, 70.0), (55.0, 68.0))
    tool.accept()
    tool.cancel()
    qtbot.wait(200)
    assert not tool.is_pending
    assert not tool.accept()
    assert not changed(studio).any()


# By the mouse


@pytest.fixture(params=[1.0, 8.0], ids=["1x", "8x"])
def cloth(desk: Desk, request: Any) -> Desk:
    desk.session.face_class = CLOTH.id
    desk.area.viewport.show_at(request.param, QPointF(0.5, 0.46))
    return desk


def tool_of(desk: Desk, kind: type) -> Any:
    desk.session.tool = kind.name
    return desk.canvas._tools[kind.name]


def mouse_click(desk: Desk, x: float, y: float, modifiers: Qt.KeyboardModifier = mouse.PLAIN) -> None:
    at = desk.position(x, y)
    mouse.move(desk, at, mouse.NONE, modifiers)
    mouse.press(desk, at, modifiers=modifiers)
    mouse.release(desk, at, modifiers=modifiers)


def test_a_wire_by_mouse_and_keys(cloth: Desk, answered: Callable[[Any], None]) -> None:
    tool, before = tool_of(cloth, LiveWireTool), cloth.bits.copy()
    ctrl = Qt.KeyboardModifier.ControlModifier
    for x, y in ((240.0, 222.0), (264.0, 222.0), (290.0, 260.0), (264.0, 250.0), (240.0, 250.0)):
        mouse_click(cloth, x, y, ctrl)
        if x == 290.0:
            QTest.keyClick(cloth.canvas, Qt.Key.Key_Backspace)
    mouse_click(cloth, 240.0, 222.0, ctrl)
    answered(tool)
    wanted = before.copy()
    covered = np.zeros(before.shape, np.bool_)
    covered[222:250, 240:264] = True
    apply(wanted, covered, Operation(CLOTH.id))
    assert np.array_equal(cloth.bits, wanted)


def test_a_box_and_scribbles_by_mouse_and_keys(cloth: Desk, answered: Callable[[Any], None]) -> None:
    tool, before = tool_of(cloth, GrabCutTool), cloth.bits.copy()
    mouse.drag(cloth, [cloth.position(x, y) for x, y in ((240.0, 222.0), (250.0, 240.0), (268.0, 250.0))])
    answered(tool)
    line = [cloth.position(x, 240.5) for x in (245.0, 255.0, 262.0)]
    mouse.drag(cloth, [*line, line[-1]], mouse.RIGHT)
    answered(tool)
    assert np.array_equal(cloth.bits, before)
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Return)
    changed = cloth.bits != before
    assert changed[:222].sum() + changed[251:].sum() + changed[:, :240].sum() + changed[:, 269:].sum() == 0
    assert not changed[240, 248:262].any()
    assert changed.any()
    tool = tool_of(cloth, GrowTool)
    after = cloth.bits.copy()
    mouse.drag(cloth, [cloth.position(x, 230.0) for x in (242.0, 250.0, 260.0)])
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Escape)
    answered(tool)
    assert not tool.is_pending
    assert np.array_equal(cloth.bits, after)


# All of them


def use(tool: Any, answered: Callable[[Any], None]) -> None:
    if isinstance(tool, LiveWireTool):
        for point in AROUND:
            click(tool, point)
    elif isinstance(tool, GrabCutTool):
        drag(tool, (26.0, 58.0), (64.5, 79.5))
    else:
        drag(tool, (35.0, 70.0), (55.0, 68.0))
    answered(tool)
    tool.accept()
    answered(tool)


ASSISTANTS = (LiveWireTool, GrabCutTool, GrowTool)


@pytest.mark.parametrize("kind", ASSISTANTS)
@pytest.mark.parametrize("others", list(Others))
def test_a_locked_class_is_never_touched(
    studio: Studio, answered: Callable[[Any], None], kind: type, others: Others
) -> None:
    studio.session.locked = SKIN.bit
    studio.session.others = others
    use(studio.tool(kind), answered)
    assert np.array_equal(studio.bits & SKIN.bit, studio.before & SKIN.bit)


@pytest.mark.parametrize("kind", ASSISTANTS)
def test_outside_of_the_editable_area_nothing_changes(
    studio: Studio, answered: Callable[[Any], None], kind: type
) -> None:
    studio.session.area = Area.INSIDE
    studio.session.area_class = NOSE.id
    use(studio.tool(kind), answered)
    assert not changed(studio)[(studio.before & NOSE.bit) == 0].any()


@pytest.mark.parametrize("kind", ASSISTANTS)
def test_a_locked_class_in_hand_is_refused(studio: Studio, kind: type) -> None:
    studio.session.locked = CLOTH.bit
    tool = studio.tool(kind)
    tool.press((40.0, 70.0))
    tool.release()
    assert not tool.is_pending
    assert "locked" in studio.refused[0]


@pytest.mark.parametrize("kind", [GrabCutTool, GrowTool])
def test_without_a_photo_they_say_so(studio: Studio, kind: type) -> None:
    studio.session.photo.rgb = lambda _shape: None  # type: ignore[method-assign]
    tool = studio.tool(kind)
    drag(tool, (26.0, 58.0), (64.5, 79.5))
    assert not tool.is_pending
    assert "no photo" in studio.refused[0]


def test_they_are_among_the_tools() -> None:
    assert set(ASSISTANTS) <= set(BUILT_IN)
