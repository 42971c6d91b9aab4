"""PySide6 6.12.0 on Python 3.11 drops a reference to None with every call that returns nothing, and aborts in time."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

SLACK = 200
"""Other code's references come and go; the bug loses one per call."""


class Bell(QObject):
    rang = Signal()
    set_to = Signal(bool)
    held = Signal(object)


def counts() -> list[int]:
    return [sys.getrefcount(value) for value in (None, True, False)]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None, True and False are immortal from Python 3.12 on")
def test_updates_and_signals_keep_the_references_of_constants(qtbot) -> None:
    widget, bell, heard = QWidget(), Bell(), []
    qtbot.addWidget(widget)
    widget.show()
    for signal in (bell.rang, bell.set_to, bell.held):
        signal.connect(lambda *args: heard.append(len(args)))
    before = counts()
    for k in range(2000):
        widget.update()
        if k % 2:
            bell.rang.emit()
            bell.set_to.emit(k % 4 == 1)
            bell.held.emit(None)
    after = counts()
    assert len(heard) == 3000
    assert [b - a for a, b in zip(after, before, strict=True) if b - a > SLACK] == []
