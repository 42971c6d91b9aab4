"""Review in the window: whom a mark is for, one key to decide and go on, counts and pace.

A mark is for the samples selected in the gallery while the gallery was used last, else for the sample on screen. Many
marks at once are one step; a banner says so and takes them back.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.document.mark_lines import MarkSamples
from app.faces.review import Review, ReviewState
from app.faces.sample import SampleId
from app.ui.messages import Banners, Choice
from app.ui.panels.review import ReviewPanel

if TYPE_CHECKING:
    from app.document.document import Document
    from app.ui.gallery.view import GalleryView
    from app.ui.session import Session

EXPORT_TAG = "export"
"""The export list is a tag: it is kept, undone, merged and searched for like any other."""
DECIDED = frozenset({ReviewState.ACCEPTED, ReviewState.REJECTED})
_PACE_OVER_S = 600.0
BANNER = "dataset.marks"


class Marking(QObject):
    """Joins the gallery's selection, the review panel and the document's marks."""

    marked = Signal(object)
    """The samples whose marks are others now: a tuple."""
    targets_changed = Signal()
    """A mark is for the selection from now on, or for the sample on screen again."""

    def __init__(
        self,
        session: Session,
        view: GalleryView,
        gallery: Iterable[QWidget],
        banners: Banners,
        attempt: Callable[[Callable[[], object]], bool],
        parent: QObject,
    ) -> None:
        """``gallery``: the widgets whose use means the selection (grid and filmstrip)."""
        super().__init__(parent)
        self._session = session
        self._view = view
        self._gallery = tuple(gallery)
        self._banners = banners
        self._attempt = attempt
        self._is_bulk = False
        self._states: dict[SampleId, ReviewState] = {}
        self._counts: Counter[ReviewState] = Counter()
        self.panel: ReviewPanel | None = None
        application = QCoreApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)
        session.sample_changed.connect(self._on_sample_changed)
        view.selection_changed.connect(self.refresh)

    def use_panel(self, panel: ReviewPanel) -> None:
        """The panel that shows the marks."""
        self.panel = panel
        self.refresh()

    @property
    def document(self) -> Document | None:
        """The open dataset."""
        return self._session.document

    def attach(self, document: Document | None) -> None:
        """A dataset was opened or closed."""
        self._is_bulk = False
        self._states = (
            {s: review.state for s, review in document.marks.reviews().items()} if document is not None else {}
        )
        self._counts = Counter(self._states.values())
        if document is not None:
            document.marks.subscribe(self._on_reviews)
        self.refresh()

    # Marking

    def targets(self) -> tuple[SampleId, ...]:
        """The samples that a mark is for."""
        picked = self._view.picked() if self._is_bulk else ()
        if len(picked) > 1:
            return picked
        return (self._session.sample,) if self._session.sample is not None else ()

    def mark(
        self,
        samples: Sequence[SampleId] | None = None,
        *,
        state: ReviewState | None = None,
        add_tags: tuple[str, ...] = (),
        remove_tags: tuple[str, ...] = (),
        note: str | None = None,
    ) -> bool:
        """Mark these samples, or the targets; whether that was possible."""
        samples = self.targets() if samples is None else samples
        return bool(samples) and self._mark(
            MarkSamples(samples, state=state, add_tags=add_tags, remove_tags=remove_tags, note=note, origin=self)
        )

    def _mark(self, edit: MarkSamples) -> bool:
        document = self.document
        if document is None:
            return False
        steps: list[int | None] = []
        if not self._attempt(lambda: steps.append(document.do(edit))):
            return False
        [step] = steps
        if step is not None and len(edit.samples) > 1:
            label = edit.change.label(len(edit.samples))
            undo = Choice(self.tr("Undo"), lambda: self._take_back(document, step))
            self._banners.show_message(BANNER, self.tr("Done: {label}.").format(label=label), choices=[undo])
        else:
            self._banners.solve(BANNER)
        return True

    def _take_back(self, document: Document, step: int) -> None:
        if document is self.document:
            self._attempt(lambda: document.marks.take_back(step))

    def flip_export(self) -> None:
        """The targets are on the export list from now on; if all of them are, none is."""
        if self.on_export_list():
            self.mark(remove_tags=(EXPORT_TAG,))
        else:
            self.mark(add_tags=(EXPORT_TAG,))

    def on_export_list(self) -> bool:
        """Whether all targets are on the export list."""
        document, samples = self.document, self.targets()
        return (
            document is not None and bool(samples) and all(EXPORT_TAG in document.marks.review(s).tags for s in samples)
        )

    def state(self) -> ReviewState | None:
        """The state that all targets have, or None."""
        states = {self._states.get(sample, ReviewState.NONE) for sample in self.targets()}
        return states.pop() if len(states) == 1 else None

    # Going on

    def accept_and_next(self) -> None:
        """The sample on screen is accepted, and the next one of those found is shown."""
        document, sample = self.document, self._session.sample
        if document is None or sample is None:
            return
        after = self._after(sample, 1)
        if not self._mark(MarkSamples((sample,), state=ReviewState.ACCEPTED, origin=self)):
            return
        if after is None:
            self._tell(self.tr("Accepted: that was the last of the samples found."))
        else:
            self._session.goto(after)

    def next_undecided(self) -> None:
        """On to the next of the samples found that is neither accepted nor rejected, from the start after the end."""
        order = self._session.order
        place = self._session.place(self._session.sample) if self._session.sample is not None else None
        begin = 0 if place is None else place + 1
        for at in (*range(begin, len(order)), *range(begin)):
            if self._states.get(order[at], ReviewState.NONE) not in DECIDED and order[at] != self._session.sample:
                self._session.goto(order[at])
                return
        self._tell(self.tr("All {count} samples found are decided.").format(count=f"{len(order):,}"))

    def _after(self, sample: SampleId, by: int) -> SampleId | None:
        near = self._session.neighbours(sample, (by,))
        return near[0] if near else None

    def _tell(self, text: str) -> None:
        self._banners.show_message(BANNER, text)

    def _on_sample_changed(self, _sample: SampleId | None) -> None:
        self.refresh()

    # Showing

    def counts(self) -> str:
        """``3 rejected · 2 pending · 12 accepted · 14 a minute``; empty while nothing was decided."""
        names = {
            ReviewState.REJECTED: self.tr("{count} rejected"),
            ReviewState.PENDING: self.tr("{count} pending"),
            ReviewState.ACCEPTED: self.tr("{count} accepted"),
        }
        parts = [text.format(count=f"{self._counts[s]:,}") for s, text in names.items() if self._counts[s]]
        pace = self.pace()
        if parts and pace is not None:
            parts.append(self.tr("{count} a minute").format(count=round(pace)))
        return " · ".join(parts)

    def pace(self) -> float | None:
        """Decisions a minute lately; None while there are too few to tell."""
        document = self.document
        if document is None:
            return None
        now = time.time()
        lately = [at for at in document.marks.times() if now - at < _PACE_OVER_S]
        if len(lately) < 3 or lately[-1] - lately[0] < 1:
            return None
        return 60 * (len(lately) - 1) / (lately[-1] - lately[0])

    def forecast(self) -> str:
        """What is left of the samples found, and how long that takes at this pace."""
        order = self._session.order
        left = sum(self._states.get(s, ReviewState.NONE) not in DECIDED for s in order)
        text = self.tr("{left} of the {count} samples found are not decided.").format(
            left=f"{left:,}", count=f"{len(order):,}"
        )
        pace = self.pace()
        if not pace or not left:
            return text
        minutes = left / pace
        rest = self.tr("{count} min").format(count=max(1, round(minutes)))
        if minutes > 90:
            rest = self.tr("{count} h").format(count=round(minutes / 60))
        return text + " " + self.tr("At your pace: about {time}.").format(time=rest)

    def refresh(self) -> None:
        """The panel shows the marks as they are now."""
        document, samples = self.document, self.targets()
        if self.panel is None:
            return
        if document is None or not samples:
            self.panel.show_review(None, ())
            return
        if len(samples) == 1:
            self.panel.show_review(document.marks.review(samples[0]), samples)
            return
        shared: set[str] | None = None
        for sample in samples:
            tags = set(document.marks.review(sample).tags)
            shared = tags if shared is None else shared & tags
            if not shared:
                break
        self.panel.show_review(Review(tags=tuple(sorted(shared or ()))), samples)

    def _on_reviews(self, samples: tuple[SampleId, ...]) -> None:
        document = self.document
        if document is None:
            return
        for sample in samples:
            before = self._states.get(sample, ReviewState.NONE)
            after = document.marks.review(sample).state
            if before is not after:
                self._counts[before] -= 1
                self._counts[after] += 1
                self._states[sample] = after
        self.refresh()
        self.marked.emit(samples)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """The gallery in use means its selection; the picture or a caption means the sample on screen.

        The review panel, menus and what pops up mean whatever was meant before.
        """
        if new is None or new.window() is not self._view.window():
            return
        if self.panel is not None and (new is self.panel or self.panel.isAncestorOf(new)):
            return
        in_gallery = any(new is widget or widget.isAncestorOf(new) for widget in self._gallery)
        if in_gallery != self._is_bulk:
            self._is_bulk = in_gallery
            self.refresh()
            self.targets_changed.emit()
