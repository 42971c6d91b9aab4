"""The paint orders that have a name: those of the known schemes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.faces.classes import CLASSES, SCHEMES, PaintOrder


def completed(order: PaintOrder) -> PaintOrder:
    """The order with the classes that its scheme lacks at the bottom, where they hide nothing."""
    return tuple(c.id for c in CLASSES[1:] if c.id not in order) + order


NAMED: tuple[tuple[str, PaintOrder], ...] = tuple((s.title, completed(s.paint_order)) for s in SCHEMES)
"""Title and order of every scheme."""


def title_of(order: PaintOrder) -> str:
    """What people call it: the first scheme that paints so, or that it is one's own."""
    own = QCoreApplication.translate("paint orders", "my own")
    return next((title for title, named in NAMED if named == order), own)
