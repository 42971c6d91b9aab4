"""Exporting from the real window: dialog, progress, list, working copies."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QToolButton, QWidget

from app.document.edits import EditCaption
from app.faces.sample import SampleId
from app.ui import messages
from app.ui.exporting.dialog import ExportDialog
from app.ui.exporting.selection import Which
from app.workbench import exporting
from tests.tiny_dataset import EVERYTHING, contents, write
from tests.window_desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
BANNER = "export"


def opened_dialog(desk: Desk, qtbot) -> ExportDialog:
    """The dialog by its key, with its first answer there."""
    desk.focus(desk.workspace.area.photo)
    desk.key(Qt.Key.Key_E, CTRL)
    dialog = desk.window.findChild(QDialog, "exportDialog")
    assert isinstance(dialog, ExportDialog)
    settled(dialog, qtbot)
    return dialog


def settled(dialog: ExportDialog, qtbot) -> None:
    """The dialog knows what it was asked last."""
    qtbot.waitUntil(lambda: dialog._answer is not None and not dialog._timer.isActive(), timeout=20_000)


def text(widget: QWidget, name: str) -> str:
    """What a label says; nothing where it is hidden."""
    label = widget.findChild(QLabel, name)
    return "" if label.isHidden() else label.text()


def name_target(dialog: ExportDialog, qtbot, folder: Path) -> None:
    line = dialog.findChild(QLineEdit, "exportTarget")
    line.selectAll()
    qtbot.keyClicks(line, str(folder))
    settled(dialog, qtbot)


def press(dialog: ExportDialog, qtbot, name: str = "exportStart") -> None:
    button = dialog.findChild(QPushButton, name)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def told(desk: Desk, qtbot) -> str:
    """The banner of the export's end."""
    qtbot.waitUntil(lambda: BANNER in desk.window.banners.texts(), timeout=20_000)
    return desk.window.banners.texts()[BANNER]


def answer_with(monkeypatch: pytest.MonkeyPatch, part: str) -> list[str]:
    """Every question is answered by the answer that has this in it; the texts asked."""
    asked: list[str] = []

    def ask(_parent, _title, question, answers, *, escape) -> str:
        asked.append(question)
        return next(answer for answer in answers if part in answer)

    monkeypatch.setattr(messages, "ask", ask)
    return asked


def test_ctrl_e_exports_everything_as_index_masks(desk: Desk, qtbot, tmp_path: Path) -> None:
    dialog = opened_dialog(desk, qtbot)
    assert dialog.formats.choose("index-masks")
    settled(dialog, qtbot)
    assert "sketches" in text(dialog, "exportDrops")
    assert "flattened" in text(dialog, "exportLosses")
    name_target(dialog, qtbot, tmp_path / "out")
    press(dialog, qtbot)
    said = told(desk, qtbot)
    assert said.startswith("3 samples are exported as Index masks:")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert [sample["id"] for sample in manifest["samples"]] == ["0", "17", "3"] or len(manifest["samples"]) == 3
    assert desk.window.findChild(QDialog, "exportDialog") is None or dialog.isHidden()
    banner = desk.window.banners.banner(BANNER)
    qtbot.mouseClick(banner.buttons[1], Qt.MouseButton.LeftButton)
    report = desk.window.findChild(QPlainTextEdit, "exportReportText")
    assert report.toPlainText() + "\n" == (tmp_path / "out" / "report.txt").read_text(encoding="utf-8")
