"""Undo and redo of the sample on screen. What reaches further than the sample is asked first, and done beside the
window: thousands of samples are not read between two events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.ui import marking
from app.ui.messages import Choice

if TYPE_CHECKING:
    from app.document.bulk import Direction
    from app.document.document import Document
    from app.faces.sample import SampleId
    from app.ui.bulk.desk import BulkDesk

BANNER = "dataset.undo"


class Turning(QObject):
    """One per workspace."""

    def __init__(self, desk: BulkDesk, done: str) -> None:
        """``done``: the banner that tells of what was done to many samples; the question takes its place."""
        super().__init__(desk)
        self._done = done
        self._desk = desk
        self._workspace = desk.workspace
        desk.workspace.session.sample_changed.connect(self._on_sample_changed)

    def turn(self, sample: SampleId, direction: Direction) -> None:
        """Take back the sample's newest step, or do the next again."""
        document = self._workspace.document
        if document is None:
            return
        is_undo = direction == "undo"
        scope: tuple[SampleId, ...] = ()
        if document.stroke is None:
            scope = document.undo_scope(sample) if is_undo else document.redo_scope(sample)
        if len(scope) <= 1:
            self._turn_here(document, sample, direction)
            return
        if is_undo:
            label, choice = document.undo_label(sample), self.tr("Undo for all")
            text = self.tr("Undo takes back “{label}” for all {count} samples, not for this one alone.")
        else:
            label, choice = document.redo_label(sample), self.tr("Redo for all")
            text = self.tr("Redo does “{label}” again for all {count} samples, not for this one alone.")
        for banner in (marking.BANNER, self._done):
            self._desk.window.banners.solve(banner)
        self._desk.window.banners.show_message(
            BANNER,
            text.format(label=label, count=f"{len(scope):,}"),
            choices=[Choice(choice, lambda: self._turn_all(document, label or "", sample, direction))],
        )

    def turn_step(self, sample: SampleId, step: int, direction: Direction) -> None:
        """Take this step back from all its samples, or do it again: it is one of ``sample``, if not its newest."""
        document = self._workspace.document
        if document is None:
            return
        found = document.bulks.step(sample, direction)
        label = found.label if found is not None and found.id == step else ""
        self._workspace.attempt(lambda: self._desk.turn(document, label, sample, direction))

    def _turn_here(self, document: Document, sample: SampleId, direction: Direction) -> None:
        self._workspace.attempt(lambda: document.undo(sample) if direction == "undo" else document.redo(sample))

    def _turn_all(self, document: Document, label: str, sample: SampleId, direction: Direction) -> None:
        if document is not self._workspace.document:
            return
        is_undo = direction == "undo"
        steps = [step for step in document.history(sample) if step.is_done == is_undo]
        is_mark = bool(steps) and steps[-1 if is_undo else 0].modality is None
        if is_mark and label == (document.undo_label(sample) if is_undo else document.redo_label(sample)):
            self._turn_here(document, sample, direction)  # all marks are in memory
        else:
            self._workspace.attempt(lambda: self._desk.turn(document, label, sample, direction))

    def _on_sample_changed(self, _sample: SampleId | None) -> None:
        # It asked about the sample that was left.
        self._desk.window.banners.solve(BANNER)
