"""GrabCut: a box around something, and its outline is proposed; scribbles correct it until it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt

from app.assist.grabcut import SMALLEST_SIDE, cut_out
from app.faces.mask import Binary
from app.faces.sample import Photo
from app.imaging.footprint import Point
from app.imaging.polygon import spanned
from app.imaging.raster import Rect
from app.jobs import Progress
from app.ui.canvas.tools.answers import Answers
from app.ui.canvas.tools.combining import COMBINE, CombiningTool
from app.ui.canvas.tools.scribbles import PEN, Scribble, labelled_seeds
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.session import Session

_OBJECT, _BESIDE = 1, 2


def _cut(photo: Photo, box: Rect, scribbles: list[Scribble], progress: Progress) -> Binary:
    known = labelled_seeds(scribbles, (photo.shape[0], photo.shape[1]))
    return cut_out(photo, box, foreground=known == _OBJECT, background=known == _BESIDE, progress=progress)


class GrabCutTool(CombiningTool):
    """Adds, cuts or keeps what stands out by its colours in a box.

    Drag the box; then drag inside it over what belongs to the object, with the right button or Alt over what does not.
    Enter or a double click accepts, Backspace takes back the last scribble and in the end the box, a drag that begins
    outside of the box draws another one.
    """

    name = "grabcut"
    pointer = Qt.CursorShape.CrossCursor
    options = (PEN, COMBINE)
    says = "Drag a box, Enter accepts"

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._answers = Answers()
        self._start: Point | None = None
        self._box: Rect | None = None
        self._scribbles: list[Scribble] = []
        self._scribble: Scribble | None = None
        self._found: Binary | None = None
        self._accepts = False

    @property
    def is_active(self) -> bool:
        return self._start is not None or self._scribble is not None

    @property
    def is_pending(self) -> bool:
        return self._box is not None

    @property
    def is_waiting(self) -> bool:
        """Whether the object is still looked for."""
        return self._answers.is_waiting

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        if self._accepts or self.is_active:
            return
        if self._box is not None and _is_in(self._box, point):
            if hand.is_double:
                self._take_back_dot()
                self.accept()
                return
            label = _BESIDE if hand.erase or hand.alt else _OBJECT
            self._scribble = Scribble(label, self.number(PEN), [point])
            self._show_lines()
            return
        mask = self.mask()
        if mask is not None and self.session.photo.rgb(mask.shape) is None:
            self.refuse("This sample has no photo; GrabCut goes by its colours")
        elif self.begin(hand):
            self._drop()
            self._start = point

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        mask = self.mask()
        if point is None or mask is None:
            return
        if self._scribble is not None:
            if point != self._scribble.points[-1]:
                self._scribble.points.append(point)
                self._show_lines()
        elif self._start is not None:
            self._box = spanned(self._start, point).clipped(mask.shape)
            self._show_lines()

    def release(self) -> None:
        scribble, self._scribble = self._scribble, None
        start, self._start = self._start, None
        if scribble is not None:
            self._scribbles.append(scribble)
        elif start is not None and (self._box is None or min(self._box.width, self._box.height) < SMALLEST_SIDE):
            self.cancel()
            return
        self._ask()

    def accept(self) -> bool:
        if self._box is None:
            return False
        if self._answers.is_waiting or self._found is None:
            self._accepts = True
            self._ask()
            return True
        box, found, mask = self._box, self._found, self.mask()
        self.cancel()
        if mask is not None and box.is_within(mask.shape):  # the mask may have been read anew, in another size
            self.finish((box, found), "GrabCut")
        return True

    def step_back(self) -> bool:
        if self._box is None:
            return False
        self._accepts, self._scribble, self._start = False, None, None
        if not self._scribbles:
            self.cancel()
            return True
        self._scribbles.pop()
        self._ask()
        return True

    def cancel(self) -> None:
        self._drop()
        self.preview.clear()

    def redraw(self) -> None:
        if self._box is None:
            return
        self.preview.clear()
        if self._found is not None:
            self.show((self._box, self._found))
            self.preview.add_outline(self._box, self._found)  # what was found, and not only what would change
        self._show_lines()

    def _drop(self) -> None:
        self._answers.drop()
        self._start = self._box = self._scribble = self._found = None
        self._scribbles, self._accepts = [], False

    def _take_back_dot(self) -> None:
        """The first click of a double click was no scribble."""
        if self._scribbles and len(self._scribbles[-1].points) == 1:
            self._scribbles.pop()
            self._found = None

    def _ask(self) -> None:
        mask = self.mask()
        photo = self.session.photo.rgb(mask.shape) if mask is not None else None
        if photo is None or self._box is None:
            return
        question = partial(_cut, photo, self._box, list(self._scribbles))
        self._answers.ask(question, self._take, self._on_failed)
        self._show_lines()

    def _take(self, found: Binary) -> None:
        self._found = found
        if self._accepts:
            self.accept()
        else:
            self.redraw()

    def _on_failed(self, reason: str) -> None:
        self.cancel()
        self.refuse(reason)

    def _show_lines(self) -> None:
        if self._box is None:
            return
        self.preview.show_paths([])
        x, y, width, height = self._box
        corners = [
            (float(at_x), float(at_y))
            for at_x, at_y in ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        ]
        self.preview.add_path(corners, closed=True, dashed=self._answers.is_waiting)
        for scribble in (*self._scribbles, *([self._scribble] if self._scribble else [])):
            self.preview.add_path(scribble.points, dashed=scribble.label == _BESIDE)


def _is_in(box: Rect, point: Point) -> bool:
    return box.x <= point[0] < box.x + box.width and box.y <= point[1] < box.y + box.height
