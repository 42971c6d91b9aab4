"""The window itself: keys, start page, faults, layout, preferences, the end."""

from __future__ import annotations

import os
import shutil
import signal
import string
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QHelpEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSplitterHandle,
    QTabBar,
    QToolButton,
    QToolTip,
    QWidget,
)

from app.__main__ import main
from app.faces.classes import CLASSES
from app.faces.sample import Modality
from app.settings import Settings, load_settings
from app.ui import messages
from app.ui.actions import TABLE
from app.ui.app import run, settings_file
from app.ui.chooser import Chooser
from app.ui.dialogs.preferences import PreferencesDialog
from app.ui.dialogs.problems import ProblemsDialog
from app.ui.docks import PLACES
from app.ui.keys.sheet import KeysDialog
from app.ui.main_window import MainWindow
from app.workbench.indexing import IndexProgress, IndexState
from tests.tiny_dataset import contents
from tests.window_desk import Desk

REPOSITORY = Path(__file__).resolve().parents[2]
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ACTIVE = QPalette.ColorGroup.Active
TYPED = string.ascii_letters + string.digits + "[]{},.`"


def heard(desk: Desk) -> list[str]:
    """The actions triggered from now on."""
    ran: list[str] = []
    desk.window.actions_.ran.connect(ran.append)
    return ran


# Keys


def test_no_letter_or_digit_typed_into_a_field_triggers_anything(desk: Desk, qtbot) -> None:
    ran = heard(desk)
    held = (desk.session.face_class, desk.session.tool, desk.session.bare, desk.session.sample)
    bits = desk.bits.copy()
    for name in ("caption1", "searchField", "attributesFilter", "tagField"):
        field = desk.window.findChild(QLineEdit, name)
        for dock in desk.workspace.docks.all().values():
            if dock.isAncestorOf(field):
                dock.raise_()
        desk.focus(field)
        field.clear()
        for character in TYPED:
            qtbot.keyClick(field, character)
        assert field.text() == TYPED
        assert ran == []
        assert (desk.session.face_class, desk.session.tool, desk.session.bare, desk.session.sample) == held
        assert (desk.bits == bits).all()


def test_letters_do_nothing_in_a_caption_that_cannot_be_edited(
    make_desk: Callable[..., Desk], dataset: Path, qtbot
) -> None:
    (dataset / "text" / "celeba-caption" / "0.txt").write_bytes("café\n".encode("utf-16"))
    desk = make_desk()
    desk.open(dataset, "0")
    ran = heard(desk)
    desk.focus(desk.caption(1))
    for character in string.ascii_lowercase:
        qtbot.keyClick(desk.caption(1), character)
    assert ran == []
    assert desk.caption(1).text() == "café"


def test_digits_choose_classes_by_their_official_id(desk: Desk) -> None:
    desk.focus(desk.workspace.area.photo)
    for class_id in (*range(1, 19), 0):
        digit = class_id if class_id < 10 else class_id - 9
        desk.key(Qt.Key(Qt.Key.Key_0.value + digit), NONE if class_id < 10 else SHIFT)
        assert desk.session.face_class == class_id


AZERTY = "&é\"'(-è_çà"


@pytest.mark.skipif(sys.platform != "linux", reason="scan codes of X11 and Wayland")
def test_digits_go_by_the_place_of_the_key(desk: Desk) -> None:
    """On AZERTY the key of 4 types ' and Shift+that key types 4."""
    canvas = desk.workspace.area.photo
    desk.focus(canvas)
    for place in range(10):
        for modifiers in (NONE, SHIFT):
            digit = (place + 1) % 10
            text = str(digit) if modifiers == SHIFT else AZERTY[place]
            desk.session.face_class = 18
            for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, ord(text.upper()), modifiers, 10 + place, 0, 0, text)
                event.ignore()
                QApplication.sendEvent(canvas, event)
                assert event.isAccepted() or kind != QEvent.Type.ShortcutOverride
            shifted = digit + 9 if digit else 18
            assert desk.session.face_class == (shifted if modifiers == SHIFT else digit)


def test_keys_are_the_same_over_a_floating_panel(desk: Desk, qtbot) -> None:
    dock = desk.workspace.docks["captions"]
    dock.setFloating(True)
    desk.focus(desk.caption(1))
    desk.caption(1).setReadOnly(True)
    ran = heard(desk)
    for character in TYPED:
        qtbot.keyClick(desk.caption(1), character)
    assert ran == []


def test_the_bare_photo_lasts_as_long_as_its_key(desk: Desk, qtbot) -> None:
    canvas = desk.workspace.area.photo
    desk.focus(canvas)
    qtbot.keyPress(canvas, Qt.Key.Key_QuoteLeft)
    assert desk.session.bare is True
    qtbot.keyRelease(canvas, Qt.Key.Key_QuoteLeft)
    assert desk.session.bare is False
    desk.action("view.bare").trigger()
    assert desk.session.bare is True
    assert desk.action("view.bare").isChecked()


def test_keys_of_the_interface(desk: Desk) -> None:
    for key, modifier, name, value in (
        (Qt.Key.Key_E, NONE, "tool", "eraser"),
        (Qt.Key.Key_BracketRight, NONE, "brush_size", 12),
        (Qt.Key.Key_BracketRight, SHIFT, "brush_size", 11),
        (Qt.Key.Key_X, NONE, "erasing", True),
        (Qt.Key.Key_X, SHIFT, "face_class", 5),
        (Qt.Key.Key_Period, NONE, "face_class", 5),
        (Qt.Key.Key_Comma, NONE, "face_class", 3),
        (Qt.Key.Key_O, NONE, "overlay_style", "outline"),
        (Qt.Key.Key_T, NONE, "overlay_on", False),
        (Qt.Key.Key_K, SHIFT, "locked", 8),
        (Qt.Key.Key_D, NONE, "sample", "2001"),
        (Qt.Key.Key_A, NONE, "sample", "0"),
        (Qt.Key.Key_PageDown, NONE, "sample", "2001"),
    ):
        desk.session.sample = "17"
        desk.wait_for_sample()
        desk.session.face_class = 4
        desk.session.brush_size = 10
        desk.focus(desk.workspace.area.photo)
        desk.key(key, modifier)
        assert getattr(desk.session, name) == value, (key, modifier)


# Actions


def test_every_row_does_something_and_is_in_a_menu(desk: Desk) -> None:
    assert desk.window.actions_.handled() == {row.id for row in TABLE}
    listed = {action.objectName() for menu in desk.window.findChildren(QMenu) for action in menu.actions()}
    assert {row.id for row in TABLE} <= listed


def test_the_palette_finds_and_does_every_action_that_can_be_done(desk: Desk, qtbot) -> None:
    desk.action("help.commands").trigger()
    chooser = desk.window.findChild(Chooser)
    assert chooser.list.count() == len(TABLE)
    qtbot.keyClicks(chooser.line, "eraser")
    qtbot.keyClick(chooser.line, Qt.Key.Key_Return)
    assert desk.session.tool == "eraser"


def test_clicking_the_tool_in_hand_keeps_it_checked(desk: Desk) -> None:
    desk.action("tool.brush").trigger()
    assert desk.action("tool.brush").isChecked()
    desk.action("tool.hand").trigger()
    checked = [name for name in ("brush", "eraser", "pick", "hand") if desk.action(f"tool.{name}").isChecked()]
    assert checked == ["hand"]


def test_the_keys_sheet_filters_while_one_types(desk: Desk, qtbot) -> None:
    desk.action("help.keys").trigger()
    sheet = desk.window.findChild(KeysDialog)
    qtbot.keyClicks(sheet.filter, "ten samples")
    rows = [row for row in range(sheet.table.rowCount()) if not sheet.table.isRowHidden(row)]
    shown = [sheet.table.item(row, 1).text() for row in rows]
    assert shown == ["Ten samples on", "Ten samples back"]
    sheet.close()


def test_the_help_of_the_search_fits_into_its_window(desk: Desk, qtbot) -> None:
    desk.action("help.search").trigger()
    sheet = desk.window.findChild(KeysDialog)
    qtbot.waitUntil(lambda: sheet.isVisible() and sheet.language.isVisible())
    assert sheet.language.horizontalScrollBar().maximum() == 0 or sheet.width() >= sheet.screen().geometry().width()
    sheet.close()


def test_going_to_the_sample_on_screen_shows_it_in_the_gallery(
    desk: Desk, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    revealed: list[str] = []
    monkeypatch.setattr(desk.workspace.browsing.view, "reveal", revealed.append)
    desk.action("sample.goto").trigger()
    qtbot.keyClicks(desk.window.findChild(QLineEdit, "gotoField"), "17")
    desk.key(Qt.Key.Key_Return)
    assert (desk.session.sample, revealed) == ("17", ["17"])


def test_how_far_indexing_is_is_told_whole(desk: Desk) -> None:
    desk.indexed()
    line, indexing = desk.window.statusBar(), desk.workspace.browsing.indexing
    button = line.findChild(QToolButton, "statusIndexing")
    for done in (9, 22, 12_345):
        indexing.progress = IndexProgress(IndexState.RUNNING, "thumbnails", done, 30_000)
        indexing.changed.emit()
        line.layout().activate()
        assert button.width() >= button.sizeHint().width()
    indexing.progress = IndexProgress(IndexState.DONE)
    indexing.changed.emit()


def test_an_unknown_id_is_answered_where_it_was_typed(desk: Desk, qtbot) -> None:
    desk.key(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    field = desk.window.findChild(QLineEdit, "gotoField")
    assert field.hasFocus()
    qtbot.keyClicks(field, "99")
    desk.key(Qt.Key.Key_Return)
    answer = desk.window.findChild(QLabel, "gotoAnswer")
    assert answer.text() == "There is no sample 99. The ids run from 0 to 2001."
    field.clear()
    qtbot.keyClicks(field, "02001")
    desk.key(Qt.Key.Key_Return)
    assert desk.session.sample == "2001"


def test_everything_one_can_reach_has_a_name_for_screen_readers(desk: Desk) -> None:
    nameless = []
    for widget in desk.window.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if isinstance(widget, QSplitterHandle | QScrollArea | QTabBar) or isinstance(widget.parent(), QAbstractSpinBox):
            continue
        text = getattr(widget, "text", str)()
        if not (widget.accessibleName() or text):
            nameless.append((type(widget).__name__, widget.objectName()))
    assert nameless == []


# Status and tools


def test_the_status_line_says_where_one_is(desk: Desk) -> None:
    text = desk.window.findChild(QLabel, "statusSample").text()
    assert text == "17 · 2/3 · train · 32² · scheme celebamask-hq"
    desk.session.pixel_hovered.emit(19, 7)
    assert desk.window.findChild(QLabel, "statusPixel").text() == "(19,7) l_eye 4 · skin 1"
    desk.session.pixel_hovered.emit(31, 31)
    assert desk.window.findChild(QLabel, "statusPixel").text() == "(31,31) background 0"
    desk.session.visible &= ~CLASSES[13].bit
    assert desk.window.findChild(QLabel, "statusHidden").text() == "1 class hidden"


def test_the_strip_says_what_a_stroke_would_do(desk: Desk) -> None:
    desk.session.face_class = 6
    desk.session.locked = CLASSES[13].bit
    sentence = desk.window.findChild(QWidget, "stripSentence")
    assert sentence.text() == "Painting l_brow · anywhere · others: show it · any tone · locked: hair"
    desk.session.tool = "eraser"
    assert sentence.text() == "Erasing topmost visible class · anywhere · any tone · locked: hair"


# Start page


def test_nothing_heavy_is_loaded_before_the_first_picture(own_home: Path) -> None:
    code = (
        "import sys\n"
        "from app.ui import app as ui\n"
        "from app.ui.main_window import MainWindow\n"
        "import os\n"
        "def after(self):\n"
        "    os._exit(len({m.split('.')[0] for m in sys.modules} & {'numpy', 'cv2', 'PIL'}))\n"
        "MainWindow._after_first_paint = after\n"
        "ui.run(None)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False, timeout=60)
    assert done.returncode == 0


def test_the_actions_are_there_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys\n"
        "import app.ui.commands, app.ui.action_set, app.ui.keyboard\n"
        "assert not {m.split('.')[0] for m in sys.modules} & {'numpy', 'cv2', 'PIL'}\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, timeout=60)


def test_a_folder_that_is_no_dataset_is_answered_with_reasons(
    make_desk: Callable[..., Desk], tmp_path: Path, qtbot
) -> None:
    desk = make_desk()
    empty = tmp_path / "<b>empty"
    empty.mkdir()
    with qtbot.waitSignal(desk.window.opened):
        desk.window.open_folder(empty)
    page = desk.window.start_page
    assert desk.window.stack.currentWidget() is page
    assert page.refusal.isVisible()
    assert "was not opened." in page.refusal.text()
    assert "the folder is empty; choose" in page.refusal.text()
    assert page.refusal.textFormat() is Qt.TextFormat.PlainText
    assert desk.window.state.recent() == []


@pytest.mark.parametrize(
    "broken_part", ["app.ui.save_notices.SaveNotices.tell_opening", "app.ui.opening.open_with_catalog"]
)
def test_a_fault_while_opening_brings_the_start_page_back(
    make_desk, dataset: Path, monkeypatch, qtbot, broken_part: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("planted")

    desk = make_desk()
    with monkeypatch.context() as broken:
        broken.setattr(broken_part, fail)
        with qtbot.waitSignals([desk.window.opened, desk.window.faults.happened]):
            desk.window.open_folder(dataset)
    assert [what for _code, what, _where in desk.faults] == ["RuntimeError"]
    desk.faults.clear()
    page = desk.window.start_page
    assert page.isVisible()
    assert page.open_button.isEnabled()
    assert page.busy.isHidden()
    assert "Something went wrong" in page.refusal.text()
    assert desk.window.workspace is None or desk.workspace.docks["captions"].isHidden()
    desk.open(dataset, "17")
    assert desk.workspace.docks["captions"].isVisible()
    assert desk.document.read_only("17", Modality.MASK) is None


def test_recent_datasets_are_listed_and_can_be_removed(make_desk: Callable[..., Desk], dataset: Path, qtbot) -> None:
    desk = make_desk()
    desk.open(dataset)
    desk.action("file.close").trigger()
    page = desk.window.start_page
    assert [button.text() for button in page.findChildren(QToolButton, "startRecent")][-1] == "dataset"
    desk.window.state.remember(dataset / "gone")
    page.show_recent(desk.window.state.recent())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    first, second = page.findChildren(QToolButton, "startRecent")
    assert (first.isEnabled(), second.isEnabled()) == (False, True)
    qtbot.mouseClick(page.findChildren(QToolButton, "startForget")[0], Qt.MouseButton.LeftButton)
    assert desk.window.state.recent() == [dataset]


def test_the_last_sample_is_shown_again(make_desk: Callable[..., Desk], dataset: Path) -> None:
    desk = make_desk()
    desk.open(dataset, "2001")
    desk.action("file.close").trigger()
    desk.open(dataset)
    assert desk.session.sample == "2001"


def test_a_folder_dropped_on_the_window_opens(desk: Desk, dataset: Path, tmp_path: Path, qtbot) -> None:
    other = tmp_path / "other"
    shutil.copytree(dataset, other)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(other))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, NONE)
    with qtbot.waitSignal(desk.window.opened):
        desk.window.dropEvent(event)
    assert desk.document.store.root == other


def test_a_sample_that_is_not_there_is_said(make_desk: Callable[..., Desk], dataset: Path) -> None:
    desk = make_desk()
    desk.open(dataset, "99")
    assert desk.window.banners.texts() == {"dataset.sample": "There is no sample 99; here is the first one."}
    assert desk.session.sample == "0"


# Faults, themes, layout, the end


def test_a_fault_in_a_slot_becomes_a_banner_and_work_goes_on(desk: Desk, dataset: Path, qtbot) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a private caption")

    with qtbot.waitSignal(desk.window.faults.happened):
        QTimer.singleShot(0, fail)
    (text,) = desk.window.banners.texts().values()
    assert text.startswith("Something went wrong in ")
    assert "ZeroDivisionError" in text
    assert "private" not in text
    desk.stroke((12, 12), (15, 15))
    desk.action("file.save").trigger()
    desk.saved()
    assert [what for _code, what, _where in desk.faults] == ["ZeroDivisionError"]
    desk.faults.clear()
    log = (desk.window.faults.folder / "facewright.log").read_text()
    assert str(dataset) not in log
    assert "private" not in log


def test_at_1280_by_800_the_mask_is_large_and_four_captions_are_seen(desk: Desk, qtbot) -> None:
    desk.window.resize(1280, 800)
    desk.action("view.reset_layout").trigger()
    qtbot.wait(50)
    desk.action("view.reset_layout").trigger()
    qtbot.wait(50)
    assert desk.window.size().toTuple() == (1280, 800)
    canvas = desk.workspace.area.photo
    assert min(canvas.width(), canvas.height()) >= 512
    seen = [number for number in range(1, 11) if not desk.caption(number).visibleRegion().isEmpty()]
    assert len(seen) >= 4
    fourth = desk.caption(4)
    assert fourth.visibleRegion().boundingRect().height() == fourth.height()
    table = desk.workspace.classes.table
    assert table.verticalScrollBar().maximum() == 0


def test_layouts_bring_every_panel_back(desk: Desk) -> None:
    docks = desk.workspace.docks.all()
    for layout in ("browse", "paint", "write", "review"):
        for dock in docks.values():
            dock.hide()
        desk.action(f"view.layout.{layout}").trigger()
        hidden = {name for name, dock in docks.items() if dock.isHidden()}
        assert hidden == {"filmstrip", *(place.name for place in PLACES if place.on_request)}
        assert desk.action("view.facets").isChecked() == (layout == "browse")
    desk.window.resize(1600, 1000)
    desk.action("view.layout.review").trigger()
    assert not docks["filmstrip"].isHidden()


def test_the_theme_changes_at_once_and_is_kept(desk: Desk) -> None:
    desk.action("view.theme.dark").trigger()
    palette = QApplication.palette()
    assert palette.color(QPalette.ColorRole.Window).lightness() < 100
    assert palette.color(QPalette.ColorRole.Text).lightness() > 150
    assert load_settings(settings_file()).theme == "dark"
    for panel in (desk.workspace.browsing.view, desk.workspace.attributes.filter, desk.window.statusBar()):
        assert panel.palette().color(QPalette.ColorRole.Base).lightness() < 100, panel
    picture = desk.action("tool.brush").icon().pixmap(18).toImage()
    assert any(picture.pixelColor(x, y).alpha() > 200 and picture.pixelColor(x, y).lightness() > 150
               for x in range(18) for y in range(18))  # fmt: skip
    desk.action("view.theme.light").trigger()
    assert QApplication.palette().color(QPalette.ColorRole.Window).lightness() > 200
    roots = [dock.widget() for dock in desk.workspace.docks.all().values()] + [desk.workspace.strip, desk.window]
    for widget in [child for root in roots[:-1] for child in root.findChildren(QWidget)] + roots:
        assert widget.palette().color(ACTIVE, QPalette.ColorRole.Text).lightness() < 120, widget
        assert widget.palette().color(ACTIVE, QPalette.ColorRole.Base).lightness() > 120, widget


def test_preferences_count_at_once(desk: Desk) -> None:
    desk.action("file.preferences").trigger()
    dialog = desk.window.findChild(PreferencesDialog)
    dialog.palette_choice.setCurrentIndex(1)
    dialog.palette_choice.activated.emit(1)
    assert desk.session.palette == "safe"
    assert load_settings(settings_file()) == Settings(palette="safe", autosave="manual", theme="light")
    dialog.close()


def test_run_shows_the_dataset_and_returns_zero(qtbot, own_home: Path, dataset: Path) -> None:
    before = contents(dataset)
    shown: list[str | None] = []

    def look() -> None:
        window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())
        if window.workspace is None or window.workspace.session.sample is None:
            QTimer.singleShot(20, look)
            return
        shown.append(window.workspace.session.sample)
        window.close()

    QTimer.singleShot(20, look)
    assert run(dataset, "17") == 0
    assert shown == ["17"]
    assert contents(dataset) == before


def test_the_command_line_opens_the_window_with_its_scheme(qtbot, own_home: Path, dataset: Path, monkeypatch) -> None:
    monkeypatch.setattr("app.ui.app._live", lambda begin: begin(desk) or 0)
    wanted: list[object] = []

    class Recorder:
        def open_when_ready(self, *arguments: object, **named: object) -> None:
            wanted.append((arguments, named))

    desk = Recorder()
    assert main(["open", str(dataset), "--sample", "17", "--scheme", "farl"]) == 0
    assert wanted == [((dataset, "17"), {"layout": None, "scheme": "farl"})]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_window_cleanly_and_soon(own_home: Path, dataset: Path, number: signal.Signals) -> None:
    code = (
        "from pathlib import Path\n"
        "from app.ui import app as ui\n"
        "from app.ui.main_window import MainWindow\n"
        "shown = MainWindow.refresh_title\n"
        "def told(self):\n"
        "    shown(self)\n"
        "    if self.workspace and self.workspace.session.sample: print('there', flush=True)\n"
        "MainWindow.refresh_title = told\n"
        f"raise SystemExit(ui.run(Path({str(dataset)!r}), '17'))\n"
    )
    command = [sys.executable, "-c", code]
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=pipe, stderr=pipe, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "there\n"
        process.send_signal(number)
        try:
            assert (
                process.wait(timeout=10) == 0
            )  # alone on the machine a fifth of a second; beside others what it takes
            assert process.stderr.read() == ""
        finally:
            process.kill()


def test_messages_can_be_replaced(desk: Desk, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "tell", lambda _parent, title, _text: told.append(title))
    desk.action("help.about").trigger()
    assert told == ["About Facewright"]


def test_what_is_wrong_with_a_file_is_told_and_why_there_is_no_painting(make_desk, dataset: Path) -> None:
    skin = next(dataset.rglob("00017_skin.png"))
    skin.write_bytes(skin.read_bytes()[:60])
    desk = make_desk()
    desk.open(dataset, "17")
    status = desk.workspace.status
    assert status.problems.isVisible()
    assert status.problems.text() == "1 problem"
    assert "is shown but not edited: 00017_skin.png" in desk.workspace.strip.sentence.text()
    status.problems.click()
    dialog = desk.window.findChild(ProblemsDialog)
    assert "00017_skin.png" in dialog.text.toPlainText()
    dialog.close()


def test_a_message_that_goes_leaves_the_keys_with_the_picture(desk: Desk, qtbot) -> None:
    photo = desk.workspace.area.photo
    desk.focus(photo)
    banner = desk.window.banners.show_message("told", "x", choices=[messages.Choice("Go", lambda: None)])
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    assert photo.hasFocus()
    banner = desk.window.banners.show_message("told", "x", choices=[messages.Choice("Go", lambda: None)])
    desk.focus(banner.buttons[0])
    desk.key(Qt.Key.Key_Space)
    assert desk.window.banners.texts() == {}
    assert not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox)


def test_buttons_say_what_they_do_and_the_keys_that_do_the_same(desk: Desk) -> None:
    assert desk.action("tool.brush").toolTip() == "<qt>Brush (B)</qt>"
    write = desk.action("edit.write_captions")
    why = "Can be used when the sample could have captions and has none."
    assert write.toolTip() == f"<qt>Write captions for this sample<br>{why}</qt>"
    menu = next(each for each in desk.window.findChildren(QMenu) if write in each.actions())
    menu.popup(QPoint(0, 0))
    for action, told in ((desk.action("edit.caption"), ""), (write, f"<qt>{why}</qt>")):
        place = menu.actionGeometry(action).center()
        QApplication.sendEvent(menu, QHelpEvent(QHelpEvent.Type.ToolTip, place, QPoint(100, 100)))
        assert QToolTip.text() == told
    QToolTip.hideText()
    menu.close()
    desk.stroke((25, 25), (28, 28))
    assert desk.action("edit.undo").toolTip() == "<qt>Undo: Brush skin (Ctrl+Z)</qt>"
