"""What is being typed is never lost to something else that changes the same sample."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from app.document.edits import ReplaceCaptions
from app.faces.captions import Captions
from app.workbench.bulk import edit_samples
from app.workbench.watch import WatchedChange

BEFORE, TYPED = ("He smiles.", "He is young."), ("He smiles.", "He is young. Typed.")


@pytest.fixture
def type_letters(desk) -> Callable[[], None]:
    """Letters are typed into a line, and the pause after them does not end."""
    sample = desk.session.sample
    desk.document.do(ReplaceCaptions(sample, Captions.from_texts(BEFORE)))
    desk.document.save()
    desk.saved()
    editor = desk.caption(2)
    editor._pause.setInterval(600_000)

    def type_them() -> None:
        desk.workspace.captions.edit(1)
        QTest.keyClicks(editor, " Typed.")
        assert editor.is_pending
        assert desk.document.captions(sample).texts == BEFORE

    return type_them


def test_a_change_of_many_samples_under_way_finds_what_was_typed(desk, type_letters, qtbot) -> None:
    document, bulk, sample = desk.document, desk.workspace.bulk, desk.session.sample
    found: list[tuple[str, ...]] = []
    goes_on = threading.Event()

    def edit(of):
        found.append(document.captions(of).texts)
        return ReplaceCaptions(of, Captions.from_texts(("She smiles.",)))

    def work(progress, on_document):
        goes_on.wait(10)
        return edit_samples(document, [sample], edit, "Say", save=False, progress=progress, on_document=on_document)

    bulk.carry_out("Say", work)
    type_letters()
    goes_on.set()
    qtbot.waitUntil(lambda: not bulk.running.is_running)
    assert found == [TYPED]
    document.undo(sample)
    assert document.captions(sample).texts == TYPED


def test_what_another_program_wrote_does_not_replace_what_was_typed(desk, type_letters, dataset: Path, qtbot) -> None:
    document, sample = desk.document, desk.session.sample
    type_letters()
    outside = desk.workspace.browsing.outside
    (dataset / "text/celeba-caption" / f"{sample}.txt").write_bytes(b"Other words.\nNot typed.\n")
    outside._on_noticed(document, WatchedChange((sample,)))
    qtbot.waitUntil(lambda: "dataset.outside.conflict" in desk.window.banners.texts())
    assert document.captions(sample).texts == TYPED
    assert document.is_unsaved(sample)
