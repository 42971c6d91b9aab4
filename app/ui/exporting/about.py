"""What a format keeps and drops: in general as soon as it is chosen, for this selection as soon as that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.faces.sample import Modality
from app.formats.exporting.protocol import ExportFormat
from app.ui.messages import Label, sentence
from app.workbench.exporting import ExportPlan
from app.workbench.exporting.report import PLURALS, not_held


class FormatAbout(QWidget):
    """A few lines of text above the options."""

    def __init__(self) -> None:
        super().__init__()
        self.summary = _line("exportSummary")
        self.keeps = _line("exportKeeps")
        self.drops = _line("exportDrops")
        self.losses = _line("exportLosses")
        self.splits = _line("exportSplits")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for line in (self.summary, self.keeps, self.drops, self.losses, self.splits):
            column.addWidget(line)

    def show_format(self, chosen: ExportFormat) -> None:
        """What is known without looking at a sample."""
        self.summary.setText(f"{chosen.title}: {sentence(chosen.summary)}")
        self.keeps.setText(self.tr("Keeps {what}.").format(what=_listed(chosen.holds)))
        self._show(self.drops, "")
        self._show(self.losses, self._told(chosen.losses))
        self._show(self.splits, "")

    def show_plan(self, plan: ExportPlan | None) -> None:
        """What this means for the samples chosen."""
        if plan is None:
            self._show(self.drops, "")
            self._show(self.splits, "")
            return
        kept = plan.format.holds & plan.options.include
        self.keeps.setText(self.tr("Keeps {what}.").format(what=_listed(kept)))
        gone = not_held(plan.format.title, plan.not_held)
        lines = [self.tr("{what}: {count} are left out.").format(what=w, count=f"{c:,}") for w, c in gone.items()]
        self._show(self.drops, "\n".join(lines))
        self._show(self.losses, self._told(plan.losses))
        sizes = ", ".join(f"{name} {count:,}" for name, count in plan.splits.sizes.items())
        without = len(plan.items) - sum(plan.splits.sizes.values())
        if sizes and without:
            sizes += ", " + self.tr("in none {count}").format(count=f"{without:,}")
        notes = [sentence(note) for note in (*plan.notes, *plan.splits.notes)]
        first = [self.tr("Splits: {sizes}.").format(sizes=sizes)] if sizes else []
        self._show(self.splits, "\n".join([*first, *notes]))

    @staticmethod
    def _told(losses: Mapping[Modality, str]) -> str:
        return "\n".join(f"{PLURALS[modality].capitalize()}: {sentence(why)}" for modality, why in losses.items())

    @staticmethod
    def _show(line: Label, text: str) -> None:
        line.setText(text)
        line.setVisible(bool(text))


def _line(name: str) -> Label:
    label = Label(name=name)
    label.setWordWrap(True)
    return label


def _listed(modalities: Iterable[Modality]) -> str:
    held = set(modalities)
    return ", ".join(PLURALS[modality] for modality in Modality if modality in held)
