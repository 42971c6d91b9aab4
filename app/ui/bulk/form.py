"""A dialog's rows: a name that keys jump to, and what it names."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QLayout, QPlainTextEdit, QWidget


def add_row(form: QFormLayout, text: str, field: QWidget | QLayout, buddy: QWidget | None = None) -> None:
    """One row; the label's key goes to ``buddy``, or to the field itself."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    target = buddy or (field if isinstance(field, QWidget) else None)
    if target is not None:
        label.setBuddy(target)
        if not target.accessibleName():
            target.setAccessibleName(text.replace("&", ""))
    if isinstance(field, QWidget):
        form.addRow(label, field)
    else:
        form.addRow(label, field)


def told_text(name: str, title: str) -> QPlainTextEdit:
    """Lines to read and to copy."""
    text = QPlainTextEdit()
    text.setObjectName(name)
    text.setAccessibleName(title)
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    return text
