"""What a right click in a caption offers besides cutting and pasting: spellings, undo, what else a line can do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet
    from app.ui.captions.desk import CaptionDesk
    from app.ui.captions.words import Word

_SPELLINGS = 5
_OF_A_LINE = (
    ("captions.repair", "captions.reword", "captions.past"),
    ("captions.copy", "captions.paste"),
    ("edit.add_caption", "edit.duplicate_caption", "edit.remove_caption", "edit.caption_up", "edit.caption_down"),
)


class LineMenu(QObject):
    """Fills the menu of a line in the moment before it is seen."""

    def __init__(self, desk: CaptionDesk, actions: ActionSet) -> None:
        super().__init__(desk)
        self._desk = desk
        self._actions = actions
        desk.panel.menu_opening.connect(self.fill)

    def fill(self, line: int, menu: QMenu, word: Word | None) -> None:
        """Spelling and undo stand before Qt's own actions, all that concerns the whole line after them."""
        self._desk.panel.edit(line)
        first = next(iter(menu.actions()), None)
        before = [*(self._spellings(line, menu, word) if word is not None and word.is_misspelt else ()),
                  self._actions["edit.undo"], self._actions["edit.redo"], _rule(menu)]  # fmt: skip
        menu.insertActions(first, before) if first is not None else menu.addActions(before)
        for ids in _OF_A_LINE:
            menu.addSeparator()
            menu.addActions([self._actions[action_id] for action_id in ids])
            if ids is _OF_A_LINE[0] and (dismiss := self._desk.offers.dismissal(line)) is not None:
                menu.addAction(dismiss.text).triggered.connect(lambda _checked=False: dismiss.do())

    def _spellings(self, line: int, menu: QMenu, word: Word) -> list[QAction]:
        found = self._desk.offers.spellings(line, word)
        actions = []
        for offer in (*found[:-1][:_SPELLINGS], found[-1]):
            action = QAction(offer.text.replace("&", "&&"), menu)
            action.triggered.connect(partial(_do, offer.do))
            actions.append(action)
        return [*actions, _rule(menu)]


def _do(what: object, _checked: bool = False) -> None:
    assert callable(what)
    what()


def _rule(menu: QMenu) -> QAction:
    action = QAction(menu)
    action.setSeparator(True)
    return action
