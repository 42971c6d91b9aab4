"""What a person does in an afternoon, through the real window: open, paint, write, answer, undo, save, reopen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel

from app.document import disk
from app.faces.classes import CLASSES
from app.settings import Settings
from app.ui import messages
from tests.tiny_dataset import contents
from tests.window_desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """The files that are not the same."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_looking_changes_nothing(desk: Desk, dataset: Path) -> None:
    before = contents(dataset)
    desk.key(Qt.Key.Key_D)
    desk.wait_for_sample()
    desk.action("view.overlay").trigger()
    desk.action("file.close").trigger()
    assert contents(dataset) == before
    assert not (dataset / ".facewright").exists()


def test_paint_write_answer_save_and_only_the_meant_files_differ(
    desk: Desk, dataset: Path, qtbot, make_desk: Callable[..., Desk]
) -> None:
    before = contents(dataset)
    desk.workspace.area.photo.setFocus()
    desk.key(Qt.Key.Key_2)
    desk.session.brush_size = 3
    desk.stroke((12, 12), (20, 12))
    painted = desk.bits.copy()
    assert painted[12, 16] & 2
    desk.focus(desk.caption(2))
    desk.caption(2).selectAll()
    qtbot.keyClicks(desk.caption(2), "A new sentence")
    desk.key(Qt.Key.Key_Return)
    assert desk.caption(3).hasFocus()
    panel = desk.workspace.attributes
    panel.list.setCurrentIndex(panel.model.index(panel.model.row_of("Bald")))
    desk.focus(panel.list)
    desk.key(Qt.Key.Key_Backspace)
    desk.key(Qt.Key.Key_Plus)
    assert contents(dataset) == before
    assert desk.window.isWindowModified()
    desk.key(Qt.Key.Key_S, CTRL)
    desk.saved()
    after = contents(dataset)
    assert differing(before, after) == {
        "CelebAMask-HQ-mask-anno/0/00017_nose.png",
        "CelebAMask-HQ-attribute-anno.txt",
        "text/celeba-caption/17.txt",
    }
    lines = before["text/celeba-caption/17.txt"].split(b"\n")
    lines[1] = b"A new sentence"
    assert after["text/celeba-caption/17.txt"] == b"\n".join(lines)
    assert not desk.window.isWindowModified()
    desk.window.close()

    again = make_desk()
    again.open(dataset, "17")
    assert np.array_equal(again.bits, painted)
    assert again.caption(2).text() == "A new sentence"
    assert contents(dataset) == after


def test_undo_and_redo_walk_through_all_kinds_of_edits(desk: Desk, qtbot) -> None:
    start = desk.bits.copy()
    first = desk.caption(1).text()
    desk.stroke((12, 12), (15, 15))
    painted = desk.bits.copy()
    desk.focus(desk.caption(1))
    desk.caption(1).end(False)
    qtbot.keyClicks(desk.caption(1), "!")
    assert desk.action("edit.undo").text().startswith("Undo: ")
    desk.key(Qt.Key.Key_Z, CTRL)
    assert desk.caption(1).text() == first
    assert desk.caption(1).hasFocus()
    desk.key(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(desk.bits, start)
    assert not desk.action("edit.undo").isEnabled()
    assert not desk.window.isWindowModified()
    desk.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert np.array_equal(desk.bits, painted)
    desk.key(Qt.Key.Key_Y, CTRL)
    assert desk.caption(1).text() == first + "!"


def test_the_history_panel_goes_to_a_step(desk: Desk) -> None:
    start = desk.bits.copy()
    desk.stroke((12, 12), (15, 15))
    desk.stroke((20, 20), (24, 24))
    after = desk.bits.copy()
    desk.workspace.docks["history"].raise_()
    history = desk.workspace.history.list
    assert history.model().rowCount() == 3
    history.clicked.emit(history.model().index(0, 0))
    assert np.array_equal(desk.bits, start)
    history.clicked.emit(history.model().index(2, 0))
    assert np.array_equal(desk.bits, after)


def test_switching_samples_in_mid_stroke_leaves_nothing(desk: Desk) -> None:
    before = desk.bits.copy()
    desk.press(12, 12)
    desk.drag(20, 20)
    assert not np.array_equal(desk.bits, before)
    desk.action("sample.next").trigger()
    desk.wait_for_sample()
    assert desk.session.sample == "2001"
    assert desk.document.stroke is None
    desk.release(3, 3)
    desk.action("sample.previous").trigger()
    desk.wait_for_sample()
    assert np.array_equal(desk.bits, before)
    assert desk.document.unsaved() == ()


def test_what_was_typed_goes_to_the_sample_it_was_typed_for(desk: Desk, qtbot) -> None:
    desk.focus(desk.caption(1))
    desk.caption(1).selectAll()
    qtbot.keyClicks(desk.caption(1), "seventeen")
    desk.session.goto("0")
    desk.wait_for_sample()
    assert desk.document.captions("17").texts[0] == "seventeen"
    assert desk.caption(1).text() == "She has feature 0. "
    assert desk.document.unsaved() == ("17",)


def test_switching_samples_saves_by_itself(make_desk: Callable[..., Desk], dataset: Path, qtbot) -> None:
    desk = make_desk(Settings(autosave="automatic", autosave_idle_s=600))
    desk.open(dataset, "17")
    before = contents(dataset)
    desk.session.face_class = 13
    desk.stroke((25, 25), (26, 26))
    desk.document.wait()
    assert contents(dataset) == before
    desk.action("sample.next").trigger()
    desk.saved()
    assert differing(before, contents(dataset)) == {"CelebAMask-HQ-mask-anno/0/00017_hair.png"}


def test_a_pause_saves_by_itself_but_never_in_mid_stroke(make_desk: Callable[..., Desk], dataset: Path, qtbot) -> None:
    desk = make_desk(Settings(autosave="automatic", autosave_idle_s=0.2))
    desk.open(dataset, "17")
    before = contents(dataset)
    desk.session.face_class = 13
    desk.press(25, 25)
    qtbot.wait(500)
    assert contents(dataset) == before
    desk.release(25, 25)
    desk.saved()
    assert differing(before, contents(dataset)) == {"CelebAMask-HQ-mask-anno/0/00017_hair.png"}
    assert desk.window.findChild(QLabel, "statusSaved").text().startswith("saved ")


def test_failed_saves_stay_on_the_screen_until_they_worked(desk: Desk, qtbot, monkeypatch) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    for sample in ("17", "0"):
        desk.session.goto(sample)
        desk.wait_for_sample()
        desk.stroke((25, 25), (28, 28))
    desk.document.wait()
    with monkeypatch.context() as broken:
        broken.setattr(disk, "write_new", full)
        desk.key(Qt.Key.Key_S, CTRL)
        qtbot.waitUntil(lambda: "2 samples" in desk.window.banners.texts().get("dataset.failed", ""))
    banner = desk.window.banners.banner("dataset.failed")
    assert banner.dismiss.isHidden()
    assert banner.text.text().startswith("2 samples (17, 0) are not saved: ")
    assert set(desk.document.unsaved()) == {"17", "0"}
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    desk.saved()
    assert "dataset.failed" not in desk.window.banners.texts()


def test_a_file_changed_by_others_is_asked_about(desk: Desk, dataset: Path, qtbot) -> None:
    file = dataset / "text" / "celeba-caption" / "17.txt"
    desk.focus(desk.caption(1))
    desk.caption(1).selectAll()
    qtbot.keyClicks(desk.caption(1), "mine")
    desk.workspace.captions.flush()
    theirs = file.read_bytes().replace(b"feature 9", b"theirs")
    file.write_bytes(theirs)
    desk.key(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "dataset.conflict" in desk.window.banners.texts())
    assert file.read_bytes() == theirs
    keep_mine, take_theirs, *_others = desk.window.banners.banner("dataset.conflict").buttons
    assert (keep_mine.text(), take_theirs.text()) == ("Keep mine", "Take theirs")
    qtbot.mouseClick(take_theirs, Qt.MouseButton.LeftButton)
    assert desk.caption(10).text() == "She has theirs. "
    assert file.read_bytes() == theirs
    assert "dataset.conflict" not in desk.window.banners.texts()


def test_edits_of_a_session_that_died_are_offered(make_desk: Callable[..., Desk], dataset: Path, qtbot) -> None:
    first = make_desk()
    first.open(dataset, "17")
    first.stroke((12, 12), (20, 12))
    painted = first.bits.copy()
    first.document.wait()
    first.window.leave()  # as SIGTERM does: nothing is saved, nothing is asked
    before = contents(dataset)

    second = make_desk()
    second.open(dataset, "17")
    text = second.window.banners.texts()["dataset.recovered"]
    assert text.startswith("Sample 17 has unsaved edits from ")
    assert not np.array_equal(second.bits, painted)
    restore = second.window.banners.banner("dataset.recovered").buttons[0]
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert np.array_equal(second.bits, painted)
    assert second.document.unsaved() == ("17",)
    assert contents(dataset) == before


@pytest.mark.parametrize(("answer", "saved", "left"), [(0, True, True), (1, False, True), (2, False, False)])
def test_leaving_with_unsaved_edits_asks(
    desk: Desk, dataset: Path, monkeypatch, answer: int, saved: bool, left: bool
) -> None:
    before = contents(dataset)
    desk.stroke((12, 12), (15, 15))
    monkeypatch.setattr(messages, "ask", lambda _p, _t, _x, answers, *, escape: answers[answer])
    desk.window.close()
    assert desk.window.isVisible() is not left
    assert (contents(dataset) != before) is saved


def test_a_sample_without_captions_gets_ten(desk: Desk, dataset: Path, qtbot) -> None:
    desk.session.goto("2001")
    desk.wait_for_sample()
    panel = desk.workspace.captions
    assert panel.missing.text() == "Sample 2001 has no captions yet."
    qtbot.mouseClick(panel.write_button, Qt.MouseButton.LeftButton)
    assert desk.caption(1).hasFocus()
    qtbot.keyClicks(desk.caption(1), "First.")
    desk.key(Qt.Key.Key_S, CTRL)
    desk.saved()
    assert (dataset / "text" / "celeba-caption" / "2001.txt").read_bytes() == b"First." + b"\n" * 10


def test_a_sample_without_a_mask_can_get_one(make_desk: Callable[..., Desk], dataset: Path) -> None:
    (dataset / "CelebAMask-HQ-mask-anno" / "1" / "02001_skin.png").unlink()
    desk = make_desk()
    desk.open(dataset, "2001")
    assert not desk.action("tool.brush").isEnabled()
    desk.action("edit.new_mask").trigger()
    assert desk.action("tool.brush").isEnabled()
    desk.session.face_class = 13
    desk.stroke((100, 100), (120, 100))
    desk.action("file.save").trigger()
    desk.saved()
    assert [path.name for path in (dataset / "CelebAMask-HQ-mask-anno" / "1").iterdir()] == ["02001_hair.png"]


def test_closing_a_panel_loses_nothing(desk: Desk, qtbot) -> None:
    dock = desk.window.findChild(QDockWidget, "captionsPanel")
    desk.focus(desk.caption(1))
    desk.caption(1).selectAll()
    qtbot.keyClicks(desk.caption(1), "kept")
    desk.action("view.panel.captions").trigger()
    assert not dock.isVisible()
    desk.action("view.panel.captions").trigger()
    assert dock.isVisible()
    assert desk.caption(1).text() == "kept"
    assert desk.document.captions("17").texts[0] == "kept"


def test_a_refused_stroke_is_told_and_moves_nothing(desk: Desk) -> None:
    desk.session.face_class = 1
    desk.session.locked = CLASSES[1].bit
    before, place = desk.bits.copy(), desk.at(0, 0)
    desk.stroke((10, 10), (20, 20))
    assert desk.workspace.strip.sentence.text() == "Skin is locked; unlock it to paint it."
    assert desk.window.banners.texts() == {}
    assert desk.at(0, 0) == place
    assert (desk.bits == before).all()
    desk.action("tool.brush").trigger()
    desk.session.locked = 0
    assert desk.workspace.strip.text() == "Painting skin · anywhere · others: show it · any tone · nothing locked"


def test_what_undo_takes_back_needs_no_save_and_no_message(desk: Desk, qtbot, monkeypatch) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    desk.stroke((25, 25), (28, 28))
    with monkeypatch.context() as broken:
        broken.setattr(disk, "write_new", full)
        desk.key(Qt.Key.Key_S, CTRL)
        qtbot.waitUntil(lambda: "dataset.failed" in desk.window.banners.texts())
    desk.action("edit.undo").trigger()
    assert "dataset.failed" not in desk.window.banners.texts()


def test_an_answer_that_the_table_has_no_word_for_is_refused_at_once(desk: Desk) -> None:
    before = desk.document.attributes("17")
    desk.workspace.attributes.list.answered.emit("Smiling", None)
    assert desk.document.attributes("17") == before
    assert "Smiling cannot be saved as unknown" in desk.window.banners.texts()["dataset.edit"]
    desk.workspace.attributes.list.answered.emit("Smiling", not before["Smiling"])
    assert desk.document.attributes("17")["Smiling"] is not before["Smiling"]
    assert desk.window.banners.texts() == {}


def test_undo_takes_back_the_points_of_what_is_unfinished_before_it_takes_back_edits(desk: Desk) -> None:
    photo, session, undo = desk.workspace.area.photo, desk.session, desk.action("edit.undo")
    photo.setFocus()
    session.tool = "lasso"
    for x, y in ((4, 4), (12, 4), (12, 12)):
        desk.stroke((x, y), (x, y))
    assert undo.isEnabled()
    assert undo.text() == "Undo: last point or scribble"
    desk.key(Qt.Key.Key_Z, CTRL)
    desk.key(Qt.Key.Key_Z, CTRL)
    assert photo.is_pending
    desk.key(Qt.Key.Key_Z, CTRL)
    assert not photo.is_pending
    assert not undo.isEnabled()
    session.tool = "brush"
    desk.stroke((12, 12), (20, 12))
    before = desk.bits.copy()
    session.tool = "lasso"
    desk.stroke((4, 4), (4, 4))
    desk.key(Qt.Key.Key_Z, CTRL)
    assert np.array_equal(desk.bits, before)
    desk.key(Qt.Key.Key_Z, CTRL)
    assert not np.array_equal(desk.bits, before)
