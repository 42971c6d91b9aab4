"""Classes and attributes: what they show and what they ask for."""

from __future__ import annotations

import string

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.faces.attributes import ATTRIBUTE_GROUPS, ATTRIBUTE_NAMES, Attributes
from app.faces.classes import ALL_BITS, CLASSES
from app.faces.palettes import NATIVE, PALETTES, Palette
from app.ui.panels.attributes import AttributesPanel
from app.ui.panels.attributes_list import answer_rects
from app.ui.panels.class_rows import AREA, EYE, LOCK, NAME, SWATCH
from app.ui.panels.classes import WIDE_SWATCH, ClassesPanel
from app.ui.session import Session


@pytest.fixture
def classes(qtbot) -> ClassesPanel:
    session = Session()
    panel = ClassesPanel(session)
    session.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(268, 480)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def click(qtbot, panel: ClassesPanel, row: int, column: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    rect = panel.table.visualRect(panel.model.index(row, column))
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, rect.center())


def test_there_is_a_row_per_class_and_all_are_seen_at_once(classes: ClassesPanel) -> None:
    titles = [classes.model.index(row, NAME).data() for row in range(classes.model.rowCount())]
    assert titles == [c.title for c in CLASSES]
    last = classes.table.visualRect(classes.model.index(18, NAME))
    assert last.bottom() <= classes.table.viewport().height()


def test_a_click_takes_up_the_class(classes: ClassesPanel, qtbot) -> None:
    click(qtbot, classes, 13, NAME)
    assert classes._session.face_class == 13
    classes._session.face_class = 4
    assert classes.table.currentIndex().row() == 4


def test_eyes_and_locks_do_not_change_the_class_held(classes: ClassesPanel, qtbot) -> None:
    session = classes._session
    session.face_class = 2
    click(qtbot, classes, 13, EYE)
    click(qtbot, classes, 13, LOCK)
    assert session.visible == ALL_BITS & ~CLASSES[13].bit
    assert session.locked == CLASSES[13].bit
    assert session.face_class == 2
    assert classes.table.currentIndex().row() == 2
    click(qtbot, classes, 0, EYE)
    click(qtbot, classes, 0, LOCK)
    assert session.background_visible is False
    assert session.background_locked is True


def test_alt_click_on_an_eye_shows_that_class_alone(classes: ClassesPanel, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(QApplication, "keyboardModifiers", lambda: Qt.KeyboardModifier.AltModifier)
    click(qtbot, classes, 13, EYE)
    assert classes._session.solo == 13
    click(qtbot, classes, 13, EYE)
    assert classes._session.solo is None


@pytest.mark.parametrize(("pixels", "text"), [(0, ""), (10, "<0.1 %"), (262144 // 8, "12.5 %"), (262144, "100.0 %")])
def test_areas_are_shares_of_the_picture(classes: ClassesPanel, pixels: int, text: str) -> None:
    classes.model.show_areas({"skin": pixels}, 262144)
    assert classes.model.index(1, AREA).data() == text


def test_arrow_keys_walk_through_the_classes(classes: ClassesPanel, qtbot) -> None:
    classes.table.setFocus()
    qtbot.keyClick(classes.table, Qt.Key.Key_Down)
    assert classes._session.face_class == 2


def test_the_class_held_gets_its_own_opacity(classes: ClassesPanel) -> None:
    session = classes._session
    session.face_class = 13
    classes.share.setValue(40)
    assert (session.looks.share(13), session.looks.share(1)) == (0.4, 1.0)
    session.face_class = 1
    assert classes.share.value() == 100
    session.face_class = 0
    assert not classes.share.isEnabled()


@pytest.mark.parametrize("sideways", [False, True])
def test_alt_and_wheel_over_a_row_changes_its_opacity(classes: ClassesPanel, sideways: bool) -> None:
    rect = classes.table.visualRect(classes.model.index(13, NAME))
    position, alt = QPointF(rect.center()), Qt.KeyboardModifier.AltModifier
    for delta in (-120, -120, 120):
        event = QWheelEvent(
            position, classes.table.viewport().mapToGlobal(position), QPoint(),
            QPoint(delta, 0) if sideways else QPoint(0, delta), Qt.MouseButton.NoButton, alt,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(classes.table.viewport(), event)
    assert classes._session.looks.share(13) == 0.9
    assert "90 % of the overlay's opacity" in classes.model.index(13, NAME).data(Qt.ItemDataRole.AccessibleTextRole)


def test_outlines_have_a_width_where_there_are_any(classes: ClassesPanel, qtbot) -> None:
    assert not classes.line_button.isEnabled()
    for style in ("outline", "both", "hatch"):
        classes._session.overlay_style = style
        assert classes.style_box.currentData() == style
        assert classes.line_button.isEnabled()
    qtbot.mouseClick(classes.line_button, Qt.MouseButton.LeftButton)
    assert classes._session.looks.line_px == 2
    assert classes.line_button.text() == "2 px"


def test_initials_are_listed_beside_the_classes_they_stand_for(classes: ClassesPanel, qtbot) -> None:
    qtbot.mouseClick(classes.initials, Qt.MouseButton.LeftButton)
    assert classes._session.looks.has_initials
    assert [classes.model.initials(row) for row in (0, 4, 7)] == ["", "LEy", "RBr"]
    assert classes.table.columnWidth(SWATCH) == WIDE_SWATCH
    qtbot.mouseClick(classes.initials, Qt.MouseButton.LeftButton)
    assert classes.table.columnWidth(SWATCH) == 18
    assert classes.model.initials(4) == ""


def test_palettes_of_ones_own_are_offered_and_colour_the_swatches(classes: ClassesPanel, qtbot) -> None:
    session, box = classes._session, classes.palette_box
    mine = Palette("mine", "Mine", tuple((at, at, at) for at in range(19)))
    session.palettes = {palette.name: palette for palette in (*PALETTES, mine)}
    assert [box.itemText(row) for row in range(box.count()) if box.itemText(row)] == [
        "Native", "Colour-blind-safe", "Mine", "From a file…",
    ]  # fmt: skip
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert session.palette == "mine"
    assert classes.model.colour(13).getRgb()[:3] == (13, 13, 13)
    with qtbot.waitSignal(classes.palette_wanted):
        box.setCurrentIndex(box.count() - 1)
        box.activated.emit(box.count() - 1)
    assert box.currentData() == session.palette == "mine"


def test_a_palette_that_is_gone_is_the_native_one(classes: ClassesPanel) -> None:
    classes._session.palette = "gone"
    assert classes._session.class_palette is NATIVE
    assert classes.palette_box.currentData() == "native"


@pytest.fixture
def attributes(qtbot) -> tuple[AttributesPanel, list]:
    answers: list = []
    panel = AttributesPanel(lambda name, value: answers.append((name, value)))
    qtbot.addWidget(panel)
    panel.resize(268, 1100)
    values = Attributes(ATTRIBUTE_NAMES, tuple(name == "Smiling" for name in ATTRIBUTE_NAMES))
    panel.show_attributes(values.replacing("Bald", None), None)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel, answers


def test_all_forty_are_listed_under_their_groups(attributes) -> None:
    panel, _ = attributes
    names = [panel.model.name_at(row) for row in range(panel.model.rowCount())]
    assert sorted(n for n in names if n) == sorted(ATTRIBUTE_NAMES)
    assert names.count(None) == len(ATTRIBUTE_GROUPS)


@pytest.mark.parametrize(("place", "answer"), [(0, True), (1, False), (2, None)])
def test_a_click_on_an_answer_gives_it(attributes, qtbot, place: int, answer: bool | None) -> None:
    panel, answers = attributes
    rect = panel.list.visualRect(panel.model.index(panel.model.row_of("Male")))
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=answer_rects(rect)[place].center())
    assert answers == [("Male", answer)]
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.topLeft() + QPoint(10, 5))
    assert len(answers) == 1


def test_the_keyboard_gives_all_three_answers(attributes, qtbot) -> None:
    panel, answers = attributes
    panel.list.setCurrentIndex(panel.model.index(panel.model.row_of("Smiling")))
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Backspace, Qt.Key.Key_Space):
        qtbot.keyClick(panel.list, key)
    assert answers == [("Smiling", True), ("Smiling", False), ("Smiling", None), ("Smiling", False)]


@pytest.mark.parametrize(
    ("typed", "names"), [("smil", ["Smiling"]), ("yes", ["Smiling"]), ("unknown", ["Bald"]), ("zzz", [])]
)
def test_the_filter_finds_words_and_answers(attributes, qtbot, typed: str, names: list[str]) -> None:
    panel, _ = attributes
    qtbot.keyClicks(panel.filter, typed)
    assert [n for row in range(panel.model.rowCount()) if (n := panel.model.name_at(row))] == names


def test_attributes_that_cannot_be_changed_say_why(attributes, qtbot) -> None:
    panel, answers = attributes
    panel.show_attributes(Attributes.unknown(), "the table is damaged in line 3")
    assert panel.notice.text() == "Shown, not edited: the table is damaged in line 3."
    rect = panel.list.visualRect(panel.model.index(panel.model.row_of("Bald")))
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=answer_rects(rect)[0].center())
    assert answers == []


def test_letters_typed_into_the_filter_stay_there(attributes, qtbot) -> None:
    panel, _ = attributes
    qtbot.keyClicks(panel.filter, string.ascii_lowercase + string.digits)
    assert panel.filter.text() == string.ascii_lowercase + string.digits
