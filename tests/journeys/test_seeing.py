"""How mask and photo are seen: the actions, what is kept for the next start, and palettes of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QStyle

from app.faces.classes import CLASS_BY_NAME, CLASSES
from app.settings import load_settings
from app.ui import messages
from app.ui.app import settings_file
from app.ui.chooser import Chooser
from app.ui.dialogs.preferences import PreferencesDialog
from app.ui.looks import Looks
from app.ui.panels.class_rows import NAME
from tests.tiny_dataset import contents
from tests.window_desk import Desk

SKIN = CLASS_BY_NAME["skin"]
GPL = "GIMP Palette\nName: Calm\n1 2 3 skin\n"


def give(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """This is the file that the user picks."""
    monkeypatch.setattr(messages, "choose_file", lambda *_: file)


LOOKS = {
    "view.line_width": Looks(line_px=2),
    "view.initials": Looks(has_initials=True),
    "view.photo.brighter": Looks(brightness=0.1),
    "view.photo.darker": Looks(brightness=-0.1),
    "view.photo.more_contrast": Looks(contrast=0.1),
    "view.photo.less_contrast": Looks(contrast=-0.1),
    "view.photo.lift": Looks(gamma=1.2),
    "view.photo.sink": Looks(gamma=0.83),
    "view.photo.channel": Looks(channel="lightness"),
}


def test_every_look_has_its_action(desk: Desk) -> None:
    for action, expected in LOOKS.items():
        desk.action(action).trigger()
        assert desk.session.looks == expected, action
        desk.action("view.photo.reset").trigger()
        assert desk.session.looks.shows_photo_as_it_is, action
        desk.session.looks = Looks()


def test_channels_come_around_again(desk: Desk) -> None:
    for _ in range(8):
        desk.action("view.photo.channel").trigger()
    assert desk.session.looks == Looks()


def test_the_overlay_gets_stronger_and_weaker_and_classes_equal(desk: Desk) -> None:
    for _ in range(3):
        desk.action("view.stronger").trigger()
    desk.action("view.weaker").trigger()
    assert desk.session.opacity == 0.6
    desk.session.looks = Looks(line_px=2).with_share(1, 0.5)
    desk.action("view.equal_opacity").trigger()
    assert desk.session.looks == Looks(line_px=2)


def test_styles_come_around_again(desk: Desk) -> None:
    seen = []
    for _ in range(4):
        desk.action("view.overlay_style").trigger()
        seen.append(desk.session.overlay_style)
    assert seen == ["outline", "both", "hatch", "fill"]


def test_the_mask_alone_lasts_as_long_as_its_keys(desk: Desk) -> None:
    canvas = desk.workspace.area.photo
    canvas.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier

    def send(kind: QEvent.Type, key: Qt.Key, modifiers: Qt.KeyboardModifier, text: str) -> None:
        QApplication.sendEvent(canvas, QKeyEvent(kind, key, modifiers, 49, 0, 0, text))

    send(QEvent.Type.KeyPress, Qt.Key.Key_AsciiTilde, shift, "~")
    assert desk.session.mask_alone
    # Shift is often let go first, and then the key is another one.
    send(QEvent.Type.KeyRelease, Qt.Key.Key_QuoteLeft, Qt.KeyboardModifier.NoModifier, "`")
    assert not desk.session.mask_alone
    assert not desk.session.bare


def test_the_panel_of_the_photo_comes_when_it_is_called(desk: Desk) -> None:
    dock = desk.workspace.docks["photo"]
    assert dock.isHidden()
    desk.action("view.panel.photo").trigger()
    assert not dock.isHidden()
    assert not dock.visibleRegion().isEmpty()
    assert desk.action("view.panel.photo").isChecked()
    desk.action("view.panel.photo").trigger()
    assert dock.isHidden()


def test_looks_are_there_at_the_next_start_and_no_file_of_the_dataset_changed(
    desk: Desk, dataset: Path, make_desk: Callable[..., Desk]
) -> None:
    before = contents(dataset)
    looks = Looks(2, (0.5,) * 19, has_initials=True, brightness=0.2, contrast=-0.1, gamma=2.0, channel="red")
    desk.session.looks, desk.session.overlay_style, desk.session.opacity = looks, "hatch", 0.35
    desk.window.close_dataset()
    again = make_desk()
    again.open(dataset, "17")
    assert again.session.looks == looks
    assert (again.session.overlay_style, again.session.opacity) == ("hatch", 0.35)
    assert again.workspace.area.photo.picture.adjustment == looks.adjustment
    again.window.close_dataset()
    assert contents(dataset) == before


def test_a_palette_of_ones_own_colours_everything_and_stays(
    desk: Desk, dataset: Path, tmp_path: Path, make_desk: Callable[..., Desk], monkeypatch
) -> None:
    file = tmp_path / "calm.gpl"
    file.write_text(GPL)
    give(monkeypatch, file)
    desk.action("view.import_palette").trigger()
    assert desk.session.palette == load_settings(settings_file()).palette == "calm"
    assert desk.session.colour_of(SKIN) == (1, 2, 3)
    assert desk.workspace.classes.model.colour(SKIN.id).getRgb()[:3] == (1, 2, 3)
    desk.action("class.find").trigger()
    icon = desk.window.findChild(Chooser).list.item(SKIN.id).icon()
    assert icon.pixmap(12).toImage().pixelColor(6, 6).getRgb()[:3] == (1, 2, 3)
    file.unlink()
    desk.window.close_dataset()
    again = make_desk(load_settings(settings_file()))
    again.open(dataset, "17")
    assert again.session.colour_of(SKIN) == (1, 2, 3)
    again.action("file.preferences").trigger()
    box = again.window.findChild(PreferencesDialog).palette_choice
    assert [box.itemText(row) for row in range(box.count())] == ["Native", "Colour-blind-safe", "Calm"]
    assert box.currentText() == "Calm"


def test_a_file_that_is_no_palette_is_told_and_changes_nothing(desk: Desk, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "odd.json"
    file.write_text('{"tail": "#102030"}')
    give(monkeypatch, file)
    desk.workspace.classes.palette_wanted.emit()
    told = desk.window.banners.texts()["palettes"]
    assert told.startswith("odd.json is no palette that can be used: tail: there is no such class;")
    assert desk.session.palette == "native"
    file.write_text('{"nose": "#102030"}')
    desk.workspace.classes.palette_wanted.emit()
    assert desk.session.palette == "odd"
    assert "palettes" not in desk.window.banners.texts()


def test_palettes_are_chosen_by_name(desk: Desk, qtbot) -> None:
    desk.action("view.choose_palette").trigger()
    chooser = desk.window.findChild(Chooser)
    assert [chooser.list.item(row).text() for row in range(chooser.list.count())] == ["Native", "Colour-blind-safe"]
    qtbot.keyClicks(chooser.line, "blind")
    qtbot.keyClick(chooser.line, Qt.Key.Key_Return)
    assert desk.session.palette == "safe"


def test_a_damaged_palette_in_the_users_folder_is_told_at_the_start(
    make_desk: Callable[..., Desk], dataset: Path, own_home: Path
) -> None:
    folder = own_home / "config" / "facewright" / "palettes"
    folder.mkdir(parents=True)
    (folder / "odd.gpl").write_text("GIMP Palette\n1 2 nose\n")
    desk = make_desk()
    desk.open(dataset, "17")
    assert "line 2: 1 2 nose is no colour" in desk.window.banners.texts()["palettes"]


def test_the_names_of_all_classes_fit_beside_their_initials_in_a_small_window(desk: Desk) -> None:
    desk.window.resize(1280, 800)
    desk.action("view.initials").trigger()
    QApplication.processEvents()
    table = desk.workspace.classes.table
    room = table.columnWidth(NAME) - 2 * (table.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1)
    widest = max(table.fontMetrics().horizontalAdvance(face_class.title) for face_class in CLASSES)
    assert widest <= room
