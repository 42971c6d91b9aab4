"""What every tool is: something that is pressed, moved and released at points of the mask, and can be cancelled.

Tools know the session and the document, no widget: points are mask pixels (pixel (0, 0) covers 0 ≤ x < 1), what they
change comes back to the canvas as the document's changes, and what they only show is in their ``preview``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from app.document.document import Document
from app.faces.classes import CLASSES
from app.faces.sample import Modality, SampleId
from app.imaging.face_axis import FaceAxis
from app.imaging.footprint import Point
from app.ui.canvas.preview import Preview
from app.ui.session import Session

NO_MASK = "This sample has no mask"


@dataclass(frozen=True, slots=True)
class Hand:
    """How the pointer is held at this moment. ``erase``: by the right button, or the eraser's end of a pen."""

    erase: bool = False
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    pressure: float = 1.0
    """0…1; always 1 for a mouse."""
    is_double: bool = False
    """The second press of a double click."""


PLAIN = Hand()
OptionValue = bool | int | str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice that a tool offers; the strip makes its control, the session keeps its value under ``key``.

    A bool default is a tick, an int a number from ``low`` to ``high``, a str one of ``choices`` (value, words).
    """

    key: str
    title: str
    default: OptionValue
    choices: tuple[tuple[str, str], ...] = ()
    low: int = 0
    high: int = 100
    suffix: str = ""
    hint: str = ""


class Tool:
    """Does nothing; tools override what they need. ``refuse`` takes the reason why a wish was not granted."""

    name = ""
    pointer = Qt.CursorShape.ArrowCursor
    shows_footprint = False
    erases_with_right = False
    """Whether a drag with the right button is a press with ``Hand.erase``."""
    grain = 1.0
    """Mask pixels across one pixel of the screen, as the canvas says: what is near or far to the hand."""
    options: tuple[Option, ...] = ()
    axis: FaceAxis | None = None
    """What is drawn with the footprint is mirrored about this, and so is its outline."""
    minds_keys = True
    """Whether ``move`` cares for modifier keys: asking for them at every move takes a fiftieth of a brush event."""
    brush_at: tuple[Point, int] | None = None
    """Where the footprint is and its size while a stroke has it elsewhere, or smaller, than the pointer says."""
    verb = "Painting"
    """What the strip's sentence says is done with the class held; empty where that class has no part in it."""
    says = ""
    """What the strip says before that: what a press does, where “Painting …” alone would not tell."""
    changes_mask = True
    """Whether it changes the mask, so that the restrictions concern it."""

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        self.session = session
        self.refuse = refuse
        self.preview = Preview()

    @classmethod
    def verb_now(cls, session: Session) -> str:  # noqa: ARG003
        """``verb``; tools whose options decide it ask those."""
        return cls.verb

    @property
    def is_active(self) -> bool:
        """Whether a button is down and something is drawn that ``release`` would finish and ``cancel`` take back."""
        return False

    @property
    def is_pending(self) -> bool:
        """Whether something is begun that outlasts the button: a polygon, a proposal to be accepted."""
        return False

    @property
    def line_start(self) -> Point | None:
        """Where a straight line to the pointer would begin, for tools that draw lines with the footprint."""
        return None

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        """A button went down."""

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:
        """The pointer moved while pressed; None: it is outside the view, and where it went there counts for nothing."""

    def hover(self, point: Point | None, hand: Hand = PLAIN) -> None:
        """The pointer moved with no button down, or a modifier key changed under it; None: it left the view."""

    def release(self) -> None:
        """The button went up: keep what was drawn."""

    def accept(self) -> bool:
        """Enter: finish what is pending. Returns whether there was anything."""
        return False

    def step_back(self) -> bool:
        """Backspace: take the last point back. Returns whether there was one."""
        return False

    def nudge(self, dx: int, dy: int) -> bool:  # noqa: ARG002
        """An arrow key: move what is held by so many pixels. Returns whether anything is."""
        return False

    def cancel(self) -> None:
        """Take back what is being drawn or pending."""

    def forget(self) -> None:
        """Another sample is shown: cancel, and remember no point of the one before."""
        self.cancel()

    def option(self, option: Option) -> OptionValue:
        """The value that one of ``options`` has now."""
        return self.session.option(option.key, option.default)

    def number(self, option: Option) -> int:
        """The same, for an option that is a number."""
        return int(self.option(option))

    def obstacle(self, *, erase: bool) -> str | None:
        """Why the mask of the sample on screen cannot be painted (or erased) now, in a sentence, or None."""
        document, sample = self.session.document, self.session.sample
        if document is None or sample is None:
            return "No sample is open"
        return obstacle(document, sample, self.session, erase=erase)


def obstacle(document: Document, sample: SampleId, session: Session, *, erase: bool) -> str | None:
    """Why nothing can be painted with the class held, or erased, on a sample's mask; None where it can."""
    if document.mask(sample) is None:
        return NO_MASK
    held = CLASSES[session.face_class]
    if not (erase or session.erasing) and held.bit & session.locked:
        return f"{held.title} is locked; unlock it to paint it"
    return document.read_only(sample, Modality.MASK)
