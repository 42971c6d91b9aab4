"""Which line commands act on, what the status bar tells, and what a line shows of itself when it is too long."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication

from app.document.edits import ReplaceCaptions
from app.faces.captions import Captions
from app.faces.sample import SampleId
from app.ui import messages
from app.ui.captions.editor import CaptionEditor
from app.ui.captions.panel import CaptionsPanel

TEN = Captions.from_texts([f"caption {number}" for number in range(1, 11)])


@pytest.fixture
def edits() -> list:
    return []


@pytest.fixture
def told(panel) -> list[str]:
    found: list[str] = []
    panel.told.connect(found.append)
    return found


@pytest.fixture
def panel(edits, qtbot) -> CaptionsPanel:
    made = CaptionsPanel(lambda edit: edits.append(edit) or True)
    qtbot.addWidget(made)
    made.resize(800, 400)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_captions(SampleId("1"), TEN, None)
    return made


def editor(panel: CaptionsPanel, number: int) -> CaptionEditor:
    return panel.row(number - 1).editor


def marked(panel: CaptionsPanel) -> list[int]:
    return [number for number in range(1, 11) if panel.row(number - 1).number.is_current]


def test_the_line_commands_act_on_is_marked_wherever_the_focus_is(panel, qtbot) -> None:
    assert marked(panel) == [1]
    editor(panel, 4).setFocus()
    qtbot.waitUntil(lambda: marked(panel) == [4])
    editor(panel, 4).clearFocus()
    assert marked(panel) == [4]
    assert "Commands act on this line." in panel.row(3).number.toolTip()
    panel.move_line(1)
    assert marked(panel) == [5]


def test_another_sample_leaves_cursor_and_commands_in_the_same_line(panel, edits, told, qtbot) -> None:
    editor(panel, 3).setFocus()
    qtbot.waitUntil(lambda: marked(panel) == [3])
    panel.show_captions(SampleId("2"), TEN, None)
    assert marked(panel) == [3]
    assert editor(panel, 3).hasFocus()
    QGuiApplication.clipboard().setText("one\ntwo\n")
    panel.paste_lines()
    pasted = TEN.replacing(2, "one").replacing(3, "two")
    assert edits == [ReplaceCaptions(SampleId("2"), pasted, "Paste 2 captions")]
    assert told == ["Pasted over captions 3 and 4."]


@pytest.mark.parametrize(("answer", "first"), [("Over captions 1 to 3", 0), ("Below the last", 10), ("Cancel", None)])
def test_pasting_with_the_cursor_in_no_line_asks_where_to(panel, edits, monkeypatch, answer, first) -> None:
    answers = iter([answer, "Yes, 13 captions"])
    monkeypatch.setattr(messages, "ask", lambda *_args, **_options: next(answers))
    QGuiApplication.clipboard().setText("one\ntwo\nthree")
    panel.paste_lines()
    if first is None:
        assert edits == []
    else:
        (edit,) = edits
        assert edit.captions.texts[first : first + 3] == ("one", "two", "three")
        assert len(edit.captions) == max(10, first + 3)


def test_copying_and_pasting_nothing_are_told(panel, told) -> None:
    panel._on_number_clicked(1, Qt.KeyboardModifier.NoModifier)
    panel._on_number_clicked(4, Qt.KeyboardModifier.ShiftModifier)
    panel.copy_lines()
    assert QGuiApplication.clipboard().text() == "caption 2\ncaption 3\ncaption 4\ncaption 5"
    QGuiApplication.clipboard().clear()
    panel.paste_lines()
    assert told == ["Copied captions 2 to 5.", "Nothing was pasted: there is no text on the clipboard."]


def test_a_line_that_does_not_fit_shows_the_whole_of_it_beside_itself(panel) -> None:
    long = "She has brown hair and wears a hat. " * 10
    panel.show_captions(SampleId("1"), TEN.replacing(8, long), None)
    line = editor(panel, 9)
    assert [editor(panel, number).is_cut for number in (8, 9)] == [False, True]
    place = QPoint(40, line.height() // 2)
    QApplication.sendEvent(line, QHelpEvent(QHelpEvent.Type.ToolTip, place, line.mapToGlobal(place)))
    tip = next(each for each in QApplication.topLevelWidgets() if each.objectName() == "qtooltip_label")
    assert long.strip() in tip.text()
    top = line.mapToGlobal(QPoint(0, 0)).y()
    assert not tip.geometry().intersects(line.rect().translated(line.mapToGlobal(QPoint(0, 0)))), (top, tip.geometry())
    tip.hide()


def test_only_a_wide_line_or_one_that_is_too_long_says_how_long_it_is(panel) -> None:
    row = panel.row(0)
    assert not row.length.isVisible()
    assert "9 characters, 2 words" in row.number.toolTip()
    row.count_tokens(lambda text: 80 if len(text) > 9 else 4)
    assert not row.length.isVisible()
    row.editor.setText("caption 1 and more")
    assert (row.length.isVisible(), row.length.text()) == (True, "3 tokens too long")
    row.editor.setText("caption 1")
    panel.resize(1200, 400)
    QApplication.processEvents()
    assert (row.length.isVisible(), row.length.text()) == (True, "2 words, 4 tokens")
