"""The first thing on the screen: open a folder, drop one, take a recent one, or make the demo dataset.

It is painted before numpy or OpenCV are imported; ``painted`` says when, and only then the rest of the program loads.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.messages import Label, tooltip

_COLUMN_WIDTH = 640


class StartPage(QScrollArea):
    """What to do when no dataset is open. It only wishes: the window opens and makes."""

    painted = Signal()
    """Once: the page is on the screen."""
    open_requested = Signal()
    demo_requested = Signal()
    data_requested = Signal()
    folder_chosen = Signal(Path)
    forget_requested = Signal(Path)
    cancel_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAccessibleName(self.tr("Start page"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._was_painted = False
        self._recent: list[Path] = []
        self._started = 0.0
        self._build()

    def _build(self) -> None:
        inner = _Canvas()
        inner.painted.connect(self._on_painted)
        self._logo = Label()
        self._logo.setFixedSize(44, 44)
        title = Label(self.tr("Facewright"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        title.setFont(font)
        promise = Label(
            self.tr("One folder in, the same folder out: photos, masks, sketches, captions, attributes."), muted=True
        )
        heading = QVBoxLayout()
        heading.setSpacing(2)
        heading.addWidget(title)
        heading.addWidget(promise)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._logo)
        head.addLayout(heading, 1)

        self.open_button = _large_button(self.tr("Open folder…"), "startOpen")
        self.open_button.setDefault(True)
        self.demo_button = _large_button(self.tr("Make demo dataset…"), "startDemo")
        self.data_button = _large_button(self.tr("Getting the data…"), "startData")
        self.open_button.clicked.connect(self.open_requested)
        self.demo_button.clicked.connect(self.demo_requested)
        self.data_button.clicked.connect(self.data_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.demo_button)
        buttons.addWidget(self.data_button)
        buttons.addStretch(1)

        self.drop_hint = Label(
            self.tr("… or drop a folder here: a CelebAMask-HQ or Multi-Modal-CelebA-HQ tree, whole or in part."),
            muted=True,
        )
        self.drop_hint.setWordWrap(True)

        self.busy = QFrame()
        self.busy.setObjectName("startBusy")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.busy_text = Label(name="startBusyText", muted=True)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setObjectName("startCancel")
        self.cancel_button.clicked.connect(self.cancel_requested)
        line = QHBoxLayout()
        line.addWidget(self.busy_text, 1)
        line.addWidget(self.cancel_button)
        busy_column = QVBoxLayout(self.busy)
        busy_column.setContentsMargins(0, 0, 0, 0)
        busy_column.addLayout(line)
        busy_column.addWidget(self.bar)
        self.busy.hide()

        self.refusal = Label(name="startRefusal")
        self.refusal.setWordWrap(True)
        self.refusal.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.refusal.setFrameShape(QFrame.Shape.StyledPanel)
        self.refusal.setMargin(12)
        self.refusal.setAutoFillBackground(True)
        self.refusal.setBackgroundRole(QPalette.ColorRole.Base)
        self.refusal.hide()

        self._recent_title = _section_title(self.tr("Recent datasets"))
        self._recent_column = QVBoxLayout()
        self._recent_column.setSpacing(0)
        self._formats_title = _section_title(self.tr("What can be opened"))
        self._formats = Label(name="startFormats", muted=True)
        self._formats.setWordWrap(True)
        self._formats_title.hide()

        column_widget = QWidget()
        column_widget.setMaximumWidth(_COLUMN_WIDTH)
        column_widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(head)
        column.addLayout(buttons)
        column.addWidget(self.drop_hint)
        column.addWidget(self.busy)
        column.addWidget(self.refusal)
        column.addSpacing(8)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent_column)
        column.addSpacing(8)
        column.addWidget(self._formats_title)
        column.addWidget(self._formats)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(column_widget, 100)
        middle.addStretch(1)
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)
        self.setWidget(inner)

    def show_recent(self, folders: list[Path]) -> None:
        """List the datasets opened before; those that are gone are dimmed."""
        self._recent = folders
        while (item := self._recent_column.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.deleteLater()
        self._recent_title.setVisible(bool(folders))
        for folder in folders:
            self._recent_column.addWidget(self._recent_row(folder))

    def show_formats(self, titles: list[str]) -> None:
        """Say which layouts can be opened."""
        self._formats.setText("  ·  ".join(titles))
        self._formats_title.setVisible(bool(titles))

    def show_refusal(self, folder: Path, reasons: str) -> None:
        """Say why a folder was not opened."""
        self.refusal.setText(self.tr("{folder} was not opened.\n\n{reasons}").format(folder=folder, reasons=reasons))
        self.refusal.show()

    def show_busy(self, text: str, *, cancellable: bool) -> None:
        """Something is being done; the buttons wait."""
        self.refusal.hide()
        self._started = time.monotonic()
        self.busy_text.setText(text)
        self.bar.setRange(0, 0)
        self.cancel_button.setVisible(cancellable)
        self.busy.show()
        self._set_enabled(False)

    def show_progress(self, done: int, total: int, note: str) -> None:
        """How far it is, how fast and how long still."""
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        text = self.tr("{done} of {total}").format(done=done, total=total)
        elapsed = time.monotonic() - self._started
        if done and elapsed > 1:
            rate = done / elapsed
            text += self.tr(" · {rate:.1f} per second · {left} s left").format(
                rate=rate, left=round((total - done) / rate)
            )
        self.busy_text.setText(f"{text} · {note}" if note else text)

    def show_idle(self) -> None:
        """Nothing is being done any more."""
        self.busy.hide()
        self._set_enabled(True)

    def _set_enabled(self, enabled: bool) -> None:
        self.open_button.setEnabled(enabled)
        self.demo_button.setEnabled(enabled)

    def _recent_row(self, folder: Path) -> QWidget:
        there = folder.exists()
        row = QWidget()
        button = QToolButton()
        button.setObjectName("startRecent")
        button.setAutoRaise(True)
        button.setText(folder.name or str(folder))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setEnabled(there)
        button.setAccessibleName(self.tr("Open {folder}").format(folder=folder))
        button.clicked.connect(lambda: self.folder_chosen.emit(folder))
        place = str(folder.parent) if there else self.tr("{place} (not there now)").format(place=folder.parent)
        where = Label(muted=True)
        where.setText(where.fontMetrics().elidedText(place, Qt.TextElideMode.ElideMiddle, 360))
        where.setToolTip(tooltip(str(folder)))
        where.setEnabled(there)
        forget = QToolButton()
        forget.setObjectName("startForget")
        forget.setAutoRaise(True)
        forget.setIconSize(QSize(14, 14))
        forget.setToolTip(tooltip(self.tr("Remove from this list; the folder stays as it is")))
        forget.setAccessibleName(self.tr("Remove {folder} from the list").format(folder=folder.name))
        forget.clicked.connect(lambda: self.forget_requested.emit(folder))
        if self._was_painted:
            from app.ui import icons

            button.setIcon(icons.icon("folder"))
            forget.setIcon(icons.icon("x"))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button)
        line.addWidget(where, 1)
        line.addWidget(forget)
        return row

    def tint(self) -> None:
        """The icons, in the colours in use; not before the first picture, which need not wait for them."""
        from PySide6.QtGui import QGuiApplication

        from app.ui import icons

        self.show_recent(self._recent)
        accent = QGuiApplication.palette().color(QPalette.ColorRole.Accent)
        self._logo.setPixmap(icons.pixmap("scan-face", accent, size=44, scale=self.devicePixelRatioF()))
        self.open_button.setIcon(icons.icon("folder-open"))
        self.demo_button.setIcon(icons.icon("sparkles"))
        self.data_button.setIcon(icons.icon("info"))

    def _on_painted(self) -> None:
        if not self._was_painted:
            self._was_painted = True
            # After this turn of the event loop the picture has been handed to the screen.
            QTimer.singleShot(0, self.painted.emit)


class _Canvas(QWidget):
    """The page's ground, which knows when it is painted."""

    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()


def _large_button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setMinimumHeight(36)
    button.setMinimumWidth(180)
    button.setIconSize(QSize(18, 18))
    return button


def _section_title(text: str) -> Label:
    title = Label(text)
    font = title.font()
    font.setBold(True)
    title.setFont(font)
    return title
