"""A key press as the texts it may have in the table.

A layout decides what a key types, and Qt tells what was typed: Shift and ``[`` together arrive as ``{``. The table says
``Shift+[``, digits go by their place in the row, so one press has several texts, the likeliest first.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.ui.keys.keymap import portable

_MAC_DIGITS = {29: 0, 18: 1, 19: 2, 20: 3, 21: 4, 23: 5, 22: 6, 26: 7, 28: 8, 25: 9}
_ALONE = frozenset(
    {
        Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock, Qt.Key.Key_ScrollLock, Qt.Key.Key_unknown, Qt.Key(0),
    }
)  # fmt: skip
_UNSHIFTED = dict(zip('{}|:"<>?~_+!@#$%^&*()', "[]\\;',./`-=1234567890", strict=True))
"""What the keys of the American layout type without Shift, on which the table's texts are written."""


def digit_by_place(event: QKeyEvent) -> int | None:
    """The digit printed on the key of the top row that was pressed, whatever the layout types; None for others."""
    if event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        return None
    if sys.platform == "darwin":
        return _MAC_DIGITS.get(event.nativeVirtualKey()) if event.nativeScanCode() else None
    first = 2 if sys.platform == "win32" else 10
    place = event.nativeScanCode() - first
    return (place + 1) % 10 if 0 <= place <= 9 else None


def texts_of(event: QKeyEvent) -> tuple[str, ...]:
    """The portable texts of what was pressed, the likeliest first; none while only modifiers are down."""
    key = Qt.Key(event.key())
    if key in _ALONE:
        return ()
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    texts = []
    digit = digit_by_place(event)
    if digit is not None:
        texts.append(_text(held, Qt.Key(Qt.Key.Key_0 + digit)))
    shifted = bool(held & Qt.KeyboardModifier.ShiftModifier)
    symbol = chr(key) if 0x20 < key < 0x7F else ""
    if shifted and symbol in _UNSHIFTED:
        texts.append(_text(held, Qt.Key(ord(_UNSHIFTED[symbol]))))
    if shifted and symbol and not symbol.isalnum():
        texts.append(_text(held & ~Qt.KeyboardModifier.ShiftModifier, key))
    texts.append(_text(held, key))
    return tuple(dict.fromkeys(text for text in texts if text))


def native(key: str) -> str:
    """A portable text as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _text(held: Qt.KeyboardModifier, key: Qt.Key) -> str:
    return portable(QKeySequence(QKeyCombination(held, key)).toString(QKeySequence.SequenceFormat.PortableText))
