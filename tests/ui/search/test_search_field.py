"""The search line: what it tells, what it offers, how it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.ui.search.field import SearchField
from app.ui.theme import palette

KNOWN = ("class:", "class:hat", "class:hair", "caption:")


@dataclass(frozen=True)
class Offer:
    text: str
    start: int
    end: int
    detail: str = ""


def complete(text: str, cursor: int) -> list[Offer]:
    start = text.rfind(" ", 0, cursor) + 1
    return [Offer(known, start, cursor, "a detail") for known in KNOWN if known.startswith(text[start:cursor])]


@pytest.fixture
def field(qtbot) -> Iterator[SearchField]:
    desk = QWidget()
    made = SearchField(complete)
    other = QLineEdit()
    column = QVBoxLayout(desk)
    column.addWidget(made)
    column.addWidget(other)
    qtbot.addWidget(desk)
    with qtbot.waitActive(desk):
        desk.show()
        desk.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    yield made
    desk.close()


def told(field: SearchField) -> list[str]:
    texts: list[str] = []
    field.query_changed.connect(texts.append)
    return texts


def test_typing_is_told_once_after_a_pause(field: SearchField, qtbot) -> None:
    texts = told(field)
    qtbot.keyClicks(field, "smiling")
    assert texts == []
    qtbot.waitUntil(lambda: texts == ["smiling"])


def test_enter_tells_at_once_and_goes_to_the_hits(field: SearchField, qtbot) -> None:
    texts = told(field)
    committed: list[str] = []
    field.committed.connect(committed.append)
    qtbot.keyClicks(field, "smiling")
    with qtbot.waitSignal(field.hits_wanted, timeout=100):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert texts == ["smiling"]
    assert committed == ["smiling"]


def test_escape_empties_the_line_first_and_leaves_it_then(field: SearchField, qtbot) -> None:
    qtbot.keyClicks(field, "zzz")
    field.flush()
    texts = told(field)
    left: list[int] = []
    field.left.connect(lambda: left.append(1))
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), texts, left) == ("", [""], [])
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert left == [1]


def test_tab_takes_the_first_offer_and_goes_on(field: SearchField, qtbot) -> None:
    qtbot.keyClicks(field, "smiling cl")
    assert field.completions.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "smiling class:"
    assert field.hasFocus()
    assert [field.completions.item(row).text() for row in range(field.completions.count())] == [
        "class:hat",
        "class:hair",
    ]
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "smiling class:hair"
    assert not field.completions.isVisible()


def test_enter_means_the_search_while_no_offer_is_marked(field: SearchField, qtbot) -> None:
    qtbot.keyClicks(field, "class:h")
    assert field.completions.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "class:h"
    assert not field.completions.isVisible()


def test_escape_closes_the_offers_before_it_empties_the_line(field: SearchField, qtbot) -> None:
    qtbot.keyClicks(field, "cl")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "cl"
    assert not field.completions.isVisible()


def test_offers_go_with_the_focus(field: SearchField, qtbot) -> None:
    qtbot.keyClicks(field, "cl")
    other = field.parentWidget().findChildren(QLineEdit)[-1]
    other.setFocus()
    qtbot.waitUntil(lambda: not field.completions.isVisible())


def test_an_empty_line_offers_earlier_searches(field: SearchField, qtbot) -> None:
    field.show_history(["attr:Young", "smiling"])
    qtbot.keyClick(field, Qt.Key.Key_Down)
    texts = told(field)
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert texts == ["attr:Young"]


def test_the_offending_word_is_underlined_where_it_stands(field: SearchField, qtbot) -> None:
    field.setPalette(palette("light"))
    field.setText("smiling clas:hat young")
    field.parentWidget().findChildren(QLineEdit)[-1].setFocus()
    plain = field.grab().toImage()
    field.show_error(8, 12)
    marked = field.grab().toImage()
    differing = [x for x in range(plain.width()) if any(
        plain.pixel(x, y) != marked.pixel(x, y) for y in range(plain.height()))]  # fmt: skip
    metrics = field.fontMetrics()
    assert differing
    assert metrics.horizontalAdvance("smiling ") - 4 <= differing[0] <= metrics.horizontalAdvance("smiling ") + 14
    assert differing[-1] <= metrics.horizontalAdvance("smiling clas") + 14
    assert field.text() == "smiling clas:hat young"
    field.clear_error()
    assert field.grab().toImage() == plain


def test_an_error_does_not_disturb_typing(field: SearchField, qtbot) -> None:
    qtbot.keyClicks(field, "clas")
    field.show_error(0, 4)
    qtbot.keyClicks(field, ":x")
    assert field.text() == "clas:x"
    assert field.cursorPosition() == 6


def test_page_keys_are_the_lists_while_it_is_open(field: SearchField, qtbot) -> None:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    qtbot.keyClicks(field, "c")
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(field, event)
    assert event.isAccepted()
