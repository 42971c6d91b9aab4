"""A sketch is drawn as one looks, compared, touched up and taken over as one step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.faces.sample import Modality, SampleId
from app.formats.sketch_files import sketch_pixels
from app.ui.sketching.comparison import Hand, Seen
from app.ui.sketching.dialog import SketchDialog
from tests.tiny_dataset import EVERYTHING, write
from tests.window_desk import Desk

WITH, WITHOUT = SampleId("17"), SampleId("0")


@pytest.fixture
def dialog(desk_at, qtbot):
    """``dialog(sample)`` opens it on the sample and waits for the first preview."""

    def make(sample: SampleId) -> tuple[Desk, SketchDialog]:
        desk = desk_at(sample)
        desk.action("sketch.draw").trigger()
        found = desk.window.findChild(SketchDialog)
        assert found is not None
        qtbot.waitUntil(lambda: found.comparison.new is not None and not found.is_busy)
        return desk, found

    return make


@pytest.fixture
def desk_at(desk: Desk):
    def make(sample: SampleId) -> Desk:
        desk.session.goto(sample)
        desk.wait_for_sample()
        return desk

    return make


@pytest.mark.parametrize("sample", [WITH, WITHOUT])
def test_what_is_seen_is_taken_over_as_one_step(dialog, sample: SampleId) -> None:
    desk, window = dialog(sample)
    before = desk.document.sketch(sample)
    seen = window.comparison.new.copy()
    window.take_over()
    after = desk.document.sketch(sample)
    assert after != before
    assert np.array_equal(sketch_pixels(after), seen)
    assert seen.shape == sketch_pixels(desk.document.sketch(WITH)).shape  # as the dataset's other sketches
    assert desk.document.undo_label(sample) == "Draw sketch"
    canvas = desk.workspace.area.sketch
    assert canvas.picture is not None
    desk.action("edit.undo").trigger()
    assert desk.document.sketch(sample) == before
    assert (canvas.picture is None) == (before is None)
    assert not desk.document.is_unsaved(sample)


def test_a_saved_sketch_is_seen_in_the_gallery(dialog, qtbot) -> None:
    desk, window = dialog(WITHOUT)
    window.take_over()
    with qtbot.waitSignal(desk.workspace.browsing.view.thumbnails.look_changed):
        desk.action("file.save").trigger()
    assert desk.document.store.has(WITHOUT, Modality.SKETCH)


def test_another_sample_keeps_its_unsaved_sketch(dialog) -> None:
    desk, window = dialog(WITHOUT)
    window.take_over()
    desk.session.goto(WITH)
    desk.wait_for_sample()
    desk.workspace.loader.forget(WITHOUT)
    desk.session.goto(WITHOUT)
    desk.wait_for_sample()
    assert desk.workspace.area.sketch.picture is not None
    desk.session.goto(WITH)
    desk.wait_for_sample()
    desk.document.undo(WITHOUT)
    desk.session.goto(WITHOUT)
    desk.wait_for_sample()
    assert desk.workspace.area.sketch.picture is None


def test_the_last_slider_wins(dialog, qtbot) -> None:
    _, window = dialog(WITH)
    window.form.choose("sparse")
    window.form.choose("photocopy")
    qtbot.waitUntil(lambda: not window.is_busy)
    copied = window.comparison.new.copy()
    window.form.choose("released")
    qtbot.waitUntil(lambda: not window.is_busy and not np.array_equal(window.comparison.new, copied))


def test_brush_and_eraser_touch_up_the_sketch_that_is_there(dialog) -> None:
    desk, window = dialog(WITH)
    before = desk.document.sketch(WITH)
    window.by_hand.click()
    assert not window.accept_button.isEnabled()
    assert window.comparison.hand is Hand.BRUSH
    was = window.comparison.new.copy()
    middle = QPoint(window.comparison.width() // 2, window.comparison.height() // 2)
    QTest.mousePress(window.comparison, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(window.comparison, Qt.MouseButton.LeftButton, pos=middle)
    drawn = window.comparison.new.copy()
    at = np.unravel_index(np.argmax(was.astype(int) - drawn), was.shape)
    assert was[at] > 200
    assert drawn[at] < 60
    window.hands.button(2).click()
    QTest.mouseClick(window.comparison, Qt.MouseButton.LeftButton, pos=middle)
    assert window.comparison.new[at] > 200
    window.back.click()
    assert np.array_equal(window.comparison.new, drawn)
    window.take_over()
    assert np.array_equal(sketch_pixels(desk.document.sketch(WITH)), drawn)
    assert desk.document.undo_label(WITH) == "Touch up sketch"
    desk.document.undo(WITH)
    assert desk.document.sketch(WITH) == before


def test_strokes_are_not_lost_to_a_slider_or_to_escape(dialog, monkeypatch) -> None:
    _, window = dialog(WITH)
    window.hands.button(1).click()
    QTest.mouseClick(window.comparison, Qt.MouseButton.LeftButton, pos=window.comparison.rect().center())
    assert (window.form.isEnabled(), window.by_hand.isEnabled(), window.back.isEnabled()) == (False, False, True)
    asked: list[str] = []
    monkeypatch.setattr("app.ui.sketching.dialog.ask", lambda *words, escape: asked.append(words[2]) or escape)
    window.reject()
    assert window.isVisible()
    assert asked == ["Your strokes were not taken over."]
    window.back.click()
    assert window.form.isEnabled()
    window.reject()
    assert len(asked) == 1


def test_the_photo_lies_beneath_the_lines(dialog) -> None:
    _, window = dialog(WITH)
    window.comparison.new[:] = 254
    window.comparison.new[:4] = 0
    window.beneath.click()
    image = window.comparison._composed()
    assert image.pixelColor(2, 1).lightness() == 0
    assert image.pixelColor(2, 20) != image.pixelColor(25, 28)
    window.beneath.click()
    assert window.comparison._composed().pixelColor(25, 28).lightness() == 254


def test_wipe_shows_the_old_on_the_left_and_the_difference_has_colours(dialog) -> None:
    _, window = dialog(WITH)
    comparison = window.comparison
    comparison.old = np.full_like(comparison.new, 254)
    comparison.new[:] = 0
    window.seen.button(2).click()
    assert comparison.seen is Seen.WIPE
    image = comparison._composed()
    assert image.pixelColor(1, 5).red() == 254
    assert image.pixelColor(image.width() - 2, 5).red() == 0
    window.seen.button(3).click()
    only_new = comparison._composed().pixelColor(5, 5)
    assert only_new.blue() > 150 > only_new.red()


def test_the_missing_are_drawn_as_one_step_and_saved(dialog, qtbot) -> None:
    desk, window = dialog(WITH)
    several = window.several
    assert several.missing_button.text() == "Draw the 2 missing"
    with qtbot.waitSignal(several.running_changed):
        several.missing_button.click()
    qtbot.waitUntil(lambda: not several.is_running)
    desk.document.wait()
    store = desk.document.store
    assert all(store.has(sample, Modality.SKETCH) for sample in store.sample_ids)
    assert several.skipped == {}
    assert several.missing_button.text() == "Draw the 0 missing"
    assert not several.missing_button.isEnabled()
    assert set(desk.document.undo_scope(WITHOUT)) == {"0", "2001"}
    desk.document.undo(WITHOUT)
    desk.document.save()
    desk.document.wait()
    assert [s for s in store.sample_ids if store.has(s, Modality.SKETCH)] == [WITH]


def test_a_closed_dialog_draws_no_more(dialog) -> None:
    desk, window = dialog(WITH)
    window.several.missing_button.click()
    window.reject()
    desk.document.wait()
    QTest.qWait(50)
    store, document = desk.document.store, desk.document
    drawn = [s for s in store.sample_ids if store.has(s, Modality.SKETCH)]
    QTest.qWait(300)
    assert [s for s in store.sample_ids if store.has(s, Modality.SKETCH)] == drawn
    assert not any(document.is_unsaved(s) for s in drawn)


def test_without_a_sketch_folder_it_can_be_looked_at_and_not_taken_over(dialog, desk: Desk, tmp_path: Path) -> None:
    rest = {path: data for path, data in EVERYTHING.items() if not path.startswith("sketch/")}
    desk.open(write(tmp_path / "rest", rest))
    _, window = dialog(WITHOUT)
    assert not window.accept_button.isEnabled()
    assert "no sketch folder" in window.state.text()
    assert not window.several.missing_button.isEnabled()
