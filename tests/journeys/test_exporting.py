"""Exporting from the real window: dialog, progress, list, working copies."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)

from app.document.edits import EditCaption
from app.faces.sample import Modality, SampleId
from app.ui import messages
from app.ui.exporting import format_list
from app.ui.exporting.dialog import ExportDialog
from app.ui.job import Job
from app.workbench.exporting import partial_folder
from app.workbench.exporting.parts import PartDone, PartWriter
from tests.tiny_dataset import EVERYTHING, contents, write
from tests.window_desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
BANNER = "export"


def opened_dialog(desk: Desk, qtbot) -> ExportDialog:
    """The dialog by its key, with its first answer there."""
    desk.window.activateWindow()
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


class Brake:
    """Lets the first part of an export be written and holds the second until told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        before = PartWriter.write

        def write_part(writer: PartWriter, part: int, without: tuple[SampleId, ...] = ()) -> PartDone:
            if part == 1:
                self.reached.set()
                assert self.go.wait(20)
            else:
                time.sleep(0.1)  # reports that follow each other closely are not told
            return before(writer, part, without)

        monkeypatch.setattr(PartWriter, "write", write_part)


@pytest.fixture
def brake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Brake]:
    made = Brake(monkeypatch)
    yield made
    made.go.set()


@pytest.fixture
def large(make_desk, tmp_path: Path) -> Desk:
    """Twenty samples in no split, which are two parts."""
    own = {path: data for path, data in EVERYTHING.items() if not path.endswith(".pickle")}
    photo = EVERYTHING["CelebA-HQ-img/17.jpg"]
    more = {f"CelebA-HQ-img/{number}.jpg": photo for number in range(100, 117)}
    made = make_desk()
    made.open(write(tmp_path / "large", {**own, **more}), "17")
    return made


def begin(desk: Desk, qtbot, target: Path, layout: str = "celebamask-hq") -> None:
    dialog = opened_dialog(desk, qtbot)
    assert dialog.formats.choose(layout)
    name_target(dialog, qtbot, target)
    press(dialog, qtbot)


def braked(desk: Desk, qtbot, brake: Brake) -> QToolButton:
    """The button of the status bar, half of the export being done."""
    qtbot.waitUntil(brake.reached.is_set, timeout=20_000)
    button = desk.window.findChild(QToolButton, "exportProgress")
    qtbot.waitUntil(lambda: "16 of 20" in button.text())
    return button


# What, how, where to


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
    assert sorted(sample["id"] for sample in manifest["samples"]) == ["0", "17", "2001"]
    banner = desk.window.banners.banner(BANNER)
    qtbot.mouseClick(banner.buttons[1], Qt.MouseButton.LeftButton)
    report = desk.window.findChild(QPlainTextEdit, "exportReportText")
    assert report.toPlainText() + "\n" == (tmp_path / "out" / "report.txt").read_text(encoding="utf-8")


def test_the_preview_shows_files_and_a_mask_before_anything_is_written(desk: Desk, qtbot, tmp_path: Path) -> None:
    before = contents(tmp_path)
    dialog = opened_dialog(desk, qtbot)
    dialog.formats.choose("index-masks")
    settled(dialog, qtbot)
    tree = dialog.findChild(QTreeWidget, "exportTree")
    names = {item.text(0) for item in tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)}
    assert {"17.png", "17.jpg", "id2label.json", "manifest.json", "report.txt"} <= names
    assert not dialog.preview.picture.pixmap().isNull()
    assert text(dialog, "exportPictureOf").startswith("train/masks/17.png")
    qtbot.waitUntil(lambda: "About" in text(dialog, "exportSize"))
    assert "free there" in text(dialog, "exportSize")
    dialog.close()
    assert {path: data for path, data in contents(tmp_path).items() if not path.startswith("home/")} == {
        path: data for path, data in before.items() if not path.startswith("home/")
    }


def test_only_what_the_search_lists_is_exported(desk: Desk, qtbot, tmp_path: Path) -> None:
    desk.search("id:17")
    dialog = opened_dialog(desk, qtbot)
    listed = dialog.findChild(QRadioButton, "exportWhich.listed")
    assert listed.isChecked()
    assert listed.text() == "Listed by the search (1)"
    assert not dialog.findChild(QRadioButton, "exportWhich.list").isEnabled()
    dialog.formats.choose("lafite")
    name_target(dialog, qtbot, tmp_path / "out")
    press(dialog, qtbot)
    assert told(desk, qtbot).startswith("1 sample is exported as LAFITE")


def test_counts_follow_the_gallery_while_the_dialog_is_open(desk: Desk, qtbot) -> None:
    dialog = opened_dialog(desk, qtbot)
    picked = dialog.findChild(QRadioButton, "exportWhich.picked")
    desk.workspace.browsing.view.selectAll()
    assert picked.text() == "Selected in the gallery (3)"
    on_list = dialog.findChild(QRadioButton, "exportWhich.list")
    desk.action("export.add_listed").trigger()
    assert on_list.isEnabled()
    assert on_list.text() == "The export list (3)"


def test_a_full_folder_is_refused_until_it_may_be_overwritten(desk: Desk, qtbot, tmp_path: Path) -> None:
    write(tmp_path / "full", {"mine.txt": b"mine"})
    dialog = opened_dialog(desk, qtbot)
    name_target(dialog, qtbot, tmp_path / "full")
    assert text(dialog, "exportProblem").startswith("Full is not empty; choose a new folder, or allow to overwrite it")
    start = dialog.findChild(QPushButton, "exportStart")
    assert not start.isEnabled()
    dialog.findChild(QCheckBox, "exportOverwrite").click()
    settled(dialog, qtbot)
    assert text(dialog, "exportProblem") == ""
    press(dialog, qtbot)
    assert "exported as" in told(desk, qtbot)
    assert (tmp_path / "full.before-1" / "mine.txt").read_bytes() == b"mine"


def test_the_folder_follows_the_format_until_one_is_named(desk: Desk, qtbot, tmp_path: Path) -> None:
    dialog = opened_dialog(desk, qtbot)
    dialog.formats.choose("coco")
    assert dialog.target.folder == tmp_path / "dataset-coco"
    line = dialog.findChild(QLineEdit, "exportTarget")
    line.selectAll()
    qtbot.keyClicks(line, "mine")
    dialog.formats.choose("lafite")
    assert dialog.target.folder == tmp_path / "mine"


def test_what_makes_no_sense_is_told_and_cannot_be_begun(desk: Desk, qtbot, tmp_path: Path) -> None:
    dialog = opened_dialog(desk, qtbot)
    dialog.formats.choose("index-masks")
    name_target(dialog, qtbot, tmp_path / "out")
    dialog.form.controls["size"].setEditText("large")
    settled(dialog, qtbot)
    assert "size" in text(dialog, "exportProblem").casefold()
    assert not dialog.findChild(QPushButton, "exportStart").isEnabled()
    dialog.form.controls["size"].setEditText("16")
    settled(dialog, qtbot)
    assert dialog.findChild(QPushButton, "exportStart").isEnabled()


def test_the_last_options_of_each_format_are_there_again(desk: Desk, qtbot, tmp_path: Path) -> None:
    dialog = opened_dialog(desk, qtbot)
    dialog.formats.choose("index-masks")
    dialog.form.controls["size"].setEditText("16")
    dialog.findChild(QCheckBox, "exportRenumber").click()
    name_target(dialog, qtbot, tmp_path / "out")
    press(dialog, qtbot)
    told(desk, qtbot)
    dialog = opened_dialog(desk, qtbot)
    assert dialog.formats.chosen.name == "index-masks"
    assert dialog.form.options().size == 16
    assert dialog.findChild(QCheckBox, "exportRenumber").isChecked()
    assert dialog.target.folder.parent == tmp_path
    dialog.formats.choose("colour-masks")
    assert dialog.form.options().size is None
    assert not dialog.findChild(QCheckBox, "exportRenumber").isChecked()


def test_a_format_that_lacks_a_package_says_how_to_get_it(desk: Desk, qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_list, "missing_packages", lambda extra: (extra,))
    dialog = opened_dialog(desk, qtbot)
    wanting = [each for each in format_list.export_formats() if each.extra]
    assert not any(dialog.formats.choose(each.name) for each in wanting)
    lines = [dialog.formats.item(row) for row in range(dialog.formats.count())]
    disabled = [line for line in lines if not line.flags() & Qt.ItemFlag.ItemIsEnabled]
    assert len(disabled) == len(wanting)
    assert all("pip install 'facewright[" in line.toolTip().replace("&#x27;", "'") for line in disabled)


def test_everything_in_the_dialog_is_named_and_reached_by_keys(desk: Desk, qtbot) -> None:
    dialog = opened_dialog(desk, qtbot)
    found = [each for each in dialog.findChildren(QWidget) if each.isVisibleTo(dialog) and each.isEnabled()]
    for widget in found:
        name = widget.objectName()
        if isinstance(widget, QAbstractButton | QLineEdit) and not name.startswith("qt_"):
            above = widget.parentWidget()
            assert widget.accessibleName() or above.accessibleName() or widget.text(), name
            is_one_of = isinstance(widget, QRadioButton) and not widget.isChecked()  # arrows lead there
            assert is_one_of or any(w.focusPolicy() & Qt.FocusPolicy.TabFocus for w in (widget, above)), name


# Edits that the files do not have


def test_unsaved_edits_are_told_and_saved_first(desk: Desk, qtbot, tmp_path: Path) -> None:
    desk.document.do(EditCaption(SampleId("17"), 0, "A new line."))
    dialog = opened_dialog(desk, qtbot)
    dialog.formats.choose("mm-celeba-hq")
    name_target(dialog, qtbot, tmp_path / "out")
    assert text(dialog, "exportUnsaved").startswith("1 sample has edits that are not in the files")
    press(dialog, qtbot)
    told(desk, qtbot)
    assert not desk.document.unsaved()
    written = (tmp_path / "out" / "text/celeba-caption/17.txt").read_text(encoding="utf-8")
    assert written.startswith("A new line.")


def test_without_saving_the_files_are_exported_and_the_report_says_so(desk: Desk, qtbot, tmp_path: Path) -> None:
    desk.document.do(EditCaption(SampleId("17"), 0, "A new line."))
    dialog = opened_dialog(desk, qtbot)
    dialog.formats.choose("mm-celeba-hq")
    name_target(dialog, qtbot, tmp_path / "out")
    dialog.findChild(QCheckBox, "exportSaveFirst").click()
    press(dialog, qtbot)
    told(desk, qtbot)
    assert desk.document.unsaved() == ("17",)
    assert "1 sample of the dataset has edits that are not saved" in (tmp_path / "out" / "report.txt").read_text()


# Under way


def test_an_export_that_is_stopped_goes_on_where_it_was(
    large: Desk, qtbot, tmp_path: Path, brake: Brake, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    begin(large, qtbot, target)
    button = braked(large, qtbot, brake)
    large.stroke((8, 8), (20, 8))  # nothing waits for the export
    assert large.document.unsaved() == ("17",)
    asked = answer_with(monkeypatch, "keep")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    brake.go.set()
    assert "16 of 20 samples are written" in asked[0]
    assert "is kept" in told(large, qtbot)
    assert button.isHidden()
    assert not target.exists()
    assert partial_folder(target).exists()
    dialog = opened_dialog(large, qtbot)
    dialog.formats.choose("celebamask-hq")
    name_target(dialog, qtbot, target)
    resume = dialog.findChild(QCheckBox, "exportResume")
    assert resume.isChecked()
    assert resume.text() == "Go on where it was interrupted (20 samples as celebamask-hq)"
    dialog.findChild(QCheckBox, "exportSaveFirst").click()
    press(dialog, qtbot)
    qtbot.waitUntil(target.exists, timeout=20_000)
    assert told(large, qtbot).startswith("20 samples are exported")
    assert not partial_folder(target).exists()
    report = json.loads((target / "report.json").read_text(encoding="utf-8"))
    assert report["samples_written_before_an_interruption"] >= 16


def test_another_export_that_was_interrupted_is_only_given_up_when_told(
    large: Desk, qtbot, tmp_path: Path, brake: Brake, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    begin(large, qtbot, target)
    button = braked(large, qtbot, brake)
    answer_with(monkeypatch, "keep")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    brake.go.set()
    told(large, qtbot)
    dialog = opened_dialog(large, qtbot)
    dialog.formats.choose("colour-masks")
    name_target(dialog, qtbot, target)
    assert text(dialog, "exportProblem").startswith("Another export to this folder was interrupted")
    resume = dialog.findChild(QCheckBox, "exportResume")
    assert resume.text().startswith("Give up the other export")
    assert not resume.isChecked()
    resume.click()
    settled(dialog, qtbot)
    press(dialog, qtbot)
    qtbot.waitUntil(target.exists, timeout=20_000)
    assert told(large, qtbot).startswith("3 samples are exported as Colour masks")


def test_an_export_that_is_stopped_and_removed_leaves_nothing(
    large: Desk, qtbot, tmp_path: Path, brake: Brake, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    begin(large, qtbot, target)
    button = braked(large, qtbot, brake)
    answer_with(monkeypatch, "remove")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    brake.go.set()
    assert told(large, qtbot).endswith("what it had written is removed.")
    assert not target.exists()
    assert not partial_folder(target).exists()


def test_closing_the_window_during_an_export_asks(
    large: Desk, qtbot, tmp_path: Path, brake: Brake, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    begin(large, qtbot, target)
    braked(large, qtbot, brake)
    asked = answer_with(monkeypatch, "Stay")
    assert not large.window.close()
    assert len(asked) == 1
    answer_with(monkeypatch, "Quit, keep")
    cancel = Job.cancel

    def cancelled(job: Job) -> None:
        cancel(job)
        brake.go.set()

    monkeypatch.setattr(Job, "cancel", cancelled)
    assert large.window.close()
    assert not target.exists()
    assert partial_folder(target).exists()


def test_an_export_goes_on_while_another_dataset_is_opened(
    large: Desk, qtbot, tmp_path: Path, dataset: Path, brake: Brake
) -> None:
    begin(large, qtbot, tmp_path / "out")
    button = braked(large, qtbot, brake)
    assert large.window.close_dataset()
    assert button.isVisible()
    large.open(dataset, "17")
    brake.go.set()
    assert told(large, qtbot).startswith("20 samples are exported")
    assert button.isHidden()


def test_what_the_disk_refuses_is_told_with_what_now(
    desk: Desk, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.workbench.exporting.running.free_bytes", lambda _place: 1000)
    begin(desk, qtbot, tmp_path / "out")
    said = told(desk, qtbot)
    assert said.startswith("The export to out was not made: The export needs about")
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    banner = desk.window.banners.banner(BANNER)
    qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "out").exists, timeout=20_000)
    qtbot.waitUntil(lambda: "exported" in desk.window.banners.texts().get(BANNER, ""))


# The export list


def on_list(desk: Desk) -> list[str]:
    return list(desk.workspace.exporting.list.ids())


def list_button(desk: Desk) -> QToolButton:
    return desk.window.findChild(QToolButton, "statusExportList")


def test_the_list_is_filled_shown_undone_and_cleared(desk: Desk, qtbot) -> None:
    desk.indexed()
    assert list_button(desk).isHidden()
    assert not desk.action("export.clear").isEnabled()
    desk.focus(desk.workspace.area.photo)
    desk.key(Qt.Key.Key_E, CTRL | SHIFT)
    assert on_list(desk) == ["17"]
    assert list_button(desk).text() == "export list 1"
    desk.action("export.add_listed").trigger()
    assert on_list(desk) == list(desk.document.store.sample_ids)
    undo = desk.window.banners.banner("dataset.marks").buttons[0]
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert on_list(desk) == ["17"]
    qtbot.mouseClick(list_button(desk), Qt.MouseButton.LeftButton)
    assert list(desk.workspace.browsing.hits) == ["17"]
    desk.action("export.clear").trigger()
    assert on_list(desk) == []
    assert list_button(desk).isHidden()


def test_the_list_is_filled_from_a_search_and_from_a_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.indexed()
    monkeypatch.setattr(messages, "ask_text", lambda *_: "id:2001")
    desk.action("export.add_search").trigger()
    assert on_list(desk) == ["2001"]
    assert len(desk.workspace.browsing.hits) == 3
    ids = tmp_path / "ids.txt"
    ids.write_text("0-2\n17, 99\n", encoding="utf-8")
    monkeypatch.setattr(messages, "choose_file", lambda *_: ids)
    desk.action("export.add_file").trigger()
    assert on_list(desk) == ["0", "17", "2001"]
    assert desk.window.banners.texts()["dataset.export_list"].endswith("does not have: 99")


def test_the_list_is_there_again_when_the_dataset_is_opened_again(desk: Desk, dataset: Path) -> None:
    desk.action("sample.export_list").trigger()
    desk.open(dataset, "17")
    assert on_list(desk) == ["17"]


# Working copies


def test_what_cannot_be_edited_is_told_at_opening_and_edited_in_a_working_copy(
    make_desk, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "faces.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path, data in EVERYTHING.items():
            file.writestr(path, data)
    desk = make_desk()
    monkeypatch.setattr(messages, "choose_file", lambda *_: archive)
    with qtbot.waitSignal(desk.window.opened, timeout=20_000):
        desk.action("file.open_file").trigger()
    desk.session.goto(SampleId("17"))
    desk.wait_for_sample()
    banner = desk.window.banners.banner("dataset.read_only")
    assert "Masks, captions, attributes, sketches: " in banner.text.text()
    assert "make a working copy" not in banner.text.text()
    monkeypatch.setattr(messages, "choose_folder", lambda *_: tmp_path)
    with qtbot.waitSignal(desk.window.opened, timeout=20_000):
        qtbot.mouseClick(banner.buttons[0], Qt.MouseButton.LeftButton)
    desk.wait_for_sample()
    assert desk.document.store.root == tmp_path / "faces-working-copy"
    assert desk.session.sample == "17"
    assert desk.window.banners.banner("dataset.read_only") is None
    assert all(
        desk.document.store.read_only(m) is None for m in (Modality.MASK, Modality.CAPTIONS, Modality.ATTRIBUTES)
    )
    assert "working copy" in desk.window.banners.texts()[BANNER]


def test_nothing_is_told_of_a_dataset_that_can_be_edited(desk: Desk) -> None:
    assert "dataset.read_only" not in desk.window.banners.texts()
