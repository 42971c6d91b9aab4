"""What is under the pointer: the pile of classes from the top down, how large each is, what the captions say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.faces.classes import CLASSES, FaceClass
from app.faces.mask import Bits
from app.generation.mentions import mentions
from app.imaging.cv import cv2
from app.ui.canvas.aids import HOVER_CARD
from app.ui.canvas.decorations.card import Card, Line
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.decorations.rulers import inset

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.mask_canvas import MaskCanvas

_AFTER_MS = 40
"""A quick mouse is not followed at every pixel."""
_PHRASES = 3


class HoverCard(Decoration):
    """A card in a corner that the pointer is not in. While a stroke is drawn it stays as it is."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.card = Card(canvas, name="hoverCard")
        self._pixel: tuple[int, int] | None = None
        self._pieces: dict[int, tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] = {}
        self._pieces_of: Bits | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self.refresh)
        self._session.aids_changed.connect(self._on_aids_changed)

    def _on_aids_changed(self) -> None:
        on, session = HOVER_CARD in self._session.aids, self._session
        if on == self.is_on:
            return
        self.turn(on=on)
        # Only while it is on: the brush tells of a pixel at every frame.
        if on:
            session.pixel_hovered.connect(self._on_hovered)
            session.pixel_left.connect(self._on_left)
        else:
            session.pixel_hovered.disconnect(self._on_hovered)
            session.pixel_left.disconnect(self._on_left)
            self._on_left()

    def _on_hovered(self, x: int, y: int) -> None:
        self._pixel = x, y
        if not self._timer.isActive():
            self._timer.start()

    def _on_left(self) -> None:
        self._pixel = None
        self._timer.stop()
        self.card.say(())

    def view_changed(self) -> None:
        self._pieces = {}
        self._timer.start()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self._pieces = {}
        self._timer.start()

    def refresh(self) -> None:
        """Say what is under the pointer now."""
        document, picture = self._session.document, self.canvas.picture
        bits = None if picture is None else picture.bits
        if document is not None and document.stroke is not None:
            return
        if self._pixel is None or bits is None:
            self.card.say(())
            return
        x, y = self._pixel
        if not (0 <= y < bits.shape[0] and 0 <= x < bits.shape[1]):
            self.card.say(())
            return
        if self._pieces_of is not bits:
            self._pieces, self._pieces_of = {}, bits
        self.card.say(self._lines(bits, x, y))
        self._place(x / bits.shape[1], y / bits.shape[0])

    def _lines(self, bits: Bits, x: int, y: int) -> list[Line]:
        pile = [CLASSES[k] for k in reversed(self._session.paint_order) if int(bits[y, x]) & CLASSES[k].bit]
        lines = []
        for place, face_class in enumerate(pile):
            title = face_class.title if place == 0 else self.tr("under it: {name}").format(name=face_class.title)
            lines.append(Line(title, self._size(bits, face_class, x, y), self._session.colour_of(face_class)))
            lines += [Line(text, is_quiet=True) for text in self._said_of(face_class)]
        if not pile:
            pixels = int(np.count_nonzero(bits == 0))
            lines.append(Line(CLASSES[0].title, self._area(pixels, bits.size)))
        return lines

    def _size(self, bits: Bits, face_class: FaceClass, x: int, y: int) -> str:
        """``8,112 px · 3.1 % · 3 pieces, this one 40 px``."""
        labels, areas = self._pieces_of_class(bits, face_class)
        text = self._area(int(areas[1:].sum()), bits.size)
        pieces = len(areas) - 1
        if pieces > 1:
            here = int(areas[labels[y, x]])
            text += self.tr(" · {count} pieces, this one {area} px").format(count=pieces, area=f"{here:,}")
        return text

    def _area(self, pixels: int, of: int) -> str:
        share = 100 * pixels / of
        percent = self.tr("<0.1 %") if 0 < share < 0.05 else f"{share:.1f} %"
        return self.tr("{pixels} px · {percent}").format(pixels=f"{pixels:,}", percent=percent)

    def _pieces_of_class(
        self, bits: Bits, face_class: FaceClass
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """(H, W) number of the piece at each pixel, and the pieces' areas; number 0 is where the class is not."""
        if face_class.id not in self._pieces:
            layer = (bits & np.uint32(face_class.bit) != 0).view(np.uint8)
            _, labels, stats, _ = cv2.connectedComponentsWithStats(layer, connectivity=8)
            self._pieces[face_class.id] = labels, stats[:, cv2.CC_STAT_AREA]
        return self._pieces[face_class.id]

    def _said_of(self, face_class: FaceClass) -> list[str]:
        document, sample = self._session.document, self._session.sample
        captions = document.captions(sample) if document is not None and sample is not None else None
        if captions is None:
            return []
        said = mentions(captions.texts, face_class.name)[:_PHRASES]
        texts = [phrase if count == 1 else f"{phrase} ×{count}" for phrase, count in said]
        return [self.tr("captions: {phrases}").format(phrases=", ".join(texts))] if texts else []

    def _place(self, x: float, y: float) -> None:
        """In the lower left corner; where the pointer is there, in the upper one."""
        canvas, card = self.canvas, self.card
        place = canvas.placement()
        size, ratio = canvas.picture_size(), canvas.devicePixelRatioF()
        at_x = (place.x + x * size.width() * place.scale) / ratio
        at_y = (place.y + y * size.height() * place.scale) / ratio
        is_near = at_x < card.width() + 60 and at_y > canvas.height() - card.height() - 60
        edge = inset(self._session)
        badge = canvas.findChild(QWidget, "photoBadge")
        bottom = canvas.height() - 8 if badge is None or badge.isHidden() else badge.y() - 4
        card.move(8 + edge, 40 + edge if is_near else bottom - card.height())
