"""The tools as a column of buttons at the canvas's left edge: the rows of the table that belong to the group “tool”."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from app.ui.actions import TABLE

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet


class Toolbox(QToolBar):
    """One button per tool, in the order of the table; a row with a rule begins another family."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbox")
        self.setWindowTitle(self.tr("Tools"))
        self.setAccessibleName(self.tr("Tools"))
        self.setOrientation(Qt.Orientation.Vertical)
        self.setMovable(False)
        self.setIconSize(QSize(18, 18))
        for row in TABLE:
            if row.group != "tool":
                continue
            if row.rule and self.actions():
                self.addSeparator()
            self.addAction(actions[row.id])
            button = self.widgetForAction(actions[row.id])
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
