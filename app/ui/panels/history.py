"""The steps of the sample on screen, and the newest of all samples; a click goes there.

What was undone before something else was done is listed where it left, and a click brings it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTabBar,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.faces.sample import SampleId
from app.ui.history.delegate import LineDelegate, row_height
from app.ui.history.lines import LINE, Line, Lines
from app.ui.history.pictures import StepPictures
from app.ui.icons import icon
from app.ui.job import Job
from app.ui.messages import Label, tooltip
from app.ui.theme import is_palette_change

if TYPE_CHECKING:
    from app.document.document import Document
    from app.ui.session import Session

NEWEST = 200
_HERE, _EVERYWHERE = 0, 1
_LOOK_AFTER_MS = 400
"""Edits are in the log, which tells of all samples, within a quarter of a second."""


class HistoryPanel(QWidget):
    """Oldest step first for the sample, newest first for all; steps that were undone are dimmed."""

    step_chosen = Signal(str, object)
    """Of the list of all samples: the sample is to be shown, and where the step changed it."""
    turn_requested = Signal(str, object, str)
    """A step of many samples is to be taken back from all of them, or done again: one of them, the step, direction."""

    def __init__(self, session: Session, attempt: Callable[[Callable[[], object]], bool]) -> None:
        super().__init__()
        self._attempt = attempt
        self._session = session
        self._is_seen = False
        self._is_stale = True
        self._marks_are_stale = False
        self._asking: Job | None = None
        self._pictures = StepPictures(self)
        self.tabs = QTabBar()
        self.tabs.setObjectName("historyTabs")
        self.tabs.setAccessibleName(self.tr("Which history"))
        self.tabs.setDocumentMode(True)
        self.tabs.setDrawBase(False)
        self.tabs.addTab(self.tr("This sample"))
        self.tabs.addTab(self.tr("Everywhere"))
        self.here, self.everywhere = Lines(), Lines()
        self.list = self._list("historyList", self.tr("History of this sample"), self.here)
        self.all_list = self._list("historyEverywhere", self.tr("Newest steps of all samples"), self.everywhere)
        self.nothing = Label(self.tr("Nothing was edited in this dataset yet."), name="historyNothing", muted=True)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self.undo_there = QToolButton()
        self.undo_there.setObjectName("undoThere")
        self.undo_there.setAutoRaise(True)
        self.undo_there.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.undo_there.hide()
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.tabs, 1)
        top.addWidget(self.undo_there)
        far = QWidget()
        column = QVBoxLayout(far)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.nothing)
        column.addWidget(self.all_list)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(far)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(self.stack)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_AFTER_MS)
        self._look.timeout.connect(self._ask)
        self._connect()

    def _list(self, name: str, title: str, lines: Lines) -> QTableView:
        # A table of one column: a list view lays out all of its rows anew for each one that is added.
        view = QTableView()
        view.setObjectName(name)
        view.setAccessibleName(title)
        view.setModel(lines)
        view.setItemDelegate(LineDelegate(view, self._pictures, lambda: self._session.outline_style().palette))
        view.horizontalHeader().hide()
        view.horizontalHeader().setStretchLastSection(True)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(row_height(view.fontMetrics().height()))
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        view.setFrameShape(QTableView.Shape.NoFrame)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._pictures.made.connect(view.viewport().update)
        return view

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._turn)
        self.list.clicked.connect(self._go_to)
        self.list.activated.connect(self._go_to)
        self.all_list.clicked.connect(self._choose)
        self.all_list.activated.connect(self._choose)
        self.all_list.selectionModel().currentChanged.connect(lambda *_: self._name_button())
        self.undo_there.clicked.connect(self._turn_there)

    def sizeHint(self) -> QSize:
        return QSize(260, 160)

    def note_sight(self, seen: bool) -> None:
        """Whether it can be seen: behind the tab of another panel it is as visible to Qt as before."""
        self._is_seen = seen
        if seen and self._is_stale:
            self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        if is_palette_change(event):
            self._name_button()
        super().changeEvent(event)

    # Showing

    def attach(self, document: Document | None) -> None:
        """Another dataset, or none."""
        self._pictures.attach(document)
        self._look.stop()
        self._asking = None
        for lines in (self.here, self.everywhere):
            lines.clear()
        self._name_button()

    def refresh(self, *, marks: bool = False) -> None:
        """Show the steps as they are now; none while the sample is still being read elsewhere. Out of sight it waits.

        ``marks``: review marks changed, too.
        """
        self._is_stale = True
        self._marks_are_stale |= marks
        if self._is_seen:
            self._refresh()

    def _refresh(self) -> None:
        self._is_stale = False
        document, sample = self._session.document, self._session.sample
        if self.tabs.currentIndex() == _EVERYWHERE:
            self._look.start()
        if document is None or sample is None or not document.is_open(sample):
            self.here.clear()
            return
        self.here.show_sample(document, sample, anew=self._marks_are_stale)
        self._marks_are_stale = False
        current = self.here.index(self.here.current_row, 0)
        self.list.setCurrentIndex(current)
        self.list.scrollTo(current)

    def _turn(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self.undo_there.setVisible(tab == _EVERYWHERE)
        if tab == _EVERYWHERE:
            self._ask()

    # Of this sample

    def _go_to(self, index: QModelIndex) -> None:
        line, document = index.data(LINE), self._session.document
        if isinstance(line, Line) and document is not None:
            self._attempt(lambda: document.go_to(line.sample, line.step))
            self.refresh()

    # Of all samples

    def _ask(self) -> None:
        document = self._session.document
        if document is None or self._asking is not None:
            return
        job = self._asking = Job(lambda _progress: document.past.newest(NEWEST), self)
        job.finished.connect(lambda steps: self._show_everywhere(job, steps))
        job.failed.connect(lambda _: self._show_everywhere(job, ()))
        job.start()

    def _show_everywhere(self, job: Job, steps: object) -> None:
        job.close()
        if job is not self._asking or not isinstance(steps, tuple):
            return
        self._asking = None
        chosen = self._chosen()
        self.everywhere.show_everywhere(steps)
        self.nothing.setVisible(not steps)
        self.all_list.setVisible(bool(steps))
        rows = (row for row, line in enumerate(self.everywhere.lines) if chosen and line.step == chosen.step)
        self.all_list.setCurrentIndex(self.everywhere.index(next(rows, -1), 0))
        self._name_button()

    def _chosen(self) -> Line | None:
        line = self.all_list.currentIndex().data(LINE)
        return line if isinstance(line, Line) else None

    def _choose(self, index: QModelIndex) -> None:
        line = index.data(LINE)
        if isinstance(line, Line):
            self.step_chosen.emit(line.sample, line.step)

    def _later_steps(self, line: Line) -> int:
        """How many steps of the line's sample are undone with it."""
        return sum(
            other.is_done and other.sample == line.sample and other.step >= line.step for other in self.everywhere.lines
        )

    def _name_button(self) -> None:
        """The button says what it does to the line chosen, and how many steps it takes."""
        line = self._chosen()
        is_bulk = line is not None and line.samples > 1
        count = 1 if line is None or is_bulk or not line.is_done else self._later_steps(line)
        text = self.tr("Undo there")
        if line is not None and is_bulk:
            text = self.tr("Undo in all {count} samples") if line.is_done else self.tr("Redo in all {count} samples")
            text = text.format(count=f"{line.samples:,}")
        elif line is not None and not line.is_done:
            text = self.tr("Redo there")
        elif count > 1:
            text = self.tr("Undo {count} steps there").format(count=count)
        self.undo_there.setEnabled(line is not None)
        self.undo_there.setText(str(count) if count > 1 else "")
        self.undo_there.setIcon(icon("redo-2" if line is not None and not line.is_done else "undo-2"))
        self.undo_there.setAccessibleName(text)
        self.undo_there.setToolTip(tooltip(text))

    def _turn_there(self) -> None:
        line, document = self._chosen(), self._session.document
        if line is not None and line.samples > 1:
            self.turn_requested.emit(line.sample, line.step, "undo" if line.is_done else "redo")
        elif line is not None and document is not None:
            to = line.before if line.is_done else line.step
            self._attempt(lambda: document.go_to(SampleId(line.sample), to))
