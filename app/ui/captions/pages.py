"""Where the captions' lines stand, and what is there instead of them for a sample that has none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.ui.messages import Label

ROW_SPACING = 2


class CaptionPages(QStackedWidget):
    """The lines under a notice, or a sentence and a button."""

    write_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.missing = Label(name="captionsMissing", muted=True)
        self.missing.setWordWrap(True)
        self.missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.write_button = QPushButton(self.tr("Write captions"))
        self.write_button.setObjectName("writeCaptions")
        self.write_button.hide()
        self.write_button.clicked.connect(self.write_requested)
        self.notice = Label(name="captionsNotice")
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(ROW_SPACING)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.addWidget(self._empty_page())
        self.addWidget(self._lines_page())

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self.missing)
        column.addWidget(self.write_button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        return page

    def _lines_page(self) -> QWidget:
        inner = QWidget()
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(0, 0, 4, 0)
        outer.addLayout(self.column)
        outer.addStretch(1)
        self.scroller.setWidget(inner)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.notice)
        column.addWidget(self.scroller, 1)
        return page
