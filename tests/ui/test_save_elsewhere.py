"""A way out when the dataset cannot be saved: the banners offer another folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.document import disk, recorder, work_folder
from app.document.edits import EditCaption
from app.ui import messages
from tests.tiny_dataset import contents
from tests.window_desk import Desk

CAPTIONS = "text/celeba-caption/17.txt"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the user picks."""
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    monkeypatch.setattr(messages, "choose_folder", lambda *_args: chosen)
    return chosen


def press(desk: Desk, key: str, text: str, qtbot) -> None:
    banner = desk.window.banners.banner(key)
    button = next(button for button in banner.buttons if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_failed_save_offers_another_folder(desk: Desk, dataset: Path, folder: Path, qtbot, monkeypatch) -> None:
    before = contents(dataset)
    desk.document.do(EditCaption("17", 0, "mine"))

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(disk, "write_new", full)
        desk.action("file.save").trigger()
        qtbot.waitUntil(lambda: "dataset.failed" in desk.window.banners.texts())
    press(desk, "dataset.failed", "Save elsewhere…", qtbot)
    assert contents(dataset) == before
    assert list(contents(folder)) == [CAPTIONS]
    assert contents(folder)[CAPTIONS].splitlines()[0] == b"mine"
    told = desk.window.banners.texts()
    assert told["dataset.elsewhere"].startswith(f"Saved in {folder} (files: 1). To bring it in later, copy it over")
    assert "dataset.failed" in told
    assert desk.document.unsaved() == ("17",)


def test_leaving_says_when_the_edit_log_does_not_have_the_edits(desk: Desk, qtbot, monkeypatch) -> None:
    asked: list[tuple[str, list[str]]] = []

    def ask(_parent: object, _title: str, text: str, answers: list[str], *, escape: str) -> str:
        asked.append((text, answers))
        return escape

    def full(_path: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(messages, "ask", ask)
    desk.document.do(EditCaption("17", 0, "mine"))
    desk.document.wait()
    assert not desk.workspace.may_close()
    monkeypatch.setattr(recorder, "EditLog", full)
    desk.document._recorder.close()
    desk.document.do(EditCaption("17", 0, "mine, too"))
    desk.document.wait()
    assert "edits are in memory only" in desk.window.banners.texts()["dataset.unlogged"]
    assert not desk.workspace.may_close()
    monkeypatch.undo()
    (logged, first), (unlogged, second) = asked
    assert "are in the edit log and are offered again" in logged
    assert "The edit log cannot be written either: their edits are lost when you leave." in unlogged
    assert (first[1], second[1]) == ("Keep for later", "Lose them")


def test_a_conflict_offers_another_folder_and_a_dialog_that_is_closed_does_nothing(
    desk: Desk, dataset: Path, folder: Path, qtbot, monkeypatch
) -> None:
    desk.document.do(EditCaption("17", 0, "mine"))
    (dataset / CAPTIONS).write_bytes(b"theirs\n")
    desk.action("file.save").trigger()
    qtbot.waitUntil(lambda: "dataset.conflict" in desk.window.banners.texts())
    with monkeypatch.context() as closed:
        closed.setattr(messages, "choose_folder", lambda *_args: None)
        press(desk, "dataset.conflict", "Save elsewhere…", qtbot)
    assert contents(folder) == {}
    press(desk, "dataset.conflict", "Save elsewhere…", qtbot)
    assert contents(folder)[CAPTIONS].splitlines()[0] == b"mine"
    assert (dataset / CAPTIONS).read_bytes() == b"theirs\n"
    (folder / CAPTIONS).write_bytes(b"a stranger's")
    press(desk, "dataset.conflict", "Save elsewhere…", qtbot)
    assert "differs; nothing was written" in desk.window.banners.texts()["dataset.edit"]
    assert (folder / CAPTIONS).read_bytes() == b"a stranger's"


def test_a_dataset_that_cannot_be_written_says_so_at_opening_and_is_edited_all_the_same(
    make_desk, dataset: Path, own_home: Path, monkeypatch, qtbot
) -> None:
    before = contents(dataset)
    access = work_folder.os.access
    monkeypatch.setattr(
        work_folder.os, "access", lambda path, mode: access(path, mode) and not Path(path).is_relative_to(dataset)
    )
    desk = make_desk()
    desk.open(dataset, "17")
    told = [text for key, text in desk.window.banners.texts().items() if key.startswith("dataset.notice")]
    assert len(told) == 1
    assert told[0].startswith("The folder of this dataset cannot be written: your edits are kept in ")
    assert str(own_home) in told[0]
    desk.stroke((12, 12), (20, 12))
    desk.document.wait()
    assert desk.document.unsaved() == ("17",)
    assert contents(dataset) == before
    assert len(list(own_home.rglob("edits.sqlite"))) == 1
    desk.window.leave()
    again = make_desk()
    again.open(dataset, "17")
    assert "dataset.recovered" in again.window.banners.texts()
