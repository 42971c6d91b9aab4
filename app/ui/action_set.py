"""The table of actions as living ``QAction``s: menus, keys, checked and enabled states in one place.

Their keys are those in force (``keys/keymap.py``): a preset and what the user changed. They can change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.faces.errors import FaceDataError
from app.ui.actions import CONDITIONS, ROW_BY_ID, TABLE, Row
from app.ui.icons import icon
from app.ui.keys.keymap import Keymap, load_keymap, save_keymap
from app.ui.menu_titles import CONTEXT
from app.ui.messages import tooltip

Handler = Callable[[], None]


class ActionSet(QObject):
    """One ``QAction`` per row, owned by the window so that its keys work wherever the focus is."""

    refused = Signal(str, str)
    """An action could not be done: its id and the reason (a ``FaceDataError`` that reached the dispatch)."""
    ran = Signal(str)
    """An action was triggered. Qt has flipped its check mark; what holds it to must be shown again."""

    keys_changed = Signal()
    """Other keys are in force."""

    def __init__(self, window: QWidget, keys_file: Path | None = None) -> None:
        """``keys_file`` keeps the keys that differ from the table's; without one they are the table's."""
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._holding: frozenset[str] | None = None
        self._handlers: dict[str, Handler] = {}
        self._keys_file = keys_file
        self.keymap = Keymap() if keys_file is None else load_keymap(keys_file)
        self._keys = self.keymap.keys()
        self._owners = {key: action_id for action_id, keys in self._keys.items() for key in keys}
        for row in TABLE:
            action = QAction(window)
            action.setObjectName(row.id)
            action.setShortcuts([QKeySequence(key) for key in self._keys[row.id]])
            action.setCheckable(row.checkable)
            action.setIconVisibleInMenu(False)
            action.triggered.connect(lambda _checked=False, action_id=row.id: self.run(action_id))
            window.addAction(action)
            self._actions[row.id] = action
            self.say(row.id, translated(row))
        self.enable({})

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def connect_handlers(self, handlers: Mapping[str, Handler]) -> None:
        """From now on the actions named do this. Raises KeyError for an id that the table lacks."""
        for action_id, handler in handlers.items():
            if action_id not in self._actions:
                raise KeyError(action_id)
            self._handlers[action_id] = handler

    def handled(self) -> frozenset[str]:
        """The ids that do something."""
        return frozenset(self._handlers)

    def run(self, action_id: str) -> None:
        """Do what the action does; what the user can act on is told through ``refused``."""
        handler = self._handlers.get(action_id)
        if handler is None:
            return
        try:
            handler()
        except FaceDataError as error:
            self.refused.emit(action_id, str(error))
        finally:
            self.ran.emit(action_id)

    def with_key(self, key: str) -> str | None:
        """The id of the action that a portable key text triggers."""
        return self._owners.get(key)

    def use_keys(self, keymap: Keymap) -> None:
        """These keys are in force from now on, and kept. Raises OSError when they hold only until the window closes."""
        before = self._keys
        self.keymap, self._keys = keymap, keymap.keys()
        self._owners = {key: action_id for action_id, keys in self._keys.items() for key in keys}
        for action_id, keys in self._keys.items():
            if keys != before[action_id]:
                self._actions[action_id].setShortcuts([QKeySequence(key) for key in keys])
                self._explain(self._actions[action_id])
        self.keys_changed.emit()
        if self._keys_file is not None:
            save_keymap(self._keys_file, keymap)

    def say(self, action_id: str, text: str) -> None:
        """The action reads like this now, its buttons with the keys that do the same."""
        action = self._actions[action_id]
        if action.text() != text:
            action.setText(text)
            self._explain(action)

    def _explain(self, action: QAction) -> None:
        text, keys = action.text(), shown_keys(action)
        told = f"{text.rstrip('…')} ({keys})" if keys else text.rstrip("…")
        why = "" if action.isEnabled() else self._reason(action.objectName())
        action.setToolTip(tooltip(f"{told}\n{why}" if why else told))

    def _reason(self, action_id: str) -> str:
        """Why an action cannot be used now."""
        when = CONDITIONS[ROW_BY_ID[action_id].when]
        return self.tr("Can be used {when}.").format(when=QCoreApplication.translate(CONTEXT, when))

    def enable(self, conditions: Mapping[str, bool]) -> None:
        """Each action can be used where its row's condition holds; a condition not named does not hold.

        Those that cannot be used say why.
        """
        holding = frozenset(name for name, holds in conditions.items() if holds) | {"always"}
        if holding == self._holding:
            return
        for row in TABLE:
            action, enabled = self._actions[row.id], row.when in holding
            if action.isEnabled() != enabled or self._holding is None:
                action.setEnabled(enabled)
                self._explain(action)
        self._holding = holding

    def check(self, action_id: str, checked: bool) -> None:
        """Show an action as on or off, and the others of its group as off; nothing is triggered."""
        group = ROW_BY_ID[action_id].group
        if group and checked:
            for row in TABLE:
                if row.group == group and row.checkable:
                    self._actions[row.id].setChecked(row.id == action_id)
        self._actions[action_id].setChecked(checked)

    def tint(self) -> None:
        """The icons in the colours of the palette in use."""
        for row in TABLE:
            if row.icon:
                self._actions[row.id].setIcon(icon(row.icon))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In a menu, where the keys are to be seen, only what is gray has a tooltip: why."""
        if event.type() == QEvent.Type.ToolTip and isinstance(watched, QMenu) and isinstance(event, QHelpEvent):
            action = watched.actionAt(event.pos())
            if action is not None and not action.isEnabled() and action.objectName() in self._actions:
                QToolTip.showText(event.globalPos(), tooltip(self._reason(action.objectName())), watched)
                return True
        return super().eventFilter(watched, event)

    def fill(self, tops: Mapping[str, QMenu]) -> None:
        """Put the actions into the menus (by title), in the order of the table."""
        menus = dict(tops)
        for row in TABLE:
            menu = menus.get(row.menu)
            if menu is None:
                parent, _, title = row.menu.partition("/")
                if row.rule:
                    menus[parent].addSeparator()
                menu = menus[row.menu] = menus[parent].addMenu(QCoreApplication.translate(CONTEXT, title))
            elif row.rule:
                menu.addSeparator()
            menu.addAction(self._actions[row.id])
        for menu in menus.values():
            menu.installEventFilter(self)
        for title in dict.fromkeys(row.also for row in TABLE if row.also):
            menus[title].addSeparator()
            menus[title].addActions([self._actions[row.id] for row in TABLE if row.also == title])


def translated(row: Row) -> str:
    """The row's text in the user's language."""
    return QCoreApplication.translate(CONTEXT, row.text)


def shown_keys(action: QAction) -> str:
    """The keys of an action as people read them, ``Ctrl+0 or F``; empty when it has none."""
    texts = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
    return QCoreApplication.translate(CONTEXT, " or ").join(text for text in texts if text)
