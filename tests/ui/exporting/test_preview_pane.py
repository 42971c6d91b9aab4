"""The tree of files an export would write stays whole."""

from __future__ import annotations

import gc

from PySide6.QtCore import Qt

from app.ui.exporting.foresight import Foreseen
from app.ui.exporting.preview_pane import PreviewPane
from app.workbench.exporting.preview import Preview


def names(pane: PreviewPane) -> list[str]:
    found = pane.tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)
    return sorted(item.text(0) for item in found)


def test_files_in_folders_outlive_a_collection_of_garbage(qtbot) -> None:
    pane = PreviewPane()
    qtbot.addWidget(pane)
    files = ("train/masks/0.png", "train/masks/1.png", "train/images/0.jpg", "test/masks/2.png", "report.txt")
    pane.show_foreseen(Foreseen(None, preview=Preview((), tuple((path, 9) for path in files), None, "", (), {})))
    shown = ["0.jpg", "0.png", "1.png", "2.png", "images/", "masks/", "masks/", "report.txt", "test/", "train/"]
    assert names(pane) == shown
    gc.collect()
    assert names(pane) == shown
