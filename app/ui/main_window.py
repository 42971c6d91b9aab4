"""The window: a start page or a dataset, banners above it, one table of actions. It joins; the work is elsewhere.

Nothing here may import numpy or OpenCV before the start page is on the screen, so everything that shows a dataset
(``workspace.py``) is imported by the function that opens one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QMenuBar, QStackedWidget, QVBoxLayout, QWidget

from app.settings import Settings, save_settings
from app.ui import messages
from app.ui.demo import DemoMaking, demo_folder
from app.ui.dropping import dropped_folder
from app.ui.faults import Faults
from app.ui.menu_titles import CONTEXT, MENUS
from app.ui.messages import Banners, Choice, sentence
from app.ui.start_page import StartPage
from app.ui.theme import Theme
from app.ui.window_state import WindowState

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet
    from app.ui.opening import Attempt, Opening
    from app.ui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """A dataset to open; ``layout`` and ``scheme`` override what detection would find."""

    folder: Path
    sample: str | None = None
    layout: str | None = None
    scheme: str | None = None


class MainWindow(QMainWindow):
    """``mainWindow``. ``ready`` is emitted once everything that comes after the first paint is there."""

    ready = Signal()
    opened = Signal(object)

    def __init__(self, settings: Settings, settings_file: Path, theme: Theme, faults: Faults) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAccessibleName("Facewright")
        self.settings = settings
        self._settings_file = settings_file
        self.theme = theme
        self.faults = faults
        self.state = WindowState()
        self.workspace: Workspace | None = None
        self._wanted: Wanted | None = None
        self._opening: Opening | None = None
        self._leaving = False
        self.is_ready = False

        self.banners = Banners()
        self.actions_: ActionSet
        bar = QMenuBar()
        self._menus = {title: bar.addMenu("&" + QCoreApplication.translate(CONTEXT, title)) for title in MENUS}
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.banners)
        self.setMenuWidget(top)
        self.start_page = StartPage()
        self.demo = DemoMaking(self.start_page)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start_page)
        self.setCentralWidget(self.stack)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.refresh_title()
        self._show_recent()

        self.start_page.painted.connect(self._after_first_paint)
        self.start_page.open_requested.connect(self.choose_folder)
        self.start_page.demo_requested.connect(self.make_demo)
        self.start_page.cancel_requested.connect(self._cancel_opening)
        self.demo.made.connect(self.open_folder)
        self.start_page.folder_chosen.connect(self.open_folder)
        self.start_page.forget_requested.connect(self.forget_recent)
        theme.changed.connect(self._on_theme_changed)
        faults.happened.connect(self._on_fault)

    # Starting

    def open_when_ready(
        self, folder: Path, sample: str | None, *, layout: str | None = None, scheme: str | None = None
    ) -> None:
        """Open a dataset as soon as the start page was painted and the rest is loaded."""
        if self.banners.banner("broken") is not None:
            return
        self.start_page.show_busy(self.tr("Opening {folder} …").format(folder=folder.name), cancellable=True)
        self._wanted = Wanted(folder, sample, layout, scheme)
        self._open_wanted()

    def _after_first_paint(self) -> None:
        from app.ui import commands
        from app.ui.action_set import ActionSet
        from app.ui.keyboard import Keyboard

        self.faults.open_log()
        self.actions_ = ActionSet(self, self._settings_file.with_name("keys.json"))
        self.actions_.fill(self._menus)
        self.actions_.refused.connect(self._on_refused)
        self.actions_.ran.connect(lambda _: self.refresh_actions())
        self.actions_.connect_handlers(commands.handlers(self))
        self.start_page.data_requested.connect(self.actions_["help.data"].trigger)
        holds = {"view.bare": self._hold_bare, "view.mask_alone": self._hold_mask, "view.before": self._hold_before}
        Keyboard(self, self.actions_, holds)
        self.actions_.tint()
        self.start_page.tint()
        self.refresh_actions()
        self._imports = self._import_the_rest()
        QTimer.singleShot(0, self._import_next)

    def _import_next(self) -> None:
        try:
            next(self._imports)
        except StopIteration:
            self.is_ready = True
            self.ready.emit()
            if self._opening is not None and self._opening.is_under_way:
                self._make_workspace()
        except ImportError as error:
            self._cancel_opening()
            self.start_page.show_idle()
            text = self.tr("A part of the program is missing ({error}); install it again.").format(error=error)
            self.banners.show_message("broken", text, kind="error", lasting=True)
        else:
            QTimer.singleShot(0, self._import_next)

    def _import_the_rest(self) -> Iterator[None]:
        """The imports are the slow part (half a second): a piece at a time, so that clicks are answered between, and
        what opens a dataset before what shows it, so that the dataset is opened meanwhile."""
        import numpy  # noqa: F401, ICN001

        yield
        import app.imaging.cv

        yield
        from app.formats.registry import BUILT_IN

        self.start_page.show_formats([layout.title for layout in BUILT_IN])
        yield
        from app.ui.opening import Opening

        self._opening = Opening(self)
        self._opening.opened.connect(self._on_opened)
        self._opening.refused.connect(self._on_not_opened)
        self._opening.broke.connect(lambda wanted: self._back_to_start(wanted.folder))
        self._open_wanted()
        yield
        import app.ui.canvas.area

        yield
        import app.ui.browsing

        yield
        import app.ui.workspace  # noqa: F401

    # Opening and closing

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        recent = self.state.recent()
        folder = messages.choose_folder(self, self.tr("Open a dataset folder"), recent[0].parent if recent else None)
        if folder is not None:
            self.open_folder(folder)

    def open_folder(self, folder: Path, sample: str | None = None) -> None:
        """Show the dataset in ``folder``; the start page says why when that cannot be."""
        if self.close_dataset():
            self.open_when_ready(folder.resolve(), sample)

    def _open_wanted(self) -> None:
        if self._wanted is None or self._opening is None:
            return
        wanted, self._wanted = self._wanted, None
        self.faults.hide(wanted.folder)
        self._opening.start(wanted)

    def _make_workspace(self) -> Workspace:
        if self.workspace is None:
            from app.ui.canvas.context_menu import open_context_menu
            from app.ui.workspace import Workspace

            self.workspace = Workspace(self)
            photo = self.workspace.area.photo
            photo.pending_changed.connect(self.refresh_actions)
            photo.context_menu_requested.connect(lambda place: open_context_menu(photo, self.actions_, place))
        return self.workspace

    def _on_opened(self, wanted: Wanted, attempt: Attempt) -> None:
        opened = None
        try:
            workspace = self._make_workspace()
            opened = attempt.take(workspace.bridge.post)
            workspace.bridge.attach(opened.document)
            sample = wanted.sample or self.state.last_sample(wanted.folder)
            workspace.open(opened.document, sample, opened.catalog)
        except Exception:
            self._back_to_start(wanted.folder)
            if opened is None:
                attempt.drop()
            else:
                opened.close()
            raise
        self.start_page.show_idle()
        self.state.remember(wanted.folder)
        self._show_recent()
        self.refresh_actions()
        self.refresh_title()
        self.opened.emit(opened.document)

    def _on_not_opened(self, wanted: Wanted, reasons: str) -> None:
        self.start_page.show_idle()
        self.start_page.show_refusal(wanted.folder, reasons)
        self.opened.emit(None)

    def _back_to_start(self, folder: Path) -> None:
        """Opening broke in our own code: the start page says so, the net for faults says where."""
        self.stack.setCurrentWidget(self.start_page)
        if self.workspace is not None:
            self.workspace.close()
        self.refresh_actions()
        self.refresh_title()
        self.start_page.show_idle()
        text = self.tr("Something went wrong in the program while it was opened. No file was changed.")
        self.start_page.show_refusal(folder, text)
        self.opened.emit(None)

    def _cancel_opening(self) -> None:
        """The user would rather not wait."""
        if self._wanted is not None or (self._opening is not None and self._opening.is_under_way):
            self._drop_opening()
            self.start_page.show_idle()

    def _drop_opening(self) -> None:
        self._wanted = None
        if self._opening is not None:
            self._opening.drop()

    def close_dataset(self) -> bool:
        """Back to the start page; False when the user would rather stay."""
        if self.workspace is None or self.workspace.document is None:
            return True
        if not self.workspace.may_close():
            return False
        if self.workspace.session.sample is not None:
            self.state.remember_sample(self.workspace.document.store.root, self.workspace.session.sample)
        self.workspace.close()
        self.banners.solve_all("dataset.")
        self.stack.setCurrentWidget(self.start_page)
        self.refresh_actions()
        self.refresh_title()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving and not (self._may_stop_export() and self.close_dataset()):
            event.ignore()
            return
        self.leave()
        event.accept()

    def _may_stop_export(self) -> bool:
        return self.workspace is None or self.workspace.exporting.may_leave()

    def leave(self) -> None:
        """Finish what was begun and let go, asking nothing: at the end, and when the system says so."""
        if self._leaving:
            return
        self._leaving = True
        self.demo.cancel()
        self.demo.wait(1.5)
        self._drop_opening()
        if self._opening is not None:
            self._opening.wait(3)
        if self.workspace is not None:
            self.workspace.leave()
        self.state.keep_bytes("geometry", self.saveGeometry())
        self.state.flush()

    def make_demo(self, folder: Path | None = None) -> None:
        """Make the demo dataset beside the start page, with progress, and open it; open it if it is there."""
        if self.close_dataset():
            self._drop_opening()
            self.demo.make(folder or demo_folder())

    # Telling

    def refresh_actions(self) -> None:
        """Which actions can be used now, which are on, and what undo would undo."""
        if self._leaving:
            return  # Qt takes the docks apart and tells of each one
        if self.workspace is not None and self.workspace.is_turning:
            return  # it asks for them at the end
        holding = {"recent": bool(self.state.recent())}
        if self.workspace is not None:
            from app.ui.action_states import conditions, show_states

            holding |= conditions(self.workspace)
            show_states(self.workspace, self.actions_)
        self.actions_.enable(holding)
        self.actions_.check(f"view.theme.{self.theme.choice}", True)

    def change_settings(self, settings: Settings) -> None:
        """These are the preferences now; they are kept at once."""
        if settings == self.settings:
            return
        self.settings = settings
        self.theme.choose(settings.theme)
        if self.workspace is not None:
            self.workspace.take_settings(settings)
        self.refresh_actions()
        try:
            save_settings(self._settings_file, settings)
        except OSError as error:
            text = self.tr("The preferences could not be kept ({reason}); they hold until you quit.")
            self.banners.show_message("settings", text.format(reason=error.strerror), kind="warning")

    def refresh_title(self) -> None:
        """The title names what is open and whether it is saved."""
        if self.workspace is None or self.workspace.document is None:
            self.setWindowTitle("Facewright")
            self.setWindowModified(False)
            return
        name = self.workspace.document.store.root.name
        sample = self.workspace.session.sample
        self.setWindowTitle(f"{sample or '–'}[*] – {name} – Facewright")
        self.setWindowModified(bool(self.workspace.document.unsaved()))

    def _show_recent(self) -> None:
        self.start_page.show_recent(self.state.recent())

    def forget_recent(self, folder: Path) -> None:
        self.state.forget(folder)
        self._show_recent()
        self.refresh_actions()

    def _on_theme_changed(self) -> None:
        if self.is_ready:
            self.actions_.tint()
            self.start_page.tint()

    def _on_refused(self, action_id: str, reason: str) -> None:
        from app.ui.actions import ROW_BY_ID

        if self.workspace is not None and ROW_BY_ID[action_id].menu.startswith("Mask"):
            # Between strokes a banner would move the picture under the pointer.
            self.workspace.strip.tell(sentence(reason))
            return
        action = self.actions_[action_id].text()
        text = self.tr("{action} was not done: {reason}").format(action=action, reason=reason)
        self.banners.show_message("refused", text, kind="warning")

    def _on_fault(self, code: str, what: str, where: str) -> None:
        text = self.tr(
            "Something went wrong in {where} ({what}, code {code}). Your edits are kept. Go on; if it happens again,"
            " save, quit and start again, and send us the log."
        ).format(where=where, what=what, code=code)
        log = Choice(self.tr("Open log folder"), lambda: self.actions_.run("help.log"), keeps_banner=True)
        self.banners.show_message(f"fault.{code}", text, kind="error", choices=[log])

    def _hold_bare(self, held: bool) -> None:
        if self.workspace is not None:
            self.workspace.session.bare = held

    def _hold_mask(self, held: bool) -> None:
        if self.workspace is not None:
            self.workspace.session.mask_alone = held

    def _hold_before(self, held: bool) -> None:
        if self.workspace is not None:
            self.workspace.blink.hold(held)

    # Dropping

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Esc that means nothing where the focus is leads back to the picture, from every panel.
        is_plain = event.key() == Qt.Key.Key_Escape and not event.modifiers()
        if is_plain and self.workspace is not None and self.workspace.document is not None:
            self.workspace.area.photo.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            # The program that the folder is dragged from waits for this event to end.
            QTimer.singleShot(0, lambda: self.open_folder(folder))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._hold_bare(False)
            self._hold_mask(False)
        super().changeEvent(event)
