"""Thumbnails as they come and go: which are made, which are kept, what is shown meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.faces.classes import CLASS_BY_NAME
from app.faces.sample import SampleId
from app.imaging.compose import Operation
from app.imaging.raster import Rect
from app.ui.gallery.pictures import Kind, Look, Source, Thumbnail
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.looks import Looks
from app.ui.session import Session
from tests.formats.drawn import png
from tests.ui.gallery.table import Table

S17 = SampleId("17")
BLUE = png(np.full((32, 32, 3), (0, 0, 220), np.uint8))


def colour(table: Table, sample: SampleId, x: float = 0.5, y: float = 0.5) -> QColor:
    thumbnail = table.view.thumbnails.get(sample)
    assert thumbnail is not None
    assert thumbnail.image is not None
    size = thumbnail.image.size()
    return QColor(thumbnail.image.pixel(int(x * size.width()), int(y * size.height())))


def test_what_is_on_screen_is_made(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.settle()
    assert table.view.seen == ("0", "17", "2001")
    made = table.view.thumbnails.get(S17)
    assert made is not None
    assert made.image is not None
    assert (made.image.width(), made.image.height()) == (128, 64)


def test_a_damaged_photo_leaves_the_others_alone(make_table: Callable[..., Table]) -> None:
    table = make_table(**{"CelebA-HQ-img/0.jpg": b"no picture"})
    table.settle()
    damaged = table.view.thumbnails.get(SampleId("0"))
    assert damaged is not None
    assert damaged.image is None
    assert "0.jpg" in damaged.problem
    assert colour(table, S17).isValid()


def test_the_old_picture_stays_until_the_new_one_is_there(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.settle()
    before = table.view.thumbnails.get(S17)
    table.view.side = 200
    assert table.view.thumbnails.get(S17) is before
    table.settle()
    after = table.view.thumbnails.get(S17)
    assert after is not None
    assert after.image is not None
    assert after.image.width() == 200


def test_looks_of_the_canvas_alone_leave_thumbnails_as_they_are(make_table: Callable[..., Table]) -> None:
    table = make_table()
    for kind in Kind:
        table.view.kind = kind
        table.settle()
        told: list[bool] = []
        table.view.thumbnails.look_changed.connect(lambda told=told: told.append(True))
        table.session.mask_alone = True
        table.session.mask_alone = False
        table.session.looks = Looks(line_px=3, has_initials=True, brightness=0.5, channel="red")
        table.session.looks = Looks()
        assert told == [], kind


def test_masks_without_photos_are_opaque_whatever_the_shares(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.view.kind = Kind.MASK
    skin = CLASS_BY_NAME["skin"]
    table.session.looks = Looks().with_share(skin.id, 0.2)
    table.settle()
    assert colour(table, S17, 0.3, 0.6) == QColor(*skin.colour)


def test_eyes_and_colours_recolour_masks_only(make_table: Callable[..., Table], qtbot) -> None:
    table = make_table()
    table.view.kind = Kind.MASK
    table.settle()
    skin = CLASS_BY_NAME["skin"]
    assert colour(table, S17, 0.3, 0.6) == QColor(*skin.colour)
    table.session.palette = "safe"
    table.settle()
    assert colour(table, S17, 0.3, 0.6) == QColor(*skin.safe_colour)
    table.session.visible &= ~skin.bit
    table.settle()
    assert colour(table, S17, 0.3, 0.6) == QColor(0, 0, 0)
    table.view.kind = Kind.PHOTO
    table.settle()
    before = table.view.thumbnails.get(S17)
    with qtbot.assertNotEmitted(table.view.thumbnails.look_changed):
        table.session.opacity = 0.9
    assert table.view.thumbnails.get(S17) is before


def test_switching_the_kind_back_needs_nothing_made(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.settle()
    table.view.kind = Kind.SKETCH
    table.settle()
    table.view.kind = Kind.PHOTO
    assert table.view.thumbnails.has_all(table.session.document.store.sample_ids)


def test_an_edited_mask_is_shown_as_it_is_before_it_is_saved(make_table: Callable[..., Table]) -> None:
    table = make_table()
    document = table.session.document
    table.view.kind = Kind.MASK
    table.settle()
    assert colour(table, S17, 0.95, 0.95) == QColor(0, 0, 0)
    document.open(S17)
    hat = CLASS_BY_NAME["hat"]
    stroke = document.begin_stroke(S17, Operation(hat.id))
    stroke.cover(Rect(24, 24, 8, 8), np.ones((8, 8), bool))
    stroke.commit()
    table.view.thumbnails.note_changes([S17])
    table.settle()
    assert colour(table, S17, 0.95, 0.95) == QColor(*hat.colour)


def test_a_changed_file_is_read_again_when_told(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.settle()
    (table.session.document.store.photo_path(S17)).write_bytes(BLUE)
    table.view.thumbnails.note_changes([S17])
    table.settle()
    assert colour(table, S17).blue() > 200


def test_where_any_file_may_have_changed_pictures_stay_until_the_new_ones_are_there(
    make_table: Callable[..., Table],
) -> None:
    table = make_table()
    table.settle()
    (table.session.document.store.photo_path(S17)).write_bytes(BLUE)
    thumbnails = table.view.thumbnails
    thumbnails.note_changes(None)
    assert all(thumbnails.get(sample) is not None for sample in table.view.seen)
    assert not any(thumbnails.has_all([sample]) for sample in table.view.seen)
    table.settle()
    assert colour(table, S17).blue() > 200


def test_few_are_kept_and_those_on_screen_always(make_table: Callable[..., Table], qtbot) -> None:
    table = make_table()
    table.settle()
    few = Thumbnails(table.session, table.view, bytes_kept=100_000)
    few.show_as(Kind.PHOTO, 128)
    ids = table.session.document.store.sample_ids
    with qtbot.waitSignal(few.arrived):
        few.want(ids[:1])
    with qtbot.waitSignal(few.arrived):
        few.want(ids[2:])
    assert few.get(ids[0]) is None
    assert few.get(ids[2]) is not None
    qtbot.waitUntil(lambda: few.want(ids) is None and few.has_all(ids))
    few.close()


def test_hidden_only_what_was_on_screen_is_kept(make_table: Callable[..., Table], qtbot) -> None:
    table = make_table()
    table.settle()
    table.model.show([S17])
    table.settle()
    table.view.hide()
    thumbnails = table.view.thumbnails
    assert [sample for sample in ("0", "17", "2001") if thumbnails.get(SampleId(sample))] == ["17"]
    table.model.show([SampleId("0"), S17])
    table.view.show()
    qtbot.waitUntil(lambda: thumbnails.has_all([SampleId("0"), S17]))


def test_what_is_not_wanted_any_more_is_not_made(make_table: Callable[..., Table], qtbot) -> None:
    table = make_table()
    table.settle()
    thumbnails = table.view.thumbnails
    arrived: list[SampleId] = []
    thumbnails.arrived.connect(arrived.extend)
    thumbnails.forget_all()
    thumbnails.want([])
    table.view.viewport().repaint()
    thumbnails.want([S17])
    qtbot.waitUntil(lambda: S17 in arrived)
    assert thumbnails.get(S17) is not None


def test_a_picture_begun_earlier_never_replaces_a_newer_one(
    make_table: Callable[..., Table], qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = make_table()
    thumbnails = table.view.thumbnails
    table.settle()
    begun, may_end, make = threading.Event(), threading.Event(), Source.thumbnail

    def slowly(source: Source, sample: SampleId, look: Look, live: object = None) -> Thumbnail:
        made = make(source, sample, look)
        if look.side == 100 and sample == S17:
            begun.set()
            may_end.wait(10)
        return made

    monkeypatch.setattr(Source, "thumbnail", slowly)
    table.view.side = 100
    assert begun.wait(10)
    table.view.side = 120
    table.settle()
    may_end.set()
    qtbot.waitUntil(lambda: not thumbnails._in_work)
    shown = thumbnails.get(S17)
    assert shown is not None
    assert shown.image is not None
    assert shown.image.width() == 120


def test_another_dataset_forgets_every_picture(make_table: Callable[..., Table]) -> None:
    table = make_table()
    table.settle()
    table.session.document = None
    assert table.view.thumbnails.get(S17) is None
    table.view.viewport().repaint()


def test_no_thread_is_started_for_nothing_and_none_outlives_closing(qtbot) -> None:
    thumbnails = Thumbnails(Session())
    thumbnails.want([S17])
    assert thumbnails._threads == []
    thumbnails.close()
    thumbnails.want([S17])
    assert thumbnails._threads == []
