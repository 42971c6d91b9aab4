"""Find and replace from the window: what is listed, what the button says, and one step to take it all back."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import Qt

from app.document.edits import ReplaceCaptions
from app.faces.captions import Captions
from app.generation.rewording import How
from app.jobs import Cancelled
from app.ui.bulk.scope import Scope
from app.workbench.replacing import replace_lines
from tests.tiny_dataset import contents

LINES = ("He has a beard.", "He is young.", "He smiles.", "", "A man with a hat.")


@pytest.fixture
def dialog(desk, qtbot):
    for sample in desk.document.store.sample_ids:
        desk.document.do(ReplaceCaptions(sample, Captions.from_texts(LINES)))
    desk.action("bulk.replace").trigger()
    made = desk.workspace.bulk.dialog
    qtbot.waitExposed(made)
    return made


def look_for(dialog, qtbot, text: str, by: str, how: How = How.WORD) -> None:
    dialog.hows[how].click()
    dialog.find_field.setText(text)
    dialog.by_field.setText(by)
    qtbot.waitUntil(lambda: not dialog._timer.isActive() and not dialog._looking.is_running, timeout=10_000)


def test_the_button_names_captions_and_samples(dialog, desk, qtbot) -> None:
    count = len(desk.document.store.sample_ids)
    look_for(dialog, qtbot, "He", "She")
    assert dialog.start.text() == f"Replace in {3 * count} captions of {count} samples"
    dialog.list.lines.tick_all(on=False)
    assert not dialog.start.isEnabled()
    dialog.list.lines.tick([0], on=True)
    assert dialog.start.text() == "Replace in 1 caption of 1 sample"
    dialog.scope.choose(Scope.SAMPLE)
    look_for(dialog, qtbot, "He", "She")
    assert dialog.start.text() == "Replace in 3 captions of 1 sample"


def test_all_of_it_is_one_step_and_is_taken_back_as_one(dialog, desk, qtbot) -> None:
    document, bulk = desk.document, desk.workspace.bulk
    look_for(dialog, qtbot, "he", "she", How.GRAMMAR)
    dialog.start.click()
    qtbot.waitUntil(lambda: not bulk.running.is_running and bulk.window.banners.banner("dataset.bulk") is not None)
    ids = document.store.sample_ids
    assert {document.captions(sample).texts[:3] for sample in ids} == {
        ("She has a beard.", "She is young.", "She smiles.")
    }
    assert set(document.undo_scope(ids[0])) == set(ids)
    assert f"Done in {len(ids)} samples" in bulk.window.banners.texts()["dataset.bulk"]
    bulk.window.banners.banner("dataset.bulk").buttons[0].click()
    qtbot.waitUntil(lambda: all(document.captions(sample).texts == LINES for sample in ids))
    qtbot.waitUntil(lambda: not bulk.running.is_running)


def test_lines_that_would_be_blank_or_doubled_are_not_ticked(dialog, desk, qtbot) -> None:
    look_for(dialog, qtbot, "He smiles.", "", How.PLAIN)
    assert len(dialog.list.lines.lines) == len(desk.document.store.sample_ids)
    assert dialog.list.lines.ticked() == []
    assert "not ticked" in dialog.note.text()


def test_a_pattern_that_is_none_is_told_and_nothing_is_listed(dialog, qtbot) -> None:
    look_for(dialog, qtbot, "(", "", How.PATTERN)
    assert dialog.note.text() != ""
    assert not dialog.start.isEnabled()


def test_space_ticks_what_is_selected(dialog, qtbot) -> None:
    look_for(dialog, qtbot, "He", "She")
    dialog.list.selectAll()
    dialog.list.setCurrentIndex(dialog.list.model().index(0))
    dialog.list.selectAll()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.list.lines.ticked() == []


def test_where_edits_are_saved_at_once_the_files_say_it_and_say_as_before_again(desk, dataset, qtbot) -> None:
    bulk, text = desk.workspace.bulk, dataset / "text/celeba-caption"
    before = contents(text)
    desk.window.change_settings(dataclasses.replace(desk.window.settings, autosave="automatic"))
    desk.action("bulk.replace").trigger()
    look_for(bulk.dialog, qtbot, "e", "é", How.PLAIN)
    bulk.dialog.start.click()
    qtbot.waitUntil(lambda: "dataset.bulk" in bulk.window.banners.texts(), timeout=15_000)
    assert not desk.document.unsaved()
    after = contents(text)
    assert {name for name in before if before[name] != after[name]} == set(before)
    assert {name: data.replace("é".encode(), b"e") for name, data in after.items()} == before
    bulk.window.banners.banner("dataset.bulk").buttons[0].click()
    qtbot.waitUntil(lambda: contents(text) == before, timeout=15_000)
    qtbot.waitUntil(lambda: not bulk.running.is_running)


def test_stopping_leaves_one_step_of_what_was_done(dialog, desk, qtbot) -> None:
    document, bulk = desk.document, desk.workspace.bulk
    look_for(dialog, qtbot, "He", "She")
    lines = dialog.list.lines.ticked()

    def half(progress, on_document):
        replace_lines(document, lines[:3], "Half", save=False, on_document=on_document)
        raise Cancelled

    bulk.carry_out("Half", half)
    qtbot.waitUntil(lambda: "dataset.bulk" in bulk.window.banners.texts())
    assert "Stopped: Half. What was done until then is one step." in bulk.window.banners.texts()["dataset.bulk"]
    bulk.window.banners.banner("dataset.bulk").buttons[0].click()
    qtbot.waitUntil(lambda: document.captions(lines[0].sample).texts == LINES)
    qtbot.waitUntil(lambda: not bulk.running.is_running)


def test_closing_the_dataset_ends_what_is_under_way(dialog, desk, qtbot) -> None:
    look_for(dialog, qtbot, "He", "She")
    desk.workspace.bulk.carry_out("Wait", lambda progress, _turns: _wait_for_ever(progress))
    desk.workspace.bulk.close()
    assert not desk.workspace.bulk.running.is_running
    assert desk.workspace.bulk.dialog is None


def _wait_for_ever(progress) -> None:
    while True:
        progress.report(0, 1)


def test_undo_and_redo_of_many_samples_are_asked_first_and_done_beside_the_window(dialog, desk, qtbot) -> None:
    document, bulk, banners = desk.document, desk.workspace.bulk, desk.window.banners
    look_for(dialog, qtbot, "He", "She")
    dialog.start.click()
    qtbot.waitUntil(lambda: "dataset.bulk" in banners.texts())
    ids, label = document.store.sample_ids, document.undo_label(desk.session.sample)
    for verb, says in (("undo", "Undo takes back"), ("redo", "Redo does"), ("undo", "Undo takes back")):
        before = {sample: document.captions(sample).texts for sample in ids}
        desk.action(f"edit.{verb}").trigger()
        assert list(banners.texts()) == ["dataset.undo"]
        assert banners.texts()["dataset.undo"].startswith(f"{says} “{label}”")
        assert f"for all {len(ids)} samples" in banners.texts()["dataset.undo"]
        assert {sample: document.captions(sample).texts for sample in ids} == before
        banners.banner("dataset.undo").buttons[0].click()
        assert bulk.running.is_running
        qtbot.waitUntil(lambda: "dataset.bulk" in banners.texts())
        assert all((document.captions(sample).texts == LINES) is (verb == "undo") for sample in ids)
        assert f"Done in {len(ids)} samples: {verb.title()} {label}." in banners.texts()["dataset.bulk"]
    assert banners.banner("dataset.bulk").buttons[0].text() == "Redo for all"
    banners.banner("dataset.bulk").buttons[0].click()
    qtbot.waitUntil(lambda: all(document.captions(sample).texts != LINES for sample in ids))
    qtbot.waitUntil(lambda: not bulk.running.is_running)


def test_the_banner_goes_when_its_step_is_taken_back_in_another_way(dialog, desk, qtbot) -> None:
    document, bulk, banners = desk.document, desk.workspace.bulk, desk.window.banners
    look_for(dialog, qtbot, "He", "She")
    dialog.start.click()
    qtbot.waitUntil(lambda: "dataset.bulk" in banners.texts() and not bulk.running.is_running)
    first = banners.banner("dataset.bulk")
    sample, other = document.store.sample_ids[:2]
    document.do(ReplaceCaptions(sample, Captions.from_texts(LINES)))
    assert banners.banner("dataset.bulk") is first
    document.undo(sample)
    assert banners.banner("dataset.bulk") is first
    document.undo(other)
    assert "dataset.bulk" not in banners.texts()


def test_all_can_be_taken_back_although_the_first_was_edited_since(dialog, desk, qtbot) -> None:
    document, bulk, banners = desk.document, desk.workspace.bulk, desk.window.banners
    look_for(dialog, qtbot, "He", "She")
    dialog.start.click()
    qtbot.waitUntil(lambda: "dataset.bulk" in banners.texts() and not bulk.running.is_running)
    sample, *others = document.store.sample_ids
    document.do(ReplaceCaptions(sample, Captions.from_texts(("Typed.",))))
    banners.banner("dataset.bulk").buttons[0].click()
    qtbot.waitUntil(lambda: "dataset.bulk" in banners.texts() and not bulk.running.is_running)
    assert all(document.captions(each).texts == LINES for each in others)
    assert document.captions(sample).texts == ("Typed.",)
    assert f"{sample}: sample {sample} was edited since" in banners.texts()["dataset.bulk"]


def test_what_is_written_in_another_case_is_offered(dialog, desk, qtbot) -> None:
    count = len(desk.document.store.sample_ids)
    look_for(dialog, qtbot, "he", "she")
    assert dialog.list.lines.lines == []
    assert dialog.more.text() == f"{3 * count} more in other case"
    dialog.more.click()
    qtbot.waitUntil(lambda: len(dialog.list.lines.lines) == 3 * count)
    qtbot.waitUntil(dialog.more.isHidden)
    assert not dialog.match_case.isChecked()
