"""Before and now: the wipe, the blink, the outlined difference, and what before means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest import Desk
from drawn_store import DrawnStore
from mouse import drag, move, press, release
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.edits import NewMask
from app.faces.classes import CLASS_BY_NAME
from app.faces.sample import Modality, SampleId
from app.ui.canvas.decorations.changes import Changes
from app.ui.canvas.decorations.wipe import Handle, Wipe

LINE_PX = 4


def compare(desk: Desk, **change: object) -> None:
    desk.session.comparison = replace(desk.session.comparison, **change)


def pixels(desk: Desk) -> np.ndarray:
    """(H, W) words of what the canvas shows, without what lies on it as widgets."""
    canvas = desk.canvas
    image = QImage(canvas.device_size(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(canvas.devicePixelRatioF())
    canvas.render(image, QPoint(), renderFlags=canvas.RenderFlag(0))
    words = np.frombuffer(image.constBits(), np.uint32)
    return words.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()].copy()


def paint_cloth(desk: Desk) -> None:
    """A stroke from the left of the picture to its right."""
    desk.session.brush_size = 30
    drag(desk, [desk.position(x, 260) for x in range(120, 400, 20)])
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))


def below_words(desk: Desk) -> int:
    """The first row below the words at the upper edge."""
    return desk.canvas.fontMetrics().height() + 24


@pytest.mark.parametrize("zoom", [None, 1, 2, 8])
def test_the_wipe_shows_before_on_the_left_and_now_on_the_right(cloth, zoom) -> None:
    if zoom is not None:
        cloth.canvas.viewport.show_at(zoom, QPointF(0.5, 0.5))
    before = pixels(cloth)
    paint_cloth(cloth)
    after = pixels(cloth)
    assert (before != after).any()
    compare(cloth, wipes=True)
    wiped, top = pixels(cloth), below_words(cloth)
    border = round(cloth.canvas.decorations[Wipe].at * wiped.shape[1])
    assert np.array_equal(wiped[top:, : border - LINE_PX], before[top:, : border - LINE_PX])
    assert np.array_equal(wiped[top:, border + LINE_PX :], after[top:, border + LINE_PX :])
    compare(cloth, wipes=False)
    assert np.array_equal(pixels(cloth), after)


@pytest.mark.parametrize("style", ["fill", "outline", "both"])
def test_blinking_shows_all_of_it_as_before_and_back(cloth, style) -> None:
    cloth.session.overlay_style = style
    before = pixels(cloth)
    paint_cloth(cloth)
    after, mask = pixels(cloth), cloth.bits.copy()
    compare(cloth, shows_before=True)
    top = below_words(cloth)
    assert np.array_equal(pixels(cloth)[top:], before[top:])
    compare(cloth, shows_before=False)
    assert np.array_equal(pixels(cloth), after)
    assert np.array_equal(cloth.bits, mask)


def test_the_handle_is_dragged_with_the_mouse_and_moved_with_the_keys(cloth) -> None:
    compare(cloth, wipes=True)
    handle = cloth.canvas.findChild(Handle)
    wipe, width = cloth.canvas.decorations[Wipe], cloth.canvas.width()
    assert wipe.at == 0.5
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    QTest.mouseMove(handle, handle.rect().center() + QPoint(-120, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    assert wipe.at == pytest.approx(0.5 - 120 / width, abs=2 / width)
    before = wipe.at
    QTest.keyClick(handle, Qt.Key.Key_Right)
    assert wipe.at == pytest.approx(before + 0.02)
    QTest.keyClick(handle, Qt.Key.Key_Left)
    assert wipe.at == pytest.approx(before)
    assert handle.geometry().center().x() == pytest.approx(wipe.at * width, abs=2)


def test_a_moved_border_leaves_no_trace(cloth) -> None:
    paint_cloth(cloth)
    compare(cloth, wipes=True)
    pixels(cloth)
    handle = cloth.canvas.findChild(Handle)
    for at in (0.3, 0.7, 0.62):
        handle.moved.emit(at)
        QApplication.processEvents()
    shown = cloth.canvas.grab().toImage()
    cloth.canvas.update()
    assert cloth.canvas.grab().toImage() == shown


def test_the_brush_leaves_the_canvas_for_the_handle(cloth) -> None:
    compare(cloth, wipes=True)
    move(cloth, cloth.position(200, 200), held=Qt.MouseButton.NoButton)
    assert cloth.canvas._cursor.corner is not None
    handle, middle = cloth.canvas.findChild(Handle), QPointF(5, 5)
    QApplication.sendEvent(handle, QEnterEvent(middle, middle, handle.mapToGlobal(middle)))
    assert cloth.canvas._cursor.corner is None


def test_a_stroke_lifts_the_wipe_and_ends_the_blink(cloth, qtbot) -> None:
    paint_cloth(cloth)
    compare(cloth, shows_before=True, wipes=True)
    pixels(cloth)
    press(cloth, cloth.position(150, 150))
    move(cloth, cloth.position(170, 150))
    lifted = pixels(cloth)
    qtbot.waitUntil(lambda: not cloth.session.comparison.shows_before)
    assert cloth.session.comparison.wipes
    release(cloth, cloth.position(170, 150))
    QApplication.sendEvent(cloth.canvas, QEvent(QEvent.Type.Leave))
    compare(cloth, wipes=False)
    now = pixels(cloth)
    x, y = (round(v) for v in cloth.position(160, 150).toTuple())
    assert lifted[y, x] == now[y, x]


def test_any_change_ends_the_blink(cloth) -> None:
    paint_cloth(cloth)
    for change in (cloth.document.undo, cloth.document.redo):
        compare(cloth, shows_before=True)
        change(cloth.session.sample)
        assert not cloth.session.comparison.shows_before


def test_before_on_disk_is_live_until_the_first_change(cloth) -> None:
    compare(cloth, source="disk")
    source = cloth.canvas.before
    assert source.bits() is cloth.bits
    original = cloth.bits.copy()
    paint_cloth(cloth)
    assert source.bits() is not cloth.bits
    assert np.array_equal(source.bits(), original)


def test_before_as_opened_outlives_a_save_and_a_sample_out_of_memory(cloth, qtbot) -> None:
    original = cloth.bits.copy()
    paint_cloth(cloth)
    painted = cloth.bits.copy()
    cloth.document.save()
    assert cloth.document.wait(5)
    assert not cloth.document.unsaved()
    source = cloth.canvas.before
    compare(cloth, source="disk")
    assert np.array_equal(source.bits(), painted)
    assert source.title == "On disk"
    compare(cloth, source="opened")
    assert np.array_equal(source.bits(), original)
    assert source.title == "As opened"
    assert source.bits() is source.bits()


def test_before_all_edits_is_where_the_history_begins(cloth) -> None:
    compare(cloth, source="first")
    source = cloth.canvas.before
    assert source.bits() is cloth.bits
    original = cloth.bits.copy()
    paint_cloth(cloth)
    cloth.document.save()
    assert cloth.document.wait(5)
    cloth.session.face_class = CLASS_BY_NAME["hat"].id
    paint_cloth(cloth)
    painted = cloth.bits.copy()
    press(cloth, cloth.position(300, 400))
    assert np.array_equal(cloth.document.first_mask(cloth.session.sample).bits, original)
    cloth.canvas.cancel()
    assert np.array_equal(source.bits(), original)
    assert np.array_equal(cloth.bits, painted)
    assert source.title == "Before all edits"


def test_changed_pixels_are_counted_per_class(cloth) -> None:
    compare(cloth, shows_difference=True)
    card = cloth.canvas.decorations[Changes].card
    assert [line.text for line in card.lines] == ["As opened: nothing is different"]
    original = cloth.bits.copy()
    plain = pixels(cloth)
    paint_cloth(cloth)
    changed = int(np.count_nonzero(original != cloth.bits))
    bit = CLASS_BY_NAME["cloth"].bit
    assert card.lines[0].figure == f"{changed:,} px differ"
    gains = {line.text: line.figure for line in card.lines[1:]}
    assert gains["Clothing"] == f"+{np.count_nonzero(cloth.bits & bit):,}"
    assert (pixels(cloth) != plain).any()
    cloth.document.undo(cloth.session.sample)
    assert [line.text for line in card.lines] == ["As opened: nothing is different"]
    compare(cloth, shows_difference=False)
    assert card.isHidden()


def test_the_difference_follows_the_source_the_save_and_the_sample(cloth, qtbot) -> None:
    paint_cloth(cloth)
    compare(cloth, shows_difference=True, source="disk")
    card = cloth.canvas.decorations[Changes].card
    assert "differ" in card.lines[0].figure
    cloth.document.save()
    assert cloth.document.wait(5)
    qtbot.waitUntil(lambda: card.lines[0].text == "On disk: nothing is different")
    compare(cloth, source="opened")
    assert "differ" in card.lines[0].figure
    with qtbot.waitSignal(cloth.loader.loaded):
        cloth.session.step(1)
    assert card.lines[0].text == "As opened: nothing is different"


def test_the_outline_runs_around_the_changed_pixels_and_nowhere_else(cloth) -> None:
    cloth.canvas.viewport.show_at(4, QPointF(0.5, 0.5))
    cloth.session.brush_size = 5
    original = cloth.bits.copy()
    drag(cloth, [cloth.position(250, 250), cloth.position(270, 250)])
    QApplication.sendEvent(cloth.canvas, QEvent(QEvent.Type.Leave))
    plain = pixels(cloth)
    compare(cloth, shows_difference=True)
    touched = pixels(cloth) != plain
    scale = cloth.canvas.mask_place().across
    ys, xs = np.nonzero(original != cloth.bits)
    (left, top), (right, bottom) = (cloth.position(*p).toTuple() for p in ((xs.min(), ys.min()), (xs.max(), ys.max())))
    rows, columns = np.nonzero(touched)
    assert abs(columns.min() - left) <= 3
    assert abs(rows.min() - top) <= 3
    assert abs(columns.max() - right - scale) <= 3
    assert abs(rows.max() - bottom - scale) <= 3
    middle = cloth.position(260.5, 250.5).toPoint()
    assert not touched[middle.y(), middle.x()]


def test_the_view_beside_shows_the_same_before(cloth) -> None:
    cloth.area.reference.before = True
    original = cloth.bits.copy()
    paint_cloth(cloth)
    reference = cloth.area.reference
    assert np.array_equal(reference.picture.bits, original)
    compare(cloth, source="disk")
    cloth.document.save()
    assert cloth.document.wait(5)
    QApplication.processEvents()
    assert np.array_equal(reference.picture.bits, cloth.bits)
    assert reference.picture.bits is not cloth.bits
    compare(cloth, source="opened")
    assert np.array_equal(reference.picture.bits, original)


def test_a_sample_that_had_no_mask_is_compared_with_an_empty_one(desk_on, tmp_path) -> None:
    store = DrawnStore(tmp_path)
    store.missing[SampleId("1")] = {Modality.MASK}
    desk = desk_on(store)
    desk.document.do(NewMask(desk.session.sample, (512, 512)))
    compare(desk, shows_difference=True, wipes=True, source="disk")
    card = desk.canvas.decorations[Changes].card
    assert card.lines[0].text == "On disk: nothing is different"
    desk.session.face_class = CLASS_BY_NAME["cloth"].id
    paint_cloth(desk)
    painted = int(np.count_nonzero(desk.bits))
    assert [(line.text, line.figure) for line in card.lines[1:]] == [
        ("Clothing", f"+{painted:,}"),
        ("Background", f"−{painted:,}"),
    ]
    assert pixels(desk).any()
