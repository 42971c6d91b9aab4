"""The top of the gallery: the search line, the menus beside it, and below it what came of the search."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.ui.icons import icon
from app.ui.messages import Label, tooltip
from app.ui.search.field import Complete, SearchField
from app.ui.theme import is_palette_change

UNFINISHED_MS = 900
"""A word that is still being typed is called wrong after this pause."""
_LONGEST_PROBLEM = 150

Entry = tuple[str, str, Callable[[], None]]
"""What a line of a menu says, its name for scripts, and what it does; an empty text is a line between."""


class MenuButton(QToolButton):
    """A button with a menu that is made when it is opened."""

    def __init__(self, name: str, icon_name: str, title: str, entries: Callable[[], list[Entry]]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(tooltip(title))
        self.setAutoRaise(True)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._icon_name = icon_name
        self._entries = entries
        self.setIcon(icon(icon_name))
        menu = QMenu(self)
        menu.setObjectName(f"{name}Menu")
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def changeEvent(self, event: QEvent) -> None:
        if is_palette_change(event):
            self.setIcon(icon(self._icon_name))
        super().changeEvent(event)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for text, name, do in self._entries():
            if not text:
                menu.addSeparator()
                continue
            # A name that somebody typed may hold an ampersand; in a menu it would mark a key.
            action = menu.addAction(text.replace("&", "&&"))
            action.setObjectName(name)
            action.triggered.connect(lambda _=False, run=do: run())


class SearchBar(QWidget):
    """``show_count`` and ``show_problem`` say what came of the search; the line and the menus are its parts."""

    def __init__(self, complete: Complete, saved: Callable[[], list[Entry]], orders: Callable[[], list[Entry]]) -> None:
        super().__init__()
        self.field = SearchField(complete)
        self.saved = MenuButton("savedSearches", "star", self.tr("Saved searches"), saved)
        self.sort = MenuButton("sortOrder", "arrow-up-down", self.tr("Sort the samples found"), orders)
        self.count = Label(name="hitCount", muted=True)
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.problem = Label(name="searchProblem")
        self.problem.setWordWrap(True)
        self.problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()
        self._unsaid = ("", 0, 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(UNFINISHED_MS)
        self._pause.timeout.connect(self._on_pause)
        self.field.committed.connect(self._flush)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(self.field, 1)
        line.addWidget(self.saved)
        line.addWidget(self.sort)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(self.problem)

    def show_count(self, text: str) -> None:
        """How many were found."""
        self.count.setText(text)
        self.count.setToolTip(tooltip(text))

    def show_problem(self, text: str, start: int, end: int) -> None:
        """Why the search cannot be understood, and which characters are meant.

        While the cursor is still in the word, and nothing was wrong before it, that waits a little.
        """
        self._unsaid = (text, start, end)
        if self.problem.isHidden() and self.field.is_typing_in(start, end):
            self._pause.start()
        else:
            self._say_problem()

    def clear_problem(self) -> None:
        """The search is understood."""
        self._pause.stop()
        self.field.clear_error()
        self.problem.hide()

    def _on_pause(self) -> None:
        """Somebody who chooses from what is offered is not stuck."""
        if self.field.completions.isVisible():
            self._pause.start()
        else:
            self._say_problem()

    def _say_problem(self) -> None:
        self._pause.stop()
        text, start, end = self._unsaid
        self.field.show_error(start, end)
        # A list of all forty attributes would leave no room for the samples.
        short = text if len(text) <= _LONGEST_PROBLEM else text[:_LONGEST_PROBLEM].rpartition(" ")[0] + " …"
        self.problem.setText(short)
        self.problem.setToolTip(tooltip(text))
        self.problem.show()

    def _flush(self) -> None:
        """Enter: it is meant so."""
        if self._pause.isActive():
            self._say_problem()
