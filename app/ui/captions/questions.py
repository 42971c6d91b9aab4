"""What is asked before lines are changed: where pasted ones go, whether there may be other than ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.faces.captions import CAPTIONS_PER_SAMPLE
from app.ui import messages
from app.ui.captions.clipboard import numbers

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def ask_place(parent: QWidget, there_are: int, count: int) -> int | None:
    """The line (from 0) that ``count`` pasted ones begin at, when none is meant yet; None: they are not wanted."""
    over = _tr("Over {captions}").format(captions=numbers(range(min(count, there_are))))
    below, stay = _tr("Below the last"), _tr("Cancel")
    text = _tr("The cursor is in no caption of this sample. Where are the copied lines to go?")
    answer = messages.ask(parent, _tr("Paste caption lines"), text, [over, below, stay], escape=stay)
    return {over: 0, below: there_are}.get(answer)


def may_count(parent: QWidget, there_are: int, count: int) -> bool:
    """Whether there may be ``count`` lines; asked only where the ten that training code expects would change."""
    if there_are != CAPTIONS_PER_SAMPLE or count == there_are:
        return True
    go, stay = _tr("Yes, {count} captions").format(count=count), _tr("Cancel")
    text = _tr(
        "The file would have {count} captions instead of ten. Training code that expects ten may stumble over it."
    ).format(count=count)
    return messages.ask(parent, _tr("Captions"), text, [go, stay], escape=stay) == go


def _tr(text: str) -> str:
    return QCoreApplication.translate("questions", text)
