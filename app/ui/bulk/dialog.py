"""What the dialogs for many samples have in common: they look first, beside the window, and say what would be done."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from app.ui.bulk.running import Running, Work
from app.ui.bulk.scope import Scope, ScopeBox
from app.ui.messages import Label, sentence

if TYPE_CHECKING:
    from app.ui.bulk.desk import BulkDesk

_LOOK_AFTER_MS = 300
_MARGIN = 60


class BulkDialog(QDialog):
    """Stays open beside the window and follows its gallery; goes when the work begins, or with the dataset."""

    def __init__(self, desk: BulkDesk, title: str, scope: Scope | None) -> None:
        super().__init__(desk.window)
        workspace = desk.workspace
        assert workspace.document is not None
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk = desk
        self.document = workspace.document
        self.scope = ScopeBox(workspace.session, workspace.browsing, scope)
        self.note = Label(name="bulkNote", muted=True)
        self.note.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.bar.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.start = QPushButton()
        self.start.setObjectName("bulkStart")
        self.start.setDefault(True)
        self.start.setEnabled(False)
        self.buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        self._looking = Running(workspace.session, self)
        self._is_due = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_AFTER_MS)
        self._timer.timeout.connect(self._look)
        self._looking.progressed.connect(self._on_progressed)
        self.scope.edited.connect(self.ask)
        self.buttons.accepted.connect(self.begin)
        self.buttons.rejected.connect(self.reject)
        desk.running.changed.connect(self.show_state)
        self.finished.connect(self._on_finished)

    def add_foot(self, column: QVBoxLayout) -> None:
        """Progress, note and buttons below everything else."""
        column.addWidget(self.bar)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(foot)

    def resize_within_screen(self, width: int, height: int) -> None:
        """As large as that where the screen has the room."""
        room = self.screen().availableSize()
        self.resize(min(width, room.width() - _MARGIN), min(height, room.height() - _MARGIN))

    # Looking

    @abstractmethod
    def question(self) -> Work | None:
        """What is to be looked at now; None where there is nothing to look at. Raises FaceDataError: told as note."""

    @abstractmethod
    def show_answer(self, answer: object) -> None:
        """What was found; None: nothing was looked for."""

    @abstractmethod
    def show_state(self) -> None:
        """The button says what it would do, and whether it can."""

    @abstractmethod
    def begin(self) -> None:
        """Do it."""

    def allow_start(self, *, is_possible: bool) -> None:
        """The button can be pressed: what is shown was asked last, and nothing else is under way."""
        is_settled = not self._timer.isActive() and not self._looking.is_running
        self.start.setEnabled(is_possible and is_settled and not self.desk.running.is_running)

    def ask(self) -> None:
        """Something is otherwise: look again soon."""
        self.start.setEnabled(False)
        self._timer.start(_LOOK_AFTER_MS)

    def ask_now(self) -> None:
        """Look again at once: nothing more will be typed."""
        self.ask()
        self._timer.start(0)

    def _look(self) -> None:
        from app.faces.errors import FaceDataError

        if self._looking.is_running:
            self._is_due = True
            self._looking.stop()
            return
        self.desk.workspace.captions.flush()
        try:
            question = self.question()
        except FaceDataError as error:
            self._on_failed(str(error))
            return
        if question is None:
            self.note.setText("")
            self.show_answer(None)
            return
        self.bar.setRange(0, 0)
        self.bar.show()
        self._looking.begin(question, self._on_answer, self._on_failed)

    def _on_answer(self, answer: object) -> None:
        self.bar.hide()
        if self._has_moved_on():
            return
        self.note.setText("")
        self.show_answer(answer)

    def _on_failed(self, reason: str | None) -> None:
        self.bar.hide()
        if self._has_moved_on():
            return
        self.show_answer(None)
        self.note.setText(sentence(reason or ""))

    def _has_moved_on(self) -> bool:
        due, self._is_due = self._is_due, False
        if due:
            self._timer.start(0)
        return due

    def _on_progressed(self, done: int, total: int, _pace: str) -> None:
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)

    def _on_finished(self) -> None:
        self._timer.stop()
        self._looking.stop_and_wait()
