"""What is marked stands where the letters stand, and the pointer finds it there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.faces.classes import bits_of
from app.generation.lexicon import Fact
from app.ui.captions.editor import CaptionEditor
from app.ui.captions.words import Word

TEXT = "A smiling young woman with wavy brown hair wears glasses and earrings in this old photo."
HAIR = Word(27, 42, bits_of("hair"), Fact("Brown_Hair", True))
GLASSES = Word(49, 56, bits_of("eye_g"), Fact("Eyeglasses", True), is_wrong=True)


@pytest.fixture
def editor(qtbot) -> CaptionEditor:
    made = CaptionEditor(1)
    qtbot.addWidget(made)
    made.resize(800, 28)
    made.show_text(TEXT)
    made.mark((HAIR, GLASSES))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.mark.parametrize("width", [800, 160])
@pytest.mark.parametrize("cursor", [0, 30, len(TEXT)])
def test_marks_stand_where_qt_draws_the_letters(editor: CaptionEditor, width: int, cursor: int) -> None:
    editor.resize(width, 28)
    editor.setCursorPosition(cursor)
    editor.grab()  # scrolling happens while painting
    seen = [at for at in range(len(TEXT)) if 8 < editor.left_of(at) < width - 16]
    assert len(seen) > 10
    for at in seen:
        assert editor.cursorPositionAt(QPoint(editor.left_of(at), 14)) == at


def test_the_pointer_tells_of_the_word_under_it(editor: CaptionEditor, qtbot) -> None:
    told: list = []
    editor.word_hovered.connect(told.append)
    for at in (GLASSES.start + 2, GLASSES.start + 3, 1):
        QTest.mouseMove(editor, QPoint(editor.left_of(at) + 2, 14))
    qtbot.waitUntil(lambda: told == [GLASSES, None])


def test_a_click_on_a_word_tells_it_and_puts_the_cursor_there(editor: CaptionEditor, qtbot) -> None:
    with qtbot.waitSignal(editor.word_clicked) as clicked:
        QTest.mouseClick(editor, Qt.MouseButton.LeftButton, pos=QPoint(editor.left_of(51), 14))
    assert clicked.args == [GLASSES]
    assert editor.word == GLASSES
    assert editor.cursorPosition() == 51


def test_words_of_a_class_are_lit_and_others_are_not(editor: CaptionEditor) -> None:
    def pixel() -> tuple[int, int, int]:
        place = QPoint(editor.left_of(HAIR.start), editor.height() // 2 - 6)
        return editor.grab().toImage().pixelColor(place).getRgb()[:3]

    before = pixel()
    editor.light(bits_of("eye_g"))
    assert pixel() == before
    editor.light(bits_of("hair"))
    red, green, blue = pixel()
    assert red + 20 < green + 10 < blue
    editor.light(0)
    assert pixel() == before


def test_copying_without_a_selection_is_the_lines(editor: CaptionEditor, qtbot) -> None:
    with qtbot.waitSignal(editor.lines_copied):
        QTest.keyClick(editor, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    editor.setSelection(2, 7)
    with qtbot.assertNotEmitted(editor.lines_copied):
        QTest.keyClick(editor, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "smiling"
