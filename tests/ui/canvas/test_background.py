"""Samples are read ahead, outdated results are dropped, memory is bounded, edits are never shown stale."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
from drawn_store import DrawnStore, drawn_photo
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.catalog.mask_cache import MaskCache
from app.document.document import Document
from app.faces.classes import bits_of
from app.faces.sample import SampleId
from app.imaging.intensity import Channel, PhotoRange, in_range
from app.imaging.overlay import OverlayStyle
from app.ui import background
from app.ui.background import SampleLoader
from app.ui.canvas.layers import ComposedPicture, image_of
from app.ui.sample_view import Look, read_sample
from app.ui.session import Session


def sample(number: int) -> SampleId:
    return SampleId(str(number))


def ready(desk, *numbers: int) -> bool:
    return all(desk.loader.view(sample(n)) is not None for n in numbers)


@pytest.fixture
def reading(tmp_path, qtbot):
    """A loader without canvases."""
    store = DrawnStore(tmp_path, 12)
    session, document = Session(), Document(store)
    session.document = document
    loader = SampleLoader(session)
    yield store, session, loader
    loader.close()
    document.close()


def test_neighbours_are_fetched_ahead(desk, qtbot) -> None:
    desk.session.goto(sample(3))
    qtbot.waitUntil(lambda: ready(desk, 2, 3, 4))


def test_a_prefetched_sample_is_shown_at_once(desk, qtbot) -> None:
    qtbot.waitUntil(lambda: ready(desk, 2))
    desk.session.step(1)
    assert desk.canvas.view.sample == "2"
    assert desk.area.sketch.picture_size().width() == 256


def test_the_order_decides_what_is_next(desk, qtbot) -> None:
    desk.session.order = [sample(1), sample(5), sample(4)]
    desk.session.goto(sample(5))
    qtbot.waitUntil(lambda: ready(desk, 1, 4, 5))
    desk.session.step(1)
    assert desk.session.sample == "4"


def test_results_that_nobody_wants_any_more_are_dropped(reading, qtbot) -> None:
    store, _session, loader = reading
    shown = []
    loader.loaded.connect(lambda view: shown.append(view.sample))
    store.gate.clear()
    loader.request(sample(1))
    loader.request(sample(8))
    store.gate.set()
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in (7, 8, 9)))
    assert shown == ["8"]
    assert loader.view(sample(1)) is None


def test_the_sample_asked_for_is_read_before_its_neighbours(reading, qtbot) -> None:
    store, _session, loader = reading
    with qtbot.waitSignal(loader.loaded):
        loader.request(sample(5))
    qtbot.waitUntil(lambda: len(store.photos_read) >= 4)
    assert "5" in store.photos_read[:2]
    assert set(store.photos_read[:4]) == {"4", "5", "6", "7"}


def test_memory_is_bounded_and_the_sample_shown_stays(reading, qtbot, monkeypatch) -> None:
    _store, _session, loader = reading
    monkeypatch.setattr(background, "BYTES_KEPT", 40_000_000)
    for number in range(1, 13):
        with qtbot.waitSignal(loader.loaded):
            loader.request(sample(number))
    qtbot.waitUntil(lambda: loader.view(sample(11)) is not None)
    assert loader.view(sample(12)) is not None
    assert sum(v.nbytes for v in loader._views.values()) <= 40_000_000
    assert loader.view(sample(1)) is None


def test_the_sample_asked_for_comes_however_little_memory_there_is(reading, qtbot, monkeypatch) -> None:
    _store, _session, loader = reading
    with qtbot.waitSignal(loader.loaded):
        loader.request(sample(5))
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in (4, 6, 7)))
    loader.forget(sample(6))
    monkeypatch.setattr(background, "BYTES_KEPT", 1)
    loader.request(sample(6))
    loader._bound()
    qtbot.waitUntil(lambda: loader.view(sample(6)) is not None)


def test_samples_off_screen_keep_the_file_of_their_photo_and_the_one_on_screen_its_pixels(desk, qtbot) -> None:
    def lacking() -> list[bool]:
        views = [desk.loader.view(sample(n)) for n in (1, 2, 3)]
        return [view is None or any(picture.lacks_photo for picture in view.pictures) for view in views]

    qtbot.waitUntil(lambda: ready(desk, 1, 2, 3) and lacking() == [False, True, True])
    for shown in (2, 3, 2):
        desk.session.goto(sample(shown))
        assert desk.canvas._frame is not None
        qtbot.waitUntil(lambda shown=shown: lacking() == [n != shown for n in (1, 2, 3)])
    picture = desk.canvas.picture
    bare = picture.image(bare=True).copy()
    picture.drop_photo()
    assert picture.image(bare=True) == bare == image_of(drawn_photo(2))


def test_a_stroke_that_comes_before_the_photo_is_back_is_painted_all_the_same(desk, qtbot) -> None:
    qtbot.waitUntil(lambda: ready(desk, 1, 2) and desk.loader.view(sample(2)).picture.lacks_photo)
    desk.session.step(1)
    assert desk.canvas.picture.lacks_photo
    paint(desk)
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))
    painted = desk.canvas.grab().toImage()
    anew = ComposedPicture(image_of(drawn_photo(2)), desk.bits, desk.canvas.picture.style)
    assert desk.canvas.picture.image(bare=False) == anew.image(bare=False)
    desk.canvas.refresh()
    assert desk.canvas.grab().toImage() == painted


def test_the_file_is_not_kept_where_it_is_another_by_now(desk) -> None:
    look, store = Look(OverlayStyle()), desk.store
    assert read_sample(store, sample(2), look).picture._encoded is not None
    whole = store.read_photo
    store.read_photo = lambda which: replace(whole(which), stamps={"2.png": "another"})
    assert read_sample(store, sample(2), look).picture._encoded is None
    store.picture_bytes = lambda *_: (_ for _ in ()).throw(OSError("gone"))
    assert read_sample(store, sample(2), look).picture._encoded is None


def test_a_failure_names_the_sample_and_the_reason(desk, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(desk.store, "read_mask", lambda s: (_ for _ in ()).throw(OSError("disk gone")))
    desk.loader.forget(sample(2))
    with qtbot.waitSignal(desk.loader.failed) as told:
        desk.session.goto(sample(4))
    assert told.args == ["4", "disk gone"]
    assert desk.canvas.placeholder.text == "disk gone"
    assert desk.canvas.view is None


def test_closing_ends_the_threads(reading, qtbot) -> None:
    _store, _session, loader = reading
    with qtbot.waitSignal(loader.loaded):
        loader.request(sample(1))
    threads = list(loader._threads)
    loader.close()
    assert not any(thread.is_alive() for thread in threads)


def test_another_document_forgets_the_samples_of_the_one_before(desk, tmp_path, qtbot) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = Document(DrawnStore(folder))
    try:
        desk.session.document = other
        assert desk.session.sample is None
        assert desk.loader.view(sample(1)) is None
        assert desk.canvas.placeholder.text == "No sample is open"
    finally:
        desk.session.document = None
        other.close()


def paint(desk) -> None:
    desk.session.face_class = 18
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 200))
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 200))


def test_a_painted_sample_read_again_shows_its_edits(desk, qtbot) -> None:
    paint(desk)
    edited = desk.bits.copy()
    qtbot.waitUntil(lambda: ready(desk, 2))
    desk.session.step(1)
    desk.loader.forget(sample(1))
    with qtbot.waitSignal(desk.loader.loaded):
        desk.session.step(-1)
    assert np.array_equal(desk.bits, edited)
    assert desk.canvas.picture.bits is desk.bits
    assert not np.array_equal(desk.canvas.view.before, edited)


def test_a_change_to_a_sample_off_screen_is_seen_when_it_comes_back(desk, qtbot) -> None:
    qtbot.waitUntil(lambda: ready(desk, 2))
    paint(desk)
    before = desk.canvas.picture.image(bare=False).copy()
    desk.session.step(1)
    desk.document.undo(sample(1))
    desk.session.step(-1)
    assert desk.canvas.picture.image(bare=False) != before
    assert not (desk.bits & bits_of("cloth")).any()


def test_colours_changed_meanwhile_are_right_when_shown(desk, qtbot) -> None:
    qtbot.waitUntil(lambda: ready(desk, 2))
    desk.session.opacity = 1.0
    desk.session.step(1)
    colours = {desk.canvas.picture.image(bare=False).pixel(x, 560) for x in range(480, 540, 7)}
    assert colours == {0xFF4C9900} or colours == {0xFF0000CC}


def test_what_lies_ahead_in_the_direction_of_travel_comes_first(reading, qtbot) -> None:
    _store, session, loader = reading
    loader._far_timer.setInterval(60_000)
    session.sample = sample(6)
    loader.request(sample(6))
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in (5, 6, 7, 8)))
    loader.request(sample(5))
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in (3, 4, 5, 6)))
    assert loader.view(sample(2)) is None


def test_who_stays_gets_more_of_the_neighbourhood_and_what_is_far_is_dropped(reading, qtbot) -> None:
    _store, _session, loader = reading
    loader.request(sample(4))
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in range(1, 10)))
    loader.request(sample(12))
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in range(10, 13)))
    assert not any(loader.view(sample(n)) for n in range(1, 7))


def test_another_order_brings_other_neighbours(reading, qtbot) -> None:
    _store, session, loader = reading
    loader.request(sample(1))
    session.order = [sample(n) for n in (11, 1, 9)]
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in (1, 9, 11)))


def test_who_stays_gets_more_of_the_neighbourhood_of_another_order_too(reading, qtbot) -> None:
    _store, session, loader = reading
    loader.request(sample(1))
    qtbot.waitUntil(lambda: loader.view(sample(6)) is not None)
    session.order = [sample(n) for n in (1, 12, 11, 10, 9, 8, 7)]
    qtbot.waitUntil(lambda: all(loader.view(sample(n)) for n in (12, 11, 10, 9, 8)))


def test_nothing_is_read_ahead_while_a_stroke_is_drawn(desk, qtbot) -> None:
    qtbot.waitUntil(lambda: ready(desk, 1, 2, 3) and not desk.loader._running)
    QTest.mousePress(desk.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 200))
    read = len(desk.store.photos_read)
    desk.loader.forget(sample(2))
    desk.loader.note_change(sample(2))
    qtbot.wait(150)
    assert len(desk.store.photos_read) == read
    QTest.mouseRelease(desk.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 200))
    qtbot.waitUntil(lambda: ready(desk, 2))


def looks(desk) -> dict[str, object]:
    return {view.objectName(): view.grab().toImage() for view in (desk.canvas, desk.area.sketch, desk.area.reference)}


@pytest.mark.parametrize("zoom", [0, 0.333, 1, 1.37, 4, 12])
@pytest.mark.parametrize("style", ["fill", "both"])
def test_a_frame_drawn_ahead_shows_what_painting_shows(desk, qtbot, zoom, style) -> None:
    desk.session.overlay_style = style
    if zoom:
        desk.area.viewport.show_at(zoom, QPointF(0.4, 0.6))
    qtbot.waitUntil(lambda: ready(desk, 2) and desk.loader.view(sample(2)).look is desk.area._look is not None)
    desk.session.step(1)
    views = desk.canvas, desk.area.sketch, desk.area.reference
    assert all(view._frame is not None for view in views)
    from_frames = looks(desk)
    for view in views:
        view.refresh()
    assert looks(desk) == from_frames


def test_frames_follow_zoom_and_colours_and_edits(desk, qtbot) -> None:
    def is_drawn() -> bool:
        view = desk.loader.view(sample(2))
        return view is not None and desk.area._look is not None and view.is_drawn(desk.area._look)

    for change in (
        lambda: desk.area.viewport.show_at(2, QPointF(0.5, 0.5)),
        lambda: setattr(desk.session, "opacity", 0.9),
        lambda: desk.area.resize(900, 600),
    ):
        qtbot.waitUntil(is_drawn)
        change()
        assert not is_drawn()
    qtbot.waitUntil(is_drawn)
    desk.session.step(1)
    assert desk.canvas._frame is not None
    shown = desk.canvas.grab().toImage()
    paint(desk)
    QApplication.sendEvent(desk.canvas, QEvent(QEvent.Type.Leave))  # the footprint is not part of the picture
    painted = desk.canvas.grab().toImage()
    assert painted != shown
    desk.session.step(-1)
    qtbot.waitUntil(is_drawn)
    desk.session.step(1)
    assert desk.canvas._frame is not None
    assert desk.canvas.grab().toImage() == painted


@pytest.fixture
def on_disk(tmp_path) -> DrawnStore:
    """Samples whose masks have files, which is what a cache goes by."""
    for number in range(1, 6):
        file = tmp_path / f"{number}.mask"
        file.write_bytes(b"a mask")
        os.utime(file, (1, 1))
    return DrawnStore(tmp_path)


def test_a_mask_is_kept_when_read_and_read_anew_when_its_file_changes(on_disk, tmp_path) -> None:
    masks, look = MaskCache(tmp_path / "masks.sqlite"), Look(OverlayStyle())
    views = [read_sample(on_disk, sample(3), look, masks=masks) for _ in range(2)]
    assert [view.loaded.is_provisional for view in views] == [False, True]
    assert on_disk.masks_read == ["3"]
    assert np.array_equal(views[0].before, views[1].before)
    assert views[0].picture.image(bare=False) == views[1].picture.image(bare=False)
    os.utime(tmp_path / "3.mask", (2, 2))
    assert not read_sample(on_disk, sample(3), look, masks=masks).loaded.is_provisional


def test_a_mask_from_the_cache_is_read_before_it_is_painted(desk_on, on_disk, tmp_path, qtbot) -> None:
    masks = MaskCache(tmp_path / "masks.sqlite")
    for other in on_disk.sample_ids:
        read_sample(on_disk, other, Look(OverlayStyle()), masks=masks)
    desk = desk_on(on_disk)
    desk.loader.masks = masks
    desk.session.sample = sample(5)
    qtbot.waitUntil(lambda: ready(desk, 5) and desk.canvas.view is not None)
    assert desk.document.is_provisional(sample(5))
    on_disk.masks_read.clear()
    before = desk.bits.copy()
    paint(desk)
    assert on_disk.masks_read == ["5"]
    assert not desk.document.is_provisional(sample(5))
    assert not np.array_equal(desk.bits, before)
    desk.document.undo(sample(5))
    assert np.array_equal(desk.bits, before)


def test_a_sample_with_a_history_is_never_shown_from_the_cache(desk_on, on_disk, tmp_path, qtbot) -> None:
    desk = desk_on(on_disk)
    desk.loader.masks = MaskCache(tmp_path / "masks.sqlite")
    paint(desk)
    desk.loader.forget(sample(1))
    with qtbot.waitSignal(desk.loader.loaded):
        desk.loader.request(sample(1))
    assert not desk.canvas.view.loaded.is_provisional
    assert desk.canvas.picture.bits is desk.bits


def test_a_range_of_the_photo_waits_for_the_photo(desk, qtbot) -> None:
    """A sample may be open for editing before its picture is there; the photo of the one before must not judge it."""
    session = desk.session
    session.photo_range = PhotoRange(Channel.RED, 0, 128)
    first = session.within().copy()
    assert first.any()
    desk.document.open(sample(5))
    desk.store.gate.clear()
    session.goto(sample(5))
    assert not session.within().any()
    desk.store.gate.set()
    qtbot.waitUntil(lambda: desk.canvas.view is not None)
    mask = desk.document.mask(sample(5))
    assert np.array_equal(session.within(), in_range(session.photo.rgb(mask.shape), session.photo_range))
    session.goto(sample(1))
    qtbot.waitUntil(lambda: desk.canvas.view is not None)
    assert np.array_equal(session.within(), first)
