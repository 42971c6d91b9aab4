"""Datasets without masks are at home in the window: shown, searched, gone to by number, edited in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.document.edits import SetAttribute
from app.faces.sample import Modality, SampleId
from tests.formats.drawn import CAPTIONS, jpeg
from tests.formats.layouts.test_celeba import ATTRIBUTES, CELEBA, ROWS
from tests.window_desk import Desk

MAPPING = b"idx        orig_idx   orig_file\n17         41         000042.jpg\n"


def written(root: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


@pytest.fixture
def celeba(tmp_path: Path) -> Path:
    return written(tmp_path / "celeba", {**CELEBA, "CelebA-HQ-to-CelebA-mapping.txt": MAPPING})


def test_the_original_celeba_is_looked_at_and_its_attributes_are_saved(desk: Desk, celeba: Path) -> None:
    desk.open(celeba, "1")
    desk.indexed()
    assert desk.search("attr:Male") == [f"{int(name[:6])}" for name, row in ROWS.items() if row[20] == 1]
    assert desk.search("split:test") == ["42"]
    desk.action("sample.goto").trigger()
    field = desk.window.findChild(QLineEdit, "gotoField")
    assert field is not None
    QTest.keyClicks(field, "hq:17")
    QTest.keyClick(field, Qt.Key.Key_Return)
    desk.wait_for_sample()
    assert desk.session.sample == "42"
    was = desk.document.attributes(SampleId("42"))["Smiling"]
    desk.workspace.do(SetAttribute(SampleId("42"), "Smiling", not was))
    desk.action("file.save").trigger()
    desk.saved()
    changed = (celeba / "list_attr_celeba.txt").read_bytes()
    assert [old != new for old, new in zip(ATTRIBUTES, changed, strict=True)].count(True) == 1
    assert "torchvision compares its MD5" in desk.window.banners.texts()["dataset.notes"]
    assert desk.faults == []


def test_a_brush_over_a_photo_that_can_have_no_mask_does_nothing(desk: Desk, celeba: Path) -> None:
    desk.open(celeba, "1")
    desk.action("tool.brush").trigger()
    canvas = desk.workspace.area.photo
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(canvas, QPoint(90, 80))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 80))
    assert desk.document.mask(SampleId("1")) is None
    assert desk.document.unsaved() == ()
    assert desk.faults == []


def test_a_caption_beside_its_photo_is_edited_in_place(desk: Desk, tmp_path: Path, qtbot) -> None:
    root = written(tmp_path / "pairs", {"0.jpg": jpeg(), "0.txt": CAPTIONS, "17.jpg": jpeg()})
    desk.open(root, "0")
    assert desk.document.store.layout == "lafite"
    desk.focus(desk.caption(2))
    desk.caption(2).selectAll()
    qtbot.keyClicks(desk.caption(2), "He smiles.")
    qtbot.keyClick(desk.caption(2), Qt.Key.Key_Return)
    desk.action("file.save").trigger()
    desk.saved()
    assert (root / "0.txt").read_bytes() == CAPTIONS.replace(b"She has feature 1. ", b"He smiles.")
    assert desk.document.store.has(SampleId("0"), Modality.CAPTIONS)
    assert desk.faults == []
