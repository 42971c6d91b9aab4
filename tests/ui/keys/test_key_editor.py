"""The editor of keys: found by name and by key, quarrels settled by choice, kept at once, carried in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

from app.ui import messages
from app.ui.action_set import ActionSet
from app.ui.actions import CONDITIONS
from app.ui.keyboard import Keyboard
from app.ui.keys.editor import KeyEditor
from app.ui.keys.pressed import texts_of

CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def window(qtbot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def actions(window: QMainWindow, keys_file: Path) -> ActionSet:
    return ActionSet(window, keys_file)


@pytest.fixture
def editor(qtbot, window: QMainWindow, actions: ActionSet) -> KeyEditor:
    made = KeyEditor(window, actions)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(editor: KeyEditor) -> list[str]:
    table = editor.table
    return [table.item(at, 0).text() for at in range(table.rowCount()) if not table.isRowHidden(at)]


def shortcuts(actions: ActionSet, action_id: str) -> list[str]:
    return [key.toString() for key in actions[action_id].shortcuts()]


def chips(editor: KeyEditor) -> list[QPushButton]:
    return [editor.chips.itemAt(at).widget() for at in range(editor.chips.count())]


def test_an_action_is_found_by_its_name_and_by_its_key(editor: KeyEditor, qtbot) -> None:
    qtbot.keyClicks(editor.by_name, "ten samples")
    assert shown(editor) == ["Ten samples on", "Ten samples back"]
    assert editor.what.text() == "Ten samples on"
    editor.by_name.clear()
    qtbot.keyClick(editor.by_key, Qt.Key.Key_BraceLeft, SHIFT)
    assert shown(editor) == ["Brush one pixel smaller"]
    assert editor.action_id == "brush.smaller_one"
    qtbot.keyClick(editor.by_key, Qt.Key.Key_F9)
    assert shown(editor) == []
    assert editor.told.text() == "F9 does nothing yet."


def test_a_free_key_counts_at_once_and_is_kept(editor: KeyEditor, actions, keys_file: Path, qtbot) -> None:
    editor.select("tool.brush")
    qtbot.keyClick(editor.new_key, Qt.Key.Key_F9, CTRL)
    assert shortcuts(actions, "tool.brush") == ["B", "Ctrl+F9"]
    assert json.loads(keys_file.read_text())["keys"] == {"tool.brush": ["B", "Ctrl+F9"]}
    assert actions["tool.brush"].toolTip().startswith("<qt>Brush (B or Ctrl+F9)<")


def test_a_key_of_another_is_shown_with_its_name_and_taken_only_by_choice(editor: KeyEditor, actions, qtbot) -> None:
    editor.select("tool.brush")
    qtbot.keyClick(editor.new_key, Qt.Key.Key_E)
    assert editor.told.text() == "E is “Eraser” now."
    assert shortcuts(actions, "tool.eraser") == ["E"]
    editor.leave.click()
    assert (editor.told.text(), editor.take.isHidden()) == ("", True)
    assert shortcuts(actions, "tool.eraser") == ["E"]
    qtbot.keyClick(editor.new_key, Qt.Key.Key_E)
    editor.by_name.setFocus()
    qtbot.keyClick(editor.by_name, Qt.Key.Key_Return)
    assert shortcuts(actions, "tool.eraser") == ["E"]
    editor.take.setFocus()
    qtbot.keyClick(editor.take, Qt.Key.Key_Return)
    assert (shortcuts(actions, "tool.brush"), shortcuts(actions, "tool.eraser")) == (["B", "E"], [])
    assert editor.told.text() == "“Eraser” lost E."


def test_what_tools_take_for_themselves_is_refused_with_the_reason(editor: KeyEditor, actions, qtbot) -> None:
    editor.select("tool.brush")
    qtbot.keyClick(editor.new_key, Qt.Key.Key_Space)
    assert editor.told.text() == "Space moves the picture while it is held."
    assert shortcuts(actions, "tool.brush") == ["B"]


def test_a_key_is_taken_away_and_one_action_restored(editor: KeyEditor, actions, qtbot) -> None:
    editor.select("edit.redo")
    assert [chip.accessibleName() for chip in chips(editor)] == [
        "Take the key Ctrl+Shift+Z away",
        "Take the key Ctrl+Y away",
    ]
    chips(editor)[0].click()
    assert shortcuts(actions, "edit.redo") == ["Ctrl+Y"]
    assert editor.restore.isEnabled()
    editor.restore.click()
    assert shortcuts(actions, "edit.redo") == ["Ctrl+Shift+Z", "Ctrl+Y"]
    assert not editor.restore.isEnabled()


def test_restoring_asks_for_a_key_that_was_given_away(editor: KeyEditor, actions, qtbot) -> None:
    editor.select("tool.brush")
    qtbot.keyClick(editor.new_key, Qt.Key.Key_E)
    editor.take.click()
    editor.select("tool.eraser")
    editor.restore.click()
    assert editor.told.text() == "E is “Brush” now."
    editor.take.click()
    assert (shortcuts(actions, "tool.eraser"), shortcuts(actions, "tool.brush")) == (["E"], ["B"])


def test_a_preset_is_in_force_at_once_and_all_is_restored_on_demand(editor: KeyEditor, actions, monkeypatch) -> None:
    editor.preset.setCurrentIndex(editor.preset.findData("cvat"))
    editor.preset.activated.emit(editor.preset.currentIndex())
    assert shortcuts(actions, "sample.next") == ["F", "PgDown", "Alt+Right"]
    actions.use_keys(actions.keymap.with_keys("tool.brush", ["F9"]))
    monkeypatch.setattr(messages, "ask", lambda *_args, **_named: "Keep them")
    editor.restore_all.click()
    assert shortcuts(actions, "tool.brush") == ["F9"]
    monkeypatch.setattr(messages, "ask", lambda *_args, **_named: "Restore all")
    editor.restore_all.click()
    assert shortcuts(actions, "tool.brush") == ["Shift+1", "N", "B"]
    assert shortcuts(actions, "sample.next") == ["F", "PgDown", "Alt+Right"]


def test_keys_travel_in_a_file(editor: KeyEditor, actions, tmp_path: Path, monkeypatch, qtbot) -> None:
    file = tmp_path / "mine.json"
    monkeypatch.setattr(messages, "choose_new_file", lambda *_: file)
    monkeypatch.setattr(messages, "choose_file", lambda *_: file)
    actions.use_keys(actions.keymap.with_keys("tool.brush", ["F9"]))
    editor.export_button.click()
    actions.use_keys(actions.keymap.restored("tool.brush"))
    editor.import_button.click()
    assert shortcuts(actions, "tool.brush") == ["F9"]
    assert editor.told.text() == "The keys of mine.json are in force."
    file.write_text("<b>no</b>")
    editor.import_button.click()
    assert editor.told.text().startswith("mine.json is no file of keys: it is not JSON")
    assert shortcuts(actions, "tool.brush") == ["F9"]


def test_keys_that_cannot_be_kept_hold_until_the_end(editor: KeyEditor, actions, keys_file: Path, qtbot) -> None:
    keys_file.mkdir()
    editor.select("tool.brush")
    qtbot.keyClick(editor.new_key, Qt.Key.Key_F9)
    assert shortcuts(actions, "tool.brush") == ["B", "F9"]
    assert editor.told.text().startswith("The keys could not be kept (")


def test_everything_is_reached_by_tab(editor: KeyEditor, qtbot) -> None:
    editor.activateWindow()
    editor.select("edit.redo")
    editor.by_name.setFocus()
    names = []
    for _ in range(14):
        names.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert {"keyEditorFind", "keyEditorTable", "keyChip", "newKey", "closeKeyEditor", "keyPreset"} <= set(names)


@pytest.mark.parametrize(
    ("key", "held", "place", "texts"),
    [
        (Qt.Key.Key_BraceLeft, SHIFT, 34, ("Shift+[", "{", "Shift+{")),
        (Qt.Key.Key_AsciiTilde, SHIFT, 49, ("Shift+`", "~", "Shift+~")),
        (Qt.Key.Key_Apostrophe, NONE, 13, ("4", "'")),
        (Qt.Key.Key_4, SHIFT, 13, ("Shift+4",)),
        (Qt.Key.Key_A, CTRL | SHIFT, 38, ("Ctrl+Shift+A",)),
        (Qt.Key.Key_PageDown, NONE, 117, ("PgDown",)),
        (Qt.Key.Key_Shift, SHIFT, 50, ()),
        (Qt.Key.Key_Backtab, SHIFT, 23, ("Shift+Tab",)),
        (Qt.Key.Key_3, Qt.KeyboardModifier.KeypadModifier, 89, ("3",)),
    ],
)
def test_a_press_has_the_texts_of_the_table(key, held, place: int, texts: tuple[str, ...], monkeypatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    event = QKeyEvent(QEvent.Type.KeyPress, key, held, place, 0, 0)
    assert texts_of(event) == texts


def send(widget, kind: QEvent.Type, key: Qt.Key, held, place: int) -> bool:
    """As the system does it: the override first; whether it was claimed."""
    if kind == QEvent.Type.KeyPress:
        override = QKeyEvent(QEvent.Type.ShortcutOverride, key, held, place, 0, 0)
        override.ignore()
        QApplication.sendEvent(widget, override)
        claimed = override.isAccepted()
    else:
        claimed = False
    QApplication.sendEvent(widget, QKeyEvent(kind, key, held, place, 0, 0))
    return claimed


def test_digits_and_held_keys_follow_the_keys_in_force(qtbot, monkeypatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = ActionSet(window)
    actions.enable(dict.fromkeys(CONDITIONS, True))
    ran: list[str] = []
    ids = ("class.select.4", "class.select.13", "review.accepted")
    actions.connect_handlers({i: lambda i=i: ran.append(i) for i in ids})
    held: list[bool] = []
    Keyboard(window, actions, {"view.bare": held.append})
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.setFocus()
    press, release = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
    assert send(window, press, Qt.Key.Key_Apostrophe, NONE, 13)
    assert send(window, press, Qt.Key.Key_4, SHIFT, 13)
    assert send(window, press, Qt.Key.Key_QuoteDbl, ALT, 12)
    assert ran == ["class.select.4", "class.select.13", "review.accepted"]
    assert send(window, press, Qt.Key.Key_QuoteLeft, NONE, 49)
    send(window, release, Qt.Key.Key_AsciiTilde, SHIFT, 49)
    assert held == [True, False]
    ran.clear()
    actions.use_keys(actions.keymap.with_keys("class.select.4", ["F9"]).with_keys("view.bare", ["Shift+`"]))
    assert send(window, press, Qt.Key.Key_4, NONE, 13)
    assert not send(window, press, Qt.Key.Key_QuoteLeft, NONE, 49)
    assert send(window, press, Qt.Key.Key_AsciiTilde, SHIFT, 49)
    send(window, release, Qt.Key.Key_QuoteLeft, NONE, 49)
    assert (ran, held) == ([], [True, False, True, False])
