"""What is asked before a dataset is left with edits that its files do not have."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.document.document import Document
from app.faces.sample import SampleId
from app.ui import messages

SAVED_WITHIN_S = 10


def may_leave(document: Document, parent: QWidget, *, saves: bool) -> bool:
    """Whether the user lets the dataset go; a stroke in progress is cancelled. ``saves``: without asking first."""
    if document.stroke is not None:
        document.stroke.cancel()
    unsaved = document.unsaved()
    if not unsaved:
        return True
    if saves:
        return _save_and_wait(document, parent)
    keep = _tr("Keep for later") if document.is_logged else _tr("Lose them")
    save, stay = _tr("Save"), _tr("Cancel")
    text = _tr("{samples} edits that are not in the dataset's files yet. {fate}").format(
        samples=_have(unsaved), fate=_fate_of_edits(document)
    )
    answer = messages.ask(parent, _tr("Unsaved edits"), text, [save, keep, stay], escape=stay)
    if answer == save:
        return _save_and_wait(document, parent)
    return answer == keep


def _save_and_wait(document: Document, parent: QWidget) -> bool:
    """Save everything; when that fails the user decides whether to leave with the edits in the log only."""
    document.save()
    document.wait(SAVED_WITHIN_S)
    if not document.unsaved():
        return True
    go, stay = _tr("Leave"), _tr("Stay")
    text = _tr("{samples} edits that could not be saved; the messages say why. {fate}").format(
        samples=_have(document.unsaved()), fate=_fate_of_edits(document)
    )
    return messages.ask(parent, _tr("Not saved"), text, [stay, go], escape=stay) == go


def _fate_of_edits(document: Document) -> str:
    if document.is_logged:
        return _tr("They are in the edit log and are offered again when you open this dataset.")
    return _tr("The edit log cannot be written either: their edits are lost when you leave.")


def _have(samples: Sequence[SampleId]) -> str:
    if len(samples) == 1:
        return _tr("Sample {sample} has").format(sample=samples[0])
    return _tr("{count} samples have").format(count=len(samples))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Leaving", text)
