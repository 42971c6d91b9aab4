"""What a right click on the picture offers: the classes there, and what can be done with the one that is seen.

While something is unfinished it offers the ways to end it instead, which otherwise are keys that one has to know.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from app.faces.classes import CLASSES, FaceClass
from app.imaging.components import topmost_at
from app.ui.strip.rule_words import described, swatch

if TYPE_CHECKING:
    from app.ui.action_set import ActionSet
    from app.ui.canvas.photo import PhotoCanvas
    from app.ui.session import Session

_SHOWN = ("edit.undo", "edit.redo")


def _tr(text: str) -> str:
    return QCoreApplication.translate("canvas", text)


def open_context_menu(canvas: PhotoCanvas, actions: ActionSet, place: QPoint) -> QMenu | None:
    """Open the menu at a place of the screen; None where there is nothing to offer."""
    menu = QMenu(canvas)
    menu.setObjectName("canvasMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if canvas.is_pending:
        _offer_endings(menu, canvas)
    else:
        _offer_classes(menu, canvas, QPointF(canvas.mapFromGlobal(place)))
        menu.addSeparator()
        menu.addActions([actions[action_id] for action_id in _SHOWN])
    menu.popup(place)
    return menu


def _offer_endings(menu: QMenu, canvas: PhotoCanvas) -> None:
    for text, key, do in (
        (_tr("Accept"), _tr("Enter"), canvas.accept),
        (_tr("Take the last point back"), _tr("Backspace"), canvas.step_back),
        (_tr("Drop it"), _tr("Esc"), canvas.cancel),
    ):
        menu.addAction(f"{text}\t{key}").triggered.connect(do)


def _offer_classes(menu: QMenu, canvas: PhotoCanvas, position: QPointF) -> None:
    session, bits = canvas.session, None if canvas.picture is None else canvas.picture.bits
    if bits is None:
        return
    x, y = (math.floor(part) for part in canvas.mask_place().point(position))
    seen = topmost_at(bits, x, y, session.paint_order, session.open_eyes)
    if seen is None:
        return
    pile = [CLASSES[k] for k in reversed(session.paint_order) if int(bits[y, x]) & CLASSES[k].bit] or [CLASSES[0]]
    for face_class in pile:
        action = menu.addAction(swatch(session, face_class), described(face_class))
        action.setCheckable(True)
        action.setChecked(face_class.id == session.face_class)
        action.triggered.connect(lambda _=False, one=face_class: setattr(session, "face_class", one.id))
    if CLASSES[seen].bit:
        menu.addSeparator()
        _offer_verbs(menu, session, CLASSES[seen])


def _offer_verbs(menu: QMenu, session: Session, seen: FaceClass) -> None:
    def hide() -> None:
        session.solo, session.visible = None, session.visible & ~seen.bit

    def lock() -> None:
        session.locked ^= seen.bit

    locking = _tr("Unlock {name}") if session.locked & seen.bit else _tr("Lock {name}")
    alone = _tr("Show the others again") if session.solo == seen.id else _tr("Show only {name}")
    for text, do in (
        (_tr("Hide {name}"), hide),
        (alone, lambda: session.toggle_solo(seen.id)),
        (locking, lock),
    ):
        menu.addAction(text.format(name=seen.title)).triggered.connect(do)
