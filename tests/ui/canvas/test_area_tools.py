"""Tools that make areas: what is shown is what changes, in one step, under every restriction; Esc leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_store import DrawnStore
from hypothesis import given, settings
from hypothesis import strategies as st
from mask_studio import Bench
from PySide6.QtGui import qAlpha

from app.document.document import Document
from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import Bits, flatten
from app.faces.sample import Modality
from app.imaging.compose import Area, Erase, Operation, Others, apply
from app.imaging.fill import connected_region
from app.imaging.polygon import ellipse, enclosed, rectangle
from app.imaging.raster import Rect
from app.ui.canvas.preview import Preview
from app.ui.canvas.tools.combining import COMBINE, NOTHING_CHANGES, Combine, CombiningTool
from app.ui.canvas.tools.fill import EXTENT, LARGEST_HOLE, Extent, FillTool
from app.ui.canvas.tools.lasso import LassoTool
from app.ui.canvas.tools.level_trace import LevelTraceTool
from app.ui.canvas.tools.shapes import EllipseTool, RectangleTool
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.canvas.tools.wand import CONNECTED, NEARBY, SMOOTHING, TOLERANCE, WandTool

SIDE = 128
SKIN, HAIR, NOSE, CLOTH = (CLASS_BY_NAME[name] for name in ("skin", "hair", "nose", "cloth"))
SQUARE = [(20.0, 80.0), (60.0, 80.0), (60.0, 110.0), (20.0, 110.0)]
ERASING, CUTTING, KEEPING = Hand(erase=True), Hand(alt=True), Hand(shift=True, alt=True)


class Studio(Bench):
    """One drawn sample under one tool at a time, without a window."""

    def __init__(self, root: Path) -> None:
        store = DrawnStore(root, count=2, sides=(SIDE, SIDE, SIDE))
        photo = np.full((SIDE, SIDE, 3), 90, np.uint8)
        photo[30:70, 30:90] = (200, 60, 60)
        photo[85:100, 100:120] = (204, 64, 64)
        super().__init__(Document(store), store.sample_ids[0], photo)

    def after(self, covered: np.ndarray, operation: Operation) -> Bits:
        bits = self.before.copy()
        apply(bits, covered, operation)
        return bits


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(tmp_path)
    yield made
    made.document.close()


def whole(area: tuple[Rect, np.ndarray]) -> np.ndarray:
    covered = np.zeros((SIDE, SIDE), bool)
    covered[area[0].slices] = area[1]
    return covered


def shown(preview: Preview) -> np.ndarray:
    """(H, W) bool: the pixels that a preview fills."""
    covered = np.zeros((SIDE, SIDE), bool)
    for area in preview._shown.areas:
        image, (x, y, width, height) = area.image, area.region
        for row in range(height):
            for column in range(width):
                covered[y + row, x + column] |= qAlpha(image.pixel(column, row)) > 0
    return covered


def click(tool: CombiningTool, x: float, y: float, hand: Hand = PLAIN) -> None:
    tool.hover((x, y), hand)
    tool.press((x, y), hand)
    tool.release()


def drag(tool: CombiningTool, points: list[tuple[float, float]], hand: Hand = PLAIN) -> None:
    """Everything of a drag but the release."""
    tool.press(points[0], hand)
    for start, end in pairwise(points):
        tool.move(((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), hand)
        tool.move(end, hand)


GESTURES = {
    LassoTool: lambda tool, hand: drag(tool, SQUARE, hand),
    RectangleTool: lambda tool, hand: drag(tool, [(20.2, 20.7), (100.0, 100.0)], hand),
    EllipseTool: lambda tool, hand: drag(tool, [(20.2, 20.7), (100.0, 100.0)], hand),
    WandTool: lambda tool, hand: drag(tool, [(40.0, 40.0), (60.0, 40.0)], hand),
    FillTool: lambda tool, hand: tool.hover((64.0, 20.0), hand),
    LevelTraceTool: lambda tool, hand: tool.hover((50.0, 31.0), hand),
}


def let_go(tool: CombiningTool, hand: Hand) -> None:
    """The end of a gesture: tools that show what a click would do are clicked."""
    if isinstance(tool, FillTool | LevelTraceTool):
        tool.press((64.0, 20.0) if isinstance(tool, FillTool) else (50.0, 31.0), hand)
    tool.release()


@pytest.mark.parametrize("hand", [PLAIN, ERASING, CUTTING, KEEPING], ids=["add", "erase", "cut", "intersect"])
@pytest.mark.parametrize("kind", GESTURES)
def test_what_is_shown_is_what_changes_in_one_step(studio: Studio, kind: type[CombiningTool], hand: Hand) -> None:
    session = studio.session
    session.face_class = HAIR.id
    session.area, session.area_class = Area.OUTSIDE, NOSE.id
    session.locked = SKIN.bit
    tool = studio.tool(kind)
    GESTURES[kind](tool, hand)
    wanted = shown(tool.preview)
    assert np.array_equal(studio.bits, studio.before)
    let_go(tool, hand)
    assert tool.preview.is_empty
    assert np.array_equal(studio.bits != studio.before, wanted)
    assert wanted.any() or studio.refused == [NOTHING_CHANGES]
    assert not ((studio.bits ^ studio.before) & np.uint32(SKIN.bit)).any()
    assert not (wanted & (studio.before & NOSE.bit != 0)).any()
    if wanted.any():
        studio.document.undo(studio.sample)
        assert np.array_equal(studio.bits, studio.before)
        assert studio.document.undo_label(studio.sample) is None


@pytest.mark.parametrize("kind", GESTURES)
def test_escape_and_another_sample_leave_nothing(studio: Studio, kind: type[CombiningTool]) -> None:
    tool = studio.tool(kind)
    for end in (tool.cancel, tool.forget):
        GESTURES[kind](tool, PLAIN)
        assert not tool.preview.is_empty
        end()
        assert tool.preview.is_empty
        assert not tool.is_active
        assert not tool.is_pending
        tool.release()
        assert np.array_equal(studio.bits, studio.before)


@pytest.mark.parametrize("kind", GESTURES)
def test_a_locked_class_is_told_before_anything_is_drawn(studio: Studio, kind: type[CombiningTool]) -> None:
    studio.session.locked = CLOTH.bit
    tool = studio.tool(kind)
    GESTURES[kind](tool, PLAIN)
    let_go(tool, PLAIN)
    assert studio.refused == [f"{CLOTH.title} is locked; unlock it to paint it"]
    assert tool.preview.is_empty
    assert np.array_equal(studio.bits, studio.before)


def test_a_line_drawn_in_one_go_closes_when_let_go(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    drag(tool, SQUARE)
    tool.release()
    assert np.array_equal(studio.bits, studio.after(whole(enclosed(SQUARE, (SIDE, SIDE))), Operation(CLOTH.id)))
    assert not tool.is_pending


@pytest.mark.parametrize("ending", ["enter", "double", "start"])
def test_corners_are_clicked_until_the_line_is_closed(studio: Studio, ending: str) -> None:
    tool = studio.tool(LassoTool)
    for x, y in SQUARE:
        click(tool, x, y)
        assert tool.is_pending
        assert not tool.is_active
    tool.hover((90.0, 120.0))
    if ending == "enter":
        assert tool.accept()
    elif ending == "double":
        tool.press(SQUARE[-1], Hand(is_double=True))
        tool.release()
    else:
        click(tool, SQUARE[0][0] + 1, SQUARE[0][1] - 1)
    assert not tool.is_pending
    assert not tool.accept()
    assert np.array_equal(studio.bits, studio.after(whole(enclosed(SQUARE, (SIDE, SIDE))), Operation(CLOTH.id)))


def test_the_pointer_is_the_next_corner_of_what_is_shown(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    click(tool, *SQUARE[0])
    click(tool, *SQUARE[1])
    tool.hover(SQUARE[2])
    assert np.array_equal(shown(tool.preview), whole(enclosed(SQUARE[:3], (SIDE, SIDE))))
    tool.hover(None)
    assert not shown(tool.preview).any()


def test_backspace_takes_back_a_corner_or_a_part_drawn_freehand(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    click(tool, *SQUARE[0])
    click(tool, *SQUARE[1])
    drag(tool, [(60.0, 80.0), (90.0, 100.0), (90.0, 120.0)])
    tool.release()
    assert tool.is_pending
    assert tool.step_back()
    click(tool, *SQUARE[2])
    click(tool, 3.0, 3.0)
    assert tool.step_back()
    click(tool, *SQUARE[3])
    assert tool.accept()
    assert np.array_equal(studio.bits, studio.after(whole(enclosed(SQUARE, (SIDE, SIDE))), Operation(CLOTH.id)))


def test_backspace_to_the_first_corner_ends_the_line(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    click(tool, 5, 5)
    click(tool, 25, 5)
    assert tool.step_back()
    assert tool.step_back()
    assert not tool.is_pending
    assert not tool.step_back()
    assert tool.preview.is_empty


def test_ctrl_keeps_a_drawn_line_open_for_clicks(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    drag(tool, SQUARE[:3], Hand(ctrl=True))
    tool.release()
    assert tool.is_pending
    click(tool, *SQUARE[3])
    tool.accept()
    assert np.array_equal(studio.bits, studio.after(whole(enclosed(SQUARE, (SIDE, SIDE))), Operation(CLOTH.id)))


def test_shift_leads_a_side_in_one_of_eight_directions(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    shift = Hand(shift=True)
    click(tool, 20.0, 80.0)
    click(tool, 60.0, 83.0, shift)
    click(tool, 63.0, 100.0, shift)
    click(tool, 37.0, 122.0, shift)
    tool.accept()
    corners = [(20.0, 80.0), (60.0, 80.0), (60.0, 100.0), (37.5, 122.5)]
    assert np.array_equal(studio.bits, studio.after(whole(enclosed(corners, (SIDE, SIDE))), Operation(CLOTH.id)))


def test_a_tremble_on_the_screen_is_a_click(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    tool.grain = 1.0
    drag(tool, [(20.0, 80.0), (22.0, 81.0)])
    tool.release()
    assert tool.is_pending
    tool.cancel()
    tool.grain = 0.125  # at eight times the size that is a long way
    drag(tool, [(20.0, 80.0), (22.0, 81.0), (20.0, 82.0)])
    tool.release()
    assert not tool.is_pending


def test_cut_takes_the_class_held_and_no_other(studio: Studio) -> None:
    studio.session.face_class = SKIN.id
    tool = studio.tool(LassoTool)
    around = [(50.0, 55.0), (80.0, 55.0), (80.0, 90.0), (50.0, 90.0)]
    drag(tool, around, CUTTING)
    tool.release()
    wanted = studio.before.copy()
    wanted[whole(enclosed(around, (SIDE, SIDE)))] &= ~np.uint32(SKIN.bit)
    assert np.array_equal(studio.bits, wanted)


def test_intersect_keeps_of_the_class_what_lies_inside(studio: Studio) -> None:
    studio.session.face_class = SKIN.id
    studio.session.set_option(COMBINE.key, Combine.INTERSECT.value)
    tool = studio.tool(RectangleTool)
    drag(tool, [(40.0, 40.0), (79.0, 89.0)])
    tool.release()
    inside = whole(rectangle(Rect(40, 40, 40, 50), (SIDE, SIDE)))
    wanted = np.where(inside, studio.before, studio.before & ~np.uint32(SKIN.bit))
    assert np.array_equal(studio.bits, wanted)


def test_keys_at_the_press_overrule_the_option(studio: Studio) -> None:
    studio.session.set_option(COMBINE.key, Combine.CUT.value)
    tool = studio.tool(LassoTool)
    drag(tool, SQUARE, Hand(shift=True))
    tool.release()
    assert np.array_equal(studio.bits, studio.after(whole(enclosed(SQUARE, (SIDE, SIDE))), Operation(CLOTH.id)))


def test_nothing_is_cut_from_background_or_from_a_locked_class(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    studio.session.face_class = 0
    drag(tool, SQUARE, CUTTING)
    studio.session.face_class, studio.session.locked = SKIN.id, SKIN.bit
    drag(tool, SQUARE, CUTTING)
    assert [text.split(";")[0] for text in studio.refused] == [
        "Nothing can be cut out of the background",
        f"{SKIN.title} is locked",
    ]
    assert not tool.is_pending


def test_the_right_button_erases_as_the_eraser_does(studio: Studio) -> None:
    studio.session.erase_mode = Erase.ALL
    tool = studio.tool(RectangleTool)
    drag(tool, [(40.0, 40.0), (79.0, 89.0)], ERASING)
    tool.release()
    inside = whole(rectangle(Rect(40, 40, 40, 50), (SIDE, SIDE)))
    assert np.array_equal(studio.bits, np.where(inside, 0, studio.before))


@pytest.mark.parametrize(("kind", "shape"), [(RectangleTool, rectangle), (EllipseTool, ellipse)])
@pytest.mark.parametrize(
    ("hand", "box"),
    [
        (PLAIN, Rect(50, 40, 31, 11)),
        (Hand(shift=True), Rect(50, 40, 31, 31)),
        (Hand(alt=True), Rect(20, 30, 61, 21)),
        (Hand(shift=True, alt=True), Rect(20, 10, 61, 61)),
    ],
)
def test_shapes_span_the_pixels_pressed_and_released(studio: Studio, kind, shape, hand, box) -> None:
    tool = studio.tool(kind)
    studio.session.others = Others.OVERLAP
    drag(tool, [(50.9, 40.1), (80.5, 50.5)], hand)
    tool.release()
    changed = (studio.bits & np.uint32(CLOTH.bit)) != 0
    assert np.array_equal(changed, whole(shape(box, (SIDE, SIDE))))


def test_a_click_with_a_shape_does_nothing(studio: Studio) -> None:
    tool = studio.tool(RectangleTool)
    drag(tool, [(50.0, 40.0), (51.0, 41.0)])
    tool.release()
    assert np.array_equal(studio.bits, studio.before)
    assert studio.refused == []


def test_the_bucket_fills_what_looks_like_one_region(studio: Studio) -> None:
    click(studio.tool(FillTool), 64, 100)
    region = whole(connected_region(flatten(studio.before), (64, 100)))
    assert np.array_equal(studio.bits, studio.after(region, Operation(CLOTH.id)))


@pytest.mark.parametrize("by_key", [True, False])
def test_the_bucket_fills_all_of_a_class(studio: Studio, by_key: bool) -> None:
    studio.session.solo = None
    if not by_key:
        studio.session.set_option(EXTENT.key, Extent.CLASS.value)
    click(studio.tool(FillTool), 2, 2, Hand(shift=by_key))
    assert np.array_equal(studio.bits, np.where(studio.before == 0, np.uint32(CLOTH.bit), studio.before))


def test_the_bucket_goes_by_what_is_seen(studio: Studio) -> None:
    studio.session.visible &= ~HAIR.bit
    click(studio.tool(FillTool), 64, 100)
    seen = flatten(studio.before, visible=studio.session.visible & ~CLOTH.bit)
    region = whole(connected_region(seen, (64, 100)))
    assert np.array_equal((studio.bits & np.uint32(CLOTH.bit)) != 0, region)
    assert region[50, 64]


def test_holes_are_filled_one_or_all_up_to_a_size(studio: Studio) -> None:
    mask = studio.bits
    skin, hole, larger = np.uint32(SKIN.bit), Rect(60, 90, 3, 3), Rect(70, 90, 10, 6)
    for region in (hole, larger):
        mask[region.slices] &= ~skin
    studio.session.face_class = SKIN.id
    studio.session.set_option(EXTENT.key, Extent.HOLES.value)
    studio.session.set_option(LARGEST_HOLE.key, 30)
    tool = studio.tool(FillTool)
    click(tool, 71, 91)
    click(tool, 2, 2)
    click(tool, 64, 80)
    assert studio.refused == [
        "This hole has 60 pixels; the tool fills up to 30",
        f"This is no hole in {SKIN.title}",
        f"This is no hole in {SKIN.title}",
    ]
    click(tool, 61, 91)
    assert (mask[hole.slices] & skin).all()
    assert not (mask[larger.slices] & skin).any()
    studio.session.set_option(LARGEST_HOLE.key, 100)
    click(tool, 0, 0, Hand(shift=True))
    assert (mask[larger.slices] & skin).all()


def test_dragging_the_wand_to_the_right_takes_more(studio: Studio) -> None:
    studio.session.set_option(SMOOTHING.key, 0)
    studio.session.set_option(TOLERANCE.key, 10)
    tool = studio.tool(WandTool)
    tool.grain = 0.25
    tool.press((40.0, 40.0))
    areas = []
    for x in (40.0, 60.0, 140.0):
        tool.move((x, 55.0))
        areas.append(int(shown(tool.preview).sum()))
    assert studio.session.option(TOLERANCE.key, 0) == 100
    assert areas == [40 * 60, 40 * 60, SIDE * SIDE]
    tool.cancel()
    assert studio.session.option(TOLERANCE.key, 0) == 10
    assert np.array_equal(studio.bits, studio.before)


def test_the_wand_keeps_to_what_is_connected_and_near_if_told(studio: Studio) -> None:
    studio.session.set_option(SMOOTHING.key, 0)
    tool = studio.tool(WandTool)
    click(tool, 40, 40)
    red, alike = np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    red[30:70, 30:90] = alike[30:70, 30:90] = alike[85:100, 100:120] = True
    assert np.array_equal(studio.bits, studio.after(red, Operation(CLOTH.id)))
    studio.document.undo(studio.sample)
    studio.session.set_option(CONNECTED.key, False)
    click(tool, 40, 40)
    assert np.array_equal(studio.bits, studio.after(alike, Operation(CLOTH.id)))
    studio.document.undo(studio.sample)
    studio.session.set_option(NEARBY.key, True)
    click(tool, 110, 90)
    alike[:, :30] = False
    assert np.array_equal(studio.bits, studio.after(alike, Operation(CLOTH.id)))


def test_level_trace_takes_what_the_edge_goes_around(studio: Studio) -> None:
    tool = studio.tool(LevelTraceTool)
    tool.hover((50.0, 31.0))
    red = np.zeros((SIDE, SIDE), bool)
    red[30:70, 30:90] = True
    assert (shown(tool.preview) ^ red).sum() < 0.1 * red.sum()
    tool.hover(None)
    assert tool.preview.is_empty


@pytest.mark.parametrize("kind", [WandTool, LevelTraceTool])
def test_tools_that_look_at_the_photo_say_that_there_is_none(studio: Studio, kind: type[CombiningTool]) -> None:
    studio.photo = None
    tool = studio.tool(kind)
    click(tool, 40, 40)
    assert "This sample has no photo" in studio.refused[0]
    assert not tool.is_active


def test_what_is_shown_follows_class_rules_and_options(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    drag(tool, SQUARE)
    everything = shown(tool.preview).sum()
    studio.session.area = Area.BACKGROUND
    background = shown(tool.preview).sum()
    assert 0 < background < everything
    studio.session.area = Area.EVERYWHERE
    studio.session.face_class = SKIN.id
    assert shown(tool.preview).sum() != everything


def test_a_sample_without_a_mask_is_told(tmp_path: Path) -> None:
    made = Studio(tmp_path)
    made.document.store.missing[made.document.store.sample_ids[1]] = {Modality.MASK}
    made.session.sample = made.document.store.sample_ids[1]
    for kind, gesture in GESTURES.items():
        tool = made.tool(kind)
        gesture(tool, PLAIN)
        let_go(tool, PLAIN)
        assert tool.preview.is_empty
    assert set(made.refused) <= {"This sample has no mask"}
    made.document.close()


def test_steps_are_named_after_tool_and_class(studio: Studio) -> None:
    tool = studio.tool(LassoTool)
    names = []
    studio.session.face_class = SKIN.id
    for hand in (CUTTING, PLAIN, KEEPING, ERASING):
        drag(tool, SQUARE, hand)
        tool.release()
        names.append(studio.document.undo_label(studio.sample))
    assert names == ["Lasso, erasing skin", "Lasso skin", "Lasso crop, erasing skin", "Lasso, erasing"]


PLACES = st.tuples(st.floats(-20, SIDE + 20, width=16), st.floats(-20, SIDE + 20, width=16))
HANDS = st.builds(Hand, erase=st.booleans(), shift=st.booleans(), ctrl=st.booleans(), alt=st.booleans())
DEEDS = st.one_of(
    st.tuples(st.just("press"), PLACES, HANDS | st.just(Hand(is_double=True))),
    st.tuples(st.just("move"), st.none() | PLACES, HANDS),
    st.tuples(st.just("hover"), st.none() | PLACES, HANDS),
    st.tuples(st.sampled_from(["release", "accept", "step_back", "cancel", "redraw"])),
)


@pytest.mark.parametrize("kind", GESTURES)
def test_whatever_the_hand_does_only_steps_change_the_mask(studio: Studio, kind: type[CombiningTool]) -> None:
    tool = studio.tool(kind)

    @given(st.lists(DEEDS, max_size=25))
    @settings(max_examples=30, deadline=None)
    def deeds(sequence: list[tuple[Any, ...]]) -> None:
        for name, *values in sequence:
            getattr(tool, name)(*values)
        tool.cancel()
        assert tool.preview.is_empty
        assert not tool.is_active
        assert not tool.is_pending
        assert studio.document.stroke is None
        while studio.document.undo_label(studio.sample):
            studio.document.undo(studio.sample)
        assert np.array_equal(studio.bits, studio.before)

    deeds()
