"""What cannot be begun now is refused in words, or its button waits; nothing is done on an outdated answer."""

from __future__ import annotations

import threading

from app.document.edits import EditCaption
from app.workbench.bulk import BulkReport, edit_samples


def test_undo_for_all_while_another_change_is_under_way_is_told_and_does_nothing(desk, qtbot) -> None:
    document, bulk, banners = desk.document, desk.workspace.bulk, desk.window.banners
    ids = document.store.sample_ids
    edit_samples(document, ids, lambda sample: EditCaption(sample, 0, "Other words."), "Say", save=False)
    goes_on = threading.Event()

    def work(_progress, _on_document):
        goes_on.wait(10)
        return BulkReport()

    bulk.carry_out("Wait", work)
    desk.action("edit.undo").trigger()
    banners.banner("dataset.undo").buttons[0].click()
    assert "another change of many samples is under way" in banners.texts()["dataset.edit"].casefold()
    goes_on.set()
    qtbot.waitUntil(lambda: not bulk.running.is_running)
    assert document.captions(desk.session.sample).texts[0] == "Other words."
    desk.action("edit.undo").trigger()
    assert "dataset.undo" in banners.texts()


def test_a_dialog_does_not_begin_with_an_answer_to_what_was_asked_before(desk, qtbot) -> None:
    bulk = desk.workspace.bulk
    desk.action("bulk.attributes").trigger()
    dialog = bulk.dialog
    dialog._on_answered("Eyeglasses", not desk.document.attributes(desk.session.sample)["Eyeglasses"])
    qtbot.waitUntil(dialog.start.isEnabled, timeout=10_000)
    dialog._on_answered("Young", True)
    bulk.running.changed.emit()  # something else ends before it has looked again
    assert not dialog.start.isEnabled()
    qtbot.waitUntil(dialog.start.isEnabled, timeout=10_000)
    assert dialog.start.text().startswith("Set 2 attributes in")
