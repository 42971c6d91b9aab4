"""Where the captions' lines stand, and what is there instead of them for a sample that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.faces.captions import CAPTIONS_PER_SAMPLE
from app.ui import messages
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from app.faces.captions import Captions
    from app.faces.sample import SampleId

ROW_SPACING = 1


class CaptionPages(QStackedWidget):
    """The lines under a notice and what was dismissed, or a sentence and a button."""

    write_requested = Signal()
    generate_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.missing = Label(name="captionsMissing", muted=True)
        self.missing.setWordWrap(True)
        self.missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.write_button = QPushButton(self.tr("Ten empty lines"))
        self.write_button.setObjectName("writeCaptions")
        self.write_button.setToolTip(tooltip(self.tr("Write the captions yourself")))
        self.write_button.clicked.connect(self.write_requested)
        self.generate_button = QPushButton(self.tr("Generate from attributes…"))
        self.generate_button.setObjectName("generateHere")
        self.generate_button.clicked.connect(self.generate_requested)
        self._offer_writing(offered=False)
        self.notice = Label(name="captionsNotice")
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.dismissed = QToolButton()
        self.dismissed.setObjectName("captionsDismissed")
        self.dismissed.setAutoRaise(True)
        self.dismissed.setMaximumHeight(self.fontMetrics().height() + 4)  # what it takes, the lines lack
        self.dismissed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dismissed.hide()
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

    def show_dismissed(self, count: int) -> None:
        """So many contradictions were dismissed."""
        self.dismissed.setText(self.tr("Dismissed ({count}) · show").format(count=count))
        self.dismissed.setVisible(count > 0)

    def show_missing(self, sample: SampleId | None, read_only: str | None) -> None:
        """Why there are no lines, and buttons where there can be some."""
        if sample is None:
            text = ""
        elif read_only is not None:
            text = self.tr("No captions for sample {sample}: {reason}").format(sample=sample, reason=read_only)
        else:
            text = self.tr("Sample {sample} has no captions yet.").format(sample=sample)
        self.missing.setText(text)
        self._offer_writing(offered=sample is not None and read_only is None)

    def show_notice(self, captions: Captions | None, read_only: str | None) -> None:
        """What there is to know of these lines: that they are not ten, cannot be changed, were guessed to be lines."""
        told = []
        if captions is not None and read_only is not None:
            told.append(messages.not_edited(read_only))
        elif captions is not None:
            if (count := len(captions)) != CAPTIONS_PER_SAMPLE:
                many = self.tr("{count} captions; ten are usual.").format(count=count)
                told.append(self.tr("One caption; ten are usual.") if count == 1 else many)
            if guess := captions.guess:
                told.append(messages.sentence(guess))
        self.notice.setText(" ".join(told))
        self.notice.setVisible(bool(told))

    def _offer_writing(self, *, offered: bool) -> None:
        self.write_button.setVisible(offered)
        self.generate_button.setVisible(offered)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self.missing)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.generate_button)
        buttons.addWidget(self.write_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
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
        column.setSpacing(2)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.notice, 1)
        top.addWidget(self.dismissed, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(top)
        column.addWidget(self.scroller, 1)
        return page
