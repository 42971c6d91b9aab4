"""The review panel shows the marks that are kept, and asks for others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from app.faces.review import Review, ReviewState
from app.faces.sample import SampleId
from app.ui.action_set import ActionSet
from app.ui.panels.review import ReviewPanel

ONE = (SampleId("17"),)


@pytest.fixture
def panel(qtbot) -> Iterator[tuple[ReviewPanel, list[dict]]]:
    asked: list[dict] = []

    def mark(samples: object, **changes: object) -> bool:
        assert samples == ONE
        asked.append(changes)
        return True

    window = QMainWindow()
    made = ReviewPanel(mark, ActionSet(window))
    window.setCentralWidget(made)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield made, asked
    window.close()


def tags(panel: ReviewPanel) -> list[str]:
    return [panel.tags.item(row).text() for row in range(panel.tags.count())]


def test_marks_are_shown(panel) -> None:
    made, _ = panel
    made.show_review(Review(ReviewState.PENDING, ("blurry", "two faces"), "left ear?"), ONE)
    assert tags(made) == ["blurry", "two faces"]
    assert made.note.toPlainText() == "left ear?"
    assert made.isEnabled()


def test_without_a_sample_there_is_nothing_to_decide(panel) -> None:
    made, _ = panel
    made.show_review(None, ())
    assert not made.isEnabled()


def test_a_tag_is_added_with_its_blanks_in_order(panel, qtbot) -> None:
    made, asked = panel
    made.show_review(Review(), ONE)
    qtbot.keyClicks(made.tag_field, "  two   faces ")
    qtbot.keyClick(made.tag_field, Qt.Key.Key_Return)
    assert asked == [{"add_tags": ("two faces",)}]
    assert made.tag_field.text() == ""


def test_delete_takes_the_marked_tag_away(panel, qtbot) -> None:
    made, asked = panel
    made.show_review(Review(tags=("a", "b")), ONE)
    made.tags.setCurrentRow(1)
    qtbot.keyClick(made.tags, Qt.Key.Key_Delete)
    assert asked == [{"remove_tags": ("b",)}]


def test_a_note_is_kept_when_it_is_left(panel, qtbot) -> None:
    made, asked = panel
    made.show_review(Review(), ONE)
    made.note.setFocus()
    qtbot.waitUntil(made.note.hasFocus)
    qtbot.keyClicks(made.note, "hair over brow")
    assert asked == []
    made.tag_field.setFocus()
    qtbot.waitUntil(lambda: asked == [{"note": "hair over brow"}])


def test_a_note_is_kept_after_a_pause_and_only_once(panel, qtbot) -> None:
    made, asked = panel
    made.show_review(Review(), ONE)
    qtbot.keyClicks(made.note, "x")
    qtbot.waitUntil(lambda: asked == [{"note": "x"}])
    made.flush()
    assert len(asked) == 1


def test_a_selection_has_tags_and_states_but_no_note(panel) -> None:
    made, _ = panel
    made.show_review(Review(tags=("a",), note="x"), [SampleId(str(n)) for n in range(12)])
    assert made.scope.text() == "For the 12 samples selected"
    assert not made.note.isEnabled()
    assert made.note.toPlainText() == ""
