"""The gallery by mouse and by key: choosing, picking, typing an id, and what stays in sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QMouseEvent, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from app.faces.review import ReviewState
from app.faces.sample import SampleId
from app.ui.action_set import ActionSet
from app.ui.actions import CONDITIONS, TABLE
from app.ui.gallery.model import Badges
from app.ui.gallery.view import LARGEST, SMALLEST
from app.ui.keyboard import Keyboard
from app.ui.theme import Theme, palette
from tests.ui.gallery.table import Table

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def centre(table: Table, row: int) -> QPoint:
    return table.view.visualRect(table.model.index(row)).center()


def click(table: Table, row: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(table.view.viewport(), LEFT, modifier, centre(table, row))


def press(table: Table, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(table.view, key, modifier)


def picked(table: Table) -> list[int]:
    return [int(sample) for sample in table.view.picked()]


def drag(table: Table, start: QPoint, *ways: QPoint, modifier: Qt.KeyboardModifier = NONE) -> None:
    viewport = table.view.viewport()
    QTest.mousePress(viewport, LEFT, modifier, start)
    for way in ways:
        QTest.mouseMove(viewport, way)
    QTest.mouseRelease(viewport, LEFT, modifier, ways[-1])


@pytest.fixture
def grid(table: Table) -> Table:
    """Forty samples in four columns; what is chosen becomes the session's sample, as in the window."""
    table.show(40)
    assert table.view._layout.columns == 4
    table.view.sample_chosen.connect(lambda s: setattr(table.session, "sample", SampleId(s)))
    return table


def test_names_that_scripts_rely_on(grid: Table) -> None:
    assert grid.view.objectName() == "galleryView"
    assert grid.view.model() is grid.model
    assert grid.view.selectionModel() is grid.view.picks
    assert grid.model.rowCount() == 40
    assert grid.model.index(3).data() == "3"


def test_a_click_chooses_and_picks_one(grid: Table) -> None:
    click(grid, 5)
    click(grid, 6)
    assert grid.chosen == ["5", "6"]
    assert picked(grid) == [6]


def test_ctrl_and_shift_clicks_pick_without_choosing(grid: Table) -> None:
    click(grid, 1)
    click(grid, 3, CTRL)
    click(grid, 6, SHIFT)
    assert picked(grid) == [3, 4, 5, 6]
    click(grid, 4, CTRL)
    click(grid, 9, SHIFT | CTRL)
    assert picked(grid) == [3, 4, 5, 6, 7, 8, 9]
    assert grid.chosen == ["1"]


def test_a_click_beside_the_cells_picks_nothing(grid: Table) -> None:
    click(grid, 1)
    QTest.mouseClick(grid.view.viewport(), LEFT, NONE, QPoint(1, 1))
    assert picked(grid) == []
    assert grid.chosen == ["1"]


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([KEY.Key_Right], 6), ([KEY.Key_Left], 4), ([KEY.Key_Down], 9), ([KEY.Key_Up], 1), ([KEY.Key_Up] * 2, 1),
        ([KEY.Key_Home], 0), ([KEY.Key_End], 39), ([KEY.Key_Home, KEY.Key_Left], 0), ([KEY.Key_End, KEY.Key_Right], 39),
        ([KEY.Key_PageDown], 17), ([KEY.Key_PageDown, KEY.Key_PageUp], 5), ([KEY.Key_PageUp], 1),
        ([KEY.Key_PageDown] * 20, 39),
    ],
)  # fmt: skip
def test_keys_go_through_the_samples(grid: Table, keys: list[Qt.Key], row: int) -> None:
    click(grid, 5)
    for key in keys:
        press(grid, key)
    assert grid.chosen[-1] == str(row)
    assert picked(grid) == [row]
    assert grid.view.viewport().rect().contains(grid.view.visualRect(grid.model.index(row)))


def test_down_goes_to_the_last_sample_from_above_a_short_line(grid: Table) -> None:
    grid.show(10)
    click(grid, 7)
    press(grid, KEY.Key_Down)
    press(grid, KEY.Key_Down)
    assert grid.chosen == ["7", "9"]


def test_shift_and_ctrl_with_keys_pick_without_choosing(grid: Table) -> None:
    click(grid, 5)
    press(grid, KEY.Key_Down, SHIFT)
    press(grid, KEY.Key_Left, SHIFT)
    assert picked(grid) == [5, 6, 7, 8]
    press(grid, KEY.Key_Home, CTRL)
    assert picked(grid) == [5, 6, 7, 8]
    press(grid, KEY.Key_Space)
    assert picked(grid) == [0, 5, 6, 7, 8]
    press(grid, KEY.Key_A, CTRL)
    assert picked(grid) == list(range(40))
    assert grid.chosen == ["5"]
    press(grid, KEY.Key_Escape)
    assert picked(grid) == [5]


def test_enter_and_a_double_click_open_what_has_the_focus(grid: Table, qtbot) -> None:
    click(grid, 2)
    with qtbot.waitSignal(grid.view.activated) as told:
        press(grid, KEY.Key_Return)
    assert told.args[0].row() == 2
    with qtbot.waitSignal(grid.view.activated) as told:
        QTest.mouseDClick(grid.view.viewport(), LEFT, NONE, centre(grid, 3))
    assert told.args[0].row() == 3


def test_a_rubber_band_picks_what_it_touches(grid: Table) -> None:
    drag(grid, QPoint(2, 2), QPoint(40, 40), centre(grid, 5))
    assert picked(grid) == [0, 1, 4, 5]
    assert grid.chosen == []


def test_a_rubber_band_with_ctrl_adds(grid: Table) -> None:
    click(grid, 0)
    viewport = grid.view.viewport()
    QTest.mousePress(viewport, LEFT, CTRL, QPoint(2, centre(grid, 4).y()))
    _move(grid, centre(grid, 5), CTRL)
    QTest.mouseRelease(viewport, LEFT, CTRL, centre(grid, 5))
    assert picked(grid) == [0, 4, 5]


def _move(table: Table, place: QPoint, modifier: Qt.KeyboardModifier) -> None:
    """A move with the button held and a modifier, which QTest cannot do."""
    viewport = table.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), QPointF(viewport.mapToGlobal(place)), LEFT, LEFT, modifier
    )
    QApplication.sendEvent(viewport, event)


def test_escape_takes_a_rubber_band_back(grid: Table) -> None:
    click(grid, 2)
    viewport = grid.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, QPoint(2, 2))
    assert picked(grid) == []
    QTest.mouseMove(viewport, centre(grid, 5))
    assert picked(grid) == [0, 1, 4, 5]
    press(grid, KEY.Key_Escape)
    assert picked(grid) == []
    QTest.mouseMove(viewport, centre(grid, 6))
    assert picked(grid) == []
    QTest.mouseRelease(viewport, LEFT, NONE, centre(grid, 6))


def test_picks_survive_a_filter_and_are_counted(grid: Table) -> None:
    told = []
    grid.view.selection_changed.connect(lambda: told.append(grid.view.summary()))
    press(grid, KEY.Key_A, CTRL)
    grid.model.show([SampleId(str(number)) for number in range(10, 30)])
    assert told[-1] == "40 selected, 20 not in this list"
    click(grid, 0, CTRL)
    assert told[-1] == "39 selected, 20 not in this list"
    grid.model.show([SampleId(str(number)) for number in range(40)])
    assert picked(grid) == [number for number in range(40) if number != 10]
    click(grid, 3)
    assert told[-1] == ""


def test_the_right_button_chooses_what_it_is_on_unless_that_is_picked(grid: Table) -> None:
    click(grid, 1)
    click(grid, 2, CTRL)
    QTest.mouseClick(grid.view.viewport(), Qt.MouseButton.RightButton, NONE, centre(grid, 2))
    assert picked(grid) == [1, 2]
    QTest.mouseClick(grid.view.viewport(), Qt.MouseButton.RightButton, NONE, centre(grid, 6))
    assert picked(grid) == [6]
    assert grid.chosen == ["1", "6"]


def test_a_sample_picked_alone_is_shown_so_that_marks_are_for_the_highlighted_one(grid: Table) -> None:
    grid.session.sample = SampleId("1")
    click(grid, 2, CTRL)
    assert grid.chosen == []
    click(grid, 1, CTRL)
    assert (picked(grid), grid.chosen) == ([2], ["2"])
    drag(grid, centre(grid, 7), centre(grid, 7) + QPoint(20, 20))
    assert (picked(grid), grid.chosen) == ([7], ["2", "7"])


def test_a_sample_on_screen_that_is_not_listed_takes_over_the_one_pick(grid: Table) -> None:
    grid.session.sample = SampleId("1")
    grid.model.show([SampleId("1"), SampleId("2")])
    grid.session.sample = SampleId("9")
    assert grid.view.picked() == (SampleId("9"),)


def test_the_session_leads_and_one_pick_follows(grid: Table) -> None:
    grid.session.sample = SampleId("30")
    assert picked(grid) == [30]
    assert grid.view.viewport().rect().contains(grid.view.visualRect(grid.model.index(30)))
    grid.session.sample = SampleId("31")
    assert picked(grid) == [31]
    click(grid, 33, CTRL)
    grid.session.sample = SampleId("0")
    assert picked(grid) == [31, 33]
    assert grid.view.currentIndex().row() == 0
    assert grid.chosen == []


def test_the_current_sample_stays_in_sight_when_the_list_changes(grid: Table) -> None:
    grid.session.sample = SampleId("30")
    grid.model.show([SampleId(str(number)) for number in range(0, 400, 5)])
    assert grid.view.currentIndex().data() == "30"
    assert grid.view.viewport().rect().contains(grid.view.visualRect(grid.view.currentIndex()))
    grid.model.show([SampleId("1"), SampleId("2")])
    assert not grid.view.currentIndex().isValid()
    assert grid.view.verticalScrollBar().value() == 0


def test_the_current_sample_can_be_brought_back_into_sight(grid: Table) -> None:
    grid.session.sample = SampleId("0")
    bar = grid.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    grid.view.reveal(SampleId("0"))
    assert grid.view.viewport().rect().contains(grid.view.visualRect(grid.view.currentIndex()))


# Typing an id


def test_digits_go_to_an_id(grid: Table, qtbot) -> None:
    click(grid, 0)
    press(grid, KEY.Key_3)
    assert grid.view.currentIndex().row() == 3
    press(grid, KEY.Key_7)
    assert grid.view.currentIndex().row() == 37
    assert grid.chosen == ["0"]
    qtbot.waitUntil(lambda: grid.chosen == ["0", "37"])


def test_an_arrow_after_digits_goes_on_from_there(grid: Table) -> None:
    press(grid, KEY.Key_2)
    press(grid, KEY.Key_0)
    press(grid, KEY.Key_Right)
    assert grid.chosen == ["21"]


def test_a_wrong_digit_is_taken_back(grid: Table) -> None:
    press(grid, KEY.Key_1)
    press(grid, KEY.Key_9)
    press(grid, KEY.Key_Backspace)
    press(grid, KEY.Key_2)
    press(grid, KEY.Key_Return)
    assert grid.chosen == ["12"]


def test_ids_are_found_with_leading_zeros_by_their_beginning_or_by_a_part(grid: Table) -> None:
    grid.model.show([SampleId(s) for s in ("17", "face_0042", "face_0017", "1700")])
    found = {typed: grid.model.find(typed) for typed in ("17", "00017", "170", "0042", "face", "face_0017", "9")}
    assert found == {"17": 0, "00017": 0, "170": 3, "0042": 1, "face": 1, "face_0017": 2, "9": None}


def test_digits_choose_no_class_and_letters_stay_commands(qtbot, grid: Table) -> None:
    window = QMainWindow()
    fired: list[str] = []
    actions = ActionSet(window)
    actions.enable(dict.fromkeys(CONDITIONS, True))
    actions.connect_handlers({row.id: partial(fired.append, row.id) for row in TABLE})
    Keyboard(window, actions, {})
    for key in ("Ctrl+A", "Space"):
        action = QAction(key, window)
        action.setShortcut(key)
        action.triggered.connect(lambda _=False, key=key: fired.append(key))
        window.addAction(action)
    window.setCentralWidget(grid.view)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    grid.view.setFocus()
    qtbot.waitUntil(grid.view.hasFocus)
    for key, modifier in ((KEY.Key_1, NONE), (KEY.Key_5, NONE), (KEY.Key_PageDown, NONE), (KEY.Key_A, CTRL)):
        press(grid, key, modifier)
    press(grid, KEY.Key_Space)
    assert fired == []
    press(grid, KEY.Key_D)
    assert fired == ["sample.next"]
    window.takeCentralWidget()


# Sizes


@pytest.mark.parametrize("side", [SMALLEST, 100, LARGEST])
def test_what_was_seen_stays_in_sight_when_the_size_changes(grid: Table, side: int) -> None:
    grid.session.sample = SampleId("21")
    grid.view.side = side
    assert grid.view.viewport().rect().intersects(grid.view.visualRect(grid.model.index(21)))
    assert grid.view.visualRect(grid.model.index(0)).width() == side + 12


def test_sizes_have_bounds_and_the_wheel_changes_them(grid: Table, qtbot) -> None:
    def turn(eighths: int) -> None:
        place = QPointF(50, 50)
        event = QWheelEvent(
            place,
            place,
            QPoint(),
            QPoint(0, eighths),
            Qt.MouseButton.NoButton,
            CTRL,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(grid.view.viewport(), event)

    told = []
    grid.view.side_changed.connect(told.append)
    turn(120)
    turn(-60)
    turn(-60)
    assert told == [144, 128]
    grid.view.side = 5000
    grid.view.side = 1
    assert told[2:] == [LARGEST, SMALLEST]


def test_a_cell_is_never_wider_than_the_view(grid: Table) -> None:
    grid.view.side = LARGEST
    grid.view.resize(180, 400)
    assert grid.view._layout.columns == 1
    assert grid.view.visualRect(grid.model.index(0)).right() < grid.view.viewport().width()
    assert grid.view.side == LARGEST
    grid.view.resize(640, 480)
    assert grid.view.visualRect(grid.model.index(0)).width() == LARGEST + 12


# What is seen and said


def test_an_empty_list_says_what_to_do(table: Table) -> None:
    table.view.set_empty_text("Nothing found.")
    table.show(0)
    blank = table.view.grab().toImage()
    table.view.set_empty_text("")
    assert blank != table.view.grab().toImage()


def test_the_current_and_the_picked_look_different(grid: Table) -> None:
    def cell(row: int) -> QImage:
        return grid.view.viewport().grab(grid.view.visualRect(grid.model.index(row))).toImage()

    click(grid, 1)
    click(grid, 2, CTRL)
    grid.view.clearFocus()
    plain, current, only_picked = cell(0), cell(1), cell(2)
    accent = QColor(grid.view.palette().color(QPalette.ColorRole.Highlight))
    edge = current.width() // 2
    assert QColor(current.pixel(edge, 4)) == accent
    assert QColor(only_picked.pixel(edge, 4)) != accent
    assert QColor(only_picked.pixel(edge, 3)) != QColor(plain.pixel(edge, 3))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_new_theme_is_taken_at_once(grid: Table, qapp: QApplication, scheme: str) -> None:
    theme = Theme(qapp, "light")
    theme.choose(scheme)
    base = palette(scheme).color(QPalette.ColorRole.Base)
    assert QColor(grid.view.viewport().grab().toImage().pixel(1, 1)) == base
    theme.choose("light")


def test_badges_are_drawn_and_said(grid: Table) -> None:
    before = grid.view.viewport().grab().toImage()
    marks = Badges(ReviewState.REJECTED, ("blurry", "hat"), "look again", ("specks",), is_unsaved=True)
    grid.model.use_badges(lambda sample: marks if sample == "1" else Badges())
    after = grid.view.viewport().grab().toImage()
    first, second = (grid.view.visualRect(grid.model.index(row)) for row in (0, 1))
    assert before.copy(first) == after.copy(first)
    assert before.copy(second) != after.copy(second)
    said = grid.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == ("Sample 1, rejected, not saved yet, tags: blurry, hat, findings: specks, note: look again")


def test_text_from_files_is_never_markup(grid: Table) -> None:
    grid.model.use_badges(lambda _: Badges(note="<b>bold</b>"))
    assert "&lt;b&gt;" in grid.model.index(0).data(Qt.ItemDataRole.ToolTipRole)


def test_only_the_cells_that_changed_are_told(grid: Table, qtbot) -> None:
    told = []
    grid.model.dataChanged.connect(lambda first, last, *_: told.append((first.row(), last.row())))
    grid.model.refresh([SampleId("3"), SampleId("none"), SampleId("9")])
    grid.model.refresh()
    assert told == [(3, 3), (9, 9), (0, 39)]


def test_screen_readers_hear_which_sample_is_reached(grid: Table) -> None:
    grid.model.use_badges(lambda sample: Badges(ReviewState.ACCEPTED) if sample == "6" else Badges())
    click(grid, 5)
    press(grid, KEY.Key_Right)
    assert grid.view.accessibleName() == "Samples"
    assert grid.view.accessibleDescription() == "Sample 6, accepted"


def test_scrolling_paints_what_a_whole_repaint_would(grid: Table) -> None:
    view = grid.view
    for place in (13, 200, 130, 777):
        view.verticalScrollBar().setValue(place)
        QApplication.processEvents()
    shown = view.viewport().grab().toImage()
    view.viewport().update()
    assert view.viewport().grab().toImage() == shown


def test_the_rows_for_scripts_agree_with_the_picture(grid: Table) -> None:
    view = grid.view
    view.verticalScrollBar().setValue(150)
    for row in range(40):
        index = grid.model.index(row)
        assert view.indexAt(view.visualRect(index).center()) == index
    assert not view.indexAt(QPoint(0, 0)).isValid()
    view.scrollTo(grid.model.index(39))
    assert view.viewport().rect().contains(view.visualRect(grid.model.index(39)))


def test_thirty_thousand_are_listed_without_asking_each(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    table.model.use_badges(lambda sample: asked.append(sample) or Badges())
    table.show(30_000)
    table.view.viewport().repaint()
    press(table, KEY.Key_End)
    table.view.viewport().repaint()
    assert 0 < len(asked) < 200
    assert table.chosen == ["29999"]


def test_a_gallery_with_files_chooses_through_the_session(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.view.sample_chosen.connect(table.session.goto)
    click(table, 1)
    assert table.session.sample == "17"


def test_a_view_of_another_width_and_height_still_shows_the_current_sample(table: Table) -> None:
    table.show(30_000)
    table.view.side = 64
    table.session.sample = SampleId("29000")
    for width, height in ((180, 480), (640, 480), (300, 120), (180, 700)):
        table.view.resize(width, height)
        assert table.view.viewport().rect().contains(table.view.visualRect(table.model.index(29_000)))
