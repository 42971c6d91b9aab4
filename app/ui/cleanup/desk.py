"""Joins the clean-up panel, the work beside the window, the marks on the canvas and the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDockWidget

from app.document.edits import MaskEdit
from app.faces.sample import Modality
from app.imaging.cleanup.threshold import photo_range_of
from app.imaging.intensity import in_range
from app.ui.canvas.decorations.cleanup_marks import CleanupMarks
from app.ui.cleanup.panel import CleanupPanel
from app.ui.cleanup.proposer import Proposer
from app.ui.cleanup.targets import TICKED
from app.ui.cleanup.wish import Proposal, Wish
from app.ui.messages import sentence

if TYPE_CHECKING:
    from app.document.changes import Change
    from app.document.edits import Edit
    from app.ui.canvas.area import CanvasArea
    from app.ui.session import Session

_AFTER_MS = 15
"""A slider on its way tells more often than a proposal is made."""
_AFTER_EDIT_MS = 300
"""Somebody who paints stroke after stroke needs the processor himself."""


class CleanupDesk(QObject):
    """Works only while its panel is seen: then every change of wish, mask or rules makes a new proposal."""

    def __init__(self, session: Session, area: CanvasArea, do: Callable[[Edit], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._area = area
        self._do = do
        self._dock: QDockWidget | None = None
        self._proposal: Proposal | None = None
        self._applies_next = False
        self._is_applying = False
        self._rests = False
        self.panel = CleanupPanel(session)
        self.proposer = Proposer(self)
        marks = area.photo.decorations[CleanupMarks]
        assert isinstance(marks, CleanupMarks)
        self.marks: CleanupMarks = marks
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self.panel.edited.connect(self._on_edited)
        self.panel.apply_requested.connect(self.apply)
        self.panel.cancel_requested.connect(self._cancel)
        self.panel.range_requested.connect(self._use_range)
        self.panel.reach_edited.connect(self.marks.show_reach)
        self.panel.left.connect(area.photo.setFocus)
        self.proposer.proposed.connect(self._on_proposed)
        self.proposer.refused.connect(self._on_refused)
        self.proposer.busy_changed.connect(self.panel.show_busy)
        session.rules_changed.connect(self._forget)
        session.sample_changed.connect(lambda _: self._on_edited())
        session.view_changed.connect(self._on_view_changed)

    def live_in(self, dock: QDockWidget) -> None:
        """The dock that the panel stands in; proposals are made while it is seen."""
        self._dock = dock
        dock.visibilityChanged.connect(lambda _: self._on_edited())

    def on_changed(self, changes: tuple[Change, ...]) -> None:
        """The document changed for good."""
        if any(c.modality is Modality.MASK and c.sample == self._session.sample for c in changes):
            # What was just done is looked at without the marks of what doing it once more would change.
            self._rests = self._is_applying
            self._forget(_AFTER_EDIT_MS)

    def on_shown(self) -> None:
        """The sample on screen is ready."""
        self._forget()

    def leave(self) -> None:
        """No dataset any more."""
        self._timer.stop()
        self.proposer.leave()
        self.marks.clear()
        self._proposal = None

    # Asked for by commands

    def open(self, name: str) -> None:
        """Choose an operator, and show the panel with what it would do."""
        self.panel.choose(name)
        if self._dock is not None:
            self._dock.show()
            self._dock.raise_()
        self.panel.setFocus()
        self._on_edited()

    def apply(self) -> None:
        """Do it, as one step: what is shown, or what will be as soon as it is known."""
        if self._proposal is None or self._is_drawing:
            self._applies_next = True
            self._ask()
        else:
            self._keep(self._proposal)

    def _keep(self, proposal: Proposal) -> None:
        self._applies_next = False
        wish = proposal.wish
        edit = MaskEdit.between(wish.sample, wish.bits, proposal.after, wish.label)
        if edit is not None:
            self._is_applying = True
            try:
                self._do(edit)
            finally:
                self._is_applying = False
        elif not self._is_seen:
            self._area.refused.emit(self.tr("{label}: nothing to change").format(label=wish.label))

    # Proposals

    @property
    def _is_seen(self) -> bool:
        return self.panel.isVisible() and not self.panel.visibleRegion().isEmpty()

    @property
    def _is_drawing(self) -> bool:
        document = self._session.document
        return document is not None and document.stroke is not None

    def _on_edited(self) -> None:
        """Something else is wished for."""
        self._rests = False
        self._forget()

    def _on_view_changed(self) -> None:
        """Rules are about what is seen, too."""
        if self._proposal is not None and self._session.rules() != self._proposal.wish.rules:
            self._forget()

    def _forget(self, delay_ms: int = _AFTER_MS) -> None:
        """What was proposed does not hold any more; propose anew as soon as things are at rest."""
        self._proposal = None
        self._applies_next = False
        self.proposer.drop()
        if self._is_seen:
            self._timer.start(delay_ms)
        else:
            self._timer.stop()
            self.marks.clear()

    def _ask(self) -> None:
        self._timer.stop()
        wish = self._wish()
        if isinstance(wish, str):
            self._on_refused(wish)
            if self._is_drawing and self._is_seen:
                self._timer.start(_AFTER_EDIT_MS)
        else:
            self.proposer.ask(wish)

    def _wish(self) -> Wish | str:
        """What is wished for now, or the reason why there is nothing to wish for."""
        session, panel = self._session, self.panel
        document, sample = session.document, session.sample
        mask = document.mask(sample) if document is not None and sample is not None else None
        if document is None or sample is None or mask is None:
            return self.tr("This sample has no mask.")
        if self._is_drawing:
            return self.tr("Finish what you are drawing first.")
        if session.photo.is_awaited:
            return self.tr("The photo of this sample is still being read.")
        reason = document.read_only(sample, Modality.MASK)
        if reason is not None:
            return reason
        targets = panel.targets.targets()
        if panel.operator.has_targets and not targets:
            if panel.targets.choice == TICKED:
                return self.tr("Choose the classes to clean up.")
            return self.tr("Choose a class: the background cannot be cleaned up.")
        needs_photo = panel.operator.needs_photo
        return Wish(
            sample,
            panel.operator,
            targets,
            panel.values(),
            panel.ignores.isChecked(),
            mask.bits.copy(),
            session.rules(),
            session.within(),
            session.photo.rgb(mask.shape) if needs_photo else None,
        )

    def _on_proposed(self, proposal: Proposal) -> None:
        if self._applies_next:
            self._keep(proposal)
            return
        self._proposal = proposal
        found = proposal.difference
        self.panel.gains.show_difference(found)
        self.panel.apply.setEnabled(bool(found.pixels))
        if not self._is_seen:
            return
        if found.pixels and not self._rests:
            classes = proposal.shown_classes
            self.marks.show_change(proposal.wish.bits, proposal.after, found.region, classes)
        else:
            self.marks.clear()
        self._pulse(proposal.wish)

    def _pulse(self, wish: Wish) -> None:
        """A threshold shows what lies in its range, beyond the class too."""
        if wish.operator.needs_photo and wish.rgb is not None:
            self.marks.pulse(in_range(wish.rgb, photo_range_of(wish.operator.values(wish.values))))
        else:
            self.marks.pulse(None)

    def _on_refused(self, reason: str) -> None:
        if self._applies_next and not self._is_seen:
            self._area.refused.emit(reason)
        self._proposal = None
        self._applies_next = False
        self.marks.clear()
        self.panel.gains.say(sentence(reason))
        self.panel.apply.setEnabled(False)

    def _cancel(self) -> None:
        self.proposer.drop()
        self._on_refused(self.tr("Cancelled. Change something to try again."))

    def _use_range(self) -> None:
        """Within the range, or nothing at all where that range is set already."""
        wanted = photo_range_of(self.panel.operator.values(self.panel.values()))
        self._session.photo_range = None if self._session.photo_range == wanted else wanted
