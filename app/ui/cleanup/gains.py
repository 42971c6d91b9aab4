"""What a clean-up would come to, in figures: pixels gained and lost, by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from app.faces.classes import CLASSES
from app.ui.cleanup.controls import swatch
from app.ui.messages import Label

if TYPE_CHECKING:
    from app.imaging.difference import Difference
    from app.ui.session import Session

AT_MOST = 6
"""Lines; the classes that change least are told together."""


class Gains(QWidget):
    """A line for each class that would change, and for another place the whole of it in ``words``."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.words = Label(name="cleanupResult")
        self.words.setWordWrap(True)
        self.words.setAccessibleName(self.tr("What the clean-up would change"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        self.lines: list[tuple[Label, Label, Label, Label]] = []
        for row in range(AT_MOST):
            line = Label(), Label(), Label(), Label()
            for column, label in enumerate(line):
                grid.addWidget(label, row, column)
                label.hide()
            self.lines.append(line)

    def say(self, text: str) -> None:
        """Only this sentence."""
        self.words.setText(text)
        self._show([])

    def show_difference(self, found: Difference) -> None:
        """The figures of a proposal."""
        if not found.pixels:
            self.say(self.tr("Nothing would change"))
            return
        text = self.tr("1 pixel would change") if found.pixels == 1 else self.tr("{count} pixels would change")
        self.words.setText(text.format(count=f"{found.pixels:,}"))
        rows = [(c, found.gained.get(c, 0), found.lost.get(c, 0)) for c in found.classes]
        self._show(rows)

    def _show(self, rows: list[tuple[int, int, int]]) -> None:
        for number, line in enumerate(self.lines):
            for label in line:
                label.setVisible(number < len(rows))
            if number >= len(rows):
                continue
            class_id, gained, lost = rows[number]
            is_rest = number == AT_MOST - 1 and len(rows) > AT_MOST
            face_class = CLASSES[class_id]
            if is_rest:
                gained, lost = (sum(row[at] for row in rows[number:]) for at in (1, 2))
                line[0].clear()
                line[1].setText(self.tr("{count} other classes").format(count=len(rows) - number))
            else:
                line[0].setPixmap(swatch(self._session.colour_of(face_class)).pixmap(12, 12))
                line[1].setText(face_class.title)
            line[2].setText(f"+{gained:,}" if gained else "")
            line[3].setText(f"−{lost:,}" if lost else "")
