"""Zoom, centre, fit, drawing and what lies over the picture."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawn_store import DrawnStore, drawn_mask, drawn_photo, encoded
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.faces.classes import ALL_BITS, bits_of
from app.faces.sample import Modality
from app.imaging.overlay import OverlayStyle
from app.imaging.raster import Rect
from app.ui.canvas.layers import ComposedPicture, EncodedPhoto, image_of
from app.ui.canvas.viewport import ZOOM_STEPS, Viewport, halvings, seamless, snapped, stepped

PLAIN = Qt.KeyboardModifier.NoModifier


def words(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()


def wheel(widget, position: QPointF, notches: float, modifiers=PLAIN) -> None:
    delta = QPoint(0, round(120 * notches))
    event = QWheelEvent(
        position, widget.mapToGlobal(position), QPoint(), delta, Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


# Everything where most work is done; elsewhere each zoom in one style, so that together they see all of them.
SCREENS = [("1", 512, None), ("1", 300, 0), ("1", 1500, 1), ("1.5", 512, 2), ("2", 512, 0)]


@pytest.mark.parametrize(("scale", "mask_side", "first"), SCREENS)
def test_no_pixel_differs_between_incremental_and_full_repaint(scale: str, mask_side: int, first: int | None) -> None:
    script = [str(Path(__file__).with_name("seams.py")), str(mask_side), *([] if first is None else [str(first)])]
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, *script], env=environment, capture_output=True, text=True, check=True)
    lines = done.stdout.split("\n")[:-1]
    assert len(lines) == (3 if first is None else 1) * (1 + len(ZOOM_STEPS))
    assert [line for line in lines if not line.endswith(" 0")] == []


def test_zoom_steps_hold_what_people_ask_for() -> None:
    assert ZOOM_STEPS[0] == 0.1
    assert ZOOM_STEPS[-1] == 64
    assert {0.25, 0.5, 1, 2, 4, 8, 16} <= set(ZOOM_STEPS)
    assert [stepped(1.0, 1), stepped(1.0, -1), stepped(0.83, 1), stepped(0.83, -1)] == [1.25, 0.75, 1, 0.75]
    assert [stepped(64, 3), stepped(0.1, -2)] == [64, 0.1]
    assert [snapped(1000), snapped(0), snapped(0.6), snapped(3.3)] == [64, 0.1, 0.6, 3]


def test_seamless_scales_move_no_photo_pixel_by_a_tenth_of_a_pixel() -> None:
    for zoom in np.linspace(0.1, 1.99, 500):
        scale = seamless(float(zoom), smooth=True)
        assert abs(scale - zoom) * 1024 < 0.06
        assert 0.5 <= scale * 2 ** halvings(scale) < 2


def test_fit_follows_the_view_until_the_user_zooms() -> None:
    viewport = Viewport()
    viewport.set_picture(QSize(1024, 1024))
    viewport.set_view(QSize(512, 700))
    assert viewport.zoom == 0.5
    viewport.set_view(QSize(768, 700))
    assert viewport.zoom == pytest.approx(700 / 1024)
    viewport.zoom_in()
    assert (viewport.zoom, viewport.fitting) == (0.75, False)
    viewport.set_view(QSize(300, 300))
    assert viewport.zoom == 0.75
    viewport.fit()
    assert viewport.zoom == pytest.approx(300 / 1024)


def test_the_point_under_the_wheel_stays(desk) -> None:
    canvas = desk.canvas
    anchor = QPointF(canvas.width() * 0.7, canvas.height() * 0.3)
    wheel(canvas, anchor, 1)
    for notches in (1, 1, 1, -2, 3, 2):
        before = canvas.mask_point(anchor)
        reach = 0.51 / canvas.mask_place().across
        wheel(canvas, anchor, notches)
        after = canvas.mask_point(anchor)
        reach += 0.51 / canvas.mask_place().across  # the picture lies on whole device pixels
        assert abs(after[0] - before[0]) <= reach
        assert abs(after[1] - before[1]) <= reach


def test_half_notches_of_a_touchpad_add_up(desk) -> None:
    desk.canvas.viewport.set_zoom(1)
    for _ in range(3):
        wheel(desk.canvas, QPointF(50, 50), 0.25)
    assert desk.canvas.viewport.zoom == 1
    wheel(desk.canvas, QPointF(50, 50), 0.25)
    assert desk.canvas.viewport.zoom == 1.25


@pytest.mark.parametrize(
    ("zooms_with", "key"), [("Ctrl", Qt.KeyboardModifier.ControlModifier), ("Alt", Qt.KeyboardModifier.AltModifier)]
)
def test_where_the_wheel_scrolls_a_key_makes_it_zoom(desk, zooms_with: str, key) -> None:
    canvas, viewport = desk.canvas, desk.canvas.viewport
    desk.session.wheel_zooms_with = zooms_with
    wheel(canvas, QPointF(50, 50), -1)
    assert viewport.fitting
    viewport.set_zoom(8.0)
    before, opacity = canvas.placement(), desk.session.opacity
    wheel(canvas, QPointF(50, 50), -1)
    assert (canvas.placement().x, canvas.placement().y) == (before.x, before.y - 60)
    assert viewport.zoom == 8.0
    wheel(canvas, QPointF(50, 50), 1, key)
    assert viewport.zoom > 8.0
    assert desk.session.opacity == opacity


def test_where_alt_zooms_ctrl_moves_the_picture_sideways(desk) -> None:
    desk.session.wheel_zooms_with = "Alt"
    desk.canvas.viewport.set_zoom(8.0)
    before = desk.canvas.placement()
    wheel(desk.canvas, QPointF(50, 50), 1, Qt.KeyboardModifier.ControlModifier)
    assert (desk.canvas.placement().x, desk.canvas.placement().y) == (before.x + 60, before.y)


def test_shifted_wheel_changes_the_brush(desk) -> None:
    wheel(desk.canvas, QPointF(50, 50), 1, Qt.KeyboardModifier.ShiftModifier)
    assert desk.session.brush_size == 14
    assert desk.canvas.viewport.fitting


def test_views_share_zoom_and_centre_whatever_their_resolution(desk) -> None:
    area = desk.area
    area.viewport.show_at(4, QPointF(0.4, 0.6))
    for canvas in (area.photo, area.sketch, area.reference):
        size, place, picture = canvas.device_size(), canvas.placement(), canvas.picture_size()
        assert place.scale * picture.width() == 4 * 1024
        assert abs((size.width() / 2 - place.x) / (4 * 1024) - 0.4) < 0.001
        assert abs((size.height() / 2 - place.y) / (4 * 1024) - 0.6) < 0.001


def test_fitting_views_show_all_of_their_picture(desk) -> None:
    for canvas in (desk.area.photo, desk.area.sketch, desk.area.reference):
        rect = canvas.placement().device_rect(canvas.picture_size())
        assert canvas.rect().adjusted(-1, -1, 1, 1).contains(rect)
        assert max(rect.width() - canvas.width(), rect.height() - canvas.height()) >= -2


def test_actual_size_shows_photo_pixels_unchanged(desk) -> None:
    desk.session.overlay_on = False
    desk.area.viewport.actual_size()
    desk.canvas._hover = None
    shown = words(desk.canvas.grab().toImage())
    place, photo = desk.canvas.placement(), words(image_of(drawn_photo(1)))
    left, top = -place.x, max(0, -place.y)
    down = max(0, place.y)
    part = photo[top : top + shown.shape[0] - down, left : left + shown.shape[1]]
    clear = np.s_[60:, 150:]
    assert np.array_equal(shown[down : down + part.shape[0]][clear], part[clear])


@pytest.mark.parametrize("button", [Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton])
def test_dragging_moves_the_picture_with_the_pointer(desk, button) -> None:
    canvas = desk.canvas
    canvas.viewport.set_zoom(2)
    if button == Qt.MouseButton.LeftButton:
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    before, bits = canvas.mask_point(QPointF(200, 200)), desk.bits.copy()
    QTest.mousePress(canvas, button, PLAIN, QPoint(200, 200))
    QTest.mouseMove(canvas, QPoint(160, 230))
    assert canvas.is_panning
    QTest.mouseRelease(canvas, button, PLAIN, QPoint(160, 230))
    assert canvas.mask_point(QPointF(160, 230)) == pytest.approx(before, abs=0.3)
    assert np.array_equal(desk.bits, bits)
    assert desk.document.undo_label(desk.session.sample) is None
    if button == Qt.MouseButton.LeftButton:
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert not canvas.is_panning


def test_the_hand_moves_the_picture(desk) -> None:
    desk.session.tool = "hand"
    desk.canvas.viewport.set_zoom(2)
    before = desk.canvas.mask_point(QPointF(200, 200))
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, PLAIN, QPoint(200, 200))
    QTest.mouseMove(desk.canvas, QPoint(240, 190))
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, PLAIN, QPoint(240, 190))
    assert desk.canvas.mask_point(QPointF(240, 190)) == pytest.approx(before, abs=0.3)


def test_no_view_change_touches_the_mask(desk) -> None:
    session, viewport, before = desk.session, desk.area.viewport, desk.bits.tobytes()
    session.visible = bits_of("nose")
    session.background_visible = False
    session.solo = 13
    session.opacity = 0.9
    for style in ("outline", "both", "fill"):
        session.overlay_style = style
        for zoom in (0.1, 0.5, 1, 8, 64):
            viewport.set_zoom(zoom)
            desk.area.grab()
    session.palette = "safe"
    session.bare = True
    desk.area.reference.before = True
    desk.area.resize(700, 500)
    desk.area.grab()
    assert desk.bits.tobytes() == before


def test_another_sample_keeps_zoom_and_centre(desk, qtbot) -> None:
    desk.area.viewport.show_at(3, QPointF(0.3, 0.6))
    with qtbot.waitSignal(desk.loader.loaded):
        desk.session.step(1)
    assert (desk.area.viewport.zoom, desk.area.viewport.centre) == (3, QPointF(0.3, 0.6))


@pytest.mark.parametrize(("photo_side", "mask_side"), [(1024, 512), (512, 512), (500, 300), (256, 512), (1024, 300)])
def test_patching_equals_composing_anew(photo_side, mask_side) -> None:
    style, bits = OverlayStyle(), drawn_mask(mask_side).bits
    picture = ComposedPicture(image_of(drawn_photo(3, photo_side)), bits, style, EncodedPhoto(encoded(3, photo_side)))
    picture.image(bare=False, level=2)
    rng = np.random.default_rng(0)
    for turn in range(20):
        if turn in (5, 12):
            picture.drop_photo()
        if turn == 9:
            picture.image(bare=False, level=2)
        x, y = (int(v) for v in rng.integers(0, mask_side - 40, 2))
        region = Rect(x, y, int(rng.integers(1, 40)), int(rng.integers(1, 40)))
        bits[region.slices] ^= np.uint32(bits_of("cloth"))
        picture.patch(region)
    anew = ComposedPicture(image_of(drawn_photo(3, photo_side)), bits, style)
    for level in (0, 1, 2):
        assert np.array_equal(words(picture.image(bare=False, level=level)), words(anew.image(bare=False, level=level)))


@pytest.mark.parametrize(("photo_side", "mask_side"), [(1024, 512), (512, 512), (500, 300), (256, 512)])
def test_touched_pixels_drawn_at_once_are_those_composed_later(photo_side, mask_side) -> None:
    style, bits = OverlayStyle(), drawn_mask(mask_side).bits
    picture = ComposedPicture(image_of(drawn_photo(3, photo_side)), bits, style)
    side, at = picture.size.width(), QPoint(-7, 5)
    for x, y, width, height in ((20, 30, 40, 41), (0, 0, 9, 3), (mask_side - 20, mask_side - 11, 20, 11)):
        bits[y : y + height, x : x + width] ^= np.uint32(bits_of("cloth"))
        picture.touch(Rect(x, y, width, height))
        for exposed in (QRect(3, 9, 55, 61), QRect(-7, 5, side, side), QRect(side - 40, side - 31, 60, 70)):
            drawn = QImage(side, side, QImage.Format.Format_RGB32)
            drawn.fill(0xFF808080)
            composed = drawn.copy()
            for image, draw in ((drawn, picture.draw), (composed, draw_whole(picture))):
                painter = QPainter(image)
                painter.setClipRect(exposed)
                draw(painter, at, exposed)
                painter.end()
            assert np.array_equal(words(drawn), words(composed))


def draw_whole(picture: ComposedPicture) -> Callable[[QPainter, QPoint, QRect], None]:
    """Draws the picture composed anew, without touching the one given."""
    anew = ComposedPicture(picture.photo, picture.bits, picture.style)
    return lambda painter, at, exposed: painter.drawImage(at, anew.image(bare=False))


def test_composed_pixels_are_photo_and_colour_in_proportion() -> None:
    bits = np.zeros((4, 4), np.uint32)
    bits[1, 2] = bits_of("skin")
    grey = image_of(np.full((8, 8, 3), 100, np.uint8))
    shown = words(ComposedPicture(grey, bits, OverlayStyle(opacity=0.5)).image(bare=False))
    expected = np.full((8, 8), 0xFF646464, np.uint32)
    assert np.array_equal(np.argwhere(shown != expected), np.argwhere(np.kron(bits, np.ones((2, 2))) > 0))
    red, green = int(shown[2, 4]) >> 16 & 255, int(shown[2, 4]) >> 8 & 255
    assert abs(red - 152) <= 1
    assert abs(green - 50) <= 1


def test_outlines_keep_their_width_at_every_zoom(desk) -> None:
    desk.session.overlay_style = "outline"
    desk.session.opacity = 1.0
    desk.session.solo = 2
    for zoom in (1, 4, 16):
        desk.area.viewport.show_at(zoom, QPointF(0.5, 0.55))
        styled = words(desk.canvas.grab().toImage())
        desk.session.bare = True
        bare = words(desk.canvas.grab().toImage())
        desk.session.bare = False
        nose = styled[60:, 160:] == 0xFF4C9900
        assert (styled[60:, 160:] != bare[60:, 160:])[~nose].sum() == 0
        inner = nose[1:-1, 1:-1]
        thick = inner & nose[:-2, 1:-1] & nose[2:, 1:-1] & nose[1:-1, :-2] & nose[1:-1, 2:]
        assert not thick.any()


def test_the_badge_counts_and_shows_all_again(desk) -> None:
    session, badge = desk.session, desk.canvas._badge
    assert badge.isHidden()
    session.visible = ALL_BITS & ~bits_of("hair", "nose")
    session.background_visible = False
    assert badge.text() == "3 classes hidden"
    session.solo = 1
    assert badge.text() == "Only Skin is shown"
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    assert badge.isHidden()
    assert (session.visible, session.solo, session.background_visible) == (ALL_BITS, None, True)


def test_bare_shows_the_photo_and_nothing_else(desk) -> None:
    desk.session.visible = bits_of("skin")
    desk.session.bare = True
    assert desk.canvas._badge.isHidden()
    assert desk.canvas.picture_image(0) is desk.canvas.picture.photo


def test_missing_sketch_and_damaged_photo_say_so(desk_on, tmp_path, qtbot) -> None:
    store = DrawnStore(tmp_path)
    first, second = store.sample_ids[:2]
    store.missing = {first: {Modality.SKETCH}, second: {Modality.PHOTO}}
    desk = desk_on(store)
    desk.area.offer(Modality.SKETCH, "sketch.make", "Make a sketch")
    assert desk.area.sketch.placeholder.text == "This sample has no sketch"
    with qtbot.waitSignal(desk.loader.loaded):
        desk.session.step(1)
    assert desk.canvas.placeholder.text == "2.jpg is cut short"
    assert desk.area.reference.placeholder.text == "2.jpg is cut short"
    with qtbot.waitSignal(desk.loader.loaded):
        desk.session.step(-1)
    with qtbot.waitSignal(desk.area.placeholder_action_requested) as asked:
        desk.area.sketch.placeholder._button.click()
    assert asked.args == ["sketch.make"]


def test_before_shows_the_mask_as_it_was_read(desk) -> None:
    reference, session = desk.area.reference, desk.session
    reference.before = True
    as_read = words(reference.picture_image(0))
    session.face_class = 18
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, PLAIN, QPoint(200, 200))
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, PLAIN, QPoint(200, 200))
    assert np.array_equal(words(reference.picture_image(0)), as_read)
    assert not np.array_equal(words(desk.canvas.picture_image(0)), as_read)
    desk.document.undo(session.sample)
    assert np.array_equal(words(desk.canvas.picture_image(0)), as_read)


def test_names_that_scripts_rely_on(desk) -> None:
    area = desk.area
    assert [c.objectName() for c in (area.photo, area.sketch, area.reference)] == [
        "photoCanvas", "sketchCanvas", "referenceCanvas",
    ]  # fmt: skip
    assert all(c.accessibleName() for c in (area.photo, area.sketch, area.reference))


def test_a_new_mask_finer_than_the_photo_is_shown_pixel_by_pixel() -> None:
    """Begun on a sample that had none; a stroke of one pixel must not fall between those of the photo."""
    photo, bits, style = image_of(drawn_photo(3, 64)), drawn_mask(96).bits, OverlayStyle(visible=ALL_BITS)
    picture = ComposedPicture(photo, None, None, EncodedPhoto(encoded(3, 64)))
    picture.image(bare=True, level=1)
    picture.recolour(bits, style)
    anew = ComposedPicture(photo, bits, style)
    assert picture.size == anew.size == QSize(96, 96)
    for bare in (False, True):
        assert np.array_equal(words(picture.image(bare=bare)), words(anew.image(bare=bare)))
        assert np.array_equal(words(picture.image(bare=bare, level=1)), words(anew.image(bare=bare, level=1)))
