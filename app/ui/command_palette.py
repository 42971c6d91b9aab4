"""Every action by typing a part of its name, with the key that does the same."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet, shown_keys
from app.ui.actions import TABLE
from app.ui.chooser import Chooser, Item
from app.ui.menu_titles import CONTEXT


def command_items(actions: ActionSet) -> list[Item]:
    """A line per action: ``View: Fit``, its keys at the right."""
    items = []
    for row in TABLE:
        action = actions[row.id]
        menu = QCoreApplication.translate(CONTEXT, row.menu.rpartition("/")[2])
        items.append(Item(f"{menu}: {action.text()}", shown_keys(action), action.trigger, enabled=action.isEnabled()))
    return items


def open_command_palette(window: QWidget, actions: ActionSet) -> Chooser:
    """The palette, open over the window."""
    placeholder = QCoreApplication.translate(CONTEXT, "Type a command")
    chooser = Chooser(window, placeholder, command_items(actions))
    chooser.open()
    return chooser
