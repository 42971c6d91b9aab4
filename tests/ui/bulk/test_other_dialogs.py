"""Generating and importing captions and setting attributes of many samples: looked at first, one step each."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.edits import ReplaceCaptions, SetAttribute
from app.faces.captions import Captions
from app.faces.sample import SampleId
from app.generation.grammar_file import grammar_text
from app.generation.lexicon import Fact
from app.ui.bulk.scope import Scope
from app.workbench.captioning import Which
from app.workbench.importing_captions import Mode


def settled(dialog, qtbot) -> None:
    qtbot.waitUntil(lambda: not dialog._timer.isActive() and not dialog._looking.is_running, timeout=10_000)


def press(desk, banner: str, text: str) -> None:
    next(button for button in desk.window.banners.banner(banner).buttons if button.text() == text).click()


def done(desk, qtbot) -> str:
    bulk = desk.workspace.bulk
    qtbot.waitUntil(lambda: not bulk.running.is_running and "dataset.bulk" in desk.window.banners.texts())
    return desk.window.banners.texts()["dataset.bulk"]


@pytest.fixture
def opened(desk, qtbot):
    def open_dialog(action: str):
        desk.action(action).trigger()
        dialog = desk.workspace.bulk.dialog
        settled(dialog, qtbot)
        return dialog

    return open_dialog


def test_generated_captions_are_read_before_and_written_as_shown(desk, opened, qtbot) -> None:
    document, sample = desk.document, desk.session.sample
    dialog = opened("bulk.generate")
    dialog.scope.choose(Scope.SAMPLE)
    dialog.which.setCurrentIndex(dialog.which.findData(Which.ALL))
    dialog.which.activated.emit(1)
    settled(dialog, qtbot)
    assert dialog.start.text() == "Replace all captions of 1 sample"
    shown = [line[5:].strip() for line in dialog.text.toPlainText().splitlines() if line.startswith("+")]
    assert len(shown) == 10
    before = document.captions(sample)
    dialog.start.click()
    assert f"Done in sample {sample}: Generate captions." in done(desk, qtbot)
    assert list(document.captions(sample).texts) == shown
    document.undo(sample)
    assert document.captions(sample) == before


def test_one_steps_through_the_samples_and_draws_anew_before(desk, opened, qtbot) -> None:
    ids = tuple(desk.document.store.sample_ids)
    dialog = opened("bulk.generate")
    dialog.scope.choose(Scope.ALL)
    dialog.which.setCurrentIndex(dialog.which.findData(Which.ALL))
    dialog.which.activated.emit(1)
    settled(dialog, qtbot)
    here = ids.index(desk.session.sample)
    seen = []
    for button in (dialog.next, dialog.next, dialog.previous):
        button.click()
        settled(dialog, qtbot)
        seen.append(dialog.place.text())
    places = [(here + 1) % len(ids), (here + 2) % len(ids), (here + 1) % len(ids)]
    assert seen == [f"Sample {ids[at]} · {at + 1} of {len(ids)}" for at in places]
    assert f"Sample {ids[places[-1]]} " in dialog.text.toPlainText()
    before = dialog.text.toPlainText()
    dialog.reseed.click()
    settled(dialog, qtbot)
    assert dialog.seed.value() == 1
    assert dialog.text.toPlainText() != before
    desk.session.goto(ids[here - 1])
    settled(dialog, qtbot)
    assert dialog.place.text().startswith(f"Sample {ids[here - 1]} · ")
    desk.session.goto(ids[here])


def test_the_end_names_labels_that_contradict_each_other_and_lists_their_samples(desk, opened, qtbot) -> None:
    sample = desk.session.sample
    for name in ("Bald", "Bangs"):
        desk.workspace.do(SetAttribute(sample, name, True))
    dialog = opened("bulk.generate")
    dialog.scope.choose(Scope.SAMPLE)
    dialog.which.setCurrentIndex(dialog.which.findData(Which.ALL))
    dialog.which.activated.emit(1)
    settled(dialog, qtbot)
    dialog.start.click()
    text = done(desk, qtbot)
    assert f"1 sample worth a look ({sample}: attributes contradict each other: Bald with Bangs" in text
    press(desk, "dataset.bulk", "Show 1 sample")
    qtbot.waitUntil(lambda: tuple(desk.workspace.browsing.hits) == (sample,))
    desk.workspace.browsing.show_query("")
    for _ in range(3):
        desk.document.undo(sample)


def test_a_grammar_of_ones_own_is_remembered_and_read_with(desk, opened, qtbot, tmp_path, monkeypatch) -> None:
    own = tmp_path / "mine.txt"
    own.write_text(grammar_text("clean").replace("has        bangs", "has        a zipfelfrisur"), "utf-8")
    monkeypatch.setattr("app.ui.messages.choose_file", lambda *_: own)
    writing, sample = desk.workspace.writing, desk.session.sample
    dialog = opened("bulk.generate")
    dialog.scope.choose(Scope.SAMPLE)
    dialog.wording.setCurrentIndex(dialog.wording.findData("own"))
    dialog.wording.activated.emit(2)
    settled(dialog, qtbot)
    assert dialog.wording.currentText() == "Your own: mine.txt"
    dialog.which.setCurrentIndex(dialog.which.findData(Which.ALL))
    dialog.which.activated.emit(1)
    settled(dialog, qtbot)
    dialog.start.click()
    done(desk, qtbot)
    qtbot.waitUntil(lambda: writing.own_grammar.reader is not None, timeout=20_000)
    assert desk.window.state.text("grammar") == str(own)
    texts = ("She is young and has a zipfelfrisur.", *desk.document.captions(sample).texts[1:])
    desk.workspace.do(ReplaceCaptions(sample, Captions.from_texts(texts)))
    writing.look()
    [word] = [word for word in writing.panel.row(0).editor.words if word.fact == Fact("Bangs", True)]
    assert texts[0][word.start : word.end] == "zipfelfrisur"
    assert opened("bulk.generate").wording.currentText() == "Your own: mine.txt"
    desk.workspace.bulk.dialog.reject()
    own.write_text("[words]\nBangs 1 has\n", "utf-8")
    writing.own_grammar.use(own)
    qtbot.waitUntil(lambda: "captions.grammar" in desk.window.banners.texts(), timeout=20_000)
    assert "mine.txt, line 2: " in desk.window.banners.texts()["captions.grammar"]
    press(desk, "captions.grammar", "Forget it")
    assert desk.window.state.text("grammar") == ""
    assert "captions.grammar" not in desk.window.banners.texts()
    assert writing.own_grammar.reader is None


def test_missing_captions_leave_those_that_are_there(desk, opened, qtbot) -> None:
    document, sample = desk.document, desk.session.sample
    document.do(ReplaceCaptions(sample, Captions.from_texts(["A hat.", "", *["Rain."] * 8])))
    dialog = opened("bulk.generate")
    dialog.scope.choose(Scope.SAMPLE)
    settled(dialog, qtbot)
    assert sum(line.startswith("+") for line in dialog.text.toPlainText().splitlines()) == 1
    dialog.start.click()
    done(desk, qtbot)
    texts = document.captions(sample).texts
    assert texts[0] == "A hat."
    assert texts[1] != ""


def test_an_import_tells_what_it_found_and_is_one_step(desk, opened, qtbot, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    strangers = "".join(f"nobody{number},Nobody.\n" for number in range(12))
    rows = f'image_id,caption\n17.jpg,A face in the rain.\n0,A face in the snow.\n{strangers}2001,"Never closed.\n'
    file.write_text(rows, encoding="utf-8")
    document = desk.document
    before = document.captions(SampleId("17"))
    dialog = opened("bulk.import")
    dialog.path.setText(str(file))
    dialog.mode.setCurrentIndex(dialog.mode.findData(Mode.REPLACE))
    settled(dialog, qtbot)
    told = dialog.text.toPlainText()
    assert "14 captions of 14 samples" in told
    assert "In the file, not in the dataset: 12 samples (nobody0, " in told
    assert "nobody11)" in told
    assert "Passed over: line 16: a quote is not closed; line 16 is left out" in told
    assert told.index("Sample 0 would say:") < told.index("Sample 17 would say:")
    assert dialog.start.text() == "Import captions into 2 samples"
    dialog.start.click()
    done(desk, qtbot)
    assert document.captions(SampleId("17")).texts == ("A face in the rain.",)
    document.undo(SampleId("17"))
    assert document.captions(SampleId("17")).to_bytes() == before.to_bytes()


def test_a_file_that_is_none_is_told(desk, opened, qtbot) -> None:
    dialog = opened("bulk.import")
    dialog.path.setText("/nowhere/at/all.csv")
    settled(dialog, qtbot)
    assert "not there" in dialog.note.text()
    assert not dialog.start.isEnabled()


def test_attributes_of_many_are_set_and_the_button_says_of_how_many(desk, qtbot) -> None:
    document = desk.document
    ids = [s for s in document.store.sample_ids if document.attributes(s) is not None]
    for sample in ids:
        document.do(SetAttribute(sample, "Smiling", sample == ids[0]))
    before = {sample: document.attributes(sample)["Young"] for sample in ids}
    desk.workspace.bulk.set_attributes("Smiling", True)
    dialog = desk.workspace.bulk.dialog
    settled(dialog, qtbot)
    assert dialog.start.text().startswith("Set Smiling to yes in ")
    changing = [sample for sample in ids if document.attributes(sample)["Smiling"] is False]
    dialog.start.click()
    done(desk, qtbot)
    assert all(document.attributes(sample)["Smiling"] is True for sample in changing)
    assert {sample: document.attributes(sample)["Young"] for sample in ids} == before
    assert set(document.undo_scope(changing[0])) == set(changing)


def test_what_the_table_has_no_word_for_is_told_before(desk, qtbot) -> None:
    bulk = desk.workspace.bulk
    bulk.set_attributes("Smiling", None)
    settled(bulk.dialog, qtbot)
    assert "unknown" in bulk.dialog.note.text()
    assert not bulk.dialog.start.isEnabled()


def test_the_same_answer_again_takes_the_wish_back(desk, qtbot) -> None:
    desk.workspace.bulk.set_attributes("Smiling", True)
    dialog = desk.workspace.bulk.dialog
    dialog.list.answered.emit("Smiling", True)
    settled(dialog, qtbot)
    assert not dialog.start.isEnabled()
    dialog.list.answered.emit("Young", None)
    assert dialog.model.is_answered(dialog.model.row_of("Young"))


def test_the_button_says_how_many_samples_lack_captions(desk, opened, qtbot) -> None:
    document = desk.document
    full = Captions.from_texts([f"Caption {number}." for number in range(10)])
    for sample in document.store.sample_ids:
        document.do(ReplaceCaptions(sample, full))
    dialog = opened("bulk.generate")
    dialog.scope.choose(Scope.ALL)
    settled(dialog, qtbot)
    assert dialog.start.text() == "Nothing is missing"
    assert not dialog.start.isEnabled()
    document.do(ReplaceCaptions(SampleId("17"), Captions.from_texts(["One."])))
    dialog.ask()
    settled(dialog, qtbot)
    assert dialog.start.text() == "Write what is missing in 1 sample"
    assert dialog.start.isEnabled()
    dialog.which.setCurrentIndex(dialog.which.findData(Which.ALL))
    dialog.ask()
    settled(dialog, qtbot)
    assert dialog.start.text() == f"Replace all captions of {len(document.store.sample_ids)} samples"
