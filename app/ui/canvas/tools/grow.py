"""Growing between scribbles: a line of each class over what it is, and the photo's edges part what lies between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import Qt

from app.assist.watershed import Labels, between, grown
from app.faces.classes import CLASSES, RGB
from app.faces.errors import FaceDataError
from app.faces.mask import Bits
from app.faces.sample import Photo
from app.imaging.compose import Touch, touched
from app.imaging.footprint import Point
from app.imaging.polygon import pixel_at
from app.jobs import Progress
from app.ui.canvas.tools.answers import Answers
from app.ui.canvas.tools.area_tool import ERASING, AreaTool
from app.ui.canvas.tools.scribbles import PEN, Scribble, cut, labelled_seeds
from app.ui.canvas.tools.tool import PLAIN, Hand, Option
from app.ui.mask_change import change_mask
from app.ui.session import Session

REACH = Option(
    "grow.reach", "Reach", 6, high=200, suffix=" px", hint="How far beyond the outermost scribbles something may change"
)
SMOOTHING = Option(
    "grow.smoothing", "Smoothing", 1, high=5, suffix=" px", hint="How far the photo is blurred: fewer, smoother edges"
)
_ERASE, _LEAVE = len(CLASSES) + 1, len(CLASSES) + 2
"""The labels of what is to be erased, and of what is to stay as it is; a class has its id and one more."""
_SCRIBBLE_ALPHA = 0.85


@dataclass(frozen=True, slots=True, eq=False)
class _Growth:
    """(H, W) labels: of what was scribbled, and of what that has grown into."""

    seeds: Labels
    labels: Labels


def _grow(
    photo: Photo, scribbles: list[Scribble], reach: int, blur: float, progress: Progress
) -> _Growth:  # fmt: skip
    seeds = labelled_seeds(scribbles, (photo.shape[0], photo.shape[1]))
    progress.report(0, 1)
    return _Growth(seeds, grown(photo, seeds, between(seeds, reach), blur=blur))


class GrowTool(AreaTool):
    """Every scribble grows until it meets the next, along the edges of the photo.

    Drag over something with the class that it is in hand, go on with other classes; the right button or Alt marks what
    stays as it is. Enter or a double click accepts all of it as one step, Backspace takes back the last scribble.
    """

    name = "grow"
    pointer = Qt.CursorShape.CrossCursor
    erases_with_right = True
    options = (PEN, REACH, SMOOTHING)
    verb = "Scribbling"
    says = "Drag over things, Enter accepts"

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._answers = Answers()
        self._scribbles: list[Scribble] = []
        self._scribble: Scribble | None = None
        self._found: _Growth | None = None
        self._accepts = False
        session.rules_changed.connect(self._on_rules_changed)
        session.option_changed.connect(self._on_option_changed)

    @property
    def is_active(self) -> bool:
        return self._scribble is not None

    @property
    def is_pending(self) -> bool:
        return bool(self._scribbles)

    @property
    def is_waiting(self) -> bool:
        """Whether something is still growing."""
        return self._answers.is_waiting

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        mask = self.mask()
        if mask is None or self._accepts or self._scribble is not None:
            return
        if hand.is_double and self._scribbles:
            self._take_back_dot()
            self.accept()
            return
        leaves = hand.erase or hand.alt
        if reason := self.obstacle(erase=leaves):
            self.refuse(reason)
        elif self.session.photo.rgb(mask.shape) is None:
            self.refuse("This sample has no photo; scribbles grow along its edges")
        elif pixel_at(point, mask.shape) is not None:
            label = _LEAVE if leaves else _ERASE if self.session.erasing else self.session.face_class + 1
            self._scribble = Scribble(label, self.number(PEN), [point])
            self._show_lines()

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        if self._scribble is not None and point is not None and point != self._scribble.points[-1]:
            self._scribble.points.append(point)
            self._show_lines()

    def release(self) -> None:
        scribble, self._scribble = self._scribble, None
        if scribble is not None:
            self._scribbles.append(scribble)
            self._ask()

    def accept(self) -> bool:
        if not self._scribbles:
            return False
        if self._answers.is_waiting or self._found is None:
            self._accepts = True
            self._ask()
            return True
        self._commit(self._found.labels)
        return True

    def step_back(self) -> bool:
        if not self._scribbles:
            return False
        self._scribbles.pop()
        self._accepts, self._scribble = False, None
        if self._scribbles:
            self._ask()
        else:
            self.cancel()
        return True

    def cancel(self) -> None:
        self._answers.drop()
        self._scribbles, self._scribble, self._found, self._accepts = [], None, None, False
        self.preview.clear()

    def _on_rules_changed(self) -> None:
        if self.session.tool == self.name and self._scribbles:
            self._show()

    def _on_option_changed(self, key: str) -> None:
        if self.session.tool == self.name and self._scribbles and key in (REACH.key, SMOOTHING.key):
            self._ask()

    def _take_back_dot(self) -> None:
        """The first click of a double click was no scribble."""
        if len(self._scribbles) > 1 and len(self._scribbles[-1].points) == 1:
            self._scribbles.pop()
            self._found = None

    def _ask(self) -> None:
        mask = self.mask()
        photo = self.session.photo.rgb(mask.shape) if mask is not None else None
        if photo is not None:
            reach, blur = self.number(REACH), float(self.number(SMOOTHING))
            question = partial(_grow, photo, list(self._scribbles), reach, blur)
            self._answers.ask(question, self._take, self._on_failed)

    def _take(self, found: _Growth) -> None:
        self._found = found
        if self._accepts:
            self._commit(found.labels)
        else:
            self._show()

    def _on_failed(self, reason: str) -> None:
        self.cancel()
        self.refuse(reason)

    def _grew(self, labels: Labels) -> list[int]:
        """The labels of what changes something."""
        return [int(label) for label in np.unique(labels) if 0 < label < _LEAVE]

    def _after(self, bits: Bits, labels: Labels) -> Bits:
        """The mask with what has grown, as far as the restrictions allow."""
        held, mode = self.session.face_class, self.session.erase_mode
        touches = [
            Touch(held, labels == label, mode) if label == _ERASE else Touch(label - 1, labels == label)
            for label in self._grew(labels)
        ]
        return touched(bits, touches, self.session.rules(), self.session.within())

    def _commit(self, labels: Labels) -> None:
        self.cancel()
        mask = self.mask()
        if mask is None or labels.shape != mask.shape:  # the mask may have been read anew, in another size
            return
        grew = self._grew(labels)
        label = "Grow " + ", ".join("erasing" if label == _ERASE else CLASSES[label - 1].name for label in grew)
        try:
            change_mask(self.session, lambda mask: self._after(mask.bits, labels), label)
        except FaceDataError as error:
            self.refuse(str(error))
            return
        for grown_label in grew:
            self.session.reveal(0 if grown_label == _ERASE else grown_label - 1)

    def _show(self) -> None:
        """The scribbles, and what would change after all restrictions."""
        mask, found = self.mask(), self._found
        self.preview.clear()
        if mask is not None and found is not None and found.labels.shape == mask.shape:
            labels, seeds = found.labels, found.seeds
            changes = self._after(mask.bits, labels) != mask.bits
            for label in self._grew(labels):
                self.preview.add_area(*cut(changes & (labels == label)), self._colour(label))
                self.preview.add_fill(*cut(seeds == label), self._colour(label), alpha=_SCRIBBLE_ALPHA)
        self._show_lines()

    def _show_lines(self) -> None:
        self.preview.show_paths([])
        for scribble in (*self._scribbles, *([self._scribble] if self._scribble else [])):
            self.preview.add_path(scribble.points, dashed=scribble.label == _LEAVE)

    def _colour(self, label: int) -> RGB:
        return self.session.colour_of(CLASSES[label - 1]) if 1 < label < _ERASE else ERASING
