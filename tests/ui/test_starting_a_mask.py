"""A mask can be started where it could be saved, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPushButton

from app.faces.sample import Modality, SampleId
from tests.tiny_dataset import EVERYTHING, write
from tests.window_desk import Desk


def offered(desk: Desk) -> str:
    """The words of the button where the mask would be."""
    button = desk.workspace.area.photo.placeholder.findChild(QPushButton)
    return "" if button.isHidden() else button.text()


def test_a_mask_is_not_offered_where_it_could_not_be_saved(desk: Desk, tmp_path: Path) -> None:
    rest = {path: data for path, data in EVERYTHING.items() if "mask-anno" not in path}
    desk.open(write(tmp_path / "rest", rest))
    why = desk.document.read_only(desk.session.sample, Modality.MASK)
    assert "no mask folder" in why
    assert desk.workspace.area.photo.placeholder.text == f"This sample has no mask: {why}"
    assert offered(desk) == ""
    assert not desk.action("edit.new_mask").isEnabled()


def test_a_mask_is_offered_where_others_have_one(desk: Desk, tmp_path: Path) -> None:
    rest = {path: data for path, data in EVERYTHING.items() if "/00000_" not in path}
    desk.open(write(tmp_path / "rest", rest), "0")
    desk.session.goto(SampleId("0"))
    desk.wait_for_sample()
    assert desk.workspace.area.photo.placeholder.text == "This sample has no mask"
    assert offered(desk) == "Start an empty mask"
