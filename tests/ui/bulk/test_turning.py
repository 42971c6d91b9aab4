"""Taking back from many samples while something else is under way is refused in words, and can be asked again."""

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
