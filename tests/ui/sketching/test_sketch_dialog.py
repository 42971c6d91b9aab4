"""A sketch is drawn as one looks, compared, touched up and taken over as one step."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.faces.sample import Modality, SampleId
from app.formats.sketch_files import sketch_pixels
from app.generation.sketch.linemap import PRESETS
from app.generation.sketch.methods import ByLineMap
from app.generation.sketch.onnx_writing import Operation, chain_model
from app.ui.bulk.desk import BANNER
from app.ui.cleanup.controls import AmountControl
from app.ui.sketching.comparison import Hand, Seen
from app.ui.sketching.dialog import SketchDialog
from app.ui.sketching.methods import MethodForm
from tests.tiny_dataset import EVERYTHING, contents, write
from tests.window_desk import Desk

WITH, WITHOUT = SampleId("17"), SampleId("0")


def turn_wheel(
    widget: QWidget, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, at: QPointF | None = None
) -> None:
    """One notch away from the user."""
    at = at if at is not None else QPointF(widget.rect().center())
    place = QPointF(widget.mapToGlobal(at.toPoint()))
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(widget, QWheelEvent(at, place, QPoint(), QPoint(0, 120), buttons, modifiers, phase, False))


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
    window.tools.hands.button(2).click()
    QTest.mouseClick(window.comparison, Qt.MouseButton.LeftButton, pos=middle)
    assert window.comparison.new[at] > 200
    QTest.keySequence(window, "Ctrl+Z")
    assert np.array_equal(window.comparison.new, drawn)
    QTest.keySequence(window, "Ctrl+Shift+Z")
    assert window.comparison.new[at] > 200
    window.tools.back.click()
    assert np.array_equal(window.comparison.new, drawn)
    window.take_over()
    assert np.array_equal(sketch_pixels(desk.document.sketch(WITH)), drawn)
    assert desk.document.undo_label(WITH) == "Touch up sketch"
    desk.document.undo(WITH)
    assert desk.document.sketch(WITH) == before


def test_the_sketch_that_is_there_is_touched_up_at_once(desk_at, qtbot) -> None:
    desk = desk_at(WITH)
    desk.workspace.area.sketch.touch_button.click()
    window = desk.window.findChild(SketchDialog)
    assert window.by_hand.isChecked()
    assert np.array_equal(window.comparison.new, sketch_pixels(desk.document.sketch(WITH)))
    assert window.comparison.hand is Hand.BRUSH
    window.reject()
    desk_at(WITHOUT)
    assert desk.workspace.area.sketch.touch_button.isHidden()
    assert not desk.action("sketch.touch").isEnabled()


def test_keys_and_the_wheel_make_the_brush_larger(dialog) -> None:
    _, window = dialog(WITH)
    comparison = window.comparison
    window.tools.hands.button(1).click()
    comparison.brush_px = 4
    QTest.keyClick(window, Qt.Key.Key_BracketRight)
    assert (comparison.brush_px, window.tools.width_slider.value()) == (5, 5)
    QTest.keyClick(window, Qt.Key.Key_BracketLeft)
    assert comparison.brush_px == 4
    turn_wheel(comparison, Qt.KeyboardModifier.ShiftModifier)
    assert comparison.brush_px == 5
    assert comparison.viewport.fitting


def test_the_wheel_zooms_at_the_pointer_and_both_sides_follow(dialog) -> None:
    _, window = dialog(WITH)
    comparison = window.comparison
    window.tools.seen.button(2).click()
    assert comparison.seen is Seen.BOTH
    assert len(comparison._panes()) == 2
    old, new = comparison._panes()
    assert old.size() == new.size()
    at = QPointF(new.center()) / comparison.devicePixelRatioF() + QPointF(10, 5)
    pixel = comparison._pixel(at)
    turn_wheel(comparison, at=at)
    assert not comparison.viewport.fitting
    assert comparison._pixel(at) == pytest.approx(pixel, abs=0.6)
    QTest.keySequence(window, "Ctrl+1")
    assert comparison.viewport.zoom == 1
    QTest.keySequence(window, "Ctrl+0")
    assert comparison.viewport.fitting


def test_what_was_chosen_is_chosen_the_next_time(dialog, qtbot) -> None:
    desk, window = dialog(WITH)
    window.form.choose("sparse")
    control = window.form.sliders.widget(0).findChild(AmountControl, "sketch.detail")
    control.box.setValue(70)
    window.form.choose_longer_side(512)
    window.comparison.brush_px = 9
    window.reject()
    desk.action("sketch.draw").trigger()
    again = next(dialog for dialog in desk.window.findChildren(SketchDialog) if dialog.isVisible())
    assert again.form.method == ByLineMap(replace(PRESETS[3].options, detail=0.7))
    assert (again.form.longer_side, again.comparison.brush_px) == (512, 9)
    again.form.reset_button.click()
    assert again.form.method == ByLineMap(PRESETS[3].options)
    assert not again.form.reset_button.isEnabled()


def test_a_double_click_resets_one_slider(dialog) -> None:
    _, window = dialog(WITH)
    form = window.form
    for name in ("sketch.detail", "sketch.stroke_px"):
        box = form.findChild(AmountControl, name).box
        box.setValue(box.value() + 1)
    QTest.mouseDClick(form.findChild(AmountControl, "sketch.detail").slider, Qt.MouseButton.LeftButton)
    assert form.method.options == replace(PRESETS[0].options, stroke_px=4.5)


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"method": 3, "size": 77, "options": {"sparse": {"detail": 9}}}'])
def test_what_was_kept_wrongly_costs_nothing(qtbot, kept: str) -> None:
    form = MethodForm(kept)
    qtbot.addWidget(form)
    assert form.method == ByLineMap(PRESETS[0].options)
    assert form.longer_side is None


def test_another_size_is_drawn_and_taken_over(dialog, qtbot) -> None:
    desk, window = dialog(WITH)
    window.form.choose_longer_side(256)
    qtbot.waitUntil(lambda: window.comparison.new.shape == (256, 256) and not window.is_busy)
    window.take_over()
    assert sketch_pixels(desk.document.sketch(WITH)).shape == (256, 256)


def test_words_say_how_well_the_sketches_agree_with_the_photo(dialog, qtbot) -> None:
    _, window = dialog(WITH)
    qtbot.waitUntil(lambda: not window.is_scoring and window.agreement.text() != "")
    assert window.agreement.text().startswith("The new sketch ")
    assert "The one that is there " in window.agreement.text()


def test_what_is_shown_is_saved_as_pixels_and_strokes(dialog, qtbot, monkeypatch, tmp_path: Path) -> None:
    _, window = dialog(WITH)
    chosen = [tmp_path / "a.png", tmp_path / "b"]
    monkeypatch.setattr("app.ui.messages.choose_new_file", lambda *_: chosen.pop(0))
    window.save_png.trigger()
    window.save_svg.trigger()
    assert np.array_equal(cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_GRAYSCALE), window.comparison.new)
    assert (tmp_path / "b.svg").read_text().startswith("<svg ")
    assert window.state.text() == "b.svg is written."
    window.tools.hands.button(1).click()
    QTest.mouseClick(window.comparison, Qt.MouseButton.LeftButton, pos=window.comparison.rect().center())
    assert not window.save_svg.isEnabled()


def test_escape_drops_the_stroke_under_the_hand_first(dialog) -> None:
    _, window = dialog(WITH)
    window.tools.hands.button(1).click()
    was = window.comparison.new.copy()
    QTest.mousePress(window.comparison, Qt.MouseButton.LeftButton, pos=window.comparison.rect().center())
    assert not np.array_equal(window.comparison.new, was)
    window.reject()
    assert np.array_equal(window.comparison.new, was)
    assert window.isVisible()


def test_strokes_are_not_lost_to_a_slider_or_to_escape(dialog, monkeypatch) -> None:
    _, window = dialog(WITH)
    window.tools.hands.button(1).click()
    QTest.mouseClick(window.comparison, Qt.MouseButton.LeftButton, pos=window.comparison.rect().center())
    assert (window.form.isEnabled(), window.by_hand.isEnabled(), window.tools.back.isEnabled()) == (False, False, True)
    asked: list[str] = []
    monkeypatch.setattr("app.ui.sketching.dialog.ask", lambda *words, escape: asked.append(words[2]) or escape)
    window.reject()
    assert window.isVisible()
    assert asked == ["Your strokes are not in the sketch yet."]
    window.tools.back.click()
    assert window.form.isEnabled()
    window.reject()
    assert len(asked) == 1


def test_the_photo_lies_beneath_the_lines(dialog) -> None:
    _, window = dialog(WITH)
    window.comparison.new[:] = 254
    window.comparison.new[:4] = 0
    window.comparison.seen = Seen.NEW
    window.tools.beneath.click()
    image = window.comparison.image()
    assert image.pixelColor(2, 1).lightness() == 0
    assert image.pixelColor(2, 20) != image.pixelColor(25, 28)
    window.tools.beneath.click()
    assert window.comparison.image().pixelColor(25, 28).lightness() == 254


def test_wipe_shows_the_old_on_the_left_and_the_difference_has_colours(dialog) -> None:
    _, window = dialog(WITH)
    comparison = window.comparison
    comparison.old = np.full_like(comparison.new, 254)
    comparison.new[:] = 0
    window.tools.seen.button(3).click()
    assert comparison.seen is Seen.WIPE
    assert window.tools.seen.checkedId() == 3
    assert window.tools.hands.checkedId() == 0
    image = comparison.image()
    assert image.pixelColor(1, 5).red() == 254
    assert image.pixelColor(image.width() - 2, 5).red() == 0
    window.tools.seen.button(4).click()
    only_new = comparison.image().pixelColor(5, 5)
    assert only_new.blue() > 150 > only_new.red()


def test_the_missing_are_drawn_beside_the_window_as_one_step(dialog, qtbot) -> None:
    desk, window = dialog(WITH)
    several = window.several
    assert several.missing_button.text() == "Draw the 2 missing"
    several.missing_button.click()
    store = desk.document.store
    qtbot.waitUntil(lambda: not desk.workspace.bulk.running.is_running, timeout=20_000)
    desk.document.save()
    desk.document.wait()
    assert all(store.has(sample, Modality.SKETCH) for sample in store.sample_ids)
    assert desk.window.banners.texts()[BANNER] == "Done in 2 samples: Draw sketches."
    assert set(desk.document.undo_scope(WITHOUT)) == {"0", "2001"}
    desk.document.undo(WITHOUT)
    desk.document.save()
    desk.document.wait()
    assert [s for s in store.sample_ids if store.has(s, Modality.SKETCH)] == [WITH]


def test_very_many_are_written_without_a_step_and_taken_back_all_the_same(dialog, qtbot, monkeypatch) -> None:
    desk, window = dialog(WITH)
    asked: list[str] = []
    monkeypatch.setattr("app.ui.sketching.several.STEP_AT_MOST", 1)
    monkeypatch.setattr("app.ui.sketching.several.ask", lambda *words, escape: asked.append(words[2]) or words[3][1])
    before = contents(desk.document.store.root)
    window.several.missing_button.click()
    qtbot.waitUntil(lambda: not desk.workspace.bulk.running.is_running, timeout=20_000)
    store = desk.document.store
    assert all(store.has(sample, Modality.SKETCH) for sample in store.sample_ids)
    assert "without a step in the history" in asked[0]
    back = desk.window.banners.banner(BANNER).buttons[0]
    assert back.text() == "Undo for all"
    back.click()
    qtbot.waitUntil(lambda: not desk.workspace.bulk.running.is_running, timeout=20_000)
    assert contents(desk.document.store.root) == before
    assert desk.window.banners.texts()[BANNER] == "Done in 2 samples: Undo Draw sketches."
    assert desk.window.banners.banner(BANNER).buttons == []


def choose_model(window: SketchDialog, qtbot, monkeypatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.form.choose("own")
    qtbot.waitUntil(lambda: not window.is_busy)


def model_of(folder: Path, channels: int, **told: Any) -> Path:
    """A network that gives ``channels`` times the grey picture."""
    weight = np.ones((channels, 1, 1, 1), np.float32)
    path = folder / "net.onnx"
    path.write_bytes(chain_model([Operation("Conv", (weight,), {"kernel_shape": (1, 1)})], 1))
    (folder / "net.json").write_text(json.dumps(told))
    return path


@pytest.mark.parametrize("kind", ["no model", "a parser"])
def test_a_file_that_draws_nothing_is_told_at_its_name_and_nothing_passes_for_its_sketch(
    dialog, qtbot, monkeypatch, tmp_path: Path, kind: str
) -> None:
    _, window = dialog(WITH)
    if kind == "no model":
        path = tmp_path / "wrong.onnx"
        path.write_bytes(b"hello\n")
        why = "Wrong.onnx is no ONNX model, or only a part of one; choose another file."
    else:
        path = model_of(tmp_path, 19)
        why = (
            "Net.onnx gives 19 channels, and a sketch has one: it is no model for sketches, or net.json beside it"
            ' has to say which one has the lines, as in {"out_channel": 0}.'
        )
    choose_model(window, qtbot, monkeypatch, path)
    assert window.form.problem.text().casefold() == why.casefold()
    assert window.form.problem.isVisible()
    assert (window.comparison.new, window.comparison.image()) == (None, None)
    buttons = (window.accept_button, window.several.missing_button, window.save_png, window.save_svg)
    assert not any(button.isEnabled() for button in buttons)
    window.form.choose("released")
    qtbot.waitUntil(lambda: window.comparison.new is not None and not window.is_busy)
    assert not window.form.problem.isVisible()
    assert window.accept_button.isEnabled()
    assert window.several.missing_button.isEnabled()


def test_a_model_draws_and_a_picture_that_is_nearly_black_is_doubted(
    dialog, qtbot, monkeypatch, tmp_path: Path
) -> None:
    _, window = dialog(WITH)
    choose_model(window, qtbot, monkeypatch, model_of(tmp_path, 1, out_range=[0, 50]))
    assert window.comparison.new.max() < 10
    assert window.form.problem.text() == (
        "Nearly all of it is black. Do scale, mean, std, out_range and dark_lines in net.json fit the model?"
    )
    assert window.accept_button.isEnabled()
    assert window.several.missing_button.isEnabled()
    model_of(tmp_path, 1, out_range=[0, 1])
    window.form.model_button.click()
    qtbot.waitUntil(lambda: not window.is_busy and window.form.problem.text() == "")


def test_nothing_jumps_when_another_method_is_chosen(dialog, qtbot, monkeypatch, tmp_path: Path) -> None:
    _, window = dialog(WITH)

    def places() -> list[QPoint]:
        qtbot.waitUntil(lambda: not window.is_busy)
        QApplication.processEvents()
        widgets = (*window.tools.seen.buttons(), window.by_hand, window.form.size_choice, window.accept_button)
        return [widget.mapTo(window, QPoint()) for widget in widgets]

    before = places()
    for name in (*(preset.name for preset in PRESETS), "photocopy", "gegl"):
        window.form.choose(name)
        assert places() == before, name
    choose_model(window, qtbot, monkeypatch, model_of(tmp_path, 1))
    assert places() == before


def test_one_selected_sample_is_not_several(dialog) -> None:
    desk, window = dialog(WITH)
    assert window.several.selected_button.isHidden()
    window.reject()
    desk.workspace.browsing.view.picks.pick(desk.document.store.sample_ids)
    desk.action("sketch.draw").trigger()
    again = next(dialog for dialog in desk.window.findChildren(SketchDialog) if dialog.isVisible())
    assert again.several.selected_button.text() == "Draw the 3 selected"
    assert again.several.selected_button.isVisible()


def test_a_closed_dialog_asks_for_nothing_more(dialog) -> None:
    _, window = dialog(WITH)
    window.form.choose("sparse")
    previewer = window._previewer
    window.reject()
    assert not previewer.is_busy or previewer._job.cancelled.is_set()


def test_without_a_sketch_folder_it_can_be_looked_at_and_not_taken_over(dialog, desk: Desk, tmp_path: Path) -> None:
    rest = {path: data for path, data in EVERYTHING.items() if not path.startswith("sketch/")}
    desk.open(write(tmp_path / "rest", rest))
    _, window = dialog(WITHOUT)
    assert not window.accept_button.isEnabled()
    assert "no sketch folder" in window.state.text()
    assert not window.several.missing_button.isEnabled()
