"""Captions on the clipboard: one text line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from app.faces.captions import Captions


def copy(texts: Iterable[str]) -> None:
    """These lines are on the clipboard."""
    QGuiApplication.clipboard().setText("\n".join(texts))


def lines() -> list[str]:
    """The text lines on the clipboard, without empty ones at the end."""
    texts = [line.rstrip("\r") for line in QGuiApplication.clipboard().text().split("\n")]
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def pasted(captions: Captions, first: int, texts: Sequence[str]) -> Captions:
    """The captions with these lines from line ``first`` (from 0) on; what is beyond the last is new."""
    for index, text in enumerate(texts, first):
        captions = captions.replacing(index, text) if index < len(captions) else captions.inserting(len(captions), text)
    return captions


def numbers(lines: Sequence[int]) -> str:
    """``caption 3`` · ``captions 2 and 4`` · ``captions 3 to 7``; given from 0, in order, told from 1."""
    from app.inspection.wording import caption_numbers

    if len(lines) > 2 and lines[-1] - lines[0] == len(lines) - 1:
        return _tr("captions {first} to {last}").format(first=lines[0] + 1, last=lines[-1] + 1)
    return caption_numbers(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("clipboard", text)
