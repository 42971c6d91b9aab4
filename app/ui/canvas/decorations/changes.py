"""What changed since before: the changed pixels outlined, and what each class gained and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.faces.classes import CLASSES
from app.imaging.difference import Difference, difference
from app.ui.canvas.decorations.card import Card, Line
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.decorations.paint_order_badge import BADGE_TOP
from app.ui.canvas.decorations.rulers import inset
from app.ui.canvas.preview import edges_of, paint_edges

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.mask_canvas import MaskCanvas

_CLASSES_SHOWN = 8


class Changes(Decoration):
    """Outlines every pixel whose classes are others than before. A stroke counts when it has ended."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.card = Card(canvas, name="changesCard")
        self._edges: npt.NDArray[np.int64] = np.empty((0, 4), np.int64)
        self._compared: tuple[object, ...] = ()
        self._session.comparison_changed.connect(self._on_comparison_changed)
        self._session.aids_changed.connect(self._place_card)
        self._session.view_changed.connect(self._place_card)
        canvas.resized.connect(self._place_card)

    def _on_comparison_changed(self) -> None:
        on = self._session.comparison.shows_difference
        if on != self.is_on:
            self.turn(on=on)
            self.before_changed()

    def view_changed(self) -> None:
        if self._source_key() != self._compared:
            self.before_changed()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self.before_changed()

    def before_changed(self) -> None:
        """Compare anew."""
        if not self.is_on:
            self.card.say(())
            return
        self._compared = self._source_key()
        found, self._edges = self._compare()
        self.card.say(self._lines(found))
        self._place_card()
        self.canvas.update()

    def _source_key(self) -> tuple[object, ...]:
        picture = self.canvas.picture
        return picture, picture and picture.revision

    def _compare(self) -> tuple[Difference | None, npt.NDArray[np.int64]]:
        """What is different, and its outline; None: there is nothing to compare with."""
        none = np.empty((0, 4), np.int64)
        source, picture = self.canvas.before, self.canvas.picture
        now = None if picture is None else picture.bits
        if source is None or now is None or self.canvas.view is None:
            return None, none
        before = source.bits()
        if before is None:
            before = np.zeros_like(now)
        if before.shape != now.shape:
            return None, none
        found = difference(before, now)
        x, y = found.region[:2]
        part = found.region.slices
        return found, edges_of(before[part] != now[part]) + np.array([x, y, x, y]) if found.pixels else none

    def _lines(self, found: Difference | None) -> list[Line]:
        if found is None or self.canvas.before is None:
            return []
        source = self.canvas.before.title
        if not found.pixels:
            return [Line(self.tr("{source}: nothing is different").format(source=source), is_quiet=True)]
        pixels = self.tr("1 px differs") if found.pixels == 1 else self.tr("{count} px differ")
        lines = [Line(source, pixels.format(count=f"{found.pixels:,}"), is_quiet=True)]
        for class_id in found.classes[:_CLASSES_SHOWN]:
            face_class = CLASSES[class_id]
            more, less = found.gained.get(class_id, 0), found.lost.get(class_id, 0)
            figure = "  ".join([f"+{more:,}"] * bool(more) + [f"−{less:,}"] * bool(less))
            lines.append(Line(face_class.title, figure, self._session.colour_of(face_class)))
        rest = len(found.classes) - _CLASSES_SHOWN
        if rest > 0:
            text = self.tr("and 1 more class") if rest == 1 else self.tr("and {count} more classes")
            lines.append(Line(text.format(count=rest), is_quiet=True))
        return lines

    def _place_card(self) -> None:
        if not self.card.isHidden():
            badge = 30 if self._session.shown_order is not None else 0
            top = BADGE_TOP + badge + inset(self._session)
            self.card.move(self.canvas.width() - self.card.width() - 8, top)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        if len(self._edges):
            paint_edges(painter, self.canvas.mask_place(), self._edges, exposed)
