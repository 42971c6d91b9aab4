"""Two buttons: sketches for the samples that lack one, or for those selected. The work goes on beside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.document.document import Document
from app.faces.sample import Modality, SampleId
from app.generation.sketch.methods import Method
from app.jobs import Cancelled, Progress
from app.ui.messages import ask, sentence, tooltip
from app.workbench.sketching import (
    LABEL,
    STEP_AT_MOST,
    SketchReport,
    sketch_in_one_step,
    sketch_samples,
    take_back_sketches,
)

if TYPE_CHECKING:
    from app.ui.bulk.desk import BulkDesk, BulkWork
    from app.workbench.bulk import BulkReport
    from app.workbench.saving import OnDocument


class SeveralSketches(QWidget):
    """``wanted`` tells the samples that are to be drawn, the way that is chosen then."""

    wanted = Signal(tuple)

    def __init__(self, document: Document, selected: tuple[SampleId, ...]) -> None:
        super().__init__()
        self.setObjectName("severalSketches")
        store = document.store
        missing = tuple(s for s in store.sample_ids if not store.has(s, Modality.SKETCH))
        self.missing_button = QPushButton(
            self.tr("Draw the {count} missing").format(count=f"{len(missing):,}")
            if missing
            else self.tr("No sketch is missing")
        )
        self.missing_button.setObjectName("sketchMissing")
        self.selected_button = QPushButton(self.tr("Draw the {count} selected").format(count=f"{len(selected):,}"))
        self.selected_button.setObjectName("sketchSelected")
        self.selected_button.setVisible(len(selected) > 1)  # the one on screen has the dialog
        self._why = store.read_only(Modality.SKETCH)
        self._counts = {self.missing_button: len(missing), self.selected_button: len(selected)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for button, samples in ((self.missing_button, missing), (self.selected_button, selected)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, samples=samples: self.wanted.emit(samples))
            told = sentence(self._why) if self._why else self.tr("Beside the window, with progress; it can be stopped.")
            button.setToolTip(tooltip(told))
            column.addWidget(button)

    def allow(self, *, may: bool) -> None:
        """Whether others may be drawn now."""
        for button, count in self._counts.items():
            button.setEnabled(may and self._why is None and count > 0)


def may_draw(parent: QWidget, samples: tuple[SampleId, ...]) -> bool:
    """Whether the user wants so many to be drawn without a step in the history."""
    if len(samples) <= STEP_AT_MOST:
        return True
    count = f"{len(samples):,}"
    draw, leave = parent.tr("Draw {count} sketches").format(count=count), parent.tr("Cancel")
    text = parent.tr(
        "More than {most} sketches are written into their files one by one, without a step in the history: that would"
        " fill memory and the edit log. What they replace is kept. The banner at the end takes all of them back; later,"
        " “facewright undo” does, too. Stopped, it goes on with “Draw the missing”."
    ).format(most=f"{STEP_AT_MOST:,}")
    return ask(parent, parent.tr("Sketches"), text, [leave, draw], escape=leave) == draw


def draw_several(
    desk: BulkDesk, document: Document, method: Method, size: int | None, samples: tuple[SampleId, ...]
) -> None:
    """Begin. Raises InvalidEditError while something else is under way."""
    save = desk.saves
    one_step = len(samples) <= STEP_AT_MOST

    def work(progress: Progress, on_document: OnDocument) -> BulkReport:
        if one_step:
            return sketch_in_one_step(
                document, method, samples, size=size, save=save, progress=progress, on_document=on_document
            )
        report = SketchReport()
        try:
            sketch_samples(
                document, method, ids=samples, size=size, progress=progress, on_document=on_document, report=report
            )
        except Cancelled:  # what was drawn can be taken back all the same
            report.is_stopped = True
        return report

    def taken_back(report: BulkReport) -> BulkWork:
        return lambda progress, on_document: take_back_sketches(
            document, report, progress=progress, on_document=on_document
        )

    undo: Callable[[BulkReport], BulkWork] | None = None if one_step else taken_back
    desk.carry_out(desk.tr(LABEL), work, undo=undo)
