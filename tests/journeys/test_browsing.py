"""Searching, filtering, deciding and going on in the real window, and what other programs do meanwhile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton

from app.document.edits import SetAttribute
from app.faces.review import ReviewState
from app.faces.sample import Modality, SampleId
from app.settings import Settings
from app.ui import messages
from app.ui.search.facets import FacetsView
from app.workbench.indexing import IndexState
from tests.tiny_dataset import contents
from tests.window_desk import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def indexed(desk: Desk) -> Desk:
    desk.indexed()
    return desk


def label(desk: Desk, name: str) -> str:
    return desk.window.findChild(QLabel, name).text()


def hits(desk: Desk) -> list[str]:
    return list(desk.workspace.browsing.hits)


def facet_row(desk: Desk, qtbot, term: str) -> QPoint:
    """Where a facet is, unfolded if need be."""
    view = desk.window.findChild(FacetsView)
    qtbot.waitUntil(lambda: view.facets.rowCount() > 0)
    view.facets.fold(())
    row = view.facets.row_of(term)
    assert row is not None, term
    view.scrollTo(view.facets.index(row))
    return view.visualRect(view.facets.index(row)).center()


# Searching


def test_the_cache_of_a_test_is_not_the_users(indexed: Desk, own_home: Path) -> None:
    assert indexed.workspace.browsing.catalog.places.folder.is_relative_to(own_home)


def test_all_samples_are_listed_at_first(indexed: Desk) -> None:
    assert hits(indexed) == list(indexed.document.store.sample_ids)
    assert label(indexed, "hitCount") == f"{len(hits(indexed))} samples"


def test_ctrl_f_searches_and_enter_goes_to_the_hits(indexed: Desk, qtbot) -> None:
    indexed.focus(indexed.workspace.area.photo)
    indexed.key(Qt.Key.Key_F, CTRL)
    field = indexed.window.findChild(QLineEdit, "searchField")
    assert field.hasFocus()
    qtbot.keyClicks(field, "id:17")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert hits(indexed) == ["17"]
    whole = len(indexed.document.store.sample_ids)
    assert label(indexed, "hitCount") == f"1 of {whole}"
    assert indexed.workspace.browsing.view.hasFocus()
    assert indexed.session.order == ("17",)


def test_escape_clears_the_search_and_then_returns_to_the_picture(indexed: Desk, qtbot) -> None:
    indexed.search("id:17")
    field = indexed.workspace.browsing.panel.bar.field
    indexed.focus(field)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert hits(indexed) == list(indexed.document.store.sample_ids)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert indexed.workspace.area.photo.hasFocus()


def test_a_mistake_is_told_and_leaves_what_is_listed(indexed: Desk) -> None:
    indexed.search("id:17")
    assert indexed.search("clas:hat") == ["17"]
    assert "clas" in label(indexed, "searchProblem")
    indexed.search("has:mask")
    assert indexed.window.findChild(QLabel, "searchProblem").isHidden()


def test_a_word_that_is_still_typed_is_not_called_wrong_at_once_but_at_enter(indexed: Desk, qtbot) -> None:
    field = indexed.workspace.browsing.panel.bar.field
    problem = indexed.window.findChild(QLabel, "searchProblem")
    indexed.focus(field)
    qtbot.keyClicks(field, "attr:Zz")
    field.flush()
    assert problem.isHidden()
    assert field.completions.isVisible() is False
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "Zz" in problem.text()
    assert len(problem.text()) < 160
    assert field.hasFocus()


def test_what_is_offered_stays_while_a_mistake_before_it_comes_and_goes(indexed: Desk, qtbot) -> None:
    field = indexed.workspace.browsing.panel.bar.field
    indexed.search("clas:hat class:h")
    indexed.focus(field)
    field.selectAll()
    qtbot.keyClicks(field, "c")
    field.flush()
    qtbot.wait(150)
    assert indexed.window.findChild(QLabel, "searchProblem").isHidden()
    assert field.completions.isVisible()


def test_nothing_found_says_what_to_do(indexed: Desk) -> None:
    assert indexed.search("id:5555") == []
    text = indexed.workspace.browsing.view._empty_text
    assert text == "No sample matches. Clear the search (Esc in the search line) or change it."
    assert indexed.session.sample == "17"


def test_the_count_stays_in_sight_while_words_are_offered(indexed: Desk, qtbot) -> None:
    field = indexed.workspace.browsing.panel.bar.field
    indexed.focus(field)
    qtbot.keyClicks(field, "class:h")
    assert field.completions.isVisible()
    count = indexed.window.findChild(QLabel, "hitCount")
    assert count.mapToGlobal(count.rect().bottomLeft()).y() <= field.completions.y()


def test_what_is_not_indexed_yet_is_told(make_desk: Callable[..., Desk], dataset: Path) -> None:
    desk = make_desk(Settings(autosave="manual", theme="light", indexing="manual"))
    desk.open(dataset, "17")
    assert desk.workspace.browsing.indexing.progress.state is IndexState.IDLE
    desk.search("area(skin)>0%")
    assert label(desk, "hitCount").endswith("not indexed yet")
    desk.action("index.start").trigger()
    desk.indexed()
    desk.search("area(skin)>=0%")
    assert "not indexed" not in label(desk, "hitCount")


def test_next_walks_through_the_hits(indexed: Desk) -> None:
    ids = list(indexed.document.store.sample_ids)
    assert indexed.search(f"id:{ids[0]},{ids[-1]}") == [ids[0], ids[-1]]
    indexed.session.goto(ids[0])
    indexed.action("sample.next").trigger()
    assert indexed.session.sample == ids[-1]
    indexed.action("sample.next").trigger()
    assert indexed.session.sample == ids[-1]


def test_a_facet_writes_into_the_search_line(indexed: Desk, qtbot) -> None:
    indexed.action("view.layout.browse").trigger()
    view = indexed.window.findChild(FacetsView)
    place = facet_row(indexed, qtbot, "has:sketch")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    field = indexed.workspace.browsing.panel.bar.field
    assert field.text() == "has:sketch"
    with_sketch = hits(indexed)
    assert with_sketch == list(indexed.workspace.browsing.hits)
    assert 0 < len(with_sketch) < len(indexed.document.store.sample_ids)
    place = facet_row(indexed, qtbot, "has:sketch")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, ALT, place)
    assert field.text() == "-has:sketch"
    assert set(hits(indexed)) == set(indexed.document.store.sample_ids) - set(with_sketch)


def test_a_saved_search_comes_back_by_name(indexed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ask_text", lambda *_: "one")
    indexed.search("id:17")
    indexed.action("sample.save_search").trigger()
    assert indexed.search("@one") == ["17"]
    bar = indexed.workspace.browsing.panel.bar
    bar.saved.menu().aboutToShow.emit()
    named = {action.objectName() for action in bar.saved.menu().actions()}
    assert "saved.one" in named


def test_going_to_a_sample_by_its_number_in_celeba(indexed: Desk, qtbot) -> None:
    store = indexed.document.store
    numbered = [(s, store.celeba_file(s)) for s in store.sample_ids if store.celeba_file(s)]
    if not numbered:
        pytest.skip("the drawn dataset has no mapping")
    sample, file = numbered[-1]
    indexed.key(Qt.Key.Key_J, CTRL)
    field = indexed.window.findChild(QLineEdit, "gotoField")
    qtbot.keyClicks(field, file)
    assert file in label(indexed, "gotoAnswer")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert indexed.session.sample == sample


# Deciding


def test_a_state_is_given_by_key_and_taken_back(indexed: Desk) -> None:
    indexed.focus(indexed.workspace.area.photo)
    indexed.key(Qt.Key.Key_1, ALT)
    assert indexed.document.marks.review("17").state is ReviewState.REJECTED
    assert label(indexed, "statusCounts") == "1 rejected"
    assert indexed.action("review.rejected").isChecked()
    indexed.action("edit.undo").trigger()
    assert indexed.document.marks.review("17").state is ReviewState.NONE
    assert label(indexed, "statusCounts") == ""


def test_accepting_goes_on_through_a_list_that_shrinks(indexed: Desk) -> None:
    ids = indexed.search("state:none")
    indexed.session.goto(ids[0])
    for _ in ids:
        indexed.action("review.accept_next").trigger()
        indexed.workspace.browsing.listing._search_again()
    states = [indexed.document.marks.review(s).state for s in ids]
    assert states == [ReviewState.ACCEPTED] * len(ids)
    assert "last" in indexed.window.banners.texts()["dataset.marks"]


def test_the_sample_on_screen_keeps_its_place_until_it_is_left(indexed: Desk) -> None:
    ids = indexed.search("state:none")
    indexed.session.goto(ids[0])
    indexed.workspace.browsing.marking.mark(state=ReviewState.REJECTED)
    indexed.workspace.browsing.listing._search_again()
    assert hits(indexed) == ids
    indexed.action("sample.next").trigger()
    assert indexed.session.sample == ids[1]
    indexed.workspace.browsing.listing._search_again()
    assert hits(indexed) == ids[1:]


def test_many_are_marked_at_once_and_taken_back_by_the_banner(indexed: Desk, qtbot) -> None:
    view = indexed.workspace.browsing.view
    indexed.focus(view)
    indexed.key(Qt.Key.Key_A, CTRL)
    indexed.key(Qt.Key.Key_2, ALT)
    ids = list(indexed.document.store.sample_ids)
    assert [indexed.document.marks.review(s).state for s in ids] == [ReviewState.PENDING] * len(ids)
    banner = indexed.window.banners.banner("dataset.marks")
    banner.buttons[0].click()
    assert indexed.document.marks.reviews() == {}


def test_undo_of_a_bulk_mark_names_its_scope_first(indexed: Desk) -> None:
    indexed.focus(indexed.workspace.browsing.view)
    indexed.key(Qt.Key.Key_A, CTRL)
    indexed.key(Qt.Key.Key_2, ALT)
    count = len(indexed.document.store.sample_ids)
    indexed.focus(indexed.workspace.area.photo)
    indexed.action("edit.undo").trigger()
    assert len(indexed.document.marks.reviews()) == count
    banner = indexed.window.banners.banner("dataset.undo")
    assert f"all {count} samples" in banner.text.text()
    assert "dataset.marks" not in indexed.window.banners.texts()
    indexed.action("sample.next").trigger()
    assert "dataset.undo" not in indexed.window.banners.texts()
    indexed.action("edit.undo").trigger()
    indexed.window.banners.banner("dataset.undo").buttons[0].click()
    assert indexed.document.marks.reviews() == {}


def test_the_state_that_is_checked_is_that_of_the_samples_meant(indexed: Desk) -> None:
    indexed.focus(indexed.workspace.area.photo)
    indexed.key(Qt.Key.Key_3, ALT)
    assert indexed.action("review.accepted").isChecked()
    indexed.focus(indexed.workspace.browsing.view)
    indexed.key(Qt.Key.Key_A, CTRL)
    assert not indexed.action("review.accepted").isChecked()
    indexed.focus(indexed.workspace.area.photo)
    assert indexed.action("review.accepted").isChecked()
    indexed.focus(indexed.workspace.browsing.view)
    assert not indexed.action("review.accepted").isChecked()


def test_the_picture_in_use_means_the_sample_on_screen_whatever_is_selected(indexed: Desk) -> None:
    indexed.focus(indexed.workspace.browsing.view)
    indexed.key(Qt.Key.Key_A, CTRL)
    indexed.focus(indexed.workspace.area.photo)
    indexed.key(Qt.Key.Key_3, ALT)
    assert list(indexed.document.marks.reviews()) == ["17"]


def test_next_undecided_passes_over_what_is_decided_and_says_when_all_is(indexed: Desk) -> None:
    ids = list(indexed.document.store.sample_ids)
    for sample in ids[1:-1]:
        indexed.session.goto(sample)
        indexed.workspace.browsing.marking.mark(state=ReviewState.ACCEPTED)
    indexed.session.goto(ids[0])
    indexed.focus(indexed.workspace.area.photo)
    indexed.key(Qt.Key.Key_N)
    assert indexed.session.sample == ids[-1]
    indexed.workspace.browsing.marking.mark(state=ReviewState.ACCEPTED)
    indexed.key(Qt.Key.Key_N)
    assert indexed.session.sample == ids[0]
    indexed.workspace.browsing.marking.mark(state=ReviewState.ACCEPTED)
    indexed.key(Qt.Key.Key_N)
    assert "decided" in indexed.window.banners.texts()["dataset.marks"]


def test_a_tag_is_searchable_at_once(indexed: Desk, qtbot) -> None:
    indexed.action("review.tag").trigger()
    field = indexed.window.findChild(QLineEdit, "tagField")
    assert field.hasFocus()
    qtbot.keyClicks(field, "two faces")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert indexed.search('tag:"two faces"') == ["17"]


def test_a_note_belongs_to_the_sample_it_was_written_for(indexed: Desk, qtbot) -> None:
    other = next(s for s in indexed.document.store.sample_ids if s != "17")
    indexed.action("review.note").trigger()
    note = indexed.workspace.browsing.review.note
    qtbot.waitUntil(note.hasFocus)
    qtbot.keyClicks(note, "hair over the brow")
    indexed.session.goto(other)
    assert indexed.document.marks.review("17").note == "hair over the brow"
    assert indexed.document.marks.review(other).note == ""
    assert note.toPlainText() == ""


def test_the_export_list_is_a_tag(indexed: Desk) -> None:
    indexed.action("sample.export_list").trigger()
    assert indexed.document.marks.review("17").tags == ("export",)
    assert indexed.action("sample.export_list").isChecked()
    indexed.action("sample.export_list").trigger()
    assert indexed.document.marks.review("17").is_empty


def test_ids_are_copied_and_saved(indexed: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = list(indexed.document.store.sample_ids)
    indexed.action("sample.copy_ids").trigger()
    assert QGuiApplication.clipboard().text().split("\n") == ids
    monkeypatch.setattr(messages, "choose_new_file", lambda *_: tmp_path / "ids.txt")
    indexed.search("id:17")
    indexed.action("sample.save_ids").trigger()
    assert (tmp_path / "ids.txt").read_text(encoding="utf-8") == "17\n"


def test_marks_are_there_after_reopening_and_the_catalog_is_not_needed_for_them(
    indexed: Desk, dataset: Path, own_home: Path
) -> None:
    indexed.workspace.browsing.marking.mark(state=ReviewState.ACCEPTED)
    indexed.window.close_dataset()
    shutil.rmtree(own_home / "cache", ignore_errors=True)
    indexed.open(dataset, "17")
    indexed.indexed()
    assert indexed.document.marks.review("17").state is ReviewState.ACCEPTED
    assert indexed.search("state:accepted") == ["17"]


# Indexing


def test_looking_searching_and_indexing_leave_no_trace_in_the_dataset(
    make_desk: Callable[..., Desk], dataset: Path
) -> None:
    before = contents(dataset)
    desk = make_desk()
    desk.open(dataset)
    desk.indexed()
    desk.search("has:mask")
    desk.window.close_dataset()
    assert contents(dataset) == before
    assert not (dataset / ".facewright").exists()


def test_the_index_is_rebuilt_on_request(indexed: Desk, qtbot) -> None:
    folder = indexed.workspace.browsing.catalog.places.folder
    indexed.action("index.rebuild").trigger()
    indexed.indexed()
    assert (folder / "catalog.sqlite").exists()
    assert indexed.search("has:mask")


def test_an_index_deleted_while_open_is_told_and_made_anew(indexed: Desk, qtbot) -> None:
    before = indexed.search("feature area(skin)>50%")
    assert before != []
    shutil.rmtree(indexed.workspace.browsing.catalog.places.folder)
    indexed.search("feature")
    qtbot.waitUntil(lambda: indexed.search("feature area(skin)>50%") == before, timeout=15_000)
    assert "it is made anew" in indexed.window.banners.texts()["dataset.catalog.0"]


def test_a_running_index_is_paused_in_the_status_bar(indexed: Desk, qtbot) -> None:
    indexing = indexed.workspace.browsing.indexing
    button = indexed.window.findChild(QToolButton, "statusIndexing")
    indexing._work.pause()
    indexing._work.again(None)
    qtbot.waitUntil(lambda: indexing.is_paused)
    assert button.isVisible()
    assert "paused" in button.text()
    assert indexed.action("index.pause").isChecked()
    button.click()
    indexed.indexed()
    qtbot.waitUntil(lambda: not button.isVisible())


# Other programs


@pytest.fixture
def watched(indexed: Desk, qtbot) -> Desk:
    ready = indexed.workspace.browsing.outside.watch.ready
    qtbot.waitUntil(ready.is_set)
    return indexed


def photo_of(desk: Desk, sample: str) -> Path:
    return desk.document.store.photo_path(sample)


def test_a_sample_added_by_another_program_appears(watched: Desk, qtbot) -> None:
    photo = photo_of(watched, "17")
    shutil.copyfile(photo, photo.with_name(f"18{photo.suffix}"))
    qtbot.waitUntil(lambda: "18" in hits(watched), timeout=15_000)
    assert "added 1 sample" in watched.window.banners.texts()["dataset.outside"]
    assert watched.window.isActiveWindow(), "a banner takes no keys"
    watched.indexed()
    assert watched.search("id:18") == ["18"]


def test_the_sample_on_screen_may_go(watched: Desk, qtbot) -> None:
    before = list(watched.document.store.sample_ids)
    for file in {f for f in watched.document.store.root.rglob("*") if f.is_file() and f.stem.split("_")[0].lstrip("0") == "17"}:  # fmt: skip  # noqa: E501
        file.unlink()
    qtbot.waitUntil(lambda: "17" not in hits(watched), timeout=15_000)
    assert watched.session.sample in set(before) - {"17"}
    assert watched.window.banners.texts()["dataset.gone"] == "Sample 17 was removed by another program."


def test_a_caption_changed_by_another_program_is_shown_and_found(watched: Desk, dataset: Path, qtbot) -> None:
    file = dataset / "text" / "celeba-caption" / "17.txt"
    lines = file.read_bytes().split(b"\n")
    lines[0] = b"A zebra looks out of the picture."
    file.write_bytes(b"\n".join(lines))
    qtbot.waitUntil(lambda: watched.caption(1).text() == "A zebra looks out of the picture.", timeout=15_000)
    qtbot.waitUntil(lambda: watched.search("zebra") == ["17"], timeout=15_000)


def test_a_table_that_goes_and_comes_back_is_read_again(watched: Desk, dataset: Path, tmp_path: Path, qtbot) -> None:
    table = dataset / "CelebAMask-HQ-attribute-anno.txt"
    before = watched.document.attributes("17")
    assert before is not None
    table.rename(tmp_path / "away")
    qtbot.waitUntil(lambda: watched.document.attributes("17") is None, timeout=15_000)
    (tmp_path / "away").rename(table)
    qtbot.waitUntil(lambda: watched.document.attributes("17") == before, timeout=15_000)
    qtbot.waitUntil(lambda: watched.search("has:attributes") != [], timeout=15_000)


def test_what_changed_while_the_dataset_could_not_be_listed_is_shown_later(
    watched: Desk, dataset: Path, tmp_path: Path, qtbot
) -> None:
    photos = watched.document.store.photo_path("17").parent
    photos.rename(tmp_path / "away")
    qtbot.waitUntil(lambda: "dataset.unlisted" in watched.window.banners.texts(), timeout=15_000)
    assert "17" in hits(watched)
    file = dataset / "text" / "celeba-caption" / "17.txt"
    file.write_bytes(b"A zebra looks out of the picture.\n" + file.read_bytes().split(b"\n", 1)[1])
    qtbot.wait(2500)
    (tmp_path / "away").rename(photos)
    qtbot.waitUntil(lambda: watched.caption(1).text() == "A zebra looks out of the picture.", timeout=15_000)
    qtbot.waitUntil(lambda: watched.search("zebra") == ["17"], timeout=15_000)
    assert "dataset.unlisted" not in watched.window.banners.texts()


def test_a_save_that_works_ends_the_warning_of_a_conflict(watched: Desk, dataset: Path, qtbot) -> None:
    watched.stroke((20, 20), (30, 30))
    captions = dataset / watched.document.store.files(SampleId("17"), Modality.CAPTIONS)[0]
    captions.write_bytes(b"By another program.\n" + captions.read_bytes())
    banners = watched.window.banners
    qtbot.waitUntil(lambda: "dataset.outside.conflict" in banners.texts(), timeout=15_000)
    watched.action("file.save").trigger()
    watched.saved()
    assert "dataset.outside.conflict" not in banners.texts()
    assert captions.read_bytes().startswith(b"By another program.")


def test_a_saved_attribute_leaves_the_pictures_of_the_gallery_alone(watched: Desk, qtbot) -> None:
    view = watched.workspace.browsing.view
    qtbot.waitUntil(lambda: view.thumbnails.has_all(view.seen), timeout=15_000)
    told: list[object] = []
    watched.workspace.browsing.outside.taken_in.connect(told.append)
    attributes = watched.document.attributes("17")
    assert attributes is not None
    watched.document.do(SetAttribute(SampleId("17"), "Smiling", value=not attributes["Smiling"]))
    watched.action("file.save").trigger()
    watched.saved()
    qtbot.waitUntil(lambda: bool(told), timeout=15_000)
    assert view.thumbnails.has_all(view.seen)


def test_our_own_save_is_no_news(watched: Desk, qtbot) -> None:
    watched.stroke((20, 20), (30, 30))
    view = watched.workspace.loader.view("17")
    watched.action("file.save").trigger()
    watched.saved()
    qtbot.wait(2500)
    assert "dataset.outside" not in watched.window.banners.texts()
    assert watched.workspace.loader.view("17") is view


def test_marks_are_one_plain_file(indexed: Desk, dataset: Path, qtbot) -> None:
    indexed.workspace.browsing.marking.mark(state=ReviewState.REJECTED)
    file = dataset / ".facewright" / "review.jsonl"
    qtbot.waitUntil(file.exists)
    indexed.document.wait(5)
    [line] = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["set"] == {"state": "rejected"}
